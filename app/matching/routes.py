"""The pages of matching for `main.py` to mount, and the panel that it puts into other pages."""

from typing import Final

from litestar import Router
from litestar.types import ControllerRouterHandler

from app.core.slots import Slots
from app.matching.gaps import pages as gaps
from app.matching.inviting import own_pages
from app.matching.inviting import pages as inviting
from app.matching.needs import pages as needs
from app.matching.pages import own, people, person

ROUTERS: Final[tuple[ControllerRouterHandler, ...]] = (
    gaps.router,
    Router(
        "/",
        route_handlers=[
            *own.handlers,
            *people.handlers,
            *person.handlers,
            *inviting.handlers,
            *needs.handlers,
        ],
    ),
    own_pages.router,
)


def fill_slots(slots: Slots) -> None:
    """Tell how many people suit a body's own post, and how oneself stands to a post or role."""
    slots.fill("opportunity.manage", people.count_panel)
    slots.fill("opportunity.funding", gaps.post_panel)
    slots.fill("roles.local", gaps.local_panel)
    slots.fill_draft("opportunity.skills", people.draft_panel)
    slots.fill("dashboard", own_pages.waiting_panel)
