"""The numbers of skills."""

import uuid
from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.matching.models import match_skill
from app.matching.rule import near_of
from app.matching.tokens import Numbering
from app.roles.models import Skill

_NUMBERS = 7_260_019


async def load_numbering(db: AsyncSession) -> Numbering:
    """The numbers of all skills, and which are near to which."""
    found = list(
        await db.execute(
            select(Skill.id, Skill.name, match_skill.c.number, match_skill.c.near_number)
            .outerjoin(match_skill, match_skill.c.skill_id == Skill.id)
            .order_by(Skill.slug)
        )
    )
    return Numbering(
        {row.id: row.number for row in found if row.number is not None},
        {row.id: row.near_number for row in found if row.near_number is not None},
        near_of([(row.id, row.name) for row in found]),
    )


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
