"""Posts and filters as the pages show them. Figures and dates are words by the time they leave."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from app.core.paging import Paged
from app.core.words import day_in_words, number
from app.opportunities.domain import KIND_NAMES, Audience, OpportunityKind, Remote
from app.opportunities.finding.domain import (
    FEW,
    LISTS,
    NEIGHBOURS,
    PAY_STEPS,
    SORT_NAMES,
    Search,
    Sort,
)
from app.opportunities.finding.links import post_path, search_path
from app.opportunities.finding.queries import Counts
from app.organisations.domain import REGION_NAMES, Region

REMOTE_WORDS: Final[dict[str, str]] = {
    Remote.ON_SITE: "On site",
    Remote.HYBRID: "Hybrid",
    Remote.REMOTE: "Remote",
}
LEGENDS: Final = {
    "kind": "Kind of post",
    "family": "Role family",
    "role": "Role",
    "region": "Region",
    "remote": "Where the work is done",
    "days": "Days a week",
    "pay": "Pay",
    "q": "Search words",
}
AUDIENCE_WORDS: Final = {
    Audience.OWN: "Only your organisation sees this",
    Audience.NAMED: "Only named organisations see this",
    Audience.VERIFIED: "Only verified organisations see this",
}
SOON_DAYS: Final = 7
LONGEST_SUMMARY: Final = 220


@dataclass(frozen=True, slots=True)
class Card:
    """A post in a list."""

    href: str
    title: str
    title_cy: str | None
    organisation: str
    organisation_href: str
    kind: str
    facts: tuple[str, ...]
    summary: str
    closes: str
    is_soon: bool
    redeployees_until: str
    audience: str


@dataclass(frozen=True, slots=True)
class Option:
    """A value of a filter with how many posts it would leave."""

    value: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A filter with its values."""

    name: str
    legend: str
    options: tuple[Option, ...]

    @property
    def chosen(self) -> int:
        """How many of its values are chosen."""
        return sum(option.is_chosen for option in self.options)


@dataclass(frozen=True, slots=True)
class Link:
    """Where a word leads; `count` is how many posts are found there, or None."""

    text: str
    href: str
    count: int | None = None


@lru_cache(maxsize=2_000)
def day(value: date) -> str:
    """A day in words; the same few days stand on every page."""
    return day_in_words(value)


def whole_pounds(value: Decimal) -> str:
    """An amount without pence where there are none.

    >>> whole_pounds(Decimal("60000.00")), whole_pounds(Decimal("60000.5"))
    ('£60,000', '£60,000.50')
    """
    return f"£{value:,.0f}" if value == value.to_integral_value() else f"£{value:,.2f}"


def pay_words(low: Decimal | None, high: Decimal | None) -> str:
    """The pay of a full-time year; empty where none is said.

    >>> pay_words(Decimal(60000), Decimal(70000))
    '£60,000 to £70,000 a year, full time'
    """
    if low is None and high is None:
        return ""
    if low is None or high is None or low == high:
        known = high if low is None else low
        return f"{whole_pounds(known)} a year, full time"  # type: ignore[arg-type]
    return f"{whole_pounds(low)} to {whole_pounds(high)} a year, full time"


def days_words(days: Decimal | None) -> str:
    """Days of a week.

    >>> days_words(Decimal("2.50")), days_words(Decimal(1))
    ('2.5 days a week', '1 day a week')
    """
    if days is None:
        return ""
    return f"{number(days)} {'day' if days == 1 else 'days'} a week"


def place_words(row: Mapping[str, Any]) -> str:
    """Where a post is: place and region, as far as they are said."""
    region = REGION_NAMES.get(row["region"], "") if row["region"] else ""
    return ", ".join(part for part in (row["place"], region) if part)


def make_card(row: Mapping[str, Any], today: date) -> Card:
    """A row of the list as it is shown."""
    weeks = row["weeks"]
    facts = (
        days_words(row["days_per_week"]),
        f"{weeks} weeks" if weeks else "",
        REMOTE_WORDS.get(row["remote"], ""),
        place_words(row),
        pay_words(row["pay_from"], row["pay_to"]),
    )
    closes_on, until = row["closes_on"], row["redeployees_first_until"]
    summary = row["summary"] or ""
    if len(summary) > LONGEST_SUMMARY:
        summary = summary[:LONGEST_SUMMARY].rsplit(" ", 1)[0] + "…"
    return Card(
        href=post_path(row["slug"]),
        title=row["title"],
        title_cy=row["title_cy"],
        organisation=row["organisation_name"],
        organisation_href=f"/organisations/{row['organisation_slug']}",
        kind=KIND_NAMES[row["kind"]],
        facts=tuple(fact for fact in facts if fact),
        summary=summary,
        closes=closes_words(closes_on, today),
        is_soon=(closes_on - today).days <= SOON_DAYS,
        redeployees_until=day(until) if until and until >= today else "",
        audience=AUDIENCE_WORDS.get(row["audience"], ""),
    )


