"""What waits for somebody: pledges for finance, posts for their employer, days that have passed."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.cofunding.domain import (
    COUNTING,
    FundingStatus,
    PledgeBasis,
    PledgeStatus,
    no_such_pledge,
    read_exact,
)
from app.cofunding.models import Funding, FundingTotal, Pledge
from app.core.actor import Actor


async def list_ended_fundings(db: AsyncSession, today: date) -> Sequence[uuid.UUID]:
    """The posts with a pledge whose last day has passed; a missed night is made up."""
    found = await db.scalars(
        select(Funding.opportunity_id)
        .where(
            exists().where(
                Pledge.funding_id == Funding.id,
                Pledge.status.in_(COUNTING),
                Pledge.ends_on < today,
            )
        )
        .order_by(Funding.id)
        .limit(200)
    )
    return found.all()


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something of the body acted for that waits for somebody."""

    slug: str
    title: str
    basis: PledgeBasis
    amount: str
    ends_on: date | None
    can_decide: bool


async def list_waiting(db: AsyncSession, actor: Actor, most: int) -> list[Waiting]:
    """Pledges in principle of the body acted for, which wait for finance; longest first."""
    rows = await db.execute(
        select(Pledge, Funding.slug, Funding.title)
        .join(Funding, Funding.id == Pledge.funding_id)
        .where(
            Pledge.organisation_id == actor.organisation_id,
            Pledge.status == PledgeStatus.IN_PRINCIPLE,
            Funding.status == FundingStatus.OPEN,
        )
        .order_by(Pledge.updated_at, Pledge.id)
        .limit(most)
    )
    return [
        Waiting(
            slug,
            title,
            PledgeBasis(pledge.basis),
            pledge.amount,
            pledge.ends_on,
            actor.person_id not in {pledge.made_by_id, pledge.changed_by_id},
        )
        for pledge, slug, title in rows
    ]


@dataclass(frozen=True, slots=True)
class OwnFunding:
    """A post of one's own body that others pledge for."""

    slug: str
    title: str
    status: FundingStatus
    days: Fraction
    week: Decimal | None
    bodies: int
    undecided: int

    @property
    def is_ready(self) -> bool:
        """Whether finance of every body that counts has approved: the funding can be closed."""
        return self.undecided == 0


async def list_own_fundings(db: AsyncSession, actor: Actor, most: int) -> list[OwnFunding]:
    """Posts of the body acted for whose funding is open and has pledges, last changed first.

    `undecided` counts pledges that finance has yet to approve.
    """
    undecided = (
        select(func.count())
        .select_from(Pledge)
        .where(
            Pledge.funding_id == Funding.id,
            Pledge.status.in_([PledgeStatus.INTEREST, PledgeStatus.IN_PRINCIPLE]),
        )
        .scalar_subquery()
    )
    rows = await db.execute(
        select(
            Funding.slug,
            Funding.title,
            Funding.status,
            FundingTotal.days,
            Funding.week,
            FundingTotal.bodies,
            undecided.label("undecided"),
        )
        .join(FundingTotal, FundingTotal.opportunity_id == Funding.opportunity_id)
        .where(
            Funding.employer_id == actor.organisation_id,
            Funding.status == FundingStatus.OPEN,
            FundingTotal.bodies > 0,
        )
        .order_by(Funding.updated_at.desc(), Funding.id)
        .limit(most)
    )
    return [
        OwnFunding(
            row.slug,
            row.title,
            FundingStatus(row.status),
            read_exact(row.days),
            row.week,
            row.bodies,
            row.undecided,
        )
        for row in rows
    ]


async def get_slug_of_split(db: AsyncSession, split_id: uuid.UUID) -> str:
    """The slug of the post whose funding a split closed. Raises NotFound."""
    found = await find_funding_of_split(db, split_id)
    if found is None:
        raise no_such_pledge()
    return found.slug


async def find_funding_of_split(db: AsyncSession, split_id: uuid.UUID) -> Funding | None:
    """The funding that a split closed, for a body that may see it."""
    return await db.scalar(select(Funding).where(Funding.cost_split_id == split_id))
