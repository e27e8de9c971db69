"""Serves the built style sheet, script and pictures, precompressed and kept by browsers."""

from functools import cache
from pathlib import Path
from typing import Any

from litestar import MediaType, Request, Response, Router, get
from litestar.params import FromPath

from app.core.accept import takes_encoding
from app.core.actor import PUBLIC
from app.core.assets import URL_PREFIX, built_files
from app.core.errors import NotFound

# Names change with the content, so a copy never goes stale.
FOR_GOOD = "public, max-age=31536000, immutable"
# Named here, since the tables of some machines know no script.
MEDIA_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
ENCODINGS = (("br", ".br"), ("gzip", ".gz"))


@cache
def _contents() -> dict[str, dict[str, bytes]]:
    """Every built file by name and encoding, the plain one under "".

    Read once, so that a build made while the server runs does not take files from under it.
    """
    return {
        name: {
            encoding: packed.read_bytes()
            for encoding, suffix in (("", ""), *ENCODINGS)
            if (packed := path.with_name(path.name + suffix)).exists()
        }
        for name, path in built_files().items()
    }


def _choose(kinds: dict[str, bytes], header: str) -> tuple[bytes, str]:
    for encoding, _ in ENCODINGS:
        if encoding in kinds and takes_encoding(header, encoding):
            return kinds[encoding], encoding
    return kinds[""], ""


@get(
    "/{name:str}",
    opt=PUBLIC,
    sync_to_thread=False,
    include_in_schema=False,
    media_type=MediaType.TEXT,
)
def show_static_file(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[bytes]:
    """Answer with one built file. Raises NotFound for any name that is not in the build."""
    kinds = _contents().get(name)
    if kinds is None:
        raise NotFound("no-such-file", "There is no such file.")
    content, encoding = _choose(kinds, request.headers.get("accept-encoding", ""))
    headers = {"cache-control": FOR_GOOD, "vary": "Accept-Encoding"}
    if encoding:
        headers["content-encoding"] = encoding
    return Response(content, media_type=MEDIA_TYPES[Path(name).suffix], headers=headers)


static_router = Router(path=URL_PREFIX.rstrip("/"), route_handlers=[show_static_file])
