"""Pages of a person's own alerts, and of a new one for anybody."""

import uuid
from typing import Any, Final
from urllib.parse import parse_qs, urlencode

from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import PUBLIC, SIGNED_IN, Actor, me
from app.core.errors import RuleBroken
from app.core.fields import FieldError
from app.core.form_pages import PRIVATE, bind_request, errors_of, form_page, see_other
from app.core.forms import Form, posted_of
from app.core.limits import Limit, insist, network_of
from app.core.paging import part_of
from app.core.web import flash, render
from app.matching.alerts import commands, queries
from app.matching.alerts.domain import ALERT, AlertAction, AlertStatus, Frequency
from app.matching.alerts.forms import (
    LONGEST_SEARCH,
    NewAlertForm,
    NewVisitorAlertForm,
    OwnAlertForm,
    addresses_of,
)
from app.matching.alerts.models import Alert
from app.matching.alerts.queries import View, search_of
from app.matching.alerts.saying import MATCHES, list_path, said_of
from app.matching.alerts.wording import HOW_OFTEN, describe
from app.opportunities.finding.domain import Search, read_search
from app.opportunities.finding.links import search_path
from app.opportunities.finding.queries import everybody, viewer_of
from app.organisations.account.queries import get_account
from app.profiles.permissions import may_open_own_profile

AnyRequest = Request[Any, Any, Any]
Page = Response[Any]
Db = NamedDependency[AsyncSession]
Who = NamedDependency[Actor]

ALERTS: Final = "/alerts"
# Whoever types an address makes us write to it: few times for one address, and for one network.
TO_ADDRESS: Final = Limit("alert-to-address", 5, 86_400)
FROM_NETWORK: Final = Limit("alert-from-network", 20, 3600)
OWN_ACTIONS: Final = {"pause": AlertAction.PAUSE, "resume": AlertAction.RESUME}
SAID: Final = {
    AlertAction.PAUSE: "The alert is paused. Nothing comes until you take it up again.",
    AlertAction.RESUME: "The alert is on again.",
}


@get("/", opt=SIGNED_IN)
async def list_alerts(request: AnyRequest, db: Db, actor: Who) -> Page:
    """A person's alerts: what each looks for, how often, and when it last found something."""
    found = (await queries.list_alerts(db, me(actor), part_of(request.query_params))).require()
    names = await queries.names_in(db, map(search_of, found.items))
    last = await queries.last_runs(db, found.items)
    context = {
        "found": found,
        "links": found.links(ALERTS, {}),
        "described": {one.id: said_of(one, names) for one in found.items},
        "how_often": HOW_OFTEN["en"],
        "last": last,
    }
    return render(request, "alerts/list.html", context, headers=PRIVATE)


@get("/new", opt=PUBLIC)
async def start_alert(request: AnyRequest, db: Db, actor: Who) -> Page:
    """What a search would tell of, and how it is to come: for anybody."""
    query = {name: request.query_params.getall(name) for name in request.query_params}
    search = read_search(query)[0]
    raw = {"search": packed(search), "frequency": Frequency.DAILY.value}
    raw |= {"address": "account"} if actor.is_signed_in else {"language": "en"}
    return await _new_page(request, db, actor, search, raw)


@post("/new", opt=PUBLIC)
async def make_alert(request: AnyRequest, db: Db, actor: Who) -> Page:
    """Save the search: a person's counts at once, a visitor's once their address is proven."""
    search = unpacked(await _typed_search(request))
    make = _make_own if actor.is_signed_in else _make_for_visitor
    return await make(request, db, actor, search)


async def _make_own(request: AnyRequest, db: AsyncSession, actor: Actor, search: Search) -> Page:
    raw, errors = await _saved(request, db, actor, NewAlertForm, search)
    if raw is None:
        flash(request, "Saved. We tell you about new posts like these from now on.")
        return see_other(ALERTS)
    return await _new_page(request, db, actor, search, raw, errors)


