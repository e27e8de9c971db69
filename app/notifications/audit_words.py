"""How the record says what was done to messages. Pure."""

from typing import Final

SENTENCES: Final = {
    "account.messages_chosen": "Chose which messages come by email and which in the inbox",
    "message.sent_again": "Sent a message again that could not be delivered",
}
