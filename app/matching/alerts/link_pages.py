"""Pages behind the link in an alert's emails: no sign-in, and opening one changes nothing."""

from typing import Any, Final

from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import PUBLIC, Actor
from app.core.csrf import EXEMPT
from app.core.db import follow_link
from app.core.fields import FieldError
from app.core.form_pages import PRIVATE, bind_request, form_page, see_other
from app.core.web import flash, render
from app.matching.alerts import commands, queries
from app.matching.alerts.domain import (
    LINKS,
    AlertAction,
    AlertStatus,
    Frequency,
    no_such_link,
)
from app.matching.alerts.forms import VisitorAlertForm
from app.matching.alerts.links import link_path
from app.matching.alerts.models import Alert
from app.matching.alerts.queries import search_of
from app.matching.alerts.saying import list_path, said_of
from app.organisations.links import sha256_of

AnyRequest = Request[Any, Any, Any]
Page = Response[Any]
Db = NamedDependency[AsyncSession]
Who = NamedDependency[Actor]

ACTIONS: Final = {
    "confirm": AlertAction.CONFIRM,
    "pause": AlertAction.PAUSE,
    "resume": AlertAction.RESUME,
}
SAID: Final = {
    AlertAction.CONFIRM: "Your alert is on. We tell you about new posts from now on.",
    AlertAction.PAUSE: "The alert is paused. Nothing comes until you take it up again.",
    AlertAction.RESUME: "The alert is on again.",
}


@get("/{token:str}", opt=PUBLIC)
async def show_by_link(request: AnyRequest, db: Db, token: FromPath[str]) -> Page:
    """The alert with what can be done to it: confirm, change, pause, keep, stop."""
    alert = await _alert(db, token)
    raw = {"frequency": alert.frequency, "language": alert.language}
    return await _page(request, db, token, alert, raw)


@post("/{token:str}", opt=PUBLIC)
async def change_by_link(request: AnyRequest, db: Db, actor: Who, token: FromPath[str]) -> Page:
    """Say how often a visitor's alert comes, and in which language."""
    alert = await _alert(db, token)
    bound = await bind_request(request, VisitorAlertForm)
    if bound.form is None:
        return await _page(request, db, token, alert, bound.raw, list(bound.errors))
    await commands.change_by_link(
        db,
        actor,
        token=token,
        frequency=Frequency(bound.form.frequency),
        language=bound.form.language,
    )
    flash(request, "The alert is changed.")
    return see_other(link_path(token))


@post([f"/{{token:str}}/{name}" for name in ACTIONS], opt=PUBLIC)
async def act_by_link(request: AnyRequest, db: Db, actor: Who, token: FromPath[str]) -> Page:
    """Confirm, pause, or take up again: the last word of the address."""
    action = ACTIONS[request.scope["path"].rpartition("/")[2]]
    await commands.move_by_link(db, actor, token=token, action=action)
    flash(request, SAID[action])
    return see_other(link_path(token))


@post("/{token:str}/keep", opt=PUBLIC)
async def keep_by_link(request: AnyRequest, db: Db, actor: Who, token: FromPath[str]) -> Page:
    """Keep the alert for another year."""
    await commands.keep_by_link(db, actor, token=token)
    flash(request, "The alert stays for another year.")
    return see_other(link_path(token))


@get("/{token:str}/unsubscribe", opt=PUBLIC)
async def show_unsubscribe(request: AnyRequest, db: Db, token: FromPath[str]) -> Page:
    """A page with a button; programs of mail providers that open links stop nothing."""
    return await _stop_page(request, db, token, await _alert(db, token))


@post("/{token:str}/unsubscribe", opt={**PUBLIC, **EXEMPT})
async def unsubscribe(request: AnyRequest, db: Db, actor: Who, token: FromPath[str]) -> Page:
    """End the alert at once: what a mail program sends for its reader (RFC 8058), and the button.

    It asks for no session and no token of a form: the link is the secret. It answers at once and
    without a redirect, as the RFC says.
    """
    alert = await commands.unsubscribe(db, actor, token=token)
    return await _stop_page(request, db, token, alert)


async def _alert(db: AsyncSession, token: str) -> Alert:
    token_sha256 = sha256_of(token, no_such_link())
    await follow_link(db, token_sha256)
    return await queries.get_by_link(db, token_sha256)


async def _stop_page(request: AnyRequest, db: AsyncSession, token: str, alert: Alert) -> Page:
    names = await queries.names_in(db, [search_of(alert)])
    context = {
        "described": said_of(alert, names),
        "has_ended": alert.status == AlertStatus.ENDED,
        "path": link_path(token),
        "search_href": list_path(alert),
    }
    return render(request, "alerts/unsubscribe.html", context, headers=PRIVATE)


async def _page(
    request: AnyRequest,
    db: AsyncSession,
    token: str,
    alert: Alert,
    raw: dict[str, Any],
    errors: list[FieldError] | None = None,
) -> Page:
    names = await queries.names_in(db, [search_of(alert)])
    context = {
        "alert": alert,
        "described": said_of(alert, names),
        "path": link_path(token),
        "search_href": list_path(alert),
    }
    return form_page(
        request,
        "alerts/by_link.html",
        VisitorAlertForm,
        raw,
        errors=errors or (),
        context=context,
    )


router = Router(
    LINKS.rstrip("/"),
    route_handlers=[
        show_by_link,
        change_by_link,
        act_by_link,
        keep_by_link,
        show_unsubscribe,
        unsubscribe,
    ],
    include_in_schema=False,
)
