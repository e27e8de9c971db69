"""Rules of second factors: codes of authenticator apps, and recovery codes. Pure."""

import base64
import hashlib
import hmac
import itertools
import struct
from collections.abc import Sequence
from typing import Final

STEP_SECONDS: Final = 30
DIGITS: Final = 6
SECRET_BYTES: Final = 20
"""What RFC 4226 recommends for HMAC-SHA-1, which is all that authenticator apps have in common."""

DRIFT_STEPS: Final = 1
"""How many steps a phone's clock may be early or late (RFC 6238 section 5.2)."""

RECOVERY_CODES: Final = 10
RECOVERY_LETTERS: Final = "abcdefghjkmnpqrstvwxyz0123456789"
RECOVERY_LENGTH: Final = 16
"""Sixteen letters out of 32 are 80 random bits."""


def code_at(secret: bytes, step: int) -> str:
    """The code that an app shows in a time step (RFC 6238, with the example of its appendix B).

    >>> code_at(b"12345678901234567890", 59 // STEP_SECONDS)
    '287082'
    """
    mac = hmac.new(secret, struct.pack(">Q", step), hashlib.sha1).digest()
    offset = mac[-1] & 0x0F
    number = struct.unpack(">I", mac[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def find_step(secret: bytes, code: str, now: int, *, after: int) -> int | None:
    """The time step whose code this is, or None; `now` is in seconds since 1970.

    Only a step later than `after`, the one of the last code taken, counts: each code works once.
    """
    here = now // STEP_SECONDS
    found = None
    for step in range(here - DRIFT_STEPS, here + DRIFT_STEPS + 1):
        if hmac.compare_digest(code_at(secret, step).encode(), code.encode()) and step > after:
            found = step
    return found


def in_base32(secret: bytes) -> str:
    """A secret as apps take it when it is typed in: in groups of four.

    >>> in_base32(b"12345678901234567890")
    'GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ'
    """
    return grouped(base64.b32encode(secret).decode().rstrip("="), " ")


def grouped(text: str, between: str) -> str:
    """A text in groups of four, as people copy it.

    >>> grouped("abcdefgh", "-")
    'abcd-efgh'
    """
    return between.join(text[at : at + 4] for at in range(0, len(text), 4))


def tidy(code: str) -> str:
    """A code as typed, without what stands between its groups and in one case.

    >>> tidy(" 287 082 "), tidy("ABCD-efgh")
    ('287082', 'abcdefgh')
    """
    return "".join(letter for letter in code.lower() if letter.isalnum())


QUIET: Final = 4
"""The white squares that a QR code needs around it (ISO/IEC 18004)."""


def outline_of(rows: Sequence[Sequence[int]]) -> tuple[int, str]:
    """The width of a QR code and the path of its dark squares, for an SVG picture.

    >>> outline_of([[1, 1], [0, 1]])
    (10, 'M4 4h2v1h-2zM5 5h1v1h-1z')
    """
    parts = []
    for y, row in enumerate(rows, QUIET):
        x = QUIET
        for is_dark, run in itertools.groupby(row):
            length = len(list(run))
            if is_dark:
                parts.append(f"M{x} {y}h{length}v1h-{length}z")
            x += length
    return len(rows) + 2 * QUIET, "".join(parts)
