"""Work for later: nothing lost, nothing done for what was rolled back, doing it twice is once."""

import asyncio
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from arq import Retry
from arq.connections import ArqRedis
from redis.exceptions import ConnectionError as RedisAway
from sqlalchemy import text, update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from app.core import outbox
from app.core.config import Settings
from app.core.db import make_engine, make_system_sessions
from app.core.outbox import Job, Outbox, TryAgain, enqueue, relay, run_row
from app.worker import Pace, connect_queue, make_worker, relay_for_ever, work
from tests.conftest import Servers

Sessions = async_sessionmaker[AsyncSession]
QUICK = Pace(poll_seconds=0.01, relay_seconds=0.02)
COUNT_DONE = text("SELECT count(*) FROM outbox WHERE done_at IS NOT NULL")


class Bench:
    """A database and a queue of the test's own, and a job that writes down that it ran."""

    def __init__(self, sessions: Sessions, queue: ArqRedis) -> None:
        self.sessions = sessions
        self.queue = queue
        self.ran: list[Any] = []
        self.jobs: dict[str, Job] = {"note": self._note}

    async def _note(self, db: AsyncSession, *, what: Any = None) -> None:
        self.ran.append(what)

    async def add(self, job: str = "note", **arguments: Any) -> str:
        async with self.sessions.begin() as db:
            return str(await enqueue(db, job, **arguments))

    async def row(self, row_id: str) -> Outbox:
        async with self.sessions() as db:
            return await db.get_one(Outbox, row_id)

    async def make_due(self) -> None:
        async with self.sessions.begin() as db:
            past = text("now() - interval '1 second'")
            await db.execute(update(Outbox).values(next_at=past))

    async def run(self, row_id: str) -> None:
        await run_row(self.sessions, self.jobs, row_id)

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """A worker and a relay, until the block ends."""
        worker = make_worker(self.queue, self.sessions, self.jobs, QUICK)
        tasks = [
            asyncio.create_task(worker.async_run()),
            asyncio.create_task(relay_for_ever(self.sessions, self.queue, QUICK)),
        ]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, *worker.tasks.values(), return_exceptions=True)

    async def until(self, is_true: Callable[[], bool], seconds: float = 20) -> None:
        async with asyncio.timeout(seconds):
            while not is_true():  # noqa: ASYNC110 (jobs know nothing of this test)
                await asyncio.sleep(0.01)


@pytest.fixture
async def own_settings(servers: Servers) -> Settings:
    """A database and a part of the store that no other test uses."""
    return await servers.clone()


@pytest.fixture
async def bench(own_settings: Settings) -> AsyncIterator[Bench]:
    engine = make_engine(own_settings.database_url, pool_size=5)
    queue = await connect_queue(own_settings)
    await queue.flushdb()
    yield Bench(make_system_sessions(engine), queue)
    await queue.aclose()
    await engine.dispose()


async def test_work_of_a_rolled_back_request_is_never_done(bench: Bench) -> None:
    async with bench.sessions() as db:
        await enqueue(db, "note", what="never")
        await db.rollback()
    assert await relay(bench.sessions, bench.queue) == 0


async def test_arguments_are_plain_values(bench: Bench) -> None:
    with pytest.raises(TypeError):
        await bench.add(what=object())


async def test_it_runs_once_and_is_marked_done(bench: Bench) -> None:
    row_id = await bench.add(what="post")
    async with bench.working():
        await bench.until(lambda: bool(bench.ran))
    row = await bench.row(row_id)
    assert bench.ran == ["post"]
    assert row.done_at is not None
    assert row.attempt == 1


async def test_doing_a_done_row_again_does_nothing(bench: Bench) -> None:
    row_id = await bench.add()
    for _ in range(3):
        await bench.run(row_id)
    assert len(bench.ran) == 1


async def test_two_workers_on_one_row_do_it_once(bench: Bench) -> None:
    row_id = await bench.add()
    await asyncio.gather(*(bench.run(row_id) for _ in range(4)))
    assert len(bench.ran) == 1


async def test_the_effect_and_done_are_one_transaction(bench: Bench) -> None:
    async def half(db: AsyncSession) -> None:
        await enqueue(db, "note", what="half")
        raise LookupError("Ada Example")

    bench.jobs["half"] = half
    row_id = await bench.add("half")
    await bench.run(row_id)
    row = await bench.row(row_id)
    assert row.done_at is None
    assert row.last_error == "LookupError"
    async with bench.sessions() as db:
        assert await db.scalar(text("SELECT count(*) FROM outbox")) == 1


async def test_transient_trouble_is_tried_again(bench: Bench) -> None:
    async def moody(db: AsyncSession) -> None:
        bench.ran.append(1)
        if len(bench.ran) < 3:
            raise TryAgain(0.01)

    bench.jobs["moody"] = moody
    row_id = await bench.add("moody")
    async with bench.working():
        await bench.until(lambda: len(bench.ran) == 3)
    row = await bench.row(row_id)
    assert row.done_at is not None
    assert row.last_error is None


async def test_trouble_becomes_the_retry_of_arq_and_the_next_round_waits(bench: Bench) -> None:
    async def moody(db: AsyncSession) -> None:
        raise TryAgain(7)

    bench.jobs["moody"] = moody
    row_id = await bench.add("moody")
    with pytest.raises(Retry):
        await bench.run(row_id)
    async with bench.sessions() as db:
        wait = text("SELECT extract(epoch FROM next_at - now())::float FROM outbox")
        assert 40 < float(await db.scalar(wait) or 0) < 50


