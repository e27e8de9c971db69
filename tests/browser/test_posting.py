"""Posting in a browser: every section, a second person's approval, each kind without script."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from app.core.clock import london_today
from app.core.config import Settings
from app.demo.queries import find_demo_person
from app.opportunities.domain import OpportunityKind
from app.opportunities.writing.domain import SECTION_NAMES, Section
from app.organisations.queries import get_organisation
from tests.browser.demo import choose_role, fill, make_demo, save, sessions_of, sign_in, start
from tests.browser.watch import Watch, check_axe, check_narrow, check_page
from tests.conftest import LiveServer, Servers
from tests.opportunities.posts import make_whole_post
from tests.opportunities.typed import typed, typed_sections

pytestmark = pytest.mark.browser
CISO = "Chief information security officer"
WRITTEN = "ciso-that-waits-for-approval"
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
    """The demo region, in which Northshire wants a second person's approval and has written a
    post. Eastmoor has a draft of each kind, in which what all kinds have in common is answered.
    """
    made = await make_demo(servers)
    async with sessions_of(made) as sessions, sessions() as db:
        northshire = await get_organisation(db, "northshire")
        northshire.needs_post_approval = True
        shared, today = OpportunityKind.SHARED_POST, london_today()
        writer = await find_demo_person(db, "harriet.example@northshire.example")
        await make_whole_post(
            db, northshire.id, shared, today, slug=WRITTEN, title=CISO, created_by_id=writer
        )
        eastmoor = (await get_organisation(db, "eastmoor")).id
        for kind in OpportunityKind:
            await make_whole_post(db, eastmoor, kind, today, slug=f"draft-{kind}", **UNANSWERED)
    return made


@pytest.fixture(scope="module")
async def live(
    settings: Settings, start_live_server: Callable[[Settings], LiveServer]
) -> AsyncIterator[str]:
    """A server on that database."""
    with start_live_server(settings) as running:
        yield running.url


async def test_every_section_of_a_shared_ciso(page: Page, live: str) -> None:
    """Given a draft with its role, when HR opens each section, then axe finds nothing in it."""
    watch = Watch.over(page)
    await sign_in(page, live, "hr-eastmoor")
    await start(page, live, "eastmoor", OpportunityKind.SHARED_POST, CISO)
    post = page.url
    await choose_role(page)
    await check_axe(page)
    await page.get_by_role("link", name=SECTION_NAMES[Section.SKILLS], exact=True).click()
    await check_page(page, watch)
    await page.get_by_label("Need").last.select_option("useful")
    await save(page)
    await expect(page.locator("#skills-status")).to_have_text("Completed")
    for section in typed_sections(OpportunityKind.SHARED_POST):
        await page.goto(f"{post}/edit/{section}")
        if section in UNFOLDING:
            await fill(page, typed(OpportunityKind.SHARED_POST, section))
            await check_narrow(page)
        await check_axe(page)
    assert watch.complaints == []


async def test_a_second_person_approves(page: Page, browser: Browser, live: str) -> None:
    """Given a body that wants approval, when HR has written a post and a second person approves
    it, then HR publishes it and everybody can see it.
    """
    watch = Watch.over(page)
    await sign_in(page, live, "hr-northshire")
    post = f"{live}/org/northshire/posts/{WRITTEN}"
    await page.goto(post)
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
    await page.get_by_role("button", name="Publish post").click()
    await expect(page.locator("main")).to_contain_text("The post is open.")
    await page.reload()
    await check_page(page, watch)
    visitor = await (await browser.new_context()).new_page()
    answer = await visitor.goto(f"{live}/opportunities/{WRITTEN}")
    assert answer is not None
    assert answer.status == 200
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
    await expect(page.locator("main")).to_contain_text("Lead cyber security for several bodies.")
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
    await page.get_by_role("button", name="Publish post").click()
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
