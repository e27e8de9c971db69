"""Pages that ask for a second factor, after signing in and again before grave things."""

from collections.abc import Awaitable
from typing import Any, Final

from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import BEFORE_FACTOR, FACTOR_PAGE, Actor, me
from app.core.errors import RuleBroken
from app.core.fields import FieldError
from app.core.form_pages import bind_request, form_page, see_other
from app.core.limits import Limit, insist
from app.core.paths import own_path
from app.core.web import render
from app.organisations.factors import commands, queries
from app.organisations.factors.forms import CodeForm, PasskeyForm, RecoveryForm
from app.organisations.factors.webauthn import ask_to_show, relying_on

AnyRequest = Request[Any, Any, Any]
Page = Response[Any]
Db = NamedDependency[AsyncSession]
Who = NamedDependency[Actor]

# Three codes fit at any time, out of a million: thirty tries a day find one in thirty years.
TRIES: Final = Limit("second-factor", 5, 300)
TRIES_A_DAY: Final = Limit("second-factor-day", 30, 86_400)
# Where the browser's session keeps the page to go on to.
NEXT: Final = "factor_next"
RECOVERY_PAGE: Final = "/sign-in/recovery-code"


@get(FACTOR_PAGE, opt=BEFORE_FACTOR)
async def show_second_factor(request: AnyRequest, db: Db, actor: Who) -> Page:
    """Ask for a factor, or say that one has to be set up."""
    if "next" in request.query_params:
        request.session[NEXT] = own_path(request.query_params["next"])
    return await ask_page(request, db, actor)


@post(FACTOR_PAGE, opt=BEFORE_FACTOR)
async def give_code(request: AnyRequest, db: Db, actor: Who) -> Page:
    """Take the code of an authenticator app."""
    bound = await bind_request(request, CodeForm)
    errors = list(bound.errors)
    if bound.form is not None:
        giving = commands.give_code(request, db, actor, code=bound.form.code)
        errors = await tried(request, db, actor, giving, how="authenticator_app", field="code")
        if not errors:
            return see_other(where_next(request))
    return await ask_page(request, db, actor, errors=errors)


@post("/sign-in/passkey", opt=BEFORE_FACTOR)
async def give_passkey(request: AnyRequest, db: Db, actor: Who) -> Page:
    """Take the answer of a passkey."""
    bound = await bind_request(request, PasskeyForm)
    errors = [FieldError("", error.message) for error in bound.errors]
    if bound.form is not None:
        giving = commands.give_passkey(
            request, db, actor, relying=relying_on(request), answer=bound.form.credential
        )
        errors = await tried(request, db, actor, giving, how="passkey", field="")
        if not errors:
            return see_other(where_next(request))
    return await ask_page(request, db, actor, errors=errors)


@get(RECOVERY_PAGE, opt=BEFORE_FACTOR)
async def show_recovery(request: AnyRequest, actor: Who) -> Page:
    """Ask for one of the codes that were written down."""
    context = {"actor": actor}
    return form_page(request, "factors/recovery.html", RecoveryForm, context=context)


@post(RECOVERY_PAGE, opt=BEFORE_FACTOR)
async def give_recovery_code(request: AnyRequest, db: Db, actor: Who) -> Page:
    """Take a recovery code, once."""
    bound = await bind_request(request, RecoveryForm)
    errors = list(bound.errors)
    if bound.form is not None:
        giving = commands.give_recovery_code(request, db, actor, code=bound.form.code)
        errors = await tried(request, db, actor, giving, how="recovery_code", field="code")
        if not errors:
            return see_other(where_next(request))
    return form_page(request, "factors/recovery.html", RecoveryForm, errors=errors)


async def tried(
    request: AnyRequest,
    db: AsyncSession,
    actor: Actor,
    giving: Awaitable[None],
    *,
    how: str,
    field: str,
) -> list[FieldError]:
    """Count the try, then give the factor; what is wrong with it stands beside the field."""
    who = str(me(actor))
    try:
        await insist(request, (TRIES, who), (TRIES_A_DAY, who))
        await giving
    except RuleBroken as broken:
        await commands.refused(db, actor, how)
        return [FieldError(field, broken.message)]
    finally:
        # A coroutine that the limit kept from running is closed, so that nothing warns of it.
        getattr(giving, "close", lambda: None)()
    return []


def where_next(request: AnyRequest) -> str:
    """The page that the factor was asked for; the dashboard if it was for none."""
    kept = request.session.pop(NEXT, "")
    return own_path(kept if isinstance(kept, str) else "") or "/dashboard"


async def ask_page(
    request: AnyRequest, db: AsyncSession, actor: Actor, errors: list[FieldError] | None = None
) -> Page:
    """The ways that the person has, or the ways there are if they have none yet."""
    count = await queries.count_factors(db, me(actor))
    if not count.any:
        return render(request, "factors/needed.html", {"actor": actor})
    options = ""
    if count.passkeys:
        known = await queries.list_passkeys(db, me(actor))
        asked = ask_to_show(relying_on(request), known)
        commands.put_challenge(request, asked.challenge)
        options = asked.options
    return form_page(
        request,
        "factors/ask.html",
        CodeForm,
        errors=errors or (),
        context={"count": count, "options": options, "is_again": actor.second_factor_at},
    )


router = Router(
    path="/",
    route_handlers=[show_second_factor, give_code, give_passkey, show_recovery, give_recovery_code],
    include_in_schema=False,
)
