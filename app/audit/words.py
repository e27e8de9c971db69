"""What entries say in words. Features above register a sentence for each of their actions.

Ids become names only here, when a page shows them: the record itself holds no name. Pure.
"""

import re
import uuid
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, Protocol

_SENTENCES: Final[dict[str, str]] = {}
_CODES: Final[dict[str, dict[str, str]]] = {}
_GAP: Final = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_MONEY: Final = re.compile(r"\d+\.\d{2}")
_CODE: Final = re.compile(r"[a-z][a-z0-9_]*")
GONE: Final = "somebody or something no longer here"


class Entry(Protocol):
    """What is needed of an entry to say it."""

    action: str
    person_id: uuid.UUID | None
    acting_organisation_id: uuid.UUID | None
    subject_id: uuid.UUID | None
    facts: dict[str, Any]


def register_all(sentences: Mapping[str, str]) -> None:
    """Take a feature's sentences, by action; `main.py` calls it for each feature."""
    for action, sentence in sentences.items():
        register(action, sentence)


def register(action: str, sentence: str) -> None:
    """Say `action` so, for instance "Gave {subject} the duty {duty}".

    `{subject}` is the name of what the entry is about, any other gap a fact of the entry. Who did
    it stands beside the sentence. Raises ValueError for a second sentence for the same action.
    """
    if _SENTENCES.setdefault(action, sentence) != sentence:
        raise ValueError(f"The action {action} has a sentence already.")


def register_codes(fact: str, names: Mapping[str, str]) -> None:
    """Say the codes of a fact in these words, wherever a sentence has a gap for it."""
    _CODES.setdefault(fact, {}).update(names)


def actions() -> frozenset[str]:
    """Every action that has a sentence."""
    return frozenset(_SENTENCES)


def say(entry: Entry, names: Mapping[uuid.UUID, str]) -> str:
    """The entry in words, with the names of the ids in it. An old entry never fails to be said."""
    sentence = _SENTENCES.get(entry.action)
    if sentence is None:
        return entry.action.replace(".", ": ").replace("_", " ")

    def fill(gap: re.Match[str]) -> str:
        if gap[1] == "subject":
            return GONE if entry.subject_id is None else names.get(entry.subject_id, GONE)
        value = entry.facts.get(gap[1])
        known = _CODES.get(gap[1], {}).get(value) if isinstance(value, str) else None
        return known or _in_words(value, names)

    return _GAP.sub(fill, sentence)


def title_of(action: str) -> str:
    """An action in a list to choose from: its sentence up to what differs each time."""
    sentence = _SENTENCES.get(action, "").partition("{")[0].rstrip(" :,(£")
    return sentence or action.replace(".", ": ").replace("_", " ").capitalize()


def ids_of(entries: Iterable[Entry]) -> set[uuid.UUID]:
    """The ids whose names a page must look up to say these entries."""
    found = set()
    for entry in entries:
        found |= {entry.person_id, entry.acting_organisation_id, entry.subject_id}
        found |= {_id(part) for value in entry.facts.values() for part in _parts(value)}
    return {one for one in found if one is not None}


def _parts(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _id(value: Any) -> uuid.UUID | None:
    try:
        return uuid.UUID(value) if isinstance(value, str) and len(value) == 36 else None
    except ValueError:
        return None


def _in_words(value: Any, names: Mapping[uuid.UUID, str]) -> str:
    if value is None or value == "":
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_in_words(part, names) for part in value) or "nothing"
    identifier = _id(value)
    if identifier is not None:
        return names.get(identifier, GONE)
    return _text(str(value))


def _text(value: str) -> str:
    """A date as 1 April 2026, pounds as 1,234.56, a code without its underscores, else as it is."""
    try:
        if _DATE.match(value):
            day = date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
            return f"{day.day} {day:%B} {day.year}"
    except ValueError:
        return value
    if _MONEY.fullmatch(value):
        return f"{Decimal(value):,.2f}"
    return value.replace("_", " ") if _CODE.fullmatch(value) else value
