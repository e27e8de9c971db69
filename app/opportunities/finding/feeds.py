"""Feeds of public posts for programs that read news: Atom, and JSON Feed 1.1."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from litestar import Request, Response, Router, get
from litestar.di import NamedDependency
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import PUBLIC
from app.core.limits import Limit, limited
from app.core.paging import Part
from app.core.reading import ALONE
from app.core.validators import answer
from app.opportunities.finding import queries
from app.opportunities.finding.domain import Search, Sort, read_search
from app.opportunities.finding.links import base_url, post_path, search_path
from app.opportunities.finding.presenting import day, days_words, pay_words, place_words

OPEN: Final[dict[str, Any]] = {**PUBLIC, **ALONE}
NEWEST: Final = Part(1, 50)
ATOM: Final = "http://www.w3.org/2005/Atom"
ATOM_TYPE: Final = "application/atom+xml; charset=utf-8"
JSON_TYPE: Final = "application/feed+json; charset=utf-8"
NOTHING_YET: Final = datetime(2026, 1, 1, tzinfo=UTC)

AnyRequest = Request[Any, Any, Any]
Db = NamedDependency[AsyncSession]
Rows = list[Mapping[str, Any]]

register_namespace("", ATOM)
FEEDS: Final = Limit("post-feeds", 300)


@get("/opportunities.atom", opt=OPEN, guards=[limited(FEEDS)])
async def show_atom(request: AnyRequest, db: Db) -> Response[bytes]:
    """The newest public posts of a search, as Atom (RFC 4287)."""
    search, rows = await _newest(request, db)
    body = atom(search, rows, base_url(request))
    return answer(request, body, ATOM_TYPE, _changed(rows))


@get("/opportunities.json", opt=OPEN, guards=[limited(FEEDS)])
async def show_json_feed(request: AnyRequest, db: Db) -> Response[bytes]:
    """The same as JSON Feed 1.1."""
    search, rows = await _newest(request, db)
    body = json_feed(search, rows, base_url(request))
    return answer(request, body, JSON_TYPE, _changed(rows))


async def _newest(request: AnyRequest, db: AsyncSession) -> tuple[Search, Rows]:
    """The search of an address, newest first; what of it is wrong is left out."""
    asked = {name: request.query_params.getall(name) for name in request.query_params}
    search = replace(read_search(asked)[0], page=1, sort=Sort.NEWEST)
    rows = await queries.list_posts(db, queries.everybody(), search, NEWEST)
    return replace(search, sort=None), rows


def _changed(rows: Rows) -> datetime:
    return max((row["shown_at"] for row in rows), default=NOTHING_YET)


def _title(search: Search) -> str:
    return f"Crossbench posts: {search.q}" if search.q else "Crossbench posts"


def _words(row: Mapping[str, Any]) -> str:
    """A post in a few lines of plain text."""
    facts = (
        days_words(row["days_per_week"]),
        place_words(row),
        pay_words(row["pay_from"], row["pay_to"]),
        f"Closes {day(row['closes_on'])}",
    )
    line = ". ".join(fact for fact in facts if fact) + "."
    return "\n\n".join(part for part in (row["summary"], line) if part)


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def atom(search: Search, rows: Rows, base: str) -> bytes:
    """The feed document."""

    def child(parent: Element, name: str, text: str = "", **attributes: str) -> Element:
        made = SubElement(parent, f"{{{ATOM}}}{name}", attributes)
        made.text = text or None
        return made

    feed = Element(f"{{{ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": "en-GB"})
    child(feed, "title", _title(search))
    child(feed, "id", base + search_path(search, "/opportunities.atom"))
    child(feed, "updated", _moment(_changed(rows)))
    child(feed, "link", rel="self", href=base + search_path(search, "/opportunities.atom"))
    child(feed, "link", rel="alternate", type="text/html", href=base + search_path(search))
    for row in rows:
        entry = child(feed, "entry")
        child(entry, "title", row["title"])
        child(entry, "id", f"urn:uuid:{row['opportunity_id']}")
        child(entry, "link", rel="alternate", type="text/html", href=base + post_path(row["slug"]))
        child(entry, "published", _moment(row["published_at"]))
        child(entry, "updated", _moment(row["shown_at"]))
        child(child(entry, "author"), "name", row["organisation_name"])
        child(entry, "category", term=row["kind"])
        child(entry, "summary", _words(row), type="text")
    document: bytes = tostring(feed, encoding="utf-8", xml_declaration=True)
    return document


def json_feed(search: Search, rows: Rows, base: str) -> dict[str, Any]:
    """The feed document."""
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": _title(search),
        "home_page_url": base + search_path(search),
        "feed_url": base + search_path(search, "/opportunities.json"),
        "language": "en-GB",
        "items": [
            {
                "id": str(row["opportunity_id"]),
                "url": base + post_path(row["slug"]),
                "title": row["title"],
                "content_text": _words(row),
                "date_published": _moment(row["published_at"]),
                "date_modified": _moment(row["shown_at"]),
                "authors": [
                    {
                        "name": row["organisation_name"],
                        "url": f"{base}/organisations/{row['organisation_slug']}",
                    }
                ],
                "tags": [tag for tag in (row["kind"], row["role_slug"], row["region"]) if tag],
            }
            for row in rows
        ],
    }


router = Router("/", route_handlers=[show_atom, show_json_feed], include_in_schema=False)
