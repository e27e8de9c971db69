"""Which profiles are to be asked about, asked about again, or removed."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, Date, Subquery, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.organisations.models import Person, PersonSession
from app.profiles.models import Profile


async def lock_idle(
    db: AsyncSession, last_wanted: date, count: int
) -> Sequence[tuple[Profile, Person]]:
    """Profiles last wanted so long ago that nobody was asked about yet."""
    return await _lock(db, Profile.asked_on.is_(None) & (Profile.reviewed_on <= last_wanted), count)


async def lock_silent(
    db: AsyncSession, last_asked: date, count: int
) -> Sequence[tuple[Profile, Person]]:
    """Profiles that were asked about once, so long ago."""
    silent = (Profile.asked_on <= last_asked) & Profile.asked_again_on.is_(None)
    return await _lock(db, silent, count)


async def lock_ended(
    db: AsyncSession, last_asked_again: date, count: int
) -> Sequence[tuple[Profile, Person]]:
    """Profiles that were asked about twice, the second time so long ago."""
    return await _lock(db, Profile.asked_again_on <= last_asked_again, count)


async def _lock(
    db: AsyncSession, wanted: ColumnElement[bool], count: int
) -> Sequence[tuple[Profile, Person]]:
    """Whoever is being changed by somebody else has its turn in an hour."""
    rows = await db.execute(
        select(Profile, Person)
        .join(Person, Person.id == Profile.person_id)
        .where(wanted)
        .order_by(Profile.reviewed_on, Profile.id)
        .limit(count)
        .with_for_update(of=Profile, skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return [(row[0], row[1]) for row in rows]


def last_sign_ins() -> Subquery:
    """By person the day of the last sign-in that is still known."""
    day = cast(func.timezone("Europe/London", func.max(PersonSession.created_at)), Date)
    return (
        select(PersonSession.person_id, day.label("day"))
        .group_by(PersonSession.person_id)
        .subquery("last_sign_ins")
    )


async def find_by_link(db: AsyncSession, token_sha256: bytes) -> Profile | None:
    """The profile that a link keeps, also once it is kept: a second click does no harm."""
    return await _by_link(db, token_sha256, lock=False)


async def lock_by_link(db: AsyncSession, token_sha256: bytes) -> Profile | None:
    """The same, changed by nobody else meanwhile."""
    return await _by_link(db, token_sha256, lock=True)


async def _by_link(db: AsyncSession, token_sha256: bytes, *, lock: bool) -> Profile | None:
    query = select(Profile).where(Profile.keep_sha256 == token_sha256)
    found: Profile | None = await db.scalar(query.with_for_update() if lock else query)
    return found
