"""Every change that people make to their own profile. The exchange's own record keeps them all."""

import uuid
from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from typing import Any, Final

from sqlalchemy import case, delete, func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.commands import record
from app.core.actor import Actor, me
from app.core.clock import london_today
from app.core.db import new_id
from app.profiles import queries
from app.profiles.confirming.moving import delete_letters_of, drop_confirmations
from app.profiles.domain import (
    KEEP_HISTORY,
    MOST_EVIDENCE,
    MOST_HIDINGS,
    MOST_ROLES,
    MOST_SKILLS,
    Availability,
    EvidenceKind,
    RoleStanding,
    SkillClaim,
    check_availability,
    check_pause,
    check_year,
    too_many,
)
from app.profiles.models import (
    Profile,
    ProfileAvailability,
    ProfileEvidence,
    ProfileHiding,
    ProfileJob,
    ProfilePay,
    ProfileRole,
    ProfileSkill,
    ProfileSkillHistory,
)
from app.profiles.permissions import may_open_own_profile
from app.roles.queries import current_edition

# Features above that follow profiles, such as matching; `main.py` and `worker.py` put them here
# when they start. Each is told, in the same transaction, whose profile or choices have changed.
on_change: Final[list[Callable[[AsyncSession, uuid.UUID], Awaitable[None]]]] = []


async def open_profile(db: AsyncSession, actor: Actor, today: date) -> Profile:
    """The actor's own profile, locked, made where there is none; it counts as reviewed today.

    Raises Refused for a sign-in that an organisation vouched for.
    """
    may_open_own_profile(actor).require()
    profile = await queries.lock_profile(db, me(actor))
    if profile is None:
        made = insert(Profile).values(id=new_id(), person_id=me(actor), reviewed_on=today)
        await db.execute(made.on_conflict_do_nothing(index_elements=[Profile.person_id]))
        profile = await queries.lock_profile(db, me(actor))
    if profile is None:
        raise RuntimeError("A profile that was just made is not there.")
    profile.reviewed_on, profile.asked_on, profile.asked_again_on = today, None, None
    return profile


async def done(
    db: AsyncSession, actor: Actor, action: str, facts: Mapping[str, Any] | None = None
) -> None:
    """End a change: write it, keep it in the exchange's record, tell who follows profiles."""
    await db.flush()
    await record(db, actor, action, subject=("person", me(actor)), facts=facts)
    await tell(db, me(actor))


async def tell(db: AsyncSession, person_id: uuid.UUID) -> None:
    """Tell who follows profiles that somebody's profile or choices have changed."""
    for follow in on_change:
        await follow(db, person_id)


async def save_skills(
    db: AsyncSession,
    actor: Actor,
    *,
    claims: Mapping[uuid.UUID, SkillClaim | None],
    today: date,
) -> int:
    """Claim skills, change claims, or take them back (None); gives how many are claimed by it.

    Raises RuleBroken beyond the limit. Evidence goes with a skill that is taken back, and what
    others confirmed of a level that is no longer claimed counts no more.
    """
    await open_profile(db, actor, today)
    before = await queries.levels_of(db, me(actor), list(claims))
    gone = [skill for skill, claim in claims.items() if claim is None]
    kept = {skill: claim for skill, claim in claims.items() if claim is not None}
    if gone:
        await db.execute(
            delete(ProfileSkill).where(
                ProfileSkill.person_id == me(actor), ProfileSkill.skill_id.in_(gone)
            )
        )
    if kept:
        edition = await current_edition(db)
        rows = [
            {
                "id": new_id(),
                "person_id": me(actor),
                "skill_id": skill,
                "edition_id": edition.id,
                "level": claim.level,
                "last_used_on": claim.last_used_on,
            }
            for skill, claim in kept.items()
        ]
        wanted = insert(ProfileSkill)
        is_same = ProfileSkill.level == wanted.excluded.level
        confirmed = ("confirmed_level", "confirmed_on", "confirmed_by", "confirmed_as")
        await db.execute(
            wanted.on_conflict_do_update(
                index_elements=[ProfileSkill.person_id, ProfileSkill.skill_id],
                set_={
                    **{one: case((is_same, ProfileSkill.__table__.c[one])) for one in confirmed},
                    "level": wanted.excluded.level,
                    "last_used_on": wanted.excluded.last_used_on,
                    "edition_id": wanted.excluded.edition_id,
                    "updated_at": func.now(),
                },
            ),
            rows,
        )
        if await queries.count_of(db, ProfileSkill, me(actor)) > MOST_SKILLS:
            raise too_many("skills", MOST_SKILLS)
        await drop_confirmations(db, me(actor), {skill: one.level for skill, one in kept.items()})
    after = {skill: 0 if one is None else one.level for skill, one in claims.items()}
    changed = {skill: level for skill, level in after.items() if before.get(skill, 0) != level}
    await _note_levels(db, me(actor), changed, today)
    await done(db, actor, "profile.skills_saved", {"count": len(kept), "removed": len(gone)})
    return len(kept)


