"""Two people at once: of two moves of one post exactly one is made, and no save is lost."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

from app.core.clock import london_today
from app.core.db import make_engine, make_system_sessions
from app.core.errors import MoveRefused, Stale
from app.opportunities.models import Opportunity, OpportunityHistory
from app.opportunities.publishing import commands
from app.opportunities.writing.commands import save_section
from app.opportunities.writing.domain import Section
from tests.conftest import Servers
from tests.opportunities.bodies import Body, make_body
from tests.opportunities.posts import make_whole_post

Sessions = async_sessionmaker[AsyncSession]


@pytest.fixture(scope="module")
async def sessions(servers: Servers) -> AsyncIterator[Sessions]:
    """Sessions on a database of these tests' own, whose transactions are real ones."""
    settings = await servers.clone()
    engine: AsyncEngine = make_engine(settings.database_url, pool_size=5)
    yield make_system_sessions(engine, settings)
    await engine.dispose()


async def made(sessions: Sessions, **changes: Any) -> tuple[Body, str]:
    async with sessions() as db:
        body = await make_body(db)
        post = await make_whole_post(db, body.organisation.id, today=london_today(), **changes)
        return body, post.slug


async def outcomes(sessions: Sessions, *calls: Any) -> list[str]:
    """What became of commands that ran at once, each in a transaction of its own."""

    async def one(call: Any) -> str:
        try:
            async with sessions() as db, db.begin():
                await call(db)
        except (MoveRefused, Stale) as refused:
            return type(refused).__name__
        return "done"

    return sorted(await asyncio.gather(*(one(call) for call in calls)))


async def moves_of(sessions: Sessions, slug: str) -> int:
    async with sessions() as db:
        return (
            await db.scalar(
                select(func.count())
                .select_from(OpportunityHistory)
                .join(Opportunity, Opportunity.id == OpportunityHistory.opportunity_id)
                .where(Opportunity.slug == slug)
            )
            or 0
        )


async def test_a_post_is_published_once(sessions: Sessions) -> None:
    body, slug = await made(sessions)

    async def publish(db: AsyncSession) -> None:
        await commands.publish(db, body.hr, slug)

    assert await outcomes(sessions, *[publish] * 4) == [*["MoveRefused"] * 3, "done"]
    assert await moves_of(sessions, slug) == 1


async def test_filling_and_withdrawing_at_once_end_a_post_once(sessions: Sessions) -> None:
    body, slug = await made(sessions, status="open")

    async def fill(db: AsyncSession) -> None:
        await commands.fill(db, body.hr, slug)

    async def withdraw(db: AsyncSession) -> None:
        await commands.withdraw(db, body.hr, slug, reason="No longer needed")

    assert await outcomes(sessions, fill, withdraw) == ["MoveRefused", "done"]
    assert await moves_of(sessions, slug) == 1


async def test_of_two_saves_of_a_section_one_is_told(sessions: Sessions) -> None:
    body, slug = await made(sessions)

    def saving(place: str) -> Any:
        async def save(db: AsyncSession) -> None:
            values = {"place": place, "region": "wales", "postcode_area": None}
            await save_section(db, body.hr, slug, section=Section.PLACE, values=values, seen=0)

        return save

    assert await outcomes(sessions, saving("Here"), saving("There")) == ["Stale", "done"]


async def test_two_workers_close_a_post_once(sessions: Sessions) -> None:
    _, slug = await made(sessions, status="open", closes_on=london_today())
    tomorrow = london_today().replace(year=london_today().year + 1)

    async def close(db: AsyncSession) -> None:
        await commands.close_due(db, tomorrow)

    assert await outcomes(sessions, *[close] * 3) == ["done"] * 3
    assert await moves_of(sessions, slug) == 1
