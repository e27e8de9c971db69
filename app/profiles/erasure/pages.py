"""Erasing one's own account: what goes and what stays, then the last question, then it is done."""

from typing import Any, Final

from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import BEFORE_FACTOR, PUBLIC, Actor
from app.core.errors import Refused, RuleBroken
from app.core.fields import FieldError
from app.core.form_pages import PRIVATE, bind_request, errors_of, form_page, see_other
from app.core.web import render
from app.organisations.account.pages import require_factor_if_any
from app.profiles.erasure import commands
from app.profiles.erasure.forms import EraseForm
from app.profiles.erasure.wording import GOES, STAYS

AnyRequest = Request[Any, Any, Any]
Db = NamedDependency[AsyncSession]
Who = NamedDependency[Actor]
Page = Response[Any]
CONFIRM_PAGE: Final = "profiles/erase_confirm.html"
NOT_YOURS: Final = FieldError(
    "email", "Enter the email address that you sign in with, as it stands on your account"
)


@get("/account/erase", opt=BEFORE_FACTOR)
async def show_erasure(request: AnyRequest, db: Db, actor: Who) -> Page:
    """What would go, what would stay and why; and what has to be done before, if anything."""
    context = {"goes": GOES, "stays": STAYS, "hindrance": await _hindrance(db, actor)}
    return render(request, "profiles/erase.html", context, headers=PRIVATE)


@get("/account/erase/confirm", opt=BEFORE_FACTOR)
async def show_confirmation(request: AnyRequest, db: Db, actor: Who) -> Page:
    """The last question."""
    if await _hindrance(db, actor):
        return see_other("/account/erase")
    await require_factor_if_any(db, actor)
    return form_page(request, CONFIRM_PAGE, EraseForm, context={"email": actor.email})


@post("/account/erase/confirm", opt=BEFORE_FACTOR)
async def erase(request: AnyRequest, db: Db, actor: Who) -> Page:
    """Erase the account and sign out everywhere."""
    await require_factor_if_any(db, actor)
    bound = await bind_request(request, EraseForm)
    errors = list(bound.errors)
    if bound.form is not None and bound.form.email != actor.email:
        errors = [NOT_YOURS]
    if bound.form is None or errors:
        return _asked_again(request, actor, bound.raw, errors)
    try:
        done = await commands.erase_own(db, actor)
    except RuleBroken as broken:
        return _asked_again(request, actor, bound.raw, errors_of(broken))
    store = request.app.stores.get("sessions")
    for key in done.store_keys:
        await store.delete(key)
    request.clear_session()
    return see_other("/erased")


@get("/erased", opt=PUBLIC)
async def show_erased(request: AnyRequest) -> Page:
    """Say that it is done, and once more what stays."""
    return render(request, "profiles/erased.html", {"stays": STAYS})


def _asked_again(
    request: AnyRequest, actor: Actor, raw: dict[str, Any], errors: list[FieldError]
) -> Page:
    context = {"email": actor.email}
    return form_page(request, CONFIRM_PAGE, EraseForm, raw, errors=errors, context=context)


async def _hindrance(db: AsyncSession, actor: Actor) -> str:
    """Why the account cannot be erased here yet; empty where it can."""
    try:
        await commands.require_erasable(db, actor)
    except (Refused, RuleBroken) as hindrance:
        return hindrance.message
    return ""


router = Router(
    path="/",
    route_handlers=[show_erasure, show_confirmation, erase, show_erased],
    include_in_schema=False,
)
