"""What was written to people in a test: messages by address, opened, and the links in them."""

import re

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.db import settings_of
from app.notifications.letters import Letter, open_letter
from app.notifications.models import Message


async def letters_to(db: AsyncSession, address: str) -> list[Letter]:
    """Every message to an address, oldest first."""
    found = await db.scalars(
        select(Message).where(Message.to_address == address).order_by(Message.id)
    )
    return [open_letter(settings_of(db), message) for message in found]


async def link_in_last(db: AsyncSession, address: str, prefix: str) -> str:
    """The path of the link that begins with `prefix` in the newest message to an address."""
    letters = await letters_to(db, address)
    assert letters, f"nothing was sent to {address}"
    found = re.search(rf"{re.escape(prefix)}[A-Za-z0-9_-]+", letters[-1].text)
    assert found, letters[-1].text
    return found[0]
