"""What holds for messages: their channels, how long we try, and what a header may hold. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from app.core.errors import NotFound

KEEP_TEXT: Final = timedelta(days=30)
TRY_FOR: Final = timedelta(hours=48)
LATE: Final = timedelta(minutes=5)
LONGEST_SUBJECT: Final = 200


class Channel(StrEnum):
    """How a message left: by mail server, by GOV.UK Notify, only into the demo mailbox or inbox."""

    SMTP = "smtp"
    NOTIFY = "notify"
    MAILBOX = "mailbox"
    INBOX = "inbox"


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


def no_such_message() -> NotFound:
    """There is none, or it may not be seen."""
    return NotFound("no-such-message", "There is no such message.")


@dataclass(frozen=True)
class Piece:
    """A part of a text; `path` is where it leads on our own pages, empty for plain text."""

    text: str
    path: str = ""


_ADDRESS: Final = re.compile(r"https?://[^\s<>\"']+")


def pieces(text: str, base_url: str) -> Iterator[Piece]:
    """A text in pieces, so that a page can make links of our own addresses and of no others.

    The links are paths: they stay on the host by which the reader came.

    >>> list(pieces("Go to http://x.example/a?b=1. Bye", "http://x.example"))  # doctest: +ELLIPSIS
    [Piece(text='Go to ', path=''), Piece(text='http://x.example/a?b=1', path='/a?b=1'), ...]
    """
    end = 0
    for found in _ADDRESS.finditer(text):
        address = found[0].rstrip(".,;:!?)")
        if not address.startswith(f"{base_url}/"):
            continue
        path = address.removeprefix(base_url)
        if path.startswith(("//", "/\\")):
            continue
        yield Piece(text[end : found.start()])
        yield Piece(address, path)
        end = found.start() + len(address)
    yield Piece(text[end:])
