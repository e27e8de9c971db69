"""The demo's mailbox: found by recipient, read, and its link followed."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from playwright.async_api import Page, expect

from app.core.config import Settings
from app.core.db import make_engine, make_system_sessions
from tests.browser.watch import Watch, check_page
from tests.conftest import Servers
from tests.notifications.written import make_message

pytestmark = pytest.mark.browser


async def write(settings: Settings, url: str) -> None:
    """Mail to two people; one holds a link."""
    engine = make_engine(settings.database_url, pool_size=1)
    text = f"Hello Ada\n\n{url}/sign-in\n\nIt works once.\n"
    async with make_system_sessions(engine, replace(settings, public_url=url))() as db:
        for number in range(21):
            await make_message(db, to_address=f"member{number}@northshire.example")
        await make_message(
            db, to_address="ada@eastmoor.example", subject="Your link", text=text,
            organisation_name="Eastmoor District Council",
        )  # fmt: skip
    await engine.dispose()


async def test_mail_is_found_read_and_followed(
    page: Page, servers: Servers, start_live_server: Callable[[Settings], Any]
) -> None:
    settings = await servers.clone()
    watch = Watch.over(page)
    with start_live_server(settings) as live:
        answer = await page.goto(f"{live.url}/demo/mailbox")
        await check_page(page, watch, answer)
        await expect(page.get_by_role("heading", name="No messages")).to_be_visible()
        await write(settings, live.url)
        await page.goto(live.url)
        await page.get_by_role("link", name="Demo mailbox").click()
        await expect(page.get_by_role("heading", name="22 messages")).to_be_visible()
        await page.get_by_label("Recipient").fill("eastmoor")
        await page.get_by_role("button", name="Search").click()
        await expect(page.get_by_role("heading", name="1 message to")).to_be_visible()
        await check_page(page, watch)
        await page.get_by_role("link", name="Your link").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Your link")
        await check_page(page, watch)
        await page.get_by_role("region", name="Text").get_by_role("link").click()
        await expect(page).to_have_url(f"{live.url}/sign-in")
