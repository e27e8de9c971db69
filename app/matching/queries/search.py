"""Whom a body finds for a post, and which posts are found for somebody."""

import uuid
from datetime import date
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Date,
    Integer,
    Select,
    SmallInteger,
    Uuid,
    and_,
    column,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor
from app.core.paging import Part
from app.matching.domain import Found, PersonFacts, Wanted
from app.matching.models import post_match
from app.matching.terms import hundredths, move_bit, moves_of, places_of_person, places_of_post
from app.matching.tokens import Numbering, of_person, of_post
from app.opportunities.finding.models import OpenPost
from app.opportunities.finding.queries.visible import visible_to


async def find_people(
    db: AsyncSession,
    organisation_id: uuid.UUID,
    wanted: Wanted,
    numbering: Numbering,
    as_of: date,
    part: Part,
) -> list[Found]:
    """A page of the people who suit a post and let this body find them, in the rule's order.

    Only people who meet each gate and miss no condition that the body may know of. The database
    refuses to answer for another body than the transaction acts for.
    """
    asked = arguments(organisation_id, wanted, numbering, as_of)
    found = func.match_people(*asked, part.offset, part.size).table_valued(
        column("person_id", Uuid()), "short", "recent", "confirmed"
    )
    rows = await db.execute(select(found))
    return [Found(row[0], 0, *row[1:]) for row in rows]


async def count_people(
    db: AsyncSession,
    organisation_id: uuid.UUID,
    wanted: Wanted,
    numbering: Numbering,
    as_of: date,
) -> int | None:
    """How many people suit a post, whatever they granted: in fives, None for fewer than five."""
    asked = arguments(organisation_id, wanted, numbering, as_of)
    counted: int | None = await db.scalar(select(func.match_count(*asked)))
    return counted


def arguments(
    organisation_id: uuid.UUID, wanted: Wanted, numbering: Numbering, as_of: date
) -> list[ColumnElement[Any]]:
    """The arguments of the search functions, in their order."""
    places, terms = of_post(wanted.asked, numbering), wanted.terms
    return [
        literal(organisation_id, Uuid()),
        literal(as_of, Date()),
        *(_small(one) for one in (places.places, places.tops, places.gates)),
        literal(move_bit(terms.move), SmallInteger()),
        literal(hundredths(terms.days), SmallInteger()),
        literal(terms.starts_on, Date()),
        literal(terms.ends_on, Date()),
        literal(terms.months, SmallInteger()),
        literal(places_of_post(terms), Integer()),
    ]


def _small(places: tuple[int, ...]) -> ColumnElement[Any]:
    return literal(list(places), ARRAY(SmallInteger()))


def posts_for(actor: Actor, facts: PersonFacts, numbering: Numbering) -> Select[Any]:
    """Open posts that somebody may see and that miss none of their conditions, in order.

    Posts of which they have nothing at all are left out; those with gates missed come last.
    """
    bits = func.match_bits(_small(of_person(facts.held, numbering).places))
    missed = (post_match.c.must - func.bit_count(post_match.c.gates.op("&")(bits))).label("missed")
    met = func.bit_count(post_match.c.bits.op("&")(bits))
    short = (post_match.c.total - met).label("short")
    recent = func.bit_count(post_match.c.recents.op("&")(bits)).label("recent")
    confirmed = func.bit_count(post_match.c.confirmeds.op("&")(bits)).label("confirmed")
    return (
        select(post_match.c.opportunity_id, missed, short, recent, confirmed)
        .join(OpenPost, OpenPost.opportunity_id == post_match.c.opportunity_id)
        .where(visible_to(actor), met > 0, _conditions(facts))
        .order_by(missed, short, recent.desc(), confirmed.desc(), post_match.c.opportunity_id)
    )


def suits(facts: PersonFacts, numbering: Numbering) -> ColumnElement[bool]:
    """That a post suits somebody: each gate is met, no condition is missed, something is there."""
    bits = func.match_bits(_small(of_person(facts.held, numbering).places))
    return and_(
        func.bit_count(post_match.c.gates.op("&")(bits)) == post_match.c.must,
        func.bit_count(post_match.c.bits.op("&")(bits)) > 0,
        _conditions(facts),
    )


def _conditions(facts: PersonFacts) -> ColumnElement[bool]:
    """That a post misses none of a person's conditions: as `rule.conditions` and `match_people`."""
    who, post = facts.availability, post_match.c
    moves, days = moves_of(who.moves), hundredths(who.days)
    found: list[ColumnElement[bool]] = [
        post.places.op("&")(literal(places_of_person(who), Integer())) != 0
    ]
    if moves:
        found.append(post.move.op("&")(literal(moves, SmallInteger())) != 0)
    if days is not None:
        found.append(or_(post.days.is_(None), post.days <= days))
    if who.months is not None:
        found.append(or_(post.months.is_(None), post.months <= who.months))
    if who.from_on is not None:
        found.append(or_(post.starts_on.is_(None), post.starts_on >= who.from_on))
    if who.until_on is not None:
        last = func.coalesce(post.ends_on, post.starts_on)
        found.append(or_(post.starts_on.is_(None), last <= who.until_on))
    return and_(*found)


async def count_tokens(db: AsyncSession) -> None:
    """Count anew how many people hold each level of each skill."""
    await db.execute(select(func.match_count_tokens()))
