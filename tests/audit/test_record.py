"""Entries: numbered and chained at COMMIT, added only, read by whom they concern."""

import asyncio
import hashlib
import json
import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

from app.audit.commands import record
from app.audit.domain import EXCHANGE, NotForTheRecord
from app.core.actor import SYSTEM
from app.core.db import ACT_AS_SYSTEM, make_engine, make_sessions, new_id
from tests.audit.actors import SomeActor
from tests.conftest import Servers

Sessions = async_sessionmaker[AsyncSession]
NORTH, EAST = uuid.UUID(int=1), uuid.UUID(int=2)
ENTRIES = text("SELECT * FROM audit_entry ORDER BY chain, number")
ACT_FOR = text("SELECT set_config('app.organisation_id', :id, true)")


@pytest.fixture
async def engine_of_own(servers: Servers) -> AsyncIterator[AsyncEngine]:
    """The application's engine on a database whose transactions really commit."""
    made = make_engine((await servers.clone()).database_url, pool_size=5)
    yield made
    await made.dispose()


@pytest.fixture
def committed(engine_of_own: AsyncEngine) -> Sessions:
    return make_sessions(engine_of_own)


async def add(sessions: Sessions, *chains: uuid.UUID | None, **facts: Any) -> None:
    async with sessions.begin() as db:
        for chain in chains:
            await record(
                db, SomeActor(), "test.done", subject=None, organisation_id=chain, facts=facts
            )


async def read(sessions: Sessions, statement: Any = ENTRIES, chain: uuid.UUID | None = None) -> Any:
    async with sessions.begin() as db:
        if chain is None:
            await db.execute(ACT_AS_SYSTEM)
        else:
            await db.execute(ACT_FOR, {"id": str(chain)})
        return (await db.execute(statement)).all()


async def test_an_entry_says_who_what_for_whom_when_and_from_which_request(
    committed: Sessions,
) -> None:
    who = SomeActor(organisation_id=EAST, request_reference="req-7")
    subject = new_id()
    async with committed.begin() as db:
        await record(
            db, who, "membership.added", subject=("membership", subject),
            organisation_id=NORTH, facts={"duty": "hr"},
        )  # fmt: skip
    (row,) = await read(committed)
    said = json.loads(row.stored)
    assert said.pop("at").endswith("Z")
    assert said == {
        "version": 1,
        "id": str(row.id),
        "chain": str(NORTH),
        "number": 1,
        "action": "membership.added",
        "actor_kind": "person",
        "person_id": str(who.person_id),
        "acting_organisation_id": str(EAST),
        "subject_kind": "membership",
        "subject_id": str(subject),
        "request_reference": "req-7",
        "facts": {"duty": "hr"},
    }


async def test_each_chain_counts_by_itself_and_links_each_entry_to_the_one_before(
    committed: Sessions,
) -> None:
    await add(committed, NORTH, None, EAST)
    await add(committed, NORTH, NORTH, EAST)
    rows = await read(committed)
    assert [(row.chain, row.number) for row in rows] == [
        (EXCHANGE, 1), (NORTH, 1), (NORTH, 2), (NORTH, 3), (EAST, 1), (EAST, 2),
    ]  # fmt: skip
    before: dict[uuid.UUID, bytes] = {}
    for row in rows:
        linked = hashlib.sha256(before.get(row.chain, b"") + row.stored).digest()
        assert row.sha256 == linked
        before[row.chain] = linked
    heads = await read(committed, text("SELECT id, sha256 FROM audit_head"))
    assert dict(heads) == before


async def test_a_refused_or_rolled_back_change_leaves_nothing(committed: Sessions) -> None:
    async with committed() as db:
        await record(db, SomeActor(), "test.done", subject=None)
        await db.rollback()
    async with committed.begin() as db:
        with pytest.raises(NotForTheRecord):
            await record(db, SomeActor(), "test.done", subject=None, facts={"by": "Ada Example"})
    assert await read(committed) == []


