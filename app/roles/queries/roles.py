"""Reads of families, roles, levels and the matrix."""

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.paging import Paged, Part
from app.roles.domain import former_names, no_such_role
from app.roles.models import (
    EditionRole,
    FrameworkEdition,
    LevelSkill,
    Role,
    RoleFamily,
    RoleLevel,
    RoleSkill,
    Skill,
)
from app.roles.queries.editions import newest
from app.roles.queries.search import matches, rank
from app.roles.queries.views import (
    Cell,
    FamilyLine,
    LevelChoice,
    LevelLine,
    RoleLine,
    RoleView,
    SkillAt,
    SkillSource,
)


async def list_families(db: AsyncSession) -> tuple[FamilyLine, ...]:
    """The families of the current edition, each with its roles, by name."""
    found = await db.execute(
        _role_lines().order_by(func.lower(RoleFamily.name), func.lower(EditionRole.name), Role.id)
    )
    families: dict[uuid.UUID, list[RoleLine]] = {}
    names: dict[uuid.UUID, tuple[str, str]] = {}
    for row in found:
        families.setdefault(row.family_id, []).append(_role_line(row))
        names[row.family_id] = (row.family_slug, row.family_name)
    return tuple(FamilyLine(key, *names[key], tuple(roles)) for key, roles in families.items())


async def list_roles(
    db: AsyncSession, part: Part, *, q: str = "", family: str = ""
) -> Paged[RoleLine]:
    """Roles of the current edition, found by the words of `q` and by the slug of a family."""
    wanted = _role_lines().where(*matches(Role.search_text, q))
    if family:
        wanted = wanted.where(RoleFamily.slug == family)
    total = await db.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    found = await db.execute(
        wanted.order_by(rank(EditionRole.name, q), func.lower(EditionRole.name), Role.id)
        .limit(part.size)
        .offset(part.offset)
    )
    return Paged([_role_line(row) for row in found], total, part)


def _role_lines() -> Select[*tuple[Any, ...]]:
    levels = (
        select(func.count())
        .where(
            RoleLevel.role_id == EditionRole.role_id, RoleLevel.edition_id == EditionRole.edition_id
        )
        .correlate(EditionRole)
        .scalar_subquery()
    )
    return (
        select(
            Role.id,
            Role.slug,
            EditionRole.name,
            EditionRole.is_senior,
            EditionRole.family_id,
            RoleFamily.slug.label("family_slug"),
            RoleFamily.name.label("family_name"),
            levels.label("levels"),
        )
        .join(EditionRole, EditionRole.role_id == Role.id)
        .join(RoleFamily, RoleFamily.id == EditionRole.family_id)
        .where(EditionRole.edition_id == newest().scalar_subquery())
    )


def _role_line(row: Any) -> RoleLine:
    return RoleLine(
        row.id, row.slug, row.name, row.family_slug, row.family_name, row.is_senior, row.levels
    )


async def get_role(db: AsyncSession, slug: str) -> RoleView:
    """A role as the newest edition that has it says. Raises NotFound."""
    found = await db.execute(
        select(
            Role.id,
            Role.slug,
            Role.since,
            EditionRole.name,
            EditionRole.is_senior,
            RoleFamily.slug.label("family_slug"),
            RoleFamily.name.label("family_name"),
            FrameworkEdition.id.label("edition_id"),
            FrameworkEdition.as_of,
            FrameworkEdition.name.label("framework"),
            FrameworkEdition.attribution,
            FrameworkEdition.licence,
            FrameworkEdition.history,
            (FrameworkEdition.id == newest().scalar_subquery()).label("is_current"),
        )
        .join(EditionRole, EditionRole.role_id == Role.id)
        .join(RoleFamily, RoleFamily.id == EditionRole.family_id)
        .join(FrameworkEdition, FrameworkEdition.id == EditionRole.edition_id)
        .where(Role.slug == slug)
        .order_by(FrameworkEdition.as_of.desc())
        .limit(1)
    )
    row = found.one_or_none()
    if row is None:
        raise no_such_role()
    return RoleView(
        id=row.id,
        slug=row.slug,
        name=row.name,
        family_slug=row.family_slug,
        family_name=row.family_name,
        is_senior=row.is_senior,
        since=row.since,
        edition_id=row.edition_id,
        as_of=row.as_of,
        framework=row.framework,
        attribution=row.attribution,
        licence=row.licence,
        is_current=row.is_current,
        history=_about(row.name, row.history),
    )


def _about(name: str, history: list[Any]) -> tuple[Any, ...]:
    """The lines of a change log about a role, under any name it has had."""
    names = {name, *former_names(name, history)}
    return tuple(h for h in history if names & {h.get("role"), h.get("to")})


