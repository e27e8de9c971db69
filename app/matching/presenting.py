"""Matches as pages show them."""

from dataclasses import dataclass
from typing import Any

from app.matching import rule, wording
from app.matching.domain import PersonFacts
from app.matching.queries.own import Catalogue, OwnMatch
from app.matching.wording import Row


@dataclass(frozen=True, slots=True)
class Card:
    """A match: what it is of, the sentence, and the lines that explain it."""

    shown: Any
    in_short: str
    fits: bool
    skills: list[Row]
    conditions: list[Row]


def own_card(one: OwnMatch, facts: PersonFacts, catalogue: Catalogue) -> Card:
    """A post as it suits somebody."""
    person = rule.Person(facts.person_id, facts.held, facts.availability)
    match = rule.match(person, one.post, catalogue.numbering.near)
    return Card(
        one.shown,
        wording.in_short(match),
        match.fits,
        wording.skill_rows(match, catalogue.names),
        wording.condition_rows(match, facts.availability, one.post.terms),
    )
