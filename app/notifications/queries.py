"""Every read of messages."""

import uuid
from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.paging import Paged, Part
from app.notifications.domain import LATE, no_such_message
from app.notifications.models import Message


async def lock_message(db: AsyncSession, message_id: uuid.UUID) -> Message | None:
    """A message that nobody else delivers meanwhile."""
    found: Message | None = await db.scalar(
        select(Message).where(Message.id == message_id).with_for_update()
    )
    return found


async def list_after(
    db: AsyncSession, after: uuid.UUID | None, count: int = 500
) -> Sequence[Message]:
    """Messages in order, a batch at a time, after the last of the batch before."""
    query = select(Message).order_by(Message.id).limit(count)
    if after is not None:
        query = query.where(Message.id > after)
    return (await db.scalars(query)).all()


async def lock_failed_message(db: AsyncSession, message_id: uuid.UUID) -> Message:
    """A message that failed and still has its text. Raises NotFound."""
    message = await db.scalar(
        select(Message)
        .where(
            Message.id == message_id, Message.failed_at.is_not(None), Message.sealed.is_not(None)
        )
        .with_for_update()
    )
    if message is None:
        raise no_such_message()
    return message


async def get_message(db: AsyncSession, message_id: uuid.UUID) -> Message:
    """A message, for the demo mailbox. Raises NotFound."""
    message = await db.get(Message, message_id)
    if message is None or message.sealed is None:
        raise no_such_message()
    return message


async def list_mailbox(db: AsyncSession, *, to: str, part: Part) -> Paged[Message]:
    """All messages that still have their text, for the demo mailbox; `to` is part of an address."""
    wanted: ColumnElement[bool] = Message.sealed.is_not(None)
    if to:
        wanted = wanted & Message.to_address.icontains(to, autoescape=True)
    return await _page(db, wanted, part)


async def list_failed(db: AsyncSession, part: Part) -> Paged[Message]:
    """Messages that a server refused for good or that we gave up, for operators."""
    return await _page(db, Message.failed_at.is_not(None), part)


async def count_failed(db: AsyncSession) -> int:
    """How many messages could not be delivered."""
    return await _count(db, Message.failed_at.is_not(None))


async def count_late(db: AsyncSession) -> int:
    """How many messages have waited for longer than a delivery takes."""
    waiting = Message.sent_at.is_(None) & Message.failed_at.is_(None)
    return await _count(db, waiting & (Message.created_at < func.now() - LATE))


async def _page(db: AsyncSession, wanted: ColumnElement[bool], part: Part) -> Paged[Message]:
    items = await db.scalars(
        select(Message)
        .where(wanted)
        .order_by(Message.created_at.desc(), Message.id.desc())
        .offset(part.offset)
        .limit(part.size)
    )
    return Paged(items.all(), await _count(db, wanted), part)


async def _count(db: AsyncSession, wanted: ColumnElement[bool]) -> int:
    return await db.scalar(select(func.count()).select_from(Message).where(wanted)) or 0


async def count_waiting(db: AsyncSession, template: str) -> int:
    """How many messages of a template have not been handed over yet."""
    waiting = Message.sent_at.is_(None) & Message.failed_at.is_(None)
    return await _count(db, waiting & (Message.template == template))
