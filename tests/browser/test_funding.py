"""The pages of pledging in a real browser, with and without script."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from app.core.config import Settings
from app.core.db import make_engine, make_system_sessions
from app.organisations.models import Membership
from tests.browser.demo import page_of
from tests.browser.watch import Watch, check_page
from tests.cofunding.region import SUM, Region, make_region
from tests.conftest import LiveServer, Servers

pytestmark = pytest.mark.browser


@dataclass
class Place:
    """A region behind a real server, and browsers signed in as its people."""

    url: str
    settings: Settings
    browser: Browser
    region: Region
    contexts: list[BrowserContext] = field(default_factory=list)

    async def page_of(self, member: Membership, **options: Any) -> Page:
        """A page signed in as somebody, as if they had come by a link."""
        page = await page_of(
            self.browser, self.url, self.settings, self.region.db, member, **options
        )
        self.contexts.append(page.context)
        return page


@pytest.fixture
async def place(
    servers: Servers, browser: Browser, start_live_server: Callable[[Settings], LiveServer]
) -> AsyncIterator[Place]:
    settings = await servers.clone()
    engine = make_engine(settings.database_url, pool_size=3)
    sessions = make_system_sessions(engine, settings)
    async with sessions() as db:
        region = await make_region(db)
        with start_live_server(settings) as live:
            place = Place(live.url, settings, browser, region)
            yield place
            for context in place.contexts:
                await context.close()
    await engine.dispose()


async def test_pledging_and_approving_by_keyboard_and_narrow(place: Place) -> None:
    """The journey of `test_journey.py` goes through these pages; here each is gone over whole."""
    region, base = place.region, f"{place.url}/opportunities/{place.region.slug}"
    page = await place.page_of(region.eastmoor.hr)
    watch = Watch.over(page)
    await page.goto(f"{base}/pledge")
    await check_page(page, watch)
    await region.pledge(region.eastmoor, "2")
    await region.pledge(region.harbour, "9000.00", SUM)
    await region.db.commit()
    await page.goto(f"{base}/funding")
    await check_page(page, watch)
    finance = await place.page_of(region.eastmoor.finance)
    watch = Watch.over(finance)
    await finance.goto(f"{base}/pledge/approve")
    await check_page(finance, watch)


async def test_it_works_without_script(place: Place) -> None:
    region, base = place.region, f"{place.url}/opportunities/{place.region.slug}"
    page = await place.page_of(region.eastmoor.hr, java_script_enabled=False)
    await page.goto(f"{base}/funding/what-if")
    await page.get_by_label("Days a week", exact=True).first.check()
    await page.get_by_label("Your days a week").fill("1.5")
    await page.get_by_role("button", name="Work it out").click()
    await expect(page.get_by_text("At today’s pledges")).to_be_visible()
    await page.goto(f"{base}/pledge")
    await page.get_by_role("button", name="Save the pledge").click()
    await expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
