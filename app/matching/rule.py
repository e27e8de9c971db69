"""The rule by which people and posts match, and the order in which matches are listed. Pure.

A match is a list of lines, never a score: each skill that a post asks for says how the person
stands to it, each condition says whether it is met. Must-haves are gates: what somebody holds
beyond what is asked, or beside it, mends no gap. The database orders matches by the same rule
(`match_people`, `match_posts`); a test over random people holds the two together.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from app.roles.domain import base_name, plain

# A skill counts as used recently in the calendar year of its last use and in the next two.
RECENT_YEARS: Final = 2

# The order of matches as pages print it: the parts of `place`, the first that differs decides.
ORDER_WORDS: Final = (
    "Must-have skills that are not met and not waived: the fewest first.",
    "Levels short of what is asked, added up over all skills of the post: the fewest first. What "
    "somebody holds above a level that is asked, or in other skills, makes up for nothing.",
    "Skills of the post used this year or in the two years before: the most first.",
    "Skills of the post that a colleague or manager confirmed: the most first.",
    "Where all of that is the same: the one that was put on Crossbench first.",
)


class Standing(StrEnum):
    """How somebody stands to one skill that a post asks for."""

    MET = "met"
    ONE_SHORT = "one_short"
    MORE_SHORT = "more_short"
    NEAR = "near"
    NOT_STATED = "not_stated"


STANDING_NAMES: Final[dict[Standing, str]] = {
    Standing.MET: "Met",
    Standing.ONE_SHORT: "One level short",
    Standing.MORE_SHORT: "More than one level short",
    Standing.NEAR: "Near: holds a related skill",
    Standing.NOT_STATED: "Not stated",
}


class Condition(StrEnum):
    """What a post and a person must agree on beside skills."""

    MOVE = "move"
    DAYS = "days"
    DATES = "dates"
    LENGTH = "length"
    PLACE = "place"


# How somebody works whose answer rules a place out: the codes are those of profiles.
REMOTE_ONLY: Final = "remote_only"
ON_SITE: Final = "on_site"


class Answer(StrEnum):
    """Whether a condition is met. What one side left open stands in nobody's way."""

    MET = "met"
    MISSED = "missed"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Asked:
    """A skill that a post asks for; `level` is the proficiency, 1 to 4, or None for any.

    A must-have that a hiring manager waived is a gate no more, and is still asked for.
    """

    skill_id: uuid.UUID
    level: int | None = None
    is_must: bool = False
    is_waived: bool = False

    @property
    def is_gate(self) -> bool:
        """Whether nobody matches without it."""
        return self.is_must and not self.is_waived

    @property
    def levels(self) -> int:
        """The levels that count: any level of a skill is its first."""
        return self.level or 1


@dataclass(frozen=True, slots=True)
class Held:
    """A skill as somebody holds it: the level, 1 to 4, and what speaks for it."""

    level: int
    is_recent: bool = False
    is_confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Terms:
    """What a post is beside its skills. None says that it is left open. Days are days a week.

    `move` is the kind of post.
    """

    move: str
    days: Decimal | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    region: str | None = None
    is_remote: bool = False

    @property
    def months(self) -> int | None:
        """How long it lasts in months, the last one begun counting as one; None without an end."""
        if self.starts_on is None or self.ends_on is None:
            return None
        return months_begun(self.starts_on, self.ends_on)


@dataclass(frozen=True, slots=True)
class Availability:
    """What somebody is open to. None, and no region, say that it is left open.

    `moves` are kinds of post, `days` the most days a week, `months` the longest that a move may
    last, `regions` where they would work, `remote` how far away from the office.
    """

    moves: frozenset[str] | None = None
    days: Decimal | None = None
    from_on: date | None = None
    until_on: date | None = None
    months: int | None = None
    regions: frozenset[str] = frozenset()
    remote: str | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """A post as far as it matters for matches."""

    id: uuid.UUID
    asked: tuple[Asked, ...]
    terms: Terms


