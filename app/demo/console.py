"""The `crossbench demo` commands: load the region, or empty the exchange and load it anew."""

import argparse
import asyncio
import sys
from datetime import UTC, datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.cofunding.wiring import follow_posts
from app.core.clock import london_today
from app.core.config import Settings, SettingsError
from app.core.db import make_engine, make_system_sessions
from app.core.migrate import upgrade
from app.demo import queries
from app.demo.commands import load_region
from app.matching.wiring import follow_changes
from app.roles.console import load_bundled

NOT_HERE = "There is no demo region in production."
NOT_A_DEMO = "This database holds no demo region, so it is left as it is."
# Everything but the note of the newest migration.
TABLES = """
SELECT quote_ident(tablename) FROM pg_tables
WHERE schemaname = 'public' AND tablename <> 'alembic_version' ORDER BY tablename
"""


def load(settings: Settings, _: argparse.Namespace) -> int:
    """`demo load`: migrate, load the framework and the region, each unless it is there."""
    _refuse_in_production(settings)
    upgrade(settings)
    load_bundled(settings)
    follow_posts()
    follow_changes()
    is_new = asyncio.run(_load(settings))
    print("Loaded the demo region." if is_new else "Nothing changed: the demo region was there.")
    return 0


def reset(settings: Settings, options: argparse.Namespace) -> int:
    """`demo reset`: forget everything that was done and load the region with today's dates."""
    _refuse_in_production(settings)
    upgrade(settings)
    if not asyncio.run(_empty(settings)):
        print(NOT_A_DEMO, file=sys.stderr)
        return 1
    return load(settings, options)


def _refuse_in_production(settings: Settings) -> None:
    if settings.is_production:
        raise SettingsError(NOT_HERE)


async def _load(settings: Settings) -> bool:
    engine = make_engine(settings.database_url, pool_size=1)
    try:
        async with make_system_sessions(engine, settings)() as db, db.begin():
            return await load_region(db, now=datetime.now(UTC), today=london_today())
    finally:
        await engine.dispose()


async def _empty(settings: Settings) -> bool:
    """Empty every table, as the owner, if this is a demo; servers that run may go on running."""
    owner = settings.migration_database_url or settings.database_url
    engine = make_engine(owner, pool_size=1, role=None)
    try:
        async with make_system_sessions(engine)() as db, db.begin():
            if not await queries.is_loaded(db):
                return False
            await _truncate(await db.connection())
            return True
    finally:
        await engine.dispose()


async def _truncate(connection: AsyncConnection) -> None:
    """Triggers keep the record of who did what from ever being changed; a demo may forget it."""
    await connection.execute(text("SET LOCAL lock_timeout = '15s'"))
    tables = list(await connection.scalars(text(TABLES)))
    for table in tables:
        await connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
    await connection.execute(text(f"TRUNCATE {', '.join(tables)}"))
    for table in tables:
        await connection.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))
