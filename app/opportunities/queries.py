"""Reads of posts for the body that posts them: one post, its skills, and what it says as facts."""

import uuid
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, false, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor
from app.opportunities.domain import (
    OpportunityKind,
    OpportunityStatus,
    PostFacts,
    SkillNeed,
    no_such_post,
)
from app.opportunities.models import Opportunity, OpportunitySkill
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
