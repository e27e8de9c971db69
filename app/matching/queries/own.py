"""The posts that suit somebody, with all that explains why, in few queries."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor
from app.core.paging import Paged, Part
from app.matching.domain import PersonFacts
from app.matching.models import MatchWaiver, match_skill
from app.matching.queries.search import posts_for
from app.matching.queries.source import availability_of, held_of, terms_of
from app.matching.rule import Asked, Availability, Post, near_of
from app.matching.tokens import Numbering
from app.opportunities.finding.models import OpenPost
from app.profiles.models import Profile, ProfileAvailability, ProfileSkill
from app.roles.models import Skill


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The skills: their numbers, which are near to which, and how they are called."""

    numbering: Numbering
    names: Mapping[uuid.UUID, str]
    ids: Mapping[str, uuid.UUID]


async def load_catalogue(db: AsyncSession) -> Catalogue:
    """All skills with their numbers, in one query."""
    columns = (Skill.id, Skill.name, Skill.slug, match_skill.c.number, match_skill.c.near_number)
    found = list(
        await db.execute(
            select(*columns).outerjoin(match_skill, match_skill.c.skill_id == Skill.id)
        )
    )
    names = {row.id: row.name for row in found}
    return Catalogue(
        Numbering(
            {row.id: row.number for row in found if row.number is not None},
            {row.id: row.near_number for row in found if row.near_number is not None},
            near_of(list(names.items())),
        ),
        names,
        {row.slug: row.id for row in found},
    )


async def load_self(db: AsyncSession, person_id: uuid.UUID, today: date) -> PersonFacts | None:
    """Somebody's own skills and availability, in two queries; None without a profile."""
    row = (
        await db.execute(
            select(Profile.paused_until, ProfileAvailability)
            .outerjoin(ProfileAvailability, ProfileAvailability.person_id == Profile.person_id)
            .where(Profile.person_id == person_id)
        )
    ).one_or_none()
    if row is None:
        return None
    skills = await db.scalars(select(ProfileSkill).where(ProfileSkill.person_id == person_id))
    return PersonFacts(
        person_id,
        {one.skill_id: held_of(one, today.year) for one in skills},
        today.year,
        Availability() if row[1] is None else availability_of(row[1]),
        paused_until=row.paused_until,
    )


@dataclass(frozen=True, slots=True)
class OwnMatch:
    """An open post that suits somebody: as it is shown, and as the rule reads it."""

    shown: Row[Any]
    post: Post


async def list_own_matches(
    db: AsyncSession, actor: Actor, facts: PersonFacts, catalogue: Catalogue, part: Part
) -> Paged[OwnMatch]:
    """A page of the posts that suit somebody, in the order of the rule, in one or two queries."""
    wanted = posts_for(actor, facts, catalogue.numbering)
    waived = (
        select(func.array_agg(MatchWaiver.skill_id))
        .where(MatchWaiver.opportunity_id == OpenPost.opportunity_id)
        .scalar_subquery()
        .label("waived")
    )
    shown = (
        OpenPost.slug, OpenPost.title, OpenPost.organisation_name, OpenPost.kind, OpenPost.region,
        OpenPost.place, OpenPost.remote, OpenPost.days_per_week, OpenPost.starts_on,
        OpenPost.ends_on, OpenPost.weeks, OpenPost.closes_on, OpenPost.skills,
    )  # fmt: skip
    rows = list(
        await db.execute(
            wanted.add_columns(*shown, waived, func.count().over().label("total"))
            .limit(part.size)
            .offset(part.offset)
        )
    )
    total = rows[0].total if rows else 0
    if not rows and part.offset:
        total = await db.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    return Paged([OwnMatch(row, _post(row, catalogue)) for row in rows], total, part).require()


def _post(row: Row[Any], catalogue: Catalogue) -> Post:
    waived = set(row.waived or ())
    asked = []
    for one in row.skills:
        skill_id = catalogue.ids[one["slug"]]
        asked.append(Asked(skill_id, one["level"], one["is_must"], skill_id in waived))
    return Post(row.opportunity_id, tuple(asked), terms_of(row))
