"""What the queries of the capability framework give: plain values, ready for pages and API."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.roles.domain import SuccessionKind


@dataclass(frozen=True, slots=True)
class EditionLine:
    """An edition: its day, where it comes from, and how much it holds."""

    id: uuid.UUID
    as_of: date
    name: str
    source: str
    licence: str
    attribution: str
    families: int
    roles: int
    levels: int
    skills: int
    cells: int


@dataclass(frozen=True, slots=True)
class LevelLine:
    """A level of a role; `position` 1 is the lowest. `grades` are indicative, Civil Service."""

    id: uuid.UUID
    slug: str
    name: str
    position: int
    grades: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RoleLine:
    """A role in a list, with its family and how many levels it has."""

    id: uuid.UUID
    slug: str
    name: str
    family_slug: str
    family_name: str
    is_senior: bool
    levels: int


@dataclass(frozen=True, slots=True)
class FamilyLine:
    """A family with its roles."""

    id: uuid.UUID
    slug: str
    name: str
    roles: tuple[RoleLine, ...]


@dataclass(frozen=True, slots=True)
class RoleView:
    """A role as the newest edition that has it says; `is_current` when that is the current one."""

    id: uuid.UUID
    slug: str
    name: str
    family_slug: str
    family_name: str
    is_senior: bool
    since: date | None
    edition_id: uuid.UUID
    as_of: date
    framework: str
    attribution: str
    licence: str
    is_current: bool
    history: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class SkillLine:
    """A skill by id, slug and name."""

    id: uuid.UUID
    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class SkillAt:
    """A skill with the proficiency (1 to 4) that a level needs; None where none is stated."""

    skill_id: uuid.UUID
    slug: str
    name: str
    proficiency: int | None


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a role's matrix: level, skill and the proficiency needed."""

    level_id: uuid.UUID
    skill_id: uuid.UUID
    slug: str
    name: str
    proficiency: int


@dataclass(frozen=True, slots=True)
class Found:
    """Something a search found: `kind` is role, skill or local, a local role with its body as
    `context`; of a role that is the family.
    """

    kind: str
    slug: str
    name: str
    context: str | None

    @property
    def url(self) -> str:
        """Its page."""
        return f"{_PLACES[self.kind]}/{self.slug}"


_PLACES = {"role": "/roles", "skill": "/skills", "local": "/roles/local"}


@dataclass(frozen=True, slots=True)
class Use:
    """A level (or, without levels, a role) that needs a skill."""

    role_slug: str
    role_name: str
    level_name: str | None
    proficiency: int | None


@dataclass(frozen=True, slots=True)
class Successor:
    """What became of `old`, or None for `new` where it was retired."""

    kind: SuccessionKind
    on: date
    old: SkillLine
    new: SkillLine | None


@dataclass(frozen=True, slots=True)
class SkillView:
    """A skill; `as_of` is the day of the newest edition that has it, None if none of ours had."""

    id: uuid.UUID
    slug: str
    name: str
    is_current: bool
    edition_id: uuid.UUID | None
    as_of: date | None


@dataclass(frozen=True, slots=True)
class SkillSource:
    """A level, or a role without levels, whose skills can be borrowed."""

    value: str
    name: str
    role_id: uuid.UUID
    level_id: uuid.UUID | None


@dataclass(frozen=True, slots=True)
class LevelChoice:
    """A level of the current edition that can be picked, with its role."""

    id: uuid.UUID
    slug: str
    name: str
    role_slug: str
    role_name: str
