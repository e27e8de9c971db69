"""Reads of who looked at a profile, and what they saw."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.paging import Paged, Part
from app.opportunities.finding.models import FormerPost, OpenPost
from app.organisations.models import Organisation, Person
from app.profiles.consent.domain import (
    Group,
    Purpose,
    Recipient,
)
from app.profiles.consent.queries.grants import GrantEntry
from app.profiles.models import (
    ConsentGrant,
    ProfileAccess,
)


@dataclass(frozen=True, slots=True)
class Look:
    """That somebody looked: who, from which body, at which groups, for what, when.

    `post` is the title of the post for which they looked, where it is still there.
    """

    who: str
    body: str
    groups: tuple[Group, ...]
    purpose: Purpose
    at: datetime
    post: str | None


async def list_looks(db: AsyncSession, person_id: uuid.UUID, part: Part) -> Paged[Look]:
    """Who looked at somebody's profile, the latest first."""
    mine = ProfileAccess.person_id == person_id
    total = await db.scalar(select(func.count()).select_from(ProfileAccess).where(mine))
    found = await db.execute(
        select(
            Person.name,
            Organisation.name,
            ProfileAccess.groups,
            ProfileAccess.purpose,
            ProfileAccess.created_at,
            func.coalesce(OpenPost.title, FormerPost.title),
        )
        .join(Person, Person.id == ProfileAccess.by_id)
        .outerjoin(OpenPost, OpenPost.opportunity_id == ProfileAccess.opportunity_id)
        .outerjoin(FormerPost, FormerPost.opportunity_id == ProfileAccess.opportunity_id)
        .join(Organisation, Organisation.id == ProfileAccess.organisation_id)
        .where(mine)
        .order_by(ProfileAccess.id.desc())
        .limit(part.size)
        .offset(part.offset)
    )
    return Paged([_look(row) for row in found], total or 0, part)


def _look(row: Any) -> Look:
    who, body, groups, purpose, at, post = row
    shown = tuple(group for group in Group if group.value in groups)
    return Look(who, body, shown, Purpose(purpose), at, post)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a body has seen since a grant was made: how often it looked, when last, which groups."""

    body: str
    looks: int
    last_at: datetime
    groups: tuple[Group, ...]


async def seen_by_grant(
    db: AsyncSession, person_id: uuid.UUID, grant: GrantEntry
) -> Sequence[Seen]:
    """Who the grant reaches and has looked since it was made, with what they saw of its groups.

    Other grants may have shown the same: what was seen was seen.
    """
    row = await db.get_one(ConsentGrant, grant.id)
    reached = {
        Recipient.BODY: Organisation.id == row.organisation_id,
        Recipient.KIND: Organisation.kind == row.recipient_kind,
        Recipient.REGION: Organisation.region == row.recipient_region,
        Recipient.VERIFIED: literal(True),
    }[grant.recipient]
    found = await db.execute(
        select(Organisation.name, ProfileAccess.groups, ProfileAccess.created_at)
        .join(Organisation, Organisation.id == ProfileAccess.organisation_id)
        .where(
            ProfileAccess.person_id == person_id,
            ProfileAccess.created_at >= grant.given_at,
            reached,
        )
        .order_by(ProfileAccess.id.desc())
        .limit(1000)
    )
    bodies: dict[str, list[Any]] = {}
    for name, groups, at in found:
        shared = set(groups) & {group.value for group in grant.groups}
        if shared:
            entry = bodies.setdefault(name, [0, at, set()])
            entry[0] += 1
            entry[2] |= shared
    return [
        Seen(name, looks, at, tuple(group for group in Group if group.value in groups))
        for name, (looks, at, groups) in sorted(bodies.items())
    ]
