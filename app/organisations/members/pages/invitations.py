"""Invitations: send, list, send again, withdraw; and the page that the invited person opens."""

from collections.abc import Sequence
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import PUBLIC, SIGNED_IN, ActingFor, Actor
from app.core.errors import DomainError
from app.core.fields import FieldError, Raw, Setting
from app.core.form_pages import PRIVATE, bind_request, errors_of, form_page, see_other
from app.core.limits import Limit, limited
from app.core.paging import part_of
from app.core.permissions import DUTY_NAMES, Duty
from app.core.web import flash, render
from app.organisations.members import queries
from app.organisations.members.commands import invitations as commands
from app.organisations.members.domain import givable
from app.organisations.members.forms import AcceptForm, InviteForm, duty_setting
from app.organisations.members.models import Invitation
from app.organisations.models import Organisation
from app.organisations.permissions import (
    acting_at,
    may_invite,
    may_take_back_invitation,
    uuid_of,
)
from app.organisations.sign_in.commands import begin_sign_in
from app.organisations.sign_in.domain import How

AnyRequest = Request[Any, Any, Any]
Db = NamedDependency[AsyncSession]
Who = NamedDependency[Actor]
Page = Response[Any]

FIELDS: Final = {
    "address-outside": "email",
    "member-already": "email",
    "invited-already": "email",
    "manager-unknown": "manager",
    "duty-not-yours-to-give": "duties",
}
ACCEPT: Final = Limit("invitation", 30)


@get("/invite", opt=SIGNED_IN)
async def show_invite(request: AnyRequest, db: Db, actor: Who, org: FromPath[str]) -> Page:
    """The form to invite somebody."""
    body = acting_at(actor, org)
    may_invite(actor).require()
    return await invite_page(request, db, body, {})


async def invite_setting(db: AsyncSession, body: ActingFor) -> Setting:
    """The duties that the actor may give, and the domains in which addresses must lie."""
    domains = ", ".join(await queries.domains_of(db, body.organisation_id))
    offered = duty_setting(givable(body.duties))
    return Setting(options=offered.options, words={"domains": domains or "none are checked yet"})


async def invite_page(
    request: AnyRequest,
    db: AsyncSession,
    body: ActingFor,
    raw: dict[str, Raw],
    errors: Sequence[FieldError] = (),
) -> Page:
    """The page of the form."""
    return form_page(
        request,
        "organisations/members/invite.html",
        InviteForm,
        raw,
        setting=await invite_setting(db, body),
        errors=errors,
        context={"body": body, "back_href": f"/org/{body.slug}/people"},
    )


@post("/invite", opt=SIGNED_IN)
async def send_invitation(request: AnyRequest, db: Db, actor: Who, org: FromPath[str]) -> Page:
    """Send the invitation."""
    body = acting_at(actor, org)
    may_invite(actor).require()
    bound = await bind_request(request, InviteForm, await invite_setting(db, body))
    if bound.form is None:
        return await invite_page(request, db, body, bound.raw, bound.errors)
    form = bound.form
    try:
        await commands.invite(
            db,
            actor,
            email=form.email,
            duties=form.duties,
            job_title=form.job_title,
            manager_email=form.manager,
        )
    except DomainError as refused:
        if refused.code not in FIELDS:
            raise
        return await invite_page(request, db, body, bound.raw, errors_of(refused, FIELDS))
    flash(request, f"Invitation sent to {form.email}")
    return see_other(f"/org/{body.slug}/people/invitations")


@get("/invitations", opt=SIGNED_IN)
async def list_invitations(request: AnyRequest, db: Db, actor: Who, org: FromPath[str]) -> Page:
    """The body's invitations and what became of them."""
    body = acting_at(actor, org)
    may_take_back_invitation(actor).require()
    found = await queries.list_invitations(db, body.organisation_id, part_of(request.query_params))
    able = givable(body.duties)
    context = {
        "body": body,
        "found": found.require(),
        "links": found.links(f"/org/{body.slug}/people/invitations", {}),
        "duty_names": DUTY_NAMES,
        "able": {one.id for one in found.items if one.duties - {Duty.MEMBER} <= able},
    }
    return render(request, "organisations/members/invitations.html", context, headers=PRIVATE)


