"""How often one address may ask: counted in one step in the store, so that a crowd of requests at
once lets exactly the limit through.
"""

import hashlib
import hmac
import ipaddress
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler
from redis.asyncio import Redis
from redis.exceptions import RedisError

from app.core.errors import Busy, TooMany

# Counts one more, starts the clock with the first, answers with the count and milliseconds left.
_COUNT: Final = """
local count = redis.call('INCR', KEYS[1])
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
    redis.call('PEXPIRE', KEYS[1], ARGV[1])
    left = tonumber(ARGV[1])
end
return {count, left}
"""
_log = logging.getLogger(__name__)

Connection = ASGIConnection[Any, Any, Any, Any]
Guard = Callable[[Connection, BaseRouteHandler], Awaitable[None]]


@dataclass(frozen=True)
class Limit:
    """`times` in `seconds` for one address on the routes that share `name`."""

    name: str
    times: int
    seconds: int = 60


async def spend(redis: Redis, limit: Limit, who: str) -> None:
    """Count one request of `who`. Raises TooMany, which says when to come back."""
    key = f"crossbench:limit:{limit.name}:{who}"
    count, left = await redis.eval(_COUNT, 1, key, str(limit.seconds * 1000))  # type: ignore[misc]
    if count > limit.times:
        wait = max(1, -(-left // 1000))
        raise TooMany(
            "too-many-requests",
            f"You can do this {limit.times} times in {in_words(limit.seconds)}. "
            f"Try again in {in_words(wait)}.",
            retry_after=wait,
        )


def in_words(seconds: int) -> str:
    """A length of time as one says it; minutes and hours are rounded up.

    >>> in_words(60), in_words(61), in_words(600), in_words(86_400)
    ('60 seconds', '2 minutes', '10 minutes', '24 hours')
    """
    if seconds <= 60:
        return "1 second" if seconds == 1 else f"{seconds} seconds"
    if seconds <= 5400:
        return f"{-(-seconds // 60)} minutes"
    return f"{-(-seconds // 3600)} hours"


async def insist(connection: Connection, *spends: tuple[Limit, str]) -> None:
    """Count a request against several limits, each with whose it is: "" for everybody together.

    For what must not be done uncounted, such as guessing a code. Raises TooMany, and Busy where the
    store is away. The store sees keyed hashes, neither addresses nor names.
    """
    state = connection.app.state
    try:
        for limit, who in spends:
            await spend(state.redis, limit, _hashed(connection, who))
    except RedisError as error:
        _log.warning("limits cannot be counted: %s", type(error).__name__)
        raise Busy(
            "store-away",
            "A part of the service is away, so we cannot take this. Try again in a minute.",
            retry_after=30,
        ) from error


def network_of(connection: Connection) -> str:
    """The address that a request comes from, as limits count it."""
    return _network(connection.client.host if connection.client else "")


def _hashed(connection: Connection, who: str) -> str:
    key: str = connection.app.state.settings.secret_key
    return hmac.new(key.encode(), who.encode(), hashlib.sha256).hexdigest()


async def count(connection: Connection, limit: Limit) -> None:
    """Count a request of its address. Raises TooMany.

    Where the store is away it lets everybody through: calculations change nothing of others.
    """
    who = _hashed(connection, network_of(connection))
    try:
        await spend(connection.app.state.redis, limit, who)
    except RedisError as error:
        _log.warning("limits are not counted: %s", type(error).__name__)


def limited(limit: Limit) -> Guard:
    """`count` as a guard for handlers: `guards=[limited(Limit("cost-splits", 120))]`."""

    async def guard(connection: Connection, _handler: BaseRouteHandler) -> None:
        await count(connection, limit)

    return guard


def _network(address: str) -> str:
    """The address; of IPv6 the half that one household or office has, as it can pick the rest."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((parsed, 64), strict=False))
