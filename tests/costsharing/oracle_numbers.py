"""Exact numbers and plain calendar arithmetic for the costing oracle.

Money is an ``int`` of pence once rounded and a ``Fraction`` of pence before. Nothing here is
quick; every function is meant to be checked by eye.
"""

import math
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any


class Refused(Exception):
    """The inputs are well formed, but their amounts cannot be shared as asked."""


def exact(text: str) -> Fraction:
    """Read a decimal string, or two of them with a stroke between."""
    top, _, bottom = text.partition("/")
    return Fraction(top) / Fraction(bottom or "1")


def pence(text: str) -> int:
    """Read pounds and give whole pence."""
    amount = Fraction(text) * 100
    assert amount.denominator == 1
    return int(amount)


def pounds(amount: int) -> str:
    """Print whole pence as pounds with two decimals."""
    sign = "-" if amount < 0 else ""
    return f"{sign}{abs(amount) // 100}.{abs(amount) % 100:02d}"


def nearest(amount: Fraction) -> int:
    """Round to a whole penny; a half goes away from nil."""
    size = math.floor(abs(amount) + Fraction(1, 2))
    return -size if amount < 0 else size


def ni_rounded(amount: Fraction) -> int:
    """Payroll rounding: look at tenths of a penny only; six tenths or more go up.

    CHOICE: a negative amount (a pay cut taken back in one month, marginal basis) is rounded
    as its positive twin and negated, as ``allocate`` and ``nearest`` do.
    """
    size, tenth = divmod(math.floor(abs(amount) * 10), 10)
    if tenth > 5:
        size += 1
    return -size if amount < 0 else size


def allocate(total: int, weights: Sequence[Fraction | int]) -> list[int]:
    """Split pence by largest remainder; the earlier one wins a tie.

    CHOICE: nil is split into nils whatever the weights are, so that weights adding up to nil
    only matter where there is an amount. CHOICE: a negative weight (a negative line among
    actuals, or a month that a mixed award lowers) is taken as it stands; the parts still add up.
    """
    if total == 0:
        return [0 for _ in weights]
    if total < 0:
        return [-part for part in allocate(-total, weights)]
    whole = sum((Fraction(weight) for weight in weights), Fraction(0))
    shares = [Fraction(total) * Fraction(weight) / whole for weight in weights]
    parts = [math.floor(share) for share in shares]
    by_fraction = sorted(range(len(parts)), key=lambda i: (parts[i] - shares[i], i))
    for i in by_fraction[: total - sum(parts)]:
        parts[i] += 1
    assert sum(parts) == total
    return parts


def split(total: int, weights: dict[Any, Any]) -> dict[Any, int]:
    """Allocate over the keys of a mapping, in its order."""
    return dict(zip(weights, allocate(total, list(weights.values())), strict=True))


def days_from_to(first: date, last: date) -> list[date]:
    """List every day of a stretch, both ends included."""
    return [first + timedelta(days=i) for i in range((last - first).days + 1)]


def month_of(day: date) -> str:
    """Name the calendar month of a day."""
    return f"{day.year:04d}-{day.month:02d}"


def days_of_month(month: str) -> list[date]:
    """List every day of a calendar month."""
    first = date.fromisoformat(f"{month}-01")
    month_at_most = days_from_to(first, first + timedelta(days=30))
    return [day for day in month_at_most if month_of(day) == month]


def financial_year(day: date) -> date:
    """Give the 1 April that begins the financial year of a day."""
    return date(day.year if day.month >= 4 else day.year - 1, 4, 1)


def days_in_financial_year(year: date) -> int:
    """Count the days of the financial year that begins on this 1 April."""
    return (date(year.year + 1, 4, 1) - year).days


def tax_year(day: date) -> str:
    """Name the tax year, which begins on 6 April."""
    first = day.year if (day.month, day.day) >= (4, 6) else day.year - 1
    return f"{first:04d}/{(first + 1) % 100:02d}"


def pay_date(month: str, pay_day: str) -> date:
    """Find the day on which a month's pay is paid."""
    days = days_of_month(month)
    number = len(days) if pay_day == "last" else int(pay_day)
    return days[min(number, len(days)) - 1]


def for_part_year(yearly: int, days: int, year: date) -> int:
    """Scale a yearly sum by calendar days over the days of that financial year."""
    return nearest(Fraction(yearly) * days / days_in_financial_year(year))


def count_by(keys: Iterable[Any]) -> dict[Any, int]:
    """Count how often each key comes, in order of first appearance."""
    counts: dict[Any, int] = {}
    for key in keys:
        counts[key] = counts.get(key, 0) + 1
    return counts


class Flags:
    """Collects warnings, each once, in the order in which they are met."""

    def __init__(self) -> None:
        """Start with none."""
        self.items: list[dict[str, str]] = []

    def add(self, code: str, **where: str) -> None:
        """Record a warning unless the very same one is there already."""
        flag = {"code": code, **where}
        if flag not in self.items:
            self.items.append(flag)
