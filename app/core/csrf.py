"""Proof that a POST comes from a page of ours: a token bound to its session, and its origin."""

import hashlib
import hmac
import secrets
from typing import Any, Final
from urllib.parse import urlsplit

from litestar import Request
from litestar.types import ASGIApp, Receive, Scope, Send
from markupsafe import Markup
from redis.exceptions import RedisError

from app.core.db import SAFE_METHODS
from app.core.errors import Busy, Refused, RuleBroken
from app.core.sessions import need_session_id

FIELD: Final = "_csrf_token"
ONCE_FIELD: Final = "_once"
HEADER: Final = "x-csrftoken"
STOPPED: Final = frozenset({"cross-site", "form-out-of-date"})
"""The codes of what this refuses."""
EXEMPT: Final[dict[str, Any]] = {"csrf_exempt": True}

AnyRequest = Request[Any, Any, Any]


class CsrfMiddleware:
    """Refuse a changing request that does not carry both proofs, before its handler is called.

    Handlers for programs, which have no session, are exempt by `opt={**PUBLIC, **EXEMPT}`; the
    test of routes lists them.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check and pass on. Raises Refused."""
        request: AnyRequest = Request(scope, receive, send)
        if request.method not in SAFE_METHODS and not is_for_programs(request):
            await check(request)
        await self.app(scope, receive, send)


class CsrfInput:
    """The hidden fields of a form: its token, and a key that makes it count once only.

    They are made when a template prints them, so that a page without a form starts no session.
    `is_printed` says whether this page has a form. With `by_session` the form may stand on any
    page and be sent to an address below no secret link, such as the one that signs out.
    """

    def __init__(self, request: AnyRequest, *, by_session: bool = False) -> None:
        self._request = request
        self._by_session = by_session
        self.is_printed = False

    def __html__(self) -> Markup:
        self.is_printed = True
        hidden = Markup('<input type="hidden" name="{}" value="{}">')
        token = make_token(self._request, by_session=self._by_session)
        return hidden.format(FIELD, token) + hidden.format(ONCE_FIELD, secrets.token_urlsafe(32))

    def __str__(self) -> str:
        return str(self.__html__())

    __call__ = __html__


def is_for_programs(request: AnyRequest) -> bool:
    """Whether this handler answers programs, which have no session and no form."""
    return bool(request.route_handler.opt.get("csrf_exempt"))


def is_form(request: AnyRequest) -> bool:
    """Whether the body is what a form sends."""
    kind = request.headers.get("content-type", "")
    return kind.startswith(("application/x-www-form-urlencoded", "multipart/form-data"))


def make_token(request: AnyRequest, *, by_session: bool = False) -> str:
    """A token for forms of this page."""
    subject = _session_subject(request) if by_session else need_subject(request)
    return token_for(request.app.state.settings.secret_key, subject)


def token_for(secret_key: str, subject: str) -> str:
    """A token of a subject. Each is different, so compression gives none of it away."""
    salt = secrets.token_hex(16)
    return f"{salt}.{_mac(secret_key, salt, subject)}"


async def check(request: AnyRequest) -> None:
    """Raise Refused unless the request is from our origin and carries this subject's token."""
    if not _is_same_origin(request):
        raise Refused("cross-site", "This request came from another website, so we stopped it.")
    salt, _, mac = (await _given_token(request)).partition(".")
    wanted = _mac(request.app.state.settings.secret_key, salt, need_subject(request))
    if not hmac.compare_digest(mac.encode(), wanted.encode()):
        await _refuse_if_store_is_away(request)
        raise Refused(
            "form-out-of-date",
            "The page you came from is out of date. Go back, reload it and send it again.",
        )


async def _refuse_if_store_is_away(request: AnyRequest) -> None:
    """Raise Busy where no session can be kept: reloading the page would not help."""
    try:
        await request.app.state.redis.ping()
    except RedisError as error:
        message = "A part of the service is away, so we cannot take this. Try again in a minute."
        raise Busy("store-away", message, retry_after=30) from error


def need_subject(request: AnyRequest) -> str:
    """Whom the token belongs to: the holder of the secret link in the path, else the session.

    Pages reached by a secret link must keep working when the session has ended, so that nothing
    typed is lost; whoever can read the link's page may use it in any case.
    """
    for prefix in request.app.state.secret_paths:
        if request.scope["path"].startswith(prefix):
            return f"{prefix}{request.scope['path'][len(prefix) :].partition('/')[0]}"
    return _session_subject(request)


def _session_subject(request: AnyRequest) -> str:
    return f"session:{need_session_id(request)}"


async def _given_token(request: AnyRequest) -> str:
    if token := request.headers.get(HEADER):
        return token
    if not is_form(request):
        return ""
    try:
        value = (await request.form()).get(FIELD, "")
    except (LookupError, ValueError) as error:
        raise RuleBroken("form-unreadable", "We could not read the form. Send it again.") from error
    return value if isinstance(value, str) else ""


def _is_same_origin(request: AnyRequest) -> bool:
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    try:
        origin = urlsplit(request.headers.get("origin", ""))
    except ValueError:
        return False
    if not origin.netloc:
        return False
    ours = urlsplit(request.app.state.settings.public_url)
    if ours.netloc and (origin.scheme, origin.netloc) == (ours.scheme, ours.netloc):
        return True
    host = request.headers.get("host", "")
    return (origin.scheme, origin.netloc) == (request.scope.get("scheme", "http"), host)


def _mac(secret_key: str, salt: str, subject: str) -> str:
    return hmac.new(
        secret_key.encode(), f"csrf:{salt}:{subject}".encode(), hashlib.sha256
    ).hexdigest()
