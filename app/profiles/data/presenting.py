"""The export of a person as a page: sections with headings, every value in words and as it is."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from app.core.words import day_in_words, moment_in_words
from app.profiles.data.wording import ABOUT, ELSE, About, label_of, title_of

_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d.*")
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_CODE: Final = re.compile(r"[a-z]+([_:][a-z]+)+")


@dataclass(frozen=True, slots=True)
class Field:
    """One value: what it is, as the file has it, and in words."""

    label: str
    raw: str
    shown: str


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of one kind: what one is called, and the fields of each."""

    title: str
    rows: list[list[Field]]


@dataclass(frozen=True, slots=True)
class Section:
    """What is held for one purpose."""

    key: str
    about: About
    parts: list[Part]


def sections_of(export: Mapping[str, Any]) -> list[Section]:
    """The rows of an export by purpose, in the order of `ABOUT`."""
    names: Mapping[str, str] = export["names"]
    by_purpose: dict[str, list[Part]] = {}
    for table, rows in export["held"].items():
        part = Part(title_of(table), [list(_fields(row, names)) for row in rows])
        by_purpose.setdefault(export["purposes"].get(table, ""), []).append(part)
    known = [*ABOUT, *sorted(set(by_purpose) - set(ABOUT))]
    return [
        Section(f"part-{number}", ABOUT.get(purpose, ELSE), by_purpose[purpose])
        for number, purpose in enumerate(known, 1)
        if purpose in by_purpose
    ]


def mentions_of(export: Mapping[str, Any]) -> list[Part]:
    """Where else an id of theirs stands, kind by kind."""
    found: dict[tuple[str, str], list[list[Field]]] = {}
    for one in export["mentioned"]:
        fields = [
            Field(label_of(key), str(one[key]), in_words(one[key])) for key in ("made_at", "id")
        ]
        found.setdefault((one["table"], one["column"]), []).append(fields)
    return [
        Part(f"{title_of(table)}: {label_of(column).lower()}", rows)
        for (table, column), rows in found.items()
    ]


def _fields(
    value: Any, names: Mapping[str, str], label: str = "", key: str = ""
) -> Iterator[Field]:
    """Every leaf below a value."""
    if isinstance(value, Mapping):
        # What the row is comes first, its references last.
        for name in sorted(value, key=lambda one: (one.endswith("id"), one == "id")):
            inner = label_of(name) if not label else f"{label}: {label_of(name).lower()}"
            yield from _fields(value[name], names, inner, name)
    elif isinstance(value, list):
        for one in value:
            yield from _fields(one, names, label, key)
    else:
        text = str(value)
        yield Field(label, as_raw(value), names.get(text) or in_words(value))


def as_raw(value: Any) -> str:
    """A leaf as the file for programs writes it."""
    return value if isinstance(value, str) else json.dumps(value)


def in_words(value: Any) -> str:
    """A leaf as a person reads it.

    >>> in_words(True), in_words("2026-04-01"), in_words("job_swap:go"), in_words("Ada_B")
    ('Yes', '1 April 2026', 'job swap go', 'Ada_B')
    """
    if isinstance(value, bool):
        return "Yes" if value else "No"
    text = str(value)
    if _MOMENT.fullmatch(text):
        return moment_in_words(datetime.fromisoformat(text))
    if _DAY.fullmatch(text):
        return day_in_words(date.fromisoformat(text))
    if _CODE.fullmatch(text):
        return re.sub("[_:]", " ", text)
    return text
