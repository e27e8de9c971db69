"""Posting in a browser: a shared CISO from nothing to open, and each other kind without script."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect
from sqlalchemy import update

from app.core.clock import london_today
from app.core.config import Settings
from app.core.db import make_engine, make_system_sessions
from app.demo.commands import load_region
from app.opportunities.domain import KIND_NAMES, OpportunityKind
from app.opportunities.writing.domain import SECTION_NAMES, Section
from app.organisations.models import Organisation
from app.organisations.queries import get_organisation
from tests.browser.watch import Watch, check_axe, check_narrow, check_page
from tests.conftest import LiveServer, Servers
from tests.opportunities.posts import make_whole_post
from tests.opportunities.typed import typed, typed_sections

pytestmark = pytest.mark.browser
CISO = "Chief information security officer"
# Sections in which an answer brings further questions; the others are drawn as the first are.
UNFOLDING = (Section.PATTERN, Section.TIME, Section.COST)


# Sections in which the kinds differ, and what they hold before anybody has answered.
OWN_SECTIONS = (Section.WANTS, Section.DATES, Section.PAY, Section.COST, Section.CONTRACT)
UNANSWERED: dict[str, Any] = dict.fromkeys(
    (
        "starts_on", "ends_on", "weeks", "pay_from", "pay_to", "who_pays", "contract_type",
        "legal_power", "is_politically_restricted", "wants", "cost_inputs",
    )
)  # fmt: skip


@pytest.fixture(scope="module")
async def settings(servers: Servers) -> Settings:
    """The demo region, in which Northshire wants a second person's approval. Eastmoor has a draft
    of each kind, in which what all kinds have in common is answered.
    """
    made = await servers.clone_with_framework()
    engine = make_engine(made.database_url, pool_size=1)
    async with make_system_sessions(engine, made)() as db, db.begin():
        await load_region(db, now=datetime.now(UTC), today=london_today())
        northshire = Organisation.slug == "northshire"
        await db.execute(update(Organisation).where(northshire).values(needs_post_approval=True))
        eastmoor = (await get_organisation(db, "eastmoor")).id
    async with make_system_sessions(engine, made)() as db:
        for kind in OpportunityKind:
            await make_whole_post(
                db, eastmoor, kind, london_today(), slug=f"draft-{kind}", **UNANSWERED
            )
    await engine.dispose()
    return made


@pytest.fixture(scope="module")
async def live(
    settings: Settings, start_live_server: Callable[[Settings], LiveServer]
) -> AsyncIterator[str]:
    """A server on that database."""
    with start_live_server(settings) as running:
        yield running.url


async def sign_in(page: Page, base: str, persona: str) -> None:
    """Come as one of the people of the demo."""
    await page.goto(f"{base}/demo")
    chosen = f'form:has(input[name="persona"][value="{persona}"])'
    await page.locator(f'{chosen} button, button[name="persona"][value="{persona}"]').first.click()


async def fill(page: Page, answers: dict[str, Any]) -> None:
    """Type answers into the page as a person would."""
    for name, value in answers.items():
        field = page.locator(f'[name="{name}"]')
        kind = await field.first.evaluate("e => e.tagName + ' ' + (e.type || '')")
        if "radio" in kind or "checkbox" in kind:
            for one in value if isinstance(value, list) else [value]:
                await page.check(f'[name="{name}"][value="{one}"]')
        elif kind.startswith("SELECT"):
            await field.select_option(str(value))
        else:
            await field.fill(str(value))


async def save(page: Page) -> None:
    """Press the button of the section, the one that can be seen."""
    await page.get_by_role("button", name="Save and continue").click()


async def start(page: Page, base: str, org: str, kind: OpportunityKind, title: str) -> None:
    await page.goto(f"{base}/org/{org}/posts/new")
    await page.get_by_label(KIND_NAMES[kind], exact=True).check()
    await page.get_by_label("Title of the post").fill(title)
    await page.get_by_role("button", name="Continue").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(title)


async def choose_role(page: Page, watch: Watch) -> None:
    """The role, its level, and the skills that they bring."""
    await page.get_by_role("link", name=SECTION_NAMES[Section.ROLE], exact=True).click()
    await check_axe(page)
    option = page.locator("#role option", has_text="Security architect (")
    await page.select_option("#role", await option.get_attribute("value"))
    await save(page)
    await check_axe(page)
    await page.get_by_label("Lead security architect").check()
    await save(page)
    await expect(page.locator("#skills-status")).to_have_text("Filled in, please check")
    await page.get_by_role("link", name=SECTION_NAMES[Section.SKILLS], exact=True).click()
    await check_page(page, watch)
    await page.get_by_label("Need").last.select_option("useful")
    await save(page)
    await expect(page.locator("#skills-status")).to_have_text("Completed")


async def test_a_shared_ciso_from_nothing_to_open(page: Page, browser: Browser, live: str) -> None:
    """Given a body that wants approval, when HR writes a post and a second person approves it,
    then HR publishes it and everybody can see it.
    """
    watch = Watch.over(page)
    await sign_in(page, live, "hr-northshire")
    await page.get_by_role("link", name="write a new one").click()
    await check_page(page, watch)
    await start(page, live, "northshire", OpportunityKind.SHARED_POST, CISO)
    post = page.url
    await check_page(page, watch)
    await choose_role(page, watch)
    for section in typed_sections(OpportunityKind.SHARED_POST):
        await page.get_by_role("link", name=SECTION_NAMES[section], exact=True).click()
        await fill(page, typed(OpportunityKind.SHARED_POST, section))
        await check_axe(page)
        if section in UNFOLDING:
            await check_narrow(page)
        await save(page)
        await expect(page).to_have_url(post)
    await page.get_by_role("button", name="Ask for approval").click()
    await check_axe(page)
    await page.get_by_role("button", name="Ask for approval").click()
    await expect(page.locator("main")).to_contain_text("Waiting for approval")
    await expect(page.get_by_role("button", name="Read and decide")).to_have_count(0)
    await approve(browser, live, post)
    await page.goto(post)
    await page.get_by_role("button", name="Publish").click()
    await check_axe(page)
    await page.get_by_label("Now").check()
    await save(page)
    await expect(page.locator("main")).to_contain_text("The post is open.")
    await page.reload()
    await check_page(page, watch)
    slug = post.rpartition("/")[2]
    visitor = await (await browser.new_context()).new_page()
    answer = await visitor.goto(f"{live}/opportunities/{slug}")
    assert answer is not None
    assert answer.status == 200
    await expect(visitor.get_by_role("heading", level=1)).to_contain_text(CISO)
    await visitor.context.close()


async def approve(browser: Browser, live: str, post: str) -> None:
    """The second person reads the post and approves it."""
    page = await (await browser.new_context()).new_page()
    watch = Watch.over(page)
    await sign_in(page, live, "signatory-northshire")
    await page.get_by_role("link", name="1 post to approve").click()
    await page.get_by_role("link", name=CISO).click()
    await expect(page).to_have_url(post)
    await page.get_by_role("button", name="Read and decide").click()
    await expect(page.locator("main")).to_contain_text("Lead cyber security.")
    await check_page(page, watch)
    await page.get_by_label("Approve it").check()
    await page.get_by_role("button", name="Save your decision").click()
    await expect(page.locator("main")).to_contain_text("The post is approved.")
    await page.context.close()


@pytest.mark.parametrize("kind", OpportunityKind)
async def test_each_kind_without_script(browser: Browser, live: str, kind: OpportunityKind) -> None:
    """Given a draft and no JavaScript, when HR answers what the kind asks, then the post opens."""
    context = await browser.new_context(
        java_script_enabled=False, viewport={"width": 320, "height": 640}
    )
    page = await context.new_page()
    await sign_in(page, live, "hr-eastmoor")
    post = f"{live}/org/eastmoor/posts/draft-{kind}"
    for section in (one for one in typed_sections(kind) if one in OWN_SECTIONS):
        await page.goto(f"{post}/edit/{section}")
        await fill(page, typed(kind, section))
        await save(page)
        assert page.url == post, section
    await page.get_by_role("button", name="Publish").click()
    await page.get_by_label("Now").check()
    await save(page)
    await expect(page.locator("main")).to_contain_text("The post is open.")
    await context.close()


async def test_an_error_is_announced_and_leads_to_its_field(page: Page, live: str) -> None:
    watch = Watch.over(page)
    await sign_in(page, live, "hr-eastmoor")
    await start(page, live, "eastmoor", OpportunityKind.JOB_SWAP, "Swap with an error")
    await page.get_by_role("link", name=SECTION_NAMES[Section.DATES], exact=True).click()
    await save(page)
    await expect(page).to_have_title("Error: Dates – Crossbench")
    await expect(page.locator(".govuk-error-summary")).to_be_focused()
    await check_axe(page)
    await check_narrow(page)
    assert watch.complaints == []
    await page.get_by_role("link", name="Enter an end date").click()
    await expect(page.locator("#ends_on-day")).to_be_focused()
