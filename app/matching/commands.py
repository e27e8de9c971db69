"""Changes of the match tables: skills get numbers, people and posts are written as search reads."""

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, SmallInteger, delete, func, literal
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


async def keep_person(db: AsyncSession, facts: PersonFacts, numbering: Numbering) -> None:
    """Write what search reads of a person, in the transaction that changed it."""
    places = of_person(facts.held, numbering)
    who = facts.availability
    row: dict[str, Any] = {
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
        "bits": bits(places.places),
    }
    await _put(db, person_match, row, "person_id")


async def forget_person(db: AsyncSession, person_id: uuid.UUID) -> None:
    """Take somebody out of all matches."""
    await db.execute(delete(person_match).where(person_match.c.person_id == person_id))


async def keep_post(
    db: AsyncSession, opportunity_id: uuid.UUID, wanted: Wanted, numbering: Numbering
) -> None:
    """Write what search reads of an open post, in the transaction that changed it."""
    places = of_post(wanted.asked, numbering)
    terms = wanted.terms
    row: dict[str, Any] = {
        "opportunity_id": opportunity_id,
        "total": len(places.places),
        "must": len(places.gates),
        "bits": bits(places.places),
        "gates": bits(places.gates),
        "recents": bits([same_skill(top, RECENT) for top in places.tops]),
        "confirmeds": bits([same_skill(top, CONFIRMED) for top in places.tops]),
        "move": move_bit(terms.move),
        "days": hundredths(terms.days),
        "starts_on": terms.starts_on,
        "ends_on": terms.ends_on,
        "months": terms.months,
        "places": places_of_post(terms),
    }
    await _put(db, post_match, row, "opportunity_id")


async def forget_post(db: AsyncSession, opportunity_id: uuid.UUID) -> None:
    """Take a post that is no longer open out of all matches."""
    await db.execute(delete(post_match).where(post_match.c.opportunity_id == opportunity_id))


def bits(places: Sequence[int]) -> Any:
    """Places as the database's bits."""
    return func.match_bits(literal(list(places), ARRAY(SmallInteger())))


async def _put(db: AsyncSession, table: Any, row: dict[str, Any], key: str) -> None:
    """Insert or change a row without reading any: the application may not (decision 0216)."""
    changed = {name: value for name, value in row.items() if name != key}
    put = upsert(table).values(row)
    await db.execute(put.on_conflict_do_update(index_elements=[key], set_=changed))
