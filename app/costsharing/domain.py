"""Drafts of the calculator: how their secret links are made, when they end, and what can go wrong.

Pure.
"""

import hashlib
import re
from datetime import timedelta

from app.core.errors import NotFound, RuleBroken, Stale

IDLE_DAYS = 90
KEEP_IDLE = timedelta(days=IDLE_DAYS)
TOKEN_BYTES = 32
LARGEST_FILE = 500_000

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


def token_hash(token: str) -> bytes:
    """The SHA-256 under which a draft is found; the token itself is stored nowhere.

    Raises NotFound for what cannot be a token of ours.

    >>> len(token_hash("a" * 43))
    32
    """
    if not _TOKEN.fullmatch(token):
        raise no_such_draft()
    return hashlib.sha256(token.encode()).digest()


def no_such_draft() -> NotFound:
    """The answer for a wrong link and for a draft that is gone: the two look alike."""
    return NotFound(
        "draft-not-found",
        "There is no calculation at this address. "
        f"Calculations are deleted after {IDLE_DAYS} days without use. "
        "If you have its file you can load it again.",
    )


def stale_answers() -> Stale:
    """Somebody saved this page after it was opened here."""
    return Stale(
        "answers-changed",
        "These answers were changed in another tab or by another person after you opened this "
        "page. What you typed is still here.",
    )


def too_large() -> RuleBroken:
    """The answers of one calculation outgrew what we keep."""
    return RuleBroken(
        "answers-too-large",
        "These answers are too large to keep. Use fewer rows or shorter texts.",
    )
