"""What the calendar and the post do to pledges: they lapse, and follow changes of their post."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from app.cofunding import queries
from app.cofunding.changes import Change, Terms, post_changes
from app.cofunding.commands.book import Book, move, record_for_both, settle
from app.cofunding.commands.telling import News, shortened, tell
from app.cofunding.domain import FUNDING, FundingAction, FundingStatus, PledgeAction, PledgeStatus
from app.cofunding.figures import Reckoning
from app.cofunding.queries import PledgeLine
from app.core.actor import SYSTEM, Actor
from app.core.clock import london_today
from app.costsharing.engine.calendar import long_date
from app.opportunities.domain import RELIED_ON, OpportunityKind, OpportunityStatus, PostFacts
from app.opportunities.models import Opportunity

OF_INTEREST = RELIED_ON | {"title", "own_days"}


async def follow_post(db: AsyncSession, actor: Actor, before: PostFacts, after: PostFacts) -> None:
    """Take a change of a jointly funded post over into its funding, in the same transaction.

    Terms that partners relied on set approvals back and are told to every partner, field by field
    with the cost before and after. A post that is withdrawn ends its funding.
    """
    if after.kind is not OpportunityKind.SHARED_POST or after.status not in queries.PUBLISHED:
        return
    if before.status in queries.PUBLISHED and not after.changed_since(before) & OF_INTEREST:
        return
    post = await queries.get_post_row(db, after.id)
    await queries.ensure_funding(db, post)
    locked = await queries.lock_funding(db, after.id)
    if locked is None:
        raise RuntimeError("A funding that was just made is not there.")
    book = Book(locked, list(locked.lines))
    was, costs = queries.terms_of(book.funding), book.reckon()
    terms = queries.terms_of_post(post)
    changes = post_changes(was, terms)
    _take_over(book, post, terms)
    if after.status is OpportunityStatus.WITHDRAWN:
        await _end(db, actor, book)
    else:
        if changes:
            await _tell_partners(db, book, changes, costs)
        await settle(db, actor, book, cause=f"{book.locked.employer_name} changed the post.")


def _take_over(book: Book, post: Opportunity, terms: Terms) -> None:
    funding = book.funding
    funding.title, funding.week, funding.own_days = post.title, terms.week, post.own_days
    funding.starts_on, funding.ends_on = terms.starts_on, terms.ends_on
    funding.base = None if terms.base is None else dict(terms.base)


async def _tell_partners(
    db: AsyncSession, book: Book, changes: list[Change], costs: Reckoning | str
) -> None:
    """Tell those whose pledge needs no approval again; the others hear it with their set-back."""
    now = book.reckon()
    for line in book.counting:
        if line.status is PledgeStatus.APPROVED:
            continue
        await tell(
            db,
            line.pledge.organisation_id,
            News(
                f"The post you pledged for has changed: {shortened(book.funding.title)}",
                [
                    f"{book.locked.employer_name} changed “{book.funding.title}”, for which your "
                    "organisation has pledged.",
                    *([now] if isinstance(now, str) else []),
                ],
                f"/opportunities/{book.funding.slug}/funding",
                "See what it costs now",
                changes,
                costs.by_body.get(line.body, {}) if isinstance(costs, Reckoning) else {},
                now.by_body.get(line.body, {}) if isinstance(now, Reckoning) else {},
            ),
            from_name=book.locked.employer_name,
        )


async def _end(db: AsyncSession, actor: Actor, book: Book) -> None:
    """The post is withdrawn: pledges are released. What was closed into a split stays as it is."""
    status = FundingStatus(book.funding.status)
    if status is not FundingStatus.OPEN:
        return
    book.funding.status = FUNDING.after(status, FundingAction.END)
    for line in book.counting:
        reason = f"{book.locked.employer_name} withdrew the post."
        move(db, actor, line.pledge, PledgeAction.RELEASE, reason=reason)
        await record_for_both(db, actor, "pledge.released", line.pledge)
        await tell(
            db,
            line.pledge.organisation_id,
            News(
                f"A post you pledged for was withdrawn: {shortened(book.funding.title)}",
                [f"{reason} Your organisation’s pledge for “{book.funding.title}” has ended."],
                f"/org/{line.body}/pledges/{line.pledge.id}",
            ),
            from_name=book.locked.employer_name,
        )
    await settle(db, actor, book, cause="The post was withdrawn.")


async def lapse_pledges(db: AsyncSession) -> int:
    """End every pledge whose last day has passed, and say how many; a missed night is made up."""
    today, ended = london_today(), 0
    for opportunity_id in await queries.list_ended_fundings(db, today):
        locked = await queries.lock_funding(db, opportunity_id)
        if locked is not None:
            ended += await lapse_due(db, SYSTEM, Book(locked, list(locked.lines)), today)
    return ended


async def lapse_due(db: AsyncSession, actor: Actor, book: Book, today: date) -> int:
    """End the pledges of one locked funding whose last day has passed, and tell both bodies."""
    due = [x for x in book.counting if x.pledge.ends_on is not None and x.pledge.ends_on < today]
    for line in due:
        move(db, actor, line.pledge, PledgeAction.LAPSE)
        await record_for_both(db, actor, "pledge.lapsed", line.pledge)
        await _tell_of_lapse(db, book, line)
    if due:
        names = " and ".join(line.name for line in due)
        await settle(db, actor, book, cause=f"The pledge of {names} lapsed at its end date.")
    return len(due)


async def _tell_of_lapse(db: AsyncSession, book: Book, line: PledgeLine) -> None:
    title = book.funding.title
    day = "" if line.pledge.ends_on is None else f" after {long_date(line.pledge.ends_on)}"
    await tell(
        db,
        line.pledge.organisation_id,
        News(
            f"Your pledge has lapsed: {shortened(title)}",
            [
                f"Your organisation’s pledge for “{title}” counts no longer{day}, the last day "
                "that you gave. You can pledge again while the post takes pledges."
            ],
            f"/org/{line.body}/pledges/{line.pledge.id}",
        ),
    )
    await tell(
        db,
        book.funding.employer_id,
        News(
            f"A pledge has lapsed: {shortened(title)}",
            [f"The pledge of {line.name} for “{title}” counts no longer{day}."],
            f"/opportunities/{book.funding.slug}/funding",
            "See how the post is funded",
        ),
    )
