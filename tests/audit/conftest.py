"""A database whose transactions really commit, and its owner, who can do what the app cannot."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import (
    AsyncConnection,
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
)

from app.audit.heads import SignedHeads
from app.audit.verify import Verdict, verify
from app.core.config import Settings
from app.core.db import ACT_AS_SYSTEM, make_engine, make_sessions, make_system_sessions
from tests.conftest import Servers

Sessions = async_sessionmaker[AsyncSession]
TABLES = ("audit_entry", "audit_head")


async def tamper(connection: AsyncConnection, *statements: str) -> None:
    """As the owner change what is there, with triggers and policies out of the way meanwhile."""
    for table in TABLES:
        for what in ("DISABLE TRIGGER USER", "NO FORCE ROW LEVEL SECURITY"):
            await connection.execute(text(f"ALTER TABLE {table} {what}"))
    for statement in statements:
        changed = await connection.execute(text(statement))
        assert changed.rowcount, statement
    for table in TABLES:
        for what in ("ENABLE TRIGGER USER", "FORCE ROW LEVEL SECURITY"):
            await connection.execute(text(f"ALTER TABLE {table} {what}"))


class Owner:
    """Somebody with the owner's login. What they do is looked at, and then taken back."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine

    async def verdict_after(
        self, *statements: str, signed: tuple[SignedHeads, ...] = ()
    ) -> Verdict:
        """What `verify` says once these statements were run behind the application's back."""
        async with self.engine.connect() as connection:
            await tamper(connection, *statements)
            await connection.execute(ACT_AS_SYSTEM)
            async with AsyncSession(
                connection, join_transaction_mode="create_savepoint"
            ) as session:
                verdict = await verify(session, signed)
            await connection.rollback()
        return verdict


@pytest.fixture(scope="module")
async def own_settings(servers: Servers) -> Settings:
    return await servers.clone()


@pytest.fixture(scope="module")
async def own_engine(own_settings: Settings) -> AsyncIterator[AsyncEngine]:
    made = make_engine(own_settings.database_url, pool_size=5)
    yield made
    await made.dispose()


@pytest.fixture(scope="module")
def committed(own_engine: AsyncEngine, own_settings: Settings) -> Sessions:
    """Sessions of visitors."""
    return make_sessions(own_engine, own_settings)


@pytest.fixture(scope="module")
def system(own_engine: AsyncEngine, own_settings: Settings) -> Sessions:
    """Sessions that see every chain."""
    return make_system_sessions(own_engine, own_settings)


@pytest.fixture(scope="module")
async def owner(own_settings: Settings) -> AsyncIterator[Owner]:
    made = make_engine(own_settings.database_url, role=None, pool_size=1)
    yield Owner(made)
    await made.dispose()
