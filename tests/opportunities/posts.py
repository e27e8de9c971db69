"""Posts for tests: what each kind says when nothing is missing, as facts and as rows."""

import uuid
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.opportunities.domain import OpportunityKind, OpportunityStatus, PostFacts, SkillNeed
from app.opportunities.finding.projection import project
from app.opportunities.models import Opportunity, OpportunitySkill
from app.roles.models import Role, RoleFamily, Skill

TODAY = date(2026, 11, 25)
SWAP_OR_OFFER = (OpportunityKind.JOB_SWAP, OpportunityKind.SECONDMENT_OFFERED)


def cost_of(start: date, end: date, days: str = "3") -> dict[str, Any]:
    """What the calculator needs to know of a whole post of so many days a week."""
    return {
        "term": {"start": start.isoformat(), "end": end.isoformat()},
        "post": {
            "contracted_hours": f"{Decimal(days) * Decimal('37') / 5:f}",
            "full_time_hours": "37",
            "salary": [{"from": start.isoformat(), "annual_fte": "84000.00"}],
            "ni": {
                "basis": "own",
                "years": [
                    {
                        "tax_year": f"{year}/{(year + 1) % 100:02d}",
                        "rate": "0.15",
                        "monthly_threshold": "417.00",
                        "annual_threshold": "5000.00",
                    }
                    for year in range(start.year - 1, end.year + 1)
                ],
            },
            "pension": [{"from": start.isoformat(), "rate": "0.195"}],
            "levy_rate": "0.005",
        },
    }


def whole(kind: OpportunityKind, today: date = TODAY, **changes: Any) -> dict[str, Any]:
    """Everything that a post of this kind says when it can be published on a day."""
    start, end = today + timedelta(days=90), today + timedelta(days=90 + 364)
    shared = kind is OpportunityKind.SHARED_POST
    short = kind is OpportunityKind.SHORT_ASSIGNMENT
    values: dict[str, Any] = {
        "title": "Chief information security officer",
        "summary": "Lead cyber security for several bodies.",
        "description": "You will set the direction.\n\nYou will lead a small team.",
        "place": "Northtown",
        "region": "north_east",
        "remote": "hybrid",
        "office_days": Decimal("1.5"),
        "days_per_week": Decimal(3),
        "full_time_hours": Decimal(37),
        "starts_on": start,
        "ends_on": None if short else end,
        "weeks": 8 if short else None,
        "pay_from": Decimal(80000) if shared else None,
        "pay_to": Decimal(90000) if shared else None,
        "who_pays": None if shared else "full",
        "cost_inputs": cost_of(start, end) if shared else None,
        "checks": ["bpss", "sc"],
        "contract_type": "fixed_term" if shared else "secondment",
        "legal_power": "lga1972_s113",
        "is_politically_restricted": False,
        "contact_name": "Recruitment team",
        "contact_email": "jobs@body.example",
        "adjustments": "Tell us what you need and we will arrange it.",
        "closes_on": today + timedelta(days=30),
        "audience": "public",
        "wants": {"title": "Security architect", "description": "Somebody for a year."}
        if kind in SWAP_OR_OFFER
        else None,
    }
    return {**values, **changes}


def facts(kind: OpportunityKind, **changes: Any) -> PostFacts:
    """The same as facts, with a role and a skill."""
    values = {
        "id": uuid.UUID(int=1),
        "organisation_id": uuid.UUID(int=2),
        "status": OpportunityStatus.DRAFT,
        "role_id": uuid.UUID(int=3),
        "skills": (SkillNeed(uuid.UUID(int=4), 3, is_must=True),),
        **whole(kind),
        **changes,
    }
    values["checks"] = tuple(values["checks"])
    return PostFacts(kind=kind, **values)


async def make_role(db: AsyncSession, name: str = "Security architect") -> tuple[Role, Skill]:
    """A role of the framework in no edition, and a skill."""
    tail = uuid.uuid4().hex
    family = RoleFamily(slug=f"family-{tail}", name="Cyber security")
    skill = Skill(slug=f"skill-{tail}", name=f"Threat modelling {tail}", search_text="threat")
    db.add_all([family, skill])
    await db.flush()
    role = Role(
        slug=f"role-{tail}", name=name, family_id=family.id, is_senior=False, search_text="role"
    )
    db.add(role)
    await db.commit()
    return role, skill


async def make_whole_post(
    db: AsyncSession,
    organisation_id: uuid.UUID,
    kind: OpportunityKind = OpportunityKind.SHARED_POST,
    today: date = TODAY,
    **changes: Any,
) -> Opportunity:
    """A post that says everything: a draft, or what `changes` say. Open ones have their dates."""
    role, skill = await make_role(db)
    values = whole(kind, today, slug=f"post-{uuid.uuid4().hex[:10]}", role_id=role.id)
    if changes.get("status") in {"open", "hidden", "closed", "withdrawn"}:
        values |= {
            "published_at": datetime(today.year, today.month, today.day, 12, tzinfo=UTC),
            "review_on": today + timedelta(days=60),
        }
    post = Opportunity(organisation_id=organisation_id, kind=kind, **{**values, **changes})
    db.add(post)
    await db.flush()
    db.add(OpportunitySkill(opportunity_id=post.id, skill_id=skill.id, level=3, is_must=True))
    await project(db, post.id)
    await db.commit()
    return post
