"""What the directory can be asked for. Pure."""

from enum import StrEnum
from typing import Final, TypeVar

from app.core.text import BadText, clean_line

LONGEST_SEARCH: Final = 200
E = TypeVar("E", bound=StrEnum)


def search_text(typed: str) -> str:
    """What somebody searches for; text that cannot be read finds everything.

    >>> search_text("  north\\tshire ")
    'north shire'
    """
    try:
        return clean_line(typed).strip()[:LONGEST_SEARCH]
    except BadText:
        return ""


def one_of(values: type[E], text: str) -> E | None:
    """The code that an address names, or None for one that is not known."""
    return values(text) if text in set(values) else None
