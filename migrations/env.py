"""Runs migrations for Alembic: over a connection it is handed, or over DATABASE_URL's."""

import asyncio

from alembic import context
from sqlalchemy import Connection

from app.core.config import Settings
from app.core.db import Base, make_engine
from app.core.tables import know_all

know_all()


def run(connection: Connection) -> None:
    """Bring the database to the asked revision, each migration in a transaction of its own."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_type=True,
        compare_server_default=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


async def connect_and_run() -> None:
    """For the `alembic` command on its own, such as `alembic revision --autogenerate`."""
    settings = Settings.from_environment()
    engine = make_engine(settings.migration_database_url or settings.database_url, role=None)
    async with engine.connect() as connection:
        await connection.run_sync(run)
        await connection.commit()
    await engine.dispose()


handed_over = context.config.attributes.get("connection")
if handed_over is not None:
    run(handed_over)
else:
    asyncio.run(connect_and_run())
