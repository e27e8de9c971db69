"""Pages on which administrators set up how their people sign in."""

from collections.abc import Sequence
from typing import Any, Final

from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import SIGNED_IN, ActingFor, Actor, require_recent_factor
from app.core.errors import RuleBroken
from app.core.fields import FieldError
from app.core.form_pages import bind_request, errors_of, form_page, see_other
from app.core.permissions import Permission
from app.core.web import flash, render
from app.organisations.permissions import acting_at
from app.organisations.providers import commands, oidc, queries
from app.organisations.providers.forms import ProviderForm

AnyRequest = Request[Any, Any, Any]
Page = Response[Any]
Db = NamedDependency[AsyncSession]
Who = NamedDependency[Actor]
FIELDS: Final = {"domain-not-yours": "domains", "secret-missing": "secret"}


@get("/", opt=SIGNED_IN)
async def show_provider(request: AnyRequest, db: Db, actor: Who, org: FromPath[str]) -> Page:
    """The provider as it is set up; its secret is never shown."""
    body = body_of(actor, org)
    provider = await queries.find_provider(db, body.organisation_id)
    raw: dict[str, Any] = {}
    if provider is not None:
        raw = {
            "issuer": provider.issuer,
            "client_id": provider.client_id,
            "domains": "\n".join(provider.domains),
            "is_enabled": "yes" if provider.is_enabled else "",
        }
    return await page(request, db, body, raw)


@post("/", opt=SIGNED_IN)
async def set_up_provider(request: AnyRequest, db: Db, actor: Who, org: FromPath[str]) -> Page:
    """Save it, once the provider answers as one."""
    body = body_of(actor, org)
    bound = await bind_request(request, ProviderForm)
    if bound.form is None:
        return await page(request, db, body, bound.raw, bound.errors)
    form = bound.form
    try:
        # What does not work is not kept: the page is shown again with nothing of it saved.
        async with db.begin_nested():
            await commands.set_up_provider(
                db,
                actor,
                organisation_id=body.organisation_id,
                issuer=form.issuer,
                client_id=form.client_id,
                secret=form.secret,
                domains=form.domains.lower().split(),
                is_enabled=form.is_enabled,
            )
            provider = await queries.find_provider(db, body.organisation_id)
            if form.is_enabled and provider is not None:
                await oidc.begin(request.app.state.settings, commands.client_of(db, provider))
    except RuleBroken as broken:
        return await page(request, db, body, bound.raw, errors_of(broken, FIELDS))
    except oidc.ProviderTrouble:
        wrong = "There is no identity provider at this address that we can reach"
        return await page(request, db, body, bound.raw, [FieldError("issuer", wrong)])
    flash(request, "The sign-in of your organisation is saved.")
    return see_other(f"/org/{org}/settings/sign-in")


@get("/remove", opt=SIGNED_IN)
async def show_removal(request: AnyRequest, actor: Who, org: FromPath[str]) -> Page:
    """Ask before people are sent to email links again."""
    body = body_of(actor, org)
    context = {"body": body, "back_href": f"/org/{org}/settings/sign-in"}
    return render(request, "providers/remove.html", context)


@post("/remove", opt=SIGNED_IN)
async def remove_provider(request: AnyRequest, db: Db, actor: Who, org: FromPath[str]) -> Page:
    """Take the provider away."""
    body = body_of(actor, org)
    await commands.remove_provider(db, actor, organisation_id=body.organisation_id)
    flash(request, "Your people sign in with links by email now.")
    return see_other(f"/org/{org}/settings/sign-in")


def body_of(actor: Actor, org: str) -> ActingFor:
    """The body, for those who set up its sign-in and have just shown a second factor."""
    body = acting_at(actor, org)
    actor.may(Permission.SIGN_IN_SET_UP, "set up how people sign in").require()
    require_recent_factor(actor)
    return body


async def page(
    request: AnyRequest,
    db: AsyncSession,
    body: ActingFor,
    raw: dict[str, Any],
    errors: Sequence[FieldError] = (),
) -> Page:
    """The form, with what the other side has to be told."""
    context = {
        "body": body,
        "domains": await queries.list_domains(db, body.organisation_id),
        "callback": request.app.state.settings.base_url + oidc.CALLBACK,
        "is_there": bool(raw.get("client_id")),
        "back_href": f"/org/{body.slug}",
    }
    shown = {**raw, "secret": ""}
    return form_page(
        request, "providers/settings.html", ProviderForm, shown, errors=errors, context=context
    )


router = Router(
    path="/org/{org:str}/settings/sign-in",
    route_handlers=[show_provider, set_up_provider, show_removal, remove_provider],
    include_in_schema=False,
)
