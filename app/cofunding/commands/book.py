"""The locked funding of a post while a command works on it: moves, figures, and who must know."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.commands import record
from app.cofunding import queries
from app.cofunding.changes import Change, post_changes, terms_from
from app.cofunding.commands.telling import News, shortened, tell
from app.cofunding.domain import (
    COUNTING,
    PLEDGE,
    FundingStatus,
    PledgeAction,
    PledgeStatus,
    funding_is_over,
    write_exact,
)
from app.cofunding.figures import ByYear, CostedPost, Reckoning, funded, has_moved, why_not
from app.cofunding.models import Funding, Pledge, PledgeHistory
from app.cofunding.queries import Locked, PledgeLine, SharedPost
from app.core.actor import Actor


@dataclass(slots=True)
class Book:
    """A funding that this transaction holds, with its standing pledges as they are now."""

    locked: Locked
    lines: list[PledgeLine] = field(default_factory=list)

    @property
    def funding(self) -> Funding:
        """The locked row."""
        return self.locked.funding

    @property
    def counting(self) -> list[PledgeLine]:
        """Pledges that count towards the post."""
        return [line for line in self.lines if line.status in COUNTING]

    @property
    def costed(self) -> CostedPost | None:
        """The post as the engine needs it; None until its cost is known."""
        terms = queries.terms_of(self.funding)
        return queries.costed(terms, self.locked.employer_slug, self.locked.employer_name)

    def reckon(self, lines: Sequence[PledgeLine] | None = None) -> Reckoning | str:
        """The costing at the counting pledges, or at these, or why there is none."""
        taken = self.counting if lines is None else lines
        return why_not(self.costed, [line.offer for line in taken])

    def own(self, actor: Actor) -> PledgeLine | None:
        """The standing pledge of the body acted for."""
        of_own = (x for x in self.lines if x.pledge.organisation_id == actor.organisation_id)
        return next(of_own, None)

    def require_open(self) -> None:
        """Raise MoveRefused where the funding was closed or has ended."""
        status = FundingStatus(self.funding.status)
        if status is not FundingStatus.OPEN:
            raise funding_is_over(status)


async def open_book(db: AsyncSession, actor: Actor, slug: str) -> tuple[SharedPost, Book]:
    """Lock the funding of a post that the actor may see, making it if it is the first pledge.

    Raises NotFound. Everything that a decision rests on is read after the lock.
    """
    post = await queries.get_shared_post(db, actor, slug)
    locked = await queries.lock_funding(db, post.opportunity_id)
    if locked is None:
        row = await queries.get_post_row(db, post.opportunity_id)
        await queries.ensure_funding(db, row)
        locked = await queries.lock_funding(db, post.opportunity_id)
    if locked is None:
        raise RuntimeError("A funding that was just made is not there.")
    return post, Book(locked, list(locked.lines))


def move(
    db: AsyncSession,
    actor: Actor,
    pledge: Pledge,
    action: PledgeAction,
    *,
    reason: str | None = None,
    changes: Sequence[Change] = (),
    before: ByYear | None = None,
    after: ByYear | None = None,
) -> None:
    """Take a pledge to its next status and write that down. Raises MoveRefused."""
    was = PledgeStatus(pledge.status)
    pledge.status = PLEDGE.after(was, action)
    pledge.version += 1
    if pledge.status not in {PledgeStatus.APPROVED, PledgeStatus.FROZEN}:
        pledge.approved_at = pledge.approved_by_id = pledge.approved_figures = None
    write_down(
        db, actor, pledge, was, action, reason=reason, changes=changes, before=before, after=after
    )


def write_down(
    db: AsyncSession,
    actor: Actor,
    pledge: Pledge,
    was: PledgeStatus | None,
    action: PledgeAction,
    *,
    reason: str | None = None,
    changes: Sequence[Change] = (),
    before: ByYear | None = None,
    after: ByYear | None = None,
) -> None:
    """Add a row to the history of a pledge, in the status that it has now."""
    db.add(
        PledgeHistory(
            pledge_id=pledge.id,
            funding_id=pledge.funding_id,
            organisation_id=pledge.organisation_id,
            employer_id=pledge.employer_id,
            version=pledge.version,
            from_status=was,
            to_status=pledge.status,
            action=action,
            by_id=actor.person_id,
            by_organisation_id=actor.organisation_id,
            reason=reason,
            changes=[change.plain() for change in changes],
            figures={"before": _kept(before), "after": _kept(after)},
        )
    )


def _kept(years: ByYear | None) -> dict[str, int]:
    return {str(year): pence for year, pence in (years or {}).items()}


def years_of(figures: Mapping[str, Any]) -> dict[int, int]:
    """Cost by year as an approval or a history row kept it."""
    return {int(year): pence for year, pence in figures.items()}


async def record_for_both(
    db: AsyncSession,
    actor: Actor,
    action: str,
    pledge: Pledge,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """One entry in the record of the pledging body, and one in the employer's."""
    for body in (pledge.organisation_id, pledge.employer_id):
        await record(
            db,
            actor,
            action,
            subject=("pledge", pledge.id),
            organisation_id=body,
            facts={"status": pledge.status, "version": pledge.version, **(facts or {})},
        )


