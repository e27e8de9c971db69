"""Panels of funding in the pages of posts, of cost splits, and on the dashboard."""

import uuid
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from app.cofunding import queries
from app.cofunding.changes import amount_in_words
from app.cofunding.domain import FundingStatus, days_in_words
from app.cofunding.figures import Funded, Reckoning
from app.cofunding.pages.board import board_of
from app.cofunding.pages.funding import own_cost_of, rights_of
from app.cofunding.permissions import may_see_money
from app.cofunding.presenting import bar_of, facts_of, public_facts
from app.core.actor import Actor
from app.core.permissions import Permission
from app.core.slots import Fragment
from app.costsharing.splits.permissions import may_freeze

MOST_WAITING: Final = 10


async def show_on_post(
    db: AsyncSession, actor: Actor, subject_id: uuid.UUID | None
) -> Fragment | None:
    """How far a shared post is funded: days and bodies for all, more for those who may know."""
    if subject_id is None:
        return None
    post = None
    if may_see_money(actor):
        post = await queries.find_shared_post(db, actor, subject_id)
    if post is None:
        return await _show_to_everybody(db, subject_id)
    board = await board_of(db, actor, post)
    made = board.reckon()
    figures = made if isinstance(made, Reckoning) and board.is_insider else None
    funded = board.funded
    closed = post.status is FundingStatus.CLOSED
    say = facts_of if board.is_insider else public_facts
    return Fragment(
        "cofunding/panel.html",
        {
            "board": board,
            "post": post,
            "bar": bar_of(funded),
            "facts": say(funded, is_closed=closed),
            "trouble": made if isinstance(made, str) else "",
            "own_cost": own_cost_of(board, figures),
            "closed": closed,
            **rights_of(board, actor),
        },
    )


async def _show_to_everybody(db: AsyncSession, subject_id: uuid.UUID) -> Fragment | None:
    total = await queries.find_public_total(db, subject_id)
    if total is None:
        return None
    funded = Funded(total.week, total.days, 0, total.bodies, total.days, 0, total.own_days)
    return Fragment(
        "cofunding/panel_public.html",
        {
            "bar": bar_of(funded),
            "facts": public_facts(funded, is_closed=total.is_closed),
            "closed": total.is_closed,
        },
    )


async def show_on_split(
    db: AsyncSession, actor: Actor, subject_id: uuid.UUID | None
) -> Fragment | None:
    """For the employer's finance officer: open the funding again, or go to the open one."""
    if subject_id is None:
        return None
    found = await queries.find_funding_of_split(db, subject_id)
    if found is None or not may_freeze(actor, found.employer_id):
        return None
    context = {"slug": found.slug, "closed": found.status == FundingStatus.CLOSED}
    return Fragment("cofunding/panel_split.html", context)


async def show_on_dashboard(db: AsyncSession, actor: Actor, _: uuid.UUID | None) -> Fragment | None:
    """What waits: our pledges that finance has yet to approve, our posts that others pledge for."""
    if actor.acting_for is None or not actor.can(Permission.PLEDGE_LIST):
        return None
    waiting = []
    can_approve = actor.can(Permission.PLEDGE_APPROVE)
    if can_approve or actor.can(Permission.PLEDGE_MAKE):
        waiting = await queries.list_waiting(db, actor, MOST_WAITING)
    fundings = await queries.list_own_fundings(db, actor, MOST_WAITING)
    if not waiting and not fundings:
        return None
    return Fragment(
        "cofunding/panel_dashboard.html",
        {
            "org": actor.acting_for,
            "waiting": waiting,
            "fundings": fundings,
            "says": amount_in_words,
            "days": days_in_words,
            "can_approve": can_approve,
            "can_close": actor.can(Permission.FUNDING_CLOSE),
        },
    )
