"""Months, financial years, tax years and working days, as pure date arithmetic."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta


def month_key(day: date) -> str:
    """The calendar month of a day as YYYY-MM."""
    return f"{day.year:04d}-{day.month:02d}"


def month_start(key: str) -> date:
    """The first day of the month YYYY-MM."""
    return date(int(key[:4]), int(key[5:7]), 1)


def month_end(day: date) -> date:
    """The last day of the month that holds `day`."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def months_of(start: date, end: date) -> Iterator[str]:
    """The calendar months touched from `start` to `end`, both included."""
    index, last = start.year * 12 + start.month - 1, end.year * 12 + end.month - 1
    while index <= last:
        yield f"{index // 12:04d}-{index % 12 + 1:02d}"
        index += 1


def financial_year(day: date) -> int:
    """The year in whose April the financial year of `day` began.

    >>> financial_year(date(2027, 3, 31)), financial_year(date(2027, 4, 1))
    (2026, 2027)
    """
    return day.year if day.month >= 4 else day.year - 1


def financial_year_days(year: int) -> int:
    """Days from 1 April of `year` to the next 31 March: 365 or 366."""
    return (date(year + 1, 4, 1) - date(year, 4, 1)).days


def year_label(year: int) -> str:
    """A financial or tax year as people write it.

    >>> year_label(2026), year_label(1999)
    ('2026/27', '1999/00')
    """
    return f"{year}/{(year + 1) % 100:02d}"


def tax_year(day: date) -> int:
    """The year in whose April the tax year of `day` began (6 April to 5 April)."""
    return day.year if (day.month, day.day) >= (4, 6) else day.year - 1


def days_between(start: date, end: date) -> int:
    """Calendar days from `start` to `end`, both included; nil if `end` is earlier."""
    return max(0, (end - start).days + 1)


def weekdays_between(start: date, end: date) -> int:
    """Mondays to Fridays from `start` to `end`, both included, bank holidays among them."""
    days = days_between(start, end)
    full, rest = divmod(days, 7)
    first = start.weekday()
    return full * 5 + sum((first + step) % 7 < 5 for step in range(rest))


def overlap(start: date, end: date, first: date, last: date) -> int:
    """Calendar days that two stretches share."""
    return days_between(max(start, first), min(end, last))


def pay_date(key: str, pay_day: int | None) -> date:
    """When the month YYYY-MM is paid: its last day, or the day given if the month has it."""
    last = month_end(month_start(key))
    return last if pay_day is None or pay_day > last.day else last.replace(day=pay_day)


def long_date(day: date) -> str:
    """A date as the British public sector writes it.

    >>> long_date(date(2026, 4, 1))
    '1 April 2026'
    """
    return f"{day.day} {day:%B} {day.year}"


def month_name(key: str) -> str:
    """A month YYYY-MM in words, such as April 2026."""
    return f"{month_start(key):%B} {key[:4].lstrip('0')}"


def day_before(day: date) -> date:
    """The day before."""
    return day - timedelta(days=1)
