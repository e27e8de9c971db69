"""What a file says of a profile, what is wrong with it, and the limits of files. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from app.core.errors import NotFound, Stale
from app.profiles.domain import Availability

LARGEST_FILE: Final = 500_000
MOST_ROWS: Final = 500
MOST_FAULTS: Final = 100
LIVES: Final = timedelta(days=1)
LONGEST_NAME: Final = 200
LONGEST_TITLE: Final = 150
LONGEST_WORDS: Final = 1500


class FileKind(StrEnum):
    """How a file is written."""

    JSON = "json"
    CSV = "csv"


@dataclass(frozen=True, slots=True)
class FileFault:
    """Something wrong: the line as a spreadsheet numbers it (0: the whole file), the column."""

    line: int
    column: str
    message: str


class FileFaults(ValueError):
    """The file cannot be taken: all that is wrong with it, up to a limit."""

    def __init__(self, faults: Sequence[FileFault]) -> None:
        super().__init__("; ".join(one.message for one in faults[:3]))
        self.faults = tuple(faults[:MOST_FAULTS])
        self.is_cut = len(faults) > MOST_FAULTS


def refused(message: str) -> FileFaults:
    """One thing is wrong with all of it."""
    return FileFaults([FileFault(0, "", message)])


@dataclass(frozen=True, slots=True)
class FileEvidence:
    """What shows a skill, as the file has it."""

    kind: str
    title: str
    year: int | None
    words: str


@dataclass(frozen=True, slots=True)
class FileSkill:
    """A skill of the file: where it stands, how it is called, the level from 1 to 4.

    `line` is that of the table, or the number of the entry. `slug` is empty in a table.
    """

    line: int
    name: str
    slug: str
    level: int
    last_used: int | None
    evidence: tuple[FileEvidence, ...] = ()


@dataclass(frozen=True, slots=True)
class FileRole:
    """A role of the file, with the name of its level."""

    slug: str
    name: str
    level: str | None
    standing: str


@dataclass(frozen=True, slots=True)
class FileJob:
    """Employer, grade and salary point of the file."""

    employer: str | None
    grade: str | None
    salary_point: str | None

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing."""
        return not (self.employer or self.grade or self.salary_point)


@dataclass(frozen=True, slots=True)
class FileProfile:
    """Everything that a file says; None where it says nothing of a part."""

    skills: tuple[FileSkill, ...]
    roles: tuple[FileRole, ...] = ()
    availability: Availability | None = None
    job: FileJob | None = None


def no_such_import() -> NotFound:
    """It was applied or discarded, or a day has passed."""
    return NotFound(
        "import-gone",
        "This import is not there any more: it was applied or left already, or a day has passed. "
        "Look at your profile, and choose the file again if something is missing.",
    )


def plan_changed() -> Stale:
    """What was confirmed is not what would be done now."""
    return Stale(
        "import-changed",
        "Your profile has changed since you looked at this import. Nothing was imported. Go back "
        "and check it again.",
    )
