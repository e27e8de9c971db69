"""What a file would add to a profile, change in it, and what of it is left out. Pure.

Nothing is ever removed: what the file does not say stays as it is.
"""

import difflib
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from app.profiles.domain import MOST_EVIDENCE, MOST_ROLES, MOST_SKILLS, Availability
from app.profiles.importing.domain import FileEvidence, FileJob, FileProfile, FileRole, FileSkill
from app.roles.domain import Proficiency, base_name, plain, slug_of

LEAVE: Final = "leave"
MOST_NEAR: Final = 5
_CUTOFF: Final = 0.5


class Step(StrEnum):
    """What becomes of a line of the file."""

    ADD = "add"
    CHANGE = "change"
    SAME = "same"
    LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class Named:
    """A skill of the current edition."""

    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The skills of the current edition by slug, what became of others, and its roles.

    `former` gives for the slug of a skill that is no more its name's successors; none where it was
    retired. `sources` are the roles and levels by slug.
    """

    skills: Mapping[str, str]
    former: Mapping[str, tuple[Named, ...]] = field(default_factory=dict)
    sources: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class HeldSkill:
    """A skill as it stands in the profile."""

    level: int
    last_used: int | None
    is_confirmed: bool
    evidence: frozenset[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class State:
    """The profile as it stands."""

    skills: Mapping[str, HeldSkill]
    roles: frozenset[tuple[str, str]]
    availability: Availability
    job: FileJob


@dataclass(frozen=True, slots=True)
class SkillLine:
    """A line of the file as it would be taken; `slug` is that of the skill now."""

    line: int
    said: str
    slug: str
    name: str
    step: Step
    level: int
    last_used: int | None
    before: int | None = None
    evidence: tuple[FileEvidence, ...] = ()
    ends_confirmation: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A line whose skill is not in the current edition, and what it may mean."""

    line: int
    name: str
    near: tuple[Named, ...]
    why: str


