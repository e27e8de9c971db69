"""No mail is lost when the worker is killed or the queue emptied, and when one repeats it says so.

Workers are real processes, killed with SIGKILL, and the mail server speaks the real protocol.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from app.core.config import Settings
from app.core.db import make_engine, make_sessions
from app.notifications.commands import send
from tests.conftest import Servers
from tests.notifications.letters import greeting
from tests.notifications.mail_server import Inbox, serving

__all__ = ["greeting"]
pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("greeting")]
VALUES = {"name": "Ada", "due_on": date(2027, 3, 1), "token": "abc"}

UNSENT = text(
    "SELECT count(*) FROM message WHERE sent_at IS NULL OR NOT EXISTS (SELECT FROM outbox"
    " WHERE done_at IS NOT NULL AND arguments->>'message_id' = message.id::text)"
)

# Imports everything once and forks a worker for each order: starting Python takes a second or two.
# A worker may be told to stop in its tracks just before or after it hands the mail over.
NURSERY = """
import asyncio, json, os, signal, sys, time
from pathlib import Path
from app import worker
from app.core.config import Settings, Smtp
from app.notifications import commands

def work(order):
    usual = commands.deliver
    async def halting(settings, letter):
        if order["halt"] == "after":
            channel = await usual(settings, letter)
        Path(order["marker"]).touch()
        time.sleep(60)
    if order["halt"]:
        commands.deliver = halting
    worker.TIMERS.clear()
    settings = Settings(
        database_url=order["database"], redis_url=order["redis"], secret_key=order["secret"],
        smtp=Smtp(host="127.0.0.1", port=order["port"]), mail_from="no-reply@posts.example",
        pool_size=3,
    )
    asyncio.run(worker.work(settings, worker.Pace(poll_seconds=0.02, relay_seconds=0.05)))

signal.signal(signal.SIGCHLD, signal.SIG_IGN)
print("ready", flush=True)
for line in sys.stdin:
    pid = os.fork()
    if pid == 0:
        work(json.loads(line))
        os._exit(0)
    print(pid, flush=True)
