"""Every read of the demo region."""

import uuid

from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.organisations.models import Person

# Any number, the same everywhere: two that load at once load one after the other.
_LOCK = 7_260_002


async def lock_region(db: AsyncSession) -> None:
    """Wait until nobody else loads the region; only commands call it."""
    await db.execute(select(func.pg_advisory_xact_lock(_LOCK)))


async def is_loaded(db: AsyncSession) -> bool:
    """Whether the region is there: it is loaded whole or not at all."""
    return bool(await db.scalar(select(exists().where(Person.is_demo, Person.is_operator))))


async def has_demo_people(db: AsyncSession) -> bool:
    """Whether there is anybody invented, however they came here."""
    return bool(await db.scalar(select(exists().where(Person.is_demo))))


async def find_demo_person(db: AsyncSession, email: str) -> uuid.UUID | None:
    """The id of a demo person by their address; nobody else's is ever given."""
    return await db.scalar(
        select(Person.id).where(
            Person.email == email, Person.is_demo, Person.suspended_at.is_(None)
        )
    )
