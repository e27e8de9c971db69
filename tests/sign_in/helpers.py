"""Reading mail in tests, and walking through the pages of signing in."""

import re

import httpx
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.config import Settings
from app.notifications.letters import open_letter
from app.notifications.models import Message
from tests.pages import PageClient


async def mails_to(db: AsyncSession, settings: Settings, address: str) -> list[str]:
    """The texts of all mails to an address, the oldest first."""
    found = await db.scalars(
        select(Message).where(Message.to_address == address).order_by(Message.id)
    )
    return [open_letter(settings, message).text for message in found]


async def link_mailed_to(db: AsyncSession, settings: Settings, address: str) -> str:
    """The path of the link in the newest mail to an address."""
    text = (await mails_to(db, settings, address))[-1]
    found = re.search(r"(/sign-in/link/[A-Za-z0-9_-]{43})\s", text)
    assert found, text
    return found[1]


async def ask(client: PageClient, email: str, next_path: str = "") -> httpx.Response:
    """Ask for a link on the page."""
    page = await client.get("/sign-in", params={"next": next_path} if next_path else {})
    return await client.submit(page, {"email": email})
