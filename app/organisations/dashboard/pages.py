"""The page that people come to after signing in."""

from typing import Any

from litestar import Request, Response, Router, get
from litestar.di import NamedDependency
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import SIGNED_IN, Actor
from app.core.form_pages import PRIVATE
from app.core.slots import Slots
from app.core.web import render


@get("/dashboard", opt=SIGNED_IN)
async def show_dashboard(
    request: Request[Any, Any, Any],
    db: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
) -> Response[str]:
    """What waits for the person, as the features above say it."""
    slots: Slots = request.app.state.slots
    panels = await slots.show("dashboard", db, actor)
    context = {"panels": panels, "actor": actor}
    return render(request, "dashboard/dashboard.html", context, headers=PRIVATE)


router = Router(path="/", route_handlers=[show_dashboard], include_in_schema=False)
