"""The embedded servers together: started when nothing outside is given, shared by our commands."""

import asyncio
import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

import asyncpg

from app.core.config import ROOT, Settings, as_database_url
from app.local.folders import LocalError, local_secrets, make_var
from app.local.postgres import DATABASE, OWNER, Postgres
from app.local.processes import is_alive
from app.local.valkey import Valkey
from app.roles.bundled import bundled_date


@contextmanager
def servers(settings: Settings) -> Iterator[Settings]:
    """Settings with the addresses of database and queue filled in.

    What is given is used as it is. What is missing is embedded: used where another command of
    this copy runs it already, else started here and stopped at the end. Raises LocalError.
    """
    make_var(settings.var)
    settings = with_secret(settings)
    if settings.database_url and settings.redis_url:
        yield settings
        return
    running = _running(settings.var)
    if running:
        yield _filled(settings, running["database_url"], running["redis_url"])
        return
    with only_one(settings.var), started(settings) as filled:
        yield filled


def with_secret(settings: Settings) -> Settings:
    """Outside production a key of this copy's own does, kept so that sessions outlive a restart."""
    if settings.secret_key:
        return settings
    return replace(settings, secret_key=local_secrets(settings.var)["secret_key"])


@contextmanager
def only_one(var: Path) -> Iterator[IO[str]]:
    """Hold this copy's lock, so that no two start the same servers. Raises LocalError."""
    lock = (var / "lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        raise LocalError(
            f"Crossbench already runs with the data in {var}: "
            "stop that one first, or set CROSSBENCH_VAR (and PORT) for a second copy."
        ) from error
    with lock:
        yield lock


@contextmanager
def started(settings: Settings) -> Iterator[Settings]:
    """Start what is missing; for the holder of the copy's lock. Raises LocalError."""
    keys = local_secrets(settings.var)
    postgres = Postgres(settings.var)
    valkey = Valkey(settings.var, keys["queue_password"])
    note = settings.var / "run.json"
    try:
        if not settings.redis_url:
            valkey.start()
        if not settings.database_url:
            postgres.start()
            asyncio.run(make_database(postgres))
            if postgres.home.parent != settings.var:
                print(f"The database keeps its data in {postgres.home}.", flush=True)
        if not settings.database_url and not settings.redis_url:
            addresses = {"database_url": postgres.url(), "redis_url": valkey.url}
            _write_private(note, {"pid": os.getpid(), **addresses})
        yield _filled(settings, postgres.url(), valkey.url)
    finally:
        note.unlink(missing_ok=True)
        valkey.stop()
        postgres.stop()


def _filled(settings: Settings, database_url: str, redis_url: str) -> Settings:
    return replace(
        settings,
        database_url=settings.database_url or as_database_url(database_url),
        redis_url=settings.redis_url or redis_url,
    )


def _running(var: Path) -> dict[str, Any] | None:
    """The addresses another command of this copy wrote down, if it still runs."""
    with suppress(OSError, ValueError, KeyError):
        note: dict[str, Any] = json.loads((var / "run.json").read_text())
        if is_alive(note["pid"]):
            return note
    return None


def _write_private(path: Path, value: dict[str, Any]) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(value, file)


async def make_database(postgres: Postgres, database: str = DATABASE) -> None:
    """Make the owner, who is no superuser, and the database, unless they are there."""
    connection = await asyncpg.connect(postgres.url("postgres", "postgres"))
    try:
        if not await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", OWNER):
            # The password is made of letters, digits, - and _ only.
            await connection.execute(
                f"CREATE ROLE {OWNER} LOGIN CREATEROLE PASSWORD '{postgres.password}'"
            )
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", database):
            await connection.execute(f"CREATE DATABASE {database} OWNER {OWNER}")
    finally:
        await connection.close()


def is_up_to_date(database_url: str, *, with_demo: bool) -> bool:
    """Whether the database is at the newest revision and holds the framework's bundled edition,
    and the demo region where there is to be one.

    Asking is quicker than upgrading.
    """
    return asyncio.run(_is_up_to_date(database_url, with_demo=with_demo))


async def _is_up_to_date(database_url: str, *, with_demo: bool) -> bool:
    newest = (ROOT / "migrations" / "HEAD").read_text().strip()
    try:
        plain = database_url.replace("postgresql+asyncpg://", "postgresql://")
        connection = await asyncpg.connect(plain, timeout=5)
        try:
            if await connection.fetchval("SELECT version_num FROM alembic_version") != newest:
                return False
            edition = "SELECT true FROM framework_edition WHERE as_of = $1"
            if not await connection.fetchval(edition, bundled_date()):
                return False
            region = "SELECT EXISTS (SELECT 1 FROM person WHERE is_demo AND is_operator)"
            return not with_demo or bool(await connection.fetchval(region))
        finally:
            await connection.close()
    except (OSError, asyncpg.PostgresError, ValueError, TimeoutError):
        return False
