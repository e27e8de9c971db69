"""Pages on which people keep their own profile."""

from litestar import Router

from app.profiles.pages import choices, roles, skills

router = Router(
    path="/profile",
    route_handlers=[*roles.handlers, *skills.handlers, *choices.handlers],
    include_in_schema=False,
)
