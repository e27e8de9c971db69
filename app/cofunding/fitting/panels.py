"""What of joint posts stands in pages of other features: the dashboard, and a body's own post."""

import uuid
from fractions import Fraction
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from app.cofunding.domain import days_in_words
from app.cofunding.fitting import queries
from app.cofunding.fitting.permissions import may_answer, may_see_fits
from app.core.actor import Actor
from app.core.slots import Fragment

MOST_WAITING: Final = 10


async def show_on_dashboard(db: AsyncSession, actor: Actor, _: uuid.UUID | None) -> Fragment | None:
    """Posts of the body that would fit together with others, which wait for its answer or draft."""
    if actor.acting_for is None or not may_answer(actor):
        return None
    waiting = await queries.list_waiting(db, actor, MOST_WAITING)
    if not waiting:
        return None
    lines = [(one.side.fit_id, one.title, _together(one)) for one in waiting]
    context = {"path": f"/org/{actor.acting_for.slug}/joint-posts", "lines": lines}
    return Fragment("cofunding/fitting/panel_dashboard.html", context)


def _together(one: queries.OwnFit) -> str:
    return days_in_words(Fraction(one.side.total_days))


async def show_on_post(
    db: AsyncSession, actor: Actor, subject_id: uuid.UUID | None
) -> Fragment | None:
    """On a body's own post: the way to the proposal that it is in, or was made from."""
    if subject_id is None or actor.acting_for is None or not may_see_fits(actor):
        return None
    found = await queries.find_of_post(db, actor, subject_id)
    if found is None:
        return None
    return Fragment(
        "cofunding/fitting/panel_post.html",
        {
            "href": f"/org/{actor.acting_for.slug}/joint-posts/{found.side.fit_id}",
            "is_joint": found.side.joint_opportunity_id == subject_id,
            "together": _together(found),
        },
    )
