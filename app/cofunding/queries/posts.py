"""Jointly funded posts as bodies may see them, and the row that every change locks first."""

import uuid
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Row,
    Uuid,
    and_,
    any_,
    bindparam,
    exists,
    false,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.cofunding.changes import Terms
from app.cofunding.domain import (
    FundingStatus,
    Offer,
    PledgeBasis,
    no_such_pledge,
    read_exact,
)
from app.cofunding.figures import CostedPost
from app.cofunding.models import Funding, FundingTotal
from app.cofunding.queries.pledges import PledgeLine, list_lines
from app.core.actor import Actor
from app.core.clock import london_today
from app.core.db import new_id
from app.core.reading import Prepared, fetch, prepare
from app.costsharing.splits.models import CostSplit
from app.opportunities.domain import (
    FULL_WEEK,
    Audience,
    OpportunityKind,
    OpportunityStatus,
)
from app.opportunities.finding.models import OpenPost
from app.opportunities.models import Opportunity
from app.organisations.domain import OrganisationStatus
from app.organisations.models import Organisation

PUBLISHED: Final = (
    OpportunityStatus.OPEN,
    OpportunityStatus.HIDDEN,
    OpportunityStatus.CLOSED,
    OpportunityStatus.WITHDRAWN,
)


@dataclass(frozen=True, slots=True)
class SharedPost:
    """A jointly funded post as a body sees it that may pledge for it, pledged, or employs it.

    `is_open` says whether it can be found and pledged for now. `funding_id` is None until somebody
    pledges. `offers` are the counting pledges without names.
    """

    opportunity_id: uuid.UUID
    slug: str
    title: str
    employer_id: uuid.UUID
    employer_slug: str
    employer_name: str
    terms: Terms
    own_days: Fraction | None
    status: FundingStatus
    is_open: bool
    funding_id: uuid.UUID | None
    is_party: bool
    offers: tuple[Offer, ...]
    version: int
    cost_split_id: uuid.UUID | None

    @property
    def costed(self) -> CostedPost | None:
        """The post as the engine needs it; None until its cost is known."""
        return costed(self.terms, self.employer_slug, self.employer_name)


def costed(terms: Terms, employer_slug: str, employer_name: str) -> CostedPost | None:
    """A post as the engine needs it; None until its week and its cost are known."""
    if terms.week is None or terms.base is None:
        return None
    return CostedPost(employer_slug, employer_name, Fraction(terms.week), terms.base)


def addressed_to(actor: Actor) -> ColumnElement[bool]:
    """Open posts that the body acted for may pledge for: it is verified, and so is the employer."""
    own = actor.acting_for
    if own is None or not own.is_verified:
        return false()
    return and_(
        Opportunity.status == OpportunityStatus.OPEN,
        Opportunity.closes_on >= london_today(),
        Organisation.status == OrganisationStatus.VERIFIED,
        or_(
            Opportunity.audience.in_([Audience.VERIFIED, Audience.PUBLIC]),
            any_(Opportunity.named_organisation_ids) == own.organisation_id,
        ),
    )


async def get_shared_post(db: AsyncSession, actor: Actor, slug: str) -> SharedPost:
    """The post of this slug if the body acted for employs it, pledged for it, or may pledge for it.

    Raises NotFound for every other post, and for kinds that nobody pledges for.
    """
    found = await _find_shared_post(db, actor, Funding.slug == slug, Opportunity.slug == slug)
    if found is None:
        raise no_such_pledge()
    return found


async def find_shared_post(
    db: AsyncSession, actor: Actor, opportunity_id: uuid.UUID
) -> SharedPost | None:
    """The same by the id of the post, or None."""
    by_funding = Funding.opportunity_id == opportunity_id
    return await _find_shared_post(db, actor, by_funding, Opportunity.id == opportunity_id)


