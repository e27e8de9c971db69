"""Pages of a person's own account. They open before a second factor: no organisation is in them."""

import uuid
from typing import Any, Final

from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import BEFORE_FACTOR, Actor, me, require_recent_factor
from app.core.errors import NotFound
from app.core.fields import Option, Setting
from app.core.form_pages import PRIVATE, bind_request, errors_of, form_page, see_other
from app.core.limits import Limit, insist
from app.core.paging import Paged, part_of
from app.core.paths import own_path
from app.core.sessions import IDLE_SECONDS, ends_in
from app.core.web import flash, render
from app.organisations.account import commands, queries
from app.organisations.account.domain import ago_in_words, used_ago
from app.organisations.account.forms import DetailsForm, OrganisationForm, PrivateAddressForm
from app.organisations.factors.queries import count_factors
from app.organisations.links import sha256
from app.organisations.sign_in.domain import HOW_NAMES

AnyRequest = Request[Any, Any, Any]
Page = Response[Any]
Db = NamedDependency[AsyncSession]
Who = NamedDependency[Actor]

ADDRESSES: Final = Limit("private-address", 5, 3600)
"""How many links to confirm an address one account may ask for."""


@get("/", opt=BEFORE_FACTOR)
async def show_account(request: AnyRequest, db: Db, actor: Who) -> Page:
    """Everything about the account, each with the way to change it."""
    context = {
        "account": await queries.get_account(db, me(actor)),
        "factors": await count_factors(db, me(actor)),
        "actor": actor,
    }
    return render(request, "account/account.html", context, headers=PRIVATE)


@get("/details", opt=BEFORE_FACTOR)
async def show_details(request: AnyRequest, db: Db, actor: Who) -> Page:
    """Name and language as they are."""
    account = await queries.get_account(db, me(actor))
    raw = {"name": account.name, "language": account.language}
    return form_page(request, "account/details.html", DetailsForm, raw)


@post("/details", opt=BEFORE_FACTOR)
async def change_details(request: AnyRequest, db: Db, actor: Who) -> Page:
    """Save name and language."""
    bound = await bind_request(request, DetailsForm)
    if bound.form is None:
        return form_page(
            request, "account/details.html", DetailsForm, bound.raw, errors=bound.errors
        )
    await commands.change_details(db, actor, name=bound.form.name, language=bound.form.language)
    flash(request, "Your details are saved.")
    return see_other("/account")


@get("/private-address", opt=BEFORE_FACTOR)
async def show_private_address(request: AnyRequest, db: Db, actor: Who) -> Page:
    """Ask for a private address, or show the one there is."""
    commands.require_own_sign_in(actor)
    await require_factor_if_any(db, actor)
    account = await queries.get_account(db, me(actor))
    return form_page(
        request,
        "account/private_address.html",
        PrivateAddressForm,
        context={"private_email": account.private_email},
    )


@post("/private-address", opt=BEFORE_FACTOR)
async def ask_for_private_address(request: AnyRequest, db: Db, actor: Who) -> Page:
    """Mail a link to the address; nothing changes until it is used."""
    await require_factor_if_any(db, actor)
    bound = await bind_request(request, PrivateAddressForm)
    if bound.form is None:
        account = await queries.get_account(db, me(actor))
        return form_page(
            request,
            "account/private_address.html",
            PrivateAddressForm,
            bound.raw,
            errors=bound.errors,
            context={"private_email": account.private_email},
        )
    await insist(request, (ADDRESSES, str(actor.person_id)))
    await commands.ask_for_private_address(db, actor, email=bound.form.email)
    flash(request, f"We have sent a link to {bound.form.email}. Open it to confirm the address.")
    return see_other("/account")


@get("/private-address/confirm/{token:str}", opt=BEFORE_FACTOR)
async def show_confirmation(request: AnyRequest, db: Db, actor: Who, token: FromPath[str]) -> Page:
    """A page with a button: opening a link changes nothing."""
    claim = await queries.get_claim(db, me(actor), sha256(token))
    context = {"email": claim.email, "token": token}
    return render(request, "account/private_address_confirm.html", context, headers=PRIVATE)


@post("/private-address/confirm/{token:str}", opt=BEFORE_FACTOR)
async def confirm_private_address(
    request: AnyRequest, db: Db, actor: Who, token: FromPath[str]
) -> Page:
    """Make the address the person's private one."""
    email = await commands.confirm_private_address(db, actor, token=token)
    flash(request, f"{email} is your private address now. You can sign in with it.")
    return see_other("/account")


@get("/private-address/remove", opt=BEFORE_FACTOR)
async def show_removal(request: AnyRequest, db: Db, actor: Who) -> Page:
    """Ask before the private address goes."""
    commands.require_own_sign_in(actor)
    account = await queries.get_account(db, me(actor))
    if account.private_email is None:
        return see_other("/account")
    context = {"email": account.private_email}
    return render(request, "account/private_address_remove.html", context, headers=PRIVATE)


