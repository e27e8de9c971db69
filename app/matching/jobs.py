"""What the worker does for matching."""

import uuid

from sqlalchemy.ext.asyncio import AsyncSession

from app.matching import following


async def look_after(db: AsyncSession) -> None:
    """Each hour: keep the match tables in step with profiles, posts, consent and editions."""
    await following.look_after(db)


async def follow_person(db: AsyncSession, *, person_id: str) -> None:
    """Write somebody into the matches whose profile somebody else changed."""
    await following.follow_person(db, uuid.UUID(person_id))


async def rebuild_people(db: AsyncSession, *, after: str | None) -> None:
    """Write people into the matches again, those after a person, a batch at a time."""
    await following.rebuild_people(db, None if after is None else uuid.UUID(after))


async def rebuild_posts(db: AsyncSession, *, after: str | None) -> None:
    """The same of open posts."""
    await following.rebuild_posts(db, None if after is None else uuid.UUID(after))


async def write_due(db: AsyncSession) -> None:
    """Go on with rows that are missing or out of date, where there were too many for one time."""
    await following.write_due(db)