async def settle(
    db: AsyncSession, actor: Actor, book: Book, *, cause: str, but_not: uuid.UUID | None = None
) -> None:
    """End a change: set back every approval that rested on other figures, and count anew.

    `cause` says in a sentence what was changed; `but_not` is the pledge that the actor changed.
    An approval stands while nothing that it relied on differs and its cost by year is the same.
    """
    await db.flush()
    book.lines = await queries.list_lines(db, book.funding.id)
    result = book.reckon()
    for line in book.counting:
        if line.status is PledgeStatus.APPROVED and line.pledge.id != but_not:
            await _set_back_if_moved(db, actor, book, line, result, cause)
    # Others' pledges are written while ours still lets us see them.
    await db.flush()
    _count(book)
    await db.flush()


async def _set_back_if_moved(
    db: AsyncSession,
    actor: Actor,
    book: Book,
    line: PledgeLine,
    result: Reckoning | str,
    cause: str,
) -> None:
    figures = line.pledge.approved_figures or {}
    before = years_of(figures["years"])
    changes = post_changes(terms_from(figures["terms"]), queries.terms_of(book.funding))
    after = result.by_body[line.body] if isinstance(result, Reckoning) else {}
    if not changes and isinstance(result, Reckoning) and not has_moved(before, after):
        return
    trouble = f" {result}" if isinstance(result, str) else ""
    move(
        db,
        actor,
        line.pledge,
        PledgeAction.SET_BACK,
        reason=cause + trouble,
        changes=changes,
        before=before,
        after=after,
    )
    await record_for_both(db, actor, "pledge.set_back", line.pledge)
    await tell(
        db,
        line.pledge.organisation_id,
        News(
            f"Your approval was set back: {shortened(book.funding.title)}",
            [
                f"Your organisation’s pledge for “{book.funding.title}” is in principle again, "
                "because something that it relied on has changed.",
                cause + trouble,
                "A finance officer can approve it again at the figures as they stand now.",
            ],
            f"/opportunities/{book.funding.slug}/pledge/approve",
            "Look at the figures",
            changes,
            before,
            after,
        ),
        from_name=actor.acting_for.name if actor.acting_for else "",
    )


def _count(book: Book) -> None:
    """Keep on the funding what others may know of its pledges."""
    funding, counting = book.funding, book.counting
    funding.offers = [
        {"basis": line.offer.basis, "amount": line.pledge.amount, "ceiling": line.offer.ceiling}
        for line in counting
    ]
    funding.party_ids = [line.pledge.organisation_id for line in book.lines]
    funding.body_ids = list(dict.fromkeys([*funding.body_ids, *funding.party_ids]))
    funding.version += 1
    total = book.locked.total
    total.week, total.status = funding.week, funding.status
    total.own_days = funding.own_days
    shown = book.lines
    week = queries.week_of(funding)
    sums = funded(week, [(x.offer, x.status is PledgeStatus.APPROVED) for x in shown])
    total.days, total.bodies = write_exact(sums.days), sums.bodies
