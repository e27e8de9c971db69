"""A body's invitations for a post: asking somebody, how each stands, and taking one back."""

import uuid
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import SIGNED_IN, Actor
from app.core.clock import london_today
from app.core.errors import RuleBroken
from app.core.form_pages import PRIVATE, bind_request, errors_of, form_page, see_other
from app.core.paging import part_of
from app.core.web import flash, render
from app.matching.inviting import commands, queries
from app.matching.inviting.domain import (
    COLOURS,
    INVITATION,
    MOST_A_DAY,
    REASON_NAMES,
    STATUS_NAMES,
    InvitationAction,
)
from app.matching.inviting.forms import InviteForm
from app.matching.inviting.permissions import may_invite, may_take_back
from app.matching.wording import label_of
from app.opportunities import queries as own
from app.opportunities.visiting import body_of, path_to
from app.profiles.consent.queries import glance_at_one, viewer_of
from app.profiles.domain import not_found

AnyRequest = Request[Any, Any, Any]
Db = NamedDependency[AsyncSession]
Who = NamedDependency[Actor]
Page = Response[Any]
PEOPLE: Final = "/org/{org:str}/posts/{slug:str}/people"


async def invite_page(
    request: AnyRequest,
    db: AsyncSession,
    actor: Actor,
    org: str,
    slug: str,
    profile_id: uuid.UUID,
    **more: Any,
) -> Page:
    """The page that asks for a few words. Raises NotFound, Refused."""
    body = body_of(actor, org)
    row = await own.get_opportunity(db, actor, slug)
    may_invite(actor, row).require()
    if not more.get("errors"):
        seen = await glance_at_one(
            db, viewer_of(body), profile_id, london_today(), opportunity_id=row.id
        )
        if seen is None:
            raise not_found()
    people = path_to(org, slug, "people")
    context = {
        "post": row,
        "called": label_of(profile_id),
        "most": MOST_A_DAY,
        "action": f"{people}/{profile_id}/invite",
        "back_href": f"{people}/{profile_id}",
    }
    return form_page(request, "matching/invite.html", InviteForm, context=context, **more)


@get(f"{PEOPLE}/{{profile_id:uuid}}/invite", opt=SIGNED_IN)
async def show_invite(
    request: AnyRequest,
    db: Db,
    actor: Who,
    org: FromPath[str],
    slug: FromPath[str],
    profile_id: FromPath[uuid.UUID],
) -> Page:
    """What they get, and a few words to them."""
    return await invite_page(request, db, actor, org, slug, profile_id)


@post(f"{PEOPLE}/{{profile_id:uuid}}/invite", opt=SIGNED_IN)
async def invite(
    request: AnyRequest,
    db: Db,
    actor: Who,
    org: FromPath[str],
    slug: FromPath[str],
    profile_id: FromPath[uuid.UUID],
) -> Page:
    """Invite them."""
    body_of(actor, org)
    bound = await bind_request(request, InviteForm)
    more: dict[str, Any] = {"raw": bound.raw, "errors": bound.errors}
    if bound.form is None:
        return await invite_page(request, db, actor, org, slug, profile_id, **more)
    try:
        await commands.invite(db, actor, slug=slug, profile_id=profile_id, note=bound.form.note)
    except RuleBroken as error:
        more["errors"] = errors_of(error)
        return await invite_page(request, db, actor, org, slug, profile_id, **more)
    flash(request, f"{label_of(profile_id)} is invited. We tell you when they answer.")
    return see_other(path_to(org, slug, "people/invitations"))


@get(f"{PEOPLE}/invitations", opt=SIGNED_IN)
async def list_sent(
    request: AnyRequest, db: Db, actor: Who, org: FromPath[str], slug: FromPath[str]
) -> Page:
    """Whom the body invited for the post, and how each stands."""
    body = body_of(actor, org)
    row = await own.get_opportunity(db, actor, slug)
    may_take_back(actor, row).require()
    found = (await queries.list_sent(db, actor, row.id, part_of(request.query_params))).require()
    path = path_to(org, slug, "people")
    context = {
        "body": body,
        "post": row,
        "found": found,
        "links": found.links(f"{path}/invitations", {}),
        "label_of": label_of,
        "status_names": STATUS_NAMES,
        "reason_names": REASON_NAMES,
        "colours": COLOURS,
        "path": path,
        "back_href": path,
    }
    return render(request, "matching/invitations.html", context, headers=PRIVATE)


@get(f"{PEOPLE}/invitations/{{invitation_id:uuid}}/withdraw", opt=SIGNED_IN)
async def show_withdrawal(
    request: AnyRequest,
    db: Db,
    actor: Who,
    org: FromPath[str],
    slug: FromPath[str],
    invitation_id: FromPath[uuid.UUID],
) -> Page:
    """Ask before an invitation is taken back."""
    body = body_of(actor, org)
    row = await own.get_opportunity(db, actor, slug)
    may_take_back(actor, row).require()
    one = await queries.get_sent(db, actor, row.id, invitation_id)
    INVITATION.after(one.status, InvitationAction.WITHDRAW)
    path = path_to(org, slug, "people/invitations")
    context = {
        "body": body,
        "post": row,
        "called": label_of(one.profile_id),
        "action": f"{path}/{invitation_id}/withdraw",
        "back_href": path,
    }
    return render(request, "matching/withdraw.html", context, headers=PRIVATE)


@post(f"{PEOPLE}/invitations/{{invitation_id:uuid}}/withdraw", opt=SIGNED_IN)
async def withdraw(
    request: AnyRequest,
    db: Db,
    actor: Who,
    org: FromPath[str],
    slug: FromPath[str],
    invitation_id: FromPath[uuid.UUID],
) -> Page:
    """Take it back."""
    body_of(actor, org)
    await commands.withdraw(db, actor, slug=slug, invitation_id=invitation_id)
    flash(request, "The invitation is withdrawn.")
    return see_other(path_to(org, slug, "people/invitations"))


handlers: list[ControllerRouterHandler] = [
    show_invite,
    invite,
    list_sent,
    show_withdrawal,
    withdraw,
]
