"""Walks through the calculator in a browser as a finance officer would."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Page, expect

Step = Callable[[Page], Awaitable[None]]


async def fill_day(page: Page, path: str, day: str, month: str, year: str) -> None:
    """Fill in the three boxes of a date."""
    for part, value in (("day", day), ("month", month), ("year", year)):
        await page.fill(f"#{path}-{part}", value)


async def go_on(page: Page) -> None:
    """Press the button that continues."""
    await page.locator(".govuk-button-group button").first.click()


def slug(page: Page) -> str:
    """The page that is open."""
    return re.split("[?#]", page.url.rstrip("/"))[0].rsplit("/", 1)[-1]


async def name_parties(page: Page) -> None:
    """Three organisations; the third in a row that is added."""
    await page.fill("#parties-0-name", "Northshire Council")
    await page.fill("#parties-1-name", "Eastmoor District Council")
    await page.get_by_role("button", name="Add another organisation").click()
    await expect(page.locator("#parties-2-name")).to_be_visible()
    await page.fill("#parties-2-name", "Harbour NHS Trust")


async def type_salary(page: Page) -> None:
    """A salary from a date."""
    await fill_day(page, "salary-0-start", "1", "4", "2026")
    await page.fill("#salary-0-annual", "£84,000")


async def type_term(page: Page) -> None:
    """Two financial years."""
    await fill_day(page, "start", "1", "4", "2026")
    await fill_day(page, "end", "31", "March", "2028")


@dataclass(frozen=True)
class Fill:
    """Values to type and boxes to tick on a page."""

    texts: tuple[tuple[str, str], ...] = ()
    ticks: tuple[str, ...] = ()

    async def __call__(self, page: Page) -> None:
        for box in self.ticks:
            await page.check(box)
        for box, value in self.texts:
            await page.fill(box, value)


def fill(*ticks: str, **texts: str) -> Fill:
    """Tick these, type those; names use two underscores for a hyphen."""
    return Fill(tuple((f"#{k.replace('__', '-')}", v) for k, v in texts.items()), ticks)


ANSWERS: dict[str, Any] = {
    "parties": name_parties,
    "host": fill("#host"),
    "what": fill("#kind", title="Chief information security officer"),
    "hours": fill("#year-2", contracted="37", full_time="37"),
    "salary": type_salary,
    "allowances": fill(allowances__0__name="Supplement", allowances__0__annual="1,200"),
    "dates": type_term,
    "ni-basis": fill("#basis"),
    "pension-scheme": fill("#scheme-4"),
    "levy": fill("#levy"),
    "other-costs": fill(lines__0__name="Training", lines__0__amount="900"),
    "overhead": fill("#charged", rate="5"),
    "basis-1": fill("#basis"),
    "weights-1": fill(weights__NOR="2.5", weights__EAS="1.5", weights__HAR="1"),
    "change-1": fill("#changes-2"),
    "extras": fill("#extras", "#extras-4", "#extras-6"),
    "grants": fill(grants__0__name="Cyber grant", grants__0__amount="10000"),
    "caps": fill(sums__HAR="30000"),
    "fee": fill("#mode", rate="5"),
    "invoices": fill("#frequency-2", "#timing"),
    "vat": fill("#how"),
    "vat-all": fill("#share-2", "#fee-2"),
    "agreement": fill("#add"),
    "agreement-basics": fill(version="draft 1"),
}


async def type_weeks(page: Page) -> None:
    """A post paid all year, after looking at the other answer."""
    await page.check("#year")


async def walk(page: Page, each: Step | None = None) -> list[str]:
    """Answer every page until the summary; `each` is called on each page before it is answered."""
    seen: list[str] = []
    while slug(page) != "check":
        here = slug(page)
        assert here not in seen, f"the page {here} came again"
        seen.append(here)
        if each:
            await each(page)
        answer = ANSWERS.get(here)
        if answer:
            await answer(page)
        if here == "hours":
            await type_weeks(page)
        await go_on(page)
    return seen
