"""Skills and levels as numbers, the form in which the database compares them. Pure.

Each skill has a number, from 1, and six places: its four levels, whether it was used recently, and
whether somebody confirmed it. Who holds a level holds those below it, so one bit says whether a
level is met, and a count of common bits says how many levels are. A skill that others are near to
has a second number, whose first three places say how far somebody reaches with all of them: a near
skill stands for one level less than its own and never for the highest that is asked (`rule`).
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from app.matching.rule import Asked, Held, Near

PLACES: Final = 6
RECENT: Final = 5
CONFIRMED: Final = 6
LEVELS: Final = 4

# The width of the bits in the tables; a wider one is a migration.
WIDTH: Final = 2048
NUMBERS_AT_MOST: Final = WIDTH // PLACES


@dataclass(frozen=True, slots=True)
class Numbering:
    """The numbers of skills, the second numbers of those that others are near to, and the near."""

    numbers: Mapping[uuid.UUID, int]
    near_numbers: Mapping[uuid.UUID, int]
    near: Near


@dataclass(frozen=True, slots=True)
class PersonPlaces:
    """What somebody holds: `tokens` are the levels, `places` those with all that is beside them."""

    tokens: tuple[int, ...]
    places: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PostPlaces:
    """What a post asks for: the places that count, and the asked levels, of all and of gates.

    There are as many places as levels are asked for: what is missing of them is what is short.
    """

    places: tuple[int, ...]
    tops: tuple[int, ...]
    gates: tuple[int, ...]


def place_of(number: int, which: int) -> int:
    """The place of a level, of RECENT or of CONFIRMED.

    >>> place_of(1, 4), place_of(2, 1), place_of(2, CONFIRMED)
    (4, 7, 12)
    """
    return PLACES * (number - 1) + which


def levels_up_to(number: int, level: int) -> range:
    """The places of a level and of all below it.

    >>> list(levels_up_to(2, 3))
    [7, 8, 9]
    """
    return range(place_of(number, 1), place_of(number, level) + 1)


def same_skill(place: int, which: int) -> int:
    """Another place of the skill that a place belongs to.

    >>> same_skill(9, RECENT)
    11
    """
    return place_of((place - 1) // PLACES + 1, which)


def of_person(held: Mapping[uuid.UUID, Held], numbering: Numbering) -> PersonPlaces:
    """The places of what somebody holds; skills without a number are left out."""
    tokens: list[int] = []
    marks: list[int] = []
    for skill_id, skill in held.items():
        number = numbering.numbers.get(skill_id)
        if number is not None:
            tokens += levels_up_to(number, skill.level)
            marks += [place_of(number, RECENT)] * skill.is_recent
            marks += [place_of(number, CONFIRMED)] * skill.is_confirmed
    reach = _reach(held, numbering)
    return PersonPlaces(tuple(sorted(tokens)), tuple(sorted([*tokens, *marks, *reach])))


def _reach(held: Mapping[uuid.UUID, Held], numbering: Numbering) -> Iterable[int]:
    """How far somebody reaches in each skill that others are near to, with those and itself."""
    concerned = {near for one in held for near in numbering.near.get(one, ())} | set(held)
    for skill_id in concerned & set(numbering.near_numbers):
        own = held[skill_id].level if skill_id in held else 0
        beside = [held[one].level - 1 for one in numbering.near.get(skill_id, ()) if one in held]
        reach = min(max([own, *beside]), LEVELS - 1)
        yield from levels_up_to(numbering.near_numbers[skill_id], reach)


def of_post(asked: Sequence[Asked], numbering: Numbering) -> PostPlaces:
    """The places of what a post asks for. Raises KeyError for a skill without a number."""
    places: list[int] = []
    tops: list[int] = []
    gates: list[int] = []
    for one in asked:
        number = numbering.numbers[one.skill_id]
        top = place_of(number, one.levels)
        below = numbering.near_numbers.get(one.skill_id, number)
        places += [*levels_up_to(below, one.levels - 1), top]
        tops.append(top)
        gates += [top] * one.is_gate
    return PostPlaces(tuple(places), tuple(tops), tuple(gates))
