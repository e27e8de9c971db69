"""Entries: numbered and chained at COMMIT, added only, read by whom they concern."""

import asyncio
import hashlib
import json
import uuid
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.commands import record
from app.audit.domain import EXCHANGE, NotForTheRecord
from app.audit.queries import find_head, list_entries
from app.core.actor import SYSTEM
from app.core.config import Settings
from app.core.db import ACT_AS_SYSTEM, make_engine, new_id
from tests.audit.actors import SomeActor
from tests.audit.conftest import TABLES, Sessions

ENTRIES = text("SELECT * FROM audit_entry WHERE chain = ANY(:chains) ORDER BY chain, number")
ACT_FOR = text("SELECT set_config('app.organisation_id', :id, true)")
Bodies = tuple[uuid.UUID, uuid.UUID]


@pytest.fixture
def bodies() -> Bodies:
    """Two organisations that no other test writes about, in the order of their ids."""
    north, east = sorted((new_id(), new_id()))
    return north, east


async def add(sessions: Sessions, *chains: uuid.UUID | None, **facts: Any) -> None:
    async with sessions.begin() as db:
        for chain in chains:
            await record(
                db, SomeActor(), "test.done", subject=None, organisation_id=chain, facts=facts
            )


async def read(sessions: Sessions, chains: Sequence[uuid.UUID]) -> Any:
    async with sessions.begin() as db:
        await db.execute(ACT_AS_SYSTEM)
        return (await db.execute(ENTRIES, {"chains": list(chains)})).all()


async def test_an_entry_says_who_what_for_whom_when_and_from_which_request(
    committed: Sessions, bodies: Bodies
) -> None:
    north, east = bodies
    who = SomeActor(organisation_id=east, request_reference="req-7")
    subject = new_id()
    async with committed.begin() as db:
        await record(
            db, who, "test.added", subject=("membership", subject),
            organisation_id=north, facts={"duty": "hr"},
        )  # fmt: skip
    (row,) = await read(committed, bodies)
    said = json.loads(row.stored)
    assert said.pop("at").endswith("Z")
    assert said == {
        "version": 1,
        "id": str(row.id),
        "chain": str(north),
        "number": 1,
        "action": "test.added",
        "actor_kind": "person",
        "person_id": str(who.person_id),
        "acting_organisation_id": str(east),
        "subject_kind": "membership",
        "subject_id": str(subject),
        "request_reference": "req-7",
        "facts": {"duty": "hr"},
    }


async def test_each_chain_counts_by_itself_and_links_each_entry_to_the_one_before(
    committed: Sessions, system: Sessions, bodies: Bodies
) -> None:
    north, east = bodies
    await add(committed, north, None, east)
    await add(committed, north, north, east)
    rows = await read(committed, bodies)
    assert [(row.chain, row.number) for row in rows] == [
        (north, 1), (north, 2), (north, 3), (east, 1), (east, 2),
    ]  # fmt: skip
    before: dict[uuid.UUID, bytes] = {}
    for row in rows:
        linked = hashlib.sha256(before.get(row.chain, b"") + row.stored).digest()
        assert row.sha256 == linked
        before[row.chain] = linked
    async with system() as db:
        for body in bodies:
            head = await find_head(db, body)
            assert head is not None
            assert head.sha256 == before[body]
        own = await find_head(db, None)
        assert own is not None
        assert own.id == EXCHANGE


async def test_a_refused_or_rolled_back_change_leaves_nothing(
    committed: Sessions, bodies: Bodies
) -> None:
    async with committed() as db:
        await record(db, SomeActor(), "test.done", subject=None, organisation_id=bodies[0])
        await db.rollback()
    async with committed.begin() as db:
        with pytest.raises(NotForTheRecord):
            await record(
                db, SomeActor(), "test.done", subject=None,
                organisation_id=bodies[0], facts={"by": "Ada Example"},
            )  # fmt: skip
    assert await read(committed, bodies) == []


async def test_many_at_once_across_chains_get_numbers_without_gap_or_deadlock(
    committed: Sessions, bodies: Bodies
) -> None:
    north, east = bodies
    orders = [(north, east), (east, north)] * 10
    await asyncio.gather(*(add(committed, *order) for order in orders))
    rows = await read(committed, bodies)
    for chain in bodies:
        assert [row.number for row in rows if row.chain == chain] == list(range(1, 21))


async def test_two_open_transactions_do_not_wait_for_each_other(
    committed: Sessions, bodies: Bodies
) -> None:
    async with committed.begin() as one, committed.begin() as two, asyncio.timeout(2):
        for db in (one, two):
            await record(db, SomeActor(), "test.done", subject=None, organisation_id=bodies[0])
    assert [row.number for row in await read(committed, bodies)] == [1, 2]


