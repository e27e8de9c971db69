"""Pages on which people set up their own second factors and take them away."""

import uuid
from typing import Any
from urllib.parse import quote, urlencode

import segno
from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import BEFORE_FACTOR, Actor, StepNeeded, me, require_recent_factor
from app.core.errors import RuleBroken
from app.core.fields import FieldError
from app.core.form_pages import PRIVATE, bind_request, form_page, see_other
from app.core.limits import insist
from app.core.web import flash, render
from app.organisations.account.queries import get_account
from app.organisations.factors import commands, queries
from app.organisations.factors.domain import in_base32, outline_of
from app.organisations.factors.forms import CodeForm, NewPasskeyForm
from app.organisations.factors.pages import TRIES, where_next
from app.organisations.factors.webauthn import ask_to_make, relying_on

AnyRequest = Request[Any, Any, Any]
Page = Response[Any]
Db = NamedDependency[AsyncSession]
Who = NamedDependency[Actor]
HOME = "/account/second-factor"


@get("/", opt=BEFORE_FACTOR)
async def show_factors(request: AnyRequest, db: Db, actor: Who) -> Page:
    """What the person has, and what can be added."""
    context = {
        "count": await queries.count_factors(db, me(actor)),
        "passkeys": await queries.list_passkeys(db, me(actor)),
        "app": await queries.find_app(db, me(actor)),
        "actor": actor,
    }
    return render(request, "factors/factors.html", context, headers=PRIVATE)


@get("/app", opt=BEFORE_FACTOR)
async def show_app(request: AnyRequest, db: Db, actor: Who) -> Page:
    """A picture to scan, the same as letters, and the question for a first code."""
    await require_factor_if_any(db, actor)
    return await app_page(request, db, actor)


@post("/app", opt=BEFORE_FACTOR)
async def add_app(request: AnyRequest, db: Db, actor: Who) -> Page:
    """Take the app once it shows the right code."""
    await require_factor_if_any(db, actor)
    bound = await bind_request(request, CodeForm)
    if bound.form is None:
        return await app_page(request, db, actor, errors=bound.errors)
    await insist(request, (TRIES, str(me(actor))))
    try:
        codes = await commands.add_app(request, db, actor, code=bound.form.code)
    except RuleBroken as broken:
        return await app_page(request, db, actor, errors=(FieldError("code", broken.message),))
    return after_adding(request, codes, "Your authenticator app is set up.")


@get("/passkey", opt=BEFORE_FACTOR)
async def show_passkey(request: AnyRequest, db: Db, actor: Who) -> Page:
    """Ask for a name; the browser makes the passkey when the form is sent."""
    await require_factor_if_any(db, actor)
    return await passkey_page(request, db, actor, {})


@post("/passkey", opt=BEFORE_FACTOR)
async def add_passkey(request: AnyRequest, db: Db, actor: Who) -> Page:
    """Take the passkey that the browser made."""
    await require_factor_if_any(db, actor)
    bound = await bind_request(request, NewPasskeyForm)
    typed = {"name": bound.raw.get("name")}
    if bound.form is None:
        at_top = [FieldError(e.path if e.path == "name" else "", e.message) for e in bound.errors]
        return await passkey_page(request, db, actor, typed, errors=at_top)
    try:
        codes = await commands.add_passkey(
            request,
            db,
            actor,
            relying=relying_on(request),
            name=bound.form.name,
            answer=bound.form.credential,
        )
    except RuleBroken as broken:
        errors = [FieldError("", broken.message)]
        return await passkey_page(request, db, actor, typed, errors=errors)
    return after_adding(request, codes, "Your passkey is set up.")


@get("/recovery-codes", opt=BEFORE_FACTOR)
async def show_new_codes(request: AnyRequest, db: Db, actor: Who) -> Page:
    """Ask before the codes written down stop working."""
    await require_some_factor(db, actor)
    return render(request, "factors/new_codes.html", headers=PRIVATE)


@post("/recovery-codes", opt=BEFORE_FACTOR)
async def make_codes(request: AnyRequest, db: Db, actor: Who) -> Page:
    """Show ten new codes, this once: we keep only their hashes."""
    await require_some_factor(db, actor)
    return codes_page(request, await commands.make_recovery_codes(db, actor), HOME)


@get("/app/remove", opt=BEFORE_FACTOR)
async def show_app_removal(request: AnyRequest, db: Db, actor: Who) -> Page:
    """Ask before the app is taken away."""
    await require_some_factor(db, actor)
    if await queries.find_app(db, me(actor)) is None:
        return see_other(HOME)
    return removal_page(request, "your authenticator app", f"{HOME}/app/remove")


