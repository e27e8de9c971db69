"""Panels of roles on the dashboard: reviews that are due, and what waits for the operator."""

import uuid

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor
from app.core.clock import london_today
from app.core.slots import Fragment, Slots
from app.roles.importing.permissions import may_change_framework
from app.roles.importing.queries import waiting_imports
from app.roles.local.permissions import may_edit_local_roles
from app.roles.local.queries import due_for_review
from app.roles.queries import find_current_edition


def fill_slots(slots: Slots) -> None:
    """Put both panels on the dashboard."""
    slots.fill("dashboard", show_reviews)
    slots.fill("dashboard", show_framework)


async def show_reviews(db: AsyncSession, actor: Actor, _: uuid.UUID | None) -> Fragment | None:
    """Local roles of ours whose review is due, for those who may change them."""
    if actor.acting_for is None or not may_edit_local_roles(actor):
        return None
    due = await due_for_review(db, actor.acting_for.organisation_id, london_today())
    context = {"due": due, "org": actor.acting_for}
    return Fragment("roles/panel_reviews.html", context) if due else None


async def show_framework(db: AsyncSession, actor: Actor, _: uuid.UUID | None) -> Fragment | None:
    """For the operator: which edition is current, and which imports wait."""
    if not actor.is_operator or not may_change_framework(actor):
        return None
    context = {
        "edition": await find_current_edition(db),
        "waiting": await waiting_imports(db, actor),
    }
    return Fragment("roles/panel_framework.html", context)
