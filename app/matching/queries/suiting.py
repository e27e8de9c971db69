"""Who suits a post of one's own body: counted, and those that the body may find, in one query."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import Uuid, column, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.errors import NotFound
from app.core.paging import Part
from app.matching.domain import Wanted
from app.matching.queries.search import arguments
from app.matching.tokens import Numbering

# So many people are listed for a post at most: whoever looks further asks for more in the post.
MOST_LISTED: Final = 200


@dataclass(frozen=True, slots=True)
class Suiting:
    """A page of the people for a post, in order, and how many suit it, in fives; None below five.

    `person_ids` are for the one place that reads profiles, and are shown to nobody.
    """

    count: int | None
    person_ids: Sequence[uuid.UUID]
    has_more: bool


NOBODY: Final = Suiting(None, (), has_more=False)


async def list_suiting(
    db: AsyncSession,
    organisation_id: uuid.UUID,
    wanted: Wanted,
    numbering: Numbering,
    as_of: date,
    part: Part | None,
) -> Suiting:
    """A page of the people who suit a post and let this body find them, with the count of all.

    Without a part nobody is listed. Raises NotFound for a page after the last.
    """
    is_numbered = {one.skill_id for one in wanted.asked} <= set(numbering.numbers)
    if not wanted.asked or not is_numbered:
        return NOBODY
    asked = arguments(organisation_id, wanted, numbering, as_of)
    counted = select(func.match_count(*asked).label("people")).subquery("counted")
    if part is None:
        return Suiting(await db.scalar(select(counted.c.people)), (), has_more=False)
    take = max(0, min(part.size + 1, MOST_LISTED - part.offset))
    found = func.match_people(*asked, part.offset, take).table_valued(
        column("person_id", Uuid()), "short", "recent", "confirmed", name="found"
    )
    rows = (
        await db.execute(
            select(counted.c.people, found.c.person_id)
            .select_from(counted.outerjoin(found, true()))
            .order_by(
                found.c.short, found.c.recent.desc(), found.c.confirmed.desc(), found.c.person_id
            )
        )
    ).all()
    people = [row.person_id for row in rows if row.person_id is not None]
    if not people and part.number > 1:
        raise NotFound("no-such-page", "There is no such page of this list.")
    return Suiting(rows[0].people, people[: part.size], len(people) > part.size)
