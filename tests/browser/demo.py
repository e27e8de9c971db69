"""What journeys in a browser share: the demo region, coming as people, filling pages in, work."""

import hashlib
import json
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from litestar.stores.redis import RedisStore
from playwright.async_api import Browser, Page, expect
from redis.asyncio import Redis
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from app.core.actor import PERSON_SESSION
from app.core.clock import london_today
from app.core.config import Settings
from app.core.db import make_engine, make_system_sessions
from app.core.outbox import Outbox, run_row
from app.core.sessions import IDLE_SECONDS
from app.demo.commands import load_region
from app.opportunities.domain import KIND_NAMES, OpportunityKind
from app.opportunities.writing.domain import SECTION_NAMES, Section
from app.organisations.models import Membership, Person
from app.worker import JOBS
from tests.conftest import Servers
from tests.people import make_sign_in


@asynccontextmanager
async def sessions_of(settings: Settings) -> AsyncIterator[async_sessionmaker[AsyncSession]]:
    """Sessions beside the server, as the system."""
    engine = make_engine(settings.database_url, pool_size=1)
    yield make_system_sessions(engine, settings)
    await engine.dispose()


async def make_demo(servers: Servers) -> Settings:
    """A database of its own with the framework and the demo region."""
    settings = await servers.clone_with_framework()
    async with sessions_of(settings) as sessions, sessions.begin() as db:
        await load_region(db, now=datetime.now(UTC), today=london_today())
    return settings


async def work(settings: Settings, *jobs: str) -> int:
    """Do what waits for the worker, or only these jobs of it; gives how many there were."""
    async with sessions_of(settings) as sessions:
        async with sessions() as db:
            waiting = select(Outbox.id).where(Outbox.done_at.is_(None)).order_by(Outbox.id)
            if jobs:
                waiting = waiting.where(Outbox.job.in_(jobs))
            found = (await db.scalars(waiting)).all()
        for row_id in found:
            await run_row(sessions, JOBS, str(row_id))
    return len(found)


async def sign_in(page: Page, base: str, persona: str) -> None:
    """Come as one of the people of the demo."""
    await page.goto(f"{base}/demo")
    chosen = f'form:has(input[name="persona"][value="{persona}"])'
    await page.locator(f'{chosen} button, button[name="persona"][value="{persona}"]').first.click()


async def come_as(browser: Browser, base: str, persona: str) -> Page:
    """The same in a browser of the person's own; its context is the test's to close."""
    page = await (await browser.new_context()).new_page()
    await sign_in(page, base, persona)
    return page


async def page_of(
    browser: Browser,
    base: str,
    settings: Settings,
    db: AsyncSession,
    member: Membership | None = None,
    person: Person | None = None,
    **options: Any,
) -> Page:
    """A page signed in as somebody who gave a second factor, as if they had come by a link."""
    signed_in = await make_sign_in(db, member, person)
    browser_id = secrets.token_hex(32)
    kept = {"made_at": int(time.time()), "values": {PERSON_SESSION: str(signed_in.id)}}
    redis = Redis.from_url(settings.redis_url)
    key = hashlib.sha256(browser_id.encode()).hexdigest()
    store = RedisStore(redis, namespace="crossbench:session")
    await store.set(key, json.dumps(kept, sort_keys=True), expires_in=IDLE_SECONDS)
    await redis.aclose()
    context = await browser.new_context(**options)
    await context.add_cookies([{"name": "session", "value": browser_id, "url": base}])
    return await context.new_page()


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
    """Begin a post; its task list is open afterwards."""
    await page.goto(f"{base}/org/{org}/posts/new")
    await page.get_by_label(KIND_NAMES[kind], exact=True).check()
    await page.get_by_label("Title of the post").fill(title)
    await page.get_by_role("button", name="Continue").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(title)


async def choose_role(page: Page) -> None:
    """From the task list: the role and its level, which bring the skills."""
    await page.get_by_role("link", name=SECTION_NAMES[Section.ROLE], exact=True).click()
    option = page.locator("#role option", has_text="Security architect (")
    await page.select_option("#role", await option.get_attribute("value"))
    await save(page)
    await page.get_by_label("Lead security architect").check()
    await save(page)
    await expect(page.locator("#skills-status")).to_have_text("Filled in, please check")
