"""Every read of the record."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.domain import EXCHANGE
from app.audit.models import AuditEntry, AuditHead

PAGE_SIZE = 20


@dataclass(frozen=True)
class EntryPage:
    """A page of a chain, newest first, and how many entries there are in all."""

    items: Sequence[AuditEntry]
    total: int


async def list_entries(
    db: AsyncSession,
    *,
    organisation_id: uuid.UUID | None,
    page: int = 1,
    action: str | None = None,
    person_id: uuid.UUID | None = None,
) -> EntryPage:
    """Entries of one chain (None: the exchange's), all or those of one action or one person.

    Row-level security lets an organisation's own people see its chain alone, operators all. Who
    of them may look is for the page to ask.
    """
    wanted: ColumnElement[bool] = AuditEntry.chain == (organisation_id or EXCHANGE)
    if action is not None:
        wanted = wanted & (AuditEntry.action == action)
    if person_id is not None:
        wanted = wanted & (AuditEntry.person_id == person_id)
    total = await db.scalar(select(func.count()).select_from(AuditEntry).where(wanted)) or 0
    items = await db.scalars(
        select(AuditEntry)
        .where(wanted)
        .order_by(AuditEntry.number.desc().nulls_first(), AuditEntry.id.desc())
        .offset((page - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE)
    )
    return EntryPage(items.all(), total)


async def list_heads(
    db: AsyncSession, *, began_before: timedelta | None = None
) -> Sequence[AuditHead]:
    """The heads of all chains that the session may see, or of those that began so long ago."""
    query = select(AuditHead).order_by(AuditHead.id)
    if began_before is not None:
        query = query.where(AuditHead.created_at <= func.now() - began_before)
    return (await db.scalars(query)).all()


async def find_head(db: AsyncSession, organisation_id: uuid.UUID | None) -> AuditHead | None:
    """The head of one chain; None while nothing was ever recorded in it."""
    return await db.get(AuditHead, organisation_id or EXCHANGE)


async def list_from(
    db: AsyncSession, after: tuple[uuid.UUID, int] | None, count: int
) -> Sequence[AuditEntry]:
    """The next entries of all chains, chain by chain, after the entry of this chain and number."""
    wanted: ColumnElement[bool] = AuditEntry.number.is_not(None)
    if after is not None:
        wanted = wanted & (tuple_(AuditEntry.chain, AuditEntry.number) > after)
    query = select(AuditEntry).where(wanted)
    found = await db.scalars(query.order_by(AuditEntry.chain, AuditEntry.number).limit(count))
    return found.all()


async def find_unchained(db: AsyncSession) -> AuditEntry | None:
    """An entry that never got its number, though its transaction is over."""
    return (
        await db.scalars(select(AuditEntry).where(AuditEntry.number.is_(None)).limit(1))
    ).first()


async def find_entry(db: AsyncSession, chain: uuid.UUID, number: int) -> AuditEntry | None:
    """An entry by its place."""
    found: AuditEntry | None = await db.scalar(
        select(AuditEntry).where(AuditEntry.chain == chain, AuditEntry.number == number)
    )
    return found
