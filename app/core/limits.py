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

from app.core.errors import TooMany

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

Guard = Callable[[ASGIConnection[Any, Any, Any, Any], BaseRouteHandler], Awaitable[None]]


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
            f"You can do this {limit.times} times in {limit.seconds} seconds. "
            f"Try again in {wait} seconds.",
            retry_after=wait,
        )


def limited(limit: Limit) -> Guard:
    """A guard for handlers: `guards=[limited(Limit("cost-splits", 120))]`.

    Where the store is away it lets everybody through: calculations change nothing of others.
    """

    async def guard(
        connection: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler
    ) -> None:
        state = connection.app.state
        host = connection.client.host if connection.client else ""
        who = hmac.new(
            state.settings.secret_key.encode(), _network(host).encode(), hashlib.sha256
        ).hexdigest()
        try:
            await spend(state.redis, limit, who)
        except RedisError as error:
            _log.warning("limits are not counted: %s", type(error).__name__)

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
