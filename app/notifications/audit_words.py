"""How the record says what was done to messages. Pure."""

from typing import Final

SENTENCES: Final = {
    "message.sent_again": "Sent a message again that could not be delivered",
}
