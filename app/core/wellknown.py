"""Files that programs look for at fixed addresses: whom to tell of a fault, what to index."""

from datetime import UTC, datetime, timedelta
from typing import Any

from litestar import MediaType, Request, Response, Router, get

from app.core.actor import PUBLIC
from app.core.config import Settings


@get("/.well-known/security.txt", opt=PUBLIC, media_type=MediaType.TEXT)
async def show_security_contact(request: Request[Any, Any, Any]) -> Response[str]:
    """Say where to report a security problem (RFC 9116)."""
    settings: Settings = request.app.state.settings
    base = settings.public_url or f"{request.base_url}".rstrip("/")
    expires = (datetime.now(UTC) + timedelta(days=180)).replace(hour=0, minute=0, second=0)
    lines = (
        f"Contact: {settings.security_contact or base + '/accessibility'}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: en, cy",
        f"Canonical: {base}/.well-known/security.txt",
    )
    return Response("\n".join(lines) + "\n", media_type=MediaType.TEXT)


@get("/robots.txt", opt=PUBLIC, media_type=MediaType.TEXT)
async def show_robots(request: Request[Any, Any, Any]) -> str:
    """Say what search engines should leave alone (programs' pages, secret links), and what not."""
    closed = ("/api/", "/health/", *request.app.state.secret_paths)
    settings: Settings = request.app.state.settings
    base = settings.public_url or f"{request.base_url}".rstrip("/")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    return "\n".join([*lines, "", f"Sitemap: {base}/sitemap.xml"]) + "\n"


router = Router(
    path="/", route_handlers=[show_security_contact, show_robots], include_in_schema=False
)
