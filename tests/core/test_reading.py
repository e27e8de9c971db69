"""Rows straight from the driver: what a page may read so, and that it cannot write."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
from sqlalchemy import bindparam, column, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql.asyncpg import AsyncAdapt_asyncpg_connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker
from sqlalchemy.types import Integer, Text

from app.core import db as core_db
from app.core.config import Settings
from app.core.db import (
    APP_ROLE,
    SERVER_SETTINGS,
    make_engine,
    make_reader,
    make_reading_engine,
    make_reading_sessions,
)
from app.core.problems import to_problem
from app.core.reader import Reader
from app.core.reading import fetch, prepare
from tests.conftest import Servers

NUMBERS = prepare(
    select(column("n"), func.upper(bindparam("word", type_=Text())).label("word"))
    .select_from(func.unnest(bindparam("numbers", type_=ARRAY(Integer()))).alias("n"))
    .where(column("n") > 1)
    .order_by(column("n"))
)


@pytest.fixture
async def reader(settings: Settings) -> AsyncIterator[Reader]:
    made = make_reader(settings.database_url, pool_size=2)
    yield made
    await made.close()


@pytest.fixture
async def visits(
    settings: Settings, reader: Reader
) -> AsyncIterator[async_sessionmaker[AsyncSession]]:
    engine = make_reading_engine(settings.database_url, pool_size=2)
    yield make_reading_sessions(engine, reader)
    await engine.dispose()


async def test_rows_are_the_same_in_a_transaction_and_alone(
    db: AsyncSession, visits: async_sessionmaker[AsyncSession]
) -> None:
    values = {"word": "ŷ", "numbers": [3, 1, 2]}
    wanted = [(2, "Ŷ"), (3, "Ŷ")]
    async with visits() as alone:
        for session in (db, alone):
            found = await fetch(session, NUMBERS, values)
            assert [(row["n"], row["word"]) for row in found] == wanted
        assert not alone.in_transaction()


async def test_what_a_transaction_has_done_is_seen_in_it(db: AsyncSession) -> None:
    await db.execute(text("CREATE TEMPORARY TABLE mine AS SELECT 7 AS n"))
    seven = prepare(select(column("n")).select_from(text("mine")))
    assert [row["n"] for row in await fetch(db, seven, {})] == [7]


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO outbox (id, name) VALUES (gen_random_uuid(), 'x')",
        "DELETE FROM outbox",
        "CREATE TABLE mine (id int)",
        "SELECT nextval('audit_number')",
    ],
)
async def test_what_reads_alone_cannot_write(
    visits: async_sessionmaker[AsyncSession], statement: str
) -> None:
    async with visits() as session:
        with pytest.raises(DBAPIError, match=r"read-only|permission denied|does not exist"):
            await session.execute(text(statement))


async def test_limits_and_role_hold_for_what_reads_alone(
    visits: async_sessionmaker[AsyncSession],
) -> None:
    async with visits() as session:
        shown = {name: await session.scalar(text(f"SHOW {name}")) for name in SERVER_SETTINGS}
        assert shown == SERVER_SETTINGS | {"timezone": "UTC"}
        assert await session.scalar(text("SELECT current_user")) == APP_ROLE
        assert await session.scalar(text("SHOW default_transaction_read_only")) == "on"


async def test_a_driver_error_says_the_service_is_busy_where_it_is(
    visits: async_sessionmaker[AsyncSession],
) -> None:
    slow = prepare(select(func.pg_sleep(bindparam("seconds", type_=Integer()))))
    async with visits() as session:
        await session.execute(text("SET statement_timeout = '50ms'"))
        with pytest.raises(asyncpg.QueryCanceledError) as caught:
            await fetch(session, slow, {"seconds": 5})
        await session.execute(text("RESET statement_timeout"))
    assert to_problem(caught.value).status == 503


async def pid_of(engine: AsyncEngine) -> int:
    async with engine.connect() as connection:
        return int(await connection.scalar(text("SELECT pg_backend_pid()")) or 0)


@pytest.mark.parametrize("make", [make_engine, make_reading_engine])
async def test_a_connection_that_the_server_closed_is_replaced_unseen(
    servers: Servers, settings: Settings, make: Any
) -> None:
    engine = make(settings.database_url, pool_size=1)
    first = await pid_of(engine)
    assert await pid_of(engine) == first, "it is kept"
    admin = await asyncpg.connect(servers.postgres.url("postgres", "postgres"))
    await admin.execute("SELECT pg_terminate_backend($1)", first)
    await admin.close()
    for _ in range(200):
        pooled = engine.sync_engine.pool.checkedin()
        await asyncio.sleep(0.01)
        if pooled and await pid_of(engine) != first:
            break
    assert await pid_of(engine) != first
    await engine.dispose()


async def test_a_connection_that_rested_is_tried_first_and_replaced_where_it_is_dead(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = make_engine(settings.database_url, pool_size=1)
    first = await pid_of(engine)
    trouble: list[Exception | None] = [None, ConnectionError()]
    tried = 0

    def ping(_: Any) -> None:
        nonlocal tried
        tried += 1
        error = trouble[tried - 1]
        if error is not None:
            raise error

    monkeypatch.setattr(AsyncAdapt_asyncpg_connection, "ping", ping)
    assert await pid_of(engine) == first
    assert tried == 0, "it has not rested"
    monkeypatch.setattr(core_db, "RESTED_SECONDS", -1.0)
    assert await pid_of(engine) == first
    assert tried == 1
    assert await pid_of(engine) != first
    assert tried == 2, "the new one needs no trial"
    await engine.dispose()


PID = prepare(select(func.pg_backend_pid().label("pid"), func.inet_client_port().label("port")))


async def pid_read(visits: async_sessionmaker[AsyncSession]) -> int:
    async with visits() as session:
        return int((await fetch(session, PID, {}))[0]["pid"])


async def end(servers: Servers, *pids: int) -> None:
    admin = await asyncpg.connect(servers.postgres.url("postgres", "postgres"))
    for pid in pids:
        await admin.execute("SELECT pg_terminate_backend($1, 2000)", pid)
    await admin.close()


async def test_the_reader_keeps_its_connections_and_opens_no_more_than_it_may(
    visits: async_sessionmaker[AsyncSession],
) -> None:
    assert await pid_read(visits) == await pid_read(visits)
    at_once = await asyncio.gather(*(pid_read(visits) for _ in range(12)))
    assert len(set(at_once)) <= 2


async def test_a_statement_is_sent_again_where_the_server_closed_the_readers_connections(
    servers: Servers, visits: async_sessionmaker[AsyncSession]
) -> None:
    before = set(await asyncio.gather(*(pid_read(visits) for _ in range(6))))
    await end(servers, *before)
    after = await asyncio.gather(*(pid_read(visits) for _ in range(6)))
    assert not before & set(after)


async def test_limits_and_role_hold_for_the_reader(
    visits: async_sessionmaker[AsyncSession],
) -> None:
    wanted = {**SERVER_SETTINGS, "default_transaction_read_only": "on", "role": APP_ROLE}
    shown = prepare(
        select(
            *(func.current_setting(name).label(name) for name in wanted),
        )
    )
    async with visits() as session:
        row = (await fetch(session, shown, {}))[0]
    assert {name: row[name] for name in wanted} == wanted


async def test_the_reader_cannot_write_and_goes_on_after_an_error(reader: Reader) -> None:
    with pytest.raises(asyncpg.PostgresError, match="read-only"):
        await reader.fetch("CREATE TEMPORARY TABLE mine AS SELECT 1", [])
    with pytest.raises(asyncpg.PostgresError):
        await reader.fetch("SELECT 1 / $1::int", [0])
    assert (await reader.fetch("SELECT '{\"a\": [1]}'::jsonb AS given", []))[0]["given"] == {
        "a": [1]
    }


async def test_a_statement_given_up_takes_its_connection_with_it(reader: Reader) -> None:
    first = (await reader.fetch("SELECT pg_backend_pid() AS pid", []))[0]["pid"]
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await reader.fetch("SELECT pg_sleep(5)", [])
    assert (await reader.fetch("SELECT pg_backend_pid() AS pid", []))[0]["pid"] != first


async def test_where_the_database_is_away_the_service_says_so(settings: Settings) -> None:
    away = settings.database_url.rsplit(":", 1)[0] + ":1/nowhere"
    with pytest.raises(OSError) as caught:  # noqa: PT011 (which one depends on the system)
        await make_reader(away).fetch("SELECT 1", [])
    assert to_problem(caught.value).status == 503
