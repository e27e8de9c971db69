"""What holds for messages: their channels, how long we try, and what a header may hold. Pure."""

import re
from datetime import timedelta
from enum import StrEnum
from typing import Final

KEEP_TEXT: Final = timedelta(days=30)
TRY_FOR: Final = timedelta(hours=48)
LONGEST_SUBJECT: Final = 200


class Channel(StrEnum):
    """How a message left: by mail server, by GOV.UK Notify, or only into the demo mailbox."""

    SMTP = "smtp"
    NOTIFY = "notify"
    MAILBOX = "mailbox"


class BadHeader(ValueError):
    """A subject or a name that would begin another header, or is no line of text."""


_NOT_IN_A_LINE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def check_line(text: str, what: str, most: int = LONGEST_SUBJECT) -> str:
    """One line of a header. Raises BadHeader for line ends, other control characters, length.

    >>> check_line("Northshire Council", "name")
    'Northshire Council'
    >>> check_line("Hello" + chr(13) + chr(10) + "Bcc: x@y.example", "subject")
    Traceback (most recent call last):
    app.notifications.domain.BadHeader: The subject is not one line of text.
    """
    if _NOT_IN_A_LINE.search(text):
        raise BadHeader(f"The {what} is not one line of text.")
    if len(text) > most:
        raise BadHeader(f"The {what} is longer than {most} characters.")
    return text