@post("/private-address/remove", opt=BEFORE_FACTOR)
async def remove_private_address(request: AnyRequest, db: Db, actor: Who) -> Page:
    """Forget the private address."""
    await require_factor_if_any(db, actor)
    await commands.remove_private_address(db, actor)
    flash(request, "Your private address is removed.")
    return see_other("/account")


@get("/organisation", opt=BEFORE_FACTOR)
async def show_organisations(request: AnyRequest, actor: Who) -> Page:
    """For which organisation to act."""
    chosen = actor.acting_for
    raw = {
        "membership": str(chosen.membership_id) if chosen else "",
        "next": own_path(request.query_params.get("next", "")),
    }
    return form_page(
        request,
        "account/organisation.html",
        OrganisationForm,
        raw,
        setting=organisations_of(actor),
        context={"actor": actor},
    )


@post("/organisation", opt=BEFORE_FACTOR)
async def switch_organisation(request: AnyRequest, db: Db, actor: Who) -> Page:
    """Act for the one that was chosen."""
    setting = organisations_of(actor)
    bound = await bind_request(request, OrganisationForm, setting)
    errors = list(bound.errors)
    if bound.form is not None:
        try:
            await commands.switch_organisation(
                request, db, actor, membership_id=uuid.UUID(bound.form.membership)
            )
        except NotFound as missing:
            errors = errors_of(missing, {"no-such-membership": "membership"})
        else:
            return see_other(own_path(bound.form.next) or "/dashboard")
    return form_page(
        request,
        "account/organisation.html",
        OrganisationForm,
        bound.raw,
        setting=setting,
        errors=errors,
        context={"actor": actor},
    )


@get("/sessions", opt=BEFORE_FACTOR)
async def show_sign_ins(request: AnyRequest, db: Db, actor: Who) -> Page:
    """Where the person is signed in now."""
    alive = []
    store = request.app.stores.get("sessions")
    for row in await queries.list_sign_ins(db, me(actor)):
        left = IDLE_SECONDS if row.store_key is None else await store.expires_in(row.store_key)
        if left is not None and left > 0:
            alive.append({"row": row, "used": ago_in_words(used_ago(IDLE_SECONDS, left))})
    part = part_of(request.query_params)
    shown = alive[part.offset : part.offset + part.size]
    page = Paged(shown, len(alive), part).require()
    context = {
        "page": page,
        "links": page.links("/account/sessions", {}),
        "how_names": HOW_NAMES,
        "here": actor.person_session_id,
    }
    return render(request, "account/sessions.html", context, headers=PRIVATE)


@post("/sessions/end-all", opt=BEFORE_FACTOR)
async def end_all(request: AnyRequest, db: Db, actor: Who) -> Page:
    """Sign the person out everywhere, here too."""
    await commands.end_sign_ins(request, db, actor)
    request.clear_session()
    return see_other("/signed-out")


@post("/sessions/{sign_in_id:uuid}/end", opt=BEFORE_FACTOR)
async def end_one(request: AnyRequest, db: Db, actor: Who, sign_in_id: FromPath[uuid.UUID]) -> Page:
    """Sign the person out of one browser."""
    if await commands.end_sign_ins(request, db, actor, one=sign_in_id):
        request.clear_session()
        return see_other("/signed-out")
    flash(request, "That browser is signed out.")
    return see_other("/account/sessions")


@get("/time-left", opt=BEFORE_FACTOR)
async def show_time_left(request: AnyRequest, actor: Who) -> Response[dict[str, int]]:
    """How many seconds the sign-in has left; asking keeps it up for another hour."""
    idle, longest = ends_in(request) if actor.is_signed_in else (0, 0)
    return Response({"idle": idle, "longest": longest}, headers=PRIVATE)


def organisations_of(actor: Actor) -> Setting:
    """The organisations to choose from."""
    options = tuple(Option(str(m.membership_id), m.name) for m in actor.memberships)
    return Setting(options={"memberships": options})


async def require_factor_if_any(db: AsyncSession, actor: Actor) -> None:
    """Whoever has a second factor shows it again before what would let somebody else in."""
    if (await count_factors(db, me(actor))).any:
        require_recent_factor(actor)


router = Router(
    path="/account",
    route_handlers=[
        show_account,
        show_details,
        change_details,
        show_private_address,
        ask_for_private_address,
        show_confirmation,
        confirm_private_address,
        show_removal,
        remove_private_address,
        show_organisations,
        switch_organisation,
        show_sign_ins,
        end_all,
        end_one,
        show_time_left,
    ],
    include_in_schema=False,
)
