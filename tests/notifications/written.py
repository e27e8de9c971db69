"""Messages that stand in the database already, with text and all."""

import uuid
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.db import new_id, settings_of
from app.notifications.letters import seal_letter
from app.notifications.models import Message
from app.notifications.rendering import Rendered


async def make_message(
    db: AsyncSession,
    *,
    text: str = "Hello Ada\n",
    html: str = "<p>Hello Ada</p>\n",
    **changes: Any,
) -> Message:
    """A message that waits, or what `changes` say."""
    message_id = new_id()
    rendered = Rendered("Hello Ada", text, html)
    values: dict[str, Any] = {
        "to_address": "ada@x.example",
        "organisation_name": "",
        "template": "greeting",
        "language": "en",
        "subject": rendered.subject,
        "sealed": seal_letter(settings_of(db), message_id, rendered),
        "in_inbox": False,
        **changes,
    }
    message = Message(id=message_id, **values)
    db.add(message)
    await db.commit()
    return message


async def make_failed_message(db: AsyncSession, **changes: Any) -> uuid.UUID:
    """The id of a message that the mail server refused for good."""
    failed = {"failed_at": datetime.now(UTC), "failure": "smtp-550", **changes}
    return (await make_message(db, **failed)).id
