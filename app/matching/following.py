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
        await commands.forget_posts(db, [post.id])
        return
    known = await numbering_for(db, (one.skill_id for one in post.skills))
    waived = await source.waived_skills(db, post.id)
    await commands.keep_posts(db, {post.id: source.wanted_of(post, waived)}, known)


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
    found = await source.lock_people(db, person_ids, london_today())
    known = await numbering_for(db, {skill for one in found for skill in one.held})
    await commands.keep_people(db, found, known)
    await commands.forget_people(db, set(person_ids) - {one.person_id for one in found})


async def _keep_posts(db: AsyncSession, post_ids: list[uuid.UUID]) -> None:
    """The same of posts."""
    found = await source.lock_wanted(db, post_ids)
    known = await numbering_for(db, {a.skill_id for one in found.values() for a in one.asked})
    await commands.keep_posts(db, found, known)
    await commands.forget_posts(db, set(post_ids) - set(found))


async def look_after(db: AsyncSession) -> None:
    """Each hour: take up skills of a new edition, mend rows, and count how common levels are."""
    if await commands.number_skills(db):
        await enqueue(db, "matching.rebuild_people", after=None)
        await enqueue(db, "matching.rebuild_posts", after=None)
    await write_due(db)
    await search.count_tokens(db)


async def write_due(db: AsyncSession) -> None:
    """Write a batch of the people and posts whose row is missing or out of date, then the next."""
    people = await source.people_due(db, london_today(), BATCH)
    posts = await source.posts_due(db, BATCH)
    await _keep(db, people)
    await _keep_posts(db, posts)
    _log.info("%s people and %s posts written for matching", len(people), len(posts))
    if BATCH in (len(people), len(posts)):
        await enqueue(db, "matching.write_due")


async def rebuild_people(db: AsyncSession, after: uuid.UUID | None) -> None:
    """Write everybody again, a batch in each transaction, after a change of the framework."""
    batch = await source.people_after(db, after, BATCH)
    if batch:
        await _keep(db, batch)
        await enqueue(db, "matching.rebuild_people", after=str(batch[-1]))


async def rebuild_posts(db: AsyncSession, after: uuid.UUID | None) -> None:
    """The same of open posts."""
    batch = await source.posts_after(db, after, BATCH)
    if batch:
        await _keep_posts(db, batch)
        await enqueue(db, "matching.rebuild_posts", after=str(batch[-1]))
