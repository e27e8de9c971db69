"""Every read of a person's inbox, and of how they want their messages."""

import uuid
from typing import Any, Final

from sqlalchemy import ColumnElement, ScalarSelect, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.paging import Paged, Part
from app.notifications.domain import no_such_message
from app.notifications.inbox.domain import Kind, Way
from app.notifications.inbox.models import MessagePreference
from app.notifications.models import Message

MOST_UNREAD: Final = 100


async def list_inbox(db: AsyncSession, person_id: uuid.UUID, part: Part) -> Paged[Message]:
    """A page of a person's inbox, the newest first."""
    own = (Message.person_id == person_id) & Message.in_inbox
    items = await db.scalars(
        select(Message).where(own).order_by(Message.id.desc()).offset(part.offset).limit(part.size)
    )
    total = await db.scalar(select(func.count()).select_from(Message).where(own)) or 0
    return Paged(items.all(), total, part)


async def get_in_inbox(db: AsyncSession, person_id: uuid.UUID, message_id: uuid.UUID) -> Message:
    """A message of a person's inbox. Raises NotFound for any other."""
    found = await db.scalar(
        select(Message).where(
            Message.id == message_id, Message.person_id == person_id, Message.in_inbox
        )
    )
    if found is None:
        raise no_such_message()
    return found


def unread_of(person_id: ColumnElement[uuid.UUID] | Any) -> ScalarSelect[int]:
    """How many new messages somebody has, as a column of the query that says who asks.

    So that no page asks for it by itself. More than a hundred are counted as a hundred.
    """
    new = (
        select(Message.id)
        .where(Message.person_id == person_id, Message.in_inbox, Message.read_at.is_(None))
        .limit(MOST_UNREAD)
        .correlate_except(Message)
        .subquery()
    )
    return select(func.count()).select_from(new).scalar_subquery()


async def preferences_of(db: AsyncSession, person_id: uuid.UUID) -> dict[Kind, Way]:
    """How a person wants messages, for every kind that they may choose for."""
    found = await db.execute(
        select(MessagePreference.kind, MessagePreference.way).where(
            MessagePreference.person_id == person_id
        )
    )
    chosen = {Kind(row.kind): Way(row.way) for row in found}
    return {kind: chosen.get(kind, Way.BOTH) for kind in Kind}


async def way_for(db: AsyncSession, person_id: uuid.UUID, kind: Kind) -> Way:
    """How a person wants messages of a kind."""
    found = await db.scalar(
        select(MessagePreference.way).where(
            MessagePreference.person_id == person_id, MessagePreference.kind == kind
        )
    )
    return Way(found) if found else Way.BOTH
