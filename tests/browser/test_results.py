"""The result pages in a real browser: small and very long calculations, on any screen, on paper."""

import json
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.watch import Watch, check_axe, check_narrow, check_page
from tests.browser.weight import REPEAT_VISIT, weigh
from tests.costsharing.inputs import case
from tests.costsharing.made import large

pytestmark = pytest.mark.browser

PARTS = ("", "/months", "/invoices", "/working", "/compare")


async def start(page: Page, live_server: str, inputs: dict[str, Any]) -> str:
    """Load inputs as a person who saved a file would; give the address of the calculation."""
    await page.goto(f"{live_server}/calculator/load")
    await page.get_by_label("Or paste the text of the file").fill(json.dumps({"inputs": inputs}))
    await page.get_by_role("main").get_by_role("button").last.click()
    await page.wait_for_url(f"{live_server}/calculator/d/**")
    return "/".join(page.url.split("/")[:6])


@pytest.fixture(scope="module")
async def small(browser: Browser, live_server: str) -> str:
    """The address of a calculation of two councils for a year."""
    page = await browser.new_page()
    base = await start(page, live_server, case("C01"))
    await page.close()
    return base


@pytest.fixture(scope="module")
async def long(browser: Browser, live_server: str) -> str:
    """The address of a calculation of twelve bodies, sixty months and 660 invoices."""
    page = await browser.new_page()
    base = await start(page, live_server, large(12, 5))
    await page.close()
    return base


@pytest.mark.parametrize("part", PARTS)
async def test_each_page_of_a_small_result_holds_for_everyone(
    page: Page, small: str, part: str
) -> None:
    watch = Watch.over(page)
    answer = await page.goto(f"{small}/result{part}")
    await check_page(page, watch, answer)


@pytest.mark.parametrize("part", PARTS)
async def test_each_page_of_a_long_result_holds_for_everyone(
    page: Page, long: str, part: str
) -> None:
    watch = Watch.over(page)
    answer = await page.goto(f"{long}/result{part}")
    await check_page(page, watch, answer)


async def test_sixty_parties_can_still_be_read(page: Page, live_server: str) -> None:
    base = await start(page, live_server, large(60, 4))
    for part in ("", "/months", "/invoices"):
        await page.goto(f"{base}/result{part}")
        await check_axe(page)
        await check_narrow(page)


async def test_the_longest_names_break_instead_of_widening_the_page(
    page: Page, live_server: str
) -> None:
    inputs = case("C10")
    for number, party in enumerate(inputs["parties"]):
        party["name"] = f"{number}" + "Llanfairpwllgwyngyllgogerychwyrndrobwll" * 5
    base = await start(page, live_server, inputs)
    for part in PARTS:
        await page.goto(f"{base}/result{part}")
        await check_narrow(page)


async def test_a_page_of_results_weighs_little_once_the_style_is_known(
    page: Page, small: str, long: str
) -> None:
    for base in (small, long):
        for part in PARTS:
            address = f"{base}/result{part}"
            await page.goto(address)
            sizes = await weigh(page, address)
            assert sum(sizes.values()) <= REPEAT_VISIT, (part, sizes)


async def test_a_wide_table_scrolls_by_keyboard_alone(page: Page, long: str) -> None:
    await page.set_viewport_size({"width": 320, "height": 640})
    await page.goto(f"{long}/result")
    box = page.get_by_role("region", name="What each organisation pays by financial year")
    await box.focus()
    await page.keyboard.press("ArrowRight")
    await page.wait_for_function("e => e.scrollLeft > 0", arg=await box.element_handle())
    assert await page.evaluate("() => scrollX") == 0


async def test_the_year_end_of_a_university_is_chosen_and_shown(page: Page, small: str) -> None:
    await page.goto(f"{small}/result/months")
    await page.get_by_label("Accounting year of the organisation").select_option("july")
    await page.get_by_role("button", name="Show").click()
    await page.get_by_role("navigation", name="Accounting year").get_by_text("2026/27").click()
    table = page.get_by_role("table", name="Share of each organisation by month, 2026/27")
    await expect(table.get_by_role("rowheader").first).to_have_text("August 2026")
    await expect(table.get_by_role("rowheader").last).to_have_text("Total")


async def test_one_partner_of_many_is_chosen(page: Page, long: str) -> None:
    await page.goto(f"{long}/result/invoices")
    await page.get_by_label("Invoices of which partner").select_option(
        label="University of Northshire"
    )
    await page.get_by_role("button", name="Show").click()
    table = page.get_by_role("table", name="Invoices to University of Northshire")
    assert await table.get_by_role("row").count() == 1 + 60 + 5 + 1


