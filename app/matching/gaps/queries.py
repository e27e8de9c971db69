"""What somebody can be compared with, as far as they may see it, and what they claimed when."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor, me
from app.matching.gaps.domain import Change
from app.matching.queries.numbering import Catalogue
from app.matching.queries.source import terms_of, waived_skills
from app.matching.rule import Asked, Terms
from app.opportunities.finding.queries import find_open_post_by_id, viewer_of
from app.profiles.models import ProfileSkillHistory
from app.roles import queries as framework
from app.roles.local import queries as local
from app.roles.queries import SkillAt, SkillSource


@dataclass(frozen=True, slots=True)
class Target:
    """A role, level or post with what it asks for; `terms` are the conditions of a post."""

    kind: str
    name: str
    href: str
    asked: tuple[Asked, ...]
    terms: Terms | None = None


async def find_target(
    db: AsyncSession, actor: Actor, value: str, catalogue: Catalogue
) -> Target | None:
    """What an address names: `post:ID`, `local:ID`, or a role and level by slug."""
    kind, _, key = value.partition(":")
    if kind in {"post", "local"} and key:
        try:
            found_id = uuid.UUID(key)
        except ValueError:
            return None
        if kind == "post":
            return await _post(db, actor, found_id, catalogue)
        return await _local(db, found_id)
    return await _level(db, value)


async def _post(
    db: AsyncSession, actor: Actor, post_id: uuid.UUID, catalogue: Catalogue
) -> Target | None:
    row = await find_open_post_by_id(db, viewer_of(actor), post_id)
    if row is None:
        return None
    waived = await waived_skills(db, post_id)
    asked = [
        Asked(skill_id, one["level"], one["is_must"], skill_id in waived)
        for one in row["skills"]
        for skill_id in [catalogue.ids[one["slug"]]]
    ]
    href = f"/opportunities/{row['slug']}"
    return Target("Post", row["title"], href, tuple(asked), terms_of(_Row(row)))


class _Row:
    """A row of the reader with its columns as attributes."""

    def __init__(self, row: object) -> None:
        self._row = row

    def __getattr__(self, name: str) -> object:
        return self._row[name]  # type: ignore[index]


async def _local(db: AsyncSession, role_id: uuid.UUID) -> Target | None:
    line = await local.find_public(db, role_id)
    if line is None:
        return None
    skills = await local.skills_of_local_role(db, role_id)
    return Target(f"Local role of {line.organisation_name}", line.name, line.url, _asked(skills))


async def _level(db: AsyncSession, value: str) -> Target | None:
    sources = await framework.skill_sources(db)
    source = next((one for one in sources if one.value == value), None)
    if source is None:
        return None
    skills = await skills_of(db, source)
    href = f"/roles/{source.value.partition('/')[0]}"
    return Target("Role of the framework", source.name, href, _asked(skills))


async def skills_of(db: AsyncSession, source: SkillSource) -> tuple[SkillAt, ...]:
    """What a role or level needs."""
    if source.level_id is not None:
        return await framework.skills_of_level(db, source.level_id)
    return await framework.skills_of_role(db, source.role_id)


def _asked(skills: Sequence[SkillAt]) -> tuple[Asked, ...]:
    return tuple(Asked(one.skill_id, one.proficiency) for one in skills)


async def list_changes(db: AsyncSession, actor: Actor) -> list[Change]:
    """What the actor claimed when, the first day first; as far back as it is kept."""
    found = await db.execute(
        select(
            ProfileSkillHistory.skill_id,
            ProfileSkillHistory.level,
            ProfileSkillHistory.on_day,
        )
        .where(ProfileSkillHistory.person_id == me(actor))
        .order_by(ProfileSkillHistory.on_day, ProfileSkillHistory.id)
    )
    return [Change(*row) for row in found]
