"""Pages of signing in by an emailed link, and of signing out."""

import secrets
from typing import Any, Final

from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import PUBLIC, Actor
from app.core.fields import FieldError
from app.core.form_pages import PRIVATE, bind_request, form_page, see_other
from app.core.limits import Limit, insist, network_of
from app.core.paths import own_path
from app.core.web import render
from app.organisations.links import sha256
from app.organisations.providers.queries import find_own_way
from app.organisations.sign_in import commands, queries
from app.organisations.sign_in.domain import LINK_LIVES, LinkUse
from app.organisations.sign_in.forms import ConfirmAddressForm, SignInForm, UseLinkForm

AnyRequest = Request[Any, Any, Any]
Page = Response[Any]

AFTER_SIGN_IN: Final = "/dashboard"
# Whole councils come from one address at nine in the morning; a mailbox is one person's.
PER_NETWORK: Final = Limit("sign-in-network", 200, 600)
PER_ACCOUNT: Final = Limit("sign-in-account", 5, 600)
OVERALL: Final = Limit("sign-in", 2000, 600)
LINKS_PER_NETWORK: Final = Limit("sign-in-link", 300, 600)

# What the browser's session holds of a sign-in on its way.
ASKED: Final = "sign_in_asked"
WRONG_ADDRESS = "This is not the address that we sent the link to. Check it and try again"


@get("/sign-in", opt=PUBLIC)
async def show_sign_in(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """Ask for the address. Whoever is signed in already goes on."""
    next_path = own_path(request.query_params.get("next", ""))
    if actor.is_signed_in:
        return see_other(next_path or AFTER_SIGN_IN)
    asked = asked_of(request)
    raw = {"next": next_path, "email": asked.get("email", "")}
    return form_page(request, "sign_in/sign_in.html", SignInForm, raw)


@post("/sign-in", opt=PUBLIC)
async def ask_for_link(request: AnyRequest, db: NamedDependency[AsyncSession]) -> Page:
    """Mail a link, and say so in the same words whoever has the address."""
    bound = await bind_request(request, SignInForm)
    if bound.form is None:
        return form_page(
            request, "sign_in/sign_in.html", SignInForm, bound.raw, errors=bound.errors
        )
    email, next_path = bound.form.email, own_path(bound.form.next)
    await insist(request, (PER_NETWORK, network_of(request)), (PER_ACCOUNT, email), (OVERALL, ""))
    browser = asked_of(request).get("browser") or secrets.token_hex(32)
    request.session[ASKED] = {"browser": browser, "email": email, "next": next_path}
    own_way = None if bound.form.by_link else await find_own_way(db, email)
    if own_way is not None:
        return see_other(f"/sign-in/with/{own_way}")
    await commands.ask_for_link(request, db, email=email, browser=browser, next_path=next_path)
    return see_other("/sign-in/check-your-email")


@get("/sign-in/check-your-email", opt=PUBLIC)
async def show_check_your_email(request: AnyRequest) -> Page:
    """Say where the mail went and what to do if none comes."""
    asked = asked_of(request)
    if not asked:
        return see_other("/sign-in")
    return render(
        request,
        "sign_in/check_your_email.html",
        {"email": asked["email"], "next": asked["next"], "minutes": minutes()},
        headers=PRIVATE,
    )


@get("/sign-in/link/{token:str}", opt=PUBLIC)
async def show_link(
    request: AnyRequest, db: NamedDependency[AsyncSession], token: FromPath[str]
) -> Page:
    """A page with a button: opening it uses nothing up, so that scanners of mail cannot."""
    await insist(request, (LINKS_PER_NETWORK, network_of(request)))
    link = await queries.find_link(db, sha256(token))
    if link is None:
        return show_gone(request)
    is_same = link.browser_sha256 == sha256(asked_of(request).get("browser", ""))
    return link_page(request, token, is_same=is_same)


@post("/sign-in/link/{token:str}", opt=PUBLIC)
async def use_link(
    request: AnyRequest, db: NamedDependency[AsyncSession], token: FromPath[str]
) -> Page:
    """Use the link up and sign in; a browser that did not ask for it confirms the address."""
    await insist(request, (LINKS_PER_NETWORK, network_of(request)))
    sent = await request.form()
    form = ConfirmAddressForm if "email" in sent else UseLinkForm
    bound = await bind_request(request, form)
    if bound.form is None:
        return link_page(request, token, is_same=False, raw=bound.raw, errors=bound.errors)
    email = bound.form.email if isinstance(bound.form, ConfirmAddressForm) else None
    browser = asked_of(request).get("browser", "")
    came, next_path = await commands.sign_in_by_link(
        request, db, token=token, browser=browser, email=email
    )
    if came is LinkUse.DONE:
        return see_other(next_path or AFTER_SIGN_IN)
    if came is LinkUse.GONE:
        return show_gone(request)
    wrong = (FieldError("email", WRONG_ADDRESS),) if came is LinkUse.WRONG_ADDRESS else ()
    return link_page(request, token, is_same=False, raw=bound.raw, errors=wrong)


@post("/sign-out", opt=PUBLIC)
async def sign_out(request: AnyRequest, db: NamedDependency[AsyncSession]) -> Page:
    """End the sign-in of this browser."""
    await commands.sign_out(request, db)
    return see_other("/signed-out")


@get("/signed-out", opt=PUBLIC)
async def show_signed_out(request: AnyRequest) -> Page:
    """Say that nobody is signed in with this browser any more."""
    return render(request, "sign_in/signed_out.html")


def asked_of(request: AnyRequest) -> dict[str, str]:
    """What this browser asked for last: address, where to go, and its own secret."""
    asked = request.session.get(ASKED)
    return asked if isinstance(asked, dict) else {}


def minutes() -> int:
    """How long a link lives."""
    return int(LINK_LIVES.total_seconds()) // 60


def link_page(request: AnyRequest, token: str, *, is_same: bool, **shown: Any) -> Page:
    """The page behind a link: a button, and for another browser the question which address."""
    form = UseLinkForm if is_same else ConfirmAddressForm
    context = {"token": token, "is_same": is_same}
    return form_page(request, "sign_in/link.html", form, context=context, **shown)


def show_gone(request: AnyRequest) -> Page:
    """The same for a link that was used, is too old, or never was."""
    return render(request, "sign_in/link_gone.html", {"minutes": minutes()}, 404, PRIVATE)


router = Router(
    path="/",
    route_handlers=[
        show_sign_in,
        ask_for_link,
        show_check_your_email,
        show_link,
        use_link,
        sign_out,
        show_signed_out,
    ],
    include_in_schema=False,
)
