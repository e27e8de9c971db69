"""Every read of needs that are kept, and of posts that found nobody."""

import uuid
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from sqlalchemy import Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.matching.needs.models import MatchNeed, MatchNeedPerson
from app.opportunities.domain import OpportunityStatus
from app.opportunities.models import Opportunity, OpportunitySkill

# A post is looked at for so long after it opened, to see whether it found anybody.
FRESH: Final = timedelta(days=2)


async def lock_due(db: AsyncSession, today: date, most: int) -> Sequence[MatchNeed]:
    """Needs of open posts that told nothing today, the longest unseen first; for the worker."""
    found = await db.scalars(
        select(MatchNeed)
        .join(Opportunity, Opportunity.id == MatchNeed.opportunity_id)
        .where(
            Opportunity.status == OpportunityStatus.OPEN,
            MatchNeed.ended_at.is_(None),
            or_(MatchNeed.told_on.is_(None), MatchNeed.told_on < today),
        )
        .order_by(MatchNeed.looked_at.nulls_first(), MatchNeed.id)
        .limit(most)
        .with_for_update(skip_locked=True, of=MatchNeed)
    )
    return found.all()


async def known_to(db: AsyncSession, need_id: uuid.UUID) -> frozenset[uuid.UUID]:
    """Of whom a need has told."""
    found = select(MatchNeedPerson.person_id).where(MatchNeedPerson.need_id == need_id)
    return frozenset(await db.scalars(found))


async def list_unseen_posts(db: AsyncSession, most: int) -> Sequence[Opportunity]:
    """Posts that opened of late, ask for skills, and whose need nobody has kept or ended."""
    found = await db.scalars(
        select(Opportunity)
        .outerjoin(MatchNeed, MatchNeed.opportunity_id == Opportunity.id)
        .where(
            Opportunity.status == OpportunityStatus.OPEN,
            Opportunity.published_at > func.now() - FRESH,
            MatchNeed.id.is_(None),
            select(OpportunitySkill.id)
            .where(OpportunitySkill.opportunity_id == Opportunity.id)
            .exists(),
        )
        .order_by(Opportunity.published_at, Opportunity.id)
        .limit(most)
    )
    return found.all()


def posts_over() -> Select[uuid.UUID]:
    """The ids of posts that are over, whose needs are kept no longer."""
    over = (OpportunityStatus.CLOSED, OpportunityStatus.WITHDRAWN)
    return select(Opportunity.id).where(Opportunity.status.in_(over))


async def find_need(db: AsyncSession, opportunity_id: uuid.UUID) -> MatchNeed | None:
    """The need of a post, kept or ended."""
    found = select(MatchNeed).where(MatchNeed.opportunity_id == opportunity_id)
    return (await db.scalars(found)).one_or_none()
