"""A worker killed in the middle, then two at once: every post in one mail to every reader."""

import asyncio
import json
import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from app.core.config import Settings
from app.core.db import make_engine, make_system_sessions
from app.matching.alerts.models import AlertRun, alert_post
from app.matching.alerts.sending import send_due
from app.notifications.models import Message
from tests.conftest import Servers
from tests.matching.alerts.making import make_alert
from tests.opportunities.finding.posts import make_post
from tests.people import make_organisation

pytestmark = pytest.mark.slow
ALERTS = 40
# A worker in a process of its own, which stops in its tracks just before the commit of its batch.
WORKER = """
import asyncio, json, sys, time
from pathlib import Path
from app.core.config import Settings
from app.core.db import make_engine, make_system_sessions
from app.matching.alerts.sending import send_due

async def main(order):
    settings = Settings(database_url=order["database"], secret_key=order["secret"])
    engine = make_engine(settings.database_url, pool_size=1)
    sessions = make_system_sessions(engine, settings)
    async with sessions.begin() as db:
        await send_due(db, most=10)
        Path(order["marker"]).touch()
        time.sleep(60)

asyncio.run(main(json.loads(sys.argv[1])))
"""


@pytest.fixture(scope="module")
async def own_settings(servers: Servers) -> Settings:
    return await servers.clone()


@pytest.fixture
async def sessions(own_settings: Settings) -> AsyncIterator[async_sessionmaker[AsyncSession]]:
    engine = make_engine(own_settings.database_url, pool_size=2)
    yield make_system_sessions(engine, own_settings)
    await engine.dispose()


async def start(settings: Settings, marker: Path) -> asyncio.subprocess.Process:
    order = {
        "database": settings.database_url,
        "secret": settings.secret_key,
        "marker": str(marker),
    }
    return await asyncio.create_subprocess_exec(sys.executable, "-c", WORKER, json.dumps(order))


async def test_killed_before_its_commit_and_then_two_at_once(
    own_settings: Settings,
    sessions: async_sessionmaker[AsyncSession],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    yesterday = datetime.now(UTC) - timedelta(days=2)
    values = {"started_at": yesterday, "covered_to": yesterday, "kept_at": yesterday}
    async with sessions() as db:
        body = await make_organisation(db)
        for _ in range(ALERTS):
            await make_alert(db, **values)
        for _ in range(3):
            await make_post(db, body, published_at=yesterday + timedelta(hours=1))
    marker = tmp_path / "halted"
    first = await start(own_settings, marker)
    async with asyncio.timeout(60):
        while not marker.exists():  # noqa: ASYNC110 (another process is waited for)
            await asyncio.sleep(0.05)
    os.kill(first.pid, signal.SIGKILL)
    await first.wait()
    async with sessions() as db:
        assert await db.scalar(select(func.count()).select_from(Message)) == 0
        assert await db.scalar(select(func.count()).select_from(AlertRun)) == 0
    # The server needs a moment to see that the killed one is gone; what it held is then free.
    async with asyncio.timeout(60):
        while await left(sessions):
            await asyncio.gather(worker(sessions), worker(sessions))
    async with sessions() as db:
        addresses = Counter(await db.scalars(select(Message.to_address)))
        told = await db.scalar(select(func.count()).select_from(alert_post))
        runs = await db.scalar(select(func.count()).select_from(AlertRun))
    assert len(addresses) == ALERTS
    assert set(addresses.values()) == {1}
    assert (told, runs) == (3 * ALERTS, ALERTS)


async def left(sessions: async_sessionmaker[AsyncSession]) -> int:
    async with sessions() as db:
        return ALERTS - int(await db.scalar(select(func.count()).select_from(AlertRun)) or 0)


async def worker(sessions: async_sessionmaker[AsyncSession]) -> None:
    """Batches one after the other, over a connection of its own, until there is nothing left."""
    done: int | None = 1
    while done:
        async with sessions.begin() as db:
            done = await send_due(db, most=5)
