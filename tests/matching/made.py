"""Profiles, grants and open posts for tests of matching."""

import uuid
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import london_today
from app.core.paging import Part
from app.matching.domain import Wanted
from app.matching.queries import numbering as numbers
from app.matching.queries import search
from app.matching.rule import Asked, Terms
from app.opportunities.finding.projection import project
from app.opportunities.models import Opportunity, OpportunitySkill
from app.organisations.models import Organisation, Person
from app.profiles.models import ConsentGrant, Profile, ProfileSkill
from app.roles.models import FrameworkEdition, Skill

TODAY = london_today()
DAY = timedelta(days=1)
ALL = Part(1, 100)


async def a_skill(db: AsyncSession) -> uuid.UUID:
    return (await db.scalars(select(Skill.id).where(Skill.name == "Agile working"))).one()


async def a_profile(db: AsyncSession, skill: uuid.UUID, level: int = 3) -> uuid.UUID:
    """Somebody whose profile names one skill, and who has granted nothing."""
    edition = (await db.scalars(select(FrameworkEdition.id).limit(1))).one()
    person = Person(name="Person Example", email=f"{uuid.uuid4()}@people.example")
    db.add(person)
    await db.flush()
    db.add(Profile(person_id=person.id, reviewed_on=TODAY))
    await db.flush()
    db.add(ProfileSkill(person_id=person.id, skill_id=skill, edition_id=edition, level=level))
    await db.flush()
    return person.id


def grant(person_id: uuid.UUID, **changes: Any) -> ConsentGrant:
    return ConsentGrant(
        **{
            "person_id": person_id,
            "groups": ["skills", "levels"],
            "recipient": "verified",
            "purpose": "found",
            "until_on": TODAY + 30 * DAY,
            "words_version": "1",
            **changes,
        }
    )


async def an_open_post(
    db: AsyncSession, body: Organisation, skill: uuid.UUID, **changes: Any
) -> Opportunity:
    """A post that asks for one skill, at working level, and must have it."""
    values: dict[str, Any] = {
        "slug": f"post-{uuid.uuid4()}",
        "organisation_id": body.id,
        "kind": "secondment_wanted",
        "title": "Delivery manager",
        "status": "open",
        "published_at": func_now(),
        "review_on": TODAY + 20 * DAY,
        "closes_on": TODAY + 20 * DAY,
        "audience": "verified",
        "days_per_week": Decimal("2.5"),
    }
    post = Opportunity(**{**values, **changes})
    db.add(post)
    await db.flush()
    db.add(OpportunitySkill(opportunity_id=post.id, skill_id=skill, level=2, is_must=True))
    await project(db, post.id)
    return post


def func_now() -> Any:
    return text("now()")


async def finds(db: AsyncSession, body: Organisation, skill: uuid.UUID) -> set[uuid.UUID]:
    """Whom a body finds for a post that asks for a skill alone."""
    wanted = Wanted((Asked(skill, 1),), Terms("secondment_wanted"))
    known = await numbers.load_numbering(db)
    found = await search.find_people(db, body.id, wanted, known, TODAY, ALL)
    return {one.id for one in found}
