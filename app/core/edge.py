"""The outermost layer: what holds for every answer, whatever answered, errors included."""

import asyncio
import gzip
import ipaddress
import secrets
import time
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final, cast

from litestar import Litestar, Request
from litestar.exceptions import HTTPException
from litestar.types import HTTPScope, Message, Receive, Scope, Send

from app.core.accept import takes_encoding
from app.core.actor import PERSON_SESSION
from app.core.config import Network, Settings
from app.core.errors import Busy
from app.core.log import log_access
from app.core.problems import handle_exception

LARGEST_BODY: Final = 1_000_000
SLOWEST_BODY_SECONDS: Final = 20.0
LONGEST_WAIT_SECONDS: Final = 10.0
LONGEST_QUEUE: Final = 200
UNGATED: Final = ("/static/", "/health/live")

_COMPRESSIBLE: Final = (
    b"text/",
    b"application/json",
    b"application/problem+json",
    b"application/javascript",
    b"image/svg+xml",
)
_FIXED_HEADERS: Final = {
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_FIXED_PAIRS: Final = tuple((k.lower().encode(), v.encode()) for k, v in _FIXED_HEADERS.items())
_OURS: Final = frozenset({b"content-security-policy", b"x-request-id"})


def content_security_policy(nonce: str) -> str:
    """Nothing by default; our own files, and the one inline script that carries the nonce."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' 'nonce-{nonce}'",
            "style-src 'self'",
            "img-src 'self'",
            "font-src 'self'",
            "connect-src 'self'",
            "manifest-src 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "object-src 'none'",
        )
    )


_POLICY: Final = content_security_policy("%").encode()


def _policy(nonce: str) -> bytes:
    """The same for each request, put together once."""
    return _POLICY.replace(b"%", nonce.encode())


def security_headers(nonce: str) -> dict[str, str]:
    """What every answer carries, whatever made it."""
    return {**_FIXED_HEADERS, "Content-Security-Policy": content_security_policy(nonce)}


class Gate:
    """Let in as many requests as there are database connections, first come first served.

    Neither connection pool hands out connections in order, so without this a few people wait
    for seconds while others are served at once. Beyond the limits of the queue: Busy.
    """

    def __init__(self, width: int, *, queue: int = LONGEST_QUEUE) -> None:
        self._free = asyncio.Semaphore(width)
        self._waiting = 0
        self._queue = queue

    async def enter(self, *, seconds: float = LONGEST_WAIT_SECONDS) -> None:
        """Wait for a place. Raises Busy when too many wait already or it takes too long."""
        if not self._free.locked():
            await self._free.acquire()
            return
        if self._waiting >= self._queue:
            raise _busy()
        self._waiting += 1
        try:
            async with asyncio.timeout(seconds):
                await self._free.acquire()
        except TimeoutError:
            raise _busy() from None
        finally:
            self._waiting -= 1

    def leave(self) -> None:
        """Give the place to the one who has waited longest."""
        self._free.release()


def _busy() -> Busy:
    return Busy("busy", "The service is busy. Try again in a few seconds.", retry_after=5)


class Application(Litestar):
    """The framework's application inside our edge."""

    gate: Gate
    # Addresses that take files larger than LARGEST_BODY, and how large, in bytes.
    larger_bodies: Mapping[str, int] = MappingProxyType({})

    async def __call__(self, scope: Scope | Any, receive: Receive | Any, send: Send | Any) -> None:
        """Answer a request; other kinds of scope go straight to the framework."""
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        # A copy: the server reads its own to tell HEAD from GET.
        http = cast("HTTPScope", dict(scope))
        exchange = Exchange(self, http, send)
        try:
            await self._answer(http, receive, exchange)
        finally:
            exchange.close()

    async def _answer(self, scope: HTTPScope, receive: Receive, exchange: "Exchange") -> None:
        try:
            if "\x00" in scope["path"]:
                raise HTTPException(status_code=404)  # the database could not even look for it
            largest = self.larger_bodies.get(scope["path"], LARGEST_BODY)
            body = await _read_body(scope, receive, largest)
            if not scope["path"].startswith(UNGATED):
                await self.gate.enter()
                exchange.holds_place = True
        except (HTTPException, Busy) as error:
            scope["litestar_app"] = self
            request: Request[Any, Any, Any] = Request(scope, receive, exchange.send)
            response = handle_exception(request, error)
            answer = response.to_asgi_response(app=None, request=request)
            await answer(scope, receive, exchange.send)
            return
        await super().__call__(scope, _replay(body, receive), exchange.send)


class Exchange:
    """One request and its answer: headers, compression, HEAD, and the line in the log."""

    def __init__(self, app: Application, scope: HTTPScope, send: Send) -> None:
        settings: Settings = app.state.settings
        self._app = app
        self._scope = scope
        self._send = send
        self._began = time.perf_counter()
        self._start: Message | None = None
        self._status = 0
        self._method = scope["method"]
        self._path = scope["path"]
        self.holds_place = False
        own: dict[str, Any] = scope  # type: ignore[assignment]
        own["crossbench.nonce"] = self._nonce = secrets.token_urlsafe(16)
        own["crossbench.reference"] = self._reference = secrets.token_hex(5)
        if self._method == "HEAD":
            scope["method"] = "GET"
        trust_proxy(scope, settings.trusted_proxies)

    async def send(self, message: Message) -> None:
        """Pass a message on; the start waits for the first part of the body."""
        if message["type"] == "http.response.start":
            self._start = message
            self._status = message["status"]
            self._release()
            return
        if message["type"] == "http.response.body" and self._start is not None:
            message = await self._send_start(message)
        if self._method == "HEAD" and message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await self._send(message)

    async def _send_start(self, message: Any) -> Any:
        start: Any = self._start
        self._start = None
        headers: list[tuple[bytes, bytes]] = [
            (name.lower(), value) for name, value in start["headers"] if name.lower() not in _OURS
        ]
        given = {name for name, _ in headers}
        headers += [pair for pair in _FIXED_PAIRS if pair[0] not in given]
        headers.append((b"content-security-policy", _policy(self._nonce)))
        headers.append((b"x-request-id", self._reference.encode()))
        session = self._scope.get("session")
        if isinstance(session, dict) and PERSON_SESSION in session:
            _put(headers, b"cache-control", b"no-store")
        elif b"cache-control" not in given:
            headers.append((b"cache-control", b"private, no-cache"))
        if not message.get("more_body"):
            message = {**message, "body": self._compressed(headers, message.get("body", b""))}
        start["headers"] = headers
        await self._send(start)
        return message

    def _compressed(self, headers: list[tuple[bytes, bytes]], body: bytes) -> bytes:
        given = dict(headers)
        kind = given.get(b"content-type", b"")
        if not kind.startswith(_COMPRESSIBLE) or b"content-encoding" in given:
            return body
        vary = [value for name, value in headers if name == b"vary"]
        _put(headers, b"vary", b", ".join([*vary, b"Accept-Encoding"]))
        if len(body) < 500:
            return body
        accepted = _header(self._scope, b"accept-encoding")
        if not takes_encoding(accepted, "gzip"):
            return body
        body = gzip.compress(body, compresslevel=6, mtime=0)
        _put(headers, b"content-encoding", b"gzip")
        _put(headers, b"content-length", b"%d" % len(body))
        return body

    def _release(self) -> None:
        """By the first byte the transaction is over: slow readers must not hold a place."""
        if self.holds_place:
            self.holds_place = False
            self._app.gate.leave()

    def close(self) -> None:
        """Whatever happened, give the place back and write the line."""
        self._release()
        log_access(
            method=self._method,
            path=self._path,
            status=self._status,
            seconds=time.perf_counter() - self._began,
            reference=self._reference,
            secret_paths=self._app.state.secret_paths,
        )


def trust_proxy(scope: HTTPScope, trusted: tuple[Network, ...]) -> None:
    """Take the person's address and scheme from the proxies we are told to trust, only from them.

    The header is read from the right: the first address that is not a proxy of ours is the
    person's; what stands further left anybody may have written.
    """
    peer = (scope.get("client") or ("", 0))[0]
    if not trusted or not _is_within(peer, trusted):
        return
    for part in reversed(_header(scope, b"x-forwarded-for").split(",")):
        address = part.strip()
        if not _is_address(address):
            break
        peer = address
        if not _is_within(address, trusted):
            break
    scope["client"] = (peer, 0)
    if _header(scope, b"x-forwarded-proto").strip() == "https":
        scope["scheme"] = "https"


@lru_cache(maxsize=4_000)
def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=4_000)
def _is_within(address: str, networks: tuple[Network, ...]) -> bool:
    return _is_address(address) and any(ipaddress.ip_address(address) in n for n in networks)


