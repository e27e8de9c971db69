"""Gaps as the rule of matching sees them: what to learn first, and progress over time. Pure."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from app.core.errors import NotFound
from app.matching.rule import Asked, Held, Line, Match, Near, Person, Post, Standing, Terms, match

MOST_POINTS: Final = 6


@dataclass(frozen=True, slots=True)
class Change:
    """That from a day on somebody claimed a skill at a level; zero takes it back."""

    skill_id: uuid.UUID
    level: int
    on: date


@dataclass(frozen=True, slots=True)
class Point:
    """How somebody stood on a day: skills met of all that are asked, and levels short."""

    on: date
    met: int
    total: int
    short: int


def gaps(asked: Sequence[Asked], held: Mapping[uuid.UUID, Held], near: Near) -> Match:
    """How what is held stands to what is asked: the rule of matching, conditions aside."""
    nobody = uuid.UUID(int=0)
    return match(Person(nobody, held), Post(nobody, tuple(asked), Terms("")), near)


def to_learn(found: Match) -> list[Line]:
    """What is missing: must-haves first, then what is nearest.

    >>> to_learn(gaps([], {}, {}))
    []
    """
    missing = [line for line in found.lines if line.standing is not Standing.MET]
    return sorted(missing, key=lambda line: (not line.asked.is_gate, line.short))


def counts(found: Match) -> dict[Standing, int]:
    """How many skills stand in each way."""
    return {one: sum(line.standing is one for line in found.lines) for one in Standing}


def progress(
    changes: Iterable[Change],
    asked: Sequence[Asked],
    held: Mapping[uuid.UUID, Held],
    near: Near,
    today: date,
) -> list[Point]:
    """How somebody stood on the days on which that changed, today last; the latest few.

    Levels of former days count as they were claimed then, by the rule and the need of today.
    """
    levels: dict[uuid.UUID, int] = {}
    points: list[Point] = []
    by_day: dict[date, list[Change]] = {}
    for one in changes:
        by_day.setdefault(one.on, []).append(one)
    for day in sorted(by_day):
        levels |= {one.skill_id: one.level for one in by_day[day]}
        then = {skill: Held(level) for skill, level in levels.items() if level}
        _add(points, _point(day, asked, then, near))
    _add(points, _point(today, asked, held, near))
    return points[-MOST_POINTS:]


def _point(day: date, asked: Sequence[Asked], held: Mapping[uuid.UUID, Held], near: Near) -> Point:
    found = gaps(asked, held, near)
    return Point(day, counts(found)[Standing.MET], len(found.lines), found.short)


def _add(points: list[Point], point: Point) -> None:
    """Only a day on which something changed counts."""
    before = points[-1] if points else None
    if before is None or (before.met, before.short) != (point.met, point.short):
        points.append(point)


def no_such_target() -> NotFound:
    """There is no such role, level or post, or the actor may not see it."""
    return NotFound(
        "target-not-found",
        "There is no role or post at this address. It may have closed, or you may not see it.",
    )
