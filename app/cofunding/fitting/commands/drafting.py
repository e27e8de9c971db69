"""Makes the joint post from the needs that agreed, and takes the others' days up as pledges."""

import uuid
from fractions import Fraction

from sqlalchemy.ext.asyncio import AsyncSession

from app.cofunding.changes import PledgeTerms, Wanted
from app.cofunding.commands import make_pledge
from app.cofunding.domain import PledgeBasis, write_exact
from app.cofunding.fitting import queries
from app.cofunding.fitting.commands.moving import Word, move, record_for, tell_side
from app.cofunding.fitting.domain import FitAction, no_such_fit
from app.cofunding.fitting.joining import Joined, Other, answers_of, title_of
from app.cofunding.fitting.permissions import may_answer, may_draft
from app.cofunding.fitting.queries import Told
from app.cofunding.models import Pledge
from app.core.actor import Actor
from app.core.db import seeing_all
from app.core.errors import RuleBroken
from app.opportunities.domain import OpportunityKind, PostFacts
from app.opportunities.models import Opportunity
from app.opportunities.permissions import may_write_posts
from app.opportunities.queries import get_facts, get_opportunity
from app.opportunities.writing.commands import save_section, start_post


async def draft_joint_post(db: AsyncSession, actor: Actor, *, fit_id: uuid.UUID) -> str:
    """Make the draft of the joint post for the body that employs, and give its slug.

    A draft that is there is given again; one that was deleted is made anew. Raises NotFound,
    Refused, MoveRefused until all have agreed and one body employs.
    """
    own = await queries.get_own(db, actor, fit_id)
    may_draft(actor, own.side).require()
    may_write_posts(actor).require()
    facts = await get_facts(db, await get_opportunity(db, actor, own.slug))
    async with seeing_all(db):
        book = await queries.lock_fit(db, fit_id)
        side = book.of(actor.organisation_id)
        # Whoever was waited for may have changed who employs.
        may_draft(actor, side).require()
        if side.joint_opportunity_id is not None and side.joint_slug:
            return side.joint_slug
        move(db, actor, book, FitAction.DRAFT)
        told = await queries.list_told(db, book.post_ids)
        others = [one for one in told if one.organisation_id != actor.organisation_id]
        joined = _joined(facts, others, side.role_name)
    post = await _write(db, actor, joined)
    async with seeing_all(db):
        book.fit.joint_opportunity_id = post.id
        for side in book.sides:
            side.joint_opportunity_id, side.joint_slug = post.id, post.slug
        await record_for(db, actor, "fit.drafted", book.sides)
        word = Word(
            "The joint post is being written",
            [
                f"{_name(actor)} has begun the draft of the post that you share. When it is open "
                "we ask you to confirm your days.",
            ],
        )
        for one in others:
            await tell_side(db, one, book.of(one.organisation_id), word)
    return post.slug


def _joined(facts: PostFacts, told: list[Told], role_name: str) -> Joined:
    others = tuple(
        Other(
            one.organisation_id,
            one.name,
            Fraction(one.post.days_per_week or 0),
            one.post.summary or "",
            one.post.starts_on,
            one.post.ends_on,
            tuple(one.post.checks),
        )
        for one in told
    )
    return Joined(facts, others, role_name)


async def _write(db: AsyncSession, actor: Actor, joined: Joined) -> Opportunity:
    """The draft, section by section; what does not fit a joint post is left to its writer."""
    kind = OpportunityKind.SHARED_POST
    post = await start_post(db, actor, kind=kind, title=title_of(joined))
    for section, values in answers_of(joined):
        seen = int(post.sections_done.get(section, 0))
        try:
            async with db.begin_nested():
                await save_section(db, actor, post.slug, section=section, values=values, seen=seen)
        except RuleBroken:
            continue
    return post


async def confirm_pledge(
    db: AsyncSession, actor: Actor, *, fit_id: uuid.UUID
) -> tuple[str, Pledge]:
    """Pledge the days of one's own need to the open joint post, as an interest; and its slug.

    Raises NotFound where the post is not open to the body, Refused, and what a pledge raises.
    """
    own = await queries.get_own(db, actor, fit_id)
    may_answer(actor).require()
    slug = own.side.joint_slug
    if slug is None or own.side.is_lead:
        raise no_such_fit()
    terms = PledgeTerms(PledgeBasis.DAYS, write_exact(Fraction(own.side.days)))
    wanted = Wanted(terms, in_principle=False)
    return slug, await make_pledge(db, actor, slug=slug, wanted=wanted)


def _name(actor: Actor) -> str:
    return actor.acting_for.name if actor.acting_for else ""
