"""Calls that we make to addresses somebody gave us: public hosts only, quick, small, no redirects.

Security rule 31: https on port 443; the name is resolved once, every address it has must be public,
and the call goes to that address. Loopback is let through for tests and the demo by a setting.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable
from typing import Any, Final

import httpx2

from app.core.config import Settings

SECONDS: Final = 5.0
LARGEST_ANSWER: Final = 64_000
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
_SHARED: Final = ipaddress.ip_network("100.64.0.0/10")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[[str, int], Awaitable[list[str]]]


class CallRefused(Exception):
    """We do not call this address, or what it answers is not what we take."""


async def resolve(host: str, port: int) -> list[str]:
    """All addresses of a host's name."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise CallRefused("The host has no address.") from error
    return [str(entry[4][0]) for entry in found]


def is_public(text: str) -> bool:
    """Whether an address is one of the open internet, also behind an IPv6 cover.

    >>> is_public("93.184.215.14"), is_public("10.0.0.1"), is_public("::ffff:127.0.0.1")
    (True, False, False)
    >>> is_public("100.64.0.1"), is_public("64:ff9b::7f00:1"), is_public("fe80::1%eth0")
    (False, False, False)
    """
    try:
        address: Address = ipaddress.ip_address(text)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        if address.teredo is not None or address.is_site_local:
            return False
    elif address in _SHARED:
        return False
    return address.is_global and not address.is_multicast


class GuardedTransport(httpx2.AsyncBaseTransport):
    """Sends a request to the address that was checked, or raises CallRefused."""

    def __init__(self, *, allow_loopback: bool = False, resolver: Resolver = resolve) -> None:
        self._inner = httpx2.AsyncHTTPTransport(retries=0, trust_env=False)
        self._allow_loopback = allow_loopback
        self._resolve = resolver

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """The whole answer within the limits of time and size. Raises CallRefused."""
        try:
            async with asyncio.timeout(SECONDS):
                return await self._send(request)
        except TimeoutError:
            raise CallRefused("It took too long to answer.") from None
        except (httpx2.TransportError, OSError) as error:
            raise CallRefused("It could not be reached.") from error

    async def _send(self, request: httpx2.Request) -> httpx2.Response:
        host = request.url.host
        port = request.url.port or (443 if request.url.scheme == "https" else 80)
        addresses = await self._resolve(host, port)
        self._check(request.url, port, addresses)
        # The certificate is checked against the name, the connection goes to the address.
        request.headers["Accept-Encoding"] = "identity"
        request.extensions = {**request.extensions, "sni_hostname": host}
        request.url = request.url.copy_with(host=addresses[0])
        answer = await self._inner.handle_async_request(request)
        try:
            content = await self._read(answer)
        finally:
            await answer.aclose()
        return httpx2.Response(answer.status_code, headers=answer.headers, content=content)

    def _check(self, url: httpx2.URL, port: int, addresses: list[str]) -> None:
        if self._allow_loopback and addresses and all(map(_is_loopback, addresses)):
            return
        if url.scheme != "https" or port != 443 or url.userinfo:
            raise CallRefused("Only https addresses on the usual port are called.")
        if not addresses or not all(map(is_public, addresses)):
            raise CallRefused("Only public addresses are called.")

    async def _read(self, answer: httpx2.Response) -> bytes:
        if answer.headers.get("content-encoding", "identity") != "identity":
            raise CallRefused("The answer is packed, and we asked for it as it is.")
        parts, size = [], 0
        async for part in answer.aiter_raw():
            size += len(part)
            if size > LARGEST_ANSWER:
                raise CallRefused("The answer is too large.")
            parts.append(part)
        return b"".join(parts)

    async def aclose(self) -> None:
        """Close what is open."""
        await self._inner.aclose()


def _is_loopback(text: str) -> bool:
    return ipaddress.ip_address(text.partition("%")[0]).is_loopback


def outgoing(settings: Settings) -> dict[str, Any]:
    """What every client for outgoing calls is made with."""
    return {
        "transport": GuardedTransport(allow_loopback=settings.outgoing_loopback),
        "follow_redirects": False,
        "trust_env": False,
    }
