"""The calculator in a browser: from start to result, with and without script, by keyboard."""

import re

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.calculator import go_on, slug, walk
from tests.browser.watch import Watch, check_axe, check_narrow, check_page
from tests.costsharing.test_wizard_errors import WRONG

pytestmark = pytest.mark.browser


async def start(page: Page, live_server: str, button: str = "Start now") -> None:
    """Begin a calculation."""
    await page.goto(f"{live_server}/calculator")
    await page.get_by_role("button", name=button).click()


async def start_from_example(page: Page, live_server: str) -> str:
    """Begin with the example and give the address of its pages."""
    await start(page, live_server, "Start from an example")
    await expect(page).to_have_url(re.compile("/check$"))
    return page.url.removesuffix("/check")


async def check_agreement(page: Page) -> None:
    """The result leads to the funding agreement as a PDF."""
    link = page.get_by_role("link", name="Funding agreement (PDF)")
    link = link.or_(page.get_by_role("button", name="Funding agreement (PDF)"))
    async with page.expect_download() as downloading:
        await link.first.click()
    path = await (await downloading.value).path()
    assert path.read_bytes().startswith(b"%PDF-")


async def test_from_start_to_result_every_page_holds_for_everyone(
    page: Page, live_server: str
) -> None:
    watch = Watch.over(page)
    answer = await page.goto(f"{live_server}/calculator")
    await check_page(page, watch, answer)
    await page.get_by_role("button", name="Start now").click()

    async def hold(page: Page) -> None:
        await check_page(page, watch)

    seen = await walk(page, hold)
    assert len(seen) > 30
    await check_page(page, watch)
    await page.get_by_role("button", name="Work out the cost").click()
    await expect(page).to_have_url(re.compile("/result$"))
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    await check_agreement(page)


async def test_the_journey_without_script(browser: Browser, live_server: str) -> None:
    context = await browser.new_context(
        java_script_enabled=False, viewport={"width": 320, "height": 800}
    )
    page = await context.new_page()
    await start(page, live_server)
    assert len(await walk(page)) > 30
    await page.get_by_role("button", name="Work out the cost").click()
    await expect(page).to_have_url(re.compile("/result$"))
    await check_agreement(page)
    await context.close()


async def test_an_error_is_announced_linked_and_mended(page: Page, live_server: str) -> None:
    watch = Watch.over(page)
    base = await start_from_example(page, live_server)
    await page.goto(f"{base}/dates")
    await page.fill("#end-month", "")
    await go_on(page)
    await expect(page).to_have_title(re.compile("^Error: When does the arrangement run"))
    summary = page.locator(".govuk-error-summary")
    await expect(summary).to_be_focused()
    await check_axe(page)
    await check_narrow(page)
    assert watch.complaints == []
    await summary.get_by_role("link", name="The last day must include a month").click()
    await expect(page.locator("#end-month")).to_be_focused()
    await page.keyboard.type("3")
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile("/method$"))


async def test_every_page_with_errors_passes_axe(page: Page, live_server: str) -> None:
    await start(page, live_server)
    await go_on(page)
    await expect(page.locator(".govuk-error-summary")).to_be_visible()
    await check_axe(page)
    base = await start_from_example(page, live_server)
    for name in ("salary", "hours", "ni-years", "pension", "invoices", "weights-1"):
        await page.goto(f"{base}/{name}")
        for box in await page.locator("main input[type=text]:visible").all():
            await box.fill("")
        await go_on(page)
        await expect(page.locator(".govuk-error-summary")).to_be_visible()
        await check_axe(page)


async def test_by_keyboard_alone(page: Page, live_server: str) -> None:
    await page.goto(f"{live_server}/calculator")
    await page.get_by_role("button", name="Start now").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("#parties-0-name")).to_be_visible()
    await page.locator("#parties-0-name").focus()
    await page.keyboard.type("Northshire Council")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await expect(page.locator("#parties-1-name")).to_be_focused()
    await page.keyboard.type("Eastmoor District Council")
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile("/host$"))
    await page.locator("#host").focus()
    await page.keyboard.press("Space")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile("/what$"))


async def test_the_split_previews_while_weights_are_typed(page: Page, live_server: str) -> None:
    base = await start_from_example(page, live_server)
    await page.goto(f"{base}/weights-1")
    preview = page.locator(".cb-preview")
    await expect(preview).to_contain_text("£67,589.64")
    await page.fill("#weights-EAS", "3")
    await expect(preview).to_contain_text("£56,324.70")
    await expect(page.locator("[data-split-said]")).to_contain_text("Northshire Council £56,324.70")
    await check_axe(page)


