"""What every change of a post ends with: a new version, published, told to who relies on it."""

from collections.abc import Awaitable, Callable

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor
from app.opportunities import queries
from app.opportunities.domain import (
    OPPORTUNITY,
    PUBLISHED,
    OpportunityAction,
    OpportunityStatus,
    PostFacts,
)
from app.opportunities.finding.projection import project
from app.opportunities.models import Opportunity, OpportunityHistory

OnChange = Callable[[AsyncSession, Actor, PostFacts, PostFacts], Awaitable[None]]

# Features above that follow posts; `main.py` and `worker.py` put them here when they start. Each is
# called within the transaction of the change with the post as it was and as it is, also when only
# its status moved: `after.changed_since(before) & RELIED_ON` says whether it matters to a partner.
on_change: list[OnChange] = []


async def move(
    db: AsyncSession,
    actor: Actor,
    post: Opportunity,
    action: OpportunityAction,
    *,
    reason: str | None = None,
) -> None:
    """Take a locked post to its next status and write that down. Raises MoveRefused."""
    before = OpportunityStatus(post.status)
    post.status = OPPORTUNITY.after(before, action)
    db.add(
        OpportunityHistory(
            opportunity_id=post.id,
            from_status=before,
            to_status=post.status,
            action=action,
            by_id=actor.person_id,
            reason=reason,
        )
    )


async def finish_change(
    db: AsyncSession, actor: Actor, post: Opportunity, before: PostFacts
) -> PostFacts:
    """End a change of a locked post: count it, write it, publish it, tell who follows posts."""
    post.version += 1
    await db.flush()
    if {before.status, post.status} & PUBLISHED:
        await project(db, post.id)
    after = await queries.get_facts(db, post)
    for follow in on_change:
        await follow(db, actor, before, after)
    return after
