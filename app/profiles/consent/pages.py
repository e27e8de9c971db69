"""Who may see what of one's profile, who looked, and a profile as a body sees it."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final

from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import SIGNED_IN, Actor, me
from app.core.clock import london_today
from app.core.errors import DomainError
from app.core.fields import FieldError, Raw
from app.core.form_pages import PRIVATE, bind_request, errors_of, form_page, see_other
from app.core.limits import Limit, limited
from app.core.paging import part_of
from app.core.web import flash, render
from app.organisations.permissions import acting_at
from app.profiles.consent import commands, queries
from app.profiles.consent.document import document
from app.profiles.consent.domain import (
    Group,
    Viewer,
    visible_groups,
)
from app.profiles.consent.forms import GiveForm, PreviewForm, by_name
from app.profiles.consent.naming import NAMES
from app.profiles.consent.wording import CURRENT, words_of
from app.profiles.permissions import may_open_own_profile
from app.profiles.queries import list_bodies
from app.roles.domain import slug_of

AnyRequest = Request[Any, Any, Any]
Db = NamedDependency[AsyncSession]
Who = NamedDependency[Actor]
Page = Response[Any]
LOOKS: Final[dict[str, Any]] = {**SIGNED_IN, "transaction": "write"}
TAKEN: Final = Limit("profiles-taken", 300, 3600)


@get("/visibility", opt=SIGNED_IN)
async def show_visibility(request: AnyRequest, db: Db, actor: Who) -> Page:
    """What somebody let whom see, the newest first, with what has ended."""
    may_open_own_profile(actor).require()
    page = await queries.list_grants(db, me(actor), part_of(request.query_params))
    context = {
        **NAMES,
        "page": page.require(),
        "links": page.links("/profile/visibility", {}),
        "today": london_today(),
    }
    return render(request, "profiles/visibility.html", context, headers=PRIVATE)


@get("/visibility/new", opt=SIGNED_IN)
async def show_new(request: AnyRequest, actor: Who) -> Page:
    """Choose what to let whom see, below the words that say what it means."""
    may_open_own_profile(actor).require()
    return _new_page(request)


def _new_page(
    request: AnyRequest,
    raw: Mapping[str, Raw] | None = None,
    errors: Sequence[FieldError] = (),
) -> Page:
    return form_page(
        request,
        "profiles/give.html",
        GiveForm,
        raw,
        errors=errors,
        context={"words": words_of(CURRENT), "form_width": "govuk-grid-column-two-thirds"},
    )


@post("/visibility/new", opt=SIGNED_IN)
async def give(request: AnyRequest, db: Db, actor: Who) -> Page:
    """Let them see it from now on."""
    may_open_own_profile(actor).require()
    bound = await bind_request(request, GiveForm)
    if bound.form is None:
        return _new_page(request, bound.raw, bound.errors)
    grant = bound.form.grant(by_name(await list_bodies(db)))
    if isinstance(grant, FieldError):
        return _new_page(request, bound.raw, [grant])
    try:
        await commands.give(db, actor, grant=grant, today=london_today())
    except DomainError as error:
        return _new_page(request, bound.raw, errors_of(error))
    flash(request, "They can see it from now on. You can take it back at any time.")
    return see_other("/profile/visibility")


@get("/visibility/{grant_id:uuid}/withdraw", opt=SIGNED_IN)
async def show_withdrawal(
    request: AnyRequest, db: Db, actor: Who, grant_id: FromPath[uuid.UUID]
) -> Page:
    """Ask, and say what has been seen."""
    may_open_own_profile(actor).require()
    grant = await queries.get_grant(db, actor, grant_id)
    context = {
        **NAMES,
        "grant": grant,
        "words": words_of(grant.words_version),
        "seen": await queries.seen_by_grant(db, me(actor), grant),
    }
    return render(request, "profiles/withdraw.html", context, headers=PRIVATE)


@post("/visibility/{grant_id:uuid}/withdraw", opt=SIGNED_IN)
async def withdraw(request: AnyRequest, db: Db, actor: Who, grant_id: FromPath[uuid.UUID]) -> Page:
    """Take it back at once."""
    await commands.withdraw(db, actor, grant_id=grant_id, today=london_today())
    flash(request, "You have taken it back. They see it no longer.")
    return see_other("/profile/visibility")


@get("/visibility/preview", opt=SIGNED_IN)
async def show_preview(request: AnyRequest, db: Db, actor: Who) -> Page:
    """One's own profile through the eyes of an organisation that looks for people."""
    may_open_own_profile(actor).require()
    typed = request.query_params.get("organisation", "")
    bodies = await list_bodies(db)
    body = by_name(bodies).get(slug_of(typed)) if typed else None
    errors = []
    if typed and body is None:
        message = f"There is no verified organisation named {typed[:200]}"
        errors = [FieldError("organisation", message)]
    seen = None
    if body is not None:
        viewer = await queries.viewer_by_id(db, body.id)
        seen = await _seen_as(db, actor, viewer)
    return form_page(
        request,
        "profiles/preview.html",
        PreviewForm,
        {"organisation": typed},
        errors=errors,
        context={**NAMES, "names": [one.name for one in bodies], "body": body, "seen": seen},
    )


async def _seen_as(db: AsyncSession, actor: Actor, viewer: Viewer) -> dict[str, Any] | None:
    """The document that a body would get now, or None where it would get nothing."""
    choices = await queries.choices_of(db, me(actor))
    groups: frozenset[Group] = visible_groups(choices, viewer, london_today())
    if not groups:
        return None
    return document(await queries.load_facts(db, me(actor), groups), groups)


@get("/access-log", opt=SIGNED_IN)
async def show_looks(request: AnyRequest, db: Db, actor: Who) -> Page:
    """Who looked, from which organisation, at what, why and when."""
    may_open_own_profile(actor).require()
    page = await queries.list_looks(db, me(actor), part_of(request.query_params))
    context = {
        **NAMES,
        "page": page.require(),
        "links": page.links("/profile/access-log", {}),
    }
    return render(request, "profiles/access_log.html", context, headers=PRIVATE)


@get("/org/{org:str}/profiles/{profile_id:uuid}", opt=LOOKS)
async def show_to_body(
    request: AnyRequest,
    db: Db,
    actor: Who,
    org: FromPath[str],
    profile_id: FromPath[uuid.UUID],
) -> Page:
    """A profile as the person lets this organisation see it; that somebody looked is noted."""
    body = acting_at(actor, org)
    reading = await commands.look(db, actor, profile_id=profile_id, today=london_today())
    context = {**NAMES, "body": body, "seen": reading.document}
    return render(request, "profiles/reading.html", context, headers=PRIVATE)


@get("/org/{org:str}/profiles/{profile_id:uuid}/profile.json", opt=LOOKS, guards=[limited(TAKEN)])
async def give_to_body(
    db: Db, actor: Who, org: FromPath[str], profile_id: FromPath[uuid.UUID]
) -> Response[dict[str, Any]]:
    """The same for a program; noted as well."""
    acting_at(actor, org)
    reading = await commands.look(db, actor, profile_id=profile_id, today=london_today())
    return Response(reading.document, headers=PRIVATE)


router = Router(
    path="/profile",
    route_handlers=[
        show_visibility,
        show_new,
        give,
        show_withdrawal,
        withdraw,
        show_preview,
        show_looks,
    ],
    include_in_schema=False,
)
body_router = Router(path="/", route_handlers=[show_to_body, give_to_body], include_in_schema=False)
