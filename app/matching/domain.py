"""What the match tables are told of people and posts, and of whom a body finds. Pure."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from app.matching.rule import Asked, Availability, Held, Terms
from app.matching.terms import recipient_key

# Fewer people than this are never told as a number.
FEWEST_TOLD: Final = 5


@dataclass(frozen=True, slots=True)
class Recipients:
    """Whom a group of fields is given to, to find people for posts."""

    all_verified: bool = False
    kinds: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    bodies: frozenset[uuid.UUID] = frozenset()

    @property
    def keys(self) -> int:
        """The sorts of bodies as bits; bodies that are named stand apart."""
        keys = recipient_key() if self.all_verified else 0
        for kind in self.kinds:
            keys |= recipient_key(kind=kind)
        for region in self.regions:
            keys |= recipient_key(region=region)
        return keys


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """A person as the match tables hold them.

    `consent_until` is the last day of the first grant that ends, `paused_until` the last day of a
    pause; `year` is the one for which recent use is reckoned.
    """

    person_id: uuid.UUID
    held: Mapping[uuid.UUID, Held]
    year: int
    availability: Availability = field(default_factory=Availability)
    levels_to: Recipients = field(default_factory=Recipients)
    availability_to: Recipients = field(default_factory=Recipients)
    employers: frozenset[uuid.UUID] = frozenset()
    hidden_from: frozenset[uuid.UUID] = frozenset()
    consent_until: date | None = None
    paused_until: date | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a post asks for, as search is asked for it."""

    asked: tuple[Asked, ...]
    terms: Terms


@dataclass(frozen=True, slots=True)
class Found:
    """A match as the database found it, in the parts that the order is made of."""

    id: uuid.UUID
    gates_missed: int
    short: int
    recent: int
    confirmed: int