async def _saved(
    request: AnyRequest,
    db: AsyncSession,
    actor: Actor,
    form: type[OwnAlertForm],
    search: Search | None,
) -> tuple[dict[str, Any] | None, list[FieldError]]:
    """Keep an alert of the person; what was typed and what is wrong with it, or nothing of both."""
    account = await get_account(db, me(actor))
    bound = await bind_request(request, form, addresses_of(account.email, account.private_email))
    if bound.form is None:
        return bound.raw, list(bound.errors)
    try:
        await commands.make_alert(
            db,
            actor,
            search=search,
            frequency=Frequency(bound.form.frequency),
            to_private=bound.form.address == "private",
        )
    except RuleBroken as refused:
        return bound.raw, errors_of(refused)
    return None, []


async def _make_for_visitor(
    request: AnyRequest, db: AsyncSession, actor: Actor, search: Search
) -> Page:
    bound = await bind_request(request, NewVisitorAlertForm)
    if bound.form is None:
        return await _new_page(request, db, actor, search, bound.raw, list(bound.errors))
    form = bound.form
    await insist(request, (FROM_NETWORK, network_of(request)), (TO_ADDRESS, form.email))
    await commands.ask_for_alert(
        db,
        actor,
        search=search,
        frequency=Frequency(form.frequency),
        email=form.email,
        language=form.language,
    )
    return see_other(f"{ALERTS}/check-your-email")


async def _new_page(
    request: AnyRequest,
    db: AsyncSession,
    actor: Actor,
    search: Search,
    raw: dict[str, Any],
    errors: list[FieldError] | None = None,
) -> Page:
    names = await queries.names_in(db, [search])
    view = View(viewer_of(actor) if actor.is_signed_in else everybody())
    context = {
        "described": describe(search, names),
        "is_everything": not search.filters,
        "now": await queries.count_found(db, view, search),
        "back_href": search_path(search),
        "language": actor.language,
    }
    form: type[Form] = NewVisitorAlertForm
    setting = addresses_of("", None)
    if actor.is_signed_in:
        account = await get_account(db, me(actor))
        form, setting = NewAlertForm, addresses_of(account.email, account.private_email)
    return form_page(
        request,
        "alerts/new.html",
        form,
        raw,
        setting=setting,
        errors=errors or (),
        context=context,
    )


@get("/matches", opt=SIGNED_IN)
async def start_match_alert(request: AnyRequest, db: Db, actor: Who) -> Page:
    """How posts that suit the person's profile are to come."""
    raw = {"frequency": Frequency.DAILY.value, "address": "account"}
    return await _match_page(request, db, actor, raw)


@post("/matches", opt=SIGNED_IN)
async def make_match_alert(request: AnyRequest, db: Db, actor: Who) -> Page:
    """Tell of posts that suit the person's profile from now on."""
    may_open_own_profile(actor).require()
    raw, errors = await _saved(request, db, actor, OwnAlertForm, None)
    if raw is None:
        flash(request, "Saved. We tell you about new posts that suit you from now on.")
        return see_other(ALERTS)
    return await _match_page(request, db, actor, raw, errors)


async def _match_page(
    request: AnyRequest,
    db: AsyncSession,
    actor: Actor,
    raw: dict[str, Any],
    errors: list[FieldError] | None = None,
) -> Page:
    may_open_own_profile(actor).require()
    account = await get_account(db, me(actor))
    return form_page(
        request,
        "alerts/matches.html",
        OwnAlertForm,
        raw,
        setting=addresses_of(account.email, account.private_email),
        errors=errors or (),
        context={"back_href": MATCHES, "language": actor.language},
    )


@get("/check-your-email", opt=PUBLIC)
async def show_sent(request: AnyRequest) -> Page:
    """That a link is on its way: the same for every address."""
    return render(request, "alerts/sent.html", headers=PRIVATE)


@get("/{alert_id:uuid}", opt=SIGNED_IN)
async def show_alert(
    request: AnyRequest, db: Db, actor: Who, alert_id: FromPath[uuid.UUID]
) -> Page:
    """One's own alert, with what can be done to it."""
    alert = await queries.get_alert(db, me(actor), alert_id)
    raw = {
        "frequency": alert.frequency,
        "address": "private" if alert.to_private else "account",
    }
    return await _own_page(request, db, actor, alert, raw)


