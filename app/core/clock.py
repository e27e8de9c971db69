"""The date that people in the United Kingdom have; times themselves are kept in UTC."""

from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

LONDON: Final = ZoneInfo("Europe/London")


def london_today() -> date:
    """Today's date in the United Kingdom."""
    return datetime.now(UTC).astimezone(LONDON).date()


def a_year_after(day: date) -> date:
    """The same day a year later; the last of February for the 29th.

    >>> a_year_after(date(2028, 2, 29)), a_year_after(date(2026, 11, 25))
    (datetime.date(2029, 2, 28), datetime.date(2027, 11, 25))
    """
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)
