"""Roles and skills in a browser: search while typing, the matrix, and importing an edition."""

import asyncio
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from app.core.clock import london_today
from app.core.config import Settings
from app.core.db import make_engine, make_system_sessions
from app.demo.commands import load_region
from tests.browser.watch import Watch, check_axe, check_narrow, check_page
from tests.conftest import LiveServer, Servers
from tests.roles.changed import NEW_SKILL, changed_sheet

pytestmark = pytest.mark.browser


async def load_demo(settings: Settings) -> None:
    """The people of the demo, among them the operator."""
    engine = make_engine(settings.database_url, pool_size=1)
    async with make_system_sessions(engine, settings)() as db, db.begin():
        await load_region(db, now=datetime.now(UTC), today=london_today())
    await engine.dispose()


async def test_search_answers_while_typing_and_says_how_much(page: Page, live_server: str) -> None:
    watch = Watch.over(page)
    await page.goto(f"{live_server}/roles")
    await check_axe(page)
    await page.get_by_label("Search roles and skills").press_sequentially("ciso")
    found = page.get_by_role("link", name="Chief information security officer")
    await expect(page.locator("#found-said")).to_have_text("1 result for “ciso”")
    await expect(page).to_have_url(re.compile(r"/roles\?q=ciso$"))
    await check_axe(page)
    assert watch.complaints == []
    await found.click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(
        "Chief information security officer"
    )


async def test_search_works_without_script(browser: Browser, live_server: str) -> None:
    context = await browser.new_context(
        java_script_enabled=False, viewport={"width": 320, "height": 640}
    )
    page = await context.new_page()
    await page.goto(f"{live_server}/roles")
    await page.fill("#q", "security architect")
    await page.get_by_role("button", name="Search").click()
    await page.get_by_role("link", name="Security architect", exact=True).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Security architect")
    await context.close()


@pytest.mark.parametrize(
    "path",
    [
        "/roles/software-developer",
        "/roles/compare?first=software-developer/developer&second=agile-coach/agile-coach",
        "/skills/user-focus",
    ],
)
async def test_pages_hold_for_everyone(page: Page, live_server: str, path: str) -> None:
    watch = Watch.over(page)
    answer = await page.goto(live_server + path)
    await check_page(page, watch, answer)


async def test_the_matrix_scrolls_in_its_own_box_by_keyboard(page: Page, live_server: str) -> None:
    await page.set_viewport_size({"width": 320, "height": 640})
    await page.goto(f"{live_server}/roles/software-developer")
    box = page.get_by_role("region", name="What each level needs")
    await box.focus()
    await page.keyboard.press("ArrowRight")
    await page.wait_for_function("e => e.scrollLeft > 0", arg=await box.element_handle())
    assert await page.evaluate("() => scrollX") == 0
    await check_narrow(page)


async def test_an_edition_is_imported_once_it_is_decided(
    page: Page, servers: Servers, tmp_path: Path
) -> None:
    file = tmp_path / "roles.csv"
    await asyncio.to_thread(file.write_bytes, changed_sheet())
    watch = Watch.over(page)
    settings = await servers.clone_with_framework()
    await load_demo(settings)
    with LiveServer(settings) as live:
        await page.goto(f"{live.url}/demo")
        form = page.locator("form", has=page.locator("[name=persona][value=operator]"))
        await form.get_by_role("button").click()
        await page.get_by_role("link", name="See editions and import a new one").click()
        await page.get_by_role("button", name="Import a new edition").click()
        await page.set_input_files("#file", file)
        await page.get_by_role("button", name="Compare").click()
        await check_page(page, watch)
        await page.get_by_role("button", name="Continue").click()
        await expect(page.locator(".govuk-error-summary")).to_be_focused()
        await check_axe(page)
        await page.select_option("#roles-agile-coach", label="Renamed to Agile adviser")
        await (
            page.get_by_role("group", name="Cyber risk management").get_by_label("Renamed").check()
        )
        await (
            page.get_by_role("group", name="Changing security culture")
            .get_by_label("Retired")
            .check()
        )
        await page.get_by_role("button", name="Continue").click()
        await expect(page.get_by_text(f"Renamed to {NEW_SKILL}")).to_be_visible()
        await check_page(page, watch)
        await page.get_by_role("button", name="Apply this edition").click()
        await expect(page.get_by_text("is now the current one")).to_be_visible()
        await page.goto(f"{live.url}/roles/agile-coach")
        await expect(page.get_by_role("heading", level=1)).to_have_text("Agile adviser")
