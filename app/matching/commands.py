"""Changes of the match tables: skills get numbers, people and posts are written as search reads."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import ARRAY, SmallInteger, Table, bindparam, delete, func
from sqlalchemy.dialects.postgresql import BIT
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from app.matching.domain import PersonFacts, Wanted
from app.matching.models import match_skill, person_match, post_match
from app.matching.queries import numbering as numbers
from app.matching.terms import hundredths, move_bit, moves_of, places_of_person, places_of_post
from app.matching.tokens import (
    CONFIRMED,
    NUMBERS_AT_MOST,
    RECENT,
    Numbering,
    of_person,
    of_post,
    same_skill,
)


async def number_skills(db: AsyncSession) -> bool:
    """Give a number to each skill without one; gives whether there was any.

    A skill that others are near to gets a second one. Numbers are never given twice, so what is
    written with them stays right. Raises OverflowError where the width of the tables is used up.
    """
    await numbers.lock_numbers(db)
    known = await numbers.load_numbering(db)
    number = await numbers.last_number(db)
    rows: list[dict[str, Any]] = []
    for skill_id in await numbers.skill_ids(db):
        first, near = known.numbers.get(skill_id), known.near_numbers.get(skill_id)
        lacks_near = near is None and skill_id in known.near
        if first is not None and not lacks_near:
            continue
        if first is None:
            number = first = number + 1
        if lacks_near:
            number = near = number + 1
        rows.append({"skill_id": skill_id, "number": first, "near_number": near})
    if number > NUMBERS_AT_MOST:
        raise OverflowError("There are more skills than the width of the match tables holds.")
    if rows:
        put = upsert(match_skill)
        changed = {"near_number": put.excluded.near_number}
        await db.execute(put.on_conflict_do_update(index_elements=["skill_id"], set_=changed), rows)
    return bool(rows)


async def keep_people(
    db: AsyncSession, people: Sequence[PersonFacts], numbering: Numbering
) -> None:
    """Write what search reads of people, in the transaction that changed it."""
    if people:
        await db.execute(_PUT_PEOPLE, [_given(_row_of_person(one, numbering)) for one in people])


def _row_of_person(facts: PersonFacts, numbering: Numbering) -> dict[str, Any]:
    places = of_person(facts.held, numbering)
    who = facts.availability
    return {
        "person_id": facts.person_id,
        "employers": sorted(facts.employers) or None,
        "hidden_from": sorted(facts.hidden_from) or None,
        "paused_until": facts.paused_until,
        "levels_to": facts.levels_to.keys,
        "levels_to_bodies": sorted(facts.levels_to.bodies) or None,
        "availability_to": facts.availability_to.keys,
        "availability_to_bodies": sorted(facts.availability_to.bodies) or None,
        "consent_until": facts.consent_until,
        "moves": moves_of(who.moves),
        "days": hundredths(who.days),
        "from_on": who.from_on,
        "until_on": who.until_on,
        "months": who.months,
        "places": places_of_person(who),
        "year": facts.year,
        "tokens": list(places.tokens),
        "bits": list(places.places),
    }


async def forget_people(db: AsyncSession, person_ids: Collection[uuid.UUID]) -> None:
    """Take people out of all matches."""
    if person_ids:
        await db.execute(delete(person_match).where(person_match.c.person_id.in_(person_ids)))


async def keep_posts(
    db: AsyncSession, posts: Mapping[uuid.UUID, Wanted], numbering: Numbering
) -> None:
    """Write what search reads of open posts, in the transaction that changed it."""
    if posts:
        rows = [_given(_row_of_post(key, wanted, numbering)) for key, wanted in posts.items()]
        await db.execute(_PUT_POSTS, rows)


def _row_of_post(opportunity_id: uuid.UUID, wanted: Wanted, numbering: Numbering) -> dict[str, Any]:
    places = of_post(wanted.asked, numbering)
    terms = wanted.terms
    return {
        "opportunity_id": opportunity_id,
        "total": len(places.places),
        "must": len(places.gates),
        "bits": list(places.places),
        "gates": list(places.gates),
        "recents": [same_skill(top, RECENT) for top in places.tops],
        "confirmeds": [same_skill(top, CONFIRMED) for top in places.tops],
        "move": move_bit(terms.move),
        "days": hundredths(terms.days),
        "starts_on": terms.starts_on,
        "ends_on": terms.ends_on,
        "months": terms.months,
        "places": places_of_post(terms),
    }


async def forget_posts(db: AsyncSession, post_ids: Collection[uuid.UUID]) -> None:
    """Take posts that are no longer open out of all matches."""
    if post_ids:
        await db.execute(delete(post_match).where(post_match.c.opportunity_id.in_(post_ids)))


def _put(table: Table, key: str) -> Any:
    """Insert or change rows without reading any: the application may not (decision 0216).

    Values are named after their columns by `_given`; bits are given as the places that are set.
    """
    made: dict[str, Any] = {}
    for one in table.columns:
        if isinstance(one.type, BIT):
            places = bindparam(f"new_{one.name}", type_=ARRAY(SmallInteger()))
            made[one.name] = func.match_bits(places)
        else:
            made[one.name] = bindparam(f"new_{one.name}", type_=one.type)
    changed = {name: value for name, value in made.items() if name != key}
    return upsert(table).values(made).on_conflict_do_update(index_elements=[key], set_=changed)


def _given(row: Mapping[str, Any]) -> dict[str, Any]:
    return {f"new_{name}": value for name, value in row.items()}


_PUT_PEOPLE: Final = _put(person_match, "person_id")
_PUT_POSTS: Final = _put(post_match, "opportunity_id")
