"""Pages: the Jinja environment, and rendering with what every template may use."""

import os
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import jinja2
from litestar import Request, Response
from litestar.enums import MediaType
from markupsafe import Markup

from app.core import words
from app.core.actor import ACTOR_SCOPE, person_session_id
from app.core.assets import asset
from app.core.config import ROOT, Settings
from app.core.csrf import CsrfInput
from app.core.sessions import ends_in

TEMPLATES: Final = ROOT / "templates"
_FLASH: Final = "flash"
_PLACES: Final = (
    ("Home", "/"),
    ("Posts", "/opportunities"),
    ("Organisations", "/organisations"),
    ("Roles and skills", "/roles"),
    ("Cost calculator", "/calculator"),
)
# The last item: for whoever is signed in, and for a visitor.
_LAST_PLACES: Final = (("Dashboard", "/dashboard"), ("Sign in", "/sign-in"))
_ADDRESSES: Final = frozenset(href for _, href in (*_PLACES, *_LAST_PLACES))

AnyRequest = Request[Any, Any, Any]


def make_environment(settings: Settings) -> jinja2.Environment:
    """Templates of ours and of GOV.UK Frontend, escaped always, compiled once for all starts."""
    environment = jinja2.Environment(
        autoescape=True,
        undefined=jinja2.ChainableUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=jinja2.ChoiceLoader(
            [
                jinja2.FileSystemLoader(TEMPLATES),
                jinja2.PrefixLoader(
                    {"govuk_frontend_jinja": jinja2.PackageLoader("govuk_frontend_jinja")}
                ),
            ]
        ),
        bytecode_cache=_bytecode_cache(settings.var),
        auto_reload=not settings.is_production,
    )
    environment.globals["asset"] = asset
    environment.globals["navigation"] = _navigation(environment)
    environment.globals["is_demo_mode"] = not settings.is_production
    environment.filters.update(
        day=words.day_in_words,
        moment=words.moment_in_words,
        number=words.number,
        percent=words.percent,
        pounds=words.pounds,
    )
    return environment


def _navigation(environment: jinja2.Environment) -> Callable[[object, object, object], Markup]:
    """What draws the navigation of the layout: one of a few dozen, so each is drawn once.

    An item is where the page is, or what the page stands below, or the `place` that a page below
    another address says it belongs to.
    """

    @lru_cache(maxsize=256)
    def draw(here: str, is_there: bool, place: str, is_signed_in: bool) -> Markup:
        items = []
        for text, href in (*_PLACES, _LAST_PLACES[0 if is_signed_in else 1]):
            current = "page" if is_there and href == here else ""
            items.append((text, href, current or ("true" if href in {here, place} else "")))
        template = environment.get_template("layouts/navigation.html")
        return Markup(template.render(items=items))  # noqa: S704 (escaped by the template)

    def navigation(current_path: object, place: object, is_signed_in: object) -> Markup:
        path = current_path if isinstance(current_path, str) else ""
        here = f"/{path[1:].partition('/')[0]}"
        belongs = place if isinstance(place, str) and place in _ADDRESSES else ""
        return draw(here if here in _ADDRESSES else "", here == path, belongs, bool(is_signed_in))

    return navigation


def _bytecode_cache(var: Path) -> jinja2.BytecodeCache | None:
    """Compiled templates are code: kept in a folder only we may write, else not at all."""
    folder = var / "templates"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return None
    state = folder.stat()
    if state.st_uid != os.geteuid() or state.st_mode & 0o022:
        return None
    return jinja2.FileSystemBytecodeCache(str(folder))


def render(
    request: AnyRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response[str]:
    """A page. It is drawn at once, so whatever fails in a template fails before the commit.

    Templates may use `csp_nonce` (and `cspNonce`, GOV.UK's name for it), `csrf_input`, `flash`,
    `current_path`, `request`, and `is_signed_in` (what the browser's session says; no right).
    For somebody signed in also `actor` (where the handler asked who it is), `sign_out_input` and
    `session_ends`. What they see, and any page with a form, is kept by no cache: Back must not
    bring a key that was used already.
    """
    environment: jinja2.Environment = request.app.state.templates
    nonce = request.scope.get("crossbench.nonce", "")
    csrf_input = CsrfInput(request)
    is_signed_in = person_session_id(request) is not None
    text = environment.get_template(template).render(
        {
            "csp_nonce": nonce,
            "cspNonce": nonce,
            "csrf_input": csrf_input,
            "current_path": request.scope["path"],
            "flash": _take_flash(request),
            "is_signed_in": is_signed_in,
            "request": request,
            **(_of_sign_in(request) if is_signed_in else {}),
            **(context or {}),
        }
    )
    is_private = is_signed_in or csrf_input.is_printed
    sent = {**({"Cache-Control": "no-store"} if is_private else {}), **(headers or {})}
    return Response(text, media_type=MediaType.HTML, status_code=status, headers=sent)


def _of_sign_in(request: AnyRequest) -> dict[str, Any]:
    idle, longest = ends_in(request)
    return {
        "actor": request.scope.get(ACTOR_SCOPE),
        "sign_out_input": CsrfInput(request, by_session=True),
        "session_ends": {"idle": idle, "longest": longest},
    }


def flash(request: AnyRequest, message: str) -> None:
    """Say something on the next page the person sees."""
    request.session.setdefault(_FLASH, []).append(message)


def _take_flash(request: AnyRequest) -> list[str]:
    session = request.scope.get("session")
    if not isinstance(session, dict):
        return []
    messages: list[str] = session.pop(_FLASH, [])
    return messages
