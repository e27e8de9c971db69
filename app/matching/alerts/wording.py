"""What alerts say of searches and posts, in English and in Welsh. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from app.core.words import day_in_words, number
from app.matching.alerts.domain import Frequency
from app.opportunities.domain import KIND_NAMES, OpportunityKind, Remote
from app.opportunities.finding.domain import Search
from app.organisations.domain import REGION_NAMES, Region

Names = Mapping[str, str]

KINDS: Final[dict[str, Mapping[Any, str]]] = {
    "en": KIND_NAMES,
    "cy": {
        OpportunityKind.SHARED_POST: "Swydd a ariennir ar y cyd",
        OpportunityKind.SECONDMENT_WANTED: "Yn chwilio am secondai",
        OpportunityKind.SECONDMENT_OFFERED: "Yn cynnig secondai",
        OpportunityKind.JOB_SWAP: "Cyfnewid swyddi",
        OpportunityKind.SHORT_ASSIGNMENT: "Aseiniad byr",
    },
}
REGIONS: Final[dict[str, Mapping[Any, str]]] = {
    "en": REGION_NAMES,
    "cy": {
        Region.NORTH_EAST: "Gogledd-ddwyrain Lloegr",
        Region.NORTH_WEST: "Gogledd-orllewin Lloegr",
        Region.YORKSHIRE: "Swydd Efrog a’r Humber",
        Region.EAST_MIDLANDS: "Dwyrain Canolbarth Lloegr",
        Region.WEST_MIDLANDS: "Gorllewin Canolbarth Lloegr",
        Region.EAST_OF_ENGLAND: "Dwyrain Lloegr",
        Region.LONDON: "Llundain",
        Region.SOUTH_EAST: "De-ddwyrain Lloegr",
        Region.SOUTH_WEST: "De-orllewin Lloegr",
        Region.WALES: "Cymru",
        Region.SCOTLAND: "Yr Alban",
        Region.NORTHERN_IRELAND: "Gogledd Iwerddon",
    },
}
REMOTES: Final[dict[str, Mapping[Any, str]]] = {
    "en": {Remote.ON_SITE: "On site", Remote.HYBRID: "Hybrid", Remote.REMOTE: "Remote"},
    "cy": {Remote.ON_SITE: "Ar y safle", Remote.HYBRID: "Hybrid", Remote.REMOTE: "O bell"},
}
HOW_OFTEN: Final[dict[str, dict[str, str]]] = {
    "en": {
        Frequency.INSTANT: "as soon as they are published",
        Frequency.DAILY: "once a day",
        Frequency.WEEKLY: "once a week",
    },
    "cy": {
        Frequency.INSTANT: "cyn gynted ag y cânt eu cyhoeddi",
        Frequency.DAILY: "unwaith y dydd",
        Frequency.WEEKLY: "unwaith yr wythnos",
    },
}
_EVERYTHING: Final = {"en": "Every new post", "cy": "Pob swydd newydd"}
_MONTHS_CY: Final = (
    "Ionawr", "Chwefror", "Mawrth", "Ebrill", "Mai", "Mehefin", "Gorffennaf", "Awst", "Medi",
    "Hydref", "Tachwedd", "Rhagfyr",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """A post in a message: who, what, the facts, its last day, and where it is."""

    title: str
    title_language: str
    organisation: str
    facts: str
    closes: str
    path: str
    seen_as: str


def describe(search: Search, names: Names, language: str = "en") -> str:
    """What a search looks for, on one line; `names` are those of roles and families by slug.

    >>> describe(Search(q="architect", region=("wales",)), {})
    '“architect”, Wales'
    >>> describe(Search(), {}, "cy")
    'Pob swydd newydd'
    """
    said = [f"“{search.q}”"] if search.q else []
    for values, words in (
        (search.kind, KINDS[language]),
        (search.family, names),
        (search.role, names),
        (search.region, REGIONS[language]),
        (search.remote, REMOTES[language]),
    ):
        found = [words.get(value) or value.replace("-", " ").capitalize() for value in values]
        if found:
            said.append(_or(found, language))
    if "days" in search.filters:
        said.append(_days(search, language))
    if search.pay:
        more = "or more" if language == "en" else "neu fwy"
        said.append(f"£{search.pay:,} {more}")
    return ", ".join(said) or _EVERYTHING[language]


def _or(words: list[str], language: str) -> str:
    joined = " neu " if language == "cy" else " or "
    return ", ".join([*words[:-2], joined.join(words[-2:])])


def _days(search: Search, language: str) -> str:
    low, high = search.min_days, search.max_days
    is_welsh = language == "cy"
    week = " diwrnod yr wythnos" if is_welsh else " days a week"
    if low is not None and high is not None:
        if low == high:
            return days_words(low, language)
        return f"{number(low)} {'i' if is_welsh else 'to'} {number(high)}{week}"
    if low is not None:
        return (
            f"{number(low)} {'neu fwy o ddiwrnodau yr wythnos' if is_welsh else 'or more' + week}"
        )
    return f"{'Hyd at' if is_welsh else 'Up to'} {number(high or Decimal(0))}{week}"


def days_words(days: Decimal, language: str) -> str:
    """Days of a week.

    >>> days_words(Decimal("2.50"), "en"), days_words(Decimal(1), "cy")
    ('2.5 days a week', '1 diwrnod yr wythnos')
    """
    if language == "cy":
        return f"{number(days)} diwrnod yr wythnos"
    return f"{number(days)} {'day' if days == 1 else 'days'} a week"


def pay_words(low: Decimal | None, high: Decimal | None, language: str) -> str:
    """The pay of a full-time year; empty where none is said.

    >>> pay_words(Decimal(60000), Decimal(70000), "cy")
    '£60,000 i £70,000 y flwyddyn, amser llawn'
    """
    known = [f"£{amount:,.2f}".removesuffix(".00") for amount in (low, high) if amount is not None]
    if not known:
        return ""
    is_welsh = language == "cy"
    span = (" i " if is_welsh else " to ").join(dict.fromkeys(known))
    return f"{span} {'y flwyddyn, amser llawn' if is_welsh else 'a year, full time'}"


def day_words(day: date, language: str) -> str:
    """A day.

    >>> day_words(date(2026, 4, 1), "cy")
    '1 Ebrill 2026'
    """
    if language == "cy":
        return f"{day.day} {_MONTHS_CY[day.month - 1]} {day.year}"
    return day_in_words(day)


def make_line(row: Mapping[str, Any], seen_as: str, language: str) -> Line:
    """A post as a message shows it. `seen_as` is the body whose members alone see it, or empty."""
    region = REGIONS[language].get(row["region"], "")
    facts = (
        KINDS[language][row["kind"]],
        days_words(row["days_per_week"], language) if row["days_per_week"] is not None else "",
        REMOTES[language].get(row["remote"], ""),
        ", ".join(part for part in (row["place"], region) if part),
        pay_words(row["pay_from"], row["pay_to"], language),
    )
    closes = day_words(row["closes_on"], language)
    in_welsh = language == "cy" and row["title_cy"]
    return Line(
        title=row["title_cy"] if in_welsh else row["title"],
        title_language="cy" if in_welsh else "en",
        organisation=(language == "cy" and row["organisation_name_cy"]) or row["organisation_name"],
        facts=". ".join(fact for fact in facts if fact),
        closes=f"Yn cau {closes}" if language == "cy" else f"Closes {closes}",
        path=f"/opportunities/{row['slug']}",
        seen_as=seen_as,
    )
