"""Finding a post with and without script, by keyboard, on a narrow screen."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, expect

from app.core.db import make_engine, make_system_sessions
from tests.browser.watch import Watch, check_page
from tests.conftest import LiveServer, Servers
from tests.opportunities.finding.posts import make_post, make_posts
from tests.people import make_organisation

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
async def posts_server(servers: Servers) -> AsyncIterator[str]:
    """A server with two dozen posts of its own."""
    settings = await servers.clone_with_framework()
    engine = make_engine(settings.database_url, pool_size=1)
    async with make_system_sessions(engine, settings)() as db:
        moor = await make_organisation(db, name="Moor Council", region="wales")
        await make_posts(db, moor, range(24))
        await make_post(
            db, moor, slug="ciso", title="Security lead", title_cy="Arweinydd diogelwch",
            remote="remote", kind="job_swap",
        )  # fmt: skip
    await engine.dispose()
    with LiveServer(settings) as live:
        yield live.url


async def test_a_search_follows_what_is_chosen_and_says_so(page: Page, posts_server: str) -> None:
    watch = Watch.over(page)
    answer = await page.goto(posts_server + "/opportunities")
    await check_page(page, watch, answer)
    said = page.locator("#list-said")
    box = page.get_by_role("checkbox", name="Remote")
    await box.focus()
    await page.keyboard.press("Space")
    await expect(said).to_have_text("1 post")
    await expect(box).to_be_focused()
    await expect(page).to_have_url(f"{posts_server}/opportunities?remote=remote")
    await page.get_by_role("link", name="Remove Remote").click()
    await expect(said).to_have_text("25 posts")
    await expect(box).not_to_be_checked()
    await page.get_by_label("Search posts").fill("diogelwch")
    await page.keyboard.press("Enter")
    await expect(said).to_have_text("1 post")
    await page.go_back()
    await expect(page.get_by_label("Search posts")).to_have_value("")
    await page.get_by_role("link", name="Page 2").click()
    await expect(said).to_have_text("25 posts, page 2 of 2")
    await page.reload()
    await expect(page.locator(".cb-post")).to_have_count(5)
    assert watch.complaints == []


async def test_a_post_and_its_feeds_hold_for_everyone(page: Page, posts_server: str) -> None:
    watch = Watch.over(page)
    answer = await page.goto(posts_server + "/opportunities/ciso")
    await check_page(page, watch, answer)
    await page.goto(posts_server + "/opportunities?remote=remote")
    for name in ("Atom", "JSON Feed"):
        href = await page.get_by_role("link", name=name, exact=True).get_attribute("href")
        feed = await page.request.get(f"{posts_server}{href}")
        assert feed.status == 200
        assert "Security lead" in await feed.text()


async def test_all_of_it_works_without_script(browser: Browser, posts_server: str) -> None:
    context = await browser.new_context(
        java_script_enabled=False, viewport={"width": 320, "height": 640}
    )
    page = await context.new_page()
    await page.goto(posts_server + "/opportunities")
    await page.get_by_label("Remote", exact=False).first.check()
    await page.get_by_role("button", name="Apply filters").click()
    await expect(page.get_by_role("heading", name="1 post", exact=True)).to_be_visible()
    await page.get_by_role("link", name="Security lead").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Security lead")
    await context.close()