@dataclass(frozen=True, slots=True)
class Person:
    """A person as far as it matters for matches, and as far as the viewer may see them."""

    id: uuid.UUID
    held: Mapping[uuid.UUID, Held]
    availability: Availability = field(default_factory=Availability)


@dataclass(frozen=True, slots=True)
class Line:
    """How one skill stands: what is asked, what is held of it, or of the nearest skill to it.

    `short` are the levels that are missing.
    """

    asked: Asked
    standing: Standing
    held: Held | None
    near_id: uuid.UUID | None
    near_level: int | None
    short: int

    @property
    def is_gate_missed(self) -> bool:
        """Whether this line alone keeps the two from matching."""
        return self.asked.is_gate and self.standing is not Standing.MET


@dataclass(frozen=True, slots=True)
class Match:
    """How one person and one post stand to each other, line by line."""

    lines: tuple[Line, ...]
    conditions: Mapping[Condition, Answer]

    @property
    def gates_missed(self) -> int:
        """Must-haves that are neither met nor waived."""
        return sum(line.is_gate_missed for line in self.lines)

    @property
    def short(self) -> int:
        """Levels short over all skills."""
        return sum(line.short for line in self.lines)

    @property
    def recent(self) -> int:
        """Skills asked for that are held and were used recently."""
        return sum(line.held is not None and line.held.is_recent for line in self.lines)

    @property
    def confirmed(self) -> int:
        """Skills asked for that are held and were confirmed by somebody else."""
        return sum(line.held is not None and line.held.is_confirmed for line in self.lines)

    @property
    def fits(self) -> bool:
        """Whether the two match: every gate is met, no condition is missed, something is there."""
        return not self.gates_missed and self.is_possible and self.has_any

    @property
    def is_possible(self) -> bool:
        """Whether no condition is missed."""
        return Answer.MISSED not in self.conditions.values()

    @property
    def has_any(self) -> bool:
        """Whether anything that is asked for is there, be it in part."""
        return any(line.short < line.asked.levels for line in self.lines)


Place = tuple[int, int, int, int, uuid.UUID]
Near = Mapping[uuid.UUID, frozenset[uuid.UUID]]


def is_recent(last_used_on: date | None, year: int) -> bool:
    """Whether a skill last used then counts as used recently in a year.

    >>> is_recent(date(2024, 1, 1), 2026), is_recent(date(2023, 12, 31), 2026)
    (True, False)
    """
    return last_used_on is not None and last_used_on.year >= year - RECENT_YEARS


def match(person: Person, post: Post, near: Near) -> Match:
    """How a person and a post stand to each other.

    `near` names for a skill those that are near to it: see `roles.domain.near_matches`.
    """
    lines = tuple(_line(asked, person.held, near) for asked in post.asked)
    return Match(lines, conditions(person.availability, post.terms))


def place(found: Match, of: uuid.UUID) -> Place:
    """Where a match belongs in a list: the lowest comes first. `of` is what the list is of.

    Never equal for two different ids, so the order is the same whatever it was before.
    """
    return (found.gates_missed, found.short, -found.recent, -found.confirmed, of)


def in_order(matches: Iterable[tuple[uuid.UUID, Match]]) -> list[tuple[uuid.UUID, Match]]:
    """Matches in the order of the rule."""
    return sorted(matches, key=lambda pair: place(pair[1], pair[0]))


def _line(asked: Asked, all_held: Mapping[uuid.UUID, Held], near: Near) -> Line:
    held = all_held.get(asked.skill_id)
    if held is not None and held.level >= asked.levels:
        return Line(asked, Standing.MET, held, None, None, 0)
    own = held.level if held is not None else 0
    near_id, near_level = _nearest(near.get(asked.skill_id, frozenset()), all_held)
    reach = max(own, near_reach(near_level or 0, asked.levels))
    short = asked.levels - reach
    if held is None and near_id is None:
        return Line(asked, Standing.NOT_STATED, None, None, None, short)
    if reach > own or held is None:
        return Line(asked, Standing.NEAR, held, near_id, near_level, short)
    standing = Standing.ONE_SHORT if short == 1 else Standing.MORE_SHORT
    return Line(asked, standing, held, None, None, short)


