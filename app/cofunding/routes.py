"""The pages of funding for `main.py` to mount, and the panels that it puts into other pages."""

from typing import Final

from litestar.types import ControllerRouterHandler

from app.cofunding.fitting import pages as fitting
from app.cofunding.fitting import panels as fitting_panels
from app.cofunding.pages import funding, own, panels, pledging
from app.core.slots import Slots

ROUTERS: Final[tuple[ControllerRouterHandler, ...]] = (
    pledging.router,
    funding.router,
    own.router,
    own.split_router,
    fitting.router,
)


def fill_slots(slots: Slots) -> None:
    """Put the panels of funding into the pages of posts, of cost splits, and the dashboard."""
    slots.fill("opportunity.funding", panels.show_on_post)
    slots.fill("opportunity.manage", panels.show_on_post)
    slots.fill("cost_split.manage", panels.show_on_split)
    slots.fill("dashboard", panels.show_on_dashboard)
    slots.fill("dashboard", fitting_panels.show_on_dashboard)
    slots.fill("opportunity.manage", fitting_panels.show_on_post)
