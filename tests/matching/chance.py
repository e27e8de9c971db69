"""People and posts drawn by lot, for comparing the database with the rule."""

import random
import uuid
from datetime import date
from decimal import Decimal

from app.matching.domain import PersonFacts, Recipients, Wanted
from app.matching.rule import Asked, Availability, Held, Terms
from app.matching.terms import KINDS, MOVES, REGIONS

TODAY = date(2027, 1, 15)
_DAYS = (None, Decimal(1), Decimal("2.5"), Decimal(5))
_STARTS = (None, date(2027, 1, 1), date(2027, 2, 1), date(2027, 6, 1))
_ENDS = (None, date(2027, 6, 1), date(2027, 12, 31), date(2028, 5, 31))


def facts(
    chance: random.Random,
    person_id: uuid.UUID,
    skills: list[uuid.UUID],
    bodies: list[uuid.UUID],
) -> PersonFacts:
    """Somebody with any skills, consent and availability."""
    levels = recipients(chance, bodies)
    return PersonFacts(
        person_id,
        {
            skill: Held(chance.randint(1, 4), chance.random() < 0.5, chance.random() < 0.5)
            for skill in chance.sample(skills, chance.randint(1, len(skills)))
        },
        TODAY.year,
        availability(chance),
        levels,
        chance.choice((levels, recipients(chance, bodies))),
        frozenset(chance.sample(bodies, chance.choice((0, 1)))),
        frozenset(chance.sample(bodies, chance.choice((0, 0, 0, 1)))),
        chance.choice((None, None, TODAY, date(2027, 1, 14))),
        chance.choice((None, None, None, date(2027, 1, 14), TODAY)),
    )


def recipients(chance: random.Random, bodies: list[uuid.UUID]) -> Recipients:
    """Anybody, somebody, or nobody."""
    return Recipients(
        chance.random() < 0.5,
        frozenset(chance.sample(KINDS, chance.choice((0, 1)))),
        frozenset(chance.sample(REGIONS, chance.choice((0, 1)))),
        frozenset(chance.sample(bodies, chance.choice((0, 0, 1)))),
    )


def availability(chance: random.Random) -> Availability:
    """What somebody is open to, as far as they say it."""
    moves = frozenset(str(move) for move in chance.sample(MOVES, chance.randint(0, 5)))
    start = chance.choice(_STARTS)
    return Availability(
        chance.choice((None, None, moves)),
        chance.choice(_DAYS),
        start,
        chance.choice([one for one in _ENDS if not one or not start or one >= start]),
        chance.choice((None, None, 5, 12)),
        frozenset(str(region) for region in chance.sample(REGIONS, chance.choice((0, 0, 4, 11)))),
        chance.choice((None, None, "either", "remote_only", "on_site")),
    )


def wanted(chance: random.Random, skills: list[uuid.UUID]) -> Wanted:
    """What a post asks for."""
    start = chance.choice(_STARTS)
    return Wanted(
        tuple(
            Asked(
                skill,
                chance.choice((None, 1, 2, 3, 4)),
                chance.random() < 0.3,
                chance.random() < 0.2,
            )
            for skill in chance.sample(skills, chance.randint(1, len(skills)))
        ),
        Terms(
            str(chance.choice(MOVES)),
            chance.choice(_DAYS),
            start,
            start and chance.choice([one for one in _ENDS if not one or one >= start]),
            chance.choice((None, str(chance.choice(REGIONS)))),
            chance.random() < 0.3,
        ),
    )
