"""What waits for somebody on the posts of their body, for the dashboard."""

import uuid
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import ActingFor, Actor
from app.core.clock import london_today
from app.core.permissions import Permission
from app.core.slots import Fragment
from app.opportunities.domain import OpportunityStatus
from app.opportunities.permissions import may_write_posts
from app.opportunities.queries import CLOSING_DAYS, count_waiting
from app.opportunities.visiting import path_to


@dataclass(frozen=True, slots=True)
class Line:
    """Something that waits, and where it is done."""

    text: str
    href: str


async def dashboard_panel(db: AsyncSession, actor: Actor, _: uuid.UUID | None) -> Fragment | None:
    """What waits on the posts of the body, by duty, and the way to all of them."""
    body = actor.acting_for
    if body is None or not actor.can(Permission.OPPORTUNITY_LIST):
        return None
    context = {
        "lines": await waiting_lines(db, actor, body),
        "path": path_to(body.slug),
        "body": body,
        "may_write": bool(may_write_posts(actor)),
    }
    return Fragment("opportunities/posts/panel.html", context)


async def waiting_panel(db: AsyncSession, actor: Actor, _: uuid.UUID | None) -> Fragment | None:
    """The same for the body's own page, where something waits; the way to all is beside it."""
    body = actor.acting_for
    lines = [] if body is None else await waiting_lines(db, actor, body)
    return Fragment("opportunities/posts/panel.html", {"lines": lines}) if lines else None


async def waiting_lines(db: AsyncSession, actor: Actor, body: ActingFor) -> list[Line]:
    """What waits for this person on the posts of their body."""
    waits = await count_waiting(db, actor, london_today())
    path = path_to(body.slug)
    approve, edit = Permission.OPPORTUNITY_APPROVE, Permission.OPPORTUNITY_EDIT
    publish = Permission.OPPORTUNITY_PUBLISH
    found = [
        (approve, waits.to_approve, "post", "to approve", OpportunityStatus.AWAITING_APPROVAL),
        (approve, waits.changes, "change", "of open posts to approve", OpportunityStatus.OPEN),
        (edit, waits.to_confirm, "open post", "to confirm", OpportunityStatus.OPEN),
        (edit, waits.hidden, "hidden post", "to confirm or withdraw", OpportunityStatus.HIDDEN),
        (
            Permission.QUESTION_ANSWER,
            waits.to_answer,
            "question",
            "about open posts to answer",
            OpportunityStatus.OPEN,
        ),
        (publish, waits.to_publish, "approved post", "to publish", OpportunityStatus.APPROVED),
        (edit, waits.drafts, "draft", "to finish", OpportunityStatus.DRAFT),
        (
            edit,
            waits.closing,
            "open post",
            f"to fill or extend, closing within {CLOSING_DAYS} days",
            OpportunityStatus.OPEN,
        ),
    ]
    return [
        Line(f"{count} {word}{'' if count == 1 else 's'} {rest}", f"{path}?status={status}")
        for permission, count, word, rest, status in found
        if count and actor.can(permission)
    ]
