"""Skills that a new edition has replaced or retired, and what their owner may say of them. Pure.

Until their owner has said it, such a claim stays as it is under its own edition: it counts for
posts that ask for the skill as it was, and for no others. Nobody's word is carried over unasked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from app.core.errors import RuleBroken
from app.profiles.domain import broken
from app.roles.domain import Proficiency

REMOVE: Final = "remove"
RULE_WORDS: Final = (
    "Until you decide, what you claimed stays as it was: it counts for posts that ask for the "
    "skill under its former name, and not for posts that ask for what took its place."
)


@dataclass(frozen=True, slots=True)
class Now:
    """A skill of the current edition that took the place of another."""

    id: UUID
    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class Former:
    """A claimed skill that the current edition does not have, and what took its place."""

    id: UUID
    slug: str
    name: str
    level: Proficiency
    last_used_on: date | None
    edition_of: date
    evidence: int
    now: tuple[Now, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What becomes of a former skill: claimed as `now` at a level, or gone (None)."""

    now_id: UUID | None
    level: int


def followed(
    skill_id: UUID, after: Mapping[UUID, Sequence[UUID]], current: Mapping[UUID, Now]
) -> tuple[Now, ...]:
    """What took the place of a skill by the table of successors, over as many editions as it takes.

    >>> a, b, c = (UUID(int=n) for n in (1, 2, 3))
    >>> followed(a, {a: [b], b: [c, a]}, {c: Now(c, "c", "C")})
    (Now(id=UUID('00000000-0000-0000-0000-000000000003'), slug='c', name='C'),)
    """
    seen, waiting, found = {skill_id}, list(after.get(skill_id, ())), []
    while waiting:
        one = waiting.pop(0)
        if one in seen:
            continue
        seen.add(one)
        if one in current:
            found.append(current[one])
        else:
            waiting += after.get(one, ())
    return tuple(found)


def not_offered(slug: str) -> RuleBroken:
    """Only what took its place can be chosen."""
    return broken(f"become-{slug}", "not-offered", "Choose one of the answers")
