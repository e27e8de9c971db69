"""What the pages of the record need beside its entries: the names of the ids in them."""

import uuid
from collections.abc import Collection

from sqlalchemy import select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.domain import EXCHANGE
from app.audit.models import AuditEntry
from app.organisations.models import Membership, Organisation, Person


async def names_of(db: AsyncSession, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The names of the people, memberships and organisations among these ids, in one query."""
    if not ids:
        return {}
    rows = await db.execute(
        union_all(
            select(Person.id, Person.name).where(Person.id.in_(ids)),
            select(Organisation.id, Organisation.name).where(Organisation.id.in_(ids)),
            select(Membership.id, Person.name)
            .join(Person, Person.id == Membership.person_id)
            .where(Membership.id.in_(ids)),
        )
    )
    return {row[0]: row[1] for row in rows}


async def list_actions(db: AsyncSession, organisation_id: uuid.UUID | None) -> list[str]:
    """The actions that a chain holds (None: the exchange's), to filter by."""
    rows = await db.scalars(
        select(AuditEntry.action)
        .where(AuditEntry.chain == (organisation_id or EXCHANGE))
        .distinct()
        .order_by(AuditEntry.action)
    )
    return list(rows)
