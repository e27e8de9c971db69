"""The invitations that somebody got: what each is about, and their answer."""

import uuid
from typing import Any, Final

from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import SIGNED_IN, Actor, me
from app.core.form_pages import PRIVATE, bind_request, form_page, see_other
from app.core.paging import part_of
from app.core.slots import Fragment
from app.core.web import flash, render
from app.matching.alerts.wording import make_line
from app.matching.inviting import commands, queries
from app.matching.inviting.domain import (
    COLOURS,
    INVITATION,
    OWN_NAMES,
    InvitationAction,
)
from app.matching.inviting.forms import DeclineForm
from app.matching.inviting.queries import Received
from app.profiles.permissions import may_open_own_profile

AnyRequest = Request[Any, Any, Any]
Db = NamedDependency[AsyncSession]
Who = NamedDependency[Actor]
Page = Response[Any]
INVITATIONS: Final = "/profile/invitations"
NAMES: Final = {"status_names": OWN_NAMES, "colours": COLOURS}


@get("/", opt=SIGNED_IN)
async def list_received(request: AnyRequest, db: Db, actor: Who) -> Page:
    """The invitations that the person got, the newest first."""
    may_open_own_profile(actor).require()
    found = (await queries.list_received(db, actor, part_of(request.query_params))).require()
    context = {**NAMES, "found": found, "links": found.links(INVITATIONS, {})}
    return render(request, "invitations/list.html", context, headers=PRIVATE)


@get("/{invitation_id:uuid}", opt=SIGNED_IN)
async def show_received(
    request: AnyRequest, db: Db, actor: Who, invitation_id: FromPath[uuid.UUID]
) -> Page:
    """One invitation: the body, the post, and what can be answered."""
    may_open_own_profile(actor).require()
    one = await queries.get_received(db, actor, invitation_id)
    line = None
    if one.post is not None:
        line = make_line({**vars(one.post), "organisation_name_cy": None}, "", "en")
    context = {
        **NAMES,
        "one": one,
        "line": line,
        "actions": INVITATION.actions_from(one.status),
        "path": f"{INVITATIONS}/{invitation_id}",
        "back_href": INVITATIONS,
    }
    return render(request, "invitations/show.html", context, headers=PRIVATE)


@post("/{invitation_id:uuid}/accept", opt=SIGNED_IN)
async def accept(
    request: AnyRequest, db: Db, actor: Who, invitation_id: FromPath[uuid.UUID]
) -> Page:
    """Show interest."""
    await commands.accept(db, actor, invitation_id=invitation_id)
    flash(request, "The organisation learns that the post interests you.")
    return see_other(f"{INVITATIONS}/{invitation_id}")


async def decline_page(
    request: AnyRequest, db: AsyncSession, actor: Actor, invitation_id: uuid.UUID, **more: Any
) -> Page:
    """The page that asks why. Raises NotFound, MoveRefused."""
    may_open_own_profile(actor).require()
    one = await queries.get_received(db, actor, invitation_id)
    INVITATION.after(one.status, InvitationAction.DECLINE)
    path = f"{INVITATIONS}/{invitation_id}"
    context = {"one": one, "action": f"{path}/decline", "back_href": path}
    return form_page(request, "invitations/decline.html", DeclineForm, context=context, **more)


@get("/{invitation_id:uuid}/decline", opt=SIGNED_IN)
async def show_decline(
    request: AnyRequest, db: Db, actor: Who, invitation_id: FromPath[uuid.UUID]
) -> Page:
    """Why does it not suit?"""
    return await decline_page(request, db, actor, invitation_id)


@post("/{invitation_id:uuid}/decline", opt=SIGNED_IN)
async def decline(
    request: AnyRequest, db: Db, actor: Who, invitation_id: FromPath[uuid.UUID]
) -> Page:
    """Say no."""
    bound = await bind_request(request, DeclineForm)
    if bound.form is None:
        return await decline_page(
            request, db, actor, invitation_id, raw=bound.raw, errors=bound.errors
        )
    await commands.decline(
        db,
        actor,
        invitation_id=invitation_id,
        reason=bound.form.reason,
        words=bound.form.words,
    )
    flash(request, "You declined the invitation.")
    return see_other(INVITATIONS)


def _confirm(request: AnyRequest, one: Received, page: str, **words: str) -> Page:
    path = f"{INVITATIONS}/{one.id}"
    context = {"action": f"{path}/{page}", "back_href": path, **words}
    return render(request, "profiles/confirm.html", context, headers=PRIVATE)


@get("/{invitation_id:uuid}/never", opt=SIGNED_IN)
async def show_never(
    request: AnyRequest, db: Db, actor: Who, invitation_id: FromPath[uuid.UUID]
) -> Page:
    """Ask before somebody hides from a body for good."""
    may_open_own_profile(actor).require()
    one = await queries.get_received(db, actor, invitation_id)
    return _confirm(
        request,
        one,
        "never",
        title=f"Never hear from {one.body} again?",
        text=f"You hide from {one.body}: it sees nothing of your profile, whatever you let others "
        "see, and cannot invite you. It learns that you declined, and not that you hide. You can "
        "stop hiding on your profile, under “Hide from organisations”.",
        button="Never hear from it again",
    )


@post("/{invitation_id:uuid}/never", opt=SIGNED_IN)
async def never(
    request: AnyRequest, db: Db, actor: Who, invitation_id: FromPath[uuid.UUID]
) -> Page:
    """Hide from the body."""
    await commands.never_again(db, actor, invitation_id=invitation_id)
    flash(request, "You hide from this organisation. It cannot invite you again.")
    return see_other(INVITATIONS)


@get("/{invitation_id:uuid}/take-back", opt=SIGNED_IN)
async def show_take_back(
    request: AnyRequest, db: Db, actor: Who, invitation_id: FromPath[uuid.UUID]
) -> Page:
    """Ask before interest ends."""
    may_open_own_profile(actor).require()
    one = await queries.get_received(db, actor, invitation_id)
    INVITATION.after(one.status, InvitationAction.TAKE_BACK)
    return _confirm(
        request,
        one,
        "take-back",
        title="Take your interest back?",
        text=f"{one.body} learns that you are no longer interested in “{one.title}”, and sees at "
        "once no more than you let it see before. You cannot show interest in this post again.",
        button="Take it back",
    )


@post("/{invitation_id:uuid}/take-back", opt=SIGNED_IN)
async def take_back(
    request: AnyRequest, db: Db, actor: Who, invitation_id: FromPath[uuid.UUID]
) -> Page:
    """End it."""
    await commands.take_back(db, actor, invitation_id=invitation_id)
    flash(request, "You took your interest back.")
    return see_other(INVITATIONS)


async def waiting_panel(db: AsyncSession, actor: Actor, _: uuid.UUID | None) -> Fragment | None:
    """Invitations that wait for an answer, on the dashboard; never in an employer's own sign-in."""
    if actor.person_id is None or not may_open_own_profile(actor):
        return None
    count = await queries.count_waiting(db, me(actor))
    return Fragment("invitations/panel.html", {"count": count}) if count else None


router = Router(
    INVITATIONS,
    route_handlers=[
        list_received,
        show_received,
        accept,
        show_decline,
        decline,
        show_never,
        never,
        show_take_back,
        take_back,
    ],
    include_in_schema=False,
)
