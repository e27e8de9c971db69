"""The funding agreement of a costing as a document: clauses chosen, filled and set in order."""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date

from app.costsharing import engine
from app.costsharing.agreement import AgreementDetails
from app.costsharing.agreement_schema import JURISDICTIONS
from app.costsharing.clauses import CLAUSES, CLAUSES_VERSION, ClauseText, Place, Term
from app.costsharing.engine.flags import with_names
from app.costsharing.engine.money import sterling
from app.costsharing.engine.result import Costing
from app.costsharing.wording_facts import Words, facts_of, words_of
from app.costsharing.wording_figures import (
    cost_tables,
    party_sums_table,
    period_blocks,
    rates_table,
    share_tables,
    weight_tables,
)
from app.costsharing.wording_money import (
    invoice_blocks,
    payment_table,
    totals_table,
    true_up_table,
    vat_table,
)
from app.costsharing.wording_people import (
    approvals_table,
    consultation_table,
    decisions_table,
    exit_table,
    grants_table,
    parties_table,
    signature_blocks,
)
from app.costsharing.wording_values import TO_BE_AGREED, day, joined, names_of, span
from app.documents.model import (
    Block,
    Bullets,
    Clause,
    Column,
    Document,
    Paragraph,
    Row,
    Section,
    Table,
)

TITLE = "Funding agreement for a shared post"
DRAFT = "Draft, not signed"

_GAP = re.compile(r"\{(\w+)\}")


def agreement_document(
    costing: Costing,
    details: AgreementDetails,
    *,
    inputs_sha256: str,
    today: date,
    reference: str = "",
) -> Document:
    """Give the funding agreement of a costing, ready to be drawn as PDF or DOCX.

    What the details leave open prints as "To be agreed" and is listed at the front. The draft mark
    goes only when the details say so and nothing is open. `inputs_sha256` is the hash of the inputs
    that gave the costing; `today` is the day that the document bears. `reference` is the name of a
    saved split; without one the hash gives it.
    """
    reference = reference or engine.reference(inputs_sha256)
    facts = facts_of(costing, details)
    words = words_of(costing, details, reference)
    sections = [_clause_section(clause, facts, words, costing, details) for clause in CLAUSES]
    schedules = list(_schedules(costing, details))
    still_open = [*_open_points(sections), *_open_in_schedules(schedules)]
    is_draft = details.draft or bool(still_open) or "vat_undecided" in facts
    front = [_summary(costing, details, reference, today)]
    if still_open or costing.flags:
        front.append(_before_signing(costing, still_open))
    return Document(
        title=TITLE,
        subtitle=details.title or details.post.title or joined(_few_names(costing)),
        reference=reference,
        sections=(*front, *sections, *schedules),
        footer=(
            f"{reference} · method {engine.METHOD_VERSION} · clauses {CLAUSES_VERSION}",
            f"SHA-256 of the inputs {inputs_sha256}",
        ),
        draft=DRAFT if is_draft else "",
        subject="Draft or agreed terms on sharing the cost of a post",
        keywords=("funding agreement", "shared post"),
        created_on=today.isoformat(),
    )


def _few_names(costing: Costing) -> list[str]:
    names = list(names_of(costing.inputs).values())
    return names if len(names) <= 3 else [*names[:2], f"{len(names) - 2} others"]


def holds(when: str, facts: frozenset[str]) -> bool:
    """Say whether all the facts that a clause asks for hold, `!` asking for the contrary.

    >>> holds("fee !grants", frozenset({"fee"})), holds("grants", frozenset())
    (True, False)
    """
    return all(
        (name[1:] not in facts) if name.startswith("!") else (name in facts)
        for name in when.split()
    )


def filled(term: Term, words: Words) -> str:
    """Fill the gaps of a term; a gap without a word gives what the term says otherwise.

    A word known to be empty leaves nothing; in words of the parties a brace is just a brace.
    """
    gaps = _GAP.findall(term.text)
    unknown = [
        gap for gap in gaps if words[gap] is None or (not words[gap] and gap not in MAY_BE_EMPTY)
    ]
    text = term.otherwise if unknown else term.text
    return _GAP.sub(lambda found: words[found.group(1)] or "", text)


MAY_BE_EMPTY = frozenset({"and_fee", "notice_ends"})


def _clause_section(
    clause: ClauseText,
    facts: frozenset[str],
    words: Words,
    costing: Costing,
    details: AgreementDetails,
) -> Section:
    blocks: list[Block] = []
    for part in clause.parts:
        if not holds(part.when, facts):
            continue
        if isinstance(part, Place):
            blocks += _PLACES[part.name](costing, details)
        elif text := filled(part, words):
            blocks.append(Clause(_sentence(text), part.items, part.language))
    return Section(clause.heading, tuple(blocks))


