"""What a member does about themselves: prove that they still work there, and leave."""

from collections.abc import Sequence
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import PUBLIC, SIGNED_IN, ActingFor, Actor
from app.core.errors import DomainError
from app.core.fields import FieldError, Raw
from app.core.form_pages import PRIVATE, bind_request, errors_of, form_page, see_other
from app.core.limits import Limit, limited
from app.core.web import flash, render
from app.organisations.members import queries
from app.organisations.members.commands import proofs
from app.organisations.members.commands.leaving import end_membership
from app.organisations.members.domain import EndReason
from app.organisations.members.forms import LeaveForm
from app.organisations.members.pages.people import END_FIELDS
from app.organisations.permissions import acting_at

AnyRequest = Request[Any, Any, Any]
Db = NamedDependency[AsyncSession]
Who = NamedDependency[Actor]
Page = Response[Any]

# Each sends a mail to an address that somebody typed, or to somebody's work address.
MAIL: Final = Limit("member-mail", 10, 3600)


@get("/leave", opt=SIGNED_IN)
async def show_leave(request: AnyRequest, db: Db, actor: Who, org: FromPath[str]) -> Page:
    """What leaving means, and what to do first."""
    return await leave_page(request, db, acting_at(actor, org), {})


async def leave_page(
    request: AnyRequest,
    db: AsyncSession,
    body: ActingFor,
    raw: dict[str, Raw],
    errors: Sequence[FieldError] = (),
) -> Page:
    """The steps of leaving: a private address, whoever takes over reports, and the end."""
    context = {
        "body": body,
        "person": await queries.get_own(db, body.membership_id),
        "reports": await queries.list_reports(db, body.organisation_id, body.membership_id),
        "back_href": f"/org/{body.slug}",
    }
    return form_page(
        request,
        "organisations/members/leave.html",
        LeaveForm,
        raw,
        errors=errors,
        context=context,
    )


@post("/leave", opt=SIGNED_IN)
async def leave(request: AnyRequest, db: Db, actor: Who, org: FromPath[str]) -> Page:
    """End the actor's own access to the body at once."""
    body = acting_at(actor, org)
    bound = await bind_request(request, LeaveForm)
    if bound.form is None:
        return await leave_page(request, db, body, bound.raw, bound.errors)
    try:
        await end_membership(
            db,
            actor,
            body.membership_id,
            reason=EndReason.LEFT,
            reports_to_email=bound.form.reports_to,
        )
    except DomainError as refused:
        if refused.code not in {*END_FIELDS, "last-administrator"}:
            raise
        errors = errors_of(refused, END_FIELDS)
        return await leave_page(request, db, body, bound.raw, errors)
    flash(request, f"You have left {body.name}")
    return see_other("/account/private-address")


@post("/renew", opt=SIGNED_IN, guards=[limited(MAIL)])
async def ask_for_proof(request: AnyRequest, db: Db, actor: Who, org: FromPath[str]) -> Page:
    """Have the mail that renews the proof of employment sent now."""
    body = acting_at(actor, org)
    await proofs.ask_for_own(db, actor)
    flash(request, "We have sent a link to your work email address")
    return see_other(f"/org/{body.slug}")


@get("/employment/{token:str}", opt=PUBLIC)
async def show_employment(request: AnyRequest, db: Db, token: FromPath[str]) -> Page:
    """The page of the mailed link: a button, so that a mail scanner confirms nothing."""
    found = await queries.get_employment(db, token)
    context = {"found": found, "token": token}
    return render(request, "organisations/members/employment.html", context, headers=PRIVATE)


@post("/employment/{token:str}", opt=PUBLIC)
async def confirm_employment(db: Db, actor: Who, token: FromPath[str]) -> Page:
    """They still work there."""
    await proofs.confirm(db, actor, token)
    return see_other("/employment-confirmed")


@get("/employment-confirmed", opt=PUBLIC)
async def show_employment_confirmed(request: AnyRequest) -> Page:
    """Thanks, and nothing more to do."""
    return render(request, "organisations/members/confirmed.html", headers=PRIVATE)


handlers: list[ControllerRouterHandler] = [show_leave, leave, ask_for_proof]
link_handlers: list[ControllerRouterHandler] = [
    show_employment,
    confirm_employment,
    show_employment_confirmed,
]
