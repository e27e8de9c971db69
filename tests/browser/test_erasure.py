"""Erasing one's account in a browser: by keyboard with script, and to the end without it."""

from collections.abc import AsyncIterator, Callable

import pytest
from playwright.async_api import Browser, Page, expect

from app.core.config import Settings
from tests.browser.demo import make_demo, sign_in
from tests.browser.watch import Watch, check_axe, check_narrow, check_page
from tests.conftest import LiveServer, Servers

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
async def live(
    servers: Servers, start_live_server: Callable[[Settings], LiveServer]
) -> AsyncIterator[str]:
    with start_live_server(await make_demo(servers)) as running:
        yield running.url


async def test_somebody_reads_their_data_and_turns_back_by_keyboard(page: Page, live: str) -> None:
    watch = Watch.over(page)
    await sign_in(page, live, "staff-eastmoor")
    await page.goto(f"{live}/profile/data")
    await check_page(page, watch)
    await page.goto(f"{live}/account/erase")
    await check_page(page, watch)
    await page.get_by_role("button", name="Continue").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Erase your account for good?")
    await page.get_by_label("Type your email address to confirm").focus()
    await page.keyboard.type("somebody.else@eastmoor.example")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("as it stands on your account")
    await check_axe(page)
    await page.get_by_role("link", name="Keep it").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Your account")


async def test_an_account_is_erased_without_script(browser: Browser, live: str) -> None:
    context = await browser.new_context(
        java_script_enabled=False, viewport={"width": 320, "height": 640}
    )
    page = await context.new_page()
    await sign_in(page, live, "staff-northshire")
    await page.goto(f"{live}/account")
    email = await page.locator("dt", has_text="Email address").first.locator(
        "xpath=following-sibling::dd[1]"
    ).inner_text()  # fmt: skip
    await page.get_by_role("link", name="Erase your account").click()
    await check_narrow(page)
    await page.get_by_role("button", name="Continue").click()
    await page.get_by_label("Type your email address to confirm").fill(email)
    await page.get_by_role("button", name="Erase my account").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Your account is erased")
    await check_narrow(page)
    await page.goto(f"{live}/account")
    await expect(page).to_have_url(f"{live}/sign-in?next=/account")
    await page.goto(f"{live}/demo")
    await page.locator('form:has(input[value="staff-northshire"]) button').click()
    await expect(page.get_by_role("alert")).to_contain_text("not in the demo region any more")
    await context.close()
