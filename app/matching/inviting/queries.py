"""Every read of invitations to apply: a body's own, and those of who was invited."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor
from app.core.clock import LONDON
from app.core.paging import Paged, Part
from app.matching.inviting.domain import (
    DeclineReason,
    InvitationStatus,
    no_such_invitation,
)
from app.matching.inviting.models import PostInvitation
from app.opportunities.finding.models import FormerPost, OpenPost
from app.opportunities.finding.queries import LISTED
from app.opportunities.finding.queries.visible import visible_to
from app.organisations.models import Organisation, Person


@dataclass(frozen=True, slots=True)
class Sent:
    """An invitation as its body sees it."""

    id: uuid.UUID
    profile_id: uuid.UUID
    status: InvitationStatus
    reason: DeclineReason | None
    words: str | None
    by: str
    sent_at: datetime
    moved_at: datetime | None


def _sent(actor: Actor, opportunity_id: uuid.UUID) -> Any:
    return (
        select(
            PostInvitation.id,
            PostInvitation.profile_id,
            PostInvitation.status,
            PostInvitation.reason,
            PostInvitation.words,
            Person.name,
            PostInvitation.created_at,
            PostInvitation.moved_at,
        )
        .join(Person, Person.id == PostInvitation.by_id)
        .where(
            PostInvitation.organisation_id == actor.organisation_id,
            PostInvitation.opportunity_id == opportunity_id,
        )
    )


def _as_sent(row: Any) -> Sent:
    reason = None if row.reason is None else DeclineReason(row.reason)
    return Sent(row[0], row[1], InvitationStatus(row[2]), reason, *row[4:])


async def list_sent(
    db: AsyncSession, actor: Actor, opportunity_id: uuid.UUID, part: Part
) -> Paged[Sent]:
    """A page of a body's invitations for a post, the newest first."""
    wanted = _sent(actor, opportunity_id)
    total = await db.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    rows = await db.execute(
        wanted.order_by(PostInvitation.id.desc()).offset(part.offset).limit(part.size)
    )
    return Paged([_as_sent(row) for row in rows], total, part)


async def get_sent(
    db: AsyncSession, actor: Actor, opportunity_id: uuid.UUID, invitation_id: uuid.UUID
) -> Sent:
    """One of a body's invitations for a post. Raises NotFound."""
    wanted = _sent(actor, opportunity_id).where(PostInvitation.id == invitation_id)
    row = (await db.execute(wanted)).one_or_none()
    if row is None:
        raise no_such_invitation()
    return _as_sent(row)


async def find_sent_to(
    db: AsyncSession, actor: Actor, opportunity_id: uuid.UUID, person_id: uuid.UUID
) -> Sent | None:
    """A body's invitation of somebody for a post, if there is one."""
    wanted = _sent(actor, opportunity_id).where(PostInvitation.person_id == person_id)
    row = (await db.execute(wanted)).one_or_none()
    return None if row is None else _as_sent(row)


async def lock_sent(
    db: AsyncSession, actor: Actor, opportunity_id: uuid.UUID, invitation_id: uuid.UUID
) -> PostInvitation:
    """The same, to be changed by nobody else meanwhile; only commands call it."""
    found = await db.scalar(
        select(PostInvitation)
        .where(
            PostInvitation.id == invitation_id,
            PostInvitation.organisation_id == actor.organisation_id,
            PostInvitation.opportunity_id == opportunity_id,
        )
        .with_for_update()
    )
    if found is None:
        raise no_such_invitation()
    return found


async def lock_unanswered(db: AsyncSession, opportunity_id: uuid.UUID) -> Sequence[PostInvitation]:
    """The invitations for a post that wait for an answer; only commands call it."""
    found = await db.scalars(
        select(PostInvitation)
        .where(
            PostInvitation.opportunity_id == opportunity_id,
            PostInvitation.status == InvitationStatus.SENT,
        )
        .order_by(PostInvitation.id)
        .with_for_update()
    )
    return found.all()


async def lock_day(db: AsyncSession, organisation_id: uuid.UUID) -> None:
    """Let nobody else of a body invite meanwhile; only commands call it."""
    key = func.hashtextextended(f"invitations of {organisation_id}", 0)
    await db.execute(select(func.pg_advisory_xact_lock(key)))


async def count_today(db: AsyncSession, organisation_id: uuid.UUID) -> int:
    """How many people a body has invited today, in the days of the United Kingdom."""
    midnight = func.timezone(
        LONDON.key, func.date_trunc("day", func.timezone(LONDON.key, func.now()))
    )
    found = await db.scalar(
        select(func.count())
        .select_from(PostInvitation)
        .where(
            PostInvitation.organisation_id == organisation_id,
            PostInvitation.created_at >= midnight,
        )
    )
    return found or 0


