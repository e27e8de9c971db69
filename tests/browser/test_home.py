"""The pages about the service, the problem pages and what a visit weighs."""

import re
from collections.abc import Callable

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.watch import Watch, check_axe, check_page
from tests.browser.weight import FIRST_VISIT, REPEAT_VISIT, weigh

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("path", ["/", "/privacy", "/accessibility", "/cookies", "/no-such-page"])
async def test_pages_hold_for_everyone(page: Page, live_server: str, path: str) -> None:
    watch = Watch.over(page)
    answer = await page.goto(live_server + path)
    await check_page(page, watch, answer)


async def test_home_says_what_this_is_and_leads_to_the_calculator(
    page: Page, live_server: str
) -> None:
    await page.goto(live_server)
    await expect(page.get_by_role("heading", level=1)).to_have_text(
        "Share a post. Split its cost to the penny."
    )
    await page.get_by_role("button", name="Cost a shared post").first.click()
    await expect(page).to_have_url(f"{live_server}/calculator")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Cost a shared post")


async def test_skip_link_leads_past_the_navigation(page: Page, live_server: str) -> None:
    await page.goto(live_server + "/privacy")
    await page.keyboard.press("Tab")
    link = page.get_by_role("link", name="Skip to main content")
    await expect(link).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("main")).to_be_focused()


async def test_menu_opens_on_a_narrow_screen(page: Page, live_server: str) -> None:
    await page.set_viewport_size({"width": 320, "height": 640})
    await page.goto(live_server)
    link = page.get_by_role("navigation", name="Main").get_by_role("link", name="Cost calculator")
    await expect(link).to_be_hidden()
    await page.get_by_role("button", name="Menu").press("Enter")
    await expect(link).to_be_visible()
    await check_axe(page)


async def test_everything_is_there_without_script(browser: Browser, live_server: str) -> None:
    context = await browser.new_context(
        java_script_enabled=False, viewport={"width": 320, "height": 640}
    )
    page = await context.new_page()
    await page.goto(live_server)
    navigation = page.get_by_role("navigation", name="Main")
    await navigation.get_by_role("link", name="Cost calculator").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Cost a shared post")
    await context.close()


async def test_every_link_of_the_service_pages_leads_somewhere(
    page: Page, live_server: str
) -> None:
    seen: set[str] = set()
    for path in ("/", "/privacy", "/accessibility", "/cookies", "/calculator"):
        await page.goto(live_server + path)
        for link in await page.locator("a[href^='/']").all():
            seen.add((await link.get_attribute("href") or "").split("#")[0])
    for path in sorted(seen - {""}):
        answer = await page.request.get(live_server + path)
        assert answer.status == 200, path


async def test_a_planted_script_does_not_run(page: Page, live_server: str) -> None:
    await page.goto(live_server)
    await page.evaluate(
        """() => {
          const planted = document.createElement('script');
          planted.textContent = 'window.planted = true';
          document.body.append(planted);
        }"""
    )
    assert await page.evaluate("() => window.planted") is None


async def test_nothing_comes_from_elsewhere_and_no_font_is_loaded(
    page: Page, live_server: str
) -> None:
    asked: list[tuple[str, str]] = []
    page.on("request", lambda request: asked.append((request.resource_type, request.url)))
    await page.goto(live_server, wait_until="networkidle")
    assert {url.startswith(live_server + "/") for _, url in asked} == {True}
    assert "font" not in {kind for kind, _ in asked}


async def test_a_visit_weighs_little(
    browser: Browser, live_server: str, record_property: Callable[[str, object], None]
) -> None:
    context = await browser.new_context()
    page = await context.new_page()
    first = await weigh(page, live_server + "/")
    assert any(".css" in path for path in first), first
    assert any(".js" in path for path in first), first
    assert sum(first.values()) <= FIRST_VISIT, first
    again = await weigh(page, live_server + "/")
    assert sum(again.values()) <= REPEAT_VISIT, again
    record_property("first visit, bytes", sum(first.values()))
    record_property("repeat visit, bytes", sum(again.values()))
    await context.close()


async def test_built_files_are_kept_for_good_and_carry_no_font(
    page: Page, live_server: str
) -> None:
    await page.goto(live_server)
    href = await page.locator("link[rel=stylesheet]").get_attribute("href")
    assert href is not None
    assert re.fullmatch(r"/static/site-[0-9a-f]{12}\.css", href)
    answer = await page.request.get(live_server + href)
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-encoding"] in {"br", "gzip"}
    text = await answer.text()
    assert "@font-face" not in text
    assert "GDS Transport" not in text
    assert "crest" not in text
