"""What the worker does for messages."""

import uuid

from sqlalchemy.ext.asyncio import AsyncSession

from app.notifications.commands import deliver_message, forget_texts, keep_trying


async def deliver(db: AsyncSession, *, message_id: str) -> None:
    """Hand over a message."""
    await deliver_message(db, uuid.UUID(message_id))


async def look_after(db: AsyncSession) -> None:
    """Each hour: try what a long outage held up, and forget what is old."""
    await keep_trying(db)
    await forget_texts(db)
