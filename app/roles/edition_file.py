"""Reads an edition from a JSON file: the bundled one, or another of the same shape."""

import json
from datetime import date
from functools import cache
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.core.errors import FieldFault, RuleBroken
from app.core.text import BadText, clean_line
from app.roles.bundled import BUNDLED
from app.roles.domain import (
    EditionFacts,
    LevelFacts,
    Named,
    Proficiency,
    RoleFacts,
    Succession,
    SuccessionKind,
    check_edition,
)

LARGEST_FILE: Final = 5_000_000


class _Part(BaseModel):
    """Other keys are passed over: a file may say more than we keep."""

    model_config = ConfigDict(extra="ignore", strict=True, str_min_length=1, str_max_length=2000)


class _Level(_Part):
    name: str
    slug: str
    order: int
    indicative_grades: list[str] = []
    skills: dict[str, str]


class _Role(_Part):
    name: str
    slug: str
    senior_civil_service: bool = False
    first_in_change_log: str | None = None
    levels: list[_Level] = []
    required_skills: list[str] = []


class _Family(_Part):
    name: str
    slug: str
    roles: list[_Role]


class _Skill(_Part):
    name: str
    slug: str


class _Renamed(_Part):
    date: str
    old: str = Field(alias="from")
    to: str


class _Merged(_Part):
    date: str
    old: str = Field(alias="from")
    into: str


class _Retired(_Part):
    date: str
    name: str


class _File(_Part):
    framework: str
    source: str
    licence: str
    attribution: str
    as_of: str
    families: list[_Family]
    skills: list[_Skill]
    history: list[dict[str, str]] = []
    renamed_skills: list[_Renamed] = []
    merged_skills: list[_Merged] = []
    split_skills: list[_Merged] = []
    retired_skills: list[_Retired] = []


@cache
def bundled_edition() -> EditionFacts:
    """The edition that comes with Crossbench."""
    return read_edition(BUNDLED.read_bytes())


def read_edition(content: bytes) -> EditionFacts:
    """The facts of a JSON file. Raises RuleBroken with every fault, each with its place."""
    if len(content) > LARGEST_FILE:
        raise _refused([FieldFault("", "too-large", "The file must be smaller than 5 MB.")])
    try:
        file = _File.model_validate(_tidied(json.loads(content)))
    except (ValueError, RecursionError) as error:
        raise _refused(_faults_of(error)) from error
    faults: list[FieldFault] = []
    facts = _facts_of(file, faults)
    if not faults:
        faults = check_edition(facts)
    if faults:
        raise _refused(faults)
    return facts


def _refused(faults: list[FieldFault]) -> RuleBroken:
    return RuleBroken("edition-not-valid", "The file is not an edition of the framework.", faults)


def _tidied(value: Any) -> Any:
    """Every text in one normal form. Raises BadText for characters that are no text."""
    if isinstance(value, str):
        return clean_line(value).strip()
    if isinstance(value, list):
        return [_tidied(part) for part in value]
    if isinstance(value, dict):
        return {_tidied(key): _tidied(part) for key, part in value.items()}
    return value


def _faults_of(error: Exception) -> list[FieldFault]:
    if isinstance(error, ValidationError):
        return [
            FieldFault("".join(f"/{part}" for part in one["loc"]), "not-valid", f"{one['msg']}.")
            for one in error.errors()[:100]
        ]
    message = str(error) if isinstance(error, BadText) else "The file is not JSON."
    return [FieldFault("", "not-json", message)]


def _facts_of(file: _File, faults: list[FieldFault]) -> EditionFacts:
    roles = [
        _role_of(role, family.name, f"/families/{f}/roles/{r}", faults)
        for f, family in enumerate(file.families)
        for r, role in enumerate(family.roles)
    ]
    return EditionFacts(
        as_of=_day(file.as_of, "/as_of", faults),
        name=file.framework,
        source=file.source,
        licence=file.licence,
        attribution=file.attribution,
        families=tuple(Named(f.name, f.slug) for f in file.families),
        roles=tuple(roles),
        skills=tuple(Named(s.name, s.slug) for s in file.skills),
        successions=tuple(_successions_of(file, faults)),
        history=tuple(file.history),
    )


def _role_of(role: _Role, family: str, path: str, faults: list[FieldFault]) -> RoleFacts:
    levels = sorted(enumerate(role.levels), key=lambda pair: pair[1].order)
    since = role.first_in_change_log
    return RoleFacts(
        name=role.name,
        slug=role.slug,
        family=family,
        is_senior=role.senior_civil_service,
        levels=tuple(_level_of(level, f"{path}/levels/{i}", faults) for i, level in levels),
        skills=tuple(role.required_skills),
        since=_day(since, f"{path}/first_in_change_log", faults) if since else None,
    )


def _level_of(level: _Level, path: str, faults: list[FieldFault]) -> LevelFacts:
    skills: dict[str, Proficiency] = {}
    for name, word in level.skills.items():
        proficiency = Proficiency.from_slug(word)
        if proficiency is None:
            where = f"{path}/skills/{name}"
            words = ", ".join(one.slug for one in Proficiency)
            faults.append(FieldFault(where, "proficiency", f"{word!r} is not one of {words}."))
        else:
            skills[name] = proficiency
    return LevelFacts(level.name, level.slug, tuple(level.indicative_grades), skills)


def _successions_of(file: _File, faults: list[FieldFault]) -> list[Succession]:
    kinds = SuccessionKind
    found = [
        *((kinds.RENAMED, r.old, r.to, r.date) for r in file.renamed_skills),
        *((kinds.MERGED, m.old, m.into, m.date) for m in file.merged_skills),
        *((kinds.SPLIT, s.old, s.into, s.date) for s in file.split_skills),
        *((kinds.RETIRED, r.name, None, r.date) for r in file.retired_skills),
    ]
    return [
        Succession(old, kind, new, _day(day, f"/{kind}_skills", faults))
        for kind, old, new, day in found
    ]


def _day(text: str, path: str, faults: list[FieldFault]) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        faults.append(FieldFault(path, "date", f"{text!r} is not a date such as 2026-10-06."))
        return date.min
