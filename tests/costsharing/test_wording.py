"""The funding agreement: every heading, the right clauses, and figures that tie."""

import copy
import random
import re
from datetime import date
from typing import Any

import pytest

from app.costsharing import engine
from app.costsharing.agreement import parse_agreement
from app.costsharing.clauses import CLAUSES, Term
from app.costsharing.engine.money import sterling
from app.costsharing.wording import agreement_document, filled, holds
from app.documents.docx import render_docx
from app.documents.model import (
    Block,
    Bullets,
    Clause,
    Document,
    Paragraph,
    SignatureBlock,
    Subheading,
    Table,
)
from app.documents.pdf import render_pdf
from tests.costsharing.agreed import HOSTILE, full, hostile
from tests.costsharing.generate import random_inputs
from tests.costsharing.inputs import CASES, case, small
from tests.documents.reading import flat_text, squeezed, tags

TODAY = date(2026, 11, 22)
HEADINGS = (
    "Parties, post, term and version", "Recitals and legal power", "Employer",
    "The post and how its time is split", "Basis of the figures", "Cost", "Shares",
    "Host fee and overhead", "Budget", "Uplifts", "Invoices", "Payment details", "VAT", "True-up",
    "Not included", "Late payment and disputes", "Conditions on money", "Records and audit",
    "Joining", "Leaving", "Ending early", "Exit costs", "Successors",
    "Changes, language and law", "Signatures",
)  # fmt: skip


def agreement(inputs: dict[str, Any], details: dict[str, Any] | None = None) -> Document:
    """Draw up the agreement of inputs."""
    checked = engine.parse_inputs(inputs)
    return agreement_document(
        engine.cost(checked),
        parse_agreement(details, checked),
        inputs_sha256=engine.inputs_sha256(inputs),
        today=TODAY,
    )


def texts(document: Document) -> list[str]:
    """Give all text of a document in order."""
    return [text for section in document.sections for b in section.blocks for text in _texts(b)]


def _texts(block: Block) -> list[str]:
    match block:
        case Clause():
            return [block.text, *block.items]
        case Paragraph() | Subheading():
            return [block.text]
        case Bullets():
            return list(block.items)
        case Table():
            heads = [column.title for column in block.columns]
            return [block.caption, *heads, *(c for row in block.rows for c in row.cells)]
        case SignatureBlock():
            return [block.heading, *(part for line in block.lines for part in line)]


def all_text(document: Document) -> str:
    return "\n".join(texts(document))


def table(document: Document, caption: str) -> Table:
    """Give the one table of which the caption begins so."""
    found = [
        block
        for section in document.sections
        for block in section.blocks
        if isinstance(block, Table) and block.caption.startswith(caption)
    ]
    assert len(found) == 1, caption
    return found[0]


def pence(text: str) -> int:
    return round(float(re.sub(r"[£,]", "", text)) * 100)


def test_every_heading_stands_whatever_was_answered() -> None:
    for details in (None, full()):
        found = [s.title for s in agreement(case("C01"), details).sections if s.numbered]
        assert tuple(found) == HEADINGS


def test_every_clause_has_a_version_and_a_review_date_to_come() -> None:
    assert len({clause.id for clause in CLAUSES}) == len(CLAUSES)
    for clause in CLAUSES:
        assert re.fullmatch(r"\d{4}\.\d+", clause.version)
        assert clause.reviewed_on < clause.review_by


def test_what_was_not_answered_prints_as_to_be_agreed_and_is_listed() -> None:
    document = agreement(case("C01"))
    assert document.draft
    front = table(document, "Points still to be agreed")
    open_terms = [t for t in texts(document) if "To be agreed" in t]
    assert len(front.rows) >= 40
    assert "Legal power under which each party makes this agreement: To be agreed." in open_terms
    assert ("2.2", "Legal power under which each party makes this agreement") in [
        row.cells for row in front.rows
    ]


def test_a_whole_agreement_leaves_nothing_open_and_loses_the_draft_mark() -> None:
    document = agreement(case("C01"), full())
    assert "To be agreed" not in all_text(document)
    assert document.draft == ""
    assert "Before signing" not in [section.title for section in document.sections]
    assert agreement(case("C01"), {**full(), "draft": True}).draft == "Draft, not signed"


def test_the_draft_mark_stays_while_vat_is_undecided() -> None:
    inputs = case("C01")
    del inputs["parties"][1]["vat"]
    document = agreement(inputs, full())
    assert document.draft
    assert "Not yet decided" in texts(document)
    assert "no invoice may be sent there until the treatment is decided" in all_text(document)


