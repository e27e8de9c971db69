"""Reads of the list: a page of posts, how many there are by filter, and words that are near."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    FromClause,
    Integer,
    Numeric,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    column,
    func,
    literal,
    select,
    table,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import REGCLASS
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from app.core.paging import Part
from app.core.reading import Prepared, Row, fetch, prepare
from app.opportunities.finding.domain import FILTERS, LISTS, RANKED, Search, Sort
from app.opportunities.finding.models import OpenPost, post_word
from app.opportunities.finding.queries.source import RULES
from app.opportunities.finding.queries.visible import Sight, Viewer, visible
from app.roles.models import Role, RoleFamily

# What lists, feeds and the API's list show of a post.
LISTED: tuple[InstrumentedAttribute[Any], ...] = (
    OpenPost.opportunity_id,
    OpenPost.slug,
    OpenPost.kind,
    OpenPost.title,
    OpenPost.title_cy,
    OpenPost.summary,
    OpenPost.organisation_slug,
    OpenPost.organisation_name,
    OpenPost.role_slug,
    OpenPost.role_name,
    OpenPost.level_name,
    OpenPost.local_role_name,
    OpenPost.family_slug,
    OpenPost.place,
    OpenPost.region,
    OpenPost.remote,
    OpenPost.days_per_week,
    OpenPost.weeks,
    OpenPost.starts_on,
    OpenPost.pay_from,
    OpenPost.pay_to,
    OpenPost.who_pays,
    OpenPost.closes_on,
    OpenPost.redeployees_first_until,
    OpenPost.audience,
    OpenPost.published_at,
    OpenPost.shown_at,
)
COLUMNS = {
    "kind": OpenPost.kind,
    "family": OpenPost.family_slug,
    "role": OpenPost.role_slug,
    "region": OpenPost.region,
    "remote": OpenPost.remote,
}
WORDS: ColumnElement[Any] = func.websearch_to_tsquery(RULES, bindparam("q", type_=Text()))
# Unpacking the words of one stored post takes as long as finding so many posts by the index.
UNPACKING = 4


@dataclass(frozen=True, slots=True)
class Counts:
    """How many posts a search finds: in all, by each value of each filter, without a filter.

    The count of a value is what the list would hold if that value were the only one of its filter
    and the other filters stayed. `names` are those of families and roles by slug. `among` is how
    many open posts there are of all, roughly. `drawn` keeps what a page made of the counts, for as
    long as they are kept themselves.
    """

    total: int
    by_value: Mapping[str, Mapping[str, int]]
    without: Mapping[str, int]
    names: Mapping[str, Mapping[str, str]]
    among: int = 0
    drawn: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Way:
    """How a page of a search is found: ranked or not, and by which end.

    Either the index of words names the hits, which are then put in order; or, where the words are
    common, posts are walked in order until enough have been hit.
    """

    order: Sort
    by_rank: bool
    is_common: bool


async def list_posts(
    db: AsyncSession, viewer: Viewer, search: Search, part: Part, counts: Counts | None = None
) -> list[Row]:
    """One page of what a search finds, in its order; `part` overrides the page of the search.

    By relevance the first hits by closing date are ranked, the others follow by closing date: to
    rank all hits of a common word takes a hundred times as long (decision 0187). With the `counts`
    of the search, if known, common words are found more quickly.
    """
    ranked = RANKED - RANKED % part.size
    by_rank = search.order is Sort.RELEVANCE and part.offset < ranked
    if search.q:
        needed = ranked if by_rank else part.offset + part.size
        is_common = counts is not None and _is_common(counts, needed)
        order = Sort.CLOSING if search.order is Sort.RELEVANCE else search.order
        statement = _search(viewer.sight, _shape(search), Way(order, by_rank, is_common))
    else:
        statement = _list(viewer.sight, _shape(search), search.order)
    values = {
        **viewer.values,
        **_values(search),
        "limit": part.size,
        "offset": part.offset,
        "ranked": ranked,
    }
    return await fetch(db, statement, values)


def _is_common(counts: Counts, needed: int) -> bool:
    """Whether walking through posts until so many are hit is quicker than naming all hits."""
    among = max(counts.among, counts.total)
    return counts.total > needed and counts.total**2 > UNPACKING * needed * among


async def count_posts(db: AsyncSession, viewer: Viewer, search: Search) -> Counts:
    """How many posts a search finds, by every filter. Slow beside a list: to be kept a while."""
    rows = await fetch(
        db, _count(viewer.sight, _shape(search)), {**viewer.values, **_values(search)}
    )
    by_value: dict[str, dict[str, int]] = {name: {} for name in LISTS}
    names: dict[str, dict[str, str]] = {"family": {}, "role": {}}
    total, among, without = 0, 0, {}
    for row in rows:
        facets = _GROUPS.get(row["grouped"])
        if facets is None:
            total, among = row["n_all"], row["among"]
            without = {name: row[f"n_{name}"] for name in search.filters if name != "q"}
            continue
        for facet in facets:
            value = row[facet]
            if value is None:
                continue
            by_value[facet][value] = by_value[facet].get(value, 0) + row[f"n_{facet}"]
            if facet in names:
                names[facet][value] = row[f"{facet}_name"] or value
    return Counts(total, by_value, without, names, among)


async def near_words(db: AsyncSession, words: Iterable[str]) -> dict[str, str]:
    """For each of these words that no public post uses: the one it is spelt most nearly like."""
    rows = await fetch(db, _near(), {"words": list(words)})
    return {row["typed"]: row["word"] for row in rows}


async def count_some(db: AsyncSession, viewer: Viewer, search: Search, most: int = 100) -> int:
    """How many posts a search finds, counted up to `most`."""
    values = {**viewer.values, **_values(search), "most": most}
    return int((await fetch(db, _some(viewer.sight, _shape(search)), values))[0]["found"])


def found_by(viewer: Viewer, search: Search) -> tuple[ColumnElement[bool], dict[str, Any]]:
    """The posts that a search finds for somebody, as a condition and the values it is run with.

    For features above, which have conditions of their own to add.
    """
    shape = _shape(search)
    found = and_(_base(viewer.sight, shape), *_conditions(shape).values())
    return found, {**viewer.values, **_values(search)}


Shape = tuple[str, ...]


def _shape(search: Search) -> Shape:
    """Which conditions a search has, whatever their values."""
    ends = [name for name in ("min_days", "max_days") if getattr(search, name) is not None]
    return (*(name for name in search.filters if name != "days"), *ends)


def _values(search: Search) -> dict[str, Any]:
    lists = {name: list(getattr(search, name)) for name in LISTS}
    return {
        **lists,
        "q": search.q,
        "min_days": search.min_days,
        "max_days": search.max_days,
        "pay": search.pay,
    }


def _conditions(shape: Shape) -> dict[str, ColumnElement[bool]]:
    """The condition of each filter that is set."""
    found: dict[str, ColumnElement[bool]] = {}
    for name in shape:
        if name in COLUMNS:
            chosen = bindparam(name, type_=ARRAY(Text()))
            found[name] = COLUMNS[name] == func.any(chosen)
    days = [
        OpenPost.days_per_week >= bindparam("min_days", type_=Numeric()),
        OpenPost.days_per_week <= bindparam("max_days", type_=Numeric()),
    ]
    wanted = [
        one for one, name in zip(days, ("min_days", "max_days"), strict=True) if name in shape
    ]
    if wanted:
        found["days"] = and_(*wanted)
    if "pay" in shape:
        top = func.coalesce(OpenPost.pay_to, OpenPost.pay_from)
        found["pay"] = top >= bindparam("pay", type_=Integer())
    return found


def _base(sight: Sight, shape: Shape) -> ColumnElement[bool]:
    if "q" not in shape:
        return visible(sight)
    return and_(visible(sight), OpenPost.search.op("@@")(WORDS))


def _order_of(columns: Any, order: Sort) -> tuple[ColumnElement[Any], ...]:
    if order is Sort.NEWEST:
        return columns.published_at.desc(), columns.id.desc()
    if order is Sort.PAY:
        return columns.pay_to.desc().nulls_last(), columns.id.desc()
    return columns.closes_on, columns.id


def _one_page(found: Select[Any]) -> Select[Any]:
    limit, offset = (bindparam(name, type_=Integer()) for name in ("limit", "offset"))
    return found.limit(limit).offset(offset)


@lru_cache(maxsize=512)
def _list(sight: Sight, shape: Shape, order: Sort) -> Prepared:
    """A page of the list without words."""
    found: Select[Any] = (
        select(*LISTED)
        .where(visible(sight), *_conditions(shape).values())
        .order_by(*_order_of(OpenPost, order))
    )
    return prepare(_one_page(found))


@lru_cache(maxsize=1024)
def _search(sight: Sight, shape: Shape, way: Way) -> Prepared:
    """A page of the list with words: its ids first, then what is shown of them."""
    hits = _hits(sight, shape, way)
    if way.by_rank:
        first = hits.limit(bindparam("ranked", type_=Integer())).subquery("hits")
        rank = func.ts_rank_cd(first.c.search, WORDS).label("rank")
        ordered: Select[Any] = select(first, rank).order_by(
            rank.desc(), *_order_of(first.c, Sort.CLOSING)
        )
        best = _one_page(ordered).subquery("best")
        order = (best.c.rank.desc(), *_order_of(best.c, Sort.CLOSING))
    else:
        best = _one_page(hits).subquery("best")
        order = _order_of(best.c, way.order)
    listed: Select[Any] = select(*LISTED).join_from(OpenPost, best, best.c.id == OpenPost.id)
    return prepare(listed.order_by(*order))


def _hits(sight: Sight, shape: Shape, way: Way) -> Select[Any]:
    """What the words hit, in order. OFFSET 0 keeps the database to the way it is told."""
    posts = select(
        OpenPost.id, OpenPost.search, OpenPost.closes_on, OpenPost.published_at, OpenPost.pay_to
    ).where(visible(sight), *_conditions(shape).values())
    if way.is_common:
        walked = posts.order_by(*_order_of(OpenPost, way.order)).offset(0).subquery("walked")
        matches = walked.c.search.op("@@")(WORDS)
        return select(walked).where(matches).order_by(*_order_of(walked.c, way.order))
    found = posts.where(OpenPost.search.op("@@")(WORDS)).offset(0).subquery("found")
    return select(found).order_by(*_order_of(found.c, way.order))


# What posts are counted by. Each set of groups costs a look at all hits, so filters of few values
# go together, and few roles belong to more than one family: `count_posts` adds the groups up.
_SETS = (("kind", "region", "remote"), ("family", "role"))


def _grouping(names: Iterable[str]) -> int:
    """GROUPING() of the five filters sets the bit of each that a row is not grouped by."""
    return sum(1 << (len(LISTS) - 1 - n) for n, name in enumerate(LISTS) if name not in names)


_GROUPS = {_grouping(names): names for names in _SETS}


# As the database reckons: whoever counts knows the exact number too late.
_AMONG = (
    select(cast(column("reltuples"), Integer()))
    .select_from(table("pg_class"))
    .where(column("oid") == cast(literal(OpenPost.__tablename__, Text()), REGCLASS))
    .scalar_subquery()
)


@lru_cache(maxsize=512)
def _count(sight: Sight, shape: Shape) -> Prepared:
    conditions = _conditions(shape)
    hits = (
        select(
            *(column.label(name) for name, column in COLUMNS.items()),
            *(condition.label(f"fits_{name}") for name, condition in conditions.items()),
        )
        .where(_base(sight, shape))
        .subquery("hits")
    )
    counted = _grouped(hits, tuple(conditions)).subquery("counted")
    return prepare(
        select(
            counted,
            Role.name.label("role_name"),
            RoleFamily.name.label("family_name"),
            _AMONG.label("among"),
        )
        .outerjoin_from(counted, Role, Role.slug == counted.c.role)
        .outerjoin(RoleFamily, RoleFamily.slug == counted.c.family)
    )


def _grouped(hits: FromClause, set_filters: tuple[str, ...]) -> Select[Any]:
    def fits(*, but: str) -> ColumnElement[int]:
        rest = [hits.c[f"fits_{name}"] for name in set_filters if name != but]
        counted = func.count()
        return counted.filter(and_(*rest)) if rest else counted

    facets = [hits.c[name] for name in LISTS]
    sets = [tuple_(*(hits.c[name] for name in names)) for names in _SETS]
    return select(
        func.grouping(*facets).label("grouped"),
        *facets,
        *(fits(but=name).label(f"n_{name}") for name in FILTERS if name != "q"),
        fits(but="").label("n_all"),
    ).group_by(func.grouping_sets(*sets, tuple_()))


@lru_cache(maxsize=512)
def _some(sight: Sight, shape: Shape) -> Prepared:
    found = (
        select(OpenPost.id)
        .where(_base(sight, shape), *_conditions(shape).values())
        .limit(bindparam("most", type_=Integer()))
        .subquery("found")
    )
    return prepare(select(func.count().label("found")).select_from(found))


@lru_cache(maxsize=1)
def _near() -> Prepared:
    typed = func.unnest(bindparam("words", type_=ARRAY(Text()))).table_valued("word")
    typed = typed.render_derived(name="typed")
    plain = func.lower(func.unaccent(typed.c.word))
    known = select(post_word.c.word).where(post_word.c.word == plain)
    best = (
        select(post_word.c.word)
        .where(post_word.c.word.op("%")(plain))
        .order_by(func.similarity(post_word.c.word, plain).desc(), post_word.c.word)
        .limit(1)
        .lateral("best")
    )
    return prepare(
        select(typed.c.word.label("typed"), best.c.word)
        .join_from(typed, best, true())
        .where(~known.exists())
    )