async def test_an_organisation_reads_its_own_chain_only(
    committed: Sessions, bodies: Bodies
) -> None:
    north, _ = bodies
    await add(committed, *bodies, None)
    for who, seen in ((north, {north}), (None, set())):
        async with committed.begin() as db:
            if who is not None:
                await db.execute(ACT_FOR, {"id": str(who)})
            rows = (await db.execute(text("SELECT chain FROM audit_entry"))).all()
            heads = (await db.execute(text("SELECT id FROM audit_head"))).all()
        assert {row.chain for row in rows} == {head.id for head in heads} == seen


async def test_an_operator_reads_every_chain(committed: Sessions, bodies: Bodies) -> None:
    await add(committed, *bodies, None)
    async with committed() as db:
        await db.execute(text("SELECT set_config('app.is_operator', 'on', true)"))
        rows = (await db.execute(text("SELECT chain FROM audit_entry"))).all()
    assert {*bodies, EXCHANGE} <= {row.chain for row in rows}


CHANGES = (
    "UPDATE audit_entry SET facts = '{}'",
    "UPDATE audit_entry SET number = number + 1000",
    "DELETE FROM audit_entry",
    "TRUNCATE audit_entry",
    "UPDATE audit_head SET number = 0",
    "DELETE FROM audit_head",
    "TRUNCATE audit_head",
)
INSERTS = (
    "INSERT INTO audit_head (id, number, sha256) VALUES (gen_random_uuid(), 1, '')",
    "INSERT INTO audit_entry (id, chain, number, stored, sha256, action, actor_kind,"
    " request_reference, facts) VALUES (gen_random_uuid(), gen_random_uuid(), 9, '', '',"
    " 'x.y', 'system', '', '{}')",
    "ALTER TABLE audit_entry DISABLE TRIGGER ALL",
    "ALTER TABLE audit_entry NO FORCE ROW LEVEL SECURITY",
)


@pytest.mark.parametrize("change", CHANGES + INSERTS)
async def test_the_application_may_only_add(
    committed: Sessions, bodies: Bodies, change: str
) -> None:
    await add(committed, bodies[0])
    async with committed() as db:
        await db.execute(ACT_AS_SYSTEM)
        with pytest.raises(DBAPIError, match=r"permission denied|must be owner"):
            await db.execute(text(change))
    assert len(await read(committed, bodies)) == 1


@pytest.mark.parametrize("change", CHANGES)
async def test_triggers_refuse_the_owner_too(
    own_settings: Settings, committed: Sessions, bodies: Bodies, change: str
) -> None:
    await add(committed, bodies[0])
    owner = make_engine(own_settings.database_url, role=None, pool_size=1)
    try:
        async with owner.connect() as connection:
            # Without a policy for DELETE the owner would delete nothing, and no trigger run.
            for table in TABLES:
                await connection.execute(text(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY"))
            with pytest.raises(DBAPIError, match="only ever"):
                await connection.execute(text(change))
    finally:
        await owner.dispose()


async def test_chaining_leaves_nobody_with_the_rights_of_the_system(
    committed: Sessions, bodies: Bodies
) -> None:
    async with committed() as db:
        await record(db, SomeActor(), "test.done", subject=None, organisation_id=bodies[0])
        await db.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        assert (await db.execute(ENTRIES, {"chains": list(bodies)})).all() == []


async def test_a_chain_is_read_in_pages_newest_first(
    committed: Sessions, system: Sessions, bodies: Bodies
) -> None:
    north, east = bodies
    await add(committed, *[north] * 25, east)
    async with system() as db:
        first = await list_entries(db, organisation_id=north)
        second = await list_entries(db, organisation_id=north, page=2)
        assert (first.total, len(first.items), len(second.items)) == (25, 20, 5)
        numbers = [entry.number for entry in (*first.items, *second.items)]
        assert numbers == list(range(25, 0, -1))
        person = first.items[3].person_id
        found = await list_entries(db, organisation_id=north, person_id=person)
        assert [entry.number for entry in found.items] == [22]
        assert (await list_entries(db, organisation_id=north, action="test.other")).total == 0


async def test_a_test_that_never_commits_still_reads_what_was_recorded(
    db: AsyncSession, bodies: Bodies
) -> None:
    await record(db, SYSTEM, "test.done", subject=None, organisation_id=bodies[0])
    (entry,) = (await list_entries(db, organisation_id=bodies[0])).items
    assert (entry.action, entry.number) == ("test.done", None)
    await db.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    await db.refresh(entry)
    assert entry.number == 1