async def list_levels(
    db: AsyncSession, role_id: uuid.UUID, *, edition_id: uuid.UUID | None = None
) -> tuple[LevelLine, ...]:
    """The levels of a role in an edition (the current one by default), the lowest first."""
    edition = newest().scalar_subquery() if edition_id is None else literal(edition_id)
    found = await db.scalars(
        select(RoleLevel)
        .where(RoleLevel.role_id == role_id, RoleLevel.edition_id == edition)
        .order_by(RoleLevel.position)
    )
    return tuple(
        LevelLine(one.id, one.slug, one.name, one.position, tuple(one.grades)) for one in found
    )


async def skills_of_level(db: AsyncSession, level_id: uuid.UUID) -> tuple[SkillAt, ...]:
    """What a level needs, by name: each skill with its proficiency from 1 to 4."""
    found = await db.execute(
        select(Skill.id, Skill.slug, Skill.name, LevelSkill.proficiency)
        .join(LevelSkill, LevelSkill.skill_id == Skill.id)
        .where(LevelSkill.level_id == level_id)
        .order_by(func.lower(Skill.name), Skill.id)
    )
    return tuple(SkillAt(row.id, row.slug, row.name, row.proficiency) for row in found)


async def skills_of_role(
    db: AsyncSession, role_id: uuid.UUID, *, edition_id: uuid.UUID | None = None
) -> tuple[SkillAt, ...]:
    """The skills of a role without levels, by name; no proficiency is stated."""
    edition = newest().scalar_subquery() if edition_id is None else literal(edition_id)
    found = await db.execute(
        select(Skill.id, Skill.slug, Skill.name)
        .join(RoleSkill, RoleSkill.skill_id == Skill.id)
        .where(RoleSkill.role_id == role_id, RoleSkill.edition_id == edition)
        .order_by(func.lower(Skill.name), Skill.id)
    )
    return tuple(SkillAt(row.id, row.slug, row.name, None) for row in found)


async def list_cells(
    db: AsyncSession, role_id: uuid.UUID, edition_id: uuid.UUID
) -> tuple[Cell, ...]:
    """The matrix of a role in an edition, by skill."""
    found = await db.execute(
        select(
            LevelSkill.level_id,
            LevelSkill.skill_id,
            Skill.slug,
            Skill.name,
            LevelSkill.proficiency,
        )
        .join(RoleLevel, RoleLevel.id == LevelSkill.level_id)
        .join(Skill, Skill.id == LevelSkill.skill_id)
        .where(RoleLevel.role_id == role_id, RoleLevel.edition_id == edition_id)
        .order_by(func.lower(Skill.name), RoleLevel.position)
    )
    return tuple(Cell(*row) for row in found)


async def list_all_levels(db: AsyncSession) -> tuple[LevelChoice, ...]:
    """Every level of the current edition, by role and from the lowest up."""
    found = await db.execute(
        select(RoleLevel.id, RoleLevel.slug, RoleLevel.name, Role.slug, EditionRole.name)
        .join(
            EditionRole,
            (EditionRole.role_id == RoleLevel.role_id)
            & (EditionRole.edition_id == RoleLevel.edition_id),
        )
        .join(Role, Role.id == RoleLevel.role_id)
        .where(RoleLevel.edition_id == newest().scalar_subquery())
        .order_by(func.lower(EditionRole.name), Role.id, RoleLevel.position)
    )
    return tuple(LevelChoice(*row) for row in found)


async def skills_of_levels(db: AsyncSession, level_ids: Sequence[uuid.UUID]) -> tuple[Cell, ...]:
    """What several levels need, by skill."""
    found = await db.execute(
        select(
            LevelSkill.level_id,
            LevelSkill.skill_id,
            Skill.slug,
            Skill.name,
            LevelSkill.proficiency,
        )
        .join(Skill, Skill.id == LevelSkill.skill_id)
        .where(LevelSkill.level_id.in_(level_ids))
        .order_by(func.lower(Skill.name), LevelSkill.level_id)
    )
    return tuple(Cell(*row) for row in found)


async def skill_sources(db: AsyncSession) -> tuple[SkillSource, ...]:
    """Every level of the current edition, and every role without levels, by role."""
    found = await db.execute(
        select(
            Role.id,
            Role.slug,
            EditionRole.name,
            RoleLevel.id.label("level_id"),
            RoleLevel.slug.label("level_slug"),
            RoleLevel.name.label("level_name"),
        )
        .join(EditionRole, EditionRole.role_id == Role.id)
        .outerjoin(
            RoleLevel,
            (RoleLevel.role_id == Role.id) & (RoleLevel.edition_id == EditionRole.edition_id),
        )
        .where(EditionRole.edition_id == newest().scalar_subquery())
        .order_by(func.lower(EditionRole.name), Role.id, RoleLevel.position)
    )
    return tuple(
        SkillSource(
            f"{row.slug}/{row.level_slug}" if row.level_id else row.slug,
            f"{row.name}: {row.level_name}" if row.level_id else f"{row.name} (no levels)",
            row.id,
            row.level_id,
        )
        for row in found
    )
