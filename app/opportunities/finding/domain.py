"""What posts can be searched by: the filters of an address, read, written and widened. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, Final

from app.core.text import BadText, clean_line, whole_number
from app.opportunities.domain import OpportunityKind, Remote
from app.organisations.domain import Region

LONGEST_WORDS: Final = 200
LONGEST_SLUG: Final = 100
MOST_VALUES: Final = 60
MOST_DAYS: Final = Decimal(7)
LAST_PAGE: Final = 10_000
# Hits that are ranked by relevance; those beyond come by closing date (see docs/decisions/0187).
RANKED: Final = 500
# Shorter words have no near ones.
SHORTEST_NEAR: Final = 4
# Below so many posts, wider searches are offered.
FEW: Final = 5

PAY_STEPS: Final = (20_000, 30_000, 40_000, 50_000, 60_000, 70_000, 80_000, 100_000)


class Sort(StrEnum):
    """The order of a list of posts."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    CLOSING = "closing"
    PAY = "pay"


SORT_NAMES: Final[dict[Sort, str]] = {
    Sort.RELEVANCE: "Best match",
    Sort.NEWEST: "Newest",
    Sort.CLOSING: "Closing soonest",
    Sort.PAY: "Highest pay",
}

# Regions that touch, or that people commonly travel between.
NEIGHBOURS: Final[dict[Region, tuple[Region, ...]]] = {
    Region.NORTH_EAST: (Region.YORKSHIRE, Region.NORTH_WEST, Region.SCOTLAND),
    Region.NORTH_WEST: (
        Region.NORTH_EAST, Region.YORKSHIRE, Region.EAST_MIDLANDS, Region.WEST_MIDLANDS,
        Region.WALES, Region.SCOTLAND,
    ),
    Region.YORKSHIRE: (Region.NORTH_EAST, Region.NORTH_WEST, Region.EAST_MIDLANDS),
    Region.EAST_MIDLANDS: (
        Region.YORKSHIRE, Region.NORTH_WEST, Region.WEST_MIDLANDS, Region.EAST_OF_ENGLAND,
        Region.SOUTH_EAST,
    ),
    Region.WEST_MIDLANDS: (
        Region.NORTH_WEST, Region.EAST_MIDLANDS, Region.SOUTH_EAST, Region.SOUTH_WEST,
        Region.WALES,
    ),
    Region.EAST_OF_ENGLAND: (Region.EAST_MIDLANDS, Region.LONDON, Region.SOUTH_EAST),
    Region.LONDON: (Region.EAST_OF_ENGLAND, Region.SOUTH_EAST),
    Region.SOUTH_EAST: (
        Region.LONDON, Region.EAST_OF_ENGLAND, Region.EAST_MIDLANDS, Region.WEST_MIDLANDS,
        Region.SOUTH_WEST,
    ),
    Region.SOUTH_WEST: (Region.SOUTH_EAST, Region.WEST_MIDLANDS, Region.WALES),
    Region.WALES: (Region.SOUTH_WEST, Region.WEST_MIDLANDS, Region.NORTH_WEST),
    Region.SCOTLAND: (Region.NORTH_EAST, Region.NORTH_WEST, Region.NORTHERN_IRELAND),
    Region.NORTHERN_IRELAND: (Region.SCOTLAND,),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Search:
    """What somebody looks for. Every filter that is set narrows; values within one widen.

    Days are days of a week, `pay` pounds a year that the top of the pay must reach. `sort` None is
    the usual order: relevance where there are words, else newest.
    """

    q: str = ""
    kind: tuple[str, ...] = ()
    family: tuple[str, ...] = ()
    role: tuple[str, ...] = ()
    region: tuple[str, ...] = ()
    remote: tuple[str, ...] = ()
    min_days: Decimal | None = None
    max_days: Decimal | None = None
    pay: int | None = None
    sort: Sort | None = None
    page: int = 1

    @property
    def order(self) -> Sort:
        """The order that applies."""
        if self.sort is None or (self.sort is Sort.RELEVANCE and not self.q):
            return Sort.RELEVANCE if self.q else Sort.NEWEST
        return self.sort

    @property
    def filters(self) -> tuple[str, ...]:
        """The names of the filters that are set, words among them; days are one filter."""
        found = [name for name in FILTERS if name != "days" and getattr(self, name)]
        if self.min_days is not None or self.max_days is not None:
            found.append("days")
        return tuple(found)

    def without(self, name: str) -> "Search":
        """The same search with one filter dropped, from its first page."""
        if name == "days":
            return replace(self, min_days=None, max_days=None, page=1)
        if name == "q":
            return replace(self, q="", sort=None, page=1)
        changes: dict[str, Any] = {name: None if name == "pay" else ()}
        return replace(self, **changes, page=1)

    def only(self, name: str, values: Iterable[str]) -> "Search":
        """The same search with other values of one filter, from its first page."""
        changes: dict[str, Any] = {name: tuple(values)}
        return replace(self, **changes, page=1)

    def pairs(self) -> list[tuple[str, str]]:
        """The parameters of its address, in a fixed order, without those that say nothing."""
        found: list[tuple[str, str]] = []
        for one in fields(self):
            value = getattr(self, one.name)
            if isinstance(value, tuple):
                found += [(one.name, item) for item in value]
            elif value is not None and value != one.default:
                found.append((one.name, f"{value:f}" if isinstance(value, Decimal) else str(value)))
        return found


FILTERS: Final = ("q", "kind", "family", "role", "region", "remote", "days", "pay")
LISTS: Final = ("kind", "family", "role", "region", "remote")
_KNOWN: Final[dict[str, frozenset[str]]] = {
    "kind": frozenset(OpportunityKind),
    "region": frozenset(Region),
    "remote": frozenset(Remote),
}


@dataclass(frozen=True, slots=True)
class Wrong:
    """A parameter that cannot be used: its name, and what to give instead."""

    name: str
    message: str


def read_search(query: Mapping[str, Sequence[str]]) -> tuple[Search, tuple[Wrong, ...]]:
    """The search that an address asks for, and what of it is wrong.

    What people type (words, days) is reported when it is wrong; codes that do not exist any more
    are passed over, so that an old link still finds something.

    >>> read_search({"region": ["wales", "atlantis"], "min_days": ["lots"]})[1][0].name
    'min_days'
    """
    wrong: list[Wrong] = []
    low, high = (_days(query, name, wrong) for name in ("min_days", "max_days"))
    if low is not None and high is not None and low > high:
        wrong.append(Wrong("max_days", "“To” must be the same as “from” or more"))
    values = {name: _listed(query, name) for name in LISTS}
    found = Search(
        q=_words(query, wrong),
        min_days=low,
        max_days=high,
        pay=_pay(_first(query, "pay")),
        sort=_sort(_first(query, "sort")),
        page=_page(_first(query, "page")),
        **values,
    )
    return found, tuple(wrong)


def _first(query: Mapping[str, Sequence[str]], name: str) -> str:
    values = query.get(name, ())
    return values[0].strip() if values else ""


def _words(query: Mapping[str, Sequence[str]], wrong: list[Wrong]) -> str:
    typed = _first(query, "q")
    if len(typed) > LONGEST_WORDS:
        wrong.append(Wrong("q", f"Search words must be {LONGEST_WORDS} characters or fewer"))
        return typed[:LONGEST_WORDS]
    try:
        return " ".join(clean_line(typed).split())
    except BadText:
        wrong.append(Wrong("q", "Search words have characters that cannot be read"))
        return ""


def _listed(query: Mapping[str, Sequence[str]], name: str) -> tuple[str, ...]:
    known = _KNOWN.get(name)
    kept = [
        value
        for value in query.get(name, ())[:MOST_VALUES]
        if (value in known if known else _is_slug(value))
    ]
    return tuple(sorted(set(kept)))


def _is_slug(text: str) -> bool:
    return 0 < len(text) <= LONGEST_SLUG and text.isascii() and text.replace("-", "").isalnum()


def _days(query: Mapping[str, Sequence[str]], name: str, wrong: list[Wrong]) -> Decimal | None:
    typed = _first(query, name)
    if not typed:
        return None
    try:
        value = Decimal(typed) if typed.isascii() and len(typed) <= 8 else None
    except InvalidOperation:
        value = None
    if value is None or not value.is_finite() or not 0 <= value <= MOST_DAYS:
        wrong.append(Wrong(name, "Days a week must be a number from 0 to 7, such as 2.5"))
        return None
    return value.normalize() if value else Decimal(0)


def _pay(typed: str) -> int | None:
    return whole_number(typed, 7) or None


def _sort(typed: str) -> Sort | None:
    return Sort(typed) if typed in set(Sort) else None


def _page(typed: str) -> int:
    return min(whole_number(typed, len(str(LAST_PAGE))) or 1, LAST_PAGE)


def respell(q: str, near: Mapping[str, str]) -> str:
    """A search with words put right: `near` says what each word should be, without accents.

    >>> respell('lead "secuirty" -architct', {"secuirty": "security", "architct": "architect"})
    'lead "security" -architect'
    """
    return " ".join(
        word.replace(bare, near.get(bare.lower(), bare))
        for word in q.split()
        for bare in [word.strip('-"')]
    )
