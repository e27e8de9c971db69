"""Reading mail in tests, and walking through the pages of signing in."""

import httpx
from sqlalchemy.ext.asyncio import AsyncSession

from tests.messages import letters_to, link_in_last
from tests.pages import PageClient


async def mails_to(db: AsyncSession, address: str) -> list[str]:
    """The texts of all mails to an address, the oldest first."""
    return [letter.text for letter in await letters_to(db, address)]


async def link_mailed_to(db: AsyncSession, address: str) -> str:
    """The path of the link in the newest mail to an address."""
    return await link_in_last(db, address, "/sign-in/link/")


async def ask(client: PageClient, email: str, next_path: str = "") -> httpx.Response:
    """Ask for a link on the page."""
    page = await client.get("/sign-in", params={"next": next_path} if next_path else {})
    return await client.submit(page, {"email": email})
