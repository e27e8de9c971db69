"""`crossbench db upgrade` with the logins that platforms give."""

import asyncio
from dataclasses import replace

import asyncpg
import pytest
from sqlalchemy import text

from app.core.config import Settings, SettingsError, as_database_url
from app.core.db import APP_ROLE, make_engine
from app.core.migrate import upgrade
from tests.conftest import Servers


async def make_login(servers: Servers, name: str) -> None:
    admin = await asyncpg.connect(servers.postgres.url("postgres", "postgres"))
    password = servers.postgres.password
    await admin.execute(f"CREATE ROLE {name} LOGIN PASSWORD '{password}'")
    await admin.close()


def url_of(servers: Servers, user: str, settings: Settings) -> str:
    database = settings.database_url.rpartition("/")[2]
    return as_database_url(servers.postgres.url(user, database))


async def test_a_login_that_may_not_make_roles_gets_a_sentence(servers: Servers) -> None:
    settings = await servers.clone(empty=True)
    await make_login(servers, "plain")
    database = settings.database_url.rpartition("/")[2]
    admin = await asyncpg.connect(servers.postgres.url("postgres", database))
    await admin.execute(f"ALTER DATABASE {database} OWNER TO plain")
    await admin.close()
    plain = replace(settings, database_url=url_of(servers, "plain", settings))
    with pytest.raises(SettingsError, match=f"CREATE ROLE {APP_ROLE}") as refusal:
        await asyncio.to_thread(upgrade, plain)
    assert "\n" not in str(refusal.value)


async def test_the_application_may_log_in_as_somebody_else_than_the_owner(
    servers: Servers,
) -> None:
    settings = await servers.clone()
    await make_login(servers, "web")
    web = replace(
        settings,
        database_url=url_of(servers, "web", settings),
        migration_database_url=settings.database_url,
    )
    for _ in range(2):
        await asyncio.to_thread(upgrade, web)
    engine = make_engine(web.database_url, pool_size=1)
    async with engine.connect() as connection:
        users = text("SELECT session_user, current_user")
        assert (await connection.execute(users)).one() == ("web", APP_ROLE)
        await connection.execute(text("SELECT count(*) FROM outbox"))
    await engine.dispose()


async def test_two_releases_at_once_migrate_one_after_the_other(servers: Servers) -> None:
    settings = await servers.clone(empty=True)
    await asyncio.gather(*(asyncio.to_thread(upgrade, settings) for _ in range(2)))
    engine = make_engine(settings.database_url, pool_size=1)
    async with engine.connect() as connection:
        await connection.execute(text("SELECT count(*) FROM outbox"))
    await engine.dispose()
