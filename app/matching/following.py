"""Keeps the match tables in step with profiles and posts, change by change and each hour."""

import logging
import uuid
from collections.abc import Iterable
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor
from app.core.clock import london_today
from app.core.outbox import enqueue
from app.matching import commands
from app.matching.queries import numbering as numbers
from app.matching.queries import search, source
from app.matching.tokens import Numbering
from app.opportunities.domain import OpportunityStatus, PostFacts

BATCH: Final = 200
_log = logging.getLogger(__name__)


async def follow_person(db: AsyncSession, person_id: uuid.UUID) -> None:
    """Write somebody's profile and choices into the matches, in the transaction of the change.

    Where somebody else made the change, such as a body that takes a stage on, not all of it can be
    read here: then the worker writes it.
    """
    await db.flush()
    if not await source.reads_all_of(db, person_id):
        await enqueue(db, "matching.follow_person", person_id=str(person_id))
        return
    await _keep(db, [person_id])


async def follow_post(db: AsyncSession, _: Actor, before: PostFacts, after: PostFacts) -> None:
    """The same of a post: those that are open and ask for skills are matched."""
    if after.changed_since(before):
        await keep_facts(db, after)


async def keep_facts(db: AsyncSession, post: PostFacts) -> None:
    """Write a post into the matches, or take it out."""
    if post.status is not OpportunityStatus.OPEN or not post.skills:
        await commands.forget_post(db, post.id)
        return
    known = await numbering_for(db, (one.skill_id for one in post.skills))
    waived = await source.waived_skills(db, post.id)
    await commands.keep_post(db, post.id, source.wanted_of(post, waived), known)


async def numbering_for(db: AsyncSession, skill_ids: Iterable[uuid.UUID]) -> Numbering:
    """The numbers of skills; those of a new edition get theirs now."""
    known = await numbers.load_numbering(db)
    if set(skill_ids) <= set(known.numbers):
        return known
    await commands.number_skills(db)
    return await numbers.load_numbering(db)


async def _keep(db: AsyncSession, person_ids: list[uuid.UUID]) -> None:
    """Write people as they are now: what they change meanwhile waits, or we wait for it.

    Read before somebody took back a consent and written after it, a row would bring it back.
    """
    await source.lock_people(db, person_ids)
    found = await source.load_people(db, person_ids, london_today())
    known = await numbering_for(db, {skill for one in found for skill in one.held})
    for one in found:
        await commands.keep_person(db, one, known)
    for gone in set(person_ids) - {one.person_id for one in found}:
        await commands.forget_person(db, gone)


async def look_after(db: AsyncSession) -> None:
    """Each hour: take up skills of a new edition, mend rows, and count how common levels are."""
    changed = await commands.number_skills(db)
    if changed:
        await enqueue(db, "matching.rebuild_people", after=None)
    due = await source.people_due(db, london_today(), BATCH)
    if due:
        await _keep(db, due)
    posts = await source.posts_due(db, all_of_them=changed, count=BATCH * 50)
    for post in posts:
        await keep_facts(db, post)
    await search.count_tokens(db)
    _log.info("%s people and %s posts written for matching", len(due), len(posts))


async def rebuild_people(db: AsyncSession, after: uuid.UUID | None) -> None:
    """Write everybody again, a batch in each transaction, after a change of the framework."""
    batch = await source.people_after(db, after, BATCH)
    if not batch:
        return
    await _keep(db, batch)
    await enqueue(db, "matching.rebuild_people", after=str(batch[-1]))
