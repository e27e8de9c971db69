"""Waiving a must-have of a post, and taking that back."""

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.commands import record
from app.core.actor import Actor, me
from app.matching.following import keep_facts
from app.matching.models import MatchWaiver
from app.matching.queries.people import Must, load_asked, must_of
from app.opportunities.domain import no_such_post
from app.opportunities.models import Opportunity
from app.opportunities.permissions import may_edit
from app.opportunities.queries import get_facts, lock_opportunity


async def waive(db: AsyncSession, actor: Actor, slug: str, skill: str, *, reason: str) -> Must:
    """Make a must-have of the body's own post a gate no more; who did it and why stay with it.

    Done twice it is done once: the first reason stays. Raises NotFound, Refused.
    """
    post, must = await _locked(db, actor, slug, skill)
    if must.is_waived:
        return must
    db.add(
        MatchWaiver(opportunity_id=post.id, skill_id=must.skill_id, by_id=me(actor), reason=reason)
    )
    await db.flush()
    await _done(db, actor, post, "match.waived", skill)
    return must


async def take_back(db: AsyncSession, actor: Actor, slug: str, skill: str) -> Must:
    """Make it a gate again; one that is not waived stays as it is. Raises NotFound, Refused."""
    post, must = await _locked(db, actor, slug, skill)
    if not must.is_waived:
        return must
    await db.execute(
        delete(MatchWaiver).where(
            MatchWaiver.opportunity_id == post.id, MatchWaiver.skill_id == must.skill_id
        )
    )
    await _done(db, actor, post, "match.waiver_taken_back", skill)
    return must


async def _locked(
    db: AsyncSession, actor: Actor, slug: str, skill: str
) -> tuple[Opportunity, Must]:
    post = await lock_opportunity(db, actor, slug)
    may_edit(actor, post).require()
    must = must_of((await load_asked(db, post)).musts, skill)
    if must is None:
        raise no_such_post()
    return post, must


async def _done(db: AsyncSession, actor: Actor, post: Opportunity, action: str, skill: str) -> None:
    await keep_facts(db, await get_facts(db, post))
    await record(
        db,
        actor,
        action,
        subject=("opportunity", post.id),
        organisation_id=post.organisation_id,
        facts={"skill": skill},
    )