def near_reach(near_level: int, asked_levels: int) -> int:
    """The level that a near skill stands for: one less than its own, and never all that is asked.

    >>> near_reach(4, 3), near_reach(3, 3), near_reach(1, 3), near_reach(0, 3)
    (2, 2, 0, 0)
    """
    return max(0, min(near_level - 1, asked_levels - 1))


def _nearest(
    near: Iterable[uuid.UUID], held: Mapping[uuid.UUID, Held]
) -> tuple[uuid.UUID | None, int | None]:
    """The near skill held at the highest level; of equals the one with the lowest id."""
    found = [(-held[one].level, one) for one in near if one in held]
    if not found:
        return None, None
    level, skill_id = min(found)
    return skill_id, -level


def conditions(who: Availability, terms: Terms) -> dict[Condition, Answer]:
    """Whether each condition is met, missed, or left open by one of the two."""
    return {
        Condition.MOVE: _answer(who.moves is not None, terms.move in (who.moves or ())),
        Condition.DAYS: _at_least(who.days, terms.days),
        Condition.DATES: _dates(who, terms),
        Condition.LENGTH: _at_least(who.months, terms.months),
        Condition.PLACE: _place(who, terms),
    }


def months_begun(first: date, last: date) -> int:
    """The months from a first to a last day, the last one begun counting as one.

    >>> months_begun(date(2027, 1, 1), date(2027, 12, 31))
    12
    >>> months_begun(date(2027, 1, 15), date(2027, 2, 15))
    2
    """
    whole = (last.year - first.year) * 12 + last.month - first.month
    return whole + (last.day >= first.day)


def _at_least(offered: Decimal | int | None, asked: Decimal | int | None) -> Answer:
    if offered is None or asked is None:
        return Answer.OPEN
    return _answer(True, offered >= asked)


def _dates(who: Availability, terms: Terms) -> Answer:
    """Free from the start of the post until its end; a post without a start asks for neither."""
    if terms.starts_on is None or (who.from_on is None and who.until_on is None):
        return Answer.OPEN
    free = who.from_on is None or who.from_on <= terms.starts_on
    last = terms.ends_on or terms.starts_on
    return _answer(True, free and (who.until_on is None or who.until_on >= last))


def _place(who: Availability, terms: Terms) -> Answer:
    """Work from anywhere suits every region; where and how somebody would work are both asked."""
    if terms.is_remote:
        return _answer(True, who.remote != ON_SITE)
    if who.remote == REMOTE_ONLY:
        return Answer.MISSED
    return _answer(who.regions and terms.region is not None, terms.region in who.regions)


def _answer(is_said: object, is_met: bool) -> Answer:
    if not is_said:
        return Answer.OPEN
    return Answer.MET if is_met else Answer.MISSED


def near_of(names: Sequence[tuple[uuid.UUID, str]]) -> dict[uuid.UUID, frozenset[uuid.UUID]]:
    """For each skill that has any, the skills that differ from it only in their brackets.

    >>> a, b, c = (uuid.UUID(int=n) for n in (1, 2, 3))
    >>> found = near_of([(a, "User focus"), (b, "User focus (frontend developer)"), (c, "Cost")])
    >>> found == {a: frozenset({b}), b: frozenset({a})}
    True
    """
    groups: dict[str, set[uuid.UUID]] = {}
    for skill_id, name in names:
        groups.setdefault(plain(base_name(name)), set()).add(skill_id)
    return {
        one: frozenset(group - {one})
        for group in groups.values()
        if len(group) > 1
        for one in group
    }