async def test_back_loses_nothing(page: Page, live_server: str) -> None:
    await start(page, live_server)
    await page.fill("#parties-0-name", "Northshire Council")
    await page.fill("#parties-1-name", "Eastmoor District Council")
    await go_on(page)
    await expect(page).to_have_url(re.compile("/host$"))
    await page.go_back()
    await expect(page.locator("#parties-1-name")).to_have_value("Eastmoor District Council")
    await page.fill("#parties-1-name", "Westvale Borough Council")
    await go_on(page)
    await expect(page.get_by_label("Westvale Borough Council")).to_be_visible()
    await page.get_by_role("link", name="Back", exact=True).click()
    await expect(page.locator("#parties-1-name")).to_have_value("Westvale Borough Council")


async def test_two_tabs_lose_nothing(page: Page, live_server: str) -> None:
    base = await start_from_example(page, live_server)
    other = await page.context.new_page()
    await page.goto(f"{base}/salary")
    await other.goto(f"{base}/salary")
    await page.fill("#salary-0-annual", "85000")
    await go_on(page)
    await expect(page).to_have_url(re.compile("/awards$"))
    await other.fill("#salary-0-annual", "86000")
    await go_on(other)
    await expect(other.get_by_text("changed in another tab")).to_be_visible()
    await expect(other.locator("#salary-0-annual")).to_have_value("86000")
    await check_axe(other)
    await go_on(other)
    await expect(other).to_have_url(re.compile("/awards$"))


async def test_the_link_brings_the_answers_back_in_another_browser(
    page: Page, browser: Browser, live_server: str
) -> None:
    base = await start_from_example(page, live_server)
    await page.goto(f"{base}/dates")
    await page.get_by_role("button", name="Save and come back later").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Your answers are saved")
    await check_axe(page)
    link = await page.locator("main a[href*='/calculator/d/']").first.get_attribute("href")
    assert link is not None
    context = await browser.new_context()
    elsewhere = await context.new_page()
    await elsewhere.goto(link)
    await expect(elsewhere).to_have_url(re.compile("/check$"))
    await elsewhere.get_by_role("link", name="Delete these answers").click()
    await check_axe(elsewhere)
    await elsewhere.get_by_role("button", name="Delete the answers").click()
    answer = await elsewhere.goto(link)
    assert answer is not None
    assert answer.status == 404
    await context.close()


async def test_a_file_is_loaded_and_a_wrong_one_explained(page: Page, live_server: str) -> None:
    watch = Watch.over(page)
    await page.goto(f"{live_server}/calculator")
    await page.get_by_role("link", name="Load a file").click()
    await check_page(page, watch)
    wrong = {"name": "a.json", "mimeType": "application/json", "buffer": b'{"term": 1}'}
    await page.set_input_files("input[type=file]", [wrong])  # type: ignore[list-item]
    await page.get_by_role("button", name="Load", exact=True).click()
    await expect(page.get_by_role("heading", name="What is wrong in the file")).to_be_visible()
    await check_axe(page)
    await check_narrow(page)


async def test_changing_an_answer_returns_to_the_summary(page: Page, live_server: str) -> None:
    base = await start_from_example(page, live_server)
    await page.get_by_role("link", name="Change hours a week of this post").click()
    await page.fill("#contracted", "30")
    await page.get_by_role("button", name="Save and return to your answers").last.click()
    await expect(page).to_have_url(f"{base}/check")
    await expect(page.get_by_text("30 hours")).to_be_visible()
    assert slug(page) == "check"


async def answer_wrongly(page: Page, values: dict[str, str]) -> bool:
    """Type and pick these answers as a person would; False where no person can."""
    for name, value in values.items():
        boxes = page.locator(f'[name="{name}"]')
        kind = await boxes.first.get_attribute("type")
        if await boxes.first.evaluate("e => e.tagName") == "SELECT":
            await boxes.first.select_option(value)
        elif kind == "radio" and value:
            option = page.locator(f'[name="{name}"][value="{value}"]')
            if not await option.count():
                return False
            await option.check()
        elif kind == "radio":
            await boxes.evaluate_all("all => all.forEach((e) => { e.checked = false; })")
        else:
            await boxes.first.fill(value)
    return True


async def test_every_error_a_person_can_make_is_announced(page: Page, live_server: str) -> None:
    tried = 0
    for name, values, field, message in WRONG:
        base = await start_from_example(page, live_server)
        await page.goto(f"{base}/{name}")
        for row in range(2):
            if f"-{row}-" in field and not await page.locator(f"#{field}, #{field}-day").count():
                await page.locator("button[value^='add:']").click()
        if not await answer_wrongly(page, values):
            continue
        await go_on(page)
        summary = page.locator(".govuk-error-summary")
        await expect(summary).to_be_focused()
        await summary.get_by_role("link", name=message, exact=True).click()
        await expect(page.locator(f"[id='{field}-error']")).to_contain_text(message)
        focused = await page.evaluate("() => document.activeElement.id")
        assert focused.startswith(field) or field in ("sums", "weights"), (name, field, focused)
        tried += 1
    assert tried > 35
