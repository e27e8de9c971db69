"""The worker: runs what the outbox holds, and the timers of the features."""

import asyncio
import json
import logging
import signal
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

from arq import cron
from arq.connections import ArqRedis, RedisSettings, create_pool
from arq.cron import CronJob
from arq.worker import Worker, func
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from app.cofunding import jobs as cofunding
from app.cofunding.fitting import jobs as fitting
from app.cofunding.wiring import follow_posts
from app.core import once, outbox
from app.core.config import Settings
from app.core.db import make_engine, make_system_sessions
from app.core.outbox import Job
from app.costsharing import jobs as costsharing
from app.costsharing.splits import jobs as cost_splits
from app.matching import jobs as matching
from app.matching.alerts import jobs as alerts
from app.matching.alerts.sending import send_due
from app.matching.inviting import jobs as inviting
from app.matching.needs import jobs as needs
from app.matching.wiring import follow_changes
from app.notifications import jobs as notifications
from app.opportunities.finding import jobs as finding
from app.opportunities.publishing import jobs as publishing
from app.opportunities.questions import jobs as questions
from app.organisations.joining import jobs as joining
from app.organisations.members import jobs as members
from app.organisations.record import jobs as audit_record
from app.organisations.reminders import jobs as reminders
from app.organisations.sign_in import jobs as sign_in
from app.profiles import jobs as profile_levels
from app.profiles.confirming import jobs as confirming
from app.profiles.editions import jobs as editions
from app.profiles.importing import jobs as importing
from app.profiles.keeping import jobs as profiles
from app.roles.local import jobs as roles

Timer = Callable[[AsyncSession], Awaitable[None]]

# What features can be asked to do later, by the name that `outbox.enqueue` is given.
JOBS: Final[dict[str, Job]] = {
    "cofunding.notice_fits": fitting.notice_fits,
    "costsharing.draw_paper": cost_splits.draw_paper,
    "matching.follow_person": matching.follow_person,
    "matching.rebuild_people": matching.rebuild_people,
    "matching.tell_answer": inviting.tell_answer,
    "matching.rebuild_posts": matching.rebuild_posts,
    "matching.write_due": matching.write_due,
    "notifications.deliver": notifications.deliver,
    "organisations.mail_head": audit_record.mail_head,
    "opportunities.keep_dates": publishing.keep_dates,
    "opportunities.tell_asker": questions.tell_asker,
    "opportunities.tell_askers": publishing.tell_askers,
    "opportunities.tell_question_asked": questions.tell_question_asked,
}

# What is due is asked of the database every hour, so a night with the worker away is made up.
TIMERS: Final[dict[str, Timer]] = {
    "alerts.look_after": alerts.look_after,
    "audit.sign_heads": audit_record.sign_heads,
    "cofunding.lapse_pledges": cofunding.lapse_pledges,
    "cofunding.notice_fits": fitting.notice_fits,
    "core.sweep_outbox": outbox.sweep,
    "core.sweep_request_keys": once.sweep,
    "costsharing.delete_idle": costsharing.delete_idle,
    "matching.look_after": matching.look_after,
    "matching.look_after_needs": needs.look_after,
    "notifications.look_after": notifications.look_after,
    "opportunities.keep_dates": publishing.keep_dates,
    "opportunities.rebuild_open_posts": finding.rebuild_open_posts,
    "organisations.delete_idle_applications": joining.delete_idle,
    "sign_in.forget": sign_in.forget,
    "organisations.delete_old_memberships": members.delete_old,
    "organisations.look_after_proofs": members.look_after_proofs,
    "organisations.remind": reminders.remind_all,
    "profiles.forget_old_levels": profile_levels.forget_old_levels,
    "profiles.tell_of_edition": editions.tell_of_edition,
    "profiles.forget_files": importing.forget_files,
    "profiles.look_after_confirmations": confirming.look_after,
    "profiles.look_after": profiles.look_after,
    "roles.remind_of_reviews": roles.remind_of_reviews,
}

RELAY_SECONDS: Final = 1.0
# Alerts are looked at so often while none is due; after a batch they rest for so many times as long
# as it took, so that a morning's alerts leave most of the database to people.
ALERT_SECONDS: Final = 10.0
ALERTS_REST: Final = 2.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Pace:
    """How often the worker looks; tests look more often."""

    poll_seconds: float = 0.1
    relay_seconds: float = RELAY_SECONDS
    alert_seconds: float = ALERT_SECONDS


def decode(data: bytes) -> dict[str, Any]:
    """A message of the queue: JSON, never pickle."""
    message: dict[str, Any] = json.loads(data)
    return message


def encode(message: dict[str, Any]) -> bytes:
    """The same, on its way out."""
    return json.dumps(message).encode()


