"""Two at once, on real connections: one outcome, and a clear answer for the other."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.cofunding.fitting import commands
from app.cofunding.fitting.domain import Employs, FitStatus
from app.cofunding.fitting.models import Fit, FitSide
from app.core.db import make_engine, make_system_sessions
from app.core.errors import DomainError
from app.opportunities.domain import OpportunityKind
from app.opportunities.models import Opportunity
from tests.cofunding.fitting.made import Two, make_two
from tests.conftest import Servers

Act = Callable[[AsyncSession], Awaitable[Any]]


class Place:
    """Two bodies in a database of its own, and connections to work on it at once."""

    def __init__(self, two: Two, sessions: Any) -> None:
        self.two, self.sessions = two, sessions

    async def at_once(self, *acts: Act) -> list[str]:
        """Run the acts at once, each in a transaction of its own; refusals are answers."""

        async def run(act: Act) -> str:
            try:
                async with self.sessions.begin() as db:
                    await act(db)
            except DomainError as error:
                return error.code
            return "done"

        async with asyncio.timeout(30):
            return sorted(await asyncio.gather(*(run(act) for act in acts)))

    async def accepting(self, name: str, employs: Employs = Employs.EITHER) -> Act:
        """A yes of one of the two."""
        fit, body = await self.two.fit(), getattr(self.two, name)
        actor, fit_id = await self.two.act(body.hr), fit.id
        await self.two.db.commit()

        async def accept(db: AsyncSession) -> None:
            await commands.accept_fit(db, actor, fit_id=fit_id, employs=employs)

        return accept

    async def status(self) -> tuple[str, set[str]]:
        """Where the proposal and all its sides stand."""
        async with self.sessions() as db:
            fit = await db.scalar(select(Fit.status))
            return str(fit), set(await db.scalars(select(FitSide.status)))


@pytest.fixture
async def place(servers: Servers) -> AsyncIterator[Place]:
    settings = await servers.clone_with_framework()
    engine = make_engine(settings.database_url, pool_size=6)
    sessions = make_system_sessions(engine, settings)
    async with sessions() as db:
        two = await make_two(db)
        await two.notice()
        yield Place(two, sessions)
    await engine.dispose()


async def test_both_say_yes_at_once_and_several_times(place: Place) -> None:
    one, other = await place.accepting("one"), await place.accepting("other")
    assert await place.at_once(one, other, one, other) == ["done"] * 4
    assert await place.status() == (FitStatus.AGREED, {FitStatus.AGREED})
    async with place.sessions() as db:
        sides = (await db.scalars(select(FitSide))).all()
        assert all(len(side.partners) == 1 for side in sides)
        assert sorted(bool(side.is_lead) for side in sides) == [False, True]


async def test_a_yes_and_a_no_do_not_cross(place: Place) -> None:
    await place.at_once(await place.accepting("one"))
    fit, actor = await place.two.fit(), await place.two.act(place.two.one.hr)
    fit_id = fit.id
    await place.two.db.commit()

    async def decline(db: AsyncSession) -> None:
        await commands.decline_fit(db, actor, fit_id=fit_id, reason="No.", never_again=False)

    answers = await place.at_once(decline, await place.accepting("other"))
    assert answers in (["done", "done"], ["done", "fit-move-refused"])
    assert (await place.status())[0] == FitStatus.DECLINED


async def test_two_noticings_propose_once_and_a_withdrawal_is_seen(place: Place) -> None:
    async with place.sessions.begin() as db:
        await db.execute(update(Opportunity).values(status="hidden"))

    async def notice(db: AsyncSession) -> None:
        await commands.notice_fits(db)

    assert await place.at_once(notice, notice) == ["done", "done"]
    assert await place.status() == (FitStatus.WITHDRAWN, {FitStatus.WITHDRAWN})
    async with place.sessions.begin() as db:
        await db.execute(update(Opportunity).values(status="open"))
    assert await place.at_once(notice, notice, notice) == ["done"] * 3
    async with place.sessions() as db:
        live = select(func.count()).select_from(Fit).where(Fit.status == FitStatus.PROPOSED)
        assert await db.scalar(live) == 1


async def test_two_drafts_are_one(place: Place) -> None:
    await place.at_once(await place.accepting("one", Employs.WE))
    await place.at_once(await place.accepting("other", Employs.OTHERS))
    fit, actor = await place.two.fit(), await place.two.act(place.two.one.hr)
    fit_id = fit.id
    await place.two.db.commit()

    async def draft(db: AsyncSession) -> None:
        await commands.draft_joint_post(db, actor, fit_id=fit_id)

    assert await place.at_once(draft, draft, draft) == ["done"] * 3
    async with place.sessions() as db:
        shared = Opportunity.kind == OpportunityKind.SHARED_POST
        count = select(func.count()).select_from(Opportunity).where(shared)
        assert await db.scalar(count) == 1


async def test_who_employs_is_asked_again_once_the_draft_has_its_turn(place: Place) -> None:
    await place.at_once(await place.accepting("one", Employs.WE))
    await place.at_once(await place.accepting("other", Employs.EITHER))
    fit, actor = await place.two.fit(), await place.two.act(place.two.one.hr)
    fit_id = fit.id
    await place.two.db.commit()
    swap = [await place.accepting(*to) for to in (("other", Employs.WE), ("one", Employs.OTHERS))]

    async def draft(db: AsyncSession) -> None:
        await commands.draft_joint_post(db, actor, fit_id=fit_id)

    async with asyncio.timeout(30), place.sessions.begin() as db:
        for say in swap:
            await say(db)
        waiting = asyncio.create_task(place.at_once(draft))
        await waits_for_a_lock(db)
    assert await waiting == ["not-the-lead"]
    assert (await place.status())[0] == FitStatus.AGREED


async def waits_for_a_lock(db: AsyncSession) -> None:
    """Until some other connection to this database waits for a row."""
    asked = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    while not await db.scalar(asked):  # noqa: ASYNC110 (the database tells nobody)
        await asyncio.sleep(0.02)
