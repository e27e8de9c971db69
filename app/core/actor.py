"""Access levels of handlers, and the guard that refuses a handler which declares none."""

from typing import Any, Final

from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler

from app.core.errors import Refused

ACCESS: Final = "access"
PUBLIC: Final[dict[str, Any]] = {ACCESS: "public"}


async def require_declared_access(
    connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler
) -> None:
    """Let a request through only to a handler that says who may call it.

    Raises Refused otherwise. OPTIONS answers carry no data, and the framework makes their
    handlers itself, so they pass.
    """
    if connection.scope.get("method") == "OPTIONS":
        return
    if handler.opt.get(ACCESS) != PUBLIC[ACCESS]:
        raise Refused("access-not-declared", "You cannot use this page.")
