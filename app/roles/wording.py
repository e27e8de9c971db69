"""What changes of the framework are called on pages. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from app.roles.domain import SuccessionKind, day_in_words

BECAME: Final = {
    SuccessionKind.RENAMED: "Renamed to",
    SuccessionKind.MERGED: "Merged into",
    SuccessionKind.SPLIT: "Split, in part into",
}
REPLACED: Final = {
    SuccessionKind.RENAMED: "renamed on",
    SuccessionKind.MERGED: "merged into this on",
    SuccessionKind.SPLIT: "split on",
}
_CHANGES: Final = {
    "role_added": "Added to the framework.",
    "role_removed": "Removed from the framework.",
    "role_renamed": "Renamed from {from}.",
    "role_moved": "Moved from the family {from} to {to}.",
    "role_level_added": "Level added: {to}.",
    "role_level_removed": "Level removed: {from}.",
    "role_level_renamed": "Level renamed from {from} to {to}.",
}


@dataclass(frozen=True, slots=True)
class Change:
    """An entry of a role's change log as pages show it."""

    day: str
    text: str


def changes_of(history: Sequence[Mapping[str, Any]], since: date | None) -> tuple[Change, ...]:
    """The change log of a role, the latest first, with when it was first heard of.

    >>> changes_of([{"date": "2025-05-30", "type": "role_renamed", "from": "Tester"}], None)
    (Change(day='30 May 2025', text='Renamed from Tester.'),)
    """
    entries = [(str(entry.get("date", "")), text_of(entry)) for entry in history]
    first = "First entry in the framework’s change log."
    if since and not any(entry.get("type") == "role_added" for entry in history):
        entries.append((since.isoformat(), first))
    entries.sort(key=lambda pair: pair[0], reverse=True)
    return tuple(Change(_day(day), text) for day, text in entries if text)


def text_of(entry: Mapping[str, Any]) -> str:
    """An entry in a sentence: its own detail, or words for its kind."""
    if entry.get("detail"):
        return str(entry["detail"])
    words = _CHANGES.get(str(entry.get("type", "")), "")
    for key in ("from", "to"):
        words = words.replace("{" + key + "}", str(entry.get(key, "")))
    return words


def _day(text: str) -> str:
    try:
        return day_in_words(date.fromisoformat(text))
    except ValueError:
        return text
