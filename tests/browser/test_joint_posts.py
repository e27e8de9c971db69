"""Two bodies accept a joint post, and its draft is there, in a real browser."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from app.core.config import Settings
from app.core.db import make_engine, make_system_sessions
from app.organisations.models import Membership
from tests.browser.demo import page_of
from tests.browser.watch import Watch, check_page
from tests.cofunding.fitting.made import Two, make_two
from tests.conftest import LiveServer, Servers

pytestmark = pytest.mark.browser


@dataclass
class Place:
    """Two bodies behind a real server, and browsers signed in as their people."""

    url: str
    settings: Settings
    browser: Browser
    two: Two
    contexts: list[BrowserContext] = field(default_factory=list)

    async def page_of(self, member: Membership) -> Page:
        """A page signed in as somebody, as if they had come by a link."""
        page = await page_of(self.browser, self.url, self.settings, self.two.db, member)
        self.contexts.append(page.context)
        return page


@pytest.fixture
async def place(
    servers: Servers, browser: Browser, start_live_server: Callable[[Settings], LiveServer]
) -> AsyncIterator[Place]:
    settings = await servers.clone_with_framework()
    engine = make_engine(settings.database_url, pool_size=3)
    sessions = make_system_sessions(engine, settings)
    async with sessions() as db:
        two = await make_two(db)
        await two.notice()
        with start_live_server(settings) as live:
            place = Place(live.url, settings, browser, two)
            yield place
            for context in place.contexts:
                await context.close()
    await engine.dispose()


async def test_two_needs_become_one_draft(place: Place) -> None:
    two = place.two
    hr = await place.page_of(two.one.hr)
    watch = Watch.over(hr)
    await hr.goto(f"{place.url}/dashboard")
    await hr.get_by_role("link", name="Security architect, two days a week").first.click()
    await expect(hr.get_by_text("Together one post of 4 days a week")).to_be_visible()
    await check_page(hr, watch)
    await hr.get_by_label("What recruiting costs you once").fill("6000")
    await hr.get_by_role("button", name="Work it out").click()
    await expect(hr.get_by_text("less over the term")).to_be_visible()
    await hr.get_by_role("button", name="Accept").click()
    await check_page(hr, watch)
    await hr.get_by_label("We would", exact=True).check()
    await hr.get_by_role("button", name="Accept").click()
    await expect(hr.get_by_text("You have accepted.")).to_be_visible()
    address = hr.url

    other = await place.page_of(two.other.hr)
    watch = Watch.over(other)
    await other.goto(f"{place.url}/org/{two.other.slug}/joint-posts")
    await check_page(other, watch)
    await other.get_by_role("link", name="Security architect for evidence").click()
    await other.get_by_role("button", name="Accept").click()
    await other.get_by_label("Another organisation").check()
    await other.get_by_role("button", name="Accept").click()
    await expect(other.get_by_role("heading", name="Eastmoor District Council")).to_be_visible()

    await hr.goto(address)
    await expect(hr.get_by_role("heading", name="Greywater Police")).to_be_visible()
    await check_page(hr, Watch.over(hr))
    await hr.get_by_role("button", name="Make the draft").click()
    heading = hr.get_by_role("heading", name="Security architect for two organisations")
    await expect(heading).to_be_visible()