@post("/app/remove", opt=BEFORE_FACTOR)
async def remove_app(request: AnyRequest, db: Db, actor: Who) -> Page:
    """Take the app away."""
    await require_some_factor(db, actor)
    await commands.remove_app(db, actor)
    flash(request, "Your authenticator app is removed.")
    return see_other(HOME)


@get("/passkeys/{passkey_id:uuid}/remove", opt=BEFORE_FACTOR)
async def show_passkey_removal(
    request: AnyRequest, db: Db, actor: Who, passkey_id: FromPath[uuid.UUID]
) -> Page:
    """Ask before a passkey is taken away."""
    passkey = await queries.get_passkey(db, me(actor), passkey_id)
    await require_some_factor(db, actor)
    return removal_page(
        request, f"the passkey “{passkey.name}”", f"{HOME}/passkeys/{passkey_id}/remove"
    )


@post("/passkeys/{passkey_id:uuid}/remove", opt=BEFORE_FACTOR)
async def remove_passkey(
    request: AnyRequest, db: Db, actor: Who, passkey_id: FromPath[uuid.UUID]
) -> Page:
    """Take a passkey away."""
    await queries.get_passkey(db, me(actor), passkey_id)
    await require_some_factor(db, actor)
    await commands.remove_passkey(db, actor, passkey_id=passkey_id)
    flash(request, "The passkey is removed.")
    return see_other(HOME)


async def require_factor_if_any(db: AsyncSession, actor: Actor) -> None:
    """Whoever has a second factor shows it again before another one is added."""
    if (await queries.count_factors(db, me(actor))).any:
        require_recent_factor(actor)


async def require_some_factor(db: AsyncSession, actor: Actor) -> None:
    """What makes sense only for somebody who has one, and has just shown it."""
    if not (await queries.count_factors(db, me(actor))).any:
        raise StepNeeded("no-factor", "Set up a second factor first.", path=HOME)
    require_recent_factor(actor)


async def app_page(
    request: AnyRequest,
    db: AsyncSession,
    actor: Actor,
    errors: tuple[FieldError, ...] = (),
) -> Page:
    """The secret as a picture and as letters, and the field for a code."""
    secret = in_base32(commands.begin_app(request, db, actor))
    account = await get_account(db, me(actor))
    issuer = "Crossbench" if request.app.state.settings.is_production else "Crossbench demo"
    query = urlencode({"secret": secret.replace(" ", ""), "issuer": issuer}, quote_via=quote)
    address = f"otpauth://totp/{quote(issuer)}:{quote(account.email)}?{query}"
    picture = segno.make(address, error="m", micro=False)
    width, outline = outline_of(picture.matrix)
    context = {"secret": secret, "width": width, "outline": outline, "address": address}
    return form_page(request, "factors/app.html", CodeForm, errors=errors, context=context)


async def passkey_page(
    request: AnyRequest,
    db: AsyncSession,
    actor: Actor,
    typed: dict[str, Any],
    errors: list[FieldError] | None = None,
) -> Page:
    """The form for a passkey with what the browser is asked."""
    account = await get_account(db, me(actor))
    asked = ask_to_make(
        relying_on(request),
        person_id=me(actor).bytes,
        email=account.email,
        name=account.name,
        known=await queries.list_passkeys(db, me(actor)),
    )
    commands.put_challenge(request, asked.challenge)
    return form_page(
        request,
        "factors/passkey.html",
        NewPasskeyForm,
        typed,
        errors=errors or (),
        context={"options": asked.options},
    )


def after_adding(request: AnyRequest, codes: list[str], said: str) -> Page:
    """Show the recovery codes of a first factor; else go on to where it was needed."""
    going = where_next(request)
    if codes:
        return codes_page(request, codes, going)
    flash(request, said)
    return see_other(HOME if going == "/dashboard" else going)


def codes_page(request: AnyRequest, codes: list[str], going: str) -> Page:
    """The codes, shown once."""
    context = {"codes": codes, "going": going}
    return render(request, "factors/codes.html", context, headers=PRIVATE)


def removal_page(request: AnyRequest, what: str, action: str) -> Page:
    """The question before something is taken away."""
    context = {"what": what, "action": action}
    return render(request, "factors/remove.html", context, headers=PRIVATE)


router = Router(
    path=HOME,
    route_handlers=[
        show_factors,
        show_app,
        add_app,
        show_passkey,
        add_passkey,
        show_new_codes,
        make_codes,
        show_app_removal,
        remove_app,
        show_passkey_removal,
        remove_passkey,
    ],
    include_in_schema=False,
)
