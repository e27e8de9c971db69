"""Two at once, on real connections: one row, one split, and a clear answer for the other."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.cofunding import commands
from app.cofunding.changes import PledgeTerms, Wanted
from app.cofunding.models import Pledge
from app.core.db import make_engine, make_system_sessions
from app.core.errors import DomainError
from app.costsharing.splits.models import CostSplit
from tests.cofunding.region import DAYS, SUM, Region, make_region
from tests.conftest import Servers

Act = Callable[[AsyncSession], Awaitable[Any]]


class Place:
    """A region in a database of its own, and two connections to work on it at once."""

    def __init__(self, region: Region, sessions: Any) -> None:
        self.region, self.sessions = region, sessions

    async def both(self, *acts: Act) -> list[Any]:
        """Run the acts at once, each in a transaction of its own; refusals are answers."""

        async def run(act: Act) -> Any:
            try:
                async with self.sessions.begin() as db:
                    await act(db)
            except DomainError as error:
                return error.code
            return "done"

        async with asyncio.timeout(30):
            return sorted(await asyncio.gather(*(run(act) for act in acts)))

    async def count(self, table: Any) -> int:
        async with self.sessions() as db:
            return await db.scalar(select(func.count()).select_from(table)) or 0


@pytest.fixture
async def place(servers: Servers) -> AsyncIterator[Place]:
    settings = await servers.clone()
    engine = make_engine(settings.database_url, pool_size=4)
    sessions = make_system_sessions(engine, settings)
    async with sessions() as db:
        region = await make_region(db)
        await region.pledge(region.eastmoor, "2")
        await region.approve(region.eastmoor)
        await db.commit()
        yield Place(region, sessions)
    await engine.dispose()


async def test_two_closings_make_one_split(place: Place) -> None:
    region = place.region
    actor = await region.act(region.employer.finance)
    sha256 = (await region.figures()).sha256

    async def close(db: AsyncSession) -> None:
        await commands.close_funding(db, actor, slug=region.slug, seen_sha256=sha256)

    assert await place.both(close, close) == ["done", "funding-closed"]
    assert await place.count(CostSplit) == 1


async def test_one_pledge_of_a_body_however_often_it_is_sent(place: Place) -> None:
    region = place.region
    actor = await region.act(region.harbour.hr)

    async def pledge(db: AsyncSession) -> None:
        wanted = Wanted(PledgeTerms(DAYS, "1"), in_principle=True)
        await commands.make_pledge(db, actor, slug=region.slug, wanted=wanted)

    assert await place.both(pledge, pledge) == ["done", "done"]
    assert await place.count(Pledge) == 2


async def test_a_pledge_and_a_closing_do_not_cross(place: Place) -> None:
    region = place.region
    officer, hr = await region.act(region.employer.finance), await region.act(region.harbour.hr)
    sha256 = (await region.figures()).sha256

    async def close(db: AsyncSession) -> None:
        await commands.close_funding(db, officer, slug=region.slug, seen_sha256=sha256)

    async def pledge(db: AsyncSession) -> None:
        wanted = Wanted(PledgeTerms(SUM, "9000.00"), in_principle=True)
        await commands.make_pledge(db, hr, slug=region.slug, wanted=wanted)

    answers = await place.both(close, pledge)
    # Whoever was first: a closed funding takes no pledge, and a sum that changes what the approved
    # body pays leaves nothing approved to close.
    assert answers in (["done", "funding-closed"], ["done", "nothing-approved"])


async def test_an_approval_and_a_change_do_not_cross(place: Place) -> None:
    region = place.region
    mine = await region.pledge(region.harbour, "1")
    await region.db.commit()
    officer, hr = await region.act(region.harbour.finance), await region.act(region.harbour.hr)
    sha256, version = (await region.figures()).sha256, mine.version

    async def approve(db: AsyncSession) -> None:
        await commands.approve_pledge(db, officer, slug=region.slug, seen_sha256=sha256)

    async def change(db: AsyncSession) -> None:
        wanted = Wanted(PledgeTerms(DAYS, "2"), in_principle=True)
        await commands.make_pledge(db, hr, slug=region.slug, wanted=wanted, seen=version)

    answers = await place.both(approve, change)
    assert answers in (["done", "figures-changed"], ["done", "pledge-changed"])