def _header(scope: HTTPScope, name: bytes) -> str:
    """The value of a request's header; of one that came several times, all, with commas."""
    return ",".join(value.decode("latin-1") for key, value in scope["headers"] if key == name)


def _put(headers: list[tuple[bytes, bytes]], name: bytes, value: bytes) -> None:
    """Give an answer's header this value alone."""
    headers[:] = [pair for pair in headers if pair[0] != name]
    headers.append((name, value))


async def _read_body(scope: HTTPScope, receive: Receive, largest: int) -> bytes:
    """The whole body, read before a place is taken so that slow senders hold none.

    Raises HTTPException 413 or 408.
    """
    declared = _header(scope, b"content-length")
    if declared and (not declared.isdigit() or int(declared) > largest):
        raise HTTPException(status_code=413)
    if not declared and not _header(scope, b"transfer-encoding"):
        return b""  # HTTP/1.1: a request that names no length has no body (RFC 9112, 6.3)
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(SLOWEST_BODY_SECONDS):
            while True:
                message = await receive()
                if message["type"] != "http.request":
                    break
                parts.append(message["body"])
                size += len(message["body"])
                if size > largest:
                    raise HTTPException(status_code=413)
                if not message.get("more_body"):
                    break
    except TimeoutError:
        raise HTTPException(status_code=408) from None
    return b"".join(parts)


def _replay(body: bytes, receive: Receive) -> Receive:
    """A receive that gives the body once and then waits for the connection to end."""
    given = False

    async def replayed() -> Any:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replayed
