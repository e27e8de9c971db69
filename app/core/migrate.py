"""Bring the database to the newest revision, as its owner."""

import asyncio
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from app.core.config import ROOT, Settings, SettingsError
from app.core.db import APP_ROLE, make_engine

# Any number, the same everywhere: two releases that start at once migrate one after the other.
_LOCK = 7_260_001
# Whom the application acts as, and who owns the functions that search among people.
_MAKE_ROLES = "; ".join(
    f"CREATE ROLE {role} NOLOGIN; GRANT {role} TO the owner of the database"
    for role in (APP_ROLE, "crossbench_search")
)


def alembic_config(connection: Connection | None = None) -> Config:
    """Alembic's settings from pyproject.toml, over a connection of ours."""
    config = Config(toml_file=ROOT / "pyproject.toml")
    config.attributes["connection"] = connection
    return config


def upgrade(settings: Settings) -> None:
    """Migrate to head. Raises SettingsError with a sentence where the login may not do it."""
    try:
        asyncio.run(_upgrade(settings))
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", "") != "42501":
            raise
        raise SettingsError(
            "The login of the database may not make the roles the application needs; "
            f"ask its administrator to run: {_MAKE_ROLES}."
        ) from error


async def _upgrade(settings: Settings) -> None:
    owner = settings.migration_database_url or settings.database_url
    engine = make_engine(owner, pool_size=2, role=None)
    try:
        async with engine.connect() as lock, engine.connect() as connection:
            await lock.execute(text("SET statement_timeout = 0"))
            await lock.execute(text("SET lock_timeout = 0"))
            await lock.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})
            await lock.commit()
            await connection.run_sync(_run)
            await connection.commit()
            await connection.run_sync(_let_login_act, settings)
            await connection.commit()
    finally:
        await engine.dispose()


def _run(connection: Connection, revision: str = "head") -> Any:
    # Building an index may take longer than a request may.
    connection.execute(text("SET statement_timeout = '10min'"))
    connection.commit()
    command.upgrade(alembic_config(connection), revision)


def _let_login_act(connection: Connection, settings: Settings) -> None:
    """Where the application logs in as somebody else than the owner, let it act as our role."""
    login = make_url(settings.database_url).username
    if login and login != connection.scalar(text("SELECT current_user")):
        quoted = connection.dialect.identifier_preparer.quote_identifier(login)
        connection.execute(text(f"GRANT {APP_ROLE} TO {quoted}"))