@dataclass(frozen=True, slots=True)
class Addressee:
    """Where to write to somebody; pages never show it to the body."""

    address: str
    language: str


async def get_addressee(db: AsyncSession, person_id: uuid.UUID) -> Addressee | None:
    """Where to write to somebody: their private address before that of work; None if suspended."""
    row = (
        await db.execute(
            select(func.coalesce(Person.private_email, Person.email), Person.language).where(
                Person.id == person_id, Person.suspended_at.is_(None)
            )
        )
    ).one_or_none()
    return None if row is None else Addressee(*row)


async def get_open_post(db: AsyncSession, opportunity_id: uuid.UUID) -> Mapping[str, Any] | None:
    """A post that is open, as messages show it; None where it is not."""
    found = await db.execute(
        select(*LISTED, OpenPost.organisation_name_cy).where(
            OpenPost.opportunity_id == opportunity_id, OpenPost.is_shown
        )
    )
    row = found.mappings().one_or_none()
    return None if row is None else dict(row)


@dataclass(frozen=True, slots=True)
class Received:
    """An invitation as who was invited sees it; `post` is None once the post is not open."""

    id: uuid.UUID
    organisation_id: uuid.UUID
    body: str
    body_slug: str
    status: InvitationStatus
    note: str | None
    sent_at: datetime
    moved_at: datetime | None
    title: str
    is_open: bool
    can_see_post: bool
    post: OpenPost | None


def _received(actor: Actor, *, whole: bool) -> Select[Any]:
    post: Any = OpenPost if whole else OpenPost.slug
    return (
        select(
            PostInvitation,
            Organisation.name,
            Organisation.slug,
            func.coalesce(OpenPost.title, FormerPost.title, "A post"),
            (
                OpenPost.is_shown
                & (OpenPost.closes_on >= func.date(func.timezone(LONDON.key, func.now())))
            ).label("is_open"),
            visible_to(actor).label("can_see"),
            post,
        )
        .join(Organisation, Organisation.id == PostInvitation.organisation_id)
        .outerjoin(OpenPost, OpenPost.opportunity_id == PostInvitation.opportunity_id)
        .outerjoin(FormerPost, FormerPost.opportunity_id == PostInvitation.opportunity_id)
        .where(PostInvitation.person_id == actor.person_id)
    )


def _as_received(row: Any) -> Received:
    one, body, body_slug, title, is_open, can_see, post = row
    return Received(
        one.id,
        one.organisation_id,
        body,
        body_slug,
        InvitationStatus(one.status),
        one.note,
        one.created_at,
        one.moved_at,
        title,
        bool(is_open),
        bool(can_see),
        post if isinstance(post, OpenPost) else None,
    )


async def list_received(db: AsyncSession, actor: Actor, part: Part) -> Paged[Received]:
    """A page of the invitations that the actor got, the newest first."""
    own = PostInvitation.person_id == actor.person_id
    total = await db.scalar(select(func.count()).select_from(PostInvitation).where(own)) or 0
    rows = await db.execute(
        _received(actor, whole=False)
        .order_by(PostInvitation.id.desc())
        .offset(part.offset)
        .limit(part.size)
    )
    return Paged([_as_received(row) for row in rows], total, part)


async def get_received(db: AsyncSession, actor: Actor, invitation_id: uuid.UUID) -> Received:
    """An invitation that the actor got. Raises NotFound for any other."""
    wanted = _received(actor, whole=True).where(PostInvitation.id == invitation_id)
    row = (await db.execute(wanted)).one_or_none()
    if row is None:
        raise no_such_invitation()
    return _as_received(row)


async def lock_received(db: AsyncSession, actor: Actor, invitation_id: uuid.UUID) -> PostInvitation:
    """The same, to be changed by nobody else meanwhile; only commands call it."""
    found = await db.scalar(
        select(PostInvitation)
        .where(PostInvitation.id == invitation_id, PostInvitation.person_id == actor.person_id)
        .with_for_update()
    )
    if found is None:
        raise no_such_invitation()
    return found


async def count_waiting(db: AsyncSession, person_id: uuid.UUID) -> int:
    """How many invitations wait for somebody's answer."""
    found = await db.scalar(
        select(func.count())
        .select_from(PostInvitation)
        .where(
            PostInvitation.person_id == person_id,
            PostInvitation.status == InvitationStatus.SENT,
        )
    )
    return found or 0


async def find_invitation(db: AsyncSession, invitation_id: uuid.UUID) -> PostInvitation | None:
    """An invitation by its id, for the worker."""
    return await db.get(PostInvitation, invitation_id)
