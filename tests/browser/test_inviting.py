"""A body finds somebody for a post and invites them; they are told by email and show interest."""

import uuid
from collections.abc import AsyncIterator, Callable

import pytest
from playwright.async_api import Browser, Page, expect
from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.config import Settings
from app.matching import following
from app.matching.alerts.models import Alert
from app.matching.alerts.sending import send_due
from app.opportunities.models import Opportunity
from app.organisations.models import Person
from app.profiles.models import Profile
from tests.browser.demo import come_as, make_demo, sessions_of, sign_in, work
from tests.browser.watch import Watch, check_axe, check_narrow, check_page
from tests.conftest import LiveServer, Servers

pytestmark = pytest.mark.browser
TITLE = "Data analyst for the housing register"
SECRETS = ("SCP 28", "Grade 8", "@northshire")


@pytest.fixture(scope="module")
async def settings(servers: Servers) -> Settings:
    made = await make_demo(servers)
    async with sessions_of(made) as sessions, sessions.begin() as db:
        await following.look_after(db)
    return made


@pytest.fixture(scope="module")
async def live(
    settings: Settings, start_live_server: Callable[[Settings], LiveServer]
) -> AsyncIterator[str]:
    with start_live_server(settings) as running:
        yield running.url


async def post_path(settings: Settings) -> str:
    async with sessions_of(settings) as sessions, sessions() as db:
        slug = (await db.scalars(select(Opportunity.slug).where(Opportunity.title == TITLE))).one()
    return f"/org/eastmoor/posts/{slug}"


async def _profile_of(db: AsyncSession, name: str) -> uuid.UUID:
    wanted = select(Profile.id).join(Person, Person.id == Profile.person_id)
    return (await db.scalars(wanted.where(Person.name == name))).one()


async def test_hr_finds_somebody_invites_them_and_they_show_interest(
    browser: Browser, live: str, settings: Settings
) -> None:
    path = await post_path(settings)
    hr = await come_as(browser, live, "hr-eastmoor")
    watch = Watch.over(hr)
    await hr.goto(f"{live}{path}/people")
    await check_page(hr, watch)
    await hr.get_by_role("link", name="Stella Example").click()
    await expect(hr.get_by_text("Meets all 2 must-haves")).to_be_visible()
    await check_axe(hr)
    for secret in SECRETS:
        assert secret not in await hr.content()
    await expect(hr.locator("dt", has_text="Pay")).to_be_visible()
    await hr.get_by_role("button", name="Invite to apply").click()
    await hr.get_by_label("A few words to them").fill("Your work on repairs convinced us.")
    await hr.get_by_role("button", name="Send the invitation").press("Enter")
    await expect(hr.get_by_text("Waiting for an answer")).to_be_visible()
    await check_page(hr, watch)
    await work(settings, "notifications.deliver")

    staff = await (await browser.new_context(java_script_enabled=False)).new_page()
    await sign_in(staff, live, "staff-northshire")
    await staff.goto(f"{live}/demo/mailbox")
    await staff.get_by_role("link", name=f"Invitation to apply: {TITLE}").first.click()
    await staff.get_by_role("region", name="Text").get_by_role("link").first.click()
    await expect(staff.get_by_role("heading", level=1)).to_have_text(TITLE)
    await check_narrow(staff)
    await expect(staff.get_by_text("You have not applied by this")).to_be_visible()
    await staff.get_by_role("button", name="I am interested").click()
    await expect(staff.get_by_text("You showed interest")).to_be_visible()
    await staff.goto(f"{live}/profile/access-log")
    await expect(staff.get_by_text(TITLE).first).to_be_visible()
    await hr.goto(f"{live}{path}/people")
    await expect(hr.get_by_text("Interested")).to_be_visible()
    for secret in SECRETS:
        assert secret not in await hr.content()
    assert not watch.complaints
    await staff.context.close()
    await hr.context.close()


async def test_an_alert_about_posts_that_suit_comes_by_email(
    page: Page, live: str, settings: Settings
) -> None:
    watch = Watch.over(page)
    await sign_in(page, live, "staff-northshire")
    await page.goto(f"{live}/matches")
    await page.get_by_role("link", name="Tell me about new posts that suit me").click()
    await check_page(page, watch)
    await page.get_by_label("Once a day").check()
    await page.get_by_role("button", name="Save this alert").click()
    made = page.get_by_role("link", name="Posts that suit your profile", exact=True)
    await expect(made).to_be_visible()
    async with sessions_of(settings) as sessions, sessions.begin() as db:
        earlier = text("interval '3 days'")
        moved = {Alert.started_at: Alert.started_at - earlier}
        moved[Alert.covered_to] = Alert.covered_to - earlier
        await db.execute(update(Alert).values(moved))
        assert await send_due(db) == 1
    await work(settings, "notifications.deliver")
    await page.goto(f"{live}/demo/mailbox")
    await page.get_by_role("link", name=f"New post: {TITLE}").first.click()
    await expect(page.get_by_role("region", name="Text")).to_contain_text(
        "Posts that suit your profile"
    )
    assert not watch.complaints


@pytest.mark.parametrize(
    ("persona", "sees"),
    [("hr-eastmoor", ["Stella Example"]), ("hr-harbour-nhs", ["Person "]), ("hr-northshire", [])],
)
async def test_three_bodies_see_three_things_of_one_person(
    page: Page, live: str, settings: Settings, persona: str, sees: list[str]
) -> None:
    """The one that was named sees the name, another skills alone, and the own employer nothing."""
    async with sessions_of(settings) as sessions, sessions() as db:
        profile = await _profile_of(db, "Stella Example")
    org = persona.removeprefix("hr-")
    await sign_in(page, live, persona)
    answer = await page.goto(f"{live}/org/{org}/profiles/{profile}")
    assert answer is not None
    seen = await page.locator("main").inner_text()
    if not sees:
        assert answer.status == 404
    assert ("Stella Example" in seen) == (persona == "hr-eastmoor")
    assert ("Waiting times for housing repairs" in seen) == (persona == "hr-eastmoor")
    assert ("Data visualisation" in seen) == bool(sees)
    for secret in SECRETS:
        assert secret not in seen


async def test_the_count_follows_what_is_chosen_with_script_and_without(
    browser: Browser, live: str, settings: Settings
) -> None:
    path = await post_path(settings)
    page = await come_as(browser, live, "hr-eastmoor")
    watch = Watch.over(page)
    await page.goto(f"{live}{path}/edit/skills")
    region = page.locator("#people-count")
    await expect(region.get_by_role("button", name="Count again")).to_be_hidden()
    said = region.get_by_role("status")
    await expect(said).to_contain_text("Fewer than 5 people")
    await check_axe(page)
    async with page.expect_response(lambda r: r.request.method == "POST") as answered:
        await page.locator('[name="skills-0-level"]').select_option("4")
    assert (await answered.value).ok
    await expect(said).to_contain_text("Fewer than 5 people")
    assert not watch.complaints
    await page.context.close()
    plain = await (await browser.new_context(java_script_enabled=False)).new_page()
    await sign_in(plain, live, "hr-eastmoor")
    await plain.goto(f"{live}{path}/edit/skills")
    await plain.locator('[name="skills-0-level"]').select_option("4")
    await plain.get_by_role("button", name="Count again").click()
    await expect(plain.locator('[name="skills-0-level"]')).to_have_value("4")
    await expect(plain.get_by_role("status")).to_contain_text("Fewer than 5 people")
    await plain.context.close()
