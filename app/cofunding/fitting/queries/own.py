"""A body's own sides of proposals, the posts of others that it may see, and its choice."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Select,
    and_,
    func,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.cofunding.fitting.domain import (
    LIVE,
    FitStatus,
    no_such_fit,
)
from app.cofunding.fitting.models import FitChoice, FitSide
from app.core.actor import Actor
from app.core.db import new_id
from app.core.paging import Paged, Part
from app.opportunities.finding.models import OpenPost
from app.opportunities.finding.queries import visible_to
from app.opportunities.models import Opportunity


@dataclass(frozen=True, slots=True)
class OwnFit:
    """A body's side of a proposal with its own post."""

    side: FitSide
    post: Opportunity

    @property
    def title(self) -> str:
        """The title of its own post."""
        return self.post.title

    @property
    def slug(self) -> str:
        """The address of its own post."""
        return self.post.slug

    @property
    def status(self) -> FitStatus:
        """Where it stands."""
        return FitStatus(self.side.status)


def _own(actor: Actor) -> Select[FitSide, Opportunity]:
    return (
        select(FitSide, Opportunity)
        .join(Opportunity, Opportunity.id == FitSide.opportunity_id)
        .where(FitSide.organisation_id == actor.organisation_id)
    )


async def list_own(db: AsyncSession, actor: Actor, part: Part, *, live: bool) -> Paged[OwnFit]:
    """The proposals of the body acted for, newest first: those that live, or that have ended."""
    which = FitSide.status.in_(LIVE) if live else FitSide.status.not_in(LIVE)
    total = await db.scalar(
        select(func.count())
        .select_from(FitSide)
        .where(FitSide.organisation_id == actor.organisation_id, which)
    )
    found = await db.execute(
        _own(actor)
        .where(which)
        .order_by(FitSide.created_at.desc(), FitSide.id.desc())
        .limit(part.size)
        .offset(part.offset)
    )
    return Paged([OwnFit(*row) for row in found], total or 0, part).require()


async def list_waiting(db: AsyncSession, actor: Actor, most: int) -> list[OwnFit]:
    """Proposals that wait for the body acted for: its answer, its draft, or its
    word on who employs."""
    found = await db.execute(
        _own(actor)
        .where(
            or_(
                and_(FitSide.status == FitStatus.PROPOSED, FitSide.answer.is_(None)),
                and_(FitSide.status == FitStatus.AGREED, FitSide.is_lead.is_not(False)),
            )
        )
        .order_by(FitSide.created_at, FitSide.id)
        .limit(most)
    )
    return [OwnFit(*row) for row in found]


async def get_own(db: AsyncSession, actor: Actor, fit_id: uuid.UUID) -> OwnFit:
    """One proposal of the body acted for, read afresh. Raises NotFound."""
    found = (
        await db.execute(
            _own(actor).where(FitSide.fit_id == fit_id).execution_options(populate_existing=True)
        )
    ).one_or_none()
    if found is None:
        raise no_such_fit()
    return OwnFit(*found)


async def find_of_post(db: AsyncSession, actor: Actor, opportunity_id: uuid.UUID) -> OwnFit | None:
    """The living proposal that a post of the body acted for is in, or was made from."""
    found = await db.execute(
        _own(actor)
        .where(
            FitSide.status.in_(LIVE),
            or_(
                FitSide.opportunity_id == opportunity_id,
                FitSide.joint_opportunity_id == opportunity_id,
            ),
        )
        .order_by(FitSide.id)
        .limit(1)
    )
    row = found.one_or_none()
    return None if row is None else OwnFit(*row)


async def list_shown(
    db: AsyncSession, actor: Actor, post_ids: Sequence[uuid.UUID]
) -> list[OpenPost]:
    """Posts of others in a proposal that the actor may see now, by name of their body."""
    if not post_ids:
        return []
    found = await db.scalars(
        select(OpenPost)
        .where(OpenPost.opportunity_id.in_(list(post_ids)), visible_to(actor))
        .order_by(OpenPost.organisation_name, OpenPost.id)
    )
    return list(found)


async def uses_private(db: AsyncSession, actor: Actor) -> bool:
    """Whether the body acted for lets posts be compared that others may not see."""
    found = await db.scalar(
        select(FitChoice.uses_private).where(FitChoice.organisation_id == actor.organisation_id)
    )
    return True if found is None else found


async def put_choice(db: AsyncSession, values: Mapping[str, Any]) -> None:
    """Write a body's choice over the one that it made before; only commands call it."""
    await db.execute(
        insert(FitChoice)
        .values(id=new_id(), **values)
        .on_conflict_do_update(index_elements=[FitChoice.organisation_id], set_=dict(values))
    )
