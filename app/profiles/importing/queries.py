"""Every read of an import: the file that waits, the profile it meets, and the framework."""

import uuid
from collections import defaultdict

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor, me
from app.profiles.importing.domain import LIVES, FileJob, no_such_import
from app.profiles.importing.models import ProfileImport
from app.profiles.importing.plan import Catalogue, HeldSkill, Named, State
from app.profiles.models import ProfileEvidence, ProfileSkill
from app.profiles.queries import Core, list_roles
from app.roles import queries as framework
from app.roles.domain import SuccessionKind
from app.roles.models import Skill


async def get_import(db: AsyncSession, actor: Actor, import_id: uuid.UUID) -> ProfileImport:
    """A file of the actor's own that waits. Raises NotFound."""
    found = await db.scalar(
        select(ProfileImport).where(
            ProfileImport.id == import_id, ProfileImport.person_id == me(actor), ~is_old()
        )
    )
    if found is None:
        raise no_such_import()
    return found


def is_old() -> ColumnElement[bool]:
    """Files that nobody came back to."""
    return ProfileImport.created_at < func.now() - LIVES


async def catalogue_now(db: AsyncSession) -> Catalogue:
    """The skills of the current edition, what became of others, and its roles; three queries."""
    current = {one.slug: one.name for one in await framework.current_skills(db)}
    after: dict[str, list[Named]] = defaultdict(list)
    for one in await framework.all_successions(db):
        after[one.old.slug] += [] if one.new is None else [Named(one.new.slug, one.new.name)]
        if one.kind is SuccessionKind.RETIRED:
            after[one.old.slug].clear()
    former = {
        slug: tuple(n for n in found if n.slug in current)
        for slug, found in after.items()
        if slug not in current
    }
    sources = frozenset(one.value for one in await framework.skill_sources(db))
    return Catalogue(current, former, sources)


async def state_of(db: AsyncSession, person_id: uuid.UUID, core: Core) -> State:
    """A profile as an import meets it; three queries beside `core`."""
    evidence: dict[uuid.UUID, set[tuple[str, str, str]]] = defaultdict(set)
    pieces = select(
        ProfileEvidence.skill_id,
        ProfileEvidence.kind,
        ProfileEvidence.title,
        ProfileEvidence.words,
    ).where(ProfileEvidence.person_id == person_id)
    for skill_id, *piece in await db.execute(pieces):
        evidence[skill_id].add((piece[0], piece[1], piece[2]))
    claims = await db.execute(
        select(Skill.slug, ProfileSkill)
        .join(ProfileSkill, ProfileSkill.skill_id == Skill.id)
        .where(ProfileSkill.person_id == person_id)
    )
    skills = {
        slug: HeldSkill(
            one.level,
            one.last_used_on.year if one.last_used_on else None,
            one.confirmed_level is not None,
            frozenset(evidence[one.skill_id]),
        )
        for slug, one in claims
    }
    roles = frozenset((one.slug, one.standing) for one in await list_roles(db, person_id))
    job = FileJob(core.employer, core.grade, core.salary_point)
    return State(skills, roles, core.availability, job)


async def skill_ids(db: AsyncSession) -> dict[str, uuid.UUID]:
    """The skills of the current edition by slug."""
    return {one.slug: one.id for one in await framework.current_skills(db)}
