"""Signing in, as people do it: a link without script, an app, a passkey, and a real provider."""

import asyncio
import json
import re
import socket
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.config import Settings
from app.core.db import make_engine, make_system_sessions, new_id
from app.core.keys import derive_key, seal
from app.core.permissions import Duty
from app.organisations.factors.domain import code_at
from app.organisations.providers.commands import PURPOSE
from app.organisations.providers.models import IdentityProvider
from tests.browser.demo import page_of
from tests.browser.watch import Watch, check_axe, check_page
from tests.conftest import LiveServer, Servers
from tests.messages import link_in_last
from tests.people import make_member, make_organisation, make_person

pytestmark = pytest.mark.browser
SECRET = "the secret of the client"


@pytest.fixture(scope="module")
async def settings(servers: Servers) -> Settings:
    """A database of these tests' own; this machine may be called."""
    return replace(await servers.clone(), outgoing_loopback=True)


@pytest.fixture(scope="module")
async def live(
    settings: Settings, start_live_server: Callable[[Settings], LiveServer]
) -> AsyncIterator[LiveServer]:
    """A server on that database."""
    with start_live_server(settings) as running:
        yield running


@asynccontextmanager
async def database(settings: Settings) -> AsyncIterator[AsyncSession]:
    """The database beside the server, as the system."""
    engine = make_engine(settings.database_url, pool_size=1)
    async with make_system_sessions(engine, settings)() as db:
        yield db
    await engine.dispose()


async def an_officer(settings: Settings, email: str) -> None:
    """An HR officer with this address."""
    async with database(settings) as db:
        person = await make_person(db, email=email, name="Ada Example")
        await make_member(db, await make_organisation(db), Duty.HR, person=person)


async def sign_in_by_link(page: Page, base: str, settings: Settings, email: str) -> None:
    """Ask for a link, read the mail, open the link and press its button."""
    await page.goto(f"{base}/sign-in")
    await page.fill("#email", email)
    await page.click("main form button")
    assert await page.text_content("h1") == "Check your email"
    async with database(settings) as db:
        path = await link_in_last(db, email, "/sign-in/link/")
    await page.goto(base + path)
    await page.click("main form button")