@post("/{alert_id:uuid}", opt=SIGNED_IN)
async def change_alert(
    request: AnyRequest, db: Db, actor: Who, alert_id: FromPath[uuid.UUID]
) -> Page:
    """Say how often it comes, and where."""
    alert = await queries.get_alert(db, me(actor), alert_id)
    account = await get_account(db, me(actor))
    setting = addresses_of(account.email, account.private_email)
    bound = await bind_request(request, OwnAlertForm, setting)
    if bound.form is None:
        return await _own_page(request, db, actor, alert, bound.raw, list(bound.errors))
    await commands.change_own(
        db,
        actor,
        alert_id=alert_id,
        frequency=Frequency(bound.form.frequency),
        to_private=bound.form.address == "private",
    )
    flash(request, "The alert is changed.")
    return see_other(ALERTS)


async def _own_page(
    request: AnyRequest,
    db: AsyncSession,
    actor: Actor,
    alert: Alert,
    raw: dict[str, Any],
    errors: list[FieldError] | None = None,
) -> Page:
    account = await get_account(db, me(actor))
    names = await queries.names_in(db, [search_of(alert)])
    status = AlertStatus(alert.status)
    context = {
        "alert": alert,
        "described": said_of(alert, names),
        "search_href": list_path(alert),
        "actions": [name for name, one in OWN_ACTIONS.items() if ALERT.may(status, one)],
        "back_href": ALERTS,
    }
    return form_page(
        request,
        "alerts/show.html",
        OwnAlertForm,
        raw,
        setting=addresses_of(account.email, account.private_email),
        errors=errors or (),
        context=context,
    )


@get("/{alert_id:uuid}/end", opt=SIGNED_IN)
async def show_end(request: AnyRequest, db: Db, actor: Who, alert_id: FromPath[uuid.UUID]) -> Page:
    """Ask before an alert ends, which cannot be undone."""
    alert = await queries.get_alert(db, me(actor), alert_id)
    names = await queries.names_in(db, [search_of(alert)])
    context = {"alert": alert, "described": said_of(alert, names)}
    return render(request, "alerts/end.html", context, headers=PRIVATE)


@post("/{alert_id:uuid}/end", opt=SIGNED_IN)
async def end_alert(request: AnyRequest, db: Db, actor: Who, alert_id: FromPath[uuid.UUID]) -> Page:
    """End one's own alert."""
    await commands.move_own(db, actor, alert_id=alert_id, action=AlertAction.END)
    flash(request, "The alert has ended. No more emails come from it.")
    return see_other(ALERTS)


@post([f"/{{alert_id:uuid}}/{name}" for name in OWN_ACTIONS], opt=SIGNED_IN)
async def act_on_alert(
    request: AnyRequest, db: Db, actor: Who, alert_id: FromPath[uuid.UUID]
) -> Page:
    """Pause one's own alert, or take it up again: the last word of the address."""
    action = OWN_ACTIONS[request.scope["path"].rpartition("/")[2]]
    await commands.move_own(db, actor, alert_id=alert_id, action=action)
    flash(request, SAID[action])
    return see_other(ALERTS)


@post("/{alert_id:uuid}/keep", opt=SIGNED_IN)
async def keep_alert(
    request: AnyRequest, db: Db, actor: Who, alert_id: FromPath[uuid.UUID]
) -> Page:
    """Keep one's own alert for another year."""
    await commands.keep_own(db, actor, alert_id=alert_id)
    flash(request, "The alert stays for another year.")
    return see_other(f"{ALERTS}/{alert_id}")


def packed(search: Search) -> str:
    """A search as a hidden field carries it."""
    pairs = commands.criteria_of(search)
    return urlencode(pairs, doseq=True)


def unpacked(text: str) -> Search:
    """The search of a hidden field; what nobody could have sent from our page is passed over."""
    return read_search(parse_qs(text))[0]


async def _typed_search(request: AnyRequest) -> str:
    sent = posted_of((await request.form()).multi_items())
    return (sent.get("search") or [""])[0][:LONGEST_SEARCH]


router = Router(
    ALERTS,
    route_handlers=[
        list_alerts,
        start_alert,
        make_alert,
        start_match_alert,
        make_match_alert,
        show_sent,
        show_alert,
        change_alert,
        show_end,
        end_alert,
        act_on_alert,
        keep_alert,
    ],
    include_in_schema=False,
)
