"""Somebody builds a profile from a role, has a skill confirmed by a link, and sees their gaps."""

import re
from collections.abc import AsyncIterator, Callable

import pytest
from playwright.async_api import Browser, Page, expect
from sqlalchemy import delete

from app.core.config import Settings
from app.demo.queries import find_demo_person
from app.profiles.models import Profile
from tests.browser.demo import make_demo, sessions_of, sign_in
from tests.browser.watch import Watch, check_axe, check_narrow, check_page
from tests.conftest import LiveServer, Servers

pytestmark = pytest.mark.browser

ROLE = "Data analyst: Data analyst"
SKILL = "Data visualisation"


@pytest.fixture(scope="module")
async def live(
    servers: Servers, start_live_server: Callable[[Settings], LiveServer]
) -> AsyncIterator[str]:
    """The demo region, in which this person has said nothing yet."""
    settings = await make_demo(servers)
    async with sessions_of(settings) as sessions, sessions.begin() as db:
        person = await find_demo_person(db, "stella.example@northshire.example")
        assert person is not None
        await db.execute(delete(Profile).where(Profile.person_id == person))
    with start_live_server(settings) as running:
        yield running.url


async def answer(page: Page) -> None:
    """Say how well one has each skill of the role, the first at most."""
    for number, group in enumerate(await page.locator("main section.cb-claim").all()):
        await group.get_by_label("Working" if number % 3 else "Practitioner", exact=True).check()


async def ask(page: Page) -> None:
    """Ask somebody to confirm the skill that is open, and look at what is sent first."""
    await page.get_by_role("button", name="Ask somebody to confirm it").click()
    await page.get_by_label("My manager").check()
    await page.get_by_label("Their name").fill("Ben Example")
    await page.get_by_label("Their email address").fill("ben@elsewhere.example")
    await page.get_by_role("button", name="Look at what is sent").click()


async def link_of(page: Page, live: str) -> str:
    """The link in the mail to whoever was asked."""
    await page.goto(f"{live}/demo/mailbox?to=ben")
    await page.get_by_role("link", name="Can you confirm").first.click()
    found = re.search(r"/confirm-skill/[A-Za-z0-9_-]{43}", await page.content())
    assert found
    return live + found[0]


async def test_a_profile_is_built_confirmed_and_compared(
    page: Page, browser: Browser, live: str
) -> None:
    watch = Watch.over(page)
    await sign_in(page, live, "staff-northshire")
    await page.goto(f"{live}/profile")
    await page.get_by_role("button", name="Start from a role").click()
    await page.get_by_label("Role and level").select_option(label=ROLE)
    await page.get_by_role("button", name="Continue to its skills").click()
    await answer(page)
    await check_axe(page)
    await page.get_by_role("button", name="Save your skills").click()
    await page.goto(f"{live}/profile/skills")
    await page.get_by_role("link", name=SKILL, exact=True).click()
    await page.get_by_role("button", name="Add evidence").click()
    await page.get_by_label("Project").check()
    await page.get_by_label("What was it?").fill("Waiting times on one page")
    await page.get_by_label("Why does it show this skill?").fill("People use it every day.")
    await page.get_by_role("button", name="Save evidence").click()
    await ask(page)
    await check_page(page, watch)
    await page.get_by_role("button", name="Send the request").click()
    await expect(page.get_by_text("Waiting for an answer")).to_be_visible()
    link = await link_of(page, live)
    other = await browser.new_context(
        java_script_enabled=False, viewport={"width": 320, "height": 640}
    )
    colleague = await other.new_page()
    await colleague.goto(link)
    await expect(colleague.get_by_text("People use it every day.")).to_be_visible()
    await check_narrow(colleague)
    await colleague.get_by_label("Yes, I confirm this").check()
    await colleague.get_by_role("button", name="Send my answer").click()
    await expect(colleague.get_by_role("heading", level=1)).to_have_text(
        "Thank you for your answer"
    )
    await colleague.goto(link)
    await expect(colleague.get_by_role("button", name="Send my answer")).to_have_count(0)
    await other.close()
    await page.goto(f"{live}/profile/skills")
    await expect(page.get_by_text("Confirmed by Ben Example")).to_be_visible()
    await page.goto(f"{live}/profile/gaps")
    await check_page(page, watch)
    await page.get_by_label("Role and level").select_option(
        label="Data analyst: Senior data analyst"
    )
    await page.get_by_role("button", name="Compare").click()
    await expect(page.get_by_role("img", name="Skill by skill")).to_be_visible()
    await expect(page.get_by_text("One level short").first).to_be_visible()
    await check_page(page, watch)


async def test_the_same_without_script(browser: Browser, live: str) -> None:
    context = await browser.new_context(
        java_script_enabled=False, viewport={"width": 320, "height": 640}
    )
    page = await context.new_page()
    await sign_in(page, live, "manager-eastmoor")
    await page.goto(f"{live}/profile/import")
    content = b"Skill;Level;Last used\r\nAgile working;expert;2025\r\nAgil workin;2;\r\n"
    await page.get_by_label("File", exact=True).set_input_files(
        {"name": "hr.csv", "mimeType": "text/csv", "buffer": content}
    )
    await page.get_by_role("button", name="Look at what it says").click()
    await expect(page.get_by_text("Line 3: Agil workin")).to_be_visible()
    await check_narrow(page)
    await page.get_by_role("button", name="Import this").click()
    await expect(page.get_by_role("alert")).to_contain_text("Imported: 1 skill")
    await page.goto(f"{live}/profile/gaps?with=service-designer/lead-service-designer")
    await expect(page.get_by_role("img", name="Skill by skill")).to_be_visible()
    await expect(page.get_by_role("heading", name="What to learn")).to_be_visible()
    await check_narrow(page)
    await context.close()


async def test_pages_of_imports_and_requests_are_accessible(page: Page, live: str) -> None:
    await sign_in(page, live, "staff-eastmoor")
    for path in ("/profile/import", "/profile/confirmations", "/profile/changed-skills"):
        await page.goto(f"{live}{path}")
        await check_axe(page)
        await check_narrow(page)
