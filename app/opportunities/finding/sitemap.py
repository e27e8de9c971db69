"""The site map for search engines: public pages, bodies, roles, skills, and each public post."""

from dataclasses import dataclass
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
Address = tuple[str, datetime | None]
Db = NamedDependency[AsyncSession]


@dataclass(frozen=True, slots=True)
class Extent:
    """How much there is: files of pages come before those of posts; `changed` is the newest."""

    pages: int
    posts: int
    changed: datetime

    @property
    def page_files(self) -> int:
        """How many files hold pages; the first is there always."""
        return max(1, _files(self.pages))

    @property
    def files(self) -> int:
        """How many files there are."""
        return 1 if self.fits else self.page_files + _files(self.posts)

    @property
    def fits(self) -> bool:
        """Whether one file holds all."""
        return self.pages + self.posts <= LARGEST_FILE


def _files(addresses: int) -> int:
    return -(-addresses // LARGEST_FILE)


async def _extent(db: AsyncSession) -> Extent:
    pages, pages_changed = await queries.addresses_state(db)
    posts, posts_changed = await queries.public_state(db, queries.everybody())
    known = [at for at in (pages_changed, posts_changed) if at is not None]
    return Extent(len(PAGES) + pages, posts, max(known, default=NOTHING_YET))


@get("/sitemap.xml", opt=OPEN)
async def show_sitemap(request: AnyRequest, db: Db) -> Response[bytes]:
    """All addresses, or where there are too many for one file, the list of files."""
    extent = await _extent(db)
    if extent.fits:
        return await _file(request, db, 1, extent)
    files: list[Address] = [(f"/sitemap/{n}", None) for n in range(1, extent.files + 1)]
    body = _document(base_url(request), "sitemapindex", "sitemap", files)
    return answer(request, body, XML_TYPE, extent.changed)


@get("/sitemap/{number:int}", opt=OPEN)
async def show_sitemap_file(request: AnyRequest, db: Db, number: FromPath[int]) -> Response[bytes]:
    """One file of the list. Raises NotFound after the last."""
    extent = await _extent(db)
    if not 1 <= number <= extent.files:
        raise NotFound("no-such-file", "There is no such part of the site map.")
    return await _file(request, db, number, extent)


async def _file(
    request: AnyRequest, db: AsyncSession, number: int, extent: Extent
) -> Response[bytes]:
    found: list[Address] = []
    if number <= extent.page_files:
        found += await _pages(db, number)
    if extent.fits or number > extent.page_files:
        found += await _posts(db, 1 if extent.fits else number - extent.page_files)
    body = _document(base_url(request), "urlset", "url", found)
    return answer(request, body, XML_TYPE, extent.changed)


async def _pages(db: AsyncSession, number: int) -> list[Address]:
    """A file of pages: ours first, then bodies, roles and skills."""
    first, last = (number - 1) * LARGEST_FILE, number * LARGEST_FILE
    own: list[Address] = [(path, None) for path in PAGES[first:last]]
    start, room = max(0, first - len(PAGES)), LARGEST_FILE - len(own)
    rows = await queries.list_addresses(db, start, room)
    return [*own, *((row["path"], row["changed"]) for row in rows)]


async def _posts(db: AsyncSession, number: int) -> list[Address]:
    """A file of public posts."""
    rows = await queries.list_public(db, queries.everybody(), Part(number, LARGEST_FILE))
    return [(post_path(row["slug"]), row["shown_at"]) for row in rows]


def _document(base: str, root: str, item: str, addresses: list[Address]) -> bytes:
    register_namespace("", NAMESPACE)
    whole = Element(f"{{{NAMESPACE}}}{root}")
    for address, changed in addresses:
        one = SubElement(whole, f"{{{NAMESPACE}}}{item}")
        SubElement(one, f"{{{NAMESPACE}}}loc").text = base + address
        if changed is not None:
            SubElement(one, f"{{{NAMESPACE}}}lastmod").text = changed.isoformat(timespec="seconds")
    document: bytes = tostring(whole, encoding="utf-8", xml_declaration=True)
    return document


router = Router("/", route_handlers=[show_sitemap, show_sitemap_file], include_in_schema=False)
