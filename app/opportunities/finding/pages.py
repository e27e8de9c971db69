"""Shows open posts to whoever may see them: the list with its filters, and a post."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any, Final

from jinja2 import Environment
from litestar import Request, Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from markupsafe import Markup
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import PUBLIC, Actor
from app.core.cache import Cache
from app.core.limits import Limit, count
from app.core.paging import Paged, Part
from app.core.reading import ALONE, Row
from app.core.slots import Slots
from app.core.web import render
from app.opportunities.domain import no_such_post
from app.opportunities.finding import presenting, queries
from app.opportunities.finding.counting import counts_of
from app.opportunities.finding.domain import (
    FEW,
    SHORTEST_NEAR,
    Search,
    Wrong,
    read_search,
    respell,
)
from app.opportunities.finding.links import LIST_PATH, base_url, post_path, search_path
from app.opportunities.finding.post_view import make_post_view
from app.opportunities.finding.structured import job_posting
from app.opportunities.permissions import may_ask

AnyRequest = Request[Any, Any, Any]
Db = NamedDependency[AsyncSession]
Who = NamedDependency[Actor]
Page = Response[str]

OPEN: Final[dict[str, Any]] = {**PUBLIC, **ALONE}
# Text search is the dearest read; a whole council may share one address.
SEARCHES: Final = Limit("search-posts", 600)
FUNDING_SLOT: Final = "opportunity.funding"
NO_STORE: Final = {"Cache-Control": "no-store"}
CARD: Final = "opportunities/card.html"
CARDS_KEPT: Final = 4_000


def query_of(request: AnyRequest) -> dict[str, list[str]]:
    """The parameters of an address, with all their values."""
    return {name: request.query_params.getall(name) for name in request.query_params}


@get("/", opt=OPEN)
async def list_opportunities(request: AnyRequest, db: Db, actor: Who) -> Page:
    """The open posts that fit the filters of the address, with counts and wider searches."""
    query = query_of(request)
    search, wrong = read_search(query)
    if search.q:
        await count(request, SEARCHES)
    cache: Cache = request.app.state.counts
    viewer = queries.viewer_of(actor)
    counts = await counts_of(cache, db, viewer, search)
    rows = await queries.list_posts(db, viewer, search, Part(search.page), counts)
    if not rows and search.page > 1 and counts.total:
        search = replace(search, page=Paged((), counts.total).pages)
        rows = await queries.list_posts(db, viewer, search, Part(search.page), counts)
    found = Paged(rows, max(counts.total, len(rows)), Part(search.page))
    near = await _near(db, viewer, search) if counts.total < FEW and search.q else []
    words = None
    if counts.total < FEW and search.q and len(search.filters) > 1:
        words = (await counts_of(cache, db, viewer, search.without("q"))).total
    context = {
        **_list_context(request, search, counts, found),
        "filters": _draw_filters(request, search, counts, query, wrong),
        "cards": _draw_cards(request.app.state.templates, rows, viewer.today),
        "near": near,
        "wider": presenting.wider(search, counts, words),
        "errors": wrong,
        "wrong": {one.name: one.message for one in wrong},
    }
    headers = NO_STORE if actor.is_signed_in else None
    return render(request, "opportunities/list.html", context, 422 if wrong else 200, headers)


def _list_context(
    request: AnyRequest, search: Search, counts: queries.Counts, found: Paged[Any]
) -> dict[str, Any]:
    feed = replace(search, page=1, sort=None)
    pairs: dict[str, list[str]] = {}
    for name, value in search.pairs():
        pairs.setdefault(name, []).append(value)
    return {
        "search": search,
        "heading": f"Posts: {search.q}" if search.q else "Posts",
        "found": found,
        "said": presenting.said(found),
        "tags": presenting.make_tags(search, counts),
        "sorts": presenting.sort_options(search),
        "links": found.links(LIST_PATH, pairs),
        "first_href": search_path(replace(search, page=1)),
        "canonical": base_url(request) + search_path(search),
        "alert_href": search_path(feed, "/alerts/new"),
        "atom_href": search_path(feed, "/opportunities.atom"),
        "json_href": search_path(feed, "/opportunities.json"),
    }


def _draw_filters(
    request: AnyRequest,
    search: Search,
    counts: queries.Counts,
    query: dict[str, list[str]],
    wrong: tuple[Wrong, ...],
) -> Markup:
    """The filters with their counts: half the work of the page, and the same for all who may see
    the same posts. So they are kept with the counts, unless something that was typed is wrong.
    """
    if not wrong and "filters" in counts.drawn:
        kept: Markup = counts.drawn["filters"]
        return kept
    groups = presenting.make_groups(search, counts)
    shown = {name: getattr(search, name) for name in ("min_days", "max_days")}
    typed = {
        name: query[name][0] if wrong and query.get(name) else "" if value is None else f"{value:f}"
        for name, value in shown.items()
    }
    context = {
        "groups": groups,
        "roles": next(group for group in groups if group.name == "role"),
        "pays": presenting.pay_options(search),
        "tags": presenting.make_tags(search, counts),
        "wrong": {one.name: one.message for one in wrong},
        "typed": typed,
    }
    environment: Environment = request.app.state.templates
    drawn = Markup(environment.get_template("opportunities/filters.html").render(context))  # noqa: S704 (escaped by the template)
    if not wrong:
        counts.drawn["filters"] = drawn
    return drawn


def _draw_cards(templates: Environment, rows: Sequence[Row], today: date) -> Markup:
    """The posts of a page of the list, one under the other."""
    return Markup("").join(_draw_card(templates, row, today) for row in rows)


@lru_cache(maxsize=CARDS_KEPT)
def _draw_card(templates: Environment, row: Row, today: date) -> Markup:
    """A post in the list. Kept by all that it is drawn from: a row that differs is drawn anew."""
    drawn = templates.get_template(CARD).render(card=presenting.make_card(row, today))
    return Markup(drawn)  # noqa: S704 (escaped by the template)


async def _near(db: AsyncSession, viewer: queries.Viewer, search: Search) -> list[presenting.Link]:
    """The same words spelt as posts spell them, if that finds something."""
    words = [word.strip('-"') for word in search.q.split()]
    near = await queries.near_words(db, [w.lower() for w in words if len(w) >= SHORTEST_NEAR])
    if not near:
        return []
    put_right = Search(q=respell(search.q, near))
    hits = await queries.count_some(db, viewer, put_right)
    return [presenting.Link(put_right.q, search_path(put_right), hits)] if hits else []


@get("/{slug:str}", opt=OPEN)
async def show_opportunity(request: AnyRequest, db: Db, actor: Who, slug: FromPath[str]) -> Page:
    """An open post; of a former one that it has ended, and what is like it. Raises NotFound."""
    viewer = queries.viewer_of(actor)
    headers = NO_STORE if actor.is_signed_in else None
    row = await queries.find_open_post(db, viewer, slug)
    if row is None:
        return await _show_former(request, db, viewer, slug, headers)
    slots: Slots = request.app.state.slots
    context = {
        "post": make_post_view(row, viewer.today),
        "canonical": base_url(request) + post_path(slug),
        "job_posting": job_posting(row, base_url(request)),
        "path": post_path(slug),
        "questions": await queries.list_questions(db, row["opportunity_id"])
        if row["questions"]
        else Paged((), 0),
        "may_ask": may_ask(actor),
        "panels": await slots.show(FUNDING_SLOT, db, actor, row["opportunity_id"]),
    }
    return render(request, "opportunities/show.html", context, headers=headers)


async def _show_former(
    request: AnyRequest,
    db: AsyncSession,
    viewer: queries.Viewer,
    slug: str,
    headers: dict[str, str] | None,
) -> Page:
    former = await queries.find_former_post(db, viewer, slug)
    if former is None:
        raise no_such_post()
    similar = await queries.list_similar(db, viewer, former)
    search = Search(
        role=(former["role_slug"],) if former["role_slug"] else (),
        region=(former["region"],) if former["region"] else (),
    )
    context = {
        "former": former,
        "cards": [presenting.make_card(row, viewer.today) for row in similar],
        "search_href": search_path(search),
    }
    return render(request, "opportunities/former.html", context, 410, headers)


router = Router(
    LIST_PATH, route_handlers=[list_opportunities, show_opportunity], include_in_schema=False
)
