"""Reads of invitations: by the body that sent them, and by whoever holds the link."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.db import follow_link
from app.core.paging import Paged, Part
from app.core.permissions import Duty
from app.organisations.domain import OrganisationStatus
from app.organisations.joining.domain import no_such_link
from app.organisations.links import sha256_of
from app.organisations.members.domain import (
    KEEP_YEARS,
    InvitationState,
    invitation_state,
)
from app.organisations.members.models import Invitation
from app.organisations.members.queries.people import no_such_member
from app.organisations.models import (
    Organisation,
    Person,
)


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation as the list shows it."""

    id: uuid.UUID
    email: str
    duties: frozenset[Duty]
    sent_by: str | None
    sent_at: datetime
    expires_at: datetime
    state: InvitationState


async def list_invitations(
    db: AsyncSession, organisation_id: uuid.UUID, part: Part
) -> Paged[Invited]:
    """A body's invitations, those that wait first, then the newest."""
    waits = Invitation.accepted_at.is_(None) & Invitation.withdrawn_at.is_(None)
    own = Invitation.organisation_id == organisation_id
    rows = await db.execute(
        select(Invitation, Person.name, func.now().label("now"))
        .outerjoin(Person, Person.id == Invitation.sent_by_id)
        .where(own)
        .order_by(waits.desc(), Invitation.sent_at.desc(), Invitation.id)
        .offset(part.offset)
        .limit(part.size)
    )
    items = [
        Invited(
            id=one.id,
            email=one.email,
            duties=frozenset(Duty(duty) for duty in one.duties) | {Duty.MEMBER},
            sent_by=name,
            sent_at=one.sent_at,
            expires_at=one.expires_at,
            state=_state(one, now),
        )
        for one, name, now in rows
    ]
    total = await db.scalar(select(func.count()).select_from(Invitation).where(own)) or 0
    return Paged(items, total, part)


def _state(invitation: Invitation, now: datetime) -> InvitationState:
    return invitation_state(
        now,
        expires_at=invitation.expires_at,
        accepted_at=invitation.accepted_at,
        withdrawn_at=invitation.withdrawn_at,
    )


async def count_open_invitations(db: AsyncSession, organisation_id: uuid.UUID) -> int:
    """How many invitations of a body wait for their answer."""
    return (
        await db.scalar(
            select(func.count())
            .select_from(Invitation)
            .where(
                Invitation.organisation_id == organisation_id,
                Invitation.accepted_at.is_(None),
                Invitation.withdrawn_at.is_(None),
            )
        )
        or 0
    )


async def find_open_invitation(
    db: AsyncSession, organisation_id: uuid.UUID, email: str
) -> Invitation | None:
    """The invitation of this address that was neither accepted nor withdrawn, expired or not."""
    return await db.scalar(
        select(Invitation).where(
            Invitation.organisation_id == organisation_id,
            Invitation.email == email,
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
        )
    )


async def lock_invitation(
    db: AsyncSession, organisation_id: uuid.UUID, invitation_id: uuid.UUID
) -> Invitation:
    """A body's invitation that was neither accepted nor withdrawn, locked. Raises NotFound."""
    found = await db.scalar(
        select(Invitation)
        .where(
            Invitation.id == invitation_id,
            Invitation.organisation_id == organisation_id,
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise no_such_member()
    return found


def _usable(sha256: bytes) -> Select[*tuple[Invitation, Organisation]]:
    return (
        select(Invitation, Organisation)
        .join(Organisation, Organisation.id == Invitation.organisation_id)
        .where(
            Invitation.token_sha256 == sha256,
            Invitation.expires_at > func.now(),
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
            Organisation.status == OrganisationStatus.VERIFIED,
        )
    )


async def get_invited(db: AsyncSession, token: str) -> tuple[Invitation, Organisation]:
    """The invitation of a mailed link. Raises NotFound for one used, withdrawn, ended or wrong."""
    sha256 = sha256_of(token, no_such_link())
    await follow_link(db, sha256)
    found = (await db.execute(_usable(sha256))).one_or_none()
    if found is None:
        raise no_such_link()
    return found[0], found[1]


async def lock_invited(db: AsyncSession, token: str) -> tuple[Invitation, Organisation]:
    """The same, the invitation locked; only commands call it."""
    sha256 = sha256_of(token, no_such_link())
    await follow_link(db, sha256)
    locked = _usable(sha256).with_for_update(of=Invitation)
    found = (await db.execute(locked.execution_options(populate_existing=True))).one_or_none()
    if found is None:
        raise no_such_link()
    return found[0], found[1]


async def lock_old_invitations(db: AsyncSession, most: int) -> list[uuid.UUID]:
    """Invitations sent longer ago than they are kept; only commands call it."""
    rows = await db.scalars(
        select(Invitation.id)
        .where(Invitation.sent_at <= func.now() - func.make_interval(KEEP_YEARS))
        .order_by(Invitation.sent_at, Invitation.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    return list(rows)
