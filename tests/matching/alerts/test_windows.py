"""Whatever happens, each post reaches its reader once.

Schedules of publishing, running, crashing, delivering and waiting are drawn at random, against the
real tables. A crash is a transaction that is rolled back at a place where a process can die.
"""

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import SYSTEM
from app.matching.alerts import commands, sending
from app.matching.alerts.domain import AlertAction
from app.matching.alerts.models import Alert, AlertRun
from app.matching.alerts.sending import send_due
from app.notifications import commands as notifications
from app.notifications.commands import deliver_message
from app.notifications.domain import Channel
from app.notifications.letters import Letter
from app.notifications.models import Message
from app.opportunities.finding.models import OpenPost
from tests.matching.alerts.making import MONDAY, link_of, make_alert, told_of
from tests.opportunities.finding.posts import make_post
from tests.people import make_organisation

STEPS = st.lists(
    st.one_of(
        st.just(("publish",)),
        st.tuples(st.just("run"), st.sampled_from(["", "before", "after"])),
        st.tuples(st.just("deliver"), st.sampled_from(["", "before", "after"])),
        st.tuples(st.just("wait"), st.integers(1, 24 * 9)),
        st.tuples(st.just("frequency"), st.sampled_from(["instant", "daily", "weekly"])),
        st.tuples(st.just("toggle")),
    ),
    max_size=14,
)


class Crash(BaseException):
    """The process dies here."""


@dataclass
class Life:
    """An alert, its clock, what was published, and what the mail server has taken."""

    db: AsyncSession
    body: Any
    alert: Any
    now: datetime = MONDAY + timedelta(hours=1)
    posts: dict[str, uuid.UUID] = field(default_factory=dict)
    taken: list[Letter] = field(default_factory=list)

    async def publish(self) -> None:
        post = await make_post(self.db, self.body, published_at=self.now)
        shown = update(OpenPost).where(OpenPost.opportunity_id == post.id)
        await self.db.execute(shown.values(shown_at=self.now))
        self.posts[post.slug] = post.id

    async def run(self, crash: str) -> None:
        """Die before the commit, in the middle of a run or at its end; or do it whole."""
        with crashing(sending, "insert", crash == "before"):
            await self.whole_or_not(send_due(self.db, self.now), dies=crash == "after")

    async def deliver(self, crash: str) -> None:
        waiting = select(Message.id).where(
            Message.to_address == self.alert.email, Message.sent_at.is_(None)
        )
        for message_id in list(await self.db.scalars(waiting)):
            with crashing(notifications, "deliver", crash == "before"):
                await self.whole_or_not(deliver_message(self.db, message_id), dies=crash == "after")

    async def whole_or_not(self, work: Any, *, dies: bool) -> None:
        try:
            async with self.db.begin_nested():
                await work
                if dies:
                    raise Crash
        except Crash:
            await self.db.refresh(self.alert)

    async def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    async def frequency(self, value: str) -> None:
        self.alert.frequency = value
        await self.db.flush()

    async def toggle(self) -> None:
        action = AlertAction.PAUSE if self.alert.status == "on" else AlertAction.RESUME
        await commands.move_by_link(
            self.db, SYSTEM, token=link_of(self.db, self.alert), action=action
        )


@contextmanager
def crashing(module: Any, name: str, dies: bool) -> Iterator[None]:
    """Die when this name of a module is called."""
    usual = getattr(module, name)

    def die(*_: Any) -> None:
        raise Crash

    if dies:
        setattr(module, name, die)
    try:
        yield
    finally:
        setattr(module, name, usual)


@pytest.fixture
async def body(db: AsyncSession) -> Any:
    return await make_organisation(db)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(STEPS)
async def test_each_post_is_sent_once_whatever_the_schedule(
    db: AsyncSession, body: Any, monkeypatch: pytest.MonkeyPatch, steps: list[tuple[Any, ...]]
) -> None:
    life = Life(db, body, await make_alert(db))

    async def take(_: Any, letter: Letter) -> Channel:
        life.taken.append(letter)
        return Channel.SMTP

    monkeypatch.setattr(notifications, "deliver", take)
    for name, *values in steps:
        await getattr(life, name)(*values)
    if life.alert.status == "paused":
        await life.toggle()
    await life.wait(24 * 8)
    await life.run("")
    await life.deliver("")
    await check(life)
    # The next example begins with no posts and no alert.
    await db.execute(update(OpenPost).values(is_shown=False))
    await db.delete(life.alert)
    await db.commit()


async def check(life: Life) -> None:
    """Every post in one message, and that message under one Message-ID however often it left."""
    told: dict[str, set[uuid.UUID]] = {}
    for letter in life.taken:
        for slug in set(re.findall(r"/opportunities/(a-post-\d+)", letter.text)):
            told.setdefault(slug, set()).add(letter.id)
    assert set(told) == set(life.posts)
    assert all(len(ids) == 1 for ids in told.values())
    assert await told_of(life.db, life.alert) == set(life.posts.values())
    runs = await life.db.execute(
        select(AlertRun.window_from, AlertRun.window_to)
        .where(AlertRun.alert_id == life.alert.id)
        .order_by(AlertRun.window_to)
    )
    end = MONDAY
    for start, until in runs:
        assert start == end
        end = until
    covered = select(Alert.covered_to).where(Alert.id == life.alert.id)
    assert await life.db.scalar(covered) == end
