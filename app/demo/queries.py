"""Every read of the demo region."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.organisations.models import Person
from app.roles.models import LevelSkill, Role, RoleLevel
from app.roles.queries.editions import current_edition

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


@dataclass(slots=True)
class Framework:
    """Some roles of the newest edition: ids of roles by slug, of levels by role and slug, and what
    each level needs: skills with their proficiency.
    """

    edition_id: uuid.UUID
    roles: dict[str, uuid.UUID] = field(default_factory=dict)
    levels: dict[tuple[str, str], uuid.UUID] = field(default_factory=dict)
    skills: dict[uuid.UUID, list[tuple[uuid.UUID, int]]] = field(default_factory=dict)


async def get_framework(db: AsyncSession, roles: Collection[str]) -> Framework:
    """These roles with all their levels. Raises NotFound before an edition is loaded."""
    found = Framework((await current_edition(db)).id)
    rows = await db.execute(
        select(
            Role.slug,
            Role.id,
            RoleLevel.slug.label("level"),
            RoleLevel.id.label("level_id"),
            LevelSkill.skill_id,
            LevelSkill.proficiency,
        )
        .join(RoleLevel, RoleLevel.role_id == Role.id)
        .join(LevelSkill, LevelSkill.level_id == RoleLevel.id)
        .where(Role.slug.in_(roles), RoleLevel.edition_id == found.edition_id)
    )
    for row in rows:
        found.roles[row.slug] = row.id
        found.levels[row.slug, row.level] = row.level_id
        found.skills.setdefault(row.level_id, []).append((row.skill_id, row.proficiency))
    return found
