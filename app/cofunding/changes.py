"""What has changed of a post or a pledge, field by field in words, before and after. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from app.cofunding.domain import PledgeBasis, days_in_words, read_exact
from app.costsharing.engine import sterling
from app.costsharing.engine.calendar import long_date

NONE: Final = "None"


@dataclass(frozen=True, slots=True)
class Change:
    """One field that is another than it was, each side as people read it."""

    what: str
    before: str
    after: str

    def plain(self) -> dict[str, Any]:
        """As history keeps it."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Terms:
    """What partners rely on of a post: its week in days, dates, and the inputs of its cost."""

    week: Decimal | None
    starts_on: date | None
    ends_on: date | None
    base: Mapping[str, Any] | None

    def plain(self) -> dict[str, Any]:
        """As an approval keeps it."""
        return {
            "week": None if self.week is None else str(self.week),
            "starts_on": None if self.starts_on is None else self.starts_on.isoformat(),
            "ends_on": None if self.ends_on is None else self.ends_on.isoformat(),
            "base": None if self.base is None else dict(self.base),
        }


def terms_from(plain: Mapping[str, Any]) -> Terms:
    """The terms that an approval kept."""
    return Terms(
        None if plain["week"] is None else Decimal(plain["week"]),
        None if plain["starts_on"] is None else date.fromisoformat(plain["starts_on"]),
        None if plain["ends_on"] is None else date.fromisoformat(plain["ends_on"]),
        plain["base"],
    )


def post_changes(before: Terms, after: Terms) -> list[Change]:
    """Every field of a post that its partners relied on and that differs, in the post's order.

    Sources of rates, and other words that no figure comes from, do not count.
    """
    return _differences(dict(_fields_of(before)), dict(_fields_of(after)))


def _differences(before: Mapping[str, str], after: Mapping[str, str]) -> list[Change]:
    names = dict.fromkeys([*before, *after])
    return [
        Change(name, before.get(name, NONE), after.get(name, NONE))
        for name in names
        if before.get(name) != after.get(name)
    ]


def _fields_of(terms: Terms) -> Iterator[tuple[str, str]]:
    if terms.week is not None:
        yield "Days a week of the post", days_in_words(Fraction(terms.week))
    if terms.starts_on is not None:
        yield "First day", long_date(terms.starts_on)
    if terms.ends_on is not None:
        yield "Last day", long_date(terms.ends_on)
    if terms.base is not None:
        yield from _cost_fields(terms.base)


