"""Writes the official roles CSV of an edition, quirks included."""

import csv
import io
from collections.abc import Callable

from app.roles.domain import EditionFacts
from app.roles.importing.official_csv import NOT_IN_USE, SENIOR

HEAD = [
    "Role Family", "Role", "Role Description", "Role Level", "Role Level Description",
    "Skill Name", "Skill Description", "Skill Level", "Skill Level Description", "Role Type",
]  # fmt: skip
ABOUT = "You will:\n- do this\n- and that, too"

Rows = list[list[str]]


def rows_of(facts: EditionFacts) -> Rows:
    """The rows of an edition, levels by the alphabet as some copies have them."""
    rows: Rows = []
    for role in facts.roles:
        kind = SENIOR if role.is_senior else ""
        start = [role.family, role.name, ABOUT]
        for level in sorted(role.levels, key=lambda one: one.name):
            rows += [
                [*start, level.name, ABOUT, name, "MISSING", p.label, "", kind]
                for name, p in level.skills.items()
            ]
        rows += [
            [*start, NOT_IN_USE, NOT_IN_USE, name, ABOUT, NOT_IN_USE, NOT_IN_USE, kind]
            for name in role.skills
        ]
    return rows


def as_csv(rows: Rows, head: list[str] = HEAD) -> bytes:
    """A file as spreadsheets write it: marked as UTF-8, lines ended as on Windows."""
    out = io.StringIO()
    csv.writer(out).writerows([head, *rows])
    return ("\ufeff" + out.getvalue()).encode()


def sheet_of(facts: EditionFacts, change: Callable[[Rows], None] | None = None) -> bytes:
    """The CSV of an edition, its rows changed."""
    rows = rows_of(facts)
    if change:
        change(rows)
    return as_csv(rows)
