"""An organisation joins: it applies, is verified, invites its HR, and HR begins a post."""

import base64
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Final

import pytest
from playwright.async_api import Browser, Page, expect

from app.core.config import Settings
from app.organisations.factors.domain import code_at
from tests.browser.demo import fill, page_of, save, sessions_of
from tests.browser.watch import Watch, check_axe, check_narrow, check_page
from tests.conftest import LiveServer, Servers
from tests.messages import link_in_last
from tests.organisations.test_joining import ANSWERS, fill_in_quickly
from tests.people import make_person

pytestmark = pytest.mark.browser
NAME: Final = "Northshire Council"
ADA: Final = "ada@it.northshire.example"
HANA: Final = "hana@northshire.example"
# What the pages ask, task by task; a second domain is a second row, which one page adds.
TYPED: Final = {**ANSWERS, "domains": {"domains-0-domain": "northshire.example"}}

Answer = Callable[[Page, dict[str, Any]], Awaitable[None]]


@pytest.fixture
async def settings(servers: Servers) -> Settings:
    """An exchange without organisations."""
    return await servers.clone()


@pytest.fixture
async def live(
    settings: Settings, start_live_server: Callable[[Settings], LiveServer]
) -> AsyncIterator[str]:
    """A server on it."""
    with start_live_server(settings) as running:
        yield running.url


async def open_link(page: Page, base: str, settings: Settings, email: str, prefix: str) -> None:
    """Open the link in the newest mail to somebody."""
    async with sessions_of(settings) as sessions, sessions() as db:
        path = await link_in_last(db, email, prefix)
    await page.goto(base + path)


async def press(page: Page, name: str) -> None:
    """Press the one button in sight with this name."""
    await page.locator("main").get_by_role("button", name=name, exact=True).click()


async def begin(page: Page, base: str) -> str:
    """From the foot of the first page to the tasks of an application; gives their address."""
    await page.goto(base)
    await page.get_by_role("link", name="Join as an organisation", exact=True).click()
    await press(page, "Start now")
    return page.url


async def do_tasks(page: Page, tasks: str, answer: Answer) -> None:
    """Answer task after task."""
    for slug, typed in TYPED.items():
        await page.goto(f"{tasks}/{slug}")
        await answer(page, typed)
        await expect(page).not_to_have_url(f"{tasks}/{slug}")
    await page.goto(tasks)
    await expect(page.locator("main")).to_contain_text("You have completed 8 of 8 tasks.")


async def register_wrong_first(page: Page, tasks: str, watch: Watch) -> None:
    """A number of another register is refused beside its field, and mended there."""
    await page.goto(f"{tasks}/register")
    await check_page(page, watch)
    await fill(page, {**TYPED["register"], "number": "RX1"})
    await save(page)
    await expect(page).to_have_title("Error: Number in a public register – Crossbench")
    said = "ONS code must be a letter and 8 numbers, like E06012345"
    await expect(page.locator("#number-error")).to_contain_text(said)
    await expect(page.get_by_label("ONS code")).to_be_checked()
    await expect(page.locator(".govuk-error-summary")).to_be_focused()
    await check_axe(page)
    await page.get_by_role("link", name=said).click()
    await expect(page.locator("#number")).to_be_focused()
    await page.keyboard.press("ControlOrMeta+a")
    await page.keyboard.type(TYPED["register"]["number"])
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(f"{tasks}/domains")  # the next task


async def sign_in_by_link(page: Page, base: str, settings: Settings, email: str) -> None:
    """Ask for a link, open it, and set up an app as second factor, which a duty needs."""
    await page.goto(f"{base}/sign-in")
    await page.fill("#email", email)
    await page.click("main form button")
    await open_link(page, base, settings, email, "/sign-in/link/")
    await page.click("main form button")
    await set_up_app(page)


