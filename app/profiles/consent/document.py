"""What a viewer gets of a profile: the groups they may see, and not one field more. Pure.

Every page, export and message about somebody else's profile is made from this document.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from app.profiles.consent.domain import Group
from app.profiles.domain import Availability
from app.roles.domain import Proficiency

# The fields that stand for each group; levels and evidence stand beside their skill.
FIELDS: Final[dict[Group, str]] = {
    Group.NAME: "name",
    Group.CONTACT: "contact",
    Group.EMPLOYER: "employer",
    Group.SKILLS: "skills",
    Group.AVAILABILITY: "availability",
    Group.PAY: "pay",
}


@dataclass(frozen=True, slots=True)
class RoleFact:
    """A role that somebody holds or wants."""

    slug: str
    name: str
    standing: str
    level: str | None


@dataclass(frozen=True, slots=True)
class SkillFact:
    """A skill as its owner claims it."""

    skill_id: uuid.UUID
    slug: str
    name: str
    level: Proficiency
    last_used_on: date | None = None
    confirmed_level: Proficiency | None = None
    confirmed_on: date | None = None
    confirmed_by: str | None = None
    confirmed_as: str | None = None


@dataclass(frozen=True, slots=True)
class EvidenceFact:
    """What shows a skill."""

    skill_id: uuid.UUID
    kind: str
    title: str
    year: int | None
    words: str


@dataclass(frozen=True, slots=True)
class Facts:
    """A profile, as far as it was read. `id` names nobody."""

    id: uuid.UUID
    name: str | None = None
    email: str | None = None
    employer: str | None = None
    grade: str | None = None
    salary_point: str | None = None
    availability: Availability = field(default_factory=Availability)
    roles: Sequence[RoleFact] = ()
    skills: Sequence[SkillFact] = ()
    evidence: Sequence[EvidenceFact] = ()


def document(facts: Facts, groups: frozenset[Group]) -> dict[str, Any]:
    """A profile as somebody sees it who may see these groups: plain values, ready for JSON.

    A group that is not seen leaves no field behind, not even an empty one.

    >>> document(Facts(uuid.UUID(int=0), name="Ada", salary_point="SCP 32"), frozenset({Group.PAY}))
    {'profile': '00000000-0000-0000-0000-000000000000', 'pay': {'salary_point': 'SCP 32'}}
    """
    found: dict[str, Any] = {"profile": str(facts.id)}
    if Group.NAME in groups:
        found["name"] = facts.name
    if Group.CONTACT in groups:
        found["contact"] = {"email": facts.email}
    elif Group.REACH in groups:
        found["contact"] = {"through": "crossbench"}
    if Group.EMPLOYER in groups:
        found["employer"] = {"name": facts.employer, "grade": facts.grade}
    if Group.SKILLS in groups:
        found["roles"] = [_role(role, groups) for role in facts.roles]
        found["skills"] = _skills(facts, groups)
    if Group.AVAILABILITY in groups:
        found["availability"] = _availability(facts.availability)
    if Group.PAY in groups:
        found["pay"] = {"salary_point": facts.salary_point}
    return found


def _role(role: RoleFact, groups: frozenset[Group]) -> dict[str, Any]:
    level = {"level": role.level} if Group.LEVELS in groups else {}
    return {"role": role.slug, "name": role.name, "standing": role.standing, **level}


def _skills(facts: Facts, groups: frozenset[Group]) -> list[dict[str, Any]]:
    shown: dict[uuid.UUID, list[EvidenceFact]] = {}
    for one in facts.evidence:
        shown.setdefault(one.skill_id, []).append(one)
    return [_skill(one, groups, shown.get(one.skill_id, ())) for one in facts.skills]


def _skill(
    one: SkillFact, groups: frozenset[Group], evidence: Sequence[EvidenceFact]
) -> dict[str, Any]:
    found: dict[str, Any] = {"skill": one.slug, "name": one.name}
    if Group.LEVELS in groups:
        found["level"] = one.level.slug
        found["last_used"] = one.last_used_on.year if one.last_used_on else None
        found["confirmed"] = _confirmed(one, groups)
    if Group.EVIDENCE in groups:
        found["evidence"] = [
            {"kind": e.kind, "title": e.title, "year": e.year, "words": e.words} for e in evidence
        ]
    return found


def _confirmed(one: SkillFact, groups: frozenset[Group]) -> Mapping[str, str] | None:
    """Who confirmed it is named to those alone who may know whom it was confirmed of."""
    if one.confirmed_level is None or one.confirmed_on is None:
        return None
    found = {"level": one.confirmed_level.slug, "on": one.confirmed_on.isoformat()}
    if one.confirmed_as:
        found["as"] = one.confirmed_as
    if one.confirmed_by and Group.NAME in groups:
        found["by"] = one.confirmed_by
    return found


def _availability(free: Availability) -> dict[str, Any]:
    return {
        "moves": [move.value for move in free.moves],
        "days": None if free.days is None else f"{free.days.normalize():f}",
        "from": free.from_on.isoformat() if free.from_on else None,
        "until": free.until_on.isoformat() if free.until_on else None,
        "months": free.months,
        "regions": list(free.regions),
        "remote": free.remote,
    }