async def _find_shared_post(
    db: AsyncSession, actor: Actor, funding: ColumnElement[bool], post: ColumnElement[bool]
) -> SharedPost | None:
    own = actor.organisation_id
    if own is None:
        return None
    kept = (
        await db.execute(
            select(Funding, Organisation.slug, Organisation.name, _is_open())
            .join(Organisation, Organisation.id == Funding.employer_id)
            .where(
                funding,
                or_(Funding.employer_id == own, Funding.body_ids.contains([own])),
            )
        )
    ).one_or_none()
    if kept is not None:
        return _from_funding(kept, own)
    found = (
        await db.execute(
            select(Opportunity, Organisation.slug, Organisation.name, Funding)
            .join(Organisation, Organisation.id == Opportunity.organisation_id)
            .outerjoin(Funding, Funding.opportunity_id == Opportunity.id)
            .where(
                post,
                Opportunity.kind == OpportunityKind.SHARED_POST,
                or_(
                    addressed_to(actor),
                    and_(Opportunity.organisation_id == own, Opportunity.status.in_(PUBLISHED)),
                ),
            )
        )
    ).one_or_none()
    return None if found is None else _from_post(found)


def _is_open() -> ColumnElement[bool]:
    return exists().where(
        Opportunity.id == Funding.opportunity_id,
        Opportunity.status == OpportunityStatus.OPEN,
        Opportunity.closes_on >= london_today(),
    )


def _from_funding(row: Row[*tuple[Any, ...]], own: uuid.UUID) -> SharedPost:
    funding, employer_slug, employer_name, is_open = row
    return SharedPost(
        funding.opportunity_id,
        funding.slug,
        funding.title,
        funding.employer_id,
        employer_slug,
        employer_name,
        terms_of(funding),
        days_or_none(funding.own_days),
        FundingStatus(funding.status),
        is_open,
        funding.id,
        own in funding.party_ids,
        offers_of(funding),
        funding.version,
        funding.cost_split_id,
    )


def _from_post(row: Row[*tuple[Any, ...]]) -> SharedPost:
    post, employer_slug, employer_name, funding = row
    return SharedPost(
        post.id,
        post.slug,
        post.title,
        post.organisation_id,
        employer_slug,
        employer_name,
        terms_of(funding) if funding is not None else terms_of_post(post),
        days_or_none(post.own_days if funding is None else funding.own_days),
        FundingStatus(funding.status) if funding is not None else FundingStatus.OPEN,
        post.status == OpportunityStatus.OPEN,
        None if funding is None else funding.id,
        False,
        () if funding is None else offers_of(funding),
        0 if funding is None else funding.version,
        None if funding is None else funding.cost_split_id,
    )


def terms_of(funding: Funding) -> Terms:
    """What partners rely on, as the funding holds it."""
    return Terms(funding.week, funding.starts_on, funding.ends_on, funding.base)


def week_of(funding: Funding) -> Fraction:
    """The days of the post's own week; a full week while the employer has not said."""
    return week_in(terms_of(funding))


def week_in(terms: Terms) -> Fraction:
    """The same from what partners rely on."""
    return Fraction(FULL_WEEK) if terms.week is None else Fraction(terms.week)


def terms_of_post(post: Opportunity) -> Terms:
    """The same from the post itself."""
    return Terms(post.days_per_week, post.starts_on, post.ends_on, post.cost_inputs)


def days_or_none(days: Decimal | None) -> Fraction | None:
    """Days a week as they are reckoned with."""
    return None if days is None else Fraction(days)


def offers_of(funding: Funding) -> tuple[Offer, ...]:
    """The counting pledges without names: numbers stand in for the bodies."""
    return tuple(
        Offer(
            f"{number:03d}",
            f"Organisation {number}",
            PledgeBasis(one["basis"]),
            read_exact(one["amount"]),
            one["ceiling"],
        )
        for number, one in enumerate(funding.offers, 1)
    )