@post("/invitations/{invitation:str}/resend", opt=SIGNED_IN)
async def resend_invitation(
    request: AnyRequest, db: Db, actor: Who, org: FromPath[str], invitation: FromPath[str]
) -> Page:
    """Send it again with a new link."""
    body = acting_at(actor, org)
    sent = await commands.resend(db, actor, uuid_of(invitation))
    flash(request, f"Invitation sent to {sent.email} again")
    return see_other(f"/org/{body.slug}/people/invitations")


@post("/invitations/{invitation:str}/withdraw", opt=SIGNED_IN)
async def withdraw_invitation(
    request: AnyRequest, db: Db, actor: Who, org: FromPath[str], invitation: FromPath[str]
) -> Page:
    """Take it back; its link works no longer."""
    body = acting_at(actor, org)
    gone = await commands.withdraw(db, actor, uuid_of(invitation))
    flash(request, f"Invitation to {gone.email} withdrawn")
    return see_other(f"/org/{body.slug}/people/invitations")


@get("/invitations/{token:str}", opt=PUBLIC, guards=[limited(ACCEPT)])
async def show_invitation(request: AnyRequest, db: Db, actor: Who, token: FromPath[str]) -> Page:
    """The page of the mailed link: a button, so that a mail scanner accepts nothing."""
    invitation, organisation = await queries.get_invited(db, token)
    return await accept_page(request, db, actor, token, invitation, organisation)


async def accept_page(
    request: AnyRequest,
    db: AsyncSession,
    actor: Actor,
    token: str,
    invitation: Invitation,
    organisation: Organisation,
    raw: dict[str, Raw] | None = None,
    errors: Sequence[FieldError] = (),
) -> Page:
    """What the invitation is for; it asks for a name where a new account is made."""
    asks_name = await is_new(db, actor, invitation)
    context = {
        "organisation": organisation,
        "invitation": invitation,
        "duties": [DUTY_NAMES[duty] for duty in Duty if duty in invitation.duties],
        "actor": actor,
        "asks_name": asks_name,
        "token": token,
    }
    return form_page(
        request,
        "organisations/members/accept.html",
        AcceptForm,
        raw,
        errors=errors,
        context=context,
    )


async def is_new(db: AsyncSession, actor: Actor, invitation: Invitation) -> bool:
    """Whether accepting makes a new account."""
    return not actor.is_signed_in and await queries.find_person(db, invitation.email) is None


@post("/invitations/{token:str}", opt=PUBLIC, guards=[limited(ACCEPT)])
async def accept_invitation(request: AnyRequest, db: Db, actor: Who, token: FromPath[str]) -> Page:
    """Join the body. Whoever reads the mail has proven the address, so they are signed in."""
    invitation, organisation = await queries.get_invited(db, token)
    words = {"asks_name": "yes"} if await is_new(db, actor, invitation) else {}
    bound = await bind_request(request, AcceptForm, Setting(words=words))
    if bound.form is None:
        return await accept_page(
            request, db, actor, token, invitation, organisation, bound.raw, bound.errors
        )
    try:
        member, body = await commands.accept(db, actor, token, name=bound.form.name)
    except DomainError as refused:
        if refused.status == 404:
            raise
        return await accept_page(
            request, db, actor, token, invitation, organisation, bound.raw, errors_of(refused)
        )
    if actor.is_signed_in:
        flash(request, f"You have joined {body.name}. Choose it to act for it")
        return see_other("/account/organisation")
    await begin_sign_in(
        request, db, person_id=member.person_id, how=How.LINK, address=member.work_email
    )
    flash(request, f"You have joined {body.name}")
    return see_other(f"/org/{body.slug}")


handlers: list[ControllerRouterHandler] = [
    show_invite,
    send_invitation,
    list_invitations,
    resend_invitation,
    withdraw_invitation,
]
link_handlers: list[ControllerRouterHandler] = [show_invitation, accept_invitation]
