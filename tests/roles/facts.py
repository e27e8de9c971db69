"""Editions made by changing the bundled one."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from app.roles.domain import EditionFacts, LevelFacts, RoleFacts
from app.roles.edition_file import bundled_edition

NEXT = date(2026, 11, 30)


def edition(as_of: date = NEXT) -> EditionFacts:
    """The bundled facts under another day."""
    return replace(bundled_edition(), as_of=as_of)


def with_role(
    facts: EditionFacts, slug: str, change: Callable[[RoleFacts], RoleFacts]
) -> EditionFacts:
    """The edition with one role changed."""
    return replace(facts, roles=tuple(change(r) if r.slug == slug else r for r in facts.roles))


def with_level(
    facts: EditionFacts, role: str, level: str, change: Callable[[LevelFacts], LevelFacts]
) -> EditionFacts:
    """The edition with one level of a role changed."""

    def in_role(one: RoleFacts) -> RoleFacts:
        levels = tuple(change(v) if v.slug == level else v for v in one.levels)
        return replace(one, levels=levels)

    return with_role(facts, role, in_role)


def rename_skill(facts: EditionFacts, old: str, new: str) -> EditionFacts:
    """The edition with a skill under another name wherever it is used."""

    def named(name: str) -> str:
        return new if name == old else name

    def in_role(role: RoleFacts) -> RoleFacts:
        levels = tuple(
            replace(v, skills={named(k): p for k, p in v.skills.items()}) for v in role.levels
        )
        return replace(role, levels=levels, skills=tuple(named(s) for s in role.skills))

    skills = tuple(
        replace(s, name=new, slug=new.lower().replace(" ", "-")) if s.name == old else s
        for s in facts.skills
    )
    return replace(facts, skills=skills, roles=tuple(in_role(role) for role in facts.roles))
