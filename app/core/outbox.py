"""Work for later: a row in the caller's transaction, handed to arq by the relay, run at least once.

PostgreSQL is the truth and the queue server only the messenger: emptied, it costs no work.
"""

import json
import logging
import uuid
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from arq import Retry
from arq.connections import ArqRedis
from sqlalchemy import CheckConstraint, Index, delete, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.core.privacy import not_personal

Job = Callable[..., Awaitable[None]]
"""A job of a feature: `async def job(db, **arguments)`; it may run twice, so it must not mind."""

QUEUE: Final = "crossbench:jobs"
RUN: Final = "run_outbox_row"
JOB_TIMEOUT_SECONDS: Final = 20
TRIES: Final = 5
ROUNDS: Final = 5
FIRST_ROUND_SECONDS: Final = 40
MOST_IN_QUEUE: Final = 200
KEEP_DONE_DAYS: Final = 30

_log = logging.getLogger(__name__)


class Outbox(Base):
    """One piece of work. `next_at` is when it goes (round) to the worker."""

    __tablename__ = "outbox"
    __privacy__ = not_personal("ids and plain values, never names")
    __table_args__ = (
        CheckConstraint("attempt >= 0", name="attempt_not_negative"),
        CheckConstraint("done_at IS NULL OR failed_at IS NULL", name="done_or_failed"),
        Index(
            "ix_outbox_waiting",
            "next_at",
            postgresql_where=text("done_at IS NULL AND failed_at IS NULL"),
        ),
    )

    job: Mapped[str]
    arguments: Mapped[dict[str, Any]]
    attempt: Mapped[int] = mapped_column(server_default="0")
    next_at: Mapped[datetime] = mapped_column(server_default=func.now())
    enqueued_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    last_error: Mapped[str | None]


class TryAgain(Exception):
    """Transient trouble: the job is to be run again after some seconds."""

    def __init__(self, seconds: float = 5) -> None:
        super().__init__(f"try again in {seconds} seconds")
        self.seconds = seconds


async def enqueue(db: AsyncSession, job: str, **arguments: Any) -> uuid.UUID:
    """Write down work for later, in the caller's transaction: rolled back, it is never done.

    `arguments` are ids and plain values that JSON can carry. Returns the row's id.
    """
    row = Outbox(job=job, arguments=json.loads(json.dumps(arguments)))
    db.add(row)
    await db.flush()
    return row.id


async def relay(sessions: async_sessionmaker[AsyncSession], queue: ArqRedis) -> int:
    """Hand over the rows that are due, and how many went. Several relays may run at once.

    A row not done in time goes round again, later each time; after the last round it is marked
    failed. Only so many wait in the queue at once, the rest stays in the database. Rows are
    claimed and committed first: a worker must not meet them while we hold their locks.
    """
    room = MOST_IN_QUEUE - int(await queue.zcard(QUEUE))
    if room <= 0:
        return 0
    async with sessions.begin() as db:
        due = await db.scalars(
            select(Outbox)
            .where(
                Outbox.done_at.is_(None), Outbox.failed_at.is_(None), Outbox.next_at <= func.now()
            )
            .order_by(Outbox.next_at, Outbox.id)
            .limit(room)
            .with_for_update(skip_locked=True)
        )
        claimed = [(row.id, row.attempt) for row in due if _claim(row)]
    handed = 0
    try:
        for key, attempt in claimed:
            name = f"outbox:{key}:{attempt}"
            await queue.enqueue_job(RUN, str(key), _job_id=name, _queue_name=QUEUE)
            handed += 1
    finally:
        await _give_back(sessions, [key for key, _ in claimed[handed:]])
    return handed


def _claim(row: Outbox) -> bool:
    """Count a round of this row, or mark it failed where it has had them all."""
    if row.attempt >= ROUNDS:
        row.failed_at = func.now()
        _log.error("outbox row %s (%s) failed after %s rounds", row.id, row.job, row.attempt)
        return False
    seconds = FIRST_ROUND_SECONDS * 2**row.attempt
    row.attempt += 1
    row.enqueued_at = func.now()
    row.next_at = func.now() + timedelta(seconds=seconds)
    return True


async def _give_back(sessions: async_sessionmaker[AsyncSession], keys: list[uuid.UUID]) -> None:
    """The queue went away in the middle: what it did not get has had no round."""
    if keys:
        async with sessions.begin() as db:
            await db.execute(
                update(Outbox)
                .where(Outbox.id.in_(keys))
                .values(attempt=Outbox.attempt - 1, next_at=func.now())
            )


async def run_row(
    sessions: async_sessionmaker[AsyncSession], jobs: Mapping[str, Job], row_id: str
) -> None:
    """Do one row's work: the effect and `done_at` in one transaction.

    A row that is done, gone, or being done elsewhere is left alone. TryAgain becomes arq's Retry;
    any other error is noted, and the row goes round again until its last round.
    """
    key = uuid.UUID(row_id)
    try:
        async with sessions.begin() as db:
            row = await db.scalar(
                select(Outbox)
                .where(Outbox.id == key, Outbox.done_at.is_(None))
                .with_for_update(skip_locked=True)
            )
            if row is None:
                return
            await jobs[row.job](db, **row.arguments)
            row.done_at, row.failed_at, row.last_error = func.now(), None, None
    except TryAgain as trouble:
        wait = timedelta(seconds=trouble.seconds + FIRST_ROUND_SECONDS)
        await _note(sessions, key, trouble, next_at=func.now() + wait)
        raise Retry(defer=trouble.seconds) from trouble
    except Exception as error:
        _log.exception("outbox row %s could not be done", key)
        await _note(sessions, key, error)


async def _note(
    sessions: async_sessionmaker[AsyncSession], key: uuid.UUID, error: Exception, **changes: Any
) -> None:
    """Keep the kind of error for operators; its text may name people and stays out."""
    async with sessions.begin() as db:
        await db.execute(
            update(Outbox)
            .where(Outbox.id == key, Outbox.done_at.is_(None))
            .values(last_error=type(error).__name__, **changes)
        )


async def revive(db: AsyncSession, job: str, *, younger_than: timedelta) -> None:
    """Let failed rows of a job go round again, all rounds anew, unless they are too old."""
    await db.execute(
        update(Outbox)
        .where(
            Outbox.job == job,
            Outbox.failed_at.is_not(None),
            Outbox.created_at > func.now() - younger_than,
        )
        .values(failed_at=None, attempt=0, next_at=func.now())
    )


async def sweep(db: AsyncSession) -> None:
    """Delete what was done long ago; failed rows stay until somebody has looked at them."""
    limit = func.now() - timedelta(days=KEEP_DONE_DAYS)
    await db.execute(delete(Outbox).where(Outbox.done_at < limit))
