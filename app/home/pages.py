"""Shows the home page and the pages every public service owes its users."""

from typing import Any

from litestar import Request, Response, Router, get

from app.core.actor import PUBLIC
from app.core.config import Settings
from app.core.sessions import session_config
from app.core.web import render


@get("/", opt=PUBLIC, include_in_schema=False)
async def show_home(request: Request[Any, Any, Any]) -> Response[str]:
    """Say what this is, for whom, and where to begin."""
    return render(request, "home/home.html")


@get("/privacy", opt=PUBLIC, include_in_schema=False)
async def show_privacy(request: Request[Any, Any, Any]) -> Response[str]:
    """Say what is kept of a person's answers, where and for how long."""
    return render(request, "home/privacy.html")


@get("/accessibility", opt=PUBLIC, include_in_schema=False)
async def show_accessibility(request: Request[Any, Any, Any]) -> Response[str]:
    """Give the accessibility statement."""
    return render(request, "home/accessibility.html")


@get("/cookies", opt=PUBLIC, include_in_schema=False)
async def show_cookies(request: Request[Any, Any, Any]) -> Response[str]:
    """Name the one cookie and what it is for."""
    settings: Settings = request.app.state.settings
    name = session_config(secure=settings.is_https).key
    return render(request, "home/cookies.html", {"cookie_name": name})


router = Router(
    path="/", route_handlers=[show_home, show_privacy, show_accessibility, show_cookies]
)