def test_a_term_of_payment_over_30_days_is_told() -> None:
    inputs = case("C01")
    inputs["schedule"]["payment_days"] = "45"
    assert "30 days apply in its place" in all_text(agreement(inputs))
    assert "30 days apply in its place" not in all_text(agreement(case("C01")))


def test_what_was_answered_is_printed_word_for_word() -> None:
    found = all_text(agreement(case("C01"), full()))
    for answer in (
        "Wyn Siôn Ŵyn", "PO-778812, £46,000.00, valid to 31 March 2027", "E-220", "Minute 41",
        "6 months’ notice in writing, ending on a 31 March", "Section 151 officer or delegate",
        "section 113 of the Local Government Act 1972", "within 12 months of leaving",
        "at least 60 days", "more than 5%", "at most 0.5% of its share", "Z0000002",
        "The law of England and Wales applies", "£6,000.00 for Northshire Council",
    ):  # fmt: skip
        assert answer in found, answer


def test_a_purchase_order_too_small_for_its_invoices_is_said() -> None:
    details = full()
    details["parties"]["EAS"]["purchase_order"]["value"] = "1000"
    found = all_text(agreement(case("C01"), details))
    assert "Less than the £45,059.76 of all invoices" in found


def test_reference_method_and_hash_stand_on_every_page() -> None:
    inputs = case("C01")
    document = agreement(inputs)
    sha256 = engine.inputs_sha256(inputs)
    assert document.reference == engine.reference(sha256)
    assert document.reference in document.footer[0]
    assert f"method {engine.METHOD_VERSION}" in document.footer[0]
    assert document.footer[1].endswith(sha256)


@pytest.mark.parametrize("case_id", [c["id"] for c in CASES])
def test_the_tables_tie_to_each_other(case_id: str) -> None:
    inputs = case(case_id)
    costing = engine.cost(engine.parse_inputs(inputs))
    document = agreement(inputs)
    cost = table(document, "Cost by line")
    assert pence(cost.rows[-1].cells[-1]) == costing.total
    shares = table(document, "Each party’s share by financial year")
    by_party = {row.cells[0]: pence(row.cells[-1]) for row in shares.rows}
    bears = table(document, "What each party bears")
    for total in costing.parties:
        name = next(p.name for p in costing.inputs.parties if p.id == total.party)
        assert by_party[name] == total.share
        if total.gross:
            invoices = table(document, f"Invoices to {name}")
            assert pence(invoices.rows[-1].cells[-2]) == total.gross
            net = invoices.rows[-1].cells[[c.title for c in invoices.columns].index("Net")]
            assert pence(net) == total.share + total.host_fee
    assert pence(bears.rows[-1].cells[1]) == pence(shares.rows[-1].cells[-1])
    assert sum(pence(row.cells[1]) for row in bears.rows[:-1]) == pence(bears.rows[-1].cells[1])


def test_grants_come_before_shares_and_their_terms_pass_down() -> None:
    inputs = case("C06")
    name = inputs["grants"][0]["name"]
    details = {"grants": [{"name": name, "funder": "A department", "clawback": "Within a year."}]}
    document = agreement(inputs, details)
    found = texts(document)
    captions = [
        t for t in found if t.startswith(("Grants, taken off", "Each party’s share by fin"))
    ]
    assert captions[0].startswith("Grants")
    assert "Clawback: Within a year; Publicity: To be agreed" in all_text(document)
    assert "Grants are taken off first" in all_text(document)


def test_a_leaver_a_cap_a_fee_an_award_and_a_true_up_are_told() -> None:
    expected = {
        "C05": "The pay award for pay from 1 April",
        "C07": "No party pays more than its cap in a financial year",
        "C08": "on 16 October 2026 ",
        "C10": "The host charges each partner a fee of 7.5% of the partner’s share",
        "C11": "Standard-rated, 20%",
        "C13": "Credit note",
        "C14": "The post is part of a larger employment with the host",
        "C15": "a formula of several weighted factors",
    }
    for case_id, words in expected.items():
        assert words in all_text(agreement(case(case_id))), case_id


def test_direct_charges_in_kind_fixed_sums_minimums_and_day_rates_are_told() -> None:
    lines = [
        {"name": "Work", "kind": "annual", "amount": "9000.00"},
        {"name": "Laptop", "kind": "one_off", "amount": "900.00", "date": "2026-04-01",
         "charge_to": "EAS"},
    ]  # fmt: skip
    parties = small()["parties"]
    partner = next(p["id"] for p in parties if not p.get("host"))
    host = next(p["id"] for p in parties if p.get("host"))
    lines[1]["charge_to"] = partner
    direct = all_text(agreement(small(other_lines=lines)))
    assert "Charged to one party only, outside the shared cost: Laptop to " in direct
    kind = agreement(
        small(in_kind={partner: "100.00"}), {"parties": {partner: {"in_kind": "A desk"}}}
    )
    assert "What is given in kind: " in all_text(kind)
    assert "A desk" in all_text(kind)
    fixed = all_text(
        agreement(small(fixed_contributions={partner: "10.00"}, minimums={host: "20.00"}))
    )
    assert "These fixed contributions are paid first" in fixed
    assert "No party pays less than its yearly minimum" in fixed
    sharing = [
        {"from": small()["sharing"][0]["from"], "basis": "day_rate", "days": {partner: "10"},
         "chargeable_days": "100"}
    ]  # fmt: skip
    rate = all_text(agreement(small(sharing=sharing)))
    assert "Days are sold at a rate" in rate
    assert "of 100 chargeable days" in rate


