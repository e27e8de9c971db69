"""Every read of saved cost splits: each party sees the versions that it is a party to."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from sqlalchemy import ColumnElement, and_, false, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor
from app.core.paging import Paged, Part
from app.costsharing.splits.domain import PaperKind, no_such_split
from app.costsharing.splits.models import (
    CostSplit,
    CostSplitHistory,
    CostSplitPaper,
    CostSplitShare,
    CostSplitVersion,
)
from app.organisations.models import Organisation, Person

# The largest number that the column of versions holds.
LAST_NUMBER: Final = 2**31 - 1


def visible_to(
    actor: Actor, table: type[CostSplit] | type[CostSplitVersion]
) -> ColumnElement[bool]:
    """The splits, or versions, that the organisation acted for employs for or is a party to."""
    if actor.kind == "system":
        return true()
    own = actor.organisation_id
    if own is None:
        return false()
    return or_(table.employer_id == own, table.party_ids.contains([own]))


@dataclass(frozen=True, slots=True)
class SplitLine:
    """A split in a list: its newest version that this body may see, and what that body pays."""

    reference: str
    title: str
    status: str
    number: int
    frozen_at: datetime
    employer_name: str
    total: Decimal
    own: Decimal
    bodies: int


async def list_splits(db: AsyncSession, actor: Actor, part: Part) -> Paged[SplitLine]:
    """The splits of the organisation acted for, newest first, each by its newest version."""
    newest = (
        select(CostSplitVersion.cost_split_id, func.max(CostSplitVersion.number).label("number"))
        .where(visible_to(actor, CostSplitVersion))
        .group_by(CostSplitVersion.cost_split_id)
        .subquery()
    )
    own = (
        select(func.sum(CostSplitShare.share + CostSplitShare.fee))
        .where(
            CostSplitShare.version_id == CostSplitVersion.id,
            CostSplitShare.organisation_id == actor.organisation_id,
        )
        .correlate(CostSplitVersion)
        .scalar_subquery()
    )
    query = (
        select(
            CostSplit.reference,
            CostSplit.title,
            CostSplit.status,
            CostSplitVersion.number,
            CostSplitVersion.created_at,
            Organisation.name,
            CostSplitVersion.total,
            func.coalesce(own, 0),
            func.cardinality(CostSplitVersion.party_ids),
        )
        .join(newest, newest.c.cost_split_id == CostSplit.id)
        .join(
            CostSplitVersion,
            and_(
                CostSplitVersion.cost_split_id == CostSplit.id,
                CostSplitVersion.number == newest.c.number,
            ),
        )
        .join(Organisation, Organisation.id == CostSplit.employer_id)
        .where(visible_to(actor, CostSplit))
        .order_by(CostSplitVersion.created_at.desc(), CostSplit.id)
    )
    total = await db.scalar(select(func.count()).select_from(newest)) or 0
    rows = await db.execute(query.limit(part.size).offset(part.offset))
    return Paged([SplitLine(*row) for row in rows], total, part).require()


async def get_split(db: AsyncSession, actor: Actor, reference: str) -> CostSplit:
    """The split of this reference. Raises NotFound where the body acted for is no party."""
    found = await db.scalar(
        select(CostSplit).where(CostSplit.reference == reference, visible_to(actor, CostSplit))
    )
    if found is None:
        raise no_such_split()
    return found


async def lock_split(db: AsyncSession, actor: Actor, split_id: uuid.UUID) -> CostSplit:
    """The same by id, locked until the transaction ends; only commands call it."""
    found = await db.scalar(
        select(CostSplit)
        .where(CostSplit.id == split_id, visible_to(actor, CostSplit))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise no_such_split()
    return found


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version in the list of a split: its number, cost and when and by whom it was frozen."""

    number: int
    total: Decimal
    bodies: int
    frozen_at: datetime
    by_name: str | None


async def list_versions(db: AsyncSession, actor: Actor, split: CostSplit) -> list[VersionLine]:
    """The versions that the body acted for may see, newest first; a split has few."""
    rows = await db.execute(
        select(
            CostSplitVersion.number,
            CostSplitVersion.total,
            func.cardinality(CostSplitVersion.party_ids),
            CostSplitVersion.created_at,
            Person.name,
        )
        .outerjoin(Person, Person.id == CostSplitVersion.made_by_id)
        .where(CostSplitVersion.cost_split_id == split.id, visible_to(actor, CostSplitVersion))
        .order_by(CostSplitVersion.number.desc(), CostSplitVersion.id)
    )
    return [VersionLine(*row) for row in rows]


async def get_version(
    db: AsyncSession, actor: Actor, split: CostSplit, number: int
) -> CostSplitVersion:
    """One version. Raises NotFound where there is none, or this body is no party to it."""
    if not 0 < number <= LAST_NUMBER:
        raise no_such_split()
    found = await db.scalar(
        select(CostSplitVersion).where(
            CostSplitVersion.cost_split_id == split.id,
            CostSplitVersion.number == number,
            visible_to(actor, CostSplitVersion),
        )
    )
    if found is None:
        raise no_such_split()
    return found


async def list_papers(db: AsyncSession, version: CostSplitVersion) -> Sequence[CostSplitPaper]:
    """The papers of a version that the caller has been shown, in a fixed order."""
    found = await db.scalars(select(CostSplitPaper).where(CostSplitPaper.version_id == version.id))
    return sorted(found, key=lambda paper: list(PaperKind).index(PaperKind(paper.kind)))


@dataclass(frozen=True, slots=True)
class PaperToDraw:
    """A paper that was asked for, with what it is made of; the worker holds its row."""

    paper: CostSplitPaper
    version: CostSplitVersion
    reference: str


async def lock_paper(db: AsyncSession, paper_id: uuid.UUID) -> PaperToDraw | None:
    """A paper to draw, locked until the transaction ends; None if it is gone."""
    row = (
        await db.execute(
            select(CostSplitPaper, CostSplitVersion, CostSplit.reference)
            .join(CostSplitVersion, CostSplitVersion.id == CostSplitPaper.version_id)
            .join(CostSplit, CostSplit.id == CostSplitVersion.cost_split_id)
            .where(CostSplitPaper.id == paper_id)
            .with_for_update(of=CostSplitPaper)
        )
    ).one_or_none()
    return None if row is None else PaperToDraw(*row)


@dataclass(frozen=True, slots=True)
class Move:
    """A move of a split as people read it."""

    to_status: str
    action: str
    version: int
    at: datetime
    by_name: str | None
    reason: str | None


async def list_moves(db: AsyncSession, split: CostSplit) -> list[Move]:
    """What happened to a split, newest first."""
    rows = await db.execute(
        select(
            CostSplitHistory.to_status,
            CostSplitHistory.action,
            CostSplitHistory.version,
            CostSplitHistory.created_at,
            Person.name,
            CostSplitHistory.reason,
        )
        .outerjoin(Person, Person.id == CostSplitHistory.by_id)
        .where(CostSplitHistory.cost_split_id == split.id)
        .order_by(CostSplitHistory.id.desc())
        .limit(50)
    )
    return [Move(*row) for row in rows]
