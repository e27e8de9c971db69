"""Answers that programs ask for again and again: with what tells them that nothing has changed."""

import hashlib
import json
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any, Final

from litestar import Request, Response

# Anybody's copy is as good as ours for a minute: such answers depend on nobody.
PUBLIC_MINUTE: Final = "public, max-age=60"


def answer(
    request: Request[Any, Any, Any], content: bytes | dict[str, Any], kind: str, changed: datetime
) -> Response[bytes]:
    """The content with ETag and Last-Modified, or 304 where the caller has it (RFC 9110)."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    changed = changed.astimezone(UTC).replace(microsecond=0)
    tag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {
        "ETag": tag,
        "Last-Modified": format_datetime(changed, usegmt=True),
        "Cache-Control": PUBLIC_MINUTE,
    }
    if _has_it(request, tag, changed):
        return Response(b"", media_type=kind, status_code=304, headers=headers)
    return Response(body, media_type=kind, headers=headers)


def _has_it(request: Request[Any, Any, Any], tag: str, changed: datetime) -> bool:
    """Whether the caller's copy is this one; the tag counts where both are given."""
    tags = request.headers.get("if-none-match")
    if tags is not None:
        known = {one.strip() for one in tags.split(",")}
        return "*" in known or tag in known or tag.removeprefix("W/") in known
    since = request.headers.get("if-modified-since")
    if since is None:
        return False
    try:
        return parsedate_to_datetime(since) >= changed
    except (TypeError, ValueError):
        return False
