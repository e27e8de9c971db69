"""Every change of an import: keep a file, apply it, leave it."""

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Final

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.commands import record
from app.core.actor import Actor, me
from app.core.clock import london_today
from app.profiles import commands as profiles
from app.profiles.confirming.moving import drop_confirmations
from app.profiles.domain import RoleStanding, SkillClaim, year_of_use
from app.profiles.importing import queries
from app.profiles.importing.csv_file import read_csv
from app.profiles.importing.domain import FileKind, FileProfile, plan_changed
from app.profiles.importing.json_file import read_json
from app.profiles.importing.models import ProfileImport
from app.profiles.importing.plan import Plan, make_plan
from app.profiles.models import ProfileEvidence
from app.profiles.queries import get_core
from app.roles import queries as framework

READERS: Final = {FileKind.CSV: read_csv, FileKind.JSON: read_json}


def read_file(content: bytes, today: date) -> tuple[FileKind, FileProfile]:
    """What a file says, whichever of the two it is. Raises FileFaults."""
    kind = FileKind.JSON if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{" else FileKind.CSV
    return kind, READERS[kind](content, today)


async def keep_file(
    db: AsyncSession, actor: Actor, *, kind: FileKind, name: str, content: bytes, today: date
) -> uuid.UUID:
    """Keep a file that was read, to be looked at before it is applied; an earlier one goes."""
    await profiles.open_profile(db, actor, today)
    await db.execute(delete(ProfileImport).where(ProfileImport.person_id == me(actor)))
    made = ProfileImport(person_id=me(actor), kind=kind, file_name=name, content=content)
    db.add(made)
    await db.flush()
    facts = {"kind": kind}
    await record(db, actor, "profile.import_begun", subject=("person", me(actor)), facts=facts)
    return made.id


async def plan_of(
    db: AsyncSession, actor: Actor, found: ProfileImport, choices: Mapping[int, str], today: date
) -> Plan:
    """What applying a file would do now."""
    said = READERS[FileKind(found.kind)](found.content, today)
    core = await get_core(db, me(actor), today)
    state = await queries.state_of(db, me(actor), core)
    return make_plan(said, state, await queries.catalogue_now(db), choices)


async def apply_import(
    db: AsyncSession,
    actor: Actor,
    *,
    import_id: uuid.UUID,
    choices: Mapping[int, str],
    seen: str,
) -> Plan:
    """Do what the owner has seen and confirmed: all of it, or nothing. The file goes.

    Raises NotFound where it is gone already, Stale where the profile has changed since it was
    looked at, RuleBroken beyond the limits of a profile.
    """
    today = london_today()
    await profiles.open_profile(db, actor, today)
    found = await queries.get_import(db, actor, import_id)
    if (await plan_of(db, actor, found, {}, today)).fingerprint() != seen:
        raise plan_changed()
    plan = await plan_of(db, actor, found, choices, today)
    await db.delete(found)
    await _take_skills(db, actor, plan, today)
    sources = {one.value: one for one in await framework.skill_sources(db)}
    for role in plan.roles_taken:
        source = sources[role.source]
        await profiles.name_role(
            db,
            actor,
            role_id=source.role_id,
            level_id=source.level_id,
            standing=RoleStanding(role.standing),
            today=today,
        )
    if plan.availability is not None:
        await profiles.set_availability(db, actor, found=plan.availability, today=today)
    if plan.job is not None:
        await profiles.set_job(
            db,
            actor,
            employer=plan.job.employer,
            grade=plan.job.grade,
            salary_point=plan.job.salary_point,
            today=today,
        )
    counts = {"skills": len(plan.taken), "roles": len(plan.roles_taken)}
    await profiles.done(db, actor, "profile.import_applied", counts)
    return plan


async def _take_skills(db: AsyncSession, actor: Actor, plan: Plan, today: date) -> None:
    if not plan.taken:
        return
    ids = await queries.skill_ids(db)
    claims: dict[uuid.UUID, SkillClaim | None] = {
        ids[one.slug]: SkillClaim(one.level, year_of_use(one.last_used) if one.last_used else None)
        for one in plan.taken
    }
    await profiles.save_skills(db, actor, claims=claims, today=today)
    db.add_all(
        ProfileEvidence(
            person_id=me(actor),
            skill_id=ids[one.slug],
            kind=piece.kind,
            title=piece.title,
            year=piece.year,
            words=piece.words,
        )
        for one in plan.taken
        for piece in one.evidence
    )
    await db.flush()
    changed = {ids[one.slug]: None for one in plan.taken if one.evidence}
    if changed:
        await drop_confirmations(db, me(actor), changed)


async def leave_import(db: AsyncSession, actor: Actor, *, import_id: uuid.UUID) -> None:
    """Leave the profile as it is; the file goes. Raises NotFound."""
    await profiles.open_profile(db, actor, london_today())
    await db.delete(await queries.get_import(db, actor, import_id))
    await db.flush()
    await record(db, actor, "profile.import_left", subject=("person", me(actor)))


async def forget_files(db: AsyncSession) -> None:
    """Each hour: delete files that nobody came back to."""
    await db.execute(delete(ProfileImport).where(queries.is_old()))