def test_jurisdictions_have_their_own_officers_and_law() -> None:
    details = full()
    del details["legal_power"]
    details["jurisdiction"] = "scotland"
    scots = all_text(agreement(case("C01"), details))
    assert "Section 95 officer" in scots
    assert "section 151" not in scots.replace("both section 151 officers", "").lower()
    assert "The law of Scotland applies" in scots
    details["jurisdiction"] = "northern_ireland"
    assert "Chief finance officer" in all_text(agreement(case("C01"), details))


def test_powers_of_ones_own_and_others_are_printed() -> None:
    own = {"legal_power": {"code": "own_powers", "text": "Each body's founding law."}}
    assert "under powers of its own. Each body's founding law." in all_text(
        agreement(case("C01"), own)
    )
    other = {"legal_power": {"code": "other", "text": "section 9 of the Example Act 2020."}}
    assert "under section 9 of the Example Act 2020." in all_text(agreement(case("C01"), other))
    bare = agreement(case("C01"), {"legal_power": {"code": "own_powers"}})
    assert "The powers of each party: To be agreed." in all_text(bare)


def test_joint_employment_and_no_uplifts_are_choices_of_their_own() -> None:
    details = {"employer": {"kind": "joint"}, "uplifts": {"automatic": []}}
    found = all_text(agreement(case("C01"), details))
    assert "The parties employ the person in the post jointly." in found
    assert "No event changes the price by itself." in found


def test_over_500_invoices_print_as_yearly_totals_that_point_to_the_spreadsheet() -> None:
    inputs = many(parties=12, years=5)
    costing = engine.cost(engine.parse_inputs(inputs))
    assert len(costing.invoices) == 660
    document = agreement(inputs)
    totals = table(document, "Invoices by partner and financial year")
    assert len(totals.rows) == 11 * 5 + 1
    assert totals.rows[-1].cells[2] == "660"
    assert totals.rows[-1].cells[-1] == sterling(sum(i.gross for i in costing.invoices))
    assert "spreadsheet of this costing" in all_text(document)
    assert "Invoices to" not in all_text(document)


def many(parties: int, years: int) -> dict[str, Any]:
    """Give inputs of many parties with long names, over many years, invoiced monthly."""
    inputs = case("C01")
    ids = [f"P{number:02d}" for number in range(parties)]
    inputs["term"] = {"start": "2026-04-01", "end": f"{2026 + years}-03-31"}
    inputs["parties"] = [
        {"id": i, "name": f"{i} {'Joint Authority of the Shires ' * 7}"[:200], "host": i == "P00"}
        for i in ids
    ]
    inputs["sharing"][0] = {**inputs["sharing"][0], "weights": dict.fromkeys(ids, "1")}
    year = inputs["post"]["ni"]["years"][0]
    inputs["post"]["ni"]["years"] = [
        {**year, "tax_year": f"{y}/{(y + 1) % 100:02d}"} for y in range(2026, 2027 + years)
    ]
    inputs["schedule"]["frequency"] = "monthly"
    return inputs


def test_ten_years_fit_by_dividing_the_tables() -> None:
    document = agreement(many(parties=3, years=10))
    captions = [t for t in texts(document) if t.startswith("Cost by line")]
    assert captions == [
        "Cost by line and financial year, 2026/27 to 2029/30",
        "Cost by line and financial year, 2030/31 to 2033/34",
        "Cost by line and financial year, 2034/35 to 2035/36",
    ]


def test_sixty_parties_with_long_names_are_drawn_whole() -> None:
    inputs = many(parties=60, years=1)
    found = flat_text(render_pdf(agreement(inputs)))
    for party in inputs["parties"]:
        assert squeezed(party["name"]) in found


