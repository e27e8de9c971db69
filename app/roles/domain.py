"""What an edition of the capability framework says, as plain facts, and the rules about it. Pure.

The facts are names, levels and required proficiency. The framework's descriptive text is not
kept; what the four proficiencies mean is said in words of our own.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum
from typing import Any, Final

from app.core.errors import FieldFault, NotFound, RuleBroken

FRAMEWORK_URL: Final = "https://understand-digital-data-roles-skills.service.gov.uk/"
LICENCE_URL: Final = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
LONGEST_NAME: Final = 200
# Words that do not count when a name is shortened to its first letters.
_SMALL: Final = frozenset({"a", "an", "and", "for", "in", "of", "the", "to", "with"})


class Proficiency(IntEnum):
    """How well a skill is needed or held, from 1 to 4."""

    AWARENESS = 1
    WORKING = 2
    PRACTITIONER = 3
    EXPERT = 4

    @property
    def slug(self) -> str:
        """The word in files and in the API.

        >>> Proficiency.EXPERT.slug
        'expert'
        """
        return self.name.lower()

    @property
    def label(self) -> str:
        """The word on pages."""
        return self.name.capitalize()

    @property
    def meaning(self) -> str:
        """What it means, in our words."""
        return _MEANINGS[self]

    @classmethod
    def from_slug(cls, slug: str) -> "Proficiency | None":
        """The proficiency of a word in a file, upper or lower case, or None.

        >>> Proficiency.from_slug(" Working ") is Proficiency.WORKING
        True
        """
        return next((one for one in cls if one.slug == slug.strip().lower()), None)


_MEANINGS: Final = {
    Proficiency.AWARENESS: (
        "Knows what the skill is for and its basics; needs direction to use it."
    ),
    Proficiency.WORKING: "Uses the skill on ordinary tasks, with some support.",
    Proficiency.PRACTITIONER: (
        "Uses the skill without support, chooses the method and helps others with it."
    ),
    Proficiency.EXPERT: (
        "Leads and teaches the skill, and sets how the team or organisation does it."
    ),
}


class SuccessionKind(StrEnum):
    """What became of a skill that an edition no longer has."""

    RENAMED = "renamed"
    MERGED = "merged"
    SPLIT = "split"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class LevelFacts:
    """A level of a role: `skills` maps the name of a skill to the proficiency it needs."""

    name: str
    slug: str
    grades: tuple[str, ...]
    skills: Mapping[str, Proficiency]


@dataclass(frozen=True, slots=True)
class RoleFacts:
    """A role, its levels lowest first. A senior role has none, only `skills` by name."""

    name: str
    slug: str
    family: str
    is_senior: bool
    levels: tuple[LevelFacts, ...]
    skills: tuple[str, ...] = ()
    since: date | None = None

    def skill_names(self) -> frozenset[str]:
        """The skills that any of its levels needs, or the role itself where it has no levels."""
        return frozenset(self.skills).union(*(level.skills for level in self.levels))


@dataclass(frozen=True, slots=True)
class Named:
    """A family or a skill."""

    name: str
    slug: str


@dataclass(frozen=True, slots=True)
class Succession:
    """What became of the skill `old`; `new` is None where it was retired."""

    old: str
    kind: SuccessionKind
    new: str | None
    on: date


@dataclass(frozen=True, slots=True)
class Counts:
    """How much an edition holds; `cells` are pairs of level and skill."""

    families: int
    roles: int
    levels: int
    skills: int
    cells: int


@dataclass(frozen=True, slots=True)
class EditionFacts:
    """Everything a dated edition says. `history` is its change log: facts by date."""

    as_of: date
    name: str
    source: str
    licence: str
    attribution: str
    families: tuple[Named, ...]
    roles: tuple[RoleFacts, ...]
    skills: tuple[Named, ...]
    successions: tuple[Succession, ...] = ()
    history: tuple[Mapping[str, Any], ...] = ()

    def counts(self) -> Counts:
        """How much it holds."""
        levels = [level for role in self.roles for level in role.levels]
        return Counts(
            families=len(self.families),
            roles=len(self.roles),
            levels=len(levels),
            skills=len(self.skills),
            cells=sum(len(level.skills) for level in levels),
        )

    def fingerprint(self) -> bytes:
        """The SHA-256 of its content: equal for two files that say the same."""
        content = {
            "as_of": self.as_of.isoformat(),
            "families": [[f.name, f.slug] for f in self.families],
            "skills": sorted([s.name, s.slug] for s in self.skills),
            "roles": [
                [r.name, r.slug, r.family, r.is_senior, sorted(r.skills)]
                + [[v.name, v.slug, list(v.grades), dict(v.skills)] for v in r.levels]
                for r in self.roles
            ],
            "successions": sorted(
                [s.old, s.kind.value, s.new or "", s.on.isoformat()] for s in self.successions
            ),
        }
        text = json.dumps(content, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).digest()


def slug_of(name: str) -> str:
    """The part of an address that stands for a name.

    >>> slug_of("Programming and build (data science)")
    'programming-and-build-data-science'
    """
    return re.sub(r"[^a-z0-9]+", "-", plain(name)).strip("-")


def free_slug(slug: str, taken: Iterable[str]) -> str:
    """The slug, or with a number where it is taken.

    >>> free_slug("a", {"a", "a-2"})
    'a-3'
    """
    number, free = 2, slug
    while free in taken:
        free, number = f"{slug}-{number}", number + 1
    return free


def plain(text: str) -> str:
    """Text for comparing and searching: lower case, without accents.

    >>> plain("Ŷ CISO")
    'y ciso'
    """
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in parts if not unicodedata.combining(c))


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text as search sees them.

    >>> words_of("Data & AI (ethics)")
    ('data', 'ai', 'ethics')
    """
    return tuple(re.findall(r"[a-z0-9]+", plain(text)))


