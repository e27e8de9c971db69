"""The whole journey on the demo region: a shared CISO, from nothing to the draft agreement."""

import io
import zipfile
from collections.abc import AsyncIterator, Callable
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.async_api import Browser, Page, expect

from app.core.config import Settings
from app.costsharing import engine, rates
from app.costsharing.splits.commands import DRAW_PAPER
from app.opportunities.domain import OpportunityKind
from app.opportunities.writing.domain import SECTION_NAMES, Section
from tests.browser.demo import choose_role, come_as, fill, make_demo, save, start, work
from tests.browser.watch import Watch, check_axe, check_narrow, check_page
from tests.conftest import LiveServer, Servers
from tests.opportunities.typed import ends, starts, typed, typed_sections

pytestmark = pytest.mark.browser
CISO: Final = "Shared chief information security officer"
EMPLOYER: Final = "Northshire Council (employer)"
DAYS: Final = {"Eastmoor District Council": "1.5", "Harbour NHS Trust": "1"}


@pytest.fixture
async def settings(servers: Servers) -> Settings:
    """The demo region."""
    return await make_demo(servers)


@pytest.fixture
async def live(
    settings: Settings, start_live_server: Callable[[Settings], LiveServer]
) -> AsyncIterator[str]:
    """A server on it."""
    with start_live_server(settings) as running:
        yield running.url


def expected_shares() -> dict[str, list[str]]:
    """What each body pays by year and in all, by the engine alone: nothing of the pages is used."""
    first, last = starts(), ends()
    inputs: dict[str, Any] = {
        "term": {"start": first.isoformat(), "end": last.isoformat()},
        "method": "monthly",
        "apportionment": "calendar",
        "pay_day": "last",
        "post": {
            "contracted_hours": "22.2",
            "full_time_hours": "37",
            "weeks_factor": "1",
            "salary": [{"from": first.isoformat(), "annual_fte": "84000.00"}],
            "allowances": [],
            "ni": {"basis": "own", "years": rates.ni_years(first, last)},
            "pension": [{"from": first.isoformat(), "rate": "0.195"}],
            "levy_rate": "0.005",
        },
        "other_lines": [{"name": "Other costs", "kind": "annual", "amount": "1000.00"}],
        "parties": [
            {"id": "A", "name": EMPLOYER, "host": True},
            *({"id": name[0], "name": name} for name in DAYS),
        ],
        "sharing": [
            {
                "from": first.isoformat(),
                "basis": "days",
                "weights": {"A": "0.5", **{name[0]: days for name, days in DAYS.items()}},
            }
        ],
    }
    costing = engine.cost(engine.parse_inputs(inputs))
    shares = engine.shares_by_year(costing)
    names = {"A": EMPLOYER, **{name[0]: name for name in DAYS}}
    rows = {names[party]: list(by_year.values()) for party, by_year in shares.items()}
    rows["Total"] = [sum(year) for year in zip(*rows.values(), strict=True)]
    return {name: [engine.sterling(p) for p in (*row, sum(row))] for name, row in rows.items()}


async def read_table(page: Page, caption: str) -> dict[str, list[str]]:
    """A table of the page: each row's first cell, and the others."""
    table = page.get_by_role("table", name=caption)
    rows: list[list[str]] = await table.locator("tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.cells].map(cell => cell.textContent.trim()))"
    )
    return {row[0]: row[1:] for row in rows}


def check_sums(table: dict[str, list[str]]) -> None:
    """Shares sum to the total, and years to the term, to the penny."""
    pounds = {
        name: [Decimal(cell.lstrip("£").replace(",", "")) for cell in row]
        for name, row in table.items()
    }
    total = pounds.pop("Total")
    assert [sum(column) for column in zip(*pounds.values(), strict=True)] == total
    assert all(sum(row[:-1]) == row[-1] for row in (*pounds.values(), total))


async def write_and_publish(page: Page, base: str) -> str:
    """HR writes the post from nothing and opens it; gives its slug."""
    await start(page, base, "northshire", OpportunityKind.SHARED_POST, CISO)
    post = page.url
    await choose_role(page)
    await page.get_by_role("link", name=SECTION_NAMES[Section.SKILLS], exact=True).click()
    await save(page)
    for section in typed_sections(OpportunityKind.SHARED_POST):
        await page.goto(f"{post}/edit/{section}")
        await fill(page, typed(OpportunityKind.SHARED_POST, section))
        await save(page)
        assert page.url == post, section
    await page.get_by_role("button", name="Publish").click()
    await page.get_by_label("Now").check()
    await page.get_by_role("button", name="Publish post").click()
    await expect(page.locator("main")).to_contain_text("The post is open.")
    return post.rpartition("/")[2]


