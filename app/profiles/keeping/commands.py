"""Asking whether idle profiles are wanted, keeping those that are, removing the others."""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.commands import record
from app.core.actor import SYSTEM, Actor
from app.core.db import seeing_all, settings_of
from app.notifications.commands import send
from app.organisations.links import sha256, sha256_of
from app.organisations.models import Person
from app.profiles.commands import tell
from app.profiles.confirming.moving import delete_letters_of
from app.profiles.keeping import queries
from app.profiles.keeping.domain import (
    ends_on,
    idle_since,
    last_asked,
    last_asked_again,
    no_such_link,
)
from app.profiles.keeping.links import link_path, token_of
from app.profiles.models import Profile

# How many of each one run takes, so that a crowd of old profiles spreads over a day.
MOST_AT_ONCE: Final = 100


@dataclass(frozen=True, slots=True)
class Done:
    """How many profiles were asked about, asked about again, and removed."""

    asked: int
    asked_again: int
    removed: int


async def look_after(db: AsyncSession, today: date) -> Done:
    """Note who signed in; then remove, ask again and ask, each profile at most one of these.

    All is one transaction: cut off in the middle nothing was done, and the next run does it once.
    """
    await note_sign_ins(db)
    removed = await _remove(db, today)
    asked_again = await _ask(db, today, again=True)
    asked = await _ask(db, today, again=False)
    await db.flush()
    return Done(asked, asked_again, removed)


async def note_sign_ins(db: AsyncSession) -> None:
    """Whoever signed in since counts as wanting their profile, and needs to answer nothing."""
    last = queries.last_sign_ins()
    await db.execute(
        update(Profile)
        .where(
            Profile.person_id == last.c.person_id,
            (last.c.day > Profile.reviewed_on) & (Profile.asked_on.is_(None))
            | (last.c.day >= Profile.asked_on),
        )
        .values(reviewed_on=last.c.day, asked_on=None, asked_again_on=None)
        .execution_options(synchronize_session=False)
    )


async def _ask(db: AsyncSession, today: date, *, again: bool) -> int:
    if again:
        found = await queries.lock_silent(db, last_asked(today), MOST_AT_ONCE)
    else:
        found = await queries.lock_idle(db, idle_since(today), MOST_AT_ONCE)
    for profile, person in found:
        asked_on = profile.asked_on or today
        token = token_of(settings_of(db), profile.id, asked_on)
        profile.asked_on, profile.keep_sha256 = asked_on, sha256(token)
        if again:
            profile.asked_again_on = today
        await send(
            db,
            to=person.email,
            template="profile_idle",
            values={
                "path": link_path(token),
                "since": profile.reviewed_on,
                "ends": ends_on(today) if again else None,
            },
            language=_language(person),
            person_id=person.id,
        )
        await record(
            db, SYSTEM, "profile.asked", subject=("person", person.id), facts={"again": again}
        )
    return len(found)


async def _remove(db: AsyncSession, today: date) -> int:
    found = await queries.lock_ended(db, last_asked_again(today), MOST_AT_ONCE)
    for profile, person in found:
        await delete_letters_of(db, person.id)
        await db.execute(delete(Profile).where(Profile.id == profile.id))
        await tell(db, person.id)
        await record(db, SYSTEM, "profile.removed_idle", subject=("person", person.id))
        await send(
            db,
            to=person.email,
            template="profile_removed",
            values={"path": "/profile"},
            language=_language(person),
            person_id=person.id,
        )
    return len(found)


def _language(person: Person) -> Literal["en", "cy"]:
    return "cy" if person.language == "cy" else "en"


async def require_link(db: AsyncSession, token: str) -> None:
    """Raise NotFound for a link that keeps nothing."""
    token_sha256 = sha256_of(token, no_such_link())
    async with seeing_all(db):
        if await queries.find_by_link(db, token_sha256) is None:
            raise no_such_link()


async def keep_by_link(db: AsyncSession, actor: Actor, *, token: str, today: date) -> None:
    """Keep the profile of a link for another year; twice is as once. Raises NotFound."""
    token_sha256 = sha256_of(token, no_such_link())
    async with seeing_all(db):
        profile = await queries.lock_by_link(db, token_sha256)
        if profile is None:
            raise no_such_link()
        profile.reviewed_on, profile.asked_on, profile.asked_again_on = today, None, None
        await db.flush()
        await record(db, actor, "profile.kept", subject=("person", profile.person_id))