def initials_of(name: str) -> tuple[str, ...]:
    """Short forms that people use for a name of several words: with and without small words, and
    of its end, since words come to stand before a name that is known by its letters.

    >>> initials_of("Shared chief information security officer")
    ('sciso', 'ciso', 'iso')
    >>> initials_of("Chief digital and information officer")
    ('cdio', 'dio', 'cdaio', 'daio', 'aio')
    """
    words = words_of(name)
    short = "".join(w[0] for w in words if w not in _SMALL)
    full = "".join(w[0] for w in words)
    ends = (s[i:] for s in (short, full) for i in range(max(1, len(s) - 2)))
    return tuple(dict.fromkeys(s for s in ends if len(s) > 1))


def search_text(name: str, *more: str) -> str:
    """What a search looks in: each word begins after a space.

    >>> search_text("Data architect", "Lead data architect")
    ' data architect da lead'
    """
    words = (*words_of(name), *initials_of(name), *(w for text in more for w in words_of(text)))
    return "".join(f" {word}" for word in dict.fromkeys(words))


def base_name(name: str) -> str:
    """A skill's name without the bracketed role of a variant.

    >>> base_name("User focus (frontend developer)")
    'User focus'
    """
    return re.sub(r"\s*\([^()]*\)\s*$", "", name)


def near_matches(name: str, others: Iterable[str]) -> tuple[str, ...]:
    """Skills that differ from this one only in brackets: near, never the same.

    >>> near_matches("User focus", ["User focus (frontend developer)", "User focus", "Coaching"])
    ('User focus (frontend developer)',)
    """
    base = plain(base_name(name))
    return tuple(o for o in others if o != name and plain(base_name(o)) == base)


def check_edition(facts: EditionFacts) -> list[FieldFault]:
    """What contradicts itself in an edition: names twice, skills and families it does not list."""
    faults: list[FieldFault] = []
    _check_once(faults, "/families", [family.slug for family in facts.families])
    _check_once(faults, "/roles", [role.slug for role in facts.roles])
    _check_once(faults, "/skills", [skill.slug for skill in facts.skills])
    _check_once(faults, "/skills", [skill.name for skill in facts.skills])
    names = {skill.name for skill in facts.skills}
    for role in facts.roles:
        path = f"/roles/{role.slug}"
        _check_once(faults, f"{path}/levels", [level.slug for level in role.levels])
        for unknown in sorted(role.skill_names() - names):
            faults.append(FieldFault(path, "skill", f"The skill {unknown!r} is not on the list."))
        if role.levels and role.skills:
            faults.append(FieldFault(path, "levels", "A role has levels, or skills alone."))
    used = frozenset[str]().union(*(role.skill_names() for role in facts.roles))
    for idle in sorted(names - used):
        faults.append(FieldFault("/skills", "unused", f"No role needs the skill {idle!r}."))
    for one in facts.successions:
        if one.new is not None and slug_of(one.new) == slug_of(one.old):
            faults.append(FieldFault("", "itself", f"{one.old!r} cannot follow itself."))
    return faults


def _check_once(faults: list[FieldFault], path: str, values: list[str]) -> None:
    for twice in sorted({value for value in values if values.count(value) > 1}):
        faults.append(FieldFault(path, "twice", f"{twice!r} is there twice."))


def former_names(name: str, history: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """What a role was called before, by the change log, the newest name first.

    >>> former_names("Data tamer", [{"type": "role_renamed", "from": "Clerk", "to": "Data tamer"}])
    ('Clerk',)
    """
    renamed = {h.get("to"): h.get("from") for h in history if h.get("type") == "role_renamed"}
    found: list[str] = []
    now: Any = name
    while (now := renamed.get(now)) and now not in found:
        found.append(now)
    return tuple(found)


def no_such_role() -> NotFound:
    """The answer for a role that no edition has."""
    return NotFound("role-not-found", "There is no role at this address.")


def no_such_skill() -> NotFound:
    """The answer for a skill that no edition has had."""
    return NotFound("skill-not-found", "There is no skill at this address.")


def no_edition() -> NotFound:
    """The answer before the first edition is loaded."""
    return NotFound("no-edition", "No edition of the capability framework has been loaded yet.")


def edition_differs(as_of: date) -> RuleBroken:
    """An edition of the same day holds other facts: editions are never overwritten."""
    return RuleBroken(
        "edition-differs",
        f"There is an edition of {day_in_words(as_of)} already, and it says something else. "
        "Editions are never overwritten: give this one the date on which it was published.",
    )


def day_in_words(day: date) -> str:
    """A date as pages show it.

    >>> day_in_words(date(2026, 10, 6))
    '6 October 2026'
    """
    return f"{day.day} {day:%B %Y}"
