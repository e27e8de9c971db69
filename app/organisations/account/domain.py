"""Rules of a person's own account. Pure."""

from datetime import timedelta
from typing import Final

CLAIM_LIVES: Final = timedelta(days=14)
"""How long a link to confirm an address may be used (security rule 14)."""

LANGUAGE_NAMES: Final = {"en": "English", "cy": "Welsh (Cymraeg)"}


def used_ago(idle_seconds: int, seconds_left: int) -> timedelta:
    """How long ago a session was used last, from what is left of its idle time.

    >>> used_ago(3600, 3300)
    datetime.timedelta(seconds=300)
    """
    return timedelta(seconds=max(0, idle_seconds - max(0, seconds_left)))


def ago_in_words(ago: timedelta) -> str:
    """A length of time up to now as a person says it.

    >>> ago_in_words(timedelta(seconds=40)), ago_in_words(timedelta(minutes=5))
    ('Less than a minute ago', '5 minutes ago')
    """
    minutes = int(ago.total_seconds()) // 60
    if minutes < 1:
        return "Less than a minute ago"
    return "1 minute ago" if minutes == 1 else f"{minutes} minutes ago"
