"""The site map for search engines: public pages, and each public post."""

from datetime import datetime
from typing import Any, Final
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from litestar import Request, Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import PUBLIC
from app.core.errors import NotFound
from app.core.paging import Part
from app.core.reading import ALONE
from app.core.validators import answer
from app.opportunities.finding import queries
from app.opportunities.finding.feeds import NOTHING_YET
from app.opportunities.finding.links import base_url, post_path

OPEN: Final[dict[str, Any]] = {**PUBLIC, **ALONE}
NAMESPACE: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
XML_TYPE: Final = "application/xml; charset=utf-8"
# Search engines take 50,000 addresses in one file.
LARGEST_FILE: Final = 10_000
PAGES: Final = ("/", "/opportunities", "/roles", "/skills", "/organisations", "/calculator")

AnyRequest = Request[Any, Any, Any]
Db = NamedDependency[AsyncSession]


@get("/sitemap.xml", opt=OPEN)
async def show_sitemap(request: AnyRequest, db: Db) -> Response[bytes]:
    """All addresses, or where there are too many for one file, the list of files."""
    total, changed = await queries.public_state(db, queries.everybody())
    if total <= LARGEST_FILE:
        return await _file(request, db, 1, changed or NOTHING_YET)
    base = base_url(request)
    files = range(1, -(-total // LARGEST_FILE) + 1)
    body = _document("sitemapindex", "sitemap", [(f"{base}/sitemap/{n}", None) for n in files])
    return answer(request, body, XML_TYPE, changed or NOTHING_YET)


@get("/sitemap/{number:int}", opt=OPEN)
async def show_sitemap_file(request: AnyRequest, db: Db, number: FromPath[int]) -> Response[bytes]:
    """One file of the list. Raises NotFound after the last."""
    total, changed = await queries.public_state(db, queries.everybody())
    if not 1 <= number <= max(1, -(-total // LARGEST_FILE)):
        raise NotFound("no-such-file", "There is no such part of the site map.")
    return await _file(request, db, number, changed or NOTHING_YET)


async def _file(
    request: AnyRequest, db: AsyncSession, number: int, changed: datetime
) -> Response[bytes]:
    base = base_url(request)
    rows = await queries.list_public(db, queries.everybody(), Part(number, LARGEST_FILE))
    pages = [(base + path, None) for path in PAGES] if number == 1 else []
    posts = [(base + post_path(row["slug"]), row["shown_at"]) for row in rows]
    return answer(request, _document("urlset", "url", [*pages, *posts]), XML_TYPE, changed)


def _document(root: str, item: str, addresses: list[tuple[str, datetime | None]]) -> bytes:
    register_namespace("", NAMESPACE)
    whole = Element(f"{{{NAMESPACE}}}{root}")
    for address, changed in addresses:
        one = SubElement(whole, f"{{{NAMESPACE}}}{item}")
        SubElement(one, f"{{{NAMESPACE}}}loc").text = address
        if changed is not None:
            SubElement(one, f"{{{NAMESPACE}}}lastmod").text = changed.isoformat(timespec="seconds")
    document: bytes = tostring(whole, encoding="utf-8", xml_declaration=True)
    return document


router = Router("/", route_handlers=[show_sitemap, show_sitemap_file], include_in_schema=False)