def _cost_fields(base: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    term = base["term"]
    yield "Time that is priced", f"{_day(term['start'])} to {_day(term['end'])}"
    for key, name in _WORDS.items():
        if key in base:
            yield name, str(base[key])
    if "post" in base:
        yield from _pay_fields(base["post"])
    for line in base.get("other_lines", ()):
        on = f" on {_day(line['date'])}" if "date" in line else ""
        yield f"{line['name']} ({_KINDS[line['kind']]})", f"{_pounds(line['amount'])}{on}"
    if "overhead" in base:
        yield "Overhead", _percent(base["overhead"]["rate"])
    for grant in base.get("grants", ()):
        rate = f", {_percent(grant['rate'])} of eligible cost" if "rate" in grant else ""
        yield f"Grant: {grant['name']}", f"{_pounds(grant['amount'])}{rate}"
    if "host_fee" in base:
        fee = base["host_fee"]
        yield (
            "Fee of the employer",
            f"{_pounds(fee['amount'])} a year" if "amount" in fee else _percent(fee["rate"]),
        )
    schedule = base.get("schedule")
    if schedule:
        days = schedule.get("payment_days", "30")
        yield "Invoices", f"{schedule['frequency']}, in {schedule['timing']}, {days} days to pay"


def _pay_fields(post: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "Hours a week", post["contracted_hours"]
    yield "Full-time week in hours", post["full_time_hours"]
    yield "Weeks paid of the year", post.get("weeks_factor", "1")
    for point in post["salary"]:
        yield f"Salary from {_day(point['from'])}", _pounds(point["annual_fte"]) + _assumed(point)
    for award in post.get("backdated_awards", ()):
        for point in award["salary"]:
            yield (
                f"Backdated salary from {_day(point['from'])}",
                f"{_pounds(point['annual_fte'])}, paid in {award['paid_month']}",
            )
    for allowance in post.get("allowances", ()):
        yield f"Allowance: {allowance['name']}", f"{_pounds(allowance['annual'])} a year"
    yield "National Insurance belongs to the post", post["ni"]["basis"]
    for year in post["ni"]["years"]:
        yield (
            f"Employer National Insurance {year['tax_year']}",
            f"{_percent(year['rate'])} above {_pounds(year['monthly_threshold'])} a month"
            f"{_assumed(year)}",
        )
    for rate in post["pension"]:
        yield f"Employer pension from {_day(rate['from'])}", _percent(rate["rate"]) + _assumed(rate)
    yield "Apprenticeship levy", _percent(post["levy_rate"])


_WORDS: Final = {
    "method": "Method",
    "apportionment": "Part months are counted by",
    "pay_day": "Pay day",
}
_KINDS: Final = {"one_off": "once", "annual": "a year", "total": "for the whole term"}


def _assumed(entry: Mapping[str, Any]) -> str:
    return " (assumed)" if entry.get("assumed") else ""


def _day(text: str) -> str:
    return long_date(date.fromisoformat(text))


def _pounds(text: str) -> str:
    return sterling(int(Decimal(text) * 100))


def _percent(text: str) -> str:
    """A rate as a percentage, exact: a fraction stays one.

    >>> _percent("0.195"), _percent("1/3")
    ('19.5%', '100/3%')
    """
    rate = read_exact(text) * 100
    decimal = Decimal(rate.numerator) / Decimal(rate.denominator)
    if Fraction(decimal) == rate:
        return f"{decimal.normalize():f}%"
    return f"{rate.numerator}/{rate.denominator}%"


@dataclass(frozen=True, slots=True)
class PledgeTerms:
    """What a pledge says: exact amount by basis, pounds of its ceiling, conditions, last day."""

    basis: PledgeBasis
    amount: str
    ceiling: Decimal | None = None
    conditions: str | None = None
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a body wants its pledge to say, and whether it is more than interest."""

    terms: PledgeTerms
    in_principle: bool


def amount_in_words(basis: PledgeBasis, amount: str) -> str:
    """What is pledged, for a table or a sentence.

    >>> amount_in_words(PledgeBasis.DAYS, "1.5"), amount_in_words(PledgeBasis.PERCENT, "20")
    ('1.5 days a week', '20% of the post')
    >>> amount_in_words(PledgeBasis.SUM, "9000.00")
    '£9,000.00 a year'
    """
    if basis is PledgeBasis.DAYS:
        return f"{days_in_words(read_exact(amount))} a week"
    if basis is PledgeBasis.PERCENT:
        return f"{amount.rstrip('0').rstrip('.') if '.' in amount else amount}% of the post"
    return f"{_pounds(amount)} a year"


def pledge_changes(before: PledgeTerms, after: PledgeTerms) -> list[Change]:
    """Every field of a pledge that differs."""
    return _differences(dict(_pledge_fields(before)), dict(_pledge_fields(after)))


def _pledge_fields(pledge: PledgeTerms) -> Iterator[tuple[str, str]]:
    yield "Pledge", amount_in_words(pledge.basis, pledge.amount)
    if pledge.ceiling is not None:
        yield "Ceiling", f"{sterling(int(pledge.ceiling * 100))} in a financial year"
    if pledge.conditions:
        yield "Conditions", pledge.conditions
    if pledge.ends_on is not None:
        yield "Counts until", long_date(pledge.ends_on)