async def test_a_row_not_done_goes_round_again_and_fails_after_the_last(bench: Bench) -> None:
    row_id = await bench.add("unknown")
    for _ in range(outbox.ROUNDS):
        assert await relay(bench.sessions, bench.queue) == 1
        assert await relay(bench.sessions, bench.queue) == 0
        await bench.run(row_id)
        await bench.make_due()
    assert await relay(bench.sessions, bench.queue) == 0
    row = await bench.row(row_id)
    assert row.failed_at is not None
    assert row.last_error == "KeyError"


async def test_relays_at_once_hand_each_row_over_once(bench: Bench) -> None:
    for number in range(30):
        await bench.add(what=number)
    handed = await asyncio.gather(*(relay(bench.sessions, bench.queue) for _ in range(4)))
    assert sum(handed) == 30


async def test_a_queue_that_goes_away_costs_no_round(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        await bench.add(what=number)
    usual, calls = bench.queue.enqueue_job, []

    async def failing(*args: Any, **options: Any) -> Any:
        calls.append(1)
        if len(calls) == 2:
            raise RedisAway("away")
        return await usual(*args, **options)

    monkeypatch.setattr(bench.queue, "enqueue_job", failing)
    with pytest.raises(RedisAway):
        await relay(bench.sessions, bench.queue)
    async with bench.sessions() as db:
        attempts = list(await db.scalars(text("SELECT attempt FROM outbox ORDER BY attempt")))
    assert attempts == [0, 0, 1]
    assert await relay(bench.sessions, bench.queue) == 2


async def test_only_so_many_wait_in_the_queue(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "MOST_IN_QUEUE", 10)
    for number in range(15):
        await bench.add(what=number)
    assert await relay(bench.sessions, bench.queue) == 10
    assert await relay(bench.sessions, bench.queue) == 0


async def test_an_emptied_queue_loses_no_work(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "FIRST_ROUND_SECONDS", 2)
    async with bench.sessions.begin() as db:
        db.add_all([Outbox(job="note", arguments={"what": number}) for number in range(500)])
    async with bench.working():
        await bench.until(lambda: len(bench.ran) > 20)
        await bench.queue.flushall()
        await bench.until(lambda: len(set(bench.ran)) == 500, seconds=60)
    async with bench.sessions() as db:
        assert await db.scalar(COUNT_DONE) == 500


async def test_messages_are_json(bench: Bench) -> None:
    await bench.add()
    await relay(bench.sessions, bench.queue)
    (key,) = await bench.queue.keys("arq:job:*")
    assert (await bench.queue.get(key)).startswith(b"{")


async def test_old_done_rows_are_swept_and_failed_ones_stay(bench: Bench) -> None:
    done, failed, young = [await bench.add() for _ in range(3)]
    async with bench.sessions.begin() as db:
        old = text("now() - interval '31 days'")
        await db.execute(update(Outbox).where(Outbox.id == done).values(done_at=old))
        await db.execute(update(Outbox).where(Outbox.id == failed).values(failed_at=old))
        await db.execute(update(Outbox).where(Outbox.id == young).values(done_at=text("now()")))
    async with bench.sessions.begin() as db:
        await outbox.sweep(db)
    async with bench.sessions() as db:
        left = set(await db.scalars(text("SELECT id::text FROM outbox")))
    assert left == {failed, young}


async def test_the_worker_waits_for_a_queue_that_is_away(
    own_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[float] = []

    async def away(_: Settings) -> ArqRedis:
        calls.append(time.monotonic())
        raise ConnectionError("away")

    monkeypatch.setattr("app.worker.connect_queue", away)
    task = asyncio.create_task(work(own_settings, QUICK))
    await asyncio.sleep(1.3)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert len(calls) == 2


async def test_the_worker_does_jobs_and_timers_and_stops_cleanly(
    bench: Bench, own_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def timer(db: AsyncSession) -> None:
        bench.ran.append("timer")

    monkeypatch.setattr("app.worker.JOBS", bench.jobs)
    monkeypatch.setattr("app.worker.TIMERS", {"test": timer})
    await bench.add(what="job")
    task = asyncio.create_task(work(own_settings, QUICK))
    try:
        await bench.until(lambda: {"job", "timer"} <= set(bench.ran))
    finally:
        task.cancel()
        await task
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().remove_signal_handler(number)


SLOW_WORKER = """
import asyncio, sys
from pathlib import Path
from app import worker
from app.core.config import Settings

async def slow(db, *, marker):
    path = Path(marker)
    first = not path.exists()
    path.open("a").write("started\\n")
    if first:
        await asyncio.sleep(60)
    path.open("a").write("finished\\n")

worker.JOBS["slow"] = slow
worker.TIMERS.clear()
worker.main(Settings(database_url=sys.argv[1], redis_url=sys.argv[2]))
"""


@pytest.mark.slow
async def test_a_worker_killed_in_mid_job_is_made_up_for(
    bench: Bench, own_settings: Settings, tmp_path: Path
) -> None:
    marker = tmp_path / "marker"
    command = (sys.executable, "-c", SLOW_WORKER, own_settings.database_url, own_settings.redis_url)

    def said() -> list[str]:
        return marker.read_text().split() if marker.exists() else []

    row_id = await bench.add("slow", marker=str(marker))
    first = await asyncio.create_subprocess_exec(*command)
    try:
        await bench.until(lambda: said() == ["started"])
    finally:
        first.kill()
        await first.wait()
    # The next round is due after 40 seconds; the test does not wait for it.
    await bench.make_due()
    second = await asyncio.create_subprocess_exec(*command)
    try:
        await bench.until(lambda: said()[-1] == "finished")
        async with asyncio.timeout(10):
            while (await bench.row(row_id)).done_at is None:  # noqa: ASYNC110 (another process)
                await asyncio.sleep(0.05)
    finally:
        second.terminate()
        assert await second.wait() == 0
    assert said() == ["started", "started", "finished"]
    assert outbox.FIRST_ROUND_SECONDS < 60
