"""A body as its own members see it: how it stands, what they do for it, and what waits."""

import uuid
from datetime import timedelta
from typing import Any, Final

from litestar import Request, Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import SIGNED_IN, Actor
from app.core.clock import london_today
from app.core.form_pages import PRIVATE
from app.core.permissions import DUTY_NAMES
from app.core.slots import Fragment, Slots
from app.core.web import render
from app.organisations.joining.terms import GRACE, first_unaccepted
from app.organisations.members.domain import ASK_DAYS_BEFORE
from app.organisations.members.queries import get_member
from app.organisations.permissions import acting_at, may_edit_organisation
from app.organisations.queries import last_reason, organisation_by_id
from app.organisations.reminders.domain import sponsor_overdue_since

OVERVIEW_SLOT: Final = "organisations.overview"
"""What features above show on a body's own page, such as posts that wait for approval."""


@get("/", opt=SIGNED_IN)
async def show_overview(
    request: Request[Any, Any, Any],
    db: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    org: FromPath[str],
) -> Response[str]:
    """How the body stands, and the actor's own part in it."""
    body = acting_at(actor, org)
    organisation = await organisation_by_id(db, body.organisation_id)
    member = await get_member(db, body.organisation_id, body.membership_id)
    today = london_today()
    first = first_unaccepted(organisation.terms_version, today)
    overdue_since = sponsor_overdue_since(
        organisation.sponsor_confirmed_on, organisation.created_at, today
    )
    slots: Slots = request.app.state.slots
    context = {
        "body": body,
        "organisation": organisation,
        "reason": await last_reason(db, organisation),
        "member": member,
        "duty_names": DUTY_NAMES,
        "may_renew": today >= member.proof_ends_on - timedelta(days=ASK_DAYS_BEFORE[0]),
        "asks_terms": first is not None
        and (bool(may_edit_organisation(actor)) or not body.has_terms),
        "terms_until": first.starts_on + GRACE - timedelta(days=1) if first else None,
        "may_accept": bool(may_edit_organisation(actor)),
        "sponsor_due_on": overdue_since,
        "panels": await slots.show(OVERVIEW_SLOT, db, actor, body.organisation_id),
    }
    return render(request, "organisations/overview.html", context, headers=PRIVATE)


router = Router(path="/org/{org:str}", include_in_schema=False, route_handlers=[show_overview])


async def own_panel(_: AsyncSession, actor: Actor, __: uuid.UUID | None) -> Fragment | None:
    """For the dashboard: the organisation acted for, and its places."""
    if actor.acting_for is None:
        return None
    return Fragment("organisations/panel.html", {"body": actor.acting_for})
