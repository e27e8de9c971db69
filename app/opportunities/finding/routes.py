"""The routers of finding posts, for main.py."""

from typing import Final

from litestar import Router

from app.opportunities.finding import api, feeds, pages, sitemap

# How old counts and totals may be.
COUNTS_SECONDS: Final = 60.0
ROUTERS: Final[tuple[Router, ...]] = (pages.router, feeds.router, sitemap.router, api.router)
