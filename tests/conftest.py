"""Servers, application, database session, page client and browser for all tests.

PostgreSQL and Valkey are real. The database is built by the migrations; a test works in one
transaction that is rolled back, the browser in a database of its own.
"""

import asyncio
import os
import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import uvicorn
from hypothesis import settings as hypothesis_settings
from litestar import Litestar
from sqlalchemy import Connection, event, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession, async_sessionmaker
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction

from app.audit import commands as recording
from app.audit import words
from app.core.config import Settings, as_database_url
from app.core.db import ACT_AS_SYSTEM, SETTINGS_OF_SESSION, make_engine
from app.core.migrate import upgrade
from app.local.postgres import OWNER, Postgres
from app.local.servers import make_database
from app.local.valkey import Valkey
from app.main import create_app
from app.roles.console import add_bundled
from app.server import server_config
from tests.pages import PageClient
from tools import browser

# What must pass before a change is taken tries the same examples every time; elsewhere new ones.
hypothesis_settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    hypothesis_settings.load_profile("ci")

# Files are shared out among processes in this order: a long one that began last would leave the
# other processors with nothing to do.
LONGEST = (
    "tests/test_access_matrix.py",
    "tests/test_bad_values.py",
    "tests/test_sent_at_once.py",
    "tests/local/",
    "tests/browser/",
)
TEMPLATE = "crossbench_template"
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
LAUNCH = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the longest files first; without a browser, skip its tests, or fail if it is a must."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))
    wanted = [item for item in items if item.get_closest_marker("browser")]
    if not wanted or browser.find():
        return
    reason = "no Chromium: set CHROMIUM to one, or install it with the system's packages"
    if os.environ.get("CROSSBENCH_BROWSER_REQUIRED"):
        raise pytest.UsageError(reason)
    for item in wanted:
        item.add_marker(pytest.mark.skip(reason=reason))


class Servers:
    """The servers of this run, and databases cloned from the migrated template."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.postgres = Postgres(folder, QUICK)
        self.valkey = Valkey(folder, "valkey-of-the-tests")
        self.clones = 0

    def start(self) -> None:
        self.valkey.start()
        self.postgres.start()
        asyncio.run(make_database(self.postgres, TEMPLATE))
        upgrade(self.settings(TEMPLATE))

    def stop(self) -> None:
        self.valkey.stop()
        self.postgres.stop()

    def settings(self, database: str) -> Settings:
        """Settings for a database, with a part of the store to go with it."""
        url = as_database_url(self.postgres.url(database=database))
        return Settings(
            database_url=url,
            redis_url=f"{self.valkey.url.removesuffix('/0')}/{self.clones % 64}",
            secret_key="a key for the tests, long enough",
            var=self.folder / "var",
            pool_size=5,
        )

    def clone_now(self, *, empty: bool = False) -> Settings:
        """`clone` for tests that run no event loop."""
        return asyncio.run(self.clone(empty=empty))

    async def clone(self, *, empty: bool = False) -> Settings:
        """A database of the caller's own: migrated, or empty."""
        self.clones += 1
        name = f"clone_{self.clones}"
        admin = await asyncpg.connect(self.postgres.url("postgres", "postgres"))
        source = "template1" if empty else TEMPLATE
        await admin.execute(f"CREATE DATABASE {name} OWNER {OWNER} TEMPLATE {source}")
        await admin.close()
        return self.settings(name)

    async def clone_with_framework(self) -> Settings:
        """A migrated database that holds the bundled edition of the capability framework."""
        settings = await self.clone()
        await add_bundled(settings)
        return settings


@pytest.fixture(scope="session", autouse=True)
def every_action_has_a_sentence() -> Iterator[None]:
    """Whatever a test of the application records can be read in words (actions `test.` aside)."""
    usual = recording.check_action

    def check(action: str) -> str:
        if not action.startswith("test."):
            assert action in words.actions(), f"add {action} to audit_words.py of its feature"
        return usual(action)

    recording.check_action = check
    yield
    recording.check_action = usual


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """PostgreSQL and Valkey of this run, with a migrated template database."""
    folder = Path(tempfile.mkdtemp(prefix="crossbench-tests-"))
    folder.chmod(0o711)  # the database server may run as another user
    running = Servers(folder)
    try:
        running.start()
        yield running
    finally:
        running.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
async def settings(servers: Servers) -> Settings:
    """Settings of the application under test: of data its database has the framework only."""
    return await servers.clone_with_framework()


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Litestar]:
    """An application of its own; its connections are closed at the end."""
    made = create_app(settings)
    async with made.lifespan():
        yield made


@pytest.fixture(scope="session")
async def app(settings: Settings) -> AsyncIterator[Litestar]:
    """The application, its lifespan running in one task of its own."""
    made = create_app(settings)
    ready, over = asyncio.Event(), asyncio.Event()

    async def live() -> None:
        async with made.lifespan():
            ready.set()
            await over.wait()

    task = asyncio.create_task(live())
    await ready.wait()
    yield made
    over.set()
    await task


