"""Alerts for tests: as if made, with the moments they have."""

import uuid
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.db import new_id, settings_of
from app.matching.alerts.links import token_of
from app.matching.alerts.models import Alert, alert_post
from app.organisations.links import sha256
from app.organisations.models import Person

MONDAY = datetime(2026, 11, 23, 7, tzinfo=UTC)


async def make_alert(
    db: AsyncSession, person: Person | uuid.UUID | None = None, **changes: Any
) -> Alert:
    """A daily alert of a person, else of a visitor, that is on since Monday at seven."""
    alert_id = new_id()
    person_id = person.id if isinstance(person, Person) else person
    values: dict[str, Any] = {
        "person_id": person_id,
        "email": None if person_id else f"v{alert_id.hex[-6:]}@visitors.example",
        "criteria": {},
        "frequency": "daily",
        "status": "on",
        "started_at": MONDAY,
        **changes,
    }
    if values["started_at"] is not None:
        values = {"covered_to": MONDAY, "kept_at": MONDAY, **values}
    token = token_of(settings_of(db), alert_id)
    alert = Alert(id=alert_id, token_sha256=sha256(token), **values)
    db.add(alert)
    await db.commit()
    return alert


def link_of(db: AsyncSession, alert: Alert) -> str:
    """The token of an alert's links."""
    return token_of(settings_of(db), alert.id)


async def told_of(db: AsyncSession, alert: Alert) -> set[uuid.UUID]:
    """The posts that an alert has told of."""
    query = select(alert_post.c.opportunity_id).where(alert_post.c.alert_id == alert.id)
    return set(await db.scalars(query))
