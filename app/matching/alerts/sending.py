"""Sends what alerts found: each window once, each post once, a batch at a time."""

import logging
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.matching.alerts import queries
from app.matching.alerts.commands import renewed_token
from app.matching.alerts.domain import SHOWN, Frequency, next_window
from app.matching.alerts.links import link_path
from app.matching.alerts.models import Alert, AlertRun, alert_post
from app.matching.alerts.queries import Found, Reader, search_of
from app.matching.alerts.saying import list_path, said_of
from app.matching.alerts.wording import HOW_OFTEN, make_line
from app.notifications.commands import send
from app.notifications.queries import count_waiting

TEMPLATE: Final = "alert_posts"
BATCH: Final = 25
# While so many of our mails wait to be handed over no more are written: sign-in links and all
# other mail stand in the same queue and must not wait behind a morning's alerts.
MOST_WAITING: Final = 50
REST_AFTER_ERROR: Final = timedelta(hours=1)

_log = logging.getLogger(__name__)


async def send_due(db: AsyncSession, now: datetime | None = None, most: int = BATCH) -> int | None:
    """Look through the windows that are over, those of `most` alerts at a time; how many it was.

    None says that it did not look, since too many of our mails wait.

    The run, what it told of, and the message are one transaction with the move of the window:
    killed before its commit nothing has happened, killed after it all has. Workers at the same
    time take different alerts. `now` is for tests; otherwise the clock of the database counts.
    """
    room = MOST_WAITING - await count_waiting(db, TEMPLATE)
    if room <= 0:
        return None
    now = now or await queries.database_now(db)
    alerts = await queries.lock_due(db, now, min(most, room))
    readers = await queries.readers_of(db, alerts)
    names = await queries.names_in(db, map(search_of, alerts))
    for alert in alerts:
        alert_id = alert.id
        reader = readers.get(alert_id)
        if reader is None:
            alert.not_before = now + timedelta(days=1)
            continue
        try:
            async with db.begin_nested():
                await _run(db, alert, reader, names, now)
        except Exception:
            # One alert that cannot be sent must not hold up those behind it.
            _log.exception("alert %s could not be sent", alert_id)
            await db.refresh(alert)
            alert.not_before = now + REST_AFTER_ERROR
    await db.flush()
    return len(alerts)


async def _run(
    db: AsyncSession, alert: Alert, reader: Reader, names: Mapping[str, str], now: datetime
) -> None:
    assert alert.covered_to is not None  # noqa: S101 (a CHECK of the table)
    window = next_window(Frequency(alert.frequency), alert.covered_to, now)
    if window is None:
        return
    list_new = queries.list_new_matches if alert.is_match else queries.list_new
    found = await list_new(db, alert, reader.views, now)
    message_id = None
    if found:
        message_id = await send(
            db,
            to=reader.address,
            template=TEMPLATE,
            values=_values(db, alert, reader, found, names),
            language="cy" if reader.language == "cy" else "en",
            person_id=reader.person_id,
            unsubscribe_path=link_path(renewed_token(db, alert), "unsubscribe"),
        )
        told = [
            {"alert_id": alert.id, "opportunity_id": one.row["opportunity_id"]} for one in found
        ]
        await db.execute(insert(alert_post), told)
    start, end = window
    db.add(
        AlertRun(
            alert_id=alert.id,
            window_from=start,
            window_to=end,
            posts=len(found),
            message_id=message_id,
        )
    )
    alert.covered_to, alert.not_before = end, None
    await db.flush()


def _values(
    db: AsyncSession, alert: Alert, reader: Reader, found: list[Found], names: Mapping[str, str]
) -> dict[str, Any]:
    language = "cy" if reader.language == "cy" else "en"
    token = renewed_token(db, alert)
    lines = [make_line(one.row, one.seen_as, language) for one in found[:SHOWN]]
    return {
        "posts": [asdict(line) for line in lines],
        "count": len(found),
        "more": len(found) - len(lines),
        "described": said_of(alert, names, language),
        "how_often": HOW_OFTEN[language][alert.frequency],
        "list_path": list_path(alert),
        "manage_path": link_path(token),
        "stop_path": link_path(token, "unsubscribe"),
        "is_match": alert.is_match,
    }
