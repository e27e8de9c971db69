"""Serves the built style sheet, script and pictures, precompressed and kept by browsers."""

from functools import cache
from pathlib import Path
from typing import Any

from litestar import MediaType, Request, Response, Router, get
from litestar.params import FromPath

from app.core.actor import PUBLIC
from app.core.assets import URL_PREFIX, built_files
from app.core.errors import NotFound

# Names change with the content, so a copy never goes stale.
FOR_GOOD = "public, max-age=31536000, immutable"
# Named here, since the tables of some machines know no script.
KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
ENCODINGS = (("br", ".br"), ("gzip", ".gz"))


@cache
def _read(path: Path) -> bytes:
    return path.read_bytes()


def _accepts(header: str, encoding: str) -> bool:
    """Say whether an Accept-Encoding header takes the encoding; `q=0` means it does not."""
    for item in header.split(","):
        name, _, weight = item.strip().partition(";")
        if name.strip().lower() == encoding:
            return weight.replace(" ", "").lower() not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False


def _choose(path: Path, header: str) -> tuple[bytes, str | None]:
    for encoding, suffix in ENCODINGS:
        packed = path.with_name(path.name + suffix)
        if _accepts(header, encoding) and packed.exists():
            return _read(packed), encoding
    return _read(path), None


@get(
    "/{name:str}",
    opt=PUBLIC,
    sync_to_thread=False,
    include_in_schema=False,
    media_type=MediaType.TEXT,
)
def show_static_file(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[bytes]:
    """Answer with one built file. Raises NotFound for any name that is not in the build."""
    path = built_files().get(name)
    if path is None:
        raise NotFound("no-such-file", "There is no such file.")
    content, encoding = _choose(path, request.headers.get("accept-encoding", ""))
    headers = {"cache-control": FOR_GOOD, "vary": "Accept-Encoding"}
    if encoding:
        headers["content-encoding"] = encoding
    return Response(content, media_type=KINDS[path.suffix], headers=headers)


static_router = Router(path=URL_PREFIX.rstrip("/"), route_handlers=[show_static_file])
