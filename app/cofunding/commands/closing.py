"""Closes the funding of a post into a cost split, and opens it again for another version."""

import uuid
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.commands import record
from app.cofunding import queries
from app.cofunding.agreeing import agreement_details
from app.cofunding.commands.book import Book, move, open_book, record_for_both, settle, years_of
from app.cofunding.commands.following import lapse_due
from app.cofunding.commands.telling import News, shortened, tell
from app.cofunding.domain import (
    FUNDING,
    FundingAction,
    FundingStatus,
    PledgeAction,
    PledgeStatus,
    figures_changed,
)
from app.cofunding.figures import CostedPost, Reckoning, has_moved, why_not
from app.cofunding.permissions import may_close
from app.cofunding.queries import PledgeLine
from app.cofunding.vat import VatDecision, check_decision, with_reasons, with_vat
from app.core.actor import Actor
from app.core.clock import london_today
from app.core.errors import RuleBroken
from app.costsharing import engine
from app.costsharing.splits.commands import ToFreeze, freeze_split, reopen_split
from app.costsharing.splits.models import CostSplit
from app.costsharing.splits.permissions import may_freeze

NOT_DECIDED: Final = VatDecision()


async def close_funding(
    db: AsyncSession,
    actor: Actor,
    *,
    slug: str,
    seen_sha256: str,
    vat: VatDecision = NOT_DECIDED,
) -> CostSplit:
    """Freeze the approved pledges into a cost split, and release the others.

    `seen_sha256` is the hash of the inputs on the confirmation page. `vat` is how VAT applies to
    what partners pay, which changes no share; it can be left open. Raises NotFound, Refused,
    MoveRefused where it is closed already, RuleBroken where nothing is approved or leaving the
    unapproved out would cost an approved body something else than it approved, Stale.
    """
    _, book = await open_book(db, actor, slug)
    may_close(actor, book.funding.employer_id).require()
    book.require_open()
    await lapse_due(db, actor, book, london_today())
    taken = firm_of(book.counting)
    left = [line for line in book.counting if line not in taken]
    made = closing_figures(book.costed, book.counting)
    if made.sha256 != seen_sha256:
        raise figures_changed()
    closed = FUNDING.after(FundingStatus(book.funding.status), FundingAction.CLOSE)
    for line in left:
        await _release(db, actor, book, line)
    split = await _freeze(db, actor, book, taken, made, vat)
    book.funding.status, book.funding.cost_split_id = closed, split.id
    for line in taken:
        move(db, actor, line.pledge, PledgeAction.FREEZE, after=made.by_body[line.body])
        facts = {"reference": split.reference, "split_version": split.newest}
        await record_for_both(db, actor, "pledge.frozen", line.pledge, facts)
        await _tell_of_split(db, book, line, made, split)
    await record(
        db,
        actor,
        "funding.closed",
        subject=("funding", book.funding.id),
        organisation_id=book.funding.employer_id,
        facts={"reference": split.reference, "inputs_sha256": made.sha256, "bodies": len(taken)},
    )
    await settle(db, actor, book, cause="The funding was closed.")
    return split


def firm_of(lines: Sequence[PledgeLine]) -> list[PledgeLine]:
    """The pledges that a split would be made of: those that finance has approved."""
    return [line for line in lines if line.status is PledgeStatus.APPROVED]


def closing_figures(costed: CostedPost | None, lines: Sequence[PledgeLine]) -> Reckoning:
    """The costing at the approved pledges alone, if it is the one that they were approved at.

    Raises RuleBroken with what stands in the way.
    """
    taken = firm_of(lines)
    if not taken:
        raise RuleBroken(
            "nothing-approved",
            "No pledge is approved by its finance officer yet, so there is nothing to close.",
        )
    made = why_not(costed, [line.offer for line in taken])
    if isinstance(made, str):
        raise RuleBroken("no-figures", made)
    for line in taken:
        approved = years_of((line.pledge.approved_figures or {})["years"])
        if has_moved(approved, made.by_body[line.body]):
            raise RuleBroken(
                "others-matter",
                f"{line.name} approved its cost with pledges counted in that are not approved. "
                "Without them it would pay something else. Ask those bodies to have their pledges "
                f"approved, or turn them down, so that {line.name} can approve the new figures.",
            )
    return made


