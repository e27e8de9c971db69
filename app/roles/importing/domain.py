"""The life of an import of the official download: it waits to be decided, then is applied or not.

Pure.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any, Final

from app.core.errors import NotFound, RuleBroken, Stale
from app.core.lifecycle import Lifecycle
from app.roles.domain import Proficiency, day_in_words
from app.roles.importing.official_csv import Sheet, SheetRole


class ImportStatus(StrEnum):
    """Where an import stands."""

    WAITING = "waiting"
    APPLIED = "applied"
    DISCARDED = "discarded"


class ImportAction(StrEnum):
    """What the operator can do with one."""

    APPLY = "apply"
    DISCARD = "discard"


FRAMEWORK_IMPORT: Final = Lifecycle(
    "framework import",
    ImportStatus.WAITING,
    {
        (ImportStatus.WAITING, ImportAction.APPLY): ImportStatus.APPLIED,
        (ImportStatus.WAITING, ImportAction.DISCARD): ImportStatus.DISCARDED,
    },
)


def check_day(as_of: date, current: date, today: date) -> None:
    """Raise RuleBroken for a day that a new edition cannot have."""
    if as_of > today:
        raise RuleBroken("in-the-future", "The date of the edition must be today or in the past")
    if as_of <= current:
        raise RuleBroken(
            "not-later",
            "The date of the edition must be after that of the current one, "
            f"{day_in_words(current)}",
        )


def sheet_as_json(sheet: Sheet) -> dict[str, Any]:
    """What the file said, to be kept until it is decided: lists, since their order counts."""
    return {
        "rows": sheet.rows,
        "repeats": sheet.repeats,
        "roles": [
            {
                "name": role.name,
                "family": role.family,
                "is_senior": role.is_senior,
                "skills": role.skills,
                "levels": [
                    [name, [[skill, int(needed)] for skill, needed in skills.items()]]
                    for name, skills in role.levels.items()
                ],
            }
            for role in sheet.roles
        ],
    }


def sheet_from_json(kept: Mapping[str, Any]) -> Sheet:
    """The file as it was read."""
    return Sheet(
        roles=tuple(
            SheetRole(
                name=role["name"],
                family=role["family"],
                is_senior=role["is_senior"],
                skills=list(role["skills"]),
                levels={
                    name: {skill: Proficiency(needed) for skill, needed in skills}
                    for name, skills in role["levels"]
                },
            )
            for role in kept["roles"]
        ),
        rows=kept["rows"],
        repeats=kept["repeats"],
    )


def no_such_import() -> NotFound:
    """The answer for an import that is not there, and to everybody but the operator."""
    return NotFound("import-not-found", "There is no import of the framework at this address.")


def other_edition_since() -> Stale:
    """The framework is no longer what the file was compared with."""
    return Stale(
        "edition-since",
        "Another edition was applied after this file was compared. Discard this import and "
        "import the file again, to see what it would change now.",
    )
