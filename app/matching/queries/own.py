"""The posts that suit somebody, with all that explains why, in few queries."""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor
from app.core.paging import Paged, Part
from app.matching.domain import PersonFacts
from app.matching.models import MatchWaiver
from app.matching.queries.numbering import Catalogue
from app.matching.queries.search import posts_for
from app.matching.queries.source import availability_of, held_of, terms_of
from app.matching.rule import Asked, Availability, Post
from app.opportunities.finding.models import OpenPost
from app.profiles.models import Profile, ProfileAvailability, ProfileSkill


async def load_self(db: AsyncSession, person_id: uuid.UUID, today: date) -> PersonFacts | None:
    """Somebody's own skills and availability, in two queries; None without a profile."""
    row = (
        await db.execute(
            select(Profile.person_id, ProfileAvailability)
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
