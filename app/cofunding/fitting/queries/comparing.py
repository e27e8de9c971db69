"""What the exchange compares, locks and tells between bodies; no body reads any of it."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    exists,
    func,
    or_,
    select,
    text,
)
from sqlalchemy.ext.asyncio import AsyncSession

from app.cofunding.domain import FundingStatus
from app.cofunding.fitting.domain import (
    DAYS_OF_REST,
    LIVE,
    Answer,
    FitStatus,
    Need,
    Pair,
    no_such_fit,
)
from app.cofunding.fitting.models import Fit, FitChoice, FitSide
from app.cofunding.models import FundingTotal
from app.opportunities.domain import FULL_WEEK, Audience, OpportunityKind, OpportunityStatus, Remote
from app.opportunities.models import Opportunity, OpportunitySkill
from app.organisations.domain import OrganisationStatus
from app.organisations.models import Organisation
from app.roles.local.models import LocalRole
from app.roles.models import Role, RoleLevel

# What asks for a part of a person for long enough to recruit for.
KINDS: Final = (OpportunityKind.SHARED_POST, OpportunityKind.SECONDMENT_WANTED)
PRIVATE: Final = (Audience.OWN, Audience.NAMED)
# Two noticings at once could put one need into two proposals.
NOTICING_LOCK: Final = 4_180_019


@dataclass(frozen=True, slots=True)
class Candidate:
    """A need with what the proposal says of it to its own body."""

    need: Need
    title: str
    role_name: str
    body_slug: str
    body_name: str


async def lock_noticing(db: AsyncSession) -> None:
    """Let one transaction at a time notice what fits; only commands call it."""
    await db.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": NOTICING_LOCK})


async def list_candidates(
    db: AsyncSession, today: date, *, beside: uuid.UUID | None = None
) -> dict[uuid.UUID, Candidate]:
    """Open partial needs by the id of their post, for the exchange alone.

    `beside` limits them to those that could be in one place with this post. A post that others
    have pledged for is none, nor one whose funding has closed, nor a joint post itself.
    """
    query = _candidates(today)
    if beside is not None:
        region = select(Opportunity.region).where(Opportunity.id == beside).scalar_subquery()
        query = query.where(or_(Opportunity.region == region, Opportunity.remote == Remote.REMOTE))
    return {row.id: _candidate(row) for row in await db.execute(query)}


async def list_candidates_of(
    db: AsyncSession, post_ids: Iterable[uuid.UUID], today: date
) -> dict[uuid.UUID, Candidate]:
    """The same for these posts: whoever is missing is no open partial need any more."""
    query = _candidates(today).where(Opportunity.id.in_(list(post_ids)))
    return {row.id: _candidate(row) for row in await db.execute(query)}


def _candidates(today: date) -> Select[*tuple[Any, ...]]:
    skills = (
        select(func.array_agg(OpportunitySkill.skill_id))
        .where(OpportunitySkill.opportunity_id == Opportunity.id, OpportunitySkill.is_must)
        .scalar_subquery()
    )
    taken = exists().where(
        FundingTotal.opportunity_id == Opportunity.id,
        or_(FundingTotal.bodies > 0, FundingTotal.status != FundingStatus.OPEN),
    )
    return (
        select(
            Opportunity.id,
            Opportunity.organisation_id,
            Opportunity.title,
            Opportunity.days_per_week,
            Opportunity.starts_on,
            Opportunity.ends_on,
            Opportunity.role_id,
            RoleLevel.position.label("level"),
            skills.label("skills"),
            Opportunity.region,
            Opportunity.remote,
            Opportunity.audience,
            Opportunity.named_organisation_ids,
            func.coalesce(FitChoice.uses_private, True).label("uses_private"),
            func.coalesce(LocalRole.name, Role.name, Opportunity.title).label("role_name"),
            Organisation.slug.label("body_slug"),
            Organisation.name.label("body_name"),
        )
        .join(Organisation, Organisation.id == Opportunity.organisation_id)
        .outerjoin(Role, Role.id == Opportunity.role_id)
        .outerjoin(RoleLevel, RoleLevel.id == Opportunity.role_level_id)
        .outerjoin(LocalRole, LocalRole.id == Opportunity.local_role_id)
        .outerjoin(FitChoice, FitChoice.organisation_id == Opportunity.organisation_id)
        .where(
            Opportunity.status == OpportunityStatus.OPEN,
            Opportunity.kind.in_(KINDS),
            Opportunity.days_per_week < FULL_WEEK,
            Opportunity.starts_on.is_not(None),
            Opportunity.closes_on >= today,
            Organisation.status == OrganisationStatus.VERIFIED,
            ~taken,
            ~exists().where(Fit.joint_opportunity_id == Opportunity.id),
        )
        .order_by(Opportunity.id)
    )


def _candidate(row: Row[*tuple[Any, ...]]) -> Candidate:
    need = Need(
        post_id=row.id,
        body_id=row.organisation_id,
        days=Fraction(row.days_per_week),
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        role_id=row.role_id,
        level=row.level,
        skills=frozenset(row.skills or ()),
        region=row.region,
        is_remote=row.remote == Remote.REMOTE,
        is_private=row.audience in PRIVATE,
        shown_to=frozenset(row.named_organisation_ids if row.audience == Audience.NAMED else ()),
        uses_private=row.uses_private,
    )
    return Candidate(need, row.title, row.role_name, row.body_slug, row.body_name)


@dataclass(frozen=True, slots=True)
class Book:
    """A proposal with all its sides, as the exchange sees it."""

    fit: Fit
    sides: tuple[FitSide, ...]

    def of(self, organisation_id: uuid.UUID | None) -> FitSide:
        """The side of a body. Raises NotFound where it has none."""
        found = (side for side in self.sides if side.organisation_id == organisation_id)
        side = next(found, None)
        if side is None:
            raise no_such_fit()
        return side

    @property
    def post_ids(self) -> list[uuid.UUID]:
        """The posts that it joins."""
        return [side.opportunity_id for side in self.sides]


async def lock_fit(db: AsyncSession, fit_id: uuid.UUID) -> Book:
    """A proposal locked until the transaction ends, for the exchange; only commands call it."""
    found = await _locked(db, Fit.id == fit_id)
    if not found:
        raise no_such_fit()
    return found[0]


async def lock_live(db: AsyncSession, *, of_post: uuid.UUID | None = None) -> list[Book]:
    """All that still live, or the one that a post is in, locked; only commands call it."""
    live: ColumnElement[bool] = Fit.status.in_(LIVE)
    if of_post is not None:
        mine = exists().where(FitSide.fit_id == Fit.id, FitSide.opportunity_id == of_post)
        live = and_(live, mine)
    return await _locked(db, live)


async def lock_opened(db: AsyncSession) -> list[Book]:
    """Proposals whose joint post has opened, which the other bodies have not been told yet."""
    opened = exists().where(
        Opportunity.id == Fit.joint_opportunity_id, Opportunity.status == OpportunityStatus.OPEN
    )
    return await _locked(db, Fit.status == FitStatus.DRAFTED, Fit.told_open_at.is_(None), opened)


async def _locked(db: AsyncSession, *which: ColumnElement[bool]) -> list[Book]:
    fits = (
        await db.scalars(
            select(Fit)
            .where(*which)
            .order_by(Fit.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    ).all()
    if not fits:
        return []
    sides: dict[uuid.UUID, list[FitSide]] = {fit.id: [] for fit in fits}
    for side in await db.scalars(
        select(FitSide)
        .where(FitSide.fit_id.in_(list(sides)))
        .order_by(FitSide.fit_id, FitSide.opportunity_id)
        .execution_options(populate_existing=True)
    ):
        sides[side.fit_id].append(side)
    return [Book(fit, tuple(sides[fit.id])) for fit in fits]


async def live_post_ids(db: AsyncSession) -> set[uuid.UUID]:
    """The posts that are in a living proposal already."""
    return set(await db.scalars(select(FitSide.opportunity_id).where(FitSide.status.in_(LIVE))))


async def refused_pairs(db: AsyncSession) -> set[Pair]:
    """Posts that are not put together again: for good where somebody said so, else for a while.

    Whoever declined is kept apart from each of the others; where time ran out, all are.
    """
    rested = func.now() - timedelta(days=DAYS_OF_REST)
    mine, theirs = FitSide.__table__.alias(), FitSide.__table__.alias()
    found = await db.execute(
        select(mine.c.opportunity_id, theirs.c.opportunity_id)
        .join(Fit, Fit.id == mine.c.fit_id)
        .join(theirs, and_(theirs.c.fit_id == mine.c.fit_id, theirs.c.id != mine.c.id))
        .where(
            or_(
                mine.c.never_again,
                and_(
                    Fit.ended_at > rested,
                    or_(mine.c.answer == Answer.DECLINED, Fit.status == FitStatus.EXPIRED),
                ),
            )
        )
    )
    return {frozenset(row) for row in found}


@dataclass(frozen=True, slots=True)
class Told:
    """What a body's post says to those that have agreed to a joint post with it."""

    organisation_id: uuid.UUID
    slug: str
    name: str
    post: Opportunity


async def list_told(db: AsyncSession, post_ids: Iterable[uuid.UUID]) -> list[Told]:
    """Posts with their bodies by name, for the exchange to tell once all have agreed."""
    found = await db.execute(
        select(Organisation.id, Organisation.slug, Organisation.name, Opportunity)
        .join(Opportunity, Opportunity.organisation_id == Organisation.id)
        .where(Opportunity.id.in_(list(post_ids)))
        .order_by(Organisation.name, Organisation.id)
    )
    return [Told(*row) for row in found]


async def audience_of(db: AsyncSession, opportunity_id: uuid.UUID) -> frozenset[uuid.UUID] | None:
    """The bodies that an open post names; None where it is shown to all verified ones."""
    audience, named = (
        await db.execute(
            select(Opportunity.audience, Opportunity.named_organisation_ids).where(
                Opportunity.id == opportunity_id
            )
        )
    ).one()
    return frozenset(named) if audience in PRIVATE else None