def closes_words(closes_on: date, today: date) -> str:
    """The last day of a post, and how near it is.

    >>> closes_words(date(2026, 12, 4), date(2026, 12, 3))
    'Closes tomorrow, 4 December 2026'
    """
    left = (closes_on - today).days
    if left == 0:
        return f"Closes today, {day(closes_on)}"
    if left == 1:
        return f"Closes tomorrow, {day(closes_on)}"
    return f"Closes {day(closes_on)}"


def make_groups(search: Search, counts: Counts) -> tuple[Group, ...]:
    """The filters with lists of values, each value with its count."""
    found = []
    for name in LISTS:
        chosen, by_value = set(getattr(search, name)), counts.by_value[name]
        values = _values(name, by_value, chosen)
        options = tuple(
            Option(value, label_of(name, value, counts), by_value.get(value, 0), value in chosen)
            for value in values
        )
        if name in {"family", "role"}:
            options = tuple(sorted(options, key=lambda option: option.label.lower()))
        found.append(Group(name, LEGENDS[name], options))
    return tuple(found)


def _values(name: str, by_value: Mapping[str, int], chosen: set[str]) -> Iterable[str]:
    fixed: dict[str, Iterable[str]] = {"kind": OpportunityKind, "region": Region, "remote": Remote}
    return fixed.get(name) or set(by_value) | chosen


def label_of(name: str, value: str, counts: Counts) -> str:
    """A value of a filter in words."""
    fixed: dict[str, Mapping[Any, str]] = {
        "kind": KIND_NAMES,
        "region": REGION_NAMES,
        "remote": REMOTE_WORDS,
    }
    names = fixed.get(name) or counts.names.get(name, {})
    return names.get(value) or value.replace("-", " ").capitalize()


def make_tags(search: Search, counts: Counts) -> list[Link]:
    """What is set, each with where the search leads without it."""
    tags = [Link(f"“{search.q}”", search_path(search.without("q")))] if search.q else []
    for name in LISTS:
        chosen = getattr(search, name)
        tags += [
            Link(
                label_of(name, value, counts),
                search_path(search.only(name, (v for v in chosen if v != value))),
            )
            for value in chosen
        ]
    if "days" in search.filters:
        tags.append(Link(_days_tag(search), search_path(search.without("days"))))
    if search.pay:
        tags.append(Link(f"£{search.pay:,} or more", search_path(search.without("pay"))))
    return tags


def _days_tag(search: Search) -> str:
    low, high = search.min_days, search.max_days
    if low is not None and high is not None:
        if low == high:
            return days_words(low)
        return f"{number(low)} to {number(high)} days a week"
    if low is not None:
        return f"{number(low)} or more days a week"
    return f"Up to {number(high or Decimal(0))} days a week"


def wider(search: Search, counts: Counts, without_words: int | None) -> list[Link]:
    """Searches that find more, the most useful first; none where enough is found.

    Without one filter at a time, and with each neighbouring region besides.
    """
    if counts.total >= FEW:
        return []
    found = [
        Link(_dropped(name), search_path(search.without(name)), count)
        for name, count in counts.without.items()
    ]
    if without_words is not None:
        found.append(Link(_dropped("q"), search_path(search.without("q")), without_words))
    for region in _neighbours(search.region):
        count = counts.total + counts.by_value["region"].get(region, 0)
        more = search.only("region", sorted({*search.region, region}))
        found.append(Link(f"Also in {REGION_NAMES[region]}", search_path(more), count))
    useful = [link for link in found if (link.count or 0) > counts.total]
    return sorted(useful, key=lambda link: (-(link.count or 0), link.text))[:6]


def _dropped(name: str) -> str:
    return {
        "q": "Without the search words",
        "kind": "Any kind of post",
        "family": "Any role family",
        "role": "Any role",
        "region": "Any region",
        "remote": "Wherever the work is done",
        "days": "Any number of days",
        "pay": "Any pay",
    }[name]


def _neighbours(regions: Sequence[str]) -> list[Region]:
    chosen = {Region(region) for region in regions}
    near = dict.fromkeys(other for region in chosen for other in NEIGHBOURS[region])
    return sorted(set(near) - chosen)


def sort_options(search: Search) -> list[tuple[str, str, bool]]:
    """The orders that make sense: code, words, whether it is the one that applies."""
    return [
        (sort.value, SORT_NAMES[sort], sort is search.order)
        for sort in Sort
        if search.q or sort is not Sort.RELEVANCE
    ]


def pay_options(search: Search) -> list[tuple[str, str, bool]]:
    """The steps of the pay filter, and the one of the address where it is none of them."""
    steps = sorted({*PAY_STEPS, *([search.pay] if search.pay else [])})
    return [(str(step), f"£{step:,} or more", step == search.pay) for step in steps]


def said(found: Paged[Any]) -> str:
    """What was found, in one sentence for the heading and for screen readers.

    >>> from app.core.paging import Part
    >>> said(Paged([], 1234, Part(2)))
    '1,234 posts, page 2 of 62'
    """
    if not found.total:
        return "No posts found"
    posts = "post" if found.total == 1 else "posts"
    page = f", page {found.part.number} of {found.pages}" if found.part.number > 1 else ""
    return f"{found.total:,} {posts}{page}"