async def test_a_link_and_an_app_without_script(
    browser: Browser, live: LiveServer, settings: Settings
) -> None:
    """Given an HR officer without JavaScript, when they sign in, they come to the dashboard."""
    await an_officer(settings, "link@moor.example")
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await sign_in_by_link(page, live.url, settings, "link@moor.example")
    assert await page.text_content("h1") == "Set up a second factor"
    await page.click("text=Set up an app")
    import base64  # noqa: PLC0415

    secret = base64.b32decode((await page.text_content("#key") or "").replace(" ", ""))
    await page.fill("#code", code_at(secret, int(time.time()) // 30))
    await page.click("main form button")
    assert await page.locator(".cb-codes__one").count() == 10
    await page.click("text=I have them")
    assert await page.text_content("h1") == "Dashboard"
    await page.click("text=Sign out")
    assert await page.text_content("h1") == "You have signed out"
    await sign_in_by_link(page, live.url, settings, "link@moor.example")
    assert await page.text_content("h1") == "Show that it is you"
    await page.fill("#code", code_at(secret, int(time.time()) // 30 + 1))
    await page.click("main form button")
    assert await page.text_content("h1") == "Dashboard"
    await context.close()


async def test_a_passkey_and_every_page_on_the_way(
    page: Page, live: LiveServer, settings: Settings
) -> None:
    """Given a browser with a passkey, when it signs in again, then the passkey is enough."""
    await an_officer(settings, "key@moor.example")
    base = live.url.replace("127.0.0.1", "localhost")
    state = live.server.config.app.state  # type: ignore[union-attr]
    usual, state.settings = state.settings, replace(state.settings, public_url=base)
    watch = Watch.over(page)
    devices = await page.context.new_cdp_session(page)
    await devices.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    await devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    await page.goto(f"{base}/sign-in")
    await check_page(page, watch)
    await sign_in_by_link(page, base, settings, "key@moor.example")
    await check_page(page, watch)
    await page.click("text=Set up a passkey")
    await check_page(page, watch)
    await page.fill("#name", "this computer")
    await page.click("text=Make a passkey")
    await page.wait_for_selector("text=Write down your recovery codes")
    await page.click("text=I have them")
    await page.click("text=Sign out")
    await sign_in_by_link(page, base, settings, "key@moor.example")
    await check_page(page, watch)
    await page.click("text=Use a passkey")
    await page.wait_for_selector("h1:has-text('Dashboard')")
    await page.goto(f"{base}/account/sessions")
    await check_page(page, watch)
    state.settings = usual


async def test_the_warning_before_a_sign_in_ends(
    page: Page, live: LiveServer, settings: Settings
) -> None:
    """Given two minutes are left, when the person wants to stay, then the sign-in is kept up."""
    async with database(settings) as db:
        await make_person(db, email="idle@moor.example")
    await page.clock.install()
    await sign_in_by_link(page, live.url, settings, "idle@moor.example")
    dialog = page.locator("#session-ending")
    assert not await dialog.is_visible()
    await page.clock.run_for(58 * 60_000 + 61_000)
    assert await dialog.is_visible()
    async with page.expect_response("**/account/time-left") as answer:
        await page.click("text=Stay signed in")
    assert (await answer.value).status == 200
    assert not await dialog.is_visible()


@asynccontextmanager
async def a_real_provider(claims: dict[str, Any]) -> AsyncIterator[str]:
    """Another project's identity provider in a process of its own."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "-p", str(port),
        "--user-claims", json.dumps(claims),
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        for _ in range(200):
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.1)
            else:
                writer.close()
                await writer.wait_closed()
                break
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        await process.wait()


async def test_a_real_provider_signs_in(page: Page, live: LiveServer, settings: Settings) -> None:
    """Given a body with a provider, when a member signs in there, they are signed in here."""
    async with a_real_provider({"sub": "ada", "email": "ada@fell.example"}) as address:
        async with database(settings) as db:
            body = await make_organisation(db, slug="fell", name="Fell Council")
            await make_member(db, body, work_email="ada@fell.example")
            key, row_id = derive_key(settings.secret_key, PURPOSE), new_id()
            db.add(
                IdentityProvider(
                    id=row_id,
                    organisation_id=body.id,
                    issuer=address,
                    client_id="crossbench",
                    sealed_secret=seal(key, SECRET.encode(), place=row_id.bytes),
                    domains=["fell.example"],
                    is_enabled=True,
                )
            )
            await db.commit()
        await page.goto(f"{live.url}/sign-in")
        await page.fill("#email", "ada@fell.example")
        await page.click("main form button")
        assert await page.text_content("h1") == "Sign in with Fell Council"
        watch = Watch.over(page)
        await check_page(page, watch)
        await page.click("text=Continue to Fell Council")
        await page.wait_for_url(re.compile(re.escape(address)))
        await page.fill("input[name=sub]", "ada")
        await page.click("button[type=submit], button")
        await page.wait_for_selector("h1:has-text('Dashboard')")
        assert "Fell Council" in (await page.text_content("nav[aria-label=Account]") or "")


async def test_pages_of_a_provider_are_sound(
    browser: Browser, live: LiveServer, settings: Settings
) -> None:
    """Given an administrator, when they set a provider up, each page on the way is sound; so is
    the one that says that signing in there failed.
    """
    async with database(settings) as db:
        body = await make_organisation(db, slug="tarn", name="Tarn Council")
        admin = await make_member(db, body, Duty.ORGANISATION_ADMIN)
        page = await page_of(browser, live.url, settings, db, admin)
    watch = Watch.over(page)
    await page.goto(f"{live.url}/org/tarn/settings/sign-in")
    await check_page(page, watch)
    await page.locator("main").get_by_role("button", name="Save").click()
    await expect(page.locator(".govuk-error-summary")).to_be_visible()
    await check_axe(page)
    await page.goto(f"{live.url}/sign-in/organisation/callback?state=unknown&error=access_denied")
    await check_page(page, watch)
    await page.context.close()
