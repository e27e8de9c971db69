"""The text of a message as it is kept: sealed, so that a copy of the database opens no link."""

import json
import uuid
from dataclasses import dataclass

from app.core.config import Settings
from app.core.keys import CannotUnseal, derive_key, seal, unseal
from app.notifications.models import Message
from app.notifications.rendering import Rendered


@dataclass(frozen=True)
class Letter:
    """A message with its text, ready to be handed over or shown.

    `unsubscribe` is the address that ends such messages at once (RFC 8058), empty where there is
    nothing to end.
    """

    id: uuid.UUID
    to_address: str
    organisation_name: str
    language: str
    subject: str
    text: str
    html: str
    unsubscribe: str = ""


def _key(settings: Settings) -> bytes:
    return derive_key(settings.secret_key, "messages")


def seal_letter(
    settings: Settings, message_id: uuid.UUID, rendered: Rendered, unsubscribe: str = ""
) -> bytes:
    """Text and HTML for the message of this id, and no other."""
    content = {"text": rendered.text, "html": rendered.html}
    if unsubscribe:
        content["unsubscribe"] = unsubscribe
    return seal(_key(settings), json.dumps(content).encode(), place=message_id.bytes)


def open_letter(settings: Settings, message: Message) -> Letter:
    """The message with its text. Raises CannotUnseal where the text is gone or the key changed."""
    if message.sealed is None or message.to_address is None:
        raise CannotUnseal("The text of this message has been deleted.")
    content = json.loads(unseal(_key(settings), message.sealed, place=message.id.bytes))
    return Letter(
        id=message.id,
        to_address=message.to_address,
        organisation_name=message.organisation_name,
        language=message.language,
        subject=message.subject,
        text=content["text"],
        html=content["html"],
        unsubscribe=content.get("unsubscribe", ""),
    )