@pytest.fixture(scope="session")
async def engine(settings: Settings) -> AsyncIterator[Any]:
    """An engine with the rights and limits of the application."""
    made = make_engine(settings.database_url, pool_size=5)
    yield made
    await made.dispose()


@pytest.fixture
async def connection(engine: Any) -> AsyncIterator[AsyncConnection]:
    """A connection in a transaction that is rolled back after the test."""
    async with engine.connect() as made:
        transaction = await made.begin()
        yield made
        await transaction.rollback()


# All sessions of a test share one transaction, and with it what row-level security asks of it. A
# request therefore begins as nobody, as it would on a connection of its own, and the test's own
# session acts as the system each time it speaks.
ACT_AS_NOBODY = text(
    "SELECT set_config('app.person_id', '', true), set_config('app.organisation_id', '', true),"
    " set_config('app.is_operator', '', true), set_config('app.is_system', '', true),"
    " set_config('app.link_sha256', '', true)"
)


class RequestSession(Session):
    """A session of a request in a test."""


class TestsOwnSession(Session):
    """The session that a test itself uses: it sees every organisation's rows."""

    __test__ = False


@event.listens_for(RequestSession, "after_begin")
def begin_as_nobody(_: Session, transaction: SessionTransaction, connection: Connection) -> None:
    # A savepoint that a handler itself makes goes on as whoever asks.
    if not transaction.nested:
        connection.execute(ACT_AS_NOBODY)


@event.listens_for(TestsOwnSession, "do_orm_execute")
def speak_as_system(state: ORMExecuteState) -> None:
    state.session.connection().execute(ACT_AS_SYSTEM)


@event.listens_for(TestsOwnSession, "before_flush")
def flush_as_system(session: Session, *_: Any) -> None:
    session.connection().execute(ACT_AS_SYSTEM)


@pytest.fixture
def sessions(connection: AsyncConnection, settings: Settings) -> async_sessionmaker[AsyncSession]:
    """Sessions for requests inside the test's transaction: their commits are savepoints."""
    return async_sessionmaker(
        connection,
        expire_on_commit=False,
        join_transaction_mode="create_savepoint",
        sync_session_class=RequestSession,
        info={SETTINGS_OF_SESSION: settings},
    )


@pytest.fixture
async def db(connection: AsyncConnection, settings: Settings) -> AsyncIterator[AsyncSession]:
    """A session in the test's transaction, the same that `client` sees."""
    async with AsyncSession(
        connection,
        expire_on_commit=False,
        join_transaction_mode="create_savepoint",
        sync_session_class=TestsOwnSession,
        info={SETTINGS_OF_SESSION: settings},
    ) as session:
        yield session


@pytest.fixture
async def client(
    app: Litestar, sessions: async_sessionmaker[AsyncSession]
) -> AsyncIterator[PageClient]:
    """A page client on the application, in the test's transaction, with an empty store."""
    usual = app.state.sessions, app.state.reading_sessions
    app.state.sessions = app.state.reading_sessions = sessions
    await app.state.redis.flushdb()
    app.state.counts.clear()
    async with PageClient(app) as made:
        yield made
    app.state.sessions, app.state.reading_sessions = usual


@pytest.fixture
def json_client(client: PageClient) -> PageClient:
    """The same client without what a browser sends: how programs call the API."""
    client.headers.pop("sec-fetch-site")
    return client


class LiveServer:
    """A real server on a port of its own, in a thread with a loop of its own."""

    def __init__(self, settings: Settings) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        app = create_app(replace(settings, public_url=self.url))
        self.server = uvicorn.Server(server_config(app))
        self.thread = threading.Thread(target=self.server.run, args=([self.listener],))

    def __enter__(self) -> "LiveServer":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.should_exit = True
        self.thread.join(15)
        self.listener.close()


@pytest.fixture(scope="session")
async def live_server(servers: Servers) -> AsyncIterator[str]:
    """The address of a real server with a database of its own, for the browser."""
    with LiveServer(await servers.clone_with_framework()) as live:
        yield live.url


@pytest.fixture(scope="session")
def start_live_server() -> Callable[[Settings], LiveServer]:
    """Start further servers, for tests that change what others must not see."""
    return LiveServer


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Launch the Chromium that was found."""
    path = browser.find()
    if path is None:
        return browser_type_launch_args
    environment = {**os.environ, **browser.launch_environment(path)}
    return {
        **browser_type_launch_args,
        "executable_path": path,
        "args": list(LAUNCH),
        "env": environment,
    }


@pytest.fixture(scope="session")
def run_python() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run Python in a process of its own with an environment of its own."""

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        kept = {k: v for k, v in os.environ.items() if k in {"PATH", "HOME", "LANG"}}
        return subprocess.run(
            [shutil.which("python") or "python3", *arguments],
            env={**kept, **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    return run