async def set_up_app(page: Page) -> None:
    """Somebody who holds a duty sets up a second factor before anything else."""
    await expect(page.get_by_role("heading", level=1)).to_have_text("Set up a second factor")
    await page.get_by_text("Set up an app").click()
    await check_axe(page)
    secret = base64.b32decode((await page.text_content("#key") or "").replace(" ", ""))
    await page.fill("#code", code_at(secret, int(time.time()) // 30))
    await page.click("main form button")
    await check_axe(page)
    await page.get_by_text("I have them").click()


async def verify(browser: Browser, base: str, settings: Settings) -> None:
    """The operator, who has given a second factor, looks the body up and verifies it."""
    async with sessions_of(settings) as sessions, sessions() as db:
        operator = await make_person(db, name="Odile Operator", is_operator=True)
        page = await page_of(browser, base, settings, db, person=operator)
    watch = Watch.over(page)
    await page.goto(f"{base}/dashboard")
    await page.get_by_role("link", name="1 application to join").click()
    await check_page(page, watch)
    await page.get_by_role("link", name=NAME).click()
    await expect(page.locator("main")).to_contain_text("E06012345")
    await check_axe(page)
    await press(page, "Verify")
    await check_axe(page)
    await page.get_by_label("I have looked its number up").check()
    await press(page, "Verify")
    await expect(page.locator("main")).to_contain_text(f"{NAME}: verified")
    assert watch.complaints == []
    await page.context.close()


async def invite_hr(page: Page, watch: Watch) -> None:
    """From the dashboard of the administrator: invite somebody to HR."""
    await page.get_by_role("link", name="People", exact=True).click()
    await check_page(page, watch)
    await page.get_by_role("button", name="Invite somebody").click()
    await check_axe(page)
    await page.get_by_label("Work email address", exact=True).fill(HANA)
    await page.get_by_label("HR", exact=True).check()
    await press(page, "Send the invitation")
    await expect(page.locator("main")).to_contain_text(f"Invitation sent to {HANA}")
    await check_axe(page)
    assert watch.complaints == []


async def test_each_task_and_a_wrong_number(page: Page, live: str) -> None:
    """Given an application, when its number is wrong, it is mended beside the field; each page of
    a task is sound.
    """
    watch = Watch.over(page)
    tasks = await begin(page, live)
    await check_page(page, watch)
    await register_wrong_first(page, tasks, watch)
    for slug in TYPED:
        await page.goto(f"{tasks}/{slug}")
        await check_axe(page)
    assert watch.complaints == []


async def test_an_organisation_joins_and_its_hr_begins_a_post(
    page: Page, browser: Browser, live: str, settings: Settings
) -> None:
    """Given a whole application, when it is sent, confirmed and verified, and HR invited, then HR
    can begin a post, which nobody of the organisation could before.
    """
    watch = Watch.over(page)
    tasks = await begin(page, live)
    async with sessions_of(settings) as sessions, sessions() as db:
        await fill_in_quickly(db, tasks)
    await page.reload()
    await page.get_by_role("link", name="Check your answers and accept the terms").click()
    await check_axe(page)
    await check_narrow(page)
    await page.get_by_label("I accept the participation terms").check()
    await press(page, "Accept and send")
    await open_link(page, live, settings, ADA, "/join/confirm/")
    await check_axe(page)
    await press(page, "Confirm and send")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Application sent")

    await sign_in_by_link(page, live, settings, ADA)
    await expect(page.get_by_role("heading", level=1)).to_have_text("Dashboard")
    await check_axe(page)
    await page.get_by_role("link", name="All posts").click()
    organisation = page.url.rpartition("/")[0]
    await page.goto(f"{organisation}/posts/new")
    why = "You cannot write posts yet: your organisation is not verified."
    await expect(page.locator("main")).to_contain_text(why)
    await check_axe(page)
    await verify(browser, live, settings)
    await page.goto(f"{live}/dashboard")
    await invite_hr(page, watch)

    hana = await (await browser.new_context()).new_page()
    await open_link(hana, live, settings, HANA, "/invitations/")
    await check_axe(hana)
    await hana.get_by_label("Your name").fill("Hana Example")
    await press(hana, "Accept the invitation")
    await set_up_app(hana)
    await expect(hana.get_by_role("heading", level=1)).to_have_text(NAME)
    await hana.goto(f"{live}/dashboard")
    await hana.get_by_role("link", name="write a new one").click()
    await hana.get_by_label("Jointly funded post", exact=True).check()
    await hana.get_by_label("Title of the post").fill("Shared data protection officer")
    await press(hana, "Continue")
    await expect(hana.locator("main")).to_contain_text("Draft")
    await hana.context.close()


async def type_in(page: Page, answers: dict[str, Any]) -> None:
    """Answer a page with the keyboard alone: Tab to each field, type or choose, then Enter."""
    for name, value in answers.items():
        for _ in range(60):
            await page.keyboard.press("Tab")
            at = await page.evaluate(
                "() => { const e = document.activeElement;"
                " return {name: e.name, kind: e.type || e.tagName, value: e.value}; }"
            )
            if at["name"] == name:
                break
        else:
            raise AssertionError(f"Tab does not reach {name}")
        if at["kind"] == "radio":
            steps = await page.evaluate(
                "([name, from, to]) => { const all ="
                " [...document.querySelectorAll(`input[name='${name}']`)].map(e => e.value);"
                " return all.indexOf(to) - all.indexOf(from); }",
                [name, at["value"], value],
            )
            await page.keyboard.press("Space")
            for _ in range(steps):
                await page.keyboard.press("ArrowDown")
        elif at["kind"] == "checkbox":
            await page.keyboard.press("Space")
        elif at["kind"] == "select-one":
            label = await page.evaluate(
                "value => [...document.activeElement.options].find(o => o.value === value).text",
                value,
            )
            await page.keyboard.type(label)
        else:
            await page.keyboard.type(str(value))
    await page.keyboard.press("Enter")


async def test_applying_by_keyboard_alone(page: Page, live: str) -> None:
    """Given somebody without a mouse, when they apply, then every answer is taken."""
    tasks = await begin(page, live)

    async def answer(asked: Page, typed: dict[str, Any]) -> None:
        await type_in(asked, {name: value for name, value in typed.items() if value})

    await do_tasks(page, tasks, answer)
    await page.goto(f"{tasks}/check")
    await expect(page.locator("main")).to_contain_text("Sam Sponsor Example")
    await type_in(page, {"accepts": "yes"})
    await expect(page.get_by_role("heading", level=1)).to_have_text("Confirm your email address")


async def test_applying_without_script(browser: Browser, live: str, settings: Settings) -> None:
    """Given no JavaScript and a narrow screen, when they apply, then the application is sent."""
    context = await browser.new_context(
        java_script_enabled=False, viewport={"width": 320, "height": 640}
    )
    page = await context.new_page()
    tasks = await begin(page, live)

    async def answer(asked: Page, typed: dict[str, Any]) -> None:
        await fill(asked, typed)
        await save(asked)

    await do_tasks(page, tasks, answer)
    await page.goto(f"{tasks}/domains")
    await press(page, "Add another domain")
    await page.fill('[name="domains-1-domain"]', "gmail.com")
    await save(page)
    await expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    await page.fill('[name="domains-1-domain"]', "ns.example")
    await save(page)
    await page.goto(f"{tasks}/check")
    await expect(page.locator("main")).to_contain_text("ns.example")
    await page.check('[name="accepts"]')
    await press(page, "Accept and send")
    await open_link(page, live, settings, ADA, "/join/confirm/")
    await press(page, "Confirm and send")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Application sent")
    await context.close()
