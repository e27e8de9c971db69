"""Moves of a proposal and what bodies are told of them; each body's side moves along."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.commands import record
from app.cofunding.commands.telling import News, shortened, tell
from app.cofunding.fitting.domain import FIT, LIVE, FitAction, FitStatus
from app.cofunding.fitting.models import FitHistory, FitSide
from app.cofunding.fitting.queries import Book, Told
from app.core.actor import Actor
from app.core.permissions import Duty

READERS: Final = (Duty.HR,)


def move(db: AsyncSession, actor: Actor, book: Book, action: FitAction) -> None:
    """Take a locked proposal and all its sides to the next status. Raises MoveRefused.

    With the end of a proposal, what its bodies have told each other is taken out of it.
    """
    was = FitStatus(book.fit.status)
    now = FIT.after(was, action)
    book.fit.status = now
    if now not in LIVE:
        book.fit.ended_at = func.now()
    for side in book.sides:
        side.status = now
        if now not in LIVE:
            side.partners = []
    db.add(
        FitHistory(
            fit_id=book.fit.id,
            from_status=was,
            to_status=now,
            action=action,
            by_id=actor.person_id,
            by_organisation_id=actor.organisation_id,
        )
    )


async def record_for(
    db: AsyncSession,
    actor: Actor,
    action: str,
    sides: Sequence[FitSide],
    facts: Mapping[str, Any] | None = None,
) -> None:
    """An entry in the record of each of these bodies; it names no other body and no other post."""
    for side in sides:
        await record(
            db,
            actor,
            action,
            subject=("fit", side.fit_id),
            organisation_id=side.organisation_id,
            facts=facts,
        )


@dataclass(frozen=True, slots=True)
class Word:
    """What one body is told: a headline, sentences, and the words of the link."""

    headline: str
    sentences: Sequence[str]
    link: str = "See the proposal"


async def tell_side(db: AsyncSession, own: Told, side: FitSide, word: Word) -> None:
    """Write to HR of the body of this side; the link leads to its own page of the proposal."""
    news = News(
        f"{word.headline}: {shortened(own.post.title)[:80]}",
        word.sentences,
        path_of(own.slug, side.fit_id),
        word.link,
    )
    await tell(db, side.organisation_id, news, duties=READERS)


def path_of(slug: str, fit_id: uuid.UUID) -> str:
    """The page of a proposal for a body."""
    return f"/org/{slug}/joint-posts/{fit_id}"