async def _note_levels(
    db: AsyncSession, person_id: uuid.UUID, levels: Mapping[uuid.UUID, int], today: date
) -> None:
    """Keep which levels are claimed from today on; zero is none."""
    if not levels:
        return
    rows = [
        {
            "id": new_id(),
            "person_id": person_id,
            "skill_id": skill,
            "level": level,
            "on_day": today,
        }
        for skill, level in levels.items()
    ]
    made = insert(ProfileSkillHistory)
    await db.execute(
        made.on_conflict_do_update(
            index_elements=[
                ProfileSkillHistory.person_id,
                ProfileSkillHistory.skill_id,
                ProfileSkillHistory.on_day,
            ],
            set_={"level": made.excluded.level, "updated_at": func.now()},
        ),
        rows,
    )


async def forget_old_levels(db: AsyncSession) -> None:
    """Each hour: delete what was claimed long ago, but what the kept rest goes on from."""
    await db.execute(
        delete(ProfileSkillHistory).where(
            ProfileSkillHistory.id.in_(queries.old_levels(london_today() - KEEP_HISTORY))
        )
    )


async def name_role(
    db: AsyncSession,
    actor: Actor,
    *,
    role_id: uuid.UUID,
    level_id: uuid.UUID | None,
    standing: RoleStanding,
    today: date,
) -> None:
    """Say that a role is held or wanted, at a level; another level takes the place of the first."""
    await open_profile(db, actor, today)
    edition = await current_edition(db)
    wanted = insert(ProfileRole).values(
        id=new_id(),
        person_id=me(actor),
        role_id=role_id,
        level_id=level_id,
        edition_id=edition.id,
        standing=standing,
    )
    await db.execute(
        wanted.on_conflict_do_update(
            index_elements=[ProfileRole.person_id, ProfileRole.role_id, ProfileRole.standing],
            set_={
                "level_id": wanted.excluded.level_id,
                "edition_id": wanted.excluded.edition_id,
                "updated_at": func.now(),
            },
        )
    )
    if await queries.count_of(db, ProfileRole, me(actor)) > MOST_ROLES:
        raise too_many("roles", MOST_ROLES)
    await done(db, actor, "profile.role_named", {"standing": standing})


async def drop_role(db: AsyncSession, actor: Actor, *, entry_id: uuid.UUID, today: date) -> None:
    """Take a role off the profile; its skills stay. Raises NotFound."""
    await open_profile(db, actor, today)
    entry = await queries.get_role_entry(db, actor, entry_id)
    await db.execute(delete(ProfileRole).where(ProfileRole.id == entry.id))
    await done(db, actor, "profile.role_dropped", {"standing": entry.standing})


async def add_evidence(
    db: AsyncSession,
    actor: Actor,
    *,
    slug: str,
    kind: EvidenceKind,
    title: str,
    year: int | None,
    words: str,
    today: date,
) -> None:
    """Say what shows a skill, and why; others confirmed it without, so that ends.

    Raises NotFound, RuleBroken.
    """
    if year is not None:
        check_year(year, today)
    await open_profile(db, actor, today)
    skill = await queries.get_skill(db, actor, slug)
    if skill.evidence >= MOST_EVIDENCE:
        raise too_many("pieces of evidence for one skill", MOST_EVIDENCE)
    db.add(
        ProfileEvidence(
            person_id=me(actor),
            skill_id=skill.skill_id,
            kind=kind,
            title=title,
            year=year,
            words=words,
        )
    )
    await drop_confirmations(db, me(actor), {skill.skill_id: None})
    await done(db, actor, "profile.evidence_added", {"kind": kind})


