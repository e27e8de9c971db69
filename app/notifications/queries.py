"""Every read of messages."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.errors import NotFound
from app.notifications.models import Message

PAGE_SIZE = 20


@dataclass(frozen=True)
class MessagePage:
    """A page of messages, newest first, and how many there are in all."""

    items: Sequence[Message]
    total: int


async def lock_message(db: AsyncSession, message_id: uuid.UUID) -> Message | None:
    """A message that nobody else delivers meanwhile."""
    found: Message | None = await db.scalar(
        select(Message).where(Message.id == message_id).with_for_update()
    )
    return found


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


async def list_mailbox(db: AsyncSession, *, to: str, page: int) -> MessagePage:
    """All messages that still have their text, for the demo mailbox; `to` is part of an address."""
    wanted: ColumnElement[bool] = Message.sealed.is_not(None)
    if to:
        wanted = wanted & Message.to_address.icontains(to, autoescape=True)
    return await _page(db, wanted, page)


async def list_failed(db: AsyncSession, *, page: int) -> MessagePage:
    """Messages that a server refused for good or that we gave up, for operators."""
    return await _page(db, Message.failed_at.is_not(None), page)


async def count_waiting(db: AsyncSession) -> int:
    """How many messages have not left yet."""
    waiting = Message.sent_at.is_(None) & Message.failed_at.is_(None)
    return await db.scalar(select(func.count()).select_from(Message).where(waiting)) or 0


async def _page(db: AsyncSession, wanted: ColumnElement[bool], page: int) -> MessagePage:
    total = await db.scalar(select(func.count()).select_from(Message).where(wanted)) or 0
    items = await db.scalars(
        select(Message)
        .where(wanted)
        .order_by(Message.created_at.desc(), Message.id.desc())
        .offset((page - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE)
    )
    return MessagePage(items.all(), total)


def no_such_message() -> NotFound:
    """There is none, or it may not be seen."""
    return NotFound("no-such-message", "There is no such message.")
