"""Alerts and the inbox in a browser: a visitor without script, somebody signed in with it."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Browser, Page, expect
from sqlalchemy import update

from app.core.config import Settings
from app.core.db import settings_of
from app.demo.queries import find_demo_person
from app.matching.alerts.links import token_of
from app.matching.alerts.models import Alert
from app.matching.alerts.sending import send_due
from tests.browser.demo import make_demo, sessions_of, sign_in
from tests.browser.watch import Watch, check_axe, check_narrow, check_page
from tests.conftest import LiveServer, Servers
from tests.matching.alerts.making import make_alert

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
async def settings(servers: Servers) -> Settings:
    return await make_demo(servers)


@pytest.fixture(scope="module")
async def live(
    settings: Settings, start_live_server: Callable[[Settings], LiveServer]
) -> AsyncIterator[str]:
    with start_live_server(settings) as running:
        yield running.url


async def test_a_visitor_asks_confirms_and_stops_without_script(
    browser: Browser, live: str, settings: Settings
) -> None:
    context = await browser.new_context(
        java_script_enabled=False, viewport={"width": 320, "height": 640}
    )
    page = await context.new_page()
    await page.goto(f"{live}/opportunities?region=north_east")
    await page.get_by_role("link", name="Tell me about new posts like these").click()
    await page.get_by_role("button", name="Send me a link to confirm").click()
    await expect(page.get_by_role("alert")).to_contain_text("Enter your email address")
    await page.get_by_label("Your email address").fill("ada@home.example")
    await page.get_by_label("Once a week").check()
    await page.get_by_role("button", name="Send me a link to confirm").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Check your email")
    await page.goto(f"{live}/demo/mailbox?to=ada")
    await page.get_by_role("link", name="Confirm your alert").click()
    await page.get_by_role("region", name="Text").get_by_role("link").first.click()
    await page.get_by_role("button", name="Confirm and start").click()
    await expect(page.get_by_label("Once a week")).to_be_checked()
    await check_narrow(page)
    await page.get_by_role("link", name="Stop this alert").click()
    await page.get_by_role("button", name="Stop this alert").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("This alert has ended")
    await context.close()


async def test_an_alert_is_made_found_in_the_inbox_and_paused(
    page: Page, live: str, settings: Settings
) -> None:
    watch = Watch.over(page)
    await sign_in(page, live, "staff-northshire")
    await page.goto(f"{live}/opportunities?kind=shared_post")
    await page.get_by_role("link", name="Tell me about new posts like these").click()
    await check_page(page, watch)
    await page.get_by_role("button", name="Save this alert").click()
    await expect(page.get_by_role("alert")).to_contain_text("Saved.")
    await page.reload()
    await check_page(page, watch)
    before = datetime.now(UTC) - timedelta(days=300)
    async with sessions_of(settings) as sessions, sessions.begin() as db:
        await db.execute(update(Alert).values(started_at=before, covered_to=before))
        assert await send_due(db) == 1
    await page.reload()
    account = page.get_by_role("navigation", name="Account")
    await expect(account.locator(".cb-account__count")).to_contain_text("1 new")
    await account.get_by_role("link", name="Inbox").click()
    await check_page(page, watch)
    await page.get_by_role("button", name="new posts for your alert").click()
    await expect(page.get_by_text("Jointly funded post").first).to_be_visible()
    await check_page(page, watch)
    await expect(account.get_by_role("link", name="Inbox", exact=True)).to_be_visible()
    await page.goto(f"{live}/inbox/preferences")
    await check_axe(page)
    await page.goto(f"{live}/alerts")
    await page.get_by_role("link", name="Jointly funded post").click()
    await check_axe(page)
    await page.get_by_role("button", name="Pause this alert").click()
    await expect(page.get_by_text("Paused", exact=True)).to_be_visible()


async def test_the_pages_behind_a_link_are_accessible(
    page: Page, live: str, settings: Settings
) -> None:
    async with sessions_of(settings) as sessions, sessions() as db:
        person = await find_demo_person(db, "stella.example@northshire.example")
        waiting = await make_alert(db, status="waiting", started_at=None)
        alerts = [waiting, await make_alert(db, person), await make_alert(db)]
        tokens = [token_of(settings_of(db), one.id) for one in alerts]
    for token in tokens:
        for tail in ("", "/unsubscribe"):
            await page.goto(f"{live}/alerts/by-link/{token}{tail}")
            await check_axe(page)
            await check_narrow(page)
