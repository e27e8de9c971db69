"""Keeping a need, ending that, and telling the body when somebody who suits it appears."""

import uuid
from collections.abc import Collection
from typing import Final

from sqlalchemy import delete, func, insert
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.commands import record
from app.core.actor import Actor, me
from app.core.clock import london_today
from app.core.db import new_id
from app.core.errors import MoveRefused
from app.core.paging import Part
from app.core.permissions import Duty
from app.matching.needs import queries
from app.matching.needs.models import MatchNeed, MatchNeedPerson
from app.matching.queries.numbering import load_numbering
from app.matching.queries.people import load_asked
from app.matching.queries.suiting import MOST_LISTED, NOBODY, Suiting, list_suiting
from app.matching.tokens import Numbering
from app.opportunities import telling
from app.opportunities.domain import OpportunityStatus
from app.opportunities.models import Opportunity
from app.opportunities.queries import lock_opportunity
from app.profiles.consent.permissions import may_read_profiles

BATCH: Final = 100
KEPT_FOR: Final = frozenset({OpportunityStatus.DRAFT, OpportunityStatus.OPEN})
_NOBODY_YET: Final = telling.Letter(
    "Nobody suits yet: {title}",
    (
        "Nobody whom your organisation may see suits the post “{title}” at the moment.",
        "We keep the need and tell you when somebody does. People who look for posts like it are "
        "told of it by their alerts.",
    ),
    "See the people for this post",
    "/people",
)
_SOMEBODY: Final = telling.Letter(
    "People for your post: {title}",
    ("{reason}", "Each of them decided what your organisation sees of them."),
    "See the people for this post",
    "/people",
)


async def keep(db: AsyncSession, actor: Actor, *, slug: str) -> None:
    """Keep the need of a post of the body; done twice it is done once.

    Raises NotFound, Refused, MoveRefused for a post that is over.
    """
    post = await lock_opportunity(db, actor, slug)
    may_read_profiles(actor).require()
    if post.status not in KEPT_FOR:
        raise MoveRefused("post-not-open", "The need of this post cannot be kept as it stands.")
    put = upsert(MatchNeed).values(
        id=new_id(), opportunity_id=post.id, organisation_id=post.organisation_id, by_id=me(actor)
    )
    await db.execute(
        put.on_conflict_do_update(
            index_elements=["opportunity_id"],
            set_={"ended_at": None, "by_id": me(actor), "updated_at": func.now()},
        )
    )
    await _done(db, actor, post, "match.need_kept")


async def stop(db: AsyncSession, actor: Actor, *, slug: str) -> None:
    """Tell nothing more of a post of the body. Raises NotFound, Refused."""
    post = await lock_opportunity(db, actor, slug)
    may_read_profiles(actor).require()
    need = await queries.find_need(db, post.id)
    if need is not None and need.ended_at is None:
        need.ended_at = func.now()
        await _done(db, actor, post, "match.need_ended")


async def _done(db: AsyncSession, actor: Actor, post: Opportunity, action: str) -> None:
    await db.flush()
    await record(
        db,
        actor,
        action,
        subject=("opportunity", post.id),
        organisation_id=post.organisation_id,
    )


async def look_after(db: AsyncSession) -> None:
    """Each hour: keep the needs of new posts that found nobody, and tell what others found."""
    await db.execute(delete(MatchNeed).where(MatchNeed.opportunity_id.in_(queries.posts_over())))
    numbering = await load_numbering(db)
    for post in await queries.list_unseen_posts(db, BATCH):
        await _keep_unmet(db, post, numbering)
    for need in await queries.lock_due(db, london_today(), BATCH):
        await _look(db, need, numbering)
    await db.flush()


async def _found(db: AsyncSession, post: Opportunity, numbering: Numbering) -> Suiting:
    """Whom the body of a post may see for it, at most as many as it lists."""
    asked = await load_asked(db, post)
    if not asked.wanted.asked:
        return NOBODY
    return await list_suiting(
        db,
        post.organisation_id,
        post.id,
        asked.wanted,
        numbering,
        london_today(),
        Part(1, MOST_LISTED),
    )


async def _keep_unmet(db: AsyncSession, post: Opportunity, numbering: Numbering) -> None:
    if (await _found(db, post, numbering)).person_ids:
        return
    put = upsert(MatchNeed).values(
        id=new_id(),
        opportunity_id=post.id,
        organisation_id=post.organisation_id,
        looked_at=func.now(),
        told_on=london_today(),
    )
    made = put.on_conflict_do_nothing(index_elements=["opportunity_id"]).returning(MatchNeed.id)
    if await db.scalar(made) is not None:
        await telling.tell_in_charge(db, post, _NOBODY_YET)


async def _look(db: AsyncSession, need: MatchNeed, numbering: Numbering) -> None:
    """Tell of whom it has not told; at the first look of a need that was saved, of nobody."""
    post = await db.get_one(Opportunity, need.opportunity_id)
    found = await _found(db, post, numbering)
    known = await queries.known_to(db, need.id)
    new = [one for one in found.person_ids if one not in known]
    is_first = need.looked_at is None
    has_count = found.count is not None and need.counted_at is None
    need.looked_at = func.now()
    if has_count:
        need.counted_at = func.now()
    if new:
        await _remember(db, need.id, new)
    if is_first or not (new or has_count):
        return
    need.told_on = london_today()
    said = _said(len(new)) if new else f"At least {found.count} people suit the post now."
    readers = []
    if need.by_id is not None:
        readers = await telling.members(db, post, (Duty.MEMBER,), only={need.by_id})
    if readers:
        await telling.tell(db, post, _SOMEBODY, readers, reason=said)
    else:
        await telling.tell_in_charge(db, post, _SOMEBODY, reason=said)


def _said(number: int) -> str:
    """What the message says of people whom the body may see.

    >>> _said(1)
    '1 person who suits the post can be seen by your organisation now.'
    """
    who = "1 person who suits" if number == 1 else f"{number} people who suit"
    return f"{who} the post can be seen by your organisation now."


async def _remember(db: AsyncSession, need_id: uuid.UUID, people: Collection[uuid.UUID]) -> None:
    rows = [{"id": new_id(), "need_id": need_id, "person_id": one} for one in people]
    await db.execute(insert(MatchNeedPerson), rows)