@dataclass(frozen=True, slots=True)
class RoleLine:
    """A role of the file; `source` names role and level as the pages do."""

    name: str
    standing: str
    source: str
    step: Step
    why: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that an import would do."""

    skills: tuple[SkillLine, ...]
    unknown: tuple[Unknown, ...]
    roles: tuple[RoleLine, ...]
    availability: Availability | None
    job: FileJob | None

    @property
    def does_something(self) -> bool:
        """Whether anything would be added or changed."""
        return bool(self.taken or self.roles_taken or self.availability or self.job)

    @property
    def taken(self) -> tuple[SkillLine, ...]:
        """The skills that are added or changed."""
        return tuple(one for one in self.skills if one.step in {Step.ADD, Step.CHANGE})

    @property
    def roles_taken(self) -> tuple[RoleLine, ...]:
        """The roles that are added."""
        return tuple(one for one in self.roles if one.step is Step.ADD)

    def fingerprint(self) -> str:
        """Equal for two plans that do the same, unknown lines aside: those are asked about."""
        does = [self.skills, self.roles, self.availability, self.job]
        return hashlib.sha256(repr(does).encode()).hexdigest()


def near_names(name: str, skills: Mapping[str, str]) -> tuple[Named, ...]:
    """Skills that somebody may mean by a name, the likeliest first.

    >>> near_names("Acessibility", {"accessibility": "Accessibility", "cost": "Cost"})
    (Named(slug='accessibility', name='Accessibility'),)
    """
    by_name: dict[str, Named] = {}
    for slug, called in skills.items():
        by_name.setdefault(plain(called), Named(slug, called))
    base = plain(base_name(name))
    variants = [one for key, one in by_name.items() if plain(base_name(key)) == base]
    found = difflib.get_close_matches(plain(name), by_name, n=MOST_NEAR, cutoff=_CUTOFF)
    likely = [*variants, *(by_name[one] for one in found)]
    return tuple(dict.fromkeys(likely))[:MOST_NEAR]


def make_plan(
    found: FileProfile, state: State, catalogue: Catalogue, choices: Mapping[int, str]
) -> Plan:
    """What would be done with a file; `choices` say for lines that are unknown what they mean."""
    skills: list[SkillLine] = []
    unknown: list[Unknown] = []
    taken: set[str] = set()
    room = MOST_SKILLS - len(state.skills)
    for one in found.skills:
        slug = _slug_of(one, catalogue)
        if slug is None:
            unknown.append(_unknown(one, catalogue))
            slug = choices.get(one.line)
            if slug is None or slug not in catalogue.skills:
                continue
        line = _skill_line(one, slug, state, catalogue, is_twice=slug in taken, has_room=room > 0)
        room -= line.step is Step.ADD
        taken.add(slug)
        skills.append(line)
    availability = found.availability
    job = _merged(found.job, state.job)
    return Plan(
        tuple(skills),
        tuple(unknown),
        tuple(_role_lines(found.roles, state, catalogue)),
        availability if availability not in {None, state.availability, Availability()} else None,
        job if job != state.job else None,
    )


def _slug_of(one: FileSkill, catalogue: Catalogue) -> str | None:
    """The skill of the current edition that a line names; renamed ones count under the new name."""
    for slug in (one.slug, slug_of(one.name)):
        if slug in catalogue.skills:
            return slug
    for slug in (one.slug, slug_of(one.name)):
        if len(after := catalogue.former.get(slug, ())) == 1:
            return after[0].slug
    return None


def _unknown(one: FileSkill, catalogue: Catalogue) -> Unknown:
    for slug in (one.slug, slug_of(one.name)):
        after = catalogue.former.get(slug)
        if after:
            return Unknown(one.line, one.name, after, "It became several skills.")
        if after is not None:
            near = near_names(one.name, catalogue.skills)
            return Unknown(one.line, one.name, near, "It is retired, and nothing took its place.")
    near = near_names(one.name, catalogue.skills)
    return Unknown(one.line, one.name, near, "The framework has no skill of this name.")


def _skill_line(
    one: FileSkill,
    slug: str,
    state: State,
    catalogue: Catalogue,
    *,
    is_twice: bool,
    has_room: bool,
) -> SkillLine:
    held = state.skills.get(slug)
    known = held.evidence if held else frozenset()
    more = [e for e in one.evidence if (e.kind, e.title, e.words) not in known]
    evidence = tuple(more[: MOST_EVIDENCE - len(known)])
    used = one.last_used or (held.last_used if held else None)
    step, why = Step.ADD, ""
    if is_twice:
        step, why = Step.LEAVE, "Another line of the file is about the same skill."
    elif held is None and not has_room:
        step, why = Step.LEAVE, f"A profile holds at most {MOST_SKILLS} skills."
    elif held is not None:
        is_same = (held.level, held.last_used) == (one.level, used) and not evidence
        step = Step.SAME if is_same else Step.CHANGE
        if len(more) > len(evidence):
            why = f"A skill has at most {MOST_EVIDENCE} pieces of evidence: some are left out."
    name = catalogue.skills[slug]
    if not why and slug_of(one.name) != slug:
        why = f"The file says “{one.name}”."
    ends = held is not None and held.is_confirmed and step is Step.CHANGE
    return SkillLine(
        one.line,
        one.name,
        slug,
        name,
        step,
        one.level,
        used,
        held.level if held else None,
        evidence,
        ends and held is not None and (held.level != one.level or bool(evidence)),
        why,
    )


def _role_lines(
    roles: Sequence[FileRole], state: State, catalogue: Catalogue
) -> Iterable[RoleLine]:
    room = MOST_ROLES - len(state.roles)
    for one in roles:
        source = f"{one.slug}/{slug_of(one.level)}" if one.level else one.slug
        name = f"{one.name or one.slug}: {one.level}" if one.level else one.name or one.slug
        if source not in catalogue.sources:
            why = "The framework has no such role and level now."
            yield RoleLine(name, one.standing, source, Step.LEAVE, why)
        elif (one.slug, one.standing) in state.roles:
            yield RoleLine(name, one.standing, source, Step.SAME)
        elif room <= 0:
            why = f"A profile holds at most {MOST_ROLES} roles."
            yield RoleLine(name, one.standing, source, Step.LEAVE, why)
        else:
            room -= 1
            yield RoleLine(name, one.standing, source, Step.ADD)


def _merged(said: FileJob | None, now: FileJob) -> FileJob:
    if said is None:
        return now
    return FileJob(
        said.employer or now.employer,
        said.grade or now.grade,
        said.salary_point or now.salary_point,
    )


def level_word(level: int) -> str:
    """A level in a word.

    >>> level_word(4)
    'Expert'
    """
    return Proficiency(level).label
