"""Reads one's own earlier export (JSON): the part of it that says what the profile held.

The export of one's data has it under `profile`; a file that holds that part alone is taken too.
"""

import json
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from app.core.text import BadText, clean_line, clean_text
from app.organisations.domain import Region
from app.profiles.domain import (
    MOST_EVIDENCE,
    MOST_ROLES,
    MOST_SKILLS,
    OLDEST_YEAR,
    Availability,
    EvidenceKind,
    Move,
    RemoteWork,
    RoleStanding,
    moves_of,
)
from app.profiles.importing.domain import (
    LONGEST_NAME,
    LONGEST_TITLE,
    LONGEST_WORDS,
    FileEvidence,
    FileFault,
    FileFaults,
    FileJob,
    FileProfile,
    FileRole,
    FileSkill,
    refused,
)
from app.roles.domain import Proficiency

FORMAT: Final = "crossbench-profile"
VERSION: Final = 1
_UNREADABLE: Final = "It has characters in it that cannot be read."


def _line(text: str) -> str:
    try:
        return clean_line(text).strip()
    except BadText as bad:
        raise ValueError(_UNREADABLE) from bad


def _words(text: str) -> str:
    try:
        return clean_text(text).strip()
    except BadText as bad:
        raise ValueError(_UNREADABLE) from bad


Line = Annotated[str, Field(max_length=LONGEST_NAME), AfterValidator(_line)]
Title = Annotated[str, Field(min_length=1, max_length=LONGEST_TITLE), AfterValidator(_line)]
Words = Annotated[str, Field(min_length=1, max_length=LONGEST_WORDS), AfterValidator(_words)]
Year = Annotated[int, Field(ge=OLDEST_YEAR, le=9999)]
LevelWord = Literal["awareness", "working", "practitioner", "expert"]


class _Part(BaseModel):
    """What is not known is passed over: a later version may say more."""

    model_config = ConfigDict(extra="ignore")


class EvidencePart(_Part):
    """What shows a skill."""

    kind: EvidenceKind
    title: Title
    year: Year | None = None
    words: Words


class SkillPart(_Part):
    """A skill as it was claimed."""

    skill: Line
    name: Line = ""
    level: LevelWord
    last_used: Year | None = None
    evidence: list[EvidencePart] = Field(default=[], max_length=MOST_EVIDENCE)


class RolePart(_Part):
    """A role held or wanted."""

    role: Line
    name: Line = ""
    level: Line | None = None
    standing: RoleStanding


class AvailabilityPart(_Part):
    """When, how much and where."""

    moves: list[Move] = []
    days: Annotated[Decimal, Field(gt=0, le=7, multiple_of=Decimal("0.5"))] | None = None
    from_: date | None = Field(default=None, alias="from")
    until: date | None = None
    months: Annotated[int, Field(ge=1, le=60)] | None = None
    regions: list[Region] = []
    remote: RemoteWork | None = None


class EmployerPart(_Part):
    """Employer and grade."""

    name: Annotated[str, Field(max_length=150), AfterValidator(_line)] | None = None
    grade: Annotated[str, Field(max_length=60), AfterValidator(_line)] | None = None


class PayPart(_Part):
    """The salary point."""

    salary_point: Annotated[str, Field(max_length=60), AfterValidator(_line)] | None = None


class ProfilePart(_Part):
    """A profile as the export writes it."""

    format: Literal["crossbench-profile"]
    version: Literal[1]
    skills: list[SkillPart] = Field(default=[], max_length=MOST_SKILLS)
    roles: list[RolePart] = Field(default=[], max_length=MOST_ROLES)
    availability: AvailabilityPart | None = None
    employer: EmployerPart | None = None
    pay: PayPart | None = None


def read_json(content: bytes, today: date) -> FileProfile:
    """What an export says. Raises FileFaults with every fault."""
    found = _profile_in(content)
    try:
        part = ProfilePart.model_validate(found)
    except ValidationError as error:
        raise FileFaults([_fault(one) for one in error.errors()]) from error
    years = [one.last_used for one in part.skills]
    years += [e.year for one in part.skills for e in one.evidence]
    if any(year and year > today.year for year in years):
        raise refused("A year in the file lies in the future.")
    slugs = [one.skill for one in part.skills]
    if len(slugs) != len(set(slugs)):
        raise refused("The file names a skill twice.")
    return FileProfile(
        tuple(_skill(number, one) for number, one in enumerate(part.skills, 1)),
        tuple(FileRole(one.role, one.name, one.level, one.standing) for one in part.roles),
        _availability(part.availability),
        _job(part),
    )


def _profile_in(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise refused("The file is not JSON: choose the file as it was downloaded.") from error
    if isinstance(found, dict) and isinstance(found.get("profile"), dict):
        found = found["profile"]
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise refused("The file is no export of a Crossbench profile.")
    if found.get("version") != VERSION:
        raise refused("The file was written by a later version of Crossbench.")
    return found


def _fault(error: Any) -> FileFault:
    where = [f"entry {part + 1}" if isinstance(part, int) else str(part) for part in error["loc"]]
    return FileFault(0, ", ".join(where), str(error["msg"]).removeprefix("Value error, "))


def _skill(number: int, one: SkillPart) -> FileSkill:
    level = Proficiency.from_slug(one.level) or Proficiency.AWARENESS
    evidence = tuple(FileEvidence(e.kind, e.title, e.year, e.words) for e in one.evidence)
    return FileSkill(number, one.name or one.skill, one.skill, int(level), one.last_used, evidence)


def _availability(part: AvailabilityPart | None) -> Availability | None:
    if part is None:
        return None
    if part.from_ and part.until and part.until < part.from_:
        raise refused("In the file the last day of availability is before the first.")
    return Availability(
        moves_of(part.moves),
        part.days,
        part.from_,
        part.until,
        part.months,
        tuple(dict.fromkeys(part.regions)),
        part.remote,
    )


def _job(part: ProfilePart) -> FileJob | None:
    employer, pay = part.employer or EmployerPart(), part.pay or PayPart()
    job = FileJob(employer.name or None, employer.grade or None, pay.salary_point or None)
    return None if job.is_empty else job
