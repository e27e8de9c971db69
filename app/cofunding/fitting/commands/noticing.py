"""Notices which needs fit, proposes them to each body, and takes back what fits no longer."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

from sqlalchemy import delete, exists, func
from sqlalchemy.ext.asyncio import AsyncSession

from app.cofunding.domain import days_in_words
from app.cofunding.fitting import queries
from app.cofunding.fitting.commands.moving import Word, move, record_for, tell_side
from app.cofunding.fitting.domain import (
    DAYS_KEPT,
    DAYS_TO_ANSWER,
    FIT,
    FitAction,
    FitStatus,
    Group,
    Need,
    as_kept,
    best_groups,
    is_group,
    is_partial,
)
from app.cofunding.fitting.models import Fit, FitSide
from app.cofunding.fitting.queries import KINDS, Book, Candidate
from app.core.actor import SYSTEM, Actor
from app.core.clock import london_today
from app.core.db import new_id
from app.core.outbox import enqueue
from app.opportunities.domain import OpportunityStatus, PostFacts
from app.organisations.domain import REGION_NAMES, Region

# What decides whether a need fits, and to whom its post is shown.
COMPARED: Final = frozenset(
    {
        *("kind", "status", "role_id", "role_level_id", "local_role_id", "skills"),
        *("region", "remote", "days_per_week", "starts_on", "ends_on"),
        *("closes_on", "audience", "named_organisation_ids"),
    }
)


async def follow_needs(db: AsyncSession, _: Actor, before: PostFacts, after: PostFacts) -> None:
    """Have it looked at again what fits, where a partial need opened, changed or ended."""
    is_open = OpportunityStatus.OPEN in {before.status, after.status}
    if after.kind not in KINDS or not is_open or not after.changed_since(before) & COMPARED:
        return
    if any(one.days_per_week and is_partial(one.days_per_week) for one in (before, after)):
        await enqueue(db, "cofunding.notice_fits", opportunity_id=str(after.id))


async def notice_fits(db: AsyncSession, *, opportunity_id: uuid.UUID | None = None) -> int:
    """Propose what fits now and take back what does not; gives how many were proposed.

    For the exchange alone. With a post, only what could be beside it is looked at. Twice the same
    does nothing more, so it may run as often as it likes.
    """
    await queries.lock_noticing(db)
    today = london_today()
    found = await queries.list_candidates(db, today, beside=opportunity_id)
    await _look_at_living(db, found, today, opportunity_id)
    taken = await queries.live_post_ids(db)
    free = [one.need for post_id, one in found.items() if post_id not in taken]
    groups = best_groups(free, await queries.refused_pairs(db))
    for group in groups:
        await _propose(db, group, found, today)
    await _tell_opened(db)
    if opportunity_id is None:
        await _forget(db)
    return len(groups)


async def _forget(db: AsyncSession) -> None:
    """Delete proposals that ended long ago, but for those that say never again."""
    never = exists().where(FitSide.fit_id == Fit.id, FitSide.never_again)
    old = Fit.ended_at < func.now() - timedelta(days=DAYS_KEPT)
    await db.execute(delete(Fit).where(old, ~never))


async def _look_at_living(
    db: AsyncSession,
    found: Mapping[uuid.UUID, Candidate],
    today: date,
    opportunity_id: uuid.UUID | None,
) -> None:
    """End proposals whose posts fit no longer or whose time has run out; refresh the others."""
    for book in await queries.lock_live(db, of_post=opportunity_id):
        needs = [found[key].need for key in book.post_ids if key in found]
        is_whole = len(needs) == len(book.sides) and is_group(needs)
        status = FitStatus(book.fit.status)
        if not is_whole and FIT.may(status, FitAction.WITHDRAW):
            await _end(db, book, FitAction.WITHDRAW)
        elif book.fit.expires_on < today and FIT.may(status, FitAction.EXPIRE):
            await _end(db, book, FitAction.EXPIRE)
        elif status is FitStatus.PROPOSED:
            _refresh(book, needs)
    await db.flush()


def _refresh(book: Book, needs: Sequence[Need]) -> None:
    """Days and audiences may have changed without an end to the fit."""
    by_body = {need.body_id: need for need in needs}
    group = Group(tuple(needs))
    book.fit.days = as_kept(group.days)
    for side in book.sides:
        side.region = group.region
        side.days = as_kept(by_body[side.organisation_id].days)
        side.total_days = book.fit.days
        shown = shown_to(side.organisation_id, needs)
        if set(shown) != set(side.shown_post_ids):
            side.shown_post_ids = shown


async def _end(db: AsyncSession, book: Book, action: FitAction) -> None:
    """End a proposal, and tell the bodies; nobody learns which post it was."""
    move(db, SYSTEM, book, action)
    is_late = action is FitAction.EXPIRE
    await record_for(db, SYSTEM, "fit.expired" if is_late else "fit.withdrawn", book.sides)
    why = (
        "Not every organisation answered in time."
        if is_late
        else "A post has changed or ended, so the posts no longer fit together."
    )
    for own in await queries.list_told(db, book.post_ids):
        if own.post.status != OpportunityStatus.OPEN:
            continue
        side = book.of(own.organisation_id)
        word = Word(
            "A joint post is no longer proposed",
            [why, f"Your own post “{own.post.title}” stays as it is. We go on looking."],
        )
        await tell_side(db, own, side, word)


async def _propose(
    db: AsyncSession, group: Group, found: Mapping[uuid.UUID, Candidate], today: date
) -> None:
    """Write a proposal with a side for each body, and tell each of its own post alone."""
    fit = Fit(
        id=new_id(),
        status=FIT.start,
        days=as_kept(group.days),
        expires_on=today + timedelta(days=DAYS_TO_ANSWER),
    )
    db.add(fit)
    await db.flush()
    sides = [_side(fit, need, group, found[need.post_id]) for need in group.needs]
    db.add_all(sides)
    await db.flush()
    await record_for(db, SYSTEM, "fit.proposed", sides, {"bodies": len(sides)})
    book = Book(fit, tuple(sides))
    for own in await queries.list_told(db, book.post_ids):
        side = book.of(own.organisation_id)
        await tell_side(db, own, side, proposal_words(side, own.post.title, group))


def proposal_words(side: FitSide, title: str, group: Group) -> Word:
    """What a body is told of a proposal: its own post, and no word of any other."""
    return Word(
        "A post that others could share with you",
        [
            f"Your organisation wants somebody for {days_in_words(Fraction(side.days))} a week: "
            f"“{title}”.",
            f"{others_in_words(side)} the same kind of person for a part of the week. Together it "
            f"would be one post of {days_in_words(group.days)} a week.",
            "Nobody is shown more of another’s post than they may see already. Names and details "
            "are exchanged once all have accepted.",
        ],
    )


def others_in_words(side: FitSide) -> str:
    """Who else wants it, as far as may be said: how many, and that they are in one place."""
    others = side.bodies - 1
    who = "Another organisation" if others == 1 else f"{others} other organisations"
    verb = "wants" if others == 1 else "want"
    if side.region is None:
        return f"{who} {verb}"
    return f"{who} in the {REGION_NAMES[Region(side.region)]} {verb}"


def _side(fit: Fit, need: Need, group: Group, own: Candidate) -> FitSide:
    return FitSide(
        id=new_id(),
        fit_id=fit.id,
        organisation_id=need.body_id,
        opportunity_id=need.post_id,
        status=fit.status,
        days=as_kept(need.days),
        total_days=fit.days,
        bodies=len(group.needs),
        role_name=own.role_name,
        region=group.region,
        is_remote=need.is_remote,
        expires_on=fit.expires_on,
        shown_post_ids=shown_to(need.body_id, group.needs),
    )


def shown_to(body_id: uuid.UUID, needs: Sequence[Need]) -> list[uuid.UUID]:
    """The posts of others that this body may see anyway."""
    return [one.post_id for one in needs if one.body_id != body_id and one.is_shown_to(body_id)]


async def _tell_opened(db: AsyncSession) -> None:
    """Tell the others once that the joint post is open to them, so that they confirm their days."""
    for book in await queries.lock_opened(db):
        assert book.fit.joint_opportunity_id is not None  # noqa: S101 (that is what was asked)
        named = await queries.audience_of(db, book.fit.joint_opportunity_id)
        others = {side.organisation_id for side in book.sides if not side.is_lead}
        if named is not None and not others <= named:
            continue
        book.fit.told_open_at = func.now()
        for own in await queries.list_told(db, book.post_ids):
            side = book.of(own.organisation_id)
            if side.is_lead:
                continue
            word = Word(
                "The joint post is open",
                [
                    "The joint post that your organisation has agreed to is open.",
                    f"Confirm as an interest the {days_in_words(Fraction(side.days))} a week that "
                    "you wanted. It binds nobody until finance has approved it.",
                ],
                "Confirm your days",
            )
            await tell_side(db, own, side, word)
