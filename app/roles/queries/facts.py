"""Reads a whole edition back as facts, to be compared with another."""

import uuid

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.roles.domain import EditionFacts, LevelFacts, Named, Proficiency, RoleFacts
from app.roles.models import (
    EditionRole,
    EditionSkill,
    FrameworkEdition,
    LevelSkill,
    Role,
    RoleFamily,
    RoleLevel,
    RoleSkill,
    Skill,
)

Needs = dict[uuid.UUID, dict[str, Proficiency]]


async def edition_facts(db: AsyncSession, edition: FrameworkEdition) -> EditionFacts:
    """What an edition says, in five queries. Successions are not of one edition: it has none."""
    edition_id = edition.id
    needs = await _needs(db, edition_id)
    levels = await _levels(db, edition_id, needs)
    without = await _without_levels(db, edition_id)
    roles = await db.execute(
        select(
            Role.id,
            Role.slug,
            Role.since,
            EditionRole.name,
            EditionRole.is_senior,
            RoleFamily.name.label("family"),
            RoleFamily.slug.label("family_slug"),
        )
        .join(EditionRole, EditionRole.role_id == Role.id)
        .join(RoleFamily, RoleFamily.id == EditionRole.family_id)
        .where(EditionRole.edition_id == edition_id)
        .order_by(EditionRole.position)
    )
    families: dict[str, str] = {}
    found: list[RoleFacts] = []
    for row in roles:
        families[row.family_slug] = row.family
        found.append(
            RoleFacts(
                row.name,
                row.slug,
                row.family,
                row.is_senior,
                tuple(levels.get(row.id, ())),
                tuple(without.get(row.id, ())),
                row.since,
            )
        )
    skills = await db.execute(
        select(Skill.name, Skill.slug)
        .join(EditionSkill, EditionSkill.skill_id == Skill.id)
        .where(EditionSkill.edition_id == edition_id)
        .order_by(Skill.name)
    )
    return EditionFacts(
        as_of=edition.as_of,
        name=edition.name,
        source=edition.source,
        licence=edition.licence,
        attribution=edition.attribution,
        families=tuple(Named(name, slug) for slug, name in families.items()),
        roles=tuple(found),
        skills=tuple(Named(*row) for row in skills),
        history=tuple(edition.history),
    )


async def _needs(
    db: AsyncSession, edition_id: uuid.UUID
) -> dict[uuid.UUID, dict[str, Proficiency]]:
    found = await db.execute(
        select(LevelSkill.level_id, Skill.name, LevelSkill.proficiency)
        .join(RoleLevel, RoleLevel.id == LevelSkill.level_id)
        .join(Skill, Skill.id == LevelSkill.skill_id)
        .where(RoleLevel.edition_id == edition_id)
        .order_by(Skill.name)
    )
    needs: Needs = {}
    for level_id, name, proficiency in found:
        needs.setdefault(level_id, {})[name] = Proficiency(proficiency)
    return needs


async def _levels(
    db: AsyncSession, edition_id: uuid.UUID, needs: Needs
) -> dict[uuid.UUID, list[LevelFacts]]:
    found = await db.scalars(
        select(RoleLevel).where(RoleLevel.edition_id == edition_id).order_by(RoleLevel.position)
    )
    levels: dict[uuid.UUID, list[LevelFacts]] = {}
    for one in found:
        facts = LevelFacts(one.name, one.slug, tuple(one.grades), needs.get(one.id, {}))
        levels.setdefault(one.role_id, []).append(facts)
    return levels


async def _without_levels(db: AsyncSession, edition_id: uuid.UUID) -> dict[uuid.UUID, list[str]]:
    found = await db.execute(
        select(RoleSkill.role_id, Skill.name)
        .join(Skill, Skill.id == RoleSkill.skill_id)
        .where(RoleSkill.edition_id == edition_id)
        .order_by(Skill.name)
    )
    skills: dict[uuid.UUID, list[str]] = {}
    for role_id, name in found:
        skills.setdefault(role_id, []).append(name)
    return skills
