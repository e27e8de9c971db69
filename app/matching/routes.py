"""The pages of matching for `main.py` to mount, and the panel that it puts into other pages."""

from typing import Final

from litestar import Router
from litestar.types import ControllerRouterHandler

from app.core.slots import Slots
from app.matching.pages import own, people, person

ROUTERS: Final[tuple[ControllerRouterHandler, ...]] = (
    Router("/", route_handlers=[*own.handlers, *people.handlers, *person.handlers]),
)


def fill_slots(slots: Slots) -> None:
    """Tell on the page of a body's own post how many people suit it."""
    slots.fill("opportunity.manage", people.count_panel)
