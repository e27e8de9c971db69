"""The worker writes somebody into the matches while they change what they grant, at once."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from app.core.actor import SYSTEM
from app.core.db import make_engine, make_system_sessions
from app.matching import following, jobs
from app.matching.models import post_match
from app.opportunities.models import Opportunity
from app.opportunities.queries import get_facts
from app.organisations.models import Membership, Organisation
from app.profiles.models import ConsentGrant, ProfileHiding
from app.profiles.queries import lock_profile
from tests.conftest import Servers
from tests.matching.made import TODAY, a_profile, a_skill, an_open_post, finds, grant
from tests.people import make_organisation

WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted")


@dataclass
class Place:
    """Somebody whom a body finds, in a database of its own, and connections to work at once."""

    sessions: async_sessionmaker[AsyncSession]
    skill: uuid.UUID
    body: Organisation
    person_id: uuid.UUID

    async def is_found(self) -> bool:
        async with self.sessions() as db:
            return self.person_id in await finds(db, self.body, self.skill)

    async def work(self, job: Callable[..., Awaitable[None]] = jobs.rebuild_people) -> None:
        """The worker writes all, in a transaction of its own."""
        async with self.sessions.begin() as db:
            await job(db, after=None)

    async def until_worker_waits(self) -> None:
        async with asyncio.timeout(10), self.sessions() as db:
            while not await db.scalar(WAITING):  # noqa: ASYNC110 (it tells nobody)
                await asyncio.sleep(0.02)


@pytest.fixture
async def place(servers: Servers) -> AsyncIterator[Place]:
    settings = await servers.clone_with_framework()
    engine = make_engine(settings.database_url, pool_size=4)
    sessions = make_system_sessions(engine, settings)
    async with sessions() as db:
        skill, body = await a_skill(db), await make_organisation(db)
        person_id = await a_profile(db, skill)
        db.add(grant(person_id))
        await following.follow_person(db, person_id)
        await db.commit()
    yield Place(sessions, skill, body, person_id)
    await engine.dispose()


async def withdraw(db: AsyncSession, place: Place) -> None:
    given = (await db.scalars(select(ConsentGrant))).one()
    given.withdrawn_at = func.now()


async def hide(db: AsyncSession, place: Place) -> None:
    db.add(ProfileHiding(person_id=place.person_id, organisation_id=place.body.id))


@pytest.mark.parametrize("change", [withdraw, hide])
async def test_what_somebody_takes_back_while_the_worker_writes_them_stays_taken_back(
    place: Place, change: Callable[[AsyncSession, Place], Awaitable[None]]
) -> None:
    assert await place.is_found()
    async with place.sessions.begin() as db:
        await lock_profile(db, place.person_id)
        await change(db, place)
        await following.follow_person(db, place.person_id)
        worker = asyncio.create_task(place.work())
        await place.until_worker_waits()
    await worker
    assert not await place.is_found()


async def test_whoever_joins_a_body_while_the_worker_writes_them_is_not_found_by_it(
    place: Place,
) -> None:
    async with place.sessions.begin() as db:
        db.add(
            Membership(
                person_id=place.person_id,
                organisation_id=place.body.id,
                work_email="person@people.example",
                proof_renewed_on=TODAY,
            )
        )
        await db.flush()
        worker = asyncio.create_task(place.work())
        await place.until_worker_waits()
    await worker
    assert not await place.is_found()


async def test_a_post_that_is_closed_while_the_worker_writes_it_is_matched_no_more(
    place: Place,
) -> None:
    async with place.sessions() as db:
        post = await an_open_post(db, await db.get_one(Organisation, place.body.id), place.skill)
        await db.commit()
    async with place.sessions.begin() as db:
        post = await db.get_one(Opportunity, post.id, with_for_update=True)
        before = await get_facts(db, post)
        post.status, post.withdrawn_reason = "withdrawn", "No longer needed."
        await db.flush()
        await following.follow_post(db, SYSTEM, before, await get_facts(db, post))
        worker = asyncio.create_task(place.work(jobs.rebuild_posts))
        await place.until_worker_waits()
    await worker
    async with place.sessions() as db:
        assert await db.scalar(select(post_match.c.total)) is None
