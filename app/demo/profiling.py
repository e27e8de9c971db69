"""Fills the profiles of the demo region by the feature's own commands."""

import uuid
from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor
from app.demo import queries
from app.demo.profiles import PROFILES, DemoProfile
from app.profiles import commands
from app.profiles.consent.commands import give
from app.profiles.consent.domain import Grant, Purpose, Recipient
from app.profiles.domain import (
    Availability,
    EvidenceKind,
    RoleStanding,
    SkillClaim,
    year_of_use,
)
from app.roles.queries import all_skills


async def load_profiles(
    db: AsyncSession,
    actors: Mapping[str, Actor],
    bodies: Mapping[str, uuid.UUID],
    *,
    today: date,
) -> None:
    """Fill every profile, each as its owner would."""
    roles = {one.role for one in PROFILES} | {one.wants[0] for one in PROFILES if one.wants}
    framework = await queries.get_framework(db, roles)
    slugs = {one.id: one.slug for one in await all_skills(db)}
    for one in PROFILES:
        await _fill(db, actors[one.person], one, framework, slugs, today)
        for lets in one.lets:
            recipient = Recipient.BODY if lets.body else Recipient.VERIFIED
            grant = Grant(
                groups=lets.groups,
                recipient=recipient,
                purpose=Purpose.FOUND,
                until_on=today + timedelta(days=365),
                organisation_id=bodies[lets.body] if lets.body else None,
            )
            await give(db, actors[one.person], grant=grant, today=today)


async def _fill(
    db: AsyncSession,
    actor: Actor,
    one: DemoProfile,
    framework: queries.Framework,
    slugs: Mapping[uuid.UUID, str],
    today: date,
) -> None:
    named = [(one.role, one.level, RoleStanding.HELD)]
    named += [(*one.wants, RoleStanding.WANTED)] if one.wants else []
    for role, level, standing in named:
        await commands.name_role(
            db,
            actor,
            role_id=framework.roles[role],
            level_id=framework.levels[role, level],
            standing=standing,
            today=today,
        )
    needed = sorted(framework.skills[framework.levels[one.role, one.level]])
    kept = needed[: len(needed) - one.left_out]
    claims = {
        skill: SkillClaim(
            min(4, max(1, level + one.shifts[i % len(one.shifts)])),
            year_of_use(today.year - one.used[i % len(one.used)]),
        )
        for i, (skill, level) in enumerate(kept)
    }
    await commands.save_skills(db, actor, claims=claims, today=today)
    found = Availability(moves=one.moves, days=one.days, months=one.months, regions=one.regions)
    await commands.set_availability(db, actor, found=found, today=today)
    assert actor.acting_for is not None  # noqa: S101 (a demo person acts for their body)
    await commands.set_job(
        db,
        actor,
        employer=actor.acting_for.name,
        grade=one.grade or None,
        salary_point=one.pay or None,
        today=today,
    )
    if one.evidence:
        title, words = one.evidence
        await commands.add_evidence(
            db,
            actor,
            slug=slugs[kept[0][0]],
            kind=EvidenceKind.PROJECT,
            title=title,
            year=today.year - 1,
            words=words,
            today=today,
        )