def test_hostile_text_in_every_field_comes_out_of_the_pdf_as_the_same_text() -> None:
    details = copy.deepcopy(hostile())
    details["decisions"][0]["party"] = "NOR"
    details["grants"] = []
    inputs = case("C01")
    for party in inputs["parties"]:
        party["name"] = f"{party['id']} {HOSTILE}"
    document = agreement(inputs, details)
    stripped = HOSTILE.rstrip(".")
    wanted = sum(text.count(stripped) for text in texts(document))
    assert wanted > 60
    found = flat_text(render_pdf(document))
    assert found.count(squeezed(stripped)) >= wanted
    assert render_docx(document).startswith(b"PK")


def test_the_whole_agreement_is_tagged() -> None:
    kinds = [tag.kind for tag in tags(render_pdf(agreement(case("C01"), full())))]
    assert kinds.count("H1") == len(HEADINGS) + 5
    assert kinds.count("Table") == kinds.count("Caption") == 15
    assert "TH" in kinds


@pytest.mark.parametrize("seed", range(25))
def test_random_costings_give_an_agreement(seed: int) -> None:
    inputs = random_inputs(random.Random(seed))
    try:
        engine.cost(engine.parse_inputs(inputs))
    except engine.InputFaults:
        return
    found = all_text(agreement(inputs))
    assert "{" not in found
    assert "None of" not in found


def test_terms_are_chosen_by_facts_and_filled_once() -> None:
    assert holds("a !b", frozenset({"a"}))
    assert not holds("a !b", frozenset({"a", "b"}))
    words: dict[str, str | None] = {"who": "{who}", "none": None, "empty": ""}
    assert filled(Term("By {who}."), words) == "By {who}."
    assert filled(Term("By {none}.", otherwise="Who: To be agreed."), words) == "Who: To be agreed."
    assert filled(Term("By {empty}."), words) == ""


def many_entries(count: int) -> dict[str, Any]:
    """Give inputs whose rule for sharing changes every month, in turn days and percent."""
    sharing = [
        {
            "from": f"20{26 + (3 + n) // 12}-{(3 + n) % 12 + 1:02d}-01",
            "basis": "days" if n % 2 else "percent",
            "weights": {"NOR": "60", "EAS": "40"},
        }
        for n in range(count)
    ]
    return small(sharing=sharing, term={"start": "2026-04-01", "end": "2030-03-31"})


def test_many_changes_of_sharing_point_to_schedule_2() -> None:
    found = all_text(agreement(many_entries(8)))
    assert "The cost is shared in different ways over the term, as listed in Schedule 2." in found
    assert "The cost is shared at first by agreed percentages, and from 1 May 2026 by" in all_text(
        agreement(many_entries(2))
    )


def test_too_many_periods_point_to_the_spreadsheet() -> None:
    found = all_text(agreement(many_entries(45)))
    assert "The term has 45 periods, too many to print" in found


def test_too_many_weights_point_to_the_spreadsheet() -> None:
    inputs = many(parties=60, years=3)
    ids = [party["id"] for party in inputs["parties"]]
    inputs["sharing"] = [
        {"from": f"{2026 + n // 12}-{n % 12 + 1:02d}-01", "basis": "equal", "parties": ids}
        for n in range(3, 36)
    ]
    found = agreement(inputs)
    assert "The weights change 32 times, too often to print" in all_text(found)
    assert len(render_pdf(found)) > 100_000


def test_a_formula_of_many_factors_names_them_all() -> None:
    factors = [
        {"name": f"Factor {n}", "weight": "1", "values": {"NOR": "2", "EAS": "1"}} for n in range(5)
    ]
    sharing = [{"from": "2026-04-01", "basis": "weighted", "factors": factors}]
    document = agreement(small(sharing=sharing))
    weights = table(document, "Weights from 1 April 2026")
    assert "Factor 4 (weight 1); the first three factors are shown" in weights.caption
    assert weights.rows[0].cells[-1] == "66.6667%"


def test_nothing_to_invoice_and_replaced_salaries_are_told() -> None:
    sharing = [{"from": "2026-04-01", "basis": "percent", "weights": {"NOR": "100", "EAS": "0"}}]
    assert "No invoice falls due." in all_text(agreement(small(sharing=sharing)))
    inputs = case("C01")
    inputs["post"]["salary"].insert(0, {"from": "2019-04-01", "annual_fte": "70000.00"})
    rates = table(agreement(inputs), "Pay points")
    assert [row.cells[2] for row in rates.rows if row.cells[0] == "Full-time salary"] == [
        "£84,000.00"
    ]


def test_minimums_and_steps_of_the_sharing_are_listed() -> None:
    document = agreement(case("C07"))
    assert "Steps of the sharing, besides the weights:" in texts(document)


def test_directors_of_finance_sign_where_there_is_no_section_151_officer() -> None:
    details = {"parties": {"NOR": {"kind": "nhs_body"}}, "jurisdiction": "england_and_wales"}
    assert "5. Director of finance or delegate" in texts(agreement(case("C01"), details))
