"""Reads of what a person lets others see."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor, me
from app.core.paging import Paged, Part
from app.organisations.models import Organisation
from app.profiles.consent.domain import (
    Group,
    Purpose,
    Recipient,
)
from app.profiles.domain import not_found
from app.profiles.models import (
    ConsentGrant,
    ProfileDisclosure,
)


@dataclass(frozen=True, slots=True)
class GrantEntry:
    """A grant in its owner's list; `looks` counts the times somebody it reached has looked."""

    id: uuid.UUID
    groups: tuple[Group, ...]
    recipient: Recipient
    body: str | None
    kind: str | None
    region: str | None
    purpose: Purpose
    until_on: date
    words_version: str
    given_at: datetime
    withdrawn_at: datetime | None

    def is_live(self, today: date) -> bool:
        """Whether it counts on a day."""
        return self.withdrawn_at is None and self.until_on >= today


def _grants(person_id: uuid.UUID) -> Select[*tuple[Any, ...]]:
    return (
        select(ConsentGrant, Organisation.name)
        .outerjoin(Organisation, Organisation.id == ConsentGrant.organisation_id)
        .where(ConsentGrant.person_id == person_id)
    )


def _grant_entry(row: Any) -> GrantEntry:
    grant, body = row
    return GrantEntry(
        id=grant.id,
        groups=tuple(group for group in Group if group.value in grant.groups),
        recipient=Recipient(grant.recipient),
        body=body,
        kind=grant.recipient_kind,
        region=grant.recipient_region,
        purpose=Purpose(grant.purpose),
        until_on=grant.until_on,
        words_version=grant.words_version,
        given_at=grant.created_at,
        withdrawn_at=grant.withdrawn_at,
    )


async def list_grants(db: AsyncSession, person_id: uuid.UUID, part: Part) -> Paged[GrantEntry]:
    """What somebody let others see, the newest first, over or not."""
    total = await db.scalar(
        select(func.count()).select_from(ConsentGrant).where(ConsentGrant.person_id == person_id)
    )
    found = await db.execute(
        _grants(person_id)
        .order_by(
            ConsentGrant.withdrawn_at.is_not(None),
            ConsentGrant.created_at.desc(),
            ConsentGrant.id,
        )
        .limit(part.size)
        .offset(part.offset)
    )
    return Paged([_grant_entry(row) for row in found], total or 0, part)


async def count_live(db: AsyncSession, person_id: uuid.UUID, today: date) -> int:
    """How many grants of somebody count on a day."""
    found = await db.scalar(
        select(func.count())
        .select_from(ConsentGrant)
        .where(
            ConsentGrant.person_id == person_id,
            ConsentGrant.withdrawn_at.is_(None),
            ConsentGrant.until_on >= today,
        )
    )
    return found or 0


async def get_grant(db: AsyncSession, actor: Actor, grant_id: uuid.UUID) -> GrantEntry:
    """One of the actor's own grants that they have not withdrawn. Raises NotFound."""
    row = (
        await db.execute(
            _grants(me(actor)).where(
                ConsentGrant.id == grant_id, ConsentGrant.withdrawn_at.is_(None)
            )
        )
    ).one_or_none()
    if row is None:
        raise not_found()
    return _grant_entry(row)


async def lock_grant(
    db: AsyncSession, person_id: uuid.UUID, grant_id: uuid.UUID
) -> ConsentGrant | None:
    """A grant, to be ended by nobody else meanwhile; only commands call it."""
    return (
        await db.scalars(
            select(ConsentGrant)
            .where(ConsentGrant.id == grant_id, ConsentGrant.person_id == person_id)
            .with_for_update()
        )
    ).one_or_none()


async def lock_disclosure(
    db: AsyncSession,
    person_id: uuid.UUID,
    organisation_id: uuid.UUID,
    opportunity_id: uuid.UUID,
) -> ProfileDisclosure | None:
    """The stage of a person and a body about a post; only commands call it."""
    return (
        await db.scalars(
            select(ProfileDisclosure)
            .where(
                ProfileDisclosure.person_id == person_id,
                ProfileDisclosure.organisation_id == organisation_id,
                ProfileDisclosure.opportunity_id == opportunity_id,
            )
            .with_for_update()
        )
    ).one_or_none()
