"""The transaction of a request, the lesser role, and the types of the base class."""

from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.db import APP_ROLE, SERVER_SETTINGS, check_login, make_engine, new_id
from app.core.outbox import Outbox, enqueue
from tests.conftest import Servers
from tests.pages import PageClient

COUNT = text("SELECT count(*) FROM outbox")


def test_ids_are_version_7_and_sort_by_age() -> None:
    ids = [new_id() for _ in range(1000)]
    assert {i.version for i in ids} == {7}
    assert {i.variant for i in ids} == {"specified in RFC 4122"}
    assert len(set(ids)) == 1000
    stamps = [i.int >> 80 for i in ids]
    assert all(a <= b for a, b in pairwise(stamps))
    assert abs(stamps[0] / 1000 - datetime.now(UTC).timestamp()) < 60


async def test_get_cannot_write(web: PageClient, db: AsyncSession) -> None:
    assert (await web.get("/t/write")).status_code == 500
    assert await db.scalar(COUNT) == 0


async def test_a_listed_get_can_write(web: PageClient, db: AsyncSession) -> None:
    assert (await web.get("/t/listed-write")).status_code == 200
    assert await db.scalar(COUNT) == 1


async def test_post_commits(web: PageClient, db: AsyncSession) -> None:
    assert (await web.post("/t/write")).status_code == 200
    assert await db.scalar(COUNT) == 1


async def test_limits_of_the_database_are_in_force(db: AsyncSession) -> None:
    shown = {name: await db.scalar(text(f"SHOW {name}")) for name in SERVER_SETTINGS}
    assert shown["statement_timeout"] == "15s"
    assert shown["lock_timeout"] == "3s"
    assert shown["idle_in_transaction_session_timeout"] == "30s"
    assert shown["timezone"] == "UTC"


async def test_the_application_acts_as_the_lesser_role(db: AsyncSession) -> None:
    assert await db.scalar(text("SELECT current_user")) == APP_ROLE
    owned = "SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole"
    assert await db.scalar(text(owned)) == 0
    rights = (
        "SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls OR rolcanlogin"
        " FROM pg_roles WHERE rolname = current_user"
    )
    assert not await db.scalar(text(rights))


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (id int)",
        "ALTER TABLE outbox ADD COLUMN mine int",
        "DROP TABLE outbox",
        "TRUNCATE outbox",
        "UPDATE alembic_version SET version_num = 'x'",
        "CREATE ROLE mine",
    ],
)
async def test_the_lesser_role_changes_no_table(db: AsyncSession, statement: str) -> None:
    with pytest.raises(DBAPIError, match=r"permission denied|must be owner"):
        await db.execute(text(statement))


async def test_production_refuses_a_login_with_all_rights(servers: Servers) -> None:
    settings = await servers.clone()
    fine = make_engine(settings.database_url, pool_size=1)
    assert await check_login(fine) is None
    plain = servers.postgres.url("postgres", f"clone_{servers.clones}")
    mighty = make_engine(plain.replace("postgresql:", "postgresql+asyncpg:"), pool_size=1)
    assert "superuser" in str(await check_login(mighty))
    for engine in (fine, mighty):
        await engine.dispose()


async def test_times_are_utc_and_kept_by_the_database(db: AsyncSession) -> None:
    row_id = await enqueue(db, "x")
    row = await db.get_one(Outbox, row_id)
    assert row.created_at.tzinfo is UTC
    assert abs(row.created_at - datetime.now(UTC)) < timedelta(minutes=1)
    row.next_at = datetime(2027, 3, 28, 2, 30, tzinfo=timezone(timedelta(hours=1)))
    await db.flush()
    await db.refresh(row)
    assert row.next_at == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)


async def test_a_time_without_a_zone_is_refused(db: AsyncSession) -> None:
    row = await db.get_one(Outbox, await enqueue(db, "x"))
    naive: Any = datetime(2027, 3, 28, 1, 30)  # noqa: DTZ001 (the point of the test)
    row.next_at = naive
    with pytest.raises(StatementError, match="without a time zone"):
        await db.flush()
