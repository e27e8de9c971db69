"""Pictures of gaps and of progress as numbers to draw: what the page prints as SVG. Pure."""

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from app.core.words import day_in_words
from app.matching.gaps.domain import Point, counts
from app.matching.rule import STANDING_NAMES, Match, Standing
from app.roles.domain import Proficiency

LINE: Final = 20
BAR: Final = 14
SPACE: Final = 16
WIDEST: Final = 38
TALLEST: Final = 100
HEAD: Final = 24


@dataclass(frozen=True, slots=True)
class Step:
    """One of the four levels of a skill: where it is, in percent, and what it shows."""

    x: str
    look: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A skill: its name in lines, each with the height of its foot, and its four steps."""

    lines: tuple[tuple[int, str], ...]
    y: int
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """Skills one below the other, with words for who does not see it."""

    description: str
    height: int
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A day: a column of skills met, with its number above and the day below."""

    x: str
    middle: str
    y: int
    height: int
    number: str
    day: str
    year: str


@dataclass(frozen=True, slots=True)
class Course:
    """Progress over time as columns."""

    description: str
    columns: tuple[Column, ...]
    floor: int
    height: int


def said_of(found: Match) -> str:
    """How the skills stand, in a sentence.

    >>> said_of(Match((), {}))
    'No skills are asked for.'
    """
    said = [f"{n} {STANDING_NAMES[one].lower()}" for one, n in counts(found).items() if n]
    total = len(found.lines)
    if not said:
        return "No skills are asked for."
    return f"Of {total} skill{'' if total == 1 else 's'}: {', '.join(said)}."


def draw(found: Match, names: Mapping[UUID, str]) -> Picture:
    """Each skill with the levels that are held, those that are missing, and the rest."""
    bars, y = [], 0
    ordered = sorted(found.lines, key=lambda line: (not line.asked.is_must, -line.asked.levels))
    for line in ordered:
        words = textwrap.wrap(names[line.asked.skill_id], WIDEST)
        feet = tuple((y + LINE * n - 5, text) for n, text in enumerate(words, 1))
        y += LINE * len(words)
        held = line.held.level if line.held else 0
        steps = tuple(
            Step(f"{(one - 1) * 25}%", _look(one, held, line.asked.levels, line.standing))
            for one in Proficiency
        )
        bars.append(Bar(feet, y, steps))
        y += BAR + SPACE
    return Picture(said_of(found), y, tuple(bars))


def _look(step: int, held: int, asked: int, standing: Standing) -> str:
    if step <= held:
        return "held"
    if step > asked:
        return "none"
    return "near" if standing is Standing.NEAR else "missing"


def draw_course(points: Sequence[Point]) -> Course:
    """Skills met on each day."""
    floor = HEAD + TALLEST
    width = 100 / max(len(points), 1)
    columns = []
    for number, one in enumerate(points):
        height = round(TALLEST * one.met / one.total) if one.total else 0
        columns.append(
            Column(
                f"{number * width + width * 0.15:.2f}%",
                f"{(number + 0.5) * width:.2f}%",
                floor - height,
                height,
                f"{one.met} of {one.total}",
                f"{one.on.day} {one.on:%b}",
                str(one.on.year),
            )
        )
    said = [f"{day_in_words(one.on)}: {one.met} of {one.total} met" for one in points]
    return Course("; ".join(said), tuple(columns), floor, floor + 2 * LINE)