async def _freeze(
    db: AsyncSession,
    actor: Actor,
    book: Book,
    taken: list[PledgeLine],
    made: Reckoning,
    vat: VatDecision,
) -> CostSplit:
    post, parties = await queries.get_paper_facts(
        db,
        opportunity_id=book.funding.opportunity_id,
        party_ids=made.sharing.party_ids,
        pledges={line.body: line.pledge for line in taken},
        closed_by_id=actor.person_id,
    )
    check_decision(vat, parties[0])
    today = london_today()
    inputs = with_vat(made.inputs, vat, parties)
    details = agreement_details(post, parties, engine.parse_inputs(inputs), on=today)
    partners = [one.party for one in parties[1:]]
    ids = {line.body: line.pledge.organisation_id for line in taken}
    ids[book.locked.employer_slug] = book.funding.employer_id
    bodies: dict[str, uuid.UUID] = {p: ids[b] for b, p in made.sharing.party_ids.items()}
    return await freeze_split(
        db,
        actor,
        what=ToFreeze(
            title=book.funding.title,
            employer_id=book.funding.employer_id,
            bodies=bodies,
            inputs=inputs,
            agreement=with_reasons(details, vat, partners, on=today),
        ),
        opportunity_id=book.funding.opportunity_id,
        split_id=book.funding.cost_split_id,
    )


async def _release(db: AsyncSession, actor: Actor, book: Book, line: PledgeLine) -> None:
    reason = "The funding was closed before finance had approved it."
    move(db, actor, line.pledge, PledgeAction.RELEASE, reason=reason)
    await record_for_both(db, actor, "pledge.released", line.pledge)
    await tell(
        db,
        line.pledge.organisation_id,
        News(
            f"The funding closed without your pledge: {shortened(book.funding.title)}",
            [
                f"{book.locked.employer_name} closed the funding of “{book.funding.title}”. Your "
                "organisation’s pledge was not approved by your finance officer, so it was not "
                "taken up. Ask the employer if you still want to take part.",
            ],
            f"/org/{line.body}/pledges/{line.pledge.id}",
        ),
        from_name=book.locked.employer_name,
    )


async def _tell_of_split(
    db: AsyncSession, book: Book, line: PledgeLine, made: Reckoning, split: CostSplit
) -> None:
    title = book.funding.title
    await tell(
        db,
        line.pledge.organisation_id,
        News(
            f"The figures are agreed: {shortened(title)}",
            [
                f"{book.locked.employer_name} closed the funding of “{title}”. Your organisation’s "
                f"share over the term is {engine.sterling(made.total_of(line.body))}.",
                f"The cost split {split.reference}, version {split.newest}, holds every figure "
                "with its working, the invoices, and a draft funding agreement.",
            ],
            f"/org/{line.body}/cost-splits/{split.reference}",
            "See the cost split",
        ),
        from_name=book.locked.employer_name,
    )


async def reopen_funding(db: AsyncSession, actor: Actor, *, slug: str, reason: str) -> CostSplit:
    """Open a closed funding again: the split's version stays, the pledges can change.

    Pledges keep their approval where nothing that it relied on has changed since. Raises NotFound,
    Refused, MoveRefused.
    """
    _, book = await open_book(db, actor, slug)
    may_freeze(actor, book.funding.employer_id).require()
    book.funding.status = FUNDING.after(FundingStatus(book.funding.status), FundingAction.REOPEN)
    if book.funding.cost_split_id is None:
        raise RuntimeError("A closed funding without its split.")
    split = await reopen_split(db, actor, split_id=book.funding.cost_split_id, reason=reason)
    for line in book.lines:
        move(db, actor, line.pledge, PledgeAction.REOPEN, reason=reason)
        await record_for_both(db, actor, "pledge.reopened", line.pledge)
        await tell(
            db,
            line.pledge.organisation_id,
            News(
                f"The funding is open again: {shortened(book.funding.title)}",
                [
                    f"{book.locked.employer_name} opened the funding of “{book.funding.title}” "
                    f"again. Version {split.newest} of the cost split {split.reference} stays as "
                    "it is until the funding closes with a new one.",
                    f"The reason: {reason}",
                ],
                f"/opportunities/{book.funding.slug}/funding",
                "See how the post is funded",
            ),
            from_name=book.locked.employer_name,
        )
    facts: dict[str, Any] = {"reference": split.reference, "version": split.newest}
    await record(
        db,
        actor,
        "funding.reopened",
        subject=("funding", book.funding.id),
        organisation_id=book.funding.employer_id,
        facts=facts,
    )
    cause = f"{book.locked.employer_name} opened the funding again."
    await settle(db, actor, book, cause=cause)
    return split