async def pledge(page: Page, days: str) -> None:
    """From the post: pledge these days."""
    watch = Watch.over(page)
    await page.get_by_role("button", name="Pledge for this post").click()
    await check_axe(page)
    await page.get_by_label("Days a week", exact=True).first.check()
    await page.locator("#days").fill(days)
    await page.get_by_label("Agreed in principle").check()
    await check_narrow(page)
    await page.get_by_role("button", name="Save the pledge").click()
    await expect(page.locator("main")).to_contain_text("It waits for your finance officers.")
    assert watch.complaints == []


async def approve(page: Page) -> None:
    """From the dashboard of a finance officer: approve what waits."""
    watch = Watch.over(page)
    await page.get_by_role("link", name=CISO, exact=True).click()
    await check_axe(page)
    await page.get_by_label("Approve the pledge at these figures").check()
    await page.get_by_role("button", name="Save the decision").click()
    await expect(page.locator("main")).to_contain_text("You approved the pledge.")
    assert watch.complaints == []


async def close(page: Page) -> None:
    """From the dashboard of the employer's finance officer: close at the engine's figures."""
    watch = Watch.over(page)
    await page.get_by_role("link", name=CISO, exact=True).click()
    assert await read_table(page, "What each organisation pays") == expected_shares()
    await page.get_by_role("button", name="Close the funding").click()
    await check_page(page, watch)
    await page.get_by_role("button", name="Close at these figures").click()
    await expect(page.get_by_text("0 of 3 papers are ready")).to_be_visible()


async def take(page: Page, name: str, folder: Path) -> bytes:
    """Download one of the papers."""
    async with page.expect_download() as taken:
        await page.get_by_role("link", name=name).click()
    path = folder / "paper"
    await (await taken.value).save_as(path)
    return path.read_bytes()


async def test_a_shared_ciso_becomes_a_draft_agreement(
    browser: Browser, live: str, settings: Settings, tmp_path: Path
) -> None:
    """Given the demo region, when HR of Northshire posts a CISO and two bodies pledge and approve,
    then its finance officer closes the funding and downloads the draft agreement.
    """
    writer = await come_as(browser, live, "hr-northshire")
    post = f"{live}/opportunities/{await write_and_publish(writer, live)}"
    pages = [writer]
    for body, days in (("eastmoor", "1.5"), ("harbour-nhs", "1")):
        pages.append(page := await come_as(browser, live, f"hr-{body}"))
        await page.goto(post)
        await pledge(page, days)
    for body in ("eastmoor", "harbour-nhs"):
        pages.append(page := await come_as(browser, live, f"finance-{body}"))
        await approve(page)
    await writer.goto(post)
    facts = writer.locator(".cb-funding__facts")
    await expect(facts).to_contain_text("2.5 days of 3 days a week are pledged")
    await expect(facts).to_contain_text(
        "The post is fully funded: finance has approved every day pledged"
    )

    pages.append(officer := await come_as(browser, live, "finance-northshire"))
    await close(officer)
    await work(settings, DRAW_PAPER)
    await expect(officer.get_by_text("All papers are ready.")).to_be_visible(timeout=15_000)
    await check_axe(officer)
    await check_narrow(officer)
    shown = await read_table(officer, "What each organisation pays by financial year")
    check_sums(shown)
    by_name = {name.removesuffix(" (employer)"): row for name, row in expected_shares().items()}
    assert shown == by_name
    assert (await take(officer, "Draft funding agreement (PDF)", tmp_path)).startswith(b"%PDF-")
    document = await take(officer, "Draft funding agreement to edit (DOCX)", tmp_path)
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        text = archive.read("word/document.xml").decode()
    assert all(row[-1] in text for name, row in by_name.items() if name != "Total")
    await writer.goto(post)
    await expect(writer.locator("main")).to_contain_text("The funding is closed.")
    for page in pages:
        await page.context.close()
