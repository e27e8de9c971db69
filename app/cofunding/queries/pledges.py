"""Pledges: those of a post for its parties, and those of one body with their history."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.cofunding.changes import PledgeTerms
from app.cofunding.domain import (
    STANDING,
    Offer,
    PledgeBasis,
    PledgeStatus,
    no_such_pledge,
    read_exact,
)
from app.cofunding.models import Funding, Pledge, PledgeHistory
from app.core.actor import Actor
from app.core.paging import Paged, Part
from app.organisations.models import Organisation, Person


@dataclass(frozen=True, slots=True)
class PledgeLine:
    """A pledge with the body behind it."""

    pledge: Pledge
    body: str
    name: str

    @property
    def status(self) -> PledgeStatus:
        """How firm it is."""
        return PledgeStatus(self.pledge.status)

    @property
    def terms(self) -> PledgeTerms:
        """What it says."""
        return pledge_terms(self.pledge)

    @property
    def offer(self) -> Offer:
        """It as the split needs it."""
        ceiling = self.pledge.ceiling
        return Offer(
            self.body,
            self.name,
            PledgeBasis(self.pledge.basis),
            read_exact(self.pledge.amount),
            None if ceiling is None else int(ceiling * 100),
        )


def pledge_terms(pledge: Pledge) -> PledgeTerms:
    """What a pledge says, as plain values that do not change with the row."""
    return PledgeTerms(
        PledgeBasis(pledge.basis), pledge.amount, pledge.ceiling, pledge.conditions, pledge.ends_on
    )


def _lines() -> Select[Pledge, str, str]:
    return (
        select(Pledge, Organisation.slug, Organisation.name)
        .join(Organisation, Organisation.id == Pledge.organisation_id)
        .order_by(Organisation.slug, Pledge.id)
    )


async def list_lines(
    db: AsyncSession, funding_id: uuid.UUID, statuses: Sequence[PledgeStatus] = STANDING
) -> list[PledgeLine]:
    """The pledges of a funding for its employer and its parties, by the slug of their body.

    A post takes 30 pledges at most. The caller has made sure that the actor may see them all.
    """
    rows = await db.execute(
        _lines()
        .where(Pledge.funding_id == funding_id, Pledge.status.in_(statuses))
        .execution_options(populate_existing=True)
    )
    return [PledgeLine(*row) for row in rows]


async def find_own_line(
    db: AsyncSession, actor: Actor, funding_id: uuid.UUID | None
) -> PledgeLine | None:
    """The standing pledge of the body acted for, if it has one."""
    if funding_id is None:
        return None
    row = (
        await db.execute(
            _lines().where(
                Pledge.funding_id == funding_id,
                Pledge.organisation_id == actor.organisation_id,
                Pledge.status.in_(STANDING),
            )
        )
    ).one_or_none()
    return None if row is None else PledgeLine(*row)


@dataclass(frozen=True, slots=True)
class OwnPledge:
    """A pledge of one's own body in a list, with the post it is for."""

    id: uuid.UUID
    slug: str
    title: str
    employer_name: str
    status: PledgeStatus
    terms: PledgeTerms
    created_at: datetime
    version: int

    @property
    def is_standing(self) -> bool:
        """Whether it counts, or is in a cost split."""
        return self.status in STANDING


def _own_pledges(actor: Actor, *what: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return (
        select(Pledge, Funding.slug, Funding.title, Organisation.name)
        .join(Funding, Funding.id == Pledge.funding_id)
        .join(Organisation, Organisation.id == Pledge.employer_id)
        .where(Pledge.organisation_id == actor.organisation_id, *what)
    )


def _as_own(row: Row[*tuple[Any, ...]]) -> OwnPledge:
    pledge, slug, title, employer_name = row
    return OwnPledge(
        pledge.id,
        slug,
        title,
        employer_name,
        PledgeStatus(pledge.status),
        pledge_terms(pledge),
        pledge.created_at,
        pledge.version,
    )


async def list_own_pledges(
    db: AsyncSession, actor: Actor, part: Part, *, standing: bool
) -> Paged[OwnPledge]:
    """The pledges of the body acted for, newest first: those that stand, or those that ended."""
    status = Pledge.status.in_(STANDING)
    rule = status if standing else ~status
    total = await db.scalar(
        select(func.count())
        .select_from(Pledge)
        .where(Pledge.organisation_id == actor.organisation_id, rule)
    )
    rows = await db.execute(
        _own_pledges(actor, rule)
        .order_by(Pledge.created_at.desc(), Pledge.id)
        .limit(part.size)
        .offset(part.offset)
    )
    return Paged([_as_own(row) for row in rows], total or 0, part).require()


async def get_own_pledge(
    db: AsyncSession, actor: Actor, pledge_id: uuid.UUID
) -> tuple[Pledge, OwnPledge]:
    """One pledge of the body acted for. Raises NotFound for any other."""
    row = (await db.execute(_own_pledges(actor, Pledge.id == pledge_id))).one_or_none()
    if row is None:
        raise no_such_pledge()
    return row[0], _as_own(row)


@dataclass(frozen=True, slots=True)
class PledgeMove:
    """A move of a pledge as its own body reads it; `by` is a person of its own, else a body."""

    action: str
    to_status: PledgeStatus
    at: datetime
    by: str
    reason: str | None
    changes: list[dict[str, str]]
    figures: dict[str, Any]


async def list_pledge_moves(
    db: AsyncSession, actor: Actor, pledge_id: uuid.UUID, part: Part
) -> Paged[PledgeMove]:
    """What happened to a pledge of the body acted for, newest first.

    People of other bodies are not named, only their body.
    """
    mine = (
        PledgeHistory.pledge_id == pledge_id,
        PledgeHistory.organisation_id == actor.organisation_id,
    )
    rows = await db.execute(
        select(
            PledgeHistory,
            Person.name,
            Organisation.name,
            (PledgeHistory.by_organisation_id == actor.organisation_id).label("is_own"),
        )
        .outerjoin(Person, Person.id == PledgeHistory.by_id)
        .outerjoin(Organisation, Organisation.id == PledgeHistory.by_organisation_id)
        .where(*mine)
        .order_by(PledgeHistory.version.desc(), PledgeHistory.id)
        .limit(part.size)
        .offset(part.offset)
    )
    total = await db.scalar(select(func.count()).select_from(PledgeHistory).where(*mine))
    return Paged([_as_move(row) for row in rows], total or 0, part).require()


def _as_move(row: Row[*tuple[Any, ...]]) -> PledgeMove:
    move, person, body, is_own = row
    return PledgeMove(
        move.action,
        PledgeStatus(move.to_status),
        move.created_at,
        (person if is_own else body) or "Crossbench",
        move.reason,
        move.changes,
        move.figures,
    )
