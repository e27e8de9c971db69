"""The numbers of skills."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.matching.models import match_skill
from app.matching.rule import Near, near_of
from app.matching.tokens import Numbering
from app.roles.models import Skill

_NUMBERS = 7_260_019


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The skills: their numbers, which are near to which, and how they are called."""

    numbering: Numbering
    names: Mapping[uuid.UUID, str]
    ids: Mapping[str, uuid.UUID]


async def load_catalogue(db: AsyncSession) -> Catalogue:
    """All skills with their numbers, in one query."""
    found = (
        await db.execute(
            select(
                Skill.id, Skill.name, Skill.slug, match_skill.c.number, match_skill.c.near_number
            ).outerjoin(match_skill, match_skill.c.skill_id == Skill.id)
        )
    ).all()
    names = {row.id: row.name for row in found}
    return Catalogue(
        Numbering(
            {row.id: row.number for row in found if row.number is not None},
            {row.id: row.near_number for row in found if row.near_number is not None},
            _near_of(frozenset(names.items())),
        ),
        names,
        {row.slug: row.id for row in found},
    )


@lru_cache(maxsize=4)
def _near_of(names: frozenset[tuple[uuid.UUID, str]]) -> Near:
    """Worked out once for an edition: it takes longer than all the rest of writing a row."""
    return near_of(list(names))


async def load_numbering(db: AsyncSession) -> Numbering:
    """The numbers of all skills, and which are near to which."""
    return (await load_catalogue(db)).numbering


async def numbers_of(db: AsyncSession, skill_ids: Collection[uuid.UUID]) -> Numbering:
    """The numbers of these skills alone, without what is near to them: enough to count."""
    found = list(await db.execute(select(match_skill).where(match_skill.c.skill_id.in_(skill_ids))))
    return Numbering(
        {row.skill_id: row.number for row in found},
        {row.skill_id: row.near_number for row in found if row.near_number is not None},
        {},
    )


async def skill_ids(db: AsyncSession) -> list[uuid.UUID]:
    """Every skill there has ever been, in an order that does not change."""
    return list(await db.scalars(select(Skill.id).order_by(Skill.slug)))


async def last_number(db: AsyncSession) -> int:
    """The highest number that is given to a skill, 0 where none is."""
    highest = func.greatest(func.max(match_skill.c.number), func.max(match_skill.c.near_number))
    return await db.scalar(select(highest)) or 0


async def lock_numbers(db: AsyncSession) -> None:
    """Keep others from giving numbers until the transaction ends."""
    await db.execute(select(func.pg_advisory_xact_lock(_NUMBERS)))
