"""What bodies say to a proposal: accept, decline, and which of their posts are compared at all."""

import uuid
from collections.abc import Sequence
from datetime import timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.commands import record
from app.cofunding.fitting import queries
from app.cofunding.fitting.commands.moving import Word, move, record_for, tell_side
from app.cofunding.fitting.domain import (
    DAYS_TO_DRAFT,
    LIVE,
    Answer,
    Employs,
    FitAction,
    FitStatus,
    fits_no_longer,
    is_group,
    lead_of,
    no_such_fit,
)
from app.cofunding.fitting.models import FitSide
from app.cofunding.fitting.permissions import may_accept, may_answer
from app.cofunding.fitting.queries import Book, Told
from app.core.actor import Actor
from app.core.clock import london_today
from app.core.db import seeing_all
from app.core.outbox import enqueue


async def accept_fit(
    db: AsyncSession, actor: Actor, *, fit_id: uuid.UUID, employs: Employs
) -> FitSide:
    """Accept for the body acted for, or change who it thinks should employ the person.

    With the last yes all are told of each other what their posts say. Said twice it is done once.
    Raises NotFound, Refused, MoveRefused where it has ended or the posts fit no longer.
    """
    side = (await queries.get_own(db, actor, fit_id)).side
    may_accept(actor).require()
    async with seeing_all(db):
        book = await queries.lock_fit(db, fit_id)
        own = book.of(actor.organisation_id)
        is_said = own.answer == Answer.ACCEPTED and own.employs == employs
        if is_said and book.fit.status in LIVE:
            return side
        was_agreed = book.fit.status == FitStatus.AGREED
        move(db, actor, book, FitAction.CHOOSE if was_agreed else FitAction.ACCEPT)
        await _require_fit(db, book)
        _answer(actor, own, Answer.ACCEPTED)
        own.employs = employs
        is_agreed = all(one.answer == Answer.ACCEPTED for one in book.sides)
        if is_agreed:
            await _agree(db, actor, book, is_new=not was_agreed)
        await record_for(db, actor, "fit.accepted", [own], {"employs": employs.value})
    return side


def _answer(actor: Actor, own: FitSide, answer: Answer) -> None:
    own.answer = answer
    own.answered_at, own.answered_by_id = func.now(), actor.person_id


async def _require_fit(db: AsyncSession, book: Book) -> None:
    """Posts may have changed since they were compared: nothing is agreed that fits no longer."""
    found = await queries.list_candidates_of(db, book.post_ids, london_today())
    if len(found) < len(book.sides) or not is_group([one.need for one in found.values()]):
        raise fits_no_longer()


async def _agree(db: AsyncSession, actor: Actor, book: Book, *, is_new: bool) -> None:
    """Everybody has accepted: settle who employs, exchange what the posts say, and tell all."""
    wishes = {side.organisation_id: Employs(side.employs or "") for side in book.sides}
    days = {side.organisation_id: Fraction(side.days) for side in book.sides}
    was, book.fit.lead_id = book.fit.lead_id, lead_of(wishes, days)
    told = await queries.list_told(db, book.post_ids)
    if is_new:
        move(db, actor, book, FitAction.AGREE)
        book.fit.expires_on = london_today() + timedelta(days=DAYS_TO_DRAFT)
        await record_for(db, actor, "fit.agreed", book.sides)
    for side in book.sides:
        side.expires_on = book.fit.expires_on
        side.is_lead = (
            None if book.fit.lead_id is None else side.organisation_id == book.fit.lead_id
        )
        side.partners = [
            partner(one, book) for one in told if one.organisation_id != side.organisation_id
        ]
    if is_new or was != book.fit.lead_id:
        await _tell_of_agreement(db, book, told)


def partner(one: Told, book: Book) -> dict[str, Any]:
    """What another body is told of this one and its post, once all have agreed."""
    post, side = one.post, book.of(one.organisation_id)
    return {
        "organisation_id": str(one.organisation_id),
        "slug": one.slug,
        "name": one.name,
        "employs": side.employs,
        "is_lead": one.organisation_id == book.fit.lead_id,
        "days": str(side.days),
        "post_slug": post.slug,
        "title": post.title,
        "summary": post.summary or "",
        "place": post.place or "",
        "starts_on": None if post.starts_on is None else post.starts_on.isoformat(),
        "ends_on": None if post.ends_on is None else post.ends_on.isoformat(),
        "pay_from": None if post.pay_from is None else str(post.pay_from),
        "pay_to": None if post.pay_to is None else str(post.pay_to),
        "contact_name": post.contact_name or "",
        "contact_email": post.contact_email or "",
    }


async def _tell_of_agreement(db: AsyncSession, book: Book, told: Sequence[Told]) -> None:
    names = {one.organisation_id: one.name for one in told}
    for own in told:
        side = book.of(own.organisation_id)
        others = " and ".join(name for key, name in names.items() if key != own.organisation_id)
        if book.fit.lead_id is None:
            then = "Agree on who employs the person: each of you can change what you said."
        elif side.is_lead:
            then = (
                "Your organisation employs the person, so the next step is yours: make the draft."
            )
        else:
            then = f"{names[book.fit.lead_id]} employs the person and makes the draft of the post."
        word = Word(
            "All have agreed to a joint post",
            [f"You and {others} want to share one post.", then],
        )
        await tell_side(db, own, side, word)


async def decline_fit(
    db: AsyncSession, actor: Actor, *, fit_id: uuid.UUID, reason: str, never_again: bool
) -> FitSide:
    """Decline for the body acted for, also after it had accepted, until the draft is made.

    The others learn that it will not come about, and neither who declined nor the reason. Raises
    NotFound, Refused, MoveRefused.
    """
    side = (await queries.get_own(db, actor, fit_id)).side
    may_answer(actor).require()
    async with seeing_all(db):
        book = await queries.lock_fit(db, fit_id)
        own = book.of(actor.organisation_id)
        if own.answer == Answer.DECLINED:
            return side
        move(db, actor, book, FitAction.DECLINE)
        _answer(actor, own, Answer.DECLINED)
        own.reason, own.never_again = reason, never_again
        await record_for(db, actor, "fit.declined", [own])
        for one in await queries.list_told(db, book.post_ids):
            if one.organisation_id == own.organisation_id:
                continue
            word = Word(
                "A joint post will not come about",
                [
                    "Not every organisation wants it.",
                    f"Your own post “{one.post.title}” stays as it is. We go on looking.",
                ],
            )
            await tell_side(db, one, book.of(one.organisation_id), word)
    await enqueue(db, "cofunding.notice_fits")
    return side


async def choose_posts(db: AsyncSession, actor: Actor, *, uses_private: bool) -> None:
    """Say whether posts that others may not see are compared. Raises Refused, NotFound."""
    may_answer(actor).require()
    if actor.organisation_id is None:
        raise no_such_fit()
    await queries.put_choice(
        db,
        {
            "organisation_id": actor.organisation_id,
            "uses_private": uses_private,
            "set_by_id": actor.person_id,
        },
    )
    await record(
        db,
        actor,
        "fit.posts_chosen",
        subject=("organisation", actor.organisation_id),
        organisation_id=actor.organisation_id,
        facts={"uses_private": uses_private},
    )
    await enqueue(db, "cofunding.notice_fits")