async def connect_queue(settings: Settings) -> ArqRedis:
    """The queue, with our way of writing messages."""
    where = RedisSettings.from_dsn(settings.redis_url)
    where.conn_retries, where.conn_retry_delay = 20, 1
    return await create_pool(
        where, job_serializer=encode, job_deserializer=decode, default_queue_name=outbox.QUEUE
    )


def make_worker(
    queue: ArqRedis,
    sessions: async_sessionmaker[AsyncSession],
    jobs: dict[str, Job] | None = None,
    pace: Pace | None = None,
) -> Worker:
    """An arq worker for our queue alone."""
    known = JOBS if jobs is None else jobs

    async def run_outbox_row(_: dict[Any, Any], row_id: str) -> None:
        await outbox.run_row(sessions, known, row_id)

    return Worker(
        functions=[func(run_outbox_row, name=outbox.RUN)],  # type: ignore[arg-type]
        cron_jobs=[_hourly(name, timer, sessions) for name, timer in TIMERS.items()],
        redis_pool=queue,
        queue_name=outbox.QUEUE,
        handle_signals=False,
        job_timeout=outbox.JOB_TIMEOUT_SECONDS,
        max_tries=outbox.TRIES,
        keep_result=0,
        poll_delay=(pace or Pace()).poll_seconds,
        job_serializer=encode,
        job_deserializer=decode,
        log_results=False,
    )


def _hourly(name: str, timer: Timer, sessions: async_sessionmaker[AsyncSession]) -> CronJob:
    async def run_timer(_: dict[Any, Any]) -> None:
        async with sessions.begin() as db:
            await timer(db)

    return cron(
        run_timer,  # type: ignore[arg-type]
        name=f"timer:{name}",
        minute=7,
        run_at_startup=True,
        timeout=outbox.JOB_TIMEOUT_SECONDS,
        keep_result=0,
    )


async def relay_for_ever(
    sessions: async_sessionmaker[AsyncSession], queue: ArqRedis, pace: Pace
) -> None:
    """Hand over due rows every second; trouble with a server is waited out."""
    while True:
        try:
            await outbox.relay(sessions, queue)
        except (SQLAlchemyError, RedisError, OSError) as error:
            _log.warning("relay waits: %s", type(error).__name__)
        await asyncio.sleep(pace.relay_seconds)


async def alerts_for_ever(sessions: async_sessionmaker[AsyncSession], pace: Pace) -> None:
    """Send what alerts found, a batch at a time, each in a transaction of its own."""
    while True:
        began: float = time.monotonic()
        done: int | None = 0
        try:
            async with sessions.begin() as db:
                done = await send_due(db)
        except (SQLAlchemyError, OSError) as error:
            _log.warning("alerts wait: %s", type(error).__name__)
        if done:
            await asyncio.sleep((time.monotonic() - began) * ALERTS_REST)
        else:
            await asyncio.sleep(pace.relay_seconds if done is None else pace.alert_seconds)


async def work(settings: Settings, pace: Pace | None = None) -> None:
    """Work until SIGTERM or SIGINT; what was cut off is done again by the next worker."""
    pace = pace or Pace()
    follow_posts()
    follow_changes()
    engine = make_engine(settings.database_url, pool_size=settings.pool_size)
    sessions = make_system_sessions(engine, settings)
    task = asyncio.current_task()
    assert task is not None  # noqa: S101 (a coroutine runs in a task)
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    try:
        while True:
            await _work_until_trouble(settings, sessions, pace)
            await asyncio.sleep(1)
    except asyncio.CancelledError:
        _log.info("worker stops")
    finally:
        await engine.dispose()


async def _work_until_trouble(
    settings: Settings, sessions: async_sessionmaker[AsyncSession], pace: Pace
) -> None:
    """Run until the queue server goes away, then come back to be started again."""
    worker, beside = None, []
    try:
        queue = await connect_queue(settings)
        worker = make_worker(queue, sessions, pace=pace)
        beside = [
            asyncio.create_task(relay_for_ever(sessions, queue, pace)),
            asyncio.create_task(alerts_for_ever(sessions, pace)),
        ]
        await worker.async_run()
    except (RedisError, OSError) as error:
        _log.warning("queue is away: %s", type(error).__name__)
    finally:
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)
        if worker is not None:
            await _close(worker)


async def _close(worker: Worker) -> None:
    """Cancel what runs (arq puts it back into the queue) and close the connections."""
    for running in worker.tasks.values():
        running.cancel()
    await asyncio.gather(*worker.tasks.values(), return_exceptions=True)
    try:
        await worker.pool.delete(worker.health_check_key)
        await worker.pool.aclose(close_connection_pool=True)
    except (RedisError, OSError) as error:
        _log.warning("queue is away: %s", type(error).__name__)


def main(settings: Settings) -> None:
    """Run the worker in this process."""
    asyncio.run(work(settings))