async def test_many_at_once_across_chains_get_numbers_without_gap_or_deadlock(
    committed: Sessions,
) -> None:
    orders = [(NORTH, EAST), (EAST, NORTH)] * 10
    await asyncio.gather(*(add(committed, *order) for order in orders))
    rows = await read(committed)
    for chain in (NORTH, EAST):
        assert [row.number for row in rows if row.chain == chain] == list(range(1, 21))


async def test_two_open_transactions_do_not_wait_for_each_other(committed: Sessions) -> None:
    async with committed.begin() as one, committed.begin() as two, asyncio.timeout(2):
        await record(one, SomeActor(), "test.done", subject=None)
        await record(two, SomeActor(), "test.done", subject=None)
    assert [row.number for row in await read(committed)] == [1, 2]


async def test_an_organisation_reads_its_own_chain_only(committed: Sessions) -> None:
    await add(committed, NORTH, EAST, None)
    assert [row.chain for row in await read(committed, chain=NORTH)] == [NORTH]
    heads = text("SELECT id FROM audit_head")
    assert [row.id for row in await read(committed, heads, chain=NORTH)] == [NORTH]
    for chain in (EXCHANGE, NORTH, EAST):
        async with committed.begin() as db:
            one = text("SELECT count(*) FROM audit_entry WHERE chain = :chain")
            assert await db.scalar(one, {"chain": chain}) == 0


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_entry SET action = 'x.y'",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry",
        "UPDATE audit_head SET number = 0",
        "DELETE FROM audit_head",
        "TRUNCATE audit_head",
        "INSERT INTO audit_head (id, number, sha256) VALUES (gen_random_uuid(), 1, '')",
        "INSERT INTO audit_entry (id, chain, number, stored, sha256, action, actor_kind,"
        " request_reference, facts) VALUES (gen_random_uuid(), gen_random_uuid(), 9, '', '',"
        " 'x.y', 'system', '', '{}')",
        "ALTER TABLE audit_entry DISABLE TRIGGER ALL",
        "ALTER TABLE audit_entry NO FORCE ROW LEVEL SECURITY",
    ],
)
async def test_the_application_may_only_add(committed: Sessions, change: str) -> None:
    await add(committed, NORTH)
    async with committed() as db:
        await db.execute(ACT_AS_SYSTEM)
        with pytest.raises(DBAPIError, match=r"permission denied|must be owner"):
            await db.execute(text(change))
    assert len(await read(committed)) == 1


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_entry SET facts = '{}'",
        "UPDATE audit_entry SET number = 7",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry",
        "UPDATE audit_head SET number = 0",
        "DELETE FROM audit_head",
        "TRUNCATE audit_head",
    ],
)
async def test_triggers_refuse_the_owner_too(
    engine_of_own: AsyncEngine, committed: Sessions, change: str
) -> None:
    await add(committed, NORTH)
    owner = make_engine(
        engine_of_own.url.render_as_string(hide_password=False), role=None, pool_size=1
    )
    try:
        async with owner.connect() as connection:
            # Without a policy for DELETE the owner would delete nothing, and no trigger run.
            for table in ("audit_entry", "audit_head"):
                await connection.execute(text(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY"))
            with pytest.raises(DBAPIError, match="only ever"):
                await connection.execute(text(change))
    finally:
        await owner.dispose()


async def test_a_test_that_never_commits_still_reads_what_was_recorded(db: AsyncSession) -> None:
    await record(db, SYSTEM, "test.done", subject=None)
    rows = (await db.execute(ENTRIES)).all()
    found = [(row.action, row.number) for row in rows if row.action.startswith("test.")]
    assert found == [("test.done", None)]
    await db.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    rows = (await db.execute(ENTRIES)).all()
    assert all(row.number for row in rows)


async def test_chaining_leaves_nobody_with_the_rights_of_the_system(committed: Sessions) -> None:
    async with committed() as db:
        await record(db, SomeActor(), "test.done", subject=None)
        await db.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        assert (await db.execute(ENTRIES)).all() == []


async def test_an_operator_reads_every_chain(committed: Sessions) -> None:
    await add(committed, NORTH, EAST, None)
    async with committed() as db:
        await db.execute(text("SELECT set_config('app.is_operator', 'on', true)"))
        assert len((await db.execute(ENTRIES)).all()) == 3
