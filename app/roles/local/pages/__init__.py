"""Pages of local roles: what everybody may see, and an organisation's own."""

from typing import Final

from litestar import Router

from app.roles.local.pages import own, public, skills

router: Final = Router(
    "/",
    route_handlers=[*public.handlers, *own.handlers, *skills.handlers],
    include_in_schema=False,
)
