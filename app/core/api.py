"""The OpenAPI description, at one address and without a page around it."""

from typing import Any

from litestar import Router
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin

from app.core.actor import PUBLIC

_FILE = "/openapi.json"


class _SchemaRouter(Router):
    """Takes only the JSON file: the framework would add catch-all pages of its own."""

    def register(self, value: Any) -> Any:
        """Keep the handler of the file, at its own address alone; drop the others."""
        if isinstance(value, HTTPRouteHandler) and _FILE in value.paths:
            value.paths = {_FILE}
            return super().register(value)
        return []


def openapi_config() -> OpenAPIConfig:
    """The description of the open API: what others may build on."""
    return OpenAPIConfig(
        title="Crossbench",
        version="1",
        description=(
            "Cost a post that public bodies share, and draw its funding agreement. "
            "Errors are RFC 9457 problem+json."
        ),
        render_plugins=[JsonRenderPlugin()],
        openapi_router=_SchemaRouter(
            "/api", route_handlers=[], include_in_schema=False, opt=PUBLIC
        ),
    )