async def remove_evidence(
    db: AsyncSession, actor: Actor, *, slug: str, evidence_id: uuid.UUID, today: date
) -> None:
    """Take a piece of evidence back; what others confirmed with it ends. Raises NotFound."""
    await open_profile(db, actor, today)
    _, evidence = await queries.get_evidence(db, actor, slug, evidence_id)
    await db.execute(delete(ProfileEvidence).where(ProfileEvidence.id == evidence.id))
    await drop_confirmations(db, me(actor), {evidence.skill_id: None})
    await done(db, actor, "profile.evidence_removed", {"kind": evidence.kind})


async def set_availability(
    db: AsyncSession, actor: Actor, *, found: Availability, today: date
) -> None:
    """Say when, how much and where, and which kinds of move. Raises RuleBroken."""
    check_availability(found)
    await open_profile(db, actor, today)
    values = {
        "moves": [move.value for move in found.moves],
        "days": found.days,
        "from_on": found.from_on,
        "until_on": found.until_on,
        "months": found.months,
        "regions": list(found.regions),
        "remote": found.remote,
    }
    made = insert(ProfileAvailability).values(id=new_id(), person_id=me(actor), **values)
    await db.execute(
        made.on_conflict_do_update(
            index_elements=[ProfileAvailability.person_id],
            set_={**values, "updated_at": func.now()},
        )
    )
    await done(db, actor, "profile.availability_set")


async def set_job(
    db: AsyncSession,
    actor: Actor,
    *,
    employer: str | None,
    grade: str | None,
    salary_point: str | None,
    today: date,
) -> None:
    """Say where one works, at which grade and pay; None leaves it out."""
    await open_profile(db, actor, today)
    await db.execute(delete(ProfileJob).where(ProfileJob.person_id == me(actor)))
    await db.execute(delete(ProfilePay).where(ProfilePay.person_id == me(actor)))
    if employer or grade:
        db.add(ProfileJob(person_id=me(actor), employer=employer, grade=grade))
    if salary_point:
        db.add(ProfilePay(person_id=me(actor), salary_point=salary_point))
    await done(db, actor, "profile.job_set")


async def pause(db: AsyncSession, actor: Actor, *, until: date | None, today: date) -> None:
    """Be found by nobody until a day, that day included; None ends a pause. Raises RuleBroken."""
    if until is not None:
        check_pause(until, today)
    profile = await open_profile(db, actor, today)
    profile.paused_until = until
    if until is None:
        await done(db, actor, "profile.resumed")
    else:
        await done(db, actor, "profile.paused", {"until": until})


async def hide(db: AsyncSession, actor: Actor, *, organisation_id: uuid.UUID, today: date) -> None:
    """Let a body see nothing, whatever was granted. Raises RuleBroken beyond the limit."""
    await open_profile(db, actor, today)
    made = insert(ProfileHiding).values(
        id=new_id(), person_id=me(actor), organisation_id=organisation_id
    )
    await db.execute(
        made.on_conflict_do_nothing(
            index_elements=[ProfileHiding.person_id, ProfileHiding.organisation_id]
        )
    )
    if await queries.count_of(db, ProfileHiding, me(actor)) > MOST_HIDINGS:
        raise too_many("organisations to hide from", MOST_HIDINGS)
    await done(db, actor, "profile.hidden", {"body": organisation_id})


async def unhide(
    db: AsyncSession, actor: Actor, *, organisation_id: uuid.UUID, today: date
) -> None:
    """Hide from a body no longer; what was granted counts again."""
    await open_profile(db, actor, today)
    await db.execute(
        delete(ProfileHiding).where(
            ProfileHiding.person_id == me(actor), ProfileHiding.organisation_id == organisation_id
        )
    )
    await done(db, actor, "profile.unhidden", {"body": organisation_id})


async def delete_profile(db: AsyncSession, actor: Actor) -> None:
    """Delete the actor's own profile with all that hangs on it: claims, consents, who looked.

    The account stays. Without a profile nothing happens.
    """
    may_open_own_profile(actor).require()
    profile = await queries.lock_profile(db, me(actor))
    if profile is None:
        return
    await delete_letters_of(db, me(actor))
    await db.execute(delete(Profile).where(Profile.person_id == me(actor)))
    await done(db, actor, "profile.deleted")
