"""Reads for writing posts: a body's posts, what a post calls its role and skills, lists to choose
from, and changes that wait for approval.
"""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor
from app.core.paging import Paged, Part
from app.opportunities.domain import (
    ChangeState,
    OpportunityKind,
    OpportunityStatus,
    PostFacts,
    is_over,
    no_such_post,
)
from app.opportunities.models import (
    Opportunity,
    OpportunityChange,
    OpportunityHistory,
    OpportunityQuestion,
)
from app.opportunities.queries import own_to
from app.organisations.domain import OrganisationStatus
from app.organisations.models import Organisation, Person
from app.roles.local.models import LocalRole
from app.roles.models import FrameworkEdition, Role, RoleLevel, Skill
from app.roles.queries import SkillLine


@dataclass(frozen=True, slots=True)
class PostLine:
    """A post in the list of its body. `status` is how it stands on the day of asking."""

    slug: str
    title: str
    kind: OpportunityKind
    status: OpportunityStatus
    closes_on: date | None
    updated_at: datetime
    unanswered: int
    has_change_waiting: bool
    is_due_for_review: bool


def _is_over(today: date) -> ColumnElement[bool]:
    return and_(
        Opportunity.status.in_((OpportunityStatus.OPEN, OpportunityStatus.HIDDEN)),
        Opportunity.closes_on < today,
    )


def _stands(status: OpportunityStatus, today: date) -> ColumnElement[bool]:
    """The posts that stand so on a day: an open one whose last day has passed is closed."""
    over = _is_over(today)
    if status is OpportunityStatus.CLOSED:
        return or_(Opportunity.status == status, over)
    return and_(Opportunity.status == status, ~over)


async def count_by_status(
    db: AsyncSession, actor: Actor, today: date
) -> dict[OpportunityStatus, int]:
    """How many posts the actor's body has in each status; those with none are left out."""
    over = _is_over(today)
    found = await db.execute(
        select(Opportunity.status, over.label("is_over"), func.count())
        .where(own_to(actor))
        .group_by(Opportunity.status, "is_over")
    )
    counts: dict[OpportunityStatus, int] = {}
    for status, is_past, count in found:
        shown = OpportunityStatus.CLOSED if is_past else OpportunityStatus(status)
        counts[shown] = counts.get(shown, 0) + count
    return counts


async def list_posts(
    db: AsyncSession,
    actor: Actor,
    part: Part,
    today: date,
    *,
    status: OpportunityStatus | None = None,
    q: str = "",
) -> Paged[PostLine]:
    """The posts of the actor's body, those changed last first. `q` is looked for in titles."""
    wanted = [own_to(actor)]
    if status is not None:
        wanted.append(_stands(status, today))
    for word in q.split()[:10]:
        wanted.append(
            or_(
                Opportunity.title.icontains(word, autoescape=True),
                Opportunity.title_cy.icontains(word, autoescape=True),
            )
        )
    total = await db.scalar(select(func.count()).select_from(Opportunity).where(*wanted)) or 0
    found = await db.execute(
        _lines()
        .where(*wanted)
        .order_by(Opportunity.updated_at.desc(), Opportunity.id.desc())
        .limit(part.size)
        .offset(part.offset)
    )
    return Paged([_line(row, today) for row in found], total, part).require()


def _lines() -> Select[*tuple[Any, ...]]:
    unanswered = (
        select(func.count())
        .where(
            OpportunityQuestion.opportunity_id == Opportunity.id,
            OpportunityQuestion.answer.is_(None),
            OpportunityQuestion.is_hidden.is_(False),
        )
        .correlate(Opportunity)
        .scalar_subquery()
    )
    waiting = (
        select(OpportunityChange.id)
        .where(
            OpportunityChange.opportunity_id == Opportunity.id,
            OpportunityChange.state == ChangeState.WAITING,
        )
        .correlate(Opportunity)
        .exists()
    )
    return select(
        Opportunity.slug,
        Opportunity.title,
        Opportunity.kind,
        Opportunity.status,
        Opportunity.closes_on,
        Opportunity.updated_at,
        Opportunity.review_on,
        unanswered.label("unanswered"),
        waiting.label("has_change_waiting"),
    )


def _line(row: Row[Any], today: date) -> PostLine:
    status = stands_as(OpportunityStatus(row.status), row.closes_on, today)
    is_open = status is OpportunityStatus.OPEN
    return PostLine(
        slug=row.slug,
        title=row.title,
        kind=OpportunityKind(row.kind),
        status=status,
        closes_on=row.closes_on,
        updated_at=row.updated_at,
        unanswered=row.unanswered,
        has_change_waiting=row.has_change_waiting,
        is_due_for_review=is_open and row.review_on is not None and row.review_on <= today,
    )


async def get_with_rule(db: AsyncSession, actor: Actor, slug: str) -> tuple[Opportunity, bool]:
    """A post of the actor's body, and whether that body wants a second person's approval.

    Raises NotFound.
    """
    found = await db.execute(
        select(Opportunity, Organisation.needs_post_approval)
        .join(Organisation, Organisation.id == Opportunity.organisation_id)
        .where(Opportunity.slug == slug, own_to(actor))
    )
    row = found.one_or_none()
    if row is None:
        raise no_such_post()
    return row[0], row[1]


