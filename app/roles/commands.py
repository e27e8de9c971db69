"""Every change of the capability framework: an edition is added, never overwritten."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.dialects.postgresql import insert as insert_unless_there
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.commands import record
from app.core.actor import SYSTEM, Actor
from app.core.db import new_id
from app.roles import queries
from app.roles.bundled import bundled_date
from app.roles.domain import (
    EditionFacts,
    RoleFacts,
    Succession,
    edition_differs,
    former_names,
    free_slug,
    search_text,
    slug_of,
)
from app.roles.edition_file import bundled_edition
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
    SkillSuccessor,
)

Ids = dict[str, uuid.UUID]


@dataclass(frozen=True, slots=True)
class Loaded:
    """The edition, and whether this load added it."""

    edition: FrameworkEdition
    is_new: bool


async def load_edition(db: AsyncSession, actor: Actor, *, facts: EditionFacts) -> Loaded:
    """Add an edition. The same facts of the same day again change nothing.

    Families, roles and skills that are there already keep their ids; they take the names of the
    newest edition. Raises RuleBroken where an edition of that day says something else.
    """
    await queries.lock_framework(db)
    there = await queries.find_edition(db, facts.as_of)
    if there is not None:
        if there.content_sha256 != facts.fingerprint():
            raise edition_differs(facts.as_of)
        return Loaded(there, is_new=False)
    current = await queries.find_current_edition(db)
    is_newest = current is None or facts.as_of > current.as_of
    families = await _keep_families(db, facts, is_newest=is_newest)
    roles = await _keep_roles(db, facts, families, is_newest=is_newest)
    skills = await _keep_skills(db, facts)
    edition = await _add_edition(db, facts)
    await _add_roles(db, edition.id, facts, families, roles)
    await _add_matrix(db, edition.id, facts, roles, skills)
    await _add_successions(db, facts.successions, skills)
    if is_newest:
        await _make_findable(db, facts, roles)
    await record(
        db,
        actor,
        "framework.loaded",
        subject=("framework_edition", edition.id),
        facts={"as_of": facts.as_of, **asdict(facts.counts())},
    )
    return Loaded(edition, is_new=True)


async def load_bundled(db: AsyncSession) -> None:
    """Add the edition that comes with Crossbench, unless one of its day is there: then at once.

    The caller commits.
    """
    if await queries.find_edition(db, bundled_date()) is None:
        await load_edition(db, SYSTEM, facts=bundled_edition())


async def _insert(db: AsyncSession, table: type[Any], rows: Iterable[Mapping[str, Any]]) -> None:
    ready = [{"id": new_id(), **row} for row in rows]
    if ready:
        await db.execute(insert(table), ready)


async def _update(db: AsyncSession, table: type[Any], rows: list[dict[str, Any]]) -> None:
    """Change rows by their ids."""
    if rows:
        await db.execute(update(table), rows)


async def _keep_families(db: AsyncSession, facts: EditionFacts, *, is_newest: bool) -> Ids:
    known = await queries.ids_by_slug(db, RoleFamily)
    ids = {one.slug: known.get(one.slug) or new_id() for one in facts.families}
    new = [one for one in facts.families if one.slug not in known]
    await _insert(
        db, RoleFamily, ({"id": ids[o.slug], "slug": o.slug, "name": o.name} for o in new)
    )
    if is_newest:
        kept = [one for one in facts.families if one.slug in known]
        await _update(db, RoleFamily, [{"id": ids[o.slug], "name": o.name} for o in kept])
    return {one.name: ids[one.slug] for one in facts.families}


async def _keep_roles(
    db: AsyncSession, facts: EditionFacts, families: Ids, *, is_newest: bool
) -> Ids:
    known = await queries.ids_by_slug(db, Role)
    ids = {role.slug: known.get(role.slug) or new_id() for role in facts.roles}

    def now(role: RoleFacts) -> dict[str, Any]:
        return {
            "id": ids[role.slug],
            "name": role.name,
            "family_id": families[role.family],
            "is_senior": role.is_senior,
        }

    new = [role for role in facts.roles if role.slug not in known]
    await _insert(
        db,
        Role,
        (
            {
                **now(role),
                "slug": role.slug,
                "since": role.since,
                "search_text": search_text(role.name),
            }
            for role in new
        ),
    )
    if is_newest:
        await _update(db, Role, [now(role) for role in facts.roles if role.slug in known])
    return ids


async def _keep_skills(db: AsyncSession, facts: EditionFacts) -> Ids:
    """Ids of skills by name, those that are no more included; rows are made where missing."""
    there = await queries.all_skills(db)
    ids = {skill.name: skill.id for skill in there}
    slugs = {skill.slug for skill in there}
    new: list[dict[str, Any]] = []
    wanted = {skill.name: skill.slug for skill in facts.skills}
    for one in facts.successions:
        for name in filter(None, (one.old, one.new)):
            wanted.setdefault(name, slug_of(name))
    for name, slug in wanted.items():
        if name in ids:
            continue
        ids[name] = new_id()
        free = free_slug(slug, slugs)
        slugs.add(free)
        new.append({"id": ids[name], "slug": free, "name": name, "search_text": search_text(name)})
    await _insert(db, Skill, new)
    return ids


async def _add_edition(db: AsyncSession, facts: EditionFacts) -> FrameworkEdition:
    edition = FrameworkEdition(
        as_of=facts.as_of,
        name=facts.name,
        source=facts.source,
        licence=facts.licence,
        attribution=facts.attribution,
        content_sha256=facts.fingerprint(),
        history=[dict(entry) for entry in facts.history],
        **asdict(facts.counts()),
    )
    db.add(edition)
    await db.flush()
    return edition


async def _add_roles(
    db: AsyncSession, edition_id: uuid.UUID, facts: EditionFacts, families: Ids, roles: Ids
) -> None:
    await _insert(
        db,
        EditionRole,
        (
            {
                "edition_id": edition_id,
                "role_id": roles[role.slug],
                "family_id": families[role.family],
                "name": role.name,
                "is_senior": role.is_senior,
                "position": position,
            }
            for position, role in enumerate(facts.roles, 1)
        ),
    )


async def _add_matrix(
    db: AsyncSession, edition_id: uuid.UUID, facts: EditionFacts, roles: Ids, skills: Ids
) -> None:
    levels: list[dict[str, Any]] = []
    cells: list[dict[str, Any]] = []
    for role in facts.roles:
        for position, level in enumerate(role.levels, 1):
            level_id = new_id()
            levels.append(
                {
                    "id": level_id,
                    "edition_id": edition_id,
                    "role_id": roles[role.slug],
                    "slug": level.slug,
                    "name": level.name,
                    "position": position,
                    "grades": list(level.grades),
                }
            )
            cells += [
                {"level_id": level_id, "skill_id": skills[name], "proficiency": int(needed)}
                for name, needed in level.skills.items()
            ]
    edition = {"edition_id": edition_id}
    await _insert(db, EditionSkill, ({**edition, "skill_id": skills[s.name]} for s in facts.skills))
    await _insert(db, RoleLevel, levels)
    await _insert(db, LevelSkill, cells)
    without = [(role, name) for role in facts.roles for name in role.skills]
    await _insert(
        db,
        RoleSkill,
        (
            {**edition, "role_id": roles[role.slug], "skill_id": skills[name]}
            for role, name in without
        ),
    )


async def _add_successions(
    db: AsyncSession, successions: Iterable[Succession], skills: Ids
) -> None:
    """Write down what became of skills; what is known already stays as it is."""
    rows = [
        {
            "id": new_id(),
            "skill_id": skills[one.old],
            "successor_id": skills[one.new] if one.new else None,
            "kind": one.kind.value,
            "on": one.on,
        }
        for one in successions
    ]
    if rows:
        await db.execute(insert_unless_there(SkillSuccessor).on_conflict_do_nothing(), rows)


async def _make_findable(db: AsyncSession, facts: EditionFacts, roles: Ids) -> None:
    """Let roles be found by their levels and former names, skills by what they replaced."""
    await _update(
        db,
        Role,
        [
            {
                "id": roles[role.slug],
                "search_text": search_text(
                    role.name,
                    *former_names(role.name, facts.history),
                    *(level.name for level in role.levels),
                ),
            }
            for role in facts.roles
        ],
    )
    before: dict[str, list[str]] = {}
    for one in await queries.all_successions(db):
        if one.new is not None:
            before.setdefault(one.new.name, []).append(one.old.name)
    ids = {skill.name: skill.id for skill in await queries.all_skills(db)}
    await _update(
        db,
        Skill,
        [
            {"id": ids[name], "search_text": search_text(name, *_all_before(name, before))}
            for name in before
        ],
    )


def _all_before(name: str, before: Mapping[str, list[str]]) -> list[str]:
    """Every skill that led to this one, however many steps ago."""
    found: list[str] = []
    waiting = [name]
    while waiting:
        for old in before.get(waiting.pop(), ()):
            if old not in found:
                found.append(old)
                waiting.append(old)
    return found
