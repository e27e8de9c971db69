"""Migrations: from nothing to head, one head, no drift, the last step back and forth."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.config import ROOT, Settings
from app.core.db import make_engine
from app.core.migrate import alembic_config
from tests.conftest import Servers

TABLES = text("SELECT tablename, tableowner FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")


@pytest.fixture
async def owner(servers: Servers) -> AsyncIterator[AsyncEngine]:
    """The owner of a database that is at head."""
    settings: Settings = await servers.clone()
    engine = make_engine(settings.database_url, role=None, pool_size=1)
    yield engine
    await engine.dispose()


def run(action: Any, *arguments: Any) -> Any:
    """An Alembic command as a function of a connection."""

    def on(connection: Connection) -> None:
        action(alembic_config(connection), *arguments)

    return on


def test_there_is_one_head_and_the_file_names_it() -> None:
    heads = ScriptDirectory.from_config(alembic_config()).get_heads()
    assert heads == [(ROOT / "migrations" / "HEAD").read_text().strip()]


def test_files_are_named_by_their_number() -> None:
    for revision in ScriptDirectory.from_config(alembic_config()).walk_revisions():
        name = revision.path.rpartition("/")[2]
        assert re.fullmatch(rf"{revision.revision}_[a-z0-9_]+\.py", name), name
        assert re.fullmatch(r"\d{4}", revision.revision)


async def test_migrations_build_what_the_models_say(owner: AsyncEngine) -> None:
    async with owner.connect() as connection:
        await connection.run_sync(run(command.check))


async def test_the_last_step_goes_down_and_up(owner: AsyncEngine) -> None:
    async with owner.connect() as connection:
        before = (await connection.execute(TABLES)).all()
        await connection.run_sync(run(command.downgrade, "-1"))
        await connection.run_sync(run(command.upgrade, "head"))
        assert (await connection.execute(TABLES)).all() == before
        await connection.run_sync(run(command.check))


async def test_all_steps_go_down_and_up(owner: AsyncEngine) -> None:
    async with owner.connect() as connection:
        before = (await connection.execute(TABLES)).all()
        await connection.run_sync(run(command.downgrade, "base"))
        left = [name for name, _ in (await connection.execute(TABLES)).all()]
        assert left == ["alembic_version"]
        await connection.run_sync(run(command.upgrade, "head"))
        assert (await connection.execute(TABLES)).all() == before


async def test_every_table_belongs_to_the_owner_not_to_the_application(owner: AsyncEngine) -> None:
    async with owner.connect() as connection:
        owners = {owner for _, owner in (await connection.execute(TABLES)).all()}
    assert owners == {"crossbench"}