def _sentence(text: str) -> str:
    """Begin with a capital, and end with a full stop where the parties' own words do not."""
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", ":", "!", "?")) else f"{text}."


_PLACES: dict[str, Callable[[Costing, AgreementDetails], Sequence[Block]]] = {
    "parties_table": lambda c, d: [parties_table(c.inputs, d)],
    "decisions_table": lambda c, d: [decisions_table(c.inputs, d)],
    "consultation_table": lambda _, d: [consultation_table(d)],
    "vat_table": lambda c, d: [vat_table(c.inputs, d)],
    "true_up_table": lambda c, _: [true_up_table(c)],
    "not_included_list": lambda _, d: [Clause("Nor do they include:", d.not_included)],
    "grants_table": lambda c, d: [grants_table(c, d)],
    "exit_table": lambda _, d: [exit_table(d)],
    "approvals_table": lambda c, d: [approvals_table(c.inputs, d)],
    "signature_blocks": lambda c, d: list(signature_blocks(c.inputs, d)),
}


def _schedules(costing: Costing, details: AgreementDetails) -> Iterator[Section]:
    inputs = costing.inputs
    yield Section(
        "Schedule 1: Cost and rates",
        (*cost_tables(costing), rates_table(inputs)),
        numbered=False,
        new_page=True,
    )
    shares: tuple[Block, ...] = (
        *share_tables(costing),
        *weight_tables(inputs),
        *party_sums_table(inputs),
        *period_blocks(costing),
    )
    yield Section("Schedule 2: Shares", shares, numbered=False)
    ties = Paragraph(
        "The net total of each partner's invoices is its share in Schedule 2"
        f"{' with its host fee' if inputs.host_fee else ''}."
    )
    yield Section("Schedule 3: Invoices", (*invoice_blocks(costing), ties), numbered=False)
    yield Section("Schedule 4: Payment details", (payment_table(costing, details),), numbered=False)


def _summary(costing: Costing, details: AgreementDetails, reference: str, today: date) -> Section:
    inputs = costing.inputs
    facts = [
        ("Reference", f"{reference}, drawn up on {day(today)}"),
        ("Version", details.version or TO_BE_AGREED),
        ("Post", details.post.title or TO_BE_AGREED),
        ("Term", span(inputs.start, inputs.end)),
        ("Host", inputs.host.name),
        ("Cost over the term", sterling(costing.total)),
        ("Law", JURISDICTIONS.get(details.jurisdiction, TO_BE_AGREED)),
    ]
    table = Table(
        "This agreement at a glance",
        (Column("Item"), Column("What it says")),
        tuple(Row(fact) for fact in facts),
    )
    return Section("Summary", (table, totals_table(costing)), numbered=False)


def _open_points(sections: Sequence[Section]) -> Iterator[tuple[str, str]]:
    """Give every term that is still to be agreed, with its number."""
    for number, section in enumerate(sections, start=1):
        count = 0
        for block in section.blocks:
            if isinstance(block, Clause):
                count += 1
                if TO_BE_AGREED in block.text:
                    yield f"{number}.{count}", block.text.split(f": {TO_BE_AGREED}")[0]
            elif isinstance(block, Table) and _is_open(block):
                yield str(number), f"Entries of the table “{block.caption}”"


def _open_in_schedules(schedules: Sequence[Section]) -> Iterator[tuple[str, str]]:
    for section in schedules:
        for block in section.blocks:
            if isinstance(block, Table) and _is_open(block):
                yield section.title.split(":")[0], f"Entries of the table “{block.caption}”"


def _is_open(table: Table) -> bool:
    return any(TO_BE_AGREED in cell for row in table.rows for cell in row.cells)


def _before_signing(costing: Costing, still_open: Sequence[tuple[str, str]]) -> Section:
    """List what is open and what the costing flags, so that nobody signs unawares."""
    names = names_of(costing.inputs)
    blocks: list[Block] = []
    if costing.flags:
        blocks.append(Paragraph("The costing flags these points:"))
        flags = [with_names(flag, names) for flag in costing.flags]
        blocks.append(Bullets(tuple(dict.fromkeys(flags))))
    if still_open:
        blocks.append(
            Table(
                "Points still to be agreed",
                (Column("Clause"), Column("Point")),
                tuple(Row(point) for point in still_open),
            )
        )
    return Section("Before signing", tuple(blocks), numbered=False)
