"""People to measure with: their skills are those of one or two roles of the framework."""

import random
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from typing import Any

from app.matching.rule import Asked, Held
from app.matching.terms import ANYWHERE, EVERY_REGION, MOVES, REGIONS, SAID, SOMEWHERE
from app.matching.tokens import Numbering, of_person

BODIES = 200
TODAY = date(2027, 1, 15)

Level = Mapping[uuid.UUID, int]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A post to search for: its skills, and what else it asks for."""

    asked: tuple[Asked, ...]
    move: int
    days: int | None
    starts_on: date | None
    ends_on: date | None
    months: int | None
    places: int


def people(count: int, levels: Sequence[Level], numbering: Numbering) -> Iterator[tuple[Any, ...]]:
    """Rows of `person_match` without bits, with all places in their stead.

    A third holds the skills of two roles; some roles are twenty times as common as others; levels
    and what is stated vary. Nine in ten granted something, each in another way.
    """
    chance = random.Random(count)  # noqa: S311 (chance, not secrecy)
    weights = list(accumulate(1 / (1 + n % 20) for n in range(len(levels))))
    for n in range(count):
        held = _held(chance, levels, weights)
        places = of_person(held, numbering)
        yield (
            uuid.UUID(int=n + 1, version=4),
            *_wishes(chance),
            list(places.tokens),
            list(places.places),
        )


def _held(
    chance: random.Random, levels: Sequence[Level], weights: Sequence[float]
) -> dict[uuid.UUID, Held]:
    held: dict[uuid.UUID, int] = {}
    for level in chance.choices(levels, cum_weights=weights, k=1 if chance.random() < 0.65 else 2):
        for skill, asked in level.items():
            own = min(4, asked + chance.choice((-1, 0, 0, 0, 0, 1)))
            if own > 0 and chance.random() > 0.1:
                held[skill] = max(own, held.get(skill, 0))
    return {
        skill: Held(own, chance.random() < 0.6, chance.random() < 0.2)
        for skill, own in held.items()
    }


def body(number: int) -> uuid.UUID:
    """The id of a body."""
    return uuid.UUID(int=number + 1, version=4)


def _wishes(chance: random.Random) -> tuple[Any, ...]:
    """Consent and availability, in the order of the columns."""
    to = 0
    if chance.random() < 0.9:
        to = chance.choice((1, 1, 1, 2 << chance.randrange(8), 1 << chance.randint(12, 23)))
    named = [body(chance.randrange(BODIES))] if chance.random() < 0.1 else None
    from_on = None if chance.random() < 0.5 else TODAY + timedelta(days=chance.randint(-200, 200))
    return (
        [body(chance.randrange(BODIES)) for _ in range(chance.choice((1, 1, 1, 2)))],
        [body(chance.randrange(BODIES))] if chance.random() < 0.1 else None,
        date(2027, 6, 1) if chance.random() < 0.03 else None,
        to,
        to if chance.random() < 0.8 else 0,
        named,
        named,
        date(2027, 12, 31) if chance.random() < 0.7 else None,
        chance.choice((0, 0, SAID + 3, SAID + 31, SAID + 5)),
        chance.choice((None, 100, 200, 250, 500, 500)),
        from_on,
        None if chance.random() < 0.6 else TODAY + timedelta(days=chance.randint(100, 900)),
        chance.choice((None, None, 6, 12, 24)),
        SOMEWHERE + chance.choice((0, ANYWHERE, ANYWHERE)) + chance.choice(_WHERE),
        TODAY.year,
    )


_WHERE = (*(EVERY_REGION,) * 12, *(1 << n for n in range(12)), *(3 << n for n in range(11)))


def posts(count: int, levels: Sequence[Level]) -> list[Wanted]:
    """Posts that ask for ten skills of a role, of which one to three are must-haves."""
    chance = random.Random(4)  # noqa: S311 (chance, not secrecy)
    whole = [level for level in levels if len(level) >= 10]
    found = []
    for _ in range(count):
        level = chance.choice(whole)
        skills = chance.sample(sorted(level), 10)
        musts = set(chance.sample(skills, chance.randint(1, 3)))
        starts_on = chance.choice((None, date(2027, 3, 1)))
        ends_on = starts_on and chance.choice((None, date(2028, 2, 29)))
        found.append(
            Wanted(
                tuple(Asked(skill, level[skill], skill in musts) for skill in skills),
                1 << chance.randrange(len(MOVES)),
                chance.choice((None, 100, 200, 300)),
                starts_on,
                ends_on,
                ends_on and 12,
                chance.choice((SOMEWHERE, ANYWHERE, 1 << chance.randrange(len(REGIONS)))),
            )
        )
    return found