async def ensure_funding(db: AsyncSession, post: Opportunity) -> None:
    """Make the funding of a post if it has none; of two at once one does, the other waits."""
    terms = terms_of_post(post)
    await db.execute(
        insert(Funding)
        .values(
            id=new_id(),
            opportunity_id=post.id,
            employer_id=post.organisation_id,
            slug=post.slug,
            title=post.title,
            week=terms.week,
            own_days=post.own_days,
            starts_on=terms.starts_on,
            ends_on=terms.ends_on,
            base=terms.base,
        )
        .on_conflict_do_nothing(index_elements=[Funding.opportunity_id])
    )
    await db.execute(
        insert(FundingTotal)
        .values(
            id=new_id(),
            opportunity_id=post.id,
            days="0",
            week=terms.week,
            own_days=post.own_days,
            bodies=0,
            status=FundingStatus.OPEN,
        )
        .on_conflict_do_nothing(index_elements=[FundingTotal.opportunity_id])
    )


async def get_post_row(db: AsyncSession, opportunity_id: uuid.UUID) -> Opportunity:
    """The post itself, read afresh, for whoever may read it. Raises NotFound."""
    found = await db.scalar(
        select(Opportunity)
        .where(Opportunity.id == opportunity_id)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise no_such_pledge()
    return found


@dataclass(frozen=True, slots=True)
class Locked:
    """A locked funding with its employer and its standing pledges, all read after the lock."""

    funding: Funding
    total: FundingTotal
    employer_slug: str
    employer_name: str
    lines: tuple[PledgeLine, ...]


async def lock_funding(db: AsyncSession, opportunity_id: uuid.UUID) -> Locked | None:
    """The funding of a post, locked until the transaction ends; only commands call it.

    Whoever pledges, approves, closes or changes the post passes through this row, one at a time.
    """
    funding = await db.scalar(
        select(Funding)
        .where(Funding.opportunity_id == opportunity_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if funding is None:
        return None
    slug, name, total = (
        await db.execute(
            select(Organisation.slug, Organisation.name, FundingTotal)
            .join(FundingTotal, FundingTotal.opportunity_id == opportunity_id)
            .where(Organisation.id == funding.employer_id)
            .execution_options(populate_existing=True)
        )
    ).one()
    return Locked(funding, total, slug, name, tuple(await list_lines(db, funding.id)))


async def get_total(db: AsyncSession, opportunity_id: uuid.UUID) -> FundingTotal | None:
    """How far a post is funded, for everybody who may see the post."""
    return await db.scalar(
        select(FundingTotal).where(FundingTotal.opportunity_id == opportunity_id)
    )


@dataclass(frozen=True, slots=True)
class PublicTotal:
    """All that everybody may know of the funding of an open post."""

    days: Fraction
    week: Fraction
    own_days: Fraction | None
    bodies: int
    is_closed: bool


async def find_public_total(db: AsyncSession, opportunity_id: uuid.UUID) -> PublicTotal | None:
    """How far an open shared post is funded; None for every other post."""
    rows = await fetch(db, _public_total(), {"id": opportunity_id})
    if not rows:
        return None
    row = rows[0]
    return PublicTotal(
        read_exact(row["days"] or "0"),
        Fraction(row["week"] or row["days_per_week"] or FULL_WEEK),
        days_or_none(row["own_days"]),
        row["bodies"] or 0,
        row["status"] == FundingStatus.CLOSED,
    )


@lru_cache(maxsize=1)
def _public_total() -> Prepared:
    """For each view of a post: compiled once and read from the driver (decision 0162)."""
    return prepare(
        select(
            OpenPost.days_per_week,
            FundingTotal.days,
            FundingTotal.week,
            FundingTotal.own_days,
            FundingTotal.bodies,
            FundingTotal.status,
        )
        .outerjoin(FundingTotal, FundingTotal.opportunity_id == OpenPost.opportunity_id)
        .where(
            OpenPost.opportunity_id == bindparam("id", type_=Uuid()),
            OpenPost.kind == OpportunityKind.SHARED_POST,
        )
    )


async def get_split_reference(db: AsyncSession, split_id: uuid.UUID) -> str:
    """The reference of the split that a funding was closed with."""
    return await db.scalar(select(CostSplit.reference).where(CostSplit.id == split_id)) or ""