def stands_as(status: OpportunityStatus, closes_on: date | None, today: date) -> OpportunityStatus:
    """How a post stands on a day: closed once its last day has passed."""
    published = status in (OpportunityStatus.OPEN, OpportunityStatus.HIDDEN)
    return OpportunityStatus.CLOSED if published and is_over(closes_on, today) else status


@dataclass(frozen=True, slots=True)
class Names:
    """What a post calls by id: its role and level, its skills, and the bodies that it names."""

    role: str = ""
    role_slug: str = ""
    level: str = ""
    edition: str = ""
    skills: Mapping[uuid.UUID, SkillLine] = field(default_factory=dict)
    organisations: tuple[str, ...] = ()


async def names_of(db: AsyncSession, facts: PostFacts) -> Names:
    """The names of what a post says by id, in at most three queries."""
    names = Names(
        skills=await skill_names(db, (need.skill_id for need in facts.skills)),
        organisations=await body_names(db, facts.named_organisation_ids),
    )
    if facts.local_role_id is not None:
        own = select(LocalRole.name).where(LocalRole.id == facts.local_role_id)
        return replace(names, role=await db.scalar(own) or "")
    if facts.role_id is None:
        return names
    found = await db.execute(
        select(Role.name, Role.slug, RoleLevel.name, FrameworkEdition.name)
        .select_from(Role)
        .outerjoin(RoleLevel, RoleLevel.id == facts.role_level_id)
        .outerjoin(FrameworkEdition, FrameworkEdition.id == facts.edition_id)
        .where(Role.id == facts.role_id)
    )
    role, slug, level, edition = found.one()
    return replace(names, role=role, role_slug=slug, level=level or "", edition=edition or "")


async def skill_names(db: AsyncSession, ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, SkillLine]:
    """Skills by id."""
    wanted = set(ids)
    if not wanted:
        return {}
    found = await db.execute(select(Skill.id, Skill.slug, Skill.name).where(Skill.id.in_(wanted)))
    return {row.id: SkillLine(*row) for row in found}


async def body_names(db: AsyncSession, ids: Iterable[uuid.UUID]) -> tuple[str, ...]:
    """The names of bodies, in the order of the alphabet."""
    wanted = set(ids)
    if not wanted:
        return ()
    found = await db.scalars(
        select(Organisation.name)
        .where(Organisation.id.in_(wanted))
        .order_by(func.lower(Organisation.name), Organisation.id)
    )
    return tuple(found)


async def verified_bodies(db: AsyncSession, *, but: uuid.UUID) -> list[tuple[uuid.UUID, str]]:
    """All verified bodies except one, by name: who a post can be shown to."""
    found = await db.execute(
        select(Organisation.id, Organisation.name)
        .where(Organisation.status == OrganisationStatus.VERIFIED, Organisation.id != but)
        .order_by(func.lower(Organisation.name), Organisation.id)
    )
    return [(row.id, row.name) for row in found]


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """A move of a post: what was done, by whom, when and why."""

    action: str
    to_status: OpportunityStatus
    at: datetime
    by: str
    reason: str | None


async def list_history(db: AsyncSession, opportunity_id: uuid.UUID) -> list[HistoryLine]:
    """The latest moves of a post, the last first."""
    found = await db.execute(
        select(
            OpportunityHistory.action,
            OpportunityHistory.to_status,
            OpportunityHistory.created_at,
            Person.name,
            OpportunityHistory.reason,
        )
        .outerjoin(Person, Person.id == OpportunityHistory.by_id)
        .where(OpportunityHistory.opportunity_id == opportunity_id)
        .order_by(OpportunityHistory.created_at.desc(), OpportunityHistory.id.desc())
        .limit(50)
    )
    return [
        HistoryLine(row[0], OpportunityStatus(row[1]), row[2], row[3] or "Crossbench", row[4])
        for row in found
    ]


@dataclass(frozen=True, slots=True)
class WaitingChange:
    """A change that waits for approval, with who proposed it."""

    change: OpportunityChange
    by: str


async def list_waiting(db: AsyncSession, opportunity_id: uuid.UUID) -> list[WaitingChange]:
    """The changes of a post that wait for approval: one a section at most."""
    found = await db.execute(_waiting().where(OpportunityChange.opportunity_id == opportunity_id))
    return [WaitingChange(*row) for row in found]


def _waiting() -> Select[OpportunityChange, str]:
    return (
        select(OpportunityChange, Person.name)
        .join(Person, Person.id == OpportunityChange.by_id)
        .where(OpportunityChange.state == ChangeState.WAITING)
        .order_by(OpportunityChange.created_at, OpportunityChange.id)
    )


async def get_waiting(
    db: AsyncSession, opportunity_id: uuid.UUID, change_id: uuid.UUID
) -> OpportunityChange:
    """A change that waits, of a post that its caller has locked. Raises NotFound."""
    found = await db.scalar(
        select(OpportunityChange)
        .where(
            OpportunityChange.id == change_id,
            OpportunityChange.opportunity_id == opportunity_id,
            OpportunityChange.state == ChangeState.WAITING,
        )
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise no_such_post()
    return found


async def find_waiting(
    db: AsyncSession, opportunity_id: uuid.UUID, section: str
) -> OpportunityChange | None:
    """The change of a section that waits, if there is one."""
    return await db.scalar(
        select(OpportunityChange).where(
            OpportunityChange.opportunity_id == opportunity_id,
            OpportunityChange.section == section,
            OpportunityChange.state == ChangeState.WAITING,
        )
    )
