"""Reads of posts for the body that posts them: one post, its skills, and what it says as facts."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, false, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor
from app.opportunities.domain import (
    ChangeState,
    OpportunityKind,
    OpportunityStatus,
    PostFacts,
    SkillNeed,
    no_such_post,
)
from app.opportunities.models import (
    Opportunity,
    OpportunityChange,
    OpportunityQuestion,
    OpportunitySkill,
)
from app.roles.queries.roles import list_levels

_TURNED = frozenset({"kind", "status", "checks", "named_organisation_ids", "skills", "needs_level"})
_COPIED = tuple(name for name in PostFacts.__dataclass_fields__ if name not in _TURNED)


def own_to(actor: Actor) -> ColumnElement[bool]:
    """The posts of the organisation acted for, whatever their status; all for the system."""
    if actor.kind == "system":
        return true()
    if actor.organisation_id is None:
        return false()
    return Opportunity.organisation_id == actor.organisation_id


async def get_opportunity(db: AsyncSession, actor: Actor, slug: str) -> Opportunity:
    """A post of the actor's own organisation. Raises NotFound for any other."""
    found = await db.scalar(select(Opportunity).where(Opportunity.slug == slug, own_to(actor)))
    if found is None:
        raise no_such_post()
    return found


async def lock_opportunity(db: AsyncSession, actor: Actor, slug: str) -> Opportunity:
    """The same, locked until the transaction ends and read afresh; only commands call it."""
    return await _locked(db, actor, Opportunity.slug == slug)


async def lock_opportunity_by_id(
    db: AsyncSession, actor: Actor, opportunity_id: uuid.UUID
) -> Opportunity:
    """The same by id. Raises NotFound."""
    return await _locked(db, actor, Opportunity.id == opportunity_id)


async def _locked(db: AsyncSession, actor: Actor, which: ColumnElement[bool]) -> Opportunity:
    found = await db.scalar(
        select(Opportunity)
        .where(which, own_to(actor))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise no_such_post()
    return found


async def list_skill_needs(db: AsyncSession, opportunity_id: uuid.UUID) -> tuple[SkillNeed, ...]:
    """The skills of a post, musts first, then in the order in which they were put down."""
    found = await db.execute(_skills(opportunity_id))
    return tuple(SkillNeed(*row) for row in found)


def _skills(opportunity_id: uuid.UUID) -> Select[uuid.UUID, int | None, bool]:
    return (
        select(OpportunitySkill.skill_id, OpportunitySkill.level, OpportunitySkill.is_must)
        .where(OpportunitySkill.opportunity_id == opportunity_id)
        .order_by(OpportunitySkill.is_must.desc(), OpportunitySkill.id)
    )


async def get_facts(db: AsyncSession, post: Opportunity) -> PostFacts:
    """What a post says now."""
    needs_level = (
        post.role_id is not None
        and post.role_level_id is None
        and bool(await list_levels(db, post.role_id, edition_id=post.edition_id))
    )
    return facts_of(post, await list_skill_needs(db, post.id), needs_level=needs_level)


def facts_of(
    post: Opportunity, skills: Sequence[SkillNeed], *, needs_level: bool = False
) -> PostFacts:
    """A row and its skills as plain facts, which do not change when the row does."""
    return PostFacts(
        **{name: getattr(post, name) for name in _COPIED},
        kind=OpportunityKind(post.kind),
        status=OpportunityStatus(post.status),
        checks=tuple(post.checks),
        named_organisation_ids=tuple(post.named_organisation_ids),
        skills=tuple(skills),
        needs_level=needs_level,
    )


CLOSING_DAYS: Final = 14
"""How many days before its closing date a post is named on the dashboard."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much waits for somebody's decision on the posts of their body."""

    to_approve: int
    changes: int
    to_confirm: int
    hidden: int
    to_answer: int
    drafts: int
    to_publish: int
    closing: int


async def count_waiting(db: AsyncSession, actor: Actor, today: date) -> Waiting:
    """What waits on the posts of the actor's body, in one query.

    Posts and changes that the actor wrote wait for somebody else, and are left out.
    """
    row = (await db.execute(_waiting(actor, today))).one()
    return Waiting(*row)


def _waiting(actor: Actor, today: date) -> Select[int, int, int, int, int, int, int, int]:
    me = actor.person_id
    open_now = and_(Opportunity.status == OpportunityStatus.OPEN, Opportunity.closes_on >= today)
    changes = (
        select(func.count())
        .select_from(OpportunityChange)
        .join(Opportunity, Opportunity.id == OpportunityChange.opportunity_id)
        .where(
            own_to(actor),
            OpportunityChange.state == ChangeState.WAITING,
            OpportunityChange.by_id != me,
        )
        .scalar_subquery()
    )
    to_answer = (
        select(func.count())
        .select_from(OpportunityQuestion)
        .join(Opportunity, Opportunity.id == OpportunityQuestion.opportunity_id)
        .where(
            own_to(actor),
            open_now,
            OpportunityQuestion.answer.is_(None),
            OpportunityQuestion.is_hidden.is_(False),
        )
        .scalar_subquery()
    )
    to_approve = and_(
        Opportunity.status == OpportunityStatus.AWAITING_APPROVAL,
        Opportunity.created_by_id.is_distinct_from(me),
        func.array_position(Opportunity.writer_ids, me).is_(None),
    )
    return select(
        func.count().filter(to_approve),
        changes,
        func.count().filter(and_(open_now, Opportunity.review_on <= today)),
        func.count().filter(
            and_(Opportunity.status == OpportunityStatus.HIDDEN, Opportunity.closes_on >= today)
        ),
        to_answer,
        func.count().filter(Opportunity.status == OpportunityStatus.DRAFT),
        func.count().filter(Opportunity.status == OpportunityStatus.APPROVED),
        func.count().filter(
            and_(open_now, Opportunity.closes_on <= today + timedelta(days=CLOSING_DAYS))
        ),
    ).where(own_to(actor))
