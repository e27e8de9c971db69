"""Who suits a post of one's own body: counted, and those that the body may find, in one query."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from sqlalchemy import Uuid, and_, column, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.errors import NotFound
from app.core.paging import Part
from app.matching.domain import Wanted
from app.matching.inviting.domain import InvitationStatus
from app.matching.inviting.models import PostInvitation
from app.matching.needs.models import MatchNeed
from app.matching.queries.search import arguments
from app.matching.tokens import Numbering

# So many people are listed for a post at most: whoever looks further asks for more in the post.
MOST_LISTED: Final = 200


@dataclass(frozen=True, slots=True)
class Suiting:
    """A page of the people for a post, in order, and how many suit it, in fives; None below five.

    `person_ids` are for the one place that reads profiles, and are shown to nobody; `invited` says
    how the body's invitation of each stands, where there is one; `is_kept` whether the body wants
    to hear of others.
    """

    count: int | None
    person_ids: Sequence[uuid.UUID]
    has_more: bool
    invited: Mapping[uuid.UUID, InvitationStatus] = field(default_factory=dict)
    is_kept: bool = False


NOBODY: Final = Suiting(None, (), has_more=False)


async def list_suiting(
    db: AsyncSession,
    organisation_id: uuid.UUID,
    opportunity_id: uuid.UUID,
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
    counted = select(
        func.match_count(*asked).label("people"),
        select(MatchNeed.id)
        .where(MatchNeed.opportunity_id == opportunity_id, MatchNeed.ended_at.is_(None))
        .exists()
        .label("is_kept"),
    ).subquery("counted")
    if part is None:
        one = (await db.execute(select(counted))).one()
        return Suiting(one.people, (), has_more=False, is_kept=one.is_kept)
    take = max(0, min(part.size + 1, MOST_LISTED - part.offset))
    found = func.match_people(*asked, part.offset, take).table_valued(
        column("person_id", Uuid()), "short", "recent", "confirmed", name="found"
    )
    invited = and_(
        PostInvitation.opportunity_id == opportunity_id,
        PostInvitation.person_id == found.c.person_id,
    )
    rows = (
        await db.execute(
            select(counted, found.c.person_id, PostInvitation.status)
            .select_from(counted.outerjoin(found, true()))
            .outerjoin(PostInvitation, invited)
            .order_by(
                found.c.short, found.c.recent.desc(), found.c.confirmed.desc(), found.c.person_id
            )
        )
    ).all()
    people = [row.person_id for row in rows if row.person_id is not None]
    if not people and part.number > 1:
        raise NotFound("no-such-page", "There is no such page of this list.")
    states = {row.person_id: InvitationStatus(row.status) for row in rows if row.status}
    return Suiting(
        rows[0].people,
        people[: part.size],
        len(people) > part.size,
        states,
        is_kept=rows[0].is_kept,
    )
