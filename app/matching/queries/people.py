"""A body's post as matching reads it: what it asks for, what was waived, and by whom."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.matching.domain import Wanted
from app.matching.models import MatchWaiver, match_skill
from app.matching.queries.source import terms_of
from app.matching.rule import Asked
from app.matching.tokens import Numbering
from app.opportunities.models import Opportunity, OpportunitySkill
from app.organisations.models import Person
from app.roles.models import Skill


@dataclass(frozen=True, slots=True)
class Must:
    """A must-have of a post, and who waived it, when and why, if somebody did."""

    skill_id: uuid.UUID
    slug: str
    name: str
    level: int | None
    waived_by: str | None
    waived_at: datetime | None
    reason: str | None

    @property
    def is_waived(self) -> bool:
        """Whether it is a gate no more."""
        return self.waived_at is not None


@dataclass(frozen=True, slots=True)
class AskedPost:
    """What a post of the actor's own body asks for, with the numbers of its skills."""

    wanted: Wanted
    numbering: Numbering
    musts: tuple[Must, ...]


async def load_asked(db: AsyncSession, post: Opportunity) -> AskedPost:
    """What a post asks for, with its waivers, in one query."""
    rows = (
        await db.execute(
            select(
                Skill.id,
                Skill.slug,
                Skill.name,
                OpportunitySkill.level,
                OpportunitySkill.is_must,
                Person.name.label("waived_by"),
                MatchWaiver.created_at,
                MatchWaiver.reason,
                match_skill.c.number,
                match_skill.c.near_number,
            )
            .join(OpportunitySkill, OpportunitySkill.skill_id == Skill.id)
            .outerjoin(match_skill, match_skill.c.skill_id == Skill.id)
            .outerjoin(
                MatchWaiver,
                (MatchWaiver.opportunity_id == OpportunitySkill.opportunity_id)
                & (MatchWaiver.skill_id == Skill.id),
            )
            .outerjoin(Person, Person.id == MatchWaiver.by_id)
            .where(OpportunitySkill.opportunity_id == post.id)
            .order_by(Skill.name, Skill.id)
        )
    ).all()
    asked = tuple(Asked(row.id, row.level, row.is_must, row.created_at is not None) for row in rows)
    musts = tuple(
        Must(row.id, row.slug, row.name, row.level, row.waived_by, row.created_at, row.reason)
        for row in rows
        if row.is_must
    )
    numbering = Numbering(
        {row.id: row.number for row in rows if row.number is not None},
        {row.id: row.near_number for row in rows if row.near_number is not None},
        {},
    )
    return AskedPost(Wanted(asked, terms_of(post)), numbering, musts)


def must_of(musts: Sequence[Must], slug: str) -> Must | None:
    """The must-have of this address, or None."""
    return next((one for one in musts if one.slug == slug), None)


async def find_post(db: AsyncSession, opportunity_id: uuid.UUID) -> Opportunity | None:
    """A post by its id, for a panel on its own page."""
    return await db.get(Opportunity, opportunity_id)
