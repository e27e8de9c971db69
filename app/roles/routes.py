"""The routers of roles and skills, for main.py."""

from typing import Final

from litestar import Router

from app.roles import api
from app.roles.pages import browse

ROUTERS: Final[tuple[Router, ...]] = (browse.router, api.router)
