"""Posts for tests of finding: written to the tables as if posted, and projected."""

import itertools
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import london_today
from app.opportunities.finding.projection import project, rebuild
from app.opportunities.models import Opportunity, OpportunitySkill
from app.organisations.models import Organisation
from app.roles.models import Role, Skill

_number = itertools.count(1)


def soon(days: int = 30) -> date:
    """A day some days from now."""
    return london_today() + timedelta(days=days)


def values_of(organisation: Organisation, **changes: Any) -> dict[str, Any]:
    """What an open public post of a body has; `changes` replace any of it."""
    number = next(_number)
    return {
        "slug": f"a-post-{number}",
        "organisation_id": organisation.id,
        "kind": "shared_post",
        "status": "open",
        "title": f"Example post {number}",
        "summary": "Two bodies share one specialist.",
        "description": "The work, in plain words.\n\n- first\n- second",
        "place": "Exampleton",
        "region": organisation.region,
        "remote": "hybrid",
        "office_days": Decimal("2.0"),
        "days_per_week": Decimal("2.50"),
        "full_time_hours": Decimal("37.00"),
        "starts_on": soon(90),
        "pay_from": Decimal("60000.00"),
        "pay_to": Decimal("70000.00"),
        "who_pays": "part",
        "contract_type": "permanent",
        "legal_power": "lga1972_s113",
        "contact_name": "Recruitment Example",
        "contact_email": "posts@example.test",
        "closes_on": soon(),
        "audience": "public",
        "published_at": datetime.now(UTC),
        "review_on": soon(60),
        **changes,
    }


async def make_post(
    db: AsyncSession,
    organisation: Organisation,
    *,
    skills: Sequence[tuple[Skill, int | None, bool]] = (),
    **changes: Any,
) -> Opportunity:
    """An open public post; `skills` are skill, level and whether it is a must."""
    post = Opportunity(**values_of(organisation, **changes))
    db.add(post)
    await db.flush()
    db.add_all(
        OpportunitySkill(opportunity_id=post.id, skill_id=skill.id, level=level, is_must=is_must)
        for skill, level, is_must in skills
    )
    await project(db, post.id)
    await db.commit()
    return post


async def make_posts(db: AsyncSession, organisation: Organisation, numbers: range) -> None:
    """Many open public posts at once, with the slugs post-NUMBER."""
    db.add_all(Opportunity(**values_of(organisation, slug=f"post-{n}")) for n in numbers)
    await db.flush()
    await rebuild(db)
    await db.commit()


async def role_of(db: AsyncSession, slug: str = "security-architect") -> Role:
    """A role of the framework, which the databases of tests hold."""
    return (await db.scalars(select(Role).where(Role.slug == slug))).one()


async def skill_of(db: AsyncSession, name: str) -> Skill:
    """A skill of the framework by its name."""
    return (await db.scalars(select(Skill).where(Skill.name == name))).one()