async def test_the_pages_of_a_long_working_are_turned(page: Page, long: str) -> None:
    await page.goto(f"{long}/result/working")
    await expect(page.get_by_role("heading", name="1. How the cost is built")).to_be_visible()
    await page.get_by_role("link", name="Next").click()
    await expect(page).to_have_url(f"{long}/result/working?page=2")
    await page.get_by_role("link", name="Previous").click()
    await page.get_by_role("navigation", name="Contents").get_by_role("link").last.click()
    await expect(page.locator("section.cb-part").last).to_be_in_viewport()


async def test_another_way_of_sharing_is_compared(page: Page, small: str) -> None:
    watch = Watch.over(page)
    await page.goto(f"{small}/result/compare")
    await page.get_by_label("How the cost is shared").select_option(label="Equal shares")
    await page.get_by_label("Pay award (optional)").fill("3.5")
    await page.get_by_label("Day").fill("1")
    await page.get_by_label("Month").fill("4")
    await page.get_by_label("Year").fill("2026")
    await page.get_by_role("button", name="Compare").click()
    await expect(page.get_by_role("heading", name="What changes")).to_be_visible()
    table = page.get_by_role("table", name="What each organisation pays over the term")
    await expect(table.get_by_role("row").nth(1)).to_contain_text("£58,309.23")
    await check_page(page, watch)


async def test_a_mistake_in_the_comparison_is_announced(page: Page, small: str) -> None:
    await page.goto(f"{small}/result/compare")
    await page.get_by_label("Pay award (optional)").fill("lots")
    await page.get_by_role("button", name="Compare").click()
    summary = page.get_by_role("alert")
    await expect(page).to_have_title("Error: Compare with another arrangement – Crossbench")
    await expect(page.locator(".govuk-error-summary")).to_be_focused()
    await summary.get_by_role("link").first.click()
    await expect(page.get_by_label("Pay award (optional)")).to_be_focused()
    await check_axe(page)


async def test_a_flag_leads_to_the_answer_that_settles_it(page: Page, live_server: str) -> None:
    inputs = case("C01")
    del inputs["parties"][1]["vat"]
    base = await start(page, live_server, inputs)
    await page.goto(f"{base}/result")
    await page.get_by_role("link", name="answer: VAT is not decided").click()
    await expect(page).to_have_url(f"{base}/vat?return=check")


async def test_the_link_is_copied_and_said(page: Page, small: str) -> None:
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await page.goto(f"{small}/result")
    await page.get_by_role("button", name="Copy the link").click()
    await expect(page.get_by_role("status")).to_have_text("Link copied")
    assert await page.evaluate("() => navigator.clipboard.readText()") == f"{small}/result"


async def test_the_result_is_whole_without_script(browser: Browser, small: str) -> None:
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(f"{small}/result")
    await expect(page.get_by_text("£112,649.40").first).to_be_visible()
    await expect(page.get_by_role("button", name="Print this page")).to_have_count(0)
    for name in ("Months", "Invoices", "Working", "Compare"):
        await (
            page.get_by_role("navigation", name="Pages of the result")
            .get_by_role("link", name=name)
            .click()
        )
        await expect(page.get_by_role("heading", level=1)).to_be_visible()
    await page.get_by_label("How the cost is shared").select_option("equal")
    await page.get_by_role("button", name="Compare").click()
    await expect(page.get_by_role("heading", name="What changes")).to_be_visible()
    await context.close()


async def test_on_paper_tables_are_whole_and_navigation_is_gone(page: Page, long: str) -> None:
    await page.goto(f"{long}/result/months")
    await page.emulate_media(media="print")
    for box in await page.locator(".cb-scroll").all():
        assert await box.evaluate("e => getComputedStyle(e).overflowX") == "visible"
    await expect(page.get_by_role("navigation", name="Main")).to_be_hidden()
    await expect(page.get_by_role("button", name="Show")).to_be_hidden()


async def test_the_secret_link_is_never_printed(page: Page, small: str) -> None:
    for part in PARTS:
        await page.goto(f"{small}/result{part}")
        await page.emulate_media(media="print")
        printed = await page.evaluate(
            """() => [...document.querySelectorAll('a')]
              .map((a) => getComputedStyle(a, '::after').content).join(' ')
              + document.body.innerText"""
        )
        assert small.rsplit("/", maxsplit=1)[-1] not in printed, part


async def test_text_can_grow_to_twice_its_size(page: Page, small: str) -> None:
    await page.goto(f"{small}/result")
    await page.evaluate("() => { document.documentElement.style.fontSize = '200%'; }")
    assert await page.evaluate(
        "() => document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )
