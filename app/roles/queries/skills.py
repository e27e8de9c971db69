"""Reads of skills: where each is used, and what became of those that are no more."""

import uuid
from collections.abc import Sequence

from sqlalchemy import func, literal, null, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.core.paging import Paged, Part
from app.roles.domain import SuccessionKind, base_name, no_such_skill
from app.roles.models import (
    EditionRole,
    EditionSkill,
    FrameworkEdition,
    LevelSkill,
    Role,
    RoleLevel,
    RoleSkill,
    Skill,
    SkillSuccessor,
)
from app.roles.queries.editions import newest
from app.roles.queries.search import matches, rank
from app.roles.queries.views import SkillLine, SkillView, Successor, Use


async def all_skills(db: AsyncSession) -> tuple[SkillLine, ...]:
    """Every skill there has ever been."""
    found = await db.execute(select(Skill.id, Skill.slug, Skill.name))
    return tuple(SkillLine(row.id, row.slug, row.name) for row in found)


async def current_skills(db: AsyncSession) -> tuple[SkillLine, ...]:
    """Every skill of the current edition, by name."""
    found = await db.execute(
        select(Skill.id, Skill.slug, Skill.name)
        .join(EditionSkill, EditionSkill.skill_id == Skill.id)
        .where(EditionSkill.edition_id == newest().scalar_subquery())
        .order_by(func.lower(Skill.name), Skill.id)
    )
    return tuple(SkillLine(*row) for row in found)


async def all_successions(db: AsyncSession) -> tuple[Successor, ...]:
    """What became of every skill that is no more."""
    return await _successions(db, None)


async def find_skills(
    db: AsyncSession, q: str, *, limit: int = 20, ids: Sequence[uuid.UUID] = ()
) -> tuple[SkillLine, ...]:
    """Skills of the current edition whose words begin with those of `q`, best first.

    With `ids` only those are looked at: to check what a form sent.
    """
    wanted = (
        select(Skill.id, Skill.slug, Skill.name)
        .join(EditionSkill, EditionSkill.skill_id == Skill.id)
        .where(
            EditionSkill.edition_id == newest().scalar_subquery(), *matches(Skill.search_text, q)
        )
        .order_by(rank(Skill.name, q), func.lower(Skill.name), Skill.id)
        .limit(limit)
    )
    if ids:
        wanted = wanted.where(Skill.id.in_(ids))
    return tuple(SkillLine(*row) for row in await db.execute(wanted))


async def list_skills(db: AsyncSession, part: Part, *, q: str = "") -> Paged[SkillLine]:
    """Skills of the current edition, found by the words of `q`."""
    wanted = (
        select(Skill.id, Skill.slug, Skill.name)
        .join(EditionSkill, EditionSkill.skill_id == Skill.id)
        .where(
            EditionSkill.edition_id == newest().scalar_subquery(), *matches(Skill.search_text, q)
        )
    )
    total = await db.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    found = await db.execute(
        wanted.order_by(rank(Skill.name, q), func.lower(Skill.name), Skill.id)
        .limit(part.size)
        .offset(part.offset)
    )
    return Paged([SkillLine(*row) for row in found], total, part)


async def get_skill(db: AsyncSession, slug: str) -> SkillView:
    """A skill, retired ones too. Raises NotFound."""
    found = await db.execute(
        select(
            Skill.id,
            Skill.slug,
            Skill.name,
            FrameworkEdition.id.label("edition_id"),
            FrameworkEdition.as_of,
            (FrameworkEdition.id == newest().scalar_subquery()).label("is_current"),
        )
        .outerjoin(EditionSkill, EditionSkill.skill_id == Skill.id)
        .outerjoin(FrameworkEdition, FrameworkEdition.id == EditionSkill.edition_id)
        .where(Skill.slug == slug)
        .order_by(FrameworkEdition.as_of.desc())
        .limit(1)
    )
    row = found.one_or_none()
    if row is None:
        raise no_such_skill()
    return SkillView(row.id, row.slug, row.name, bool(row.is_current), row.edition_id, row.as_of)


async def list_uses(
    db: AsyncSession, skill_id: uuid.UUID, edition_id: uuid.UUID
) -> tuple[Use, ...]:
    """Where an edition uses a skill: by role, the levels lowest first."""
    at_levels = (
        select(
            Role.slug,
            EditionRole.name,
            RoleLevel.name.label("level_name"),
            LevelSkill.proficiency,
            RoleLevel.position,
        )
        .join(RoleLevel, RoleLevel.id == LevelSkill.level_id)
        .join(Role, Role.id == RoleLevel.role_id)
        .join(
            EditionRole,
            (EditionRole.role_id == Role.id) & (EditionRole.edition_id == RoleLevel.edition_id),
        )
        .where(LevelSkill.skill_id == skill_id, RoleLevel.edition_id == edition_id)
    )
    without = (
        select(Role.slug, EditionRole.name, null(), null(), literal(0))
        .join(RoleSkill, RoleSkill.role_id == Role.id)
        .join(
            EditionRole,
            (EditionRole.role_id == Role.id) & (EditionRole.edition_id == RoleSkill.edition_id),
        )
        .where(RoleSkill.skill_id == skill_id, RoleSkill.edition_id == edition_id)
    )
    both = union_all(at_levels, without).subquery()
    found = await db.execute(
        select(both.c.slug, both.c.name, both.c.level_name, both.c.proficiency).order_by(
            func.lower(both.c.name), both.c.slug, both.c.position
        )
    )
    return tuple(Use(*row) for row in found)


async def successions_of(db: AsyncSession, skill_id: uuid.UUID) -> tuple[Successor, ...]:
    """What a skill became and what became this skill, the latest first."""
    return await _successions(db, skill_id)


async def _successions(db: AsyncSession, skill_id: uuid.UUID | None) -> tuple[Successor, ...]:
    old, new = aliased(Skill), aliased(Skill)
    wanted = (
        select(
            SkillSuccessor.kind,
            SkillSuccessor.on,
            old.id,
            old.slug,
            old.name,
            new.id.label("new_id"),
            new.slug.label("new_slug"),
            new.name.label("new_name"),
        )
        .join(old, old.id == SkillSuccessor.skill_id)
        .outerjoin(new, new.id == SkillSuccessor.successor_id)
        .order_by(SkillSuccessor.on.desc(), old.name, new.name)
    )
    if skill_id is not None:
        wanted = wanted.where(
            (SkillSuccessor.skill_id == skill_id) | (SkillSuccessor.successor_id == skill_id)
        )
    return tuple(
        Successor(
            SuccessionKind(row.kind),
            row.on,
            SkillLine(row.id, row.slug, row.name),
            SkillLine(row.new_id, row.new_slug, row.new_name) if row.new_id else None,
        )
        for row in await db.execute(wanted)
    )


async def variants_of(db: AsyncSession, name: str) -> tuple[SkillLine, ...]:
    """Skills of the current edition whose names begin like this one's without its brackets."""
    found = await db.execute(
        select(Skill.id, Skill.slug, Skill.name)
        .join(EditionSkill, EditionSkill.skill_id == Skill.id)
        .where(
            EditionSkill.edition_id == newest().scalar_subquery(),
            func.lower(Skill.name).startswith(base_name(name).lower(), autoescape=True),
        )
        .order_by(func.lower(Skill.name), Skill.id)
    )
    return tuple(SkillLine(*row) for row in found)
