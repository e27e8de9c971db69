"""When a profile is asked about, and when it goes without an answer. Pure."""

from datetime import date, timedelta
from typing import Final

from app.core.errors import NotFound

LINKS: Final = "/keep-profile/"
"""Below it the rest of the path is a secret."""

IDLE: Final = timedelta(days=365)
"""After so long without a change, a confirmation or a sign-in we ask."""
ASK_AGAIN_AFTER: Final = timedelta(days=30)
END_AFTER: Final = timedelta(days=30)
"""Counted from the second time that we asked."""


def idle_since(today: date) -> date:
    """Profiles last wanted on this day or before are asked about.

    >>> idle_since(date(2027, 11, 25))
    datetime.date(2026, 11, 25)
    """
    return today - IDLE


def last_asked(today: date) -> date:
    """Those asked on this day or before, and silent since, are asked again."""
    return today - ASK_AGAIN_AFTER


def last_asked_again(today: date) -> date:
    """Those asked again on this day or before, and silent since, are removed."""
    return today - END_AFTER


def ends_on(asked_again_on: date) -> date:
    """The first day on which a profile may be removed."""
    return asked_again_on + END_AFTER


def no_such_link() -> NotFound:
    """The answer for a link that keeps nothing."""
    return NotFound(
        "no-such-link",
        "This link does not work any more. Sign in to see whether your profile is still there.",
    )
