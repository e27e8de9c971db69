"""Pages of signing in with an organisation's own identity provider."""

import time
from typing import Any, Final

from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import PUBLIC
from app.core.db import act_for_organisation
from app.core.errors import Refused
from app.core.form_pages import PRIVATE, bind_request, see_other
from app.core.limits import Limit, insist, network_of
from app.core.paths import own_path
from app.core.web import render
from app.organisations.domain import no_such_organisation
from app.organisations.models import Organisation
from app.organisations.providers import commands, oidc, queries
from app.organisations.providers.forms import ContinueForm
from app.organisations.providers.models import IdentityProvider
from app.organisations.sign_in.pages import AFTER_SIGN_IN, asked_of

AnyRequest = Request[Any, Any, Any]
Page = Response[Any]
Db = NamedDependency[AsyncSession]

BEGUN: Final = "oidc"
LIVES_SECONDS: Final = 600
PER_NETWORK: Final = Limit("sign-in-oidc", 200, 600)
SAID: Final = {
    "busy": "Many people are signing in right now. Try again in a minute.",
    "not-reached": "Your organisation’s sign-in does not answer. Try again, or use an email link.",
}
OTHERWISE: Final = (
    "Your organisation’s sign-in did not tell us who you are. Try again, or use an email link."
)


@get("/sign-in/with/{org:str}", opt=PUBLIC)
async def show_provider(request: AnyRequest, db: Db, org: FromPath[str]) -> Page:
    """Say where the person is sent, and offer a link by email instead."""
    organisation, _ = await provider_of(db, org)
    return start_page(request, organisation)


@post("/sign-in/with/{org:str}", opt=PUBLIC)
async def go_to_provider(request: AnyRequest, db: Db, org: FromPath[str]) -> Page:
    """Make ready, and send the browser on by a page: a form's answer may not lead elsewhere."""
    organisation, provider = await provider_of(db, org)
    await insist(request, (PER_NETWORK, network_of(request)))
    if (await bind_request(request, ContinueForm)).form is None:
        return start_page(request, organisation)
    settings = request.app.state.settings
    try:
        begun = await oidc.begin(settings, commands.client_of(db, provider))
    except oidc.ProviderTrouble as trouble:
        return start_page(request, organisation, trouble.code)
    request.session[BEGUN] = {
        "state": begun.state,
        "nonce": begun.nonce,
        "verifier": begun.verifier,
        "org": organisation.slug,
        "next": asked_of(request).get("next", ""),
        "at": int(time.time()),
    }
    context = {"organisation": organisation, "address": begun.address}
    return render(request, "providers/going.html", context, headers=PRIVATE)


@get(oidc.CALLBACK, opt={**PUBLIC, "transaction": "write"})
async def come_back(request: AnyRequest, db: Db) -> Page:
    """What the provider sends the browser back with: a code for exactly the sign-in begun here."""
    begun = request.session.pop(BEGUN, None)
    query = request.query_params
    is_ours = isinstance(begun, dict) and time.time() - begun["at"] < LIVES_SECONDS
    if not is_ours or not query.get("state") or query["state"] != begun["state"]:
        await commands.refused(request, db, reason="state-wrong")
        return failed_page(request, None, "state-wrong")
    await insist(request, (PER_NETWORK, network_of(request)))
    organisation, provider = await provider_of(db, begun["org"])
    try:
        identity = await oidc.finish(
            request.app.state.settings,
            commands.client_of(db, provider),
            code=query.get("code", ""),
            nonce=begun["nonce"],
            verifier=begun["verifier"],
        )
        await commands.sign_in_by_identity(request, db, provider=provider, identity=identity)
    except oidc.ProviderTrouble as trouble:
        await commands.refused(request, db, reason=trouble.code)
        return failed_page(request, organisation, trouble.code)
    except Refused as refusal:
        await commands.refused(request, db, reason=refusal.code)
        return failed_page(request, organisation, refusal.code, refusal.message)
    return see_other(own_path(begun["next"]) or AFTER_SIGN_IN)


async def provider_of(db: AsyncSession, slug: str) -> tuple[Organisation, IdentityProvider]:
    """A verified body and its provider that is in use; from here on we act for it.

    Raises NotFound for a body without one, whether it is there or not.
    """
    organisation = await queries.find_verified_organisation(db, slug)
    if organisation is not None:
        await act_for_organisation(db, organisation.id)
        provider = await queries.find_provider(db, organisation.id)
        if provider is not None and provider.is_enabled:
            return organisation, provider
    raise no_such_organisation()


def start_page(request: AnyRequest, organisation: Organisation, trouble: str = "") -> Page:
    """The page that leads to the provider, perhaps again because it did not work."""
    said = (SAID.get(trouble) or OTHERWISE) if trouble else ""
    context = {
        "organisation": organisation,
        "asked": asked_of(request),
        "errors": [{"text": said}] if said else [],
    }
    return render(request, "providers/start.html", context, 502 if said else 200, PRIVATE)


def failed_page(
    request: AnyRequest, organisation: Organisation | None, code: str, message: str = ""
) -> Page:
    """The provider's answer signs nobody in."""
    context = {"organisation": organisation, "message": message or SAID.get(code) or OTHERWISE}
    return render(request, "providers/failed.html", context, 403, PRIVATE)


router = Router(
    path="/", route_handlers=[show_provider, go_to_provider, come_back], include_in_schema=False
)