"""


class Nursery:
    """Starts and kills workers, and knows what they work on."""

    def __init__(self, process: asyncio.subprocess.Process, settings: Settings) -> None:
        self.process = process
        self.settings = settings
        self.alive: set[int] = set()

    async def start(self, port: int, *, halt: str = "", marker: Path | None = None) -> int:
        """A worker that delivers to this port; gives its process id."""
        order = {
            "database": self.settings.database_url,
            "redis": self.settings.redis_url,
            "secret": self.settings.secret_key,
            "port": port,
            "halt": halt,
            "marker": str(marker),
        }
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(order).encode() + b"\n")
        await self.process.stdin.drain()
        pid = int(await self.process.stdout.readline())
        self.alive.add(pid)
        return pid

    def kill(self, pid: int) -> None:
        os.kill(pid, signal.SIGKILL)
        self.alive.discard(pid)

    def kill_all(self) -> None:
        for pid in list(self.alive):
            self.kill(pid)


@pytest.fixture(scope="module")
async def own_settings(servers: Servers) -> Settings:
    return await servers.clone()


@pytest.fixture(scope="module")
async def sessions(own_settings: Settings) -> AsyncIterator[async_sessionmaker[AsyncSession]]:
    engine = make_engine(own_settings.database_url, pool_size=3)
    yield make_sessions(engine, own_settings)
    await engine.dispose()


@pytest.fixture(scope="module")
async def nursery_process(own_settings: Settings) -> AsyncIterator[Nursery]:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", NURSERY, stdin=pipe, stdout=pipe
    )
    assert process.stdout is not None
    assert process.stdin is not None
    assert await process.stdout.readline() == b"ready\n"
    yield Nursery(process, own_settings)
    process.stdin.close()
    await process.wait()


@pytest.fixture
async def nursery(nursery_process: Nursery) -> AsyncIterator[Nursery]:
    yield nursery_process
    nursery_process.kill_all()


class Post:
    """The messages of a test: written, looked at, and made due without the usual wait."""

    def __init__(self, sessions: async_sessionmaker[AsyncSession]) -> None:
        self.sessions = sessions

    async def write(self, count: int = 1) -> list[str]:
        async with self.sessions.begin() as db:
            return [
                f"<{await send(db, to='ada@x.example', template='greeting', values=VALUES)}"
                "@posts.example>"
                for _ in range(count)
            ]

    async def make_due(self) -> None:
        """The next round is due after 40 seconds; the tests do not wait for it."""
        async with self.sessions.begin() as db:
            await db.execute(text("UPDATE outbox SET next_at = now() - interval '1 second'"))

    async def unsent(self) -> int:
        async with self.sessions() as db:
            return int(await db.scalar(UNSENT) or 0)

    async def all_sent(self) -> bool:
        return await self.unsent() == 0


@pytest.fixture
def post(sessions: async_sessionmaker[AsyncSession]) -> Post:
    return Post(sessions)


async def until(is_true: Callable[[], Awaitable[bool]], seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while not await is_true():  # noqa: ASYNC110 (other processes are waited for)
            await asyncio.sleep(0.02)


def exists(path: Path) -> Callable[[], Awaitable[bool]]:
    async def look() -> bool:
        return path.exists()  # noqa: ASYNC240 (a file of this machine)

    return look


async def test_killed_before_it_hands_the_mail_over(
    post: Post, nursery: Nursery, tmp_path: Path
) -> None:
    ids, inbox = await post.write(), Inbox()
    async with serving(inbox) as port:
        first = await nursery.start(port, halt="before", marker=tmp_path / "halted")
        await until(exists(tmp_path / "halted"))
        nursery.kill(first)
        assert inbox.ids() == []
        await post.make_due()
        await nursery.start(port)
        await until(post.all_sent)
    assert inbox.ids() == ids


async def test_killed_while_the_server_takes_it_and_has_not_answered(
    post: Post, nursery: Nursery
) -> None:
    ids, inbox = await post.write(), Inbox(on_data="421 you went away")
    killed = asyncio.Event()
    async with serving(inbox) as port:
        pid = await nursery.start(port)

        async def kill() -> None:
            nursery.kill(pid)
            killed.set()

        inbox.before_answer = kill
        async with asyncio.timeout(20):
            await killed.wait()
        inbox.before_answer, inbox.on_data = None, ""
        await post.make_due()
        await nursery.start(port)
        await until(post.all_sent)
    assert inbox.ids() == ids


async def test_killed_between_the_answer_of_the_server_and_our_commit(
    post: Post, nursery: Nursery, tmp_path: Path
) -> None:
    ids, inbox = await post.write(), Inbox()
    async with serving(inbox) as port:
        first = await nursery.start(port, halt="after", marker=tmp_path / "halted")
        await until(exists(tmp_path / "halted"))
        nursery.kill(first)
        assert inbox.ids() == ids
        assert await post.unsent() == 1
        await post.make_due()
        await nursery.start(port)
        await until(post.all_sent)
    # This is the one moment in which a mail repeats, and the repeat can be told by its id.
    assert inbox.ids() == ids * 2
    first_mail, second_mail = inbox.mails
    assert first_mail.get_body().get_content() == second_mail.get_body().get_content()  # type: ignore[union-attr]


async def test_killed_after_our_commit(post: Post, nursery: Nursery) -> None:
    ids, inbox = await post.write(), Inbox()
    async with serving(inbox) as port:
        first = await nursery.start(port)
        await until(post.all_sent)
        nursery.kill(first)
        await post.make_due()
        more = await post.write()
        await nursery.start(port)
        await until(post.all_sent)
    assert inbox.ids() == ids + more


async def test_the_queue_is_emptied_while_mail_waits(
    post: Post, nursery: Nursery, own_settings: Settings
) -> None:
    ids, inbox = await post.write(30), Inbox()
    redis: Redis = Redis.from_url(own_settings.redis_url)
    emptied = asyncio.Event()

    async def empty() -> None:
        if len(inbox.mails) == 5 and not emptied.is_set():
            await redis.flushdb()
            emptied.set()

    inbox.before_answer = empty
    async with serving(inbox) as port:
        await nursery.start(port)
        async with asyncio.timeout(20):
            await emptied.wait()
        while not await post.all_sent():
            await post.make_due()
            await asyncio.sleep(0.2)
    await redis.aclose()
    assert set(inbox.ids()) == set(ids)
    assert len(inbox.ids()) == len(ids)


async def test_a_server_that_was_away_gets_the_mail_when_it_is_back(
    post: Post, nursery: Nursery
) -> None:
    ids, inbox = await post.write(), Inbox(on_data="451 not now")
    tried = asyncio.Event()

    async def note() -> None:
        tried.set()

    inbox.before_answer = note
    async with serving(inbox) as port:
        await nursery.start(port)
        async with asyncio.timeout(20):
            await tried.wait()
        assert inbox.ids() == []
        inbox.on_data = ""
        nursery.kill_all()
        await post.make_due()
        await nursery.start(port)
        await until(post.all_sent)
    assert inbox.ids() == ids


async def test_nobody_gets_a_mail_of_a_request_that_failed(post: Post, nursery: Nursery) -> None:
    async with post.sessions() as db:
        await send(db, to="ada@x.example", template="greeting", values=VALUES)
        await db.rollback()
    inbox: Any = Inbox()
    async with serving(inbox) as port:
        ids = await post.write()
        await nursery.start(port)
        await until(post.all_sent)
    assert inbox.ids() == ids
