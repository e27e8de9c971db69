"""The routers of alerts, for main.py."""

from typing import Final

from litestar import Router

from app.matching.alerts import link_pages, pages
from app.matching.alerts.domain import LINKS

ROUTERS: Final[tuple[Router, ...]] = (pages.router, link_pages.router)
SECRET_PATHS: Final = (LINKS,)
