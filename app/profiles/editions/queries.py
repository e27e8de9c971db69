"""Reads of claims that the current edition of the framework does not know any more."""

import uuid
from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.organisations.models import Person
from app.profiles.editions.domain import Former, Now, followed
from app.profiles.models import Profile, ProfileEvidence, ProfileSkill
from app.profiles.queries import is_former
from app.roles import queries as framework
from app.roles.domain import Proficiency
from app.roles.models import FrameworkEdition, Skill

MOST_AT_ONCE = 200
"""How many people a run of the timer writes to; the next run goes on."""


async def list_former(db: AsyncSession, person_id: uuid.UUID) -> Sequence[Former]:
    """Somebody's claims that the current edition does not have, by name; at most `MOST_SKILLS`."""
    evidence = (
        select(func.count())
        .where(
            ProfileEvidence.person_id == ProfileSkill.person_id,
            ProfileEvidence.skill_id == ProfileSkill.skill_id,
        )
        .correlate(ProfileSkill)
        .scalar_subquery()
    )
    rows = list(
        await db.execute(
            select(
                Skill.id,
                Skill.slug,
                Skill.name,
                ProfileSkill.level,
                ProfileSkill.last_used_on,
                FrameworkEdition.as_of,
                evidence,
            )
            .join(ProfileSkill, ProfileSkill.skill_id == Skill.id)
            .join(FrameworkEdition, FrameworkEdition.id == ProfileSkill.edition_id)
            .where(ProfileSkill.person_id == person_id, is_former())
            .order_by(func.lower(Skill.name), Skill.id)
        )
    )
    if not rows:
        return ()
    current = {
        one.id: Now(one.id, one.slug, one.name) for one in await framework.current_skills(db)
    }
    after: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    for one in await framework.all_successions(db):
        if one.new is not None:
            after[one.old.id].append(one.new.id)
    return [
        Former(
            row[0],
            row[1],
            row[2],
            Proficiency(row[3]),
            row[4],
            row[5],
            row[6],
            followed(row[0], after, current),
        )
        for row in rows
    ]


async def list_to_tell(db: AsyncSession) -> Sequence[tuple[Profile, Person]]:
    """People with such claims who were not told of the current edition, some at a time."""
    has_former = (
        select(ProfileSkill.id)
        .where(ProfileSkill.person_id == Profile.person_id, is_former())
        .exists()
    )
    found = await db.execute(
        select(Profile, Person)
        .join(Person, Person.id == Profile.person_id)
        .where(_not_told(), has_former)
        .order_by(Profile.id)
        .limit(MOST_AT_ONCE)
        .with_for_update(of=Profile, skip_locked=True)
    )
    return [(row[0], row[1]) for row in found]


def _not_told() -> ColumnElement[bool]:
    return Profile.told_edition_id.is_distinct_from(framework.newest().scalar_subquery())
