"""A table of a page as plain data, and the words for money, dates, years and rates. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal

from app.costsharing.engine.calendar import long_date
from app.costsharing.engine.money import nearest_of, sterling

RowKind = Literal["body", "subtotal", "total"]
BASIS_NAMES = {
    "equal": "Equal shares",
    "percent": "Agreed percentages",
    "days": "Days a week",
    "fte": "Full-time equivalent (FTE)",
    "population": "Population",
    "budget": "Budget",
    "headcount": "Headcount",
    "devices": "Devices",
    "usage": "Use made of the post",
    "ratio": "Agreed ratio",
    "weights": "Agreed weights",
    "weighted": "A formula of several factors",
    "day_rate": "A day rate",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its heading and its cells; totals are set apart."""

    head: str
    cells: tuple[str, ...]
    kind: RowKind = "body"


@dataclass(frozen=True, slots=True)
class DataTable:
    """A table with caption and column headings. Columns in `words` (from 1) hold text, not sums.

    `id` is unique on the page; `note` is said under the caption.
    """

    id: str
    caption: str
    head: tuple[str, ...]
    rows: tuple[Row, ...]
    words: frozenset[int] = field(default_factory=frozenset)
    note: str = ""

    @property
    def is_wide(self) -> bool:
        """Whether a narrow screen cannot show all columns, so that the first should stay."""
        return len(self.head) > 3

    @property
    def is_dense(self) -> bool:
        """Whether paper needs smaller figures to hold all columns."""
        return len(self.head) > 7


def days(start: date, end: date) -> str:
    """A stretch of days, both included.

    >>> days(date(2026, 4, 1), date(2027, 3, 31))
    '1 April 2026 to 31 March 2027'
    """
    return f"{long_date(start)} to {long_date(end)}"


def period(start: date, end: date) -> str:
    """A stretch of days, shorter where it is made of whole months.

    >>> period(date(2026, 4, 1), date(2026, 4, 30)), period(date(2026, 4, 1), date(2026, 6, 30))
    ('April 2026', 'April to June 2026')
    >>> period(date(2026, 4, 1), date(2027, 3, 31)), period(date(2026, 4, 2), date(2026, 4, 30))
    ('April 2026 to March 2027', '2 April 2026 to 30 April 2026')
    """
    if start.day != 1 or (end + timedelta(days=1)).day != 1:
        return days(start, end)
    first, last = f"{start:%B}", f"{end:%B}"
    if start.year != end.year:
        return f"{first} {start.year} to {last} {end.year}"
    return f"{first} {end.year}" if first == last else f"{first} to {last} {end.year}"


def plain(number: Fraction, places: int = 6) -> str:
    """An exact number as short as it can be said: a decimal, or a fraction where none ends.

    >>> plain(Fraction(5, 2)), plain(Fraction(3)), plain(Fraction(1, 3)), plain(Fraction(250000))
    ('2.5', '3', '1/3', '250,000')
    """
    scaled = number * 10**places
    if scaled.denominator != 1:
        return f"{number.numerator:,}/{number.denominator:,}"
    whole, rest = divmod(abs(scaled.numerator), 10**places)
    decimals = f"{rest:0{places}d}".rstrip("0")
    sign = "-" if number < 0 else ""
    return f"{sign}{whole:,}" + (f".{decimals}" if decimals else "")


def percent(rate: Fraction) -> str:
    """A rate in full as a percentage.

    >>> percent(Fraction(195, 1000)), percent(Fraction(1, 3))
    ('19.5%', '100/3%')
    """
    return plain(rate * 100) + "%"


def rounded_percent(part: Fraction) -> str:
    """A part of the whole as a percentage with one decimal, for reading only.

    >>> rounded_percent(Fraction(1, 3))
    '33.3%'
    """
    tenths = nearest_of(part * 1000)
    return f"{tenths // 10}.{tenths % 10}%"


def count(number: int, one: str, many: str = "") -> str:
    """A number with its noun.

    >>> count(1, "invoice"), count(12, "party", "parties")
    ('1 invoice', '12 parties')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def money_row(head: str, sums: Iterable[int], kind: RowKind = "body") -> Row:
    """A row of pence as pounds."""
    return Row(head, tuple(sterling(pence) for pence in sums), kind)


def grid(
    rows: Sequence[tuple[str, Mapping[int, int]]], columns: Sequence[int], total: str = "Total"
) -> tuple[Row, ...]:
    """Rows of pence by column with a sum at the end of each, and a row of sums below all.

    A single column is its own sum, so none is added; `grid_head` follows suit.
    """
    several = len(columns) > 1
    body = [
        money_row(head, [*(cells.get(c, 0) for c in columns), *_sum_of(cells, several)])
        for head, cells in rows
    ]
    sums = {c: sum(cells.get(c, 0) for _, cells in rows) for c in columns}
    return (*body, money_row(total, [*sums.values(), *_sum_of(sums, several)], "total"))


def grid_head(first: str, columns: Sequence[str], last: str = "Total") -> tuple[str, ...]:
    """The headings of a grid: a total is named only where there are several columns."""
    return (first, *columns, last) if len(columns) > 1 else (first, *columns)


def _sum_of(cells: Mapping[int, int], several: bool) -> list[int]:
    return [sum(cells.values())] if several else []
