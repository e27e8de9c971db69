"""Matches as pages show them."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.matching import rule, wording
from app.matching.domain import PersonFacts, Wanted
from app.matching.queries.numbering import Catalogue
from app.matching.queries.own import OwnMatch
from app.matching.wording import Row
from app.profiles.consent.document import Facts, SkillFact, document
from app.profiles.consent.domain import Group
from app.profiles.domain import Availability


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


@dataclass(frozen=True, slots=True)
class Shown:
    """Somebody as a body sees them: how the page calls them, and the document of their profile."""

    profile_id: uuid.UUID
    called: str
    document: Mapping[str, Any]


def person_card(
    facts: Facts, groups: frozenset[Group], wanted: Wanted, catalogue: Catalogue, year: int
) -> Card:
    """Somebody as they suit a post, as far as the body may see it.

    Skills are explained where levels are seen, conditions where availability is; what is not seen
    is said not to be.
    """
    sees_levels = Group.LEVELS in groups
    held = {one.skill_id: held_as_seen(one, year) for one in facts.skills} if sees_levels else {}
    free = stated(facts.availability)
    post = rule.Post(facts.id, wanted.asked, wanted.terms)
    match = rule.match(rule.Person(facts.id, held, free), post, catalogue.numbering.near)
    name = facts.name if Group.NAME in groups else None
    return Card(
        Shown(facts.id, name or wording.label_of(facts.id), document(facts, groups)),
        wording.in_short(match) if sees_levels else "",
        match.fits,
        wording.skill_rows(match, catalogue.names) if sees_levels else [],
        wording.condition_rows(match, free, wanted.terms)
        if Group.AVAILABILITY in groups
        else wording.hidden_rows(wanted.terms),
    )


def held_as_seen(skill: SkillFact, year: int) -> rule.Held:
    """A skill as the rule knows it, from what a body sees of it."""
    is_confirmed = skill.confirmed_level is not None and skill.confirmed_level >= skill.level
    return rule.Held(skill.level, rule.is_recent(skill.last_used_on, year), is_confirmed)


def stated(free: Availability) -> rule.Availability:
    """What somebody is open to, as the rule knows it."""
    return rule.Availability(
        free.post_kinds() if free.moves else None,
        free.days,
        free.from_on,
        free.until_on,
        free.months,
        frozenset(free.regions),
        None if free.remote is None else free.remote.value,
    )
