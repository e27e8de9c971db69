"""Days, times, money and rates as people read them; the filters of all templates. Pure."""

from datetime import date, datetime
from decimal import Decimal

from app.core.clock import LONDON


def day_in_words(value: date | datetime) -> str:
    """A day, or the day of a moment in the United Kingdom.

    >>> day_in_words(date(2026, 4, 1))
    '1 April 2026'
    """
    day = value.astimezone(LONDON).date() if isinstance(value, datetime) else value
    return f"{day.day} {day:%B} {day.year}"


def moment_in_words(value: datetime) -> str:
    """A moment by the clock in the United Kingdom.

    >>> from datetime import UTC
    >>> moment_in_words(datetime(2026, 7, 1, 13, 5, tzinfo=UTC))
    '1 July 2026 at 2:05pm'
    """
    there = value.astimezone(LONDON)
    half = "am" if there.hour < 12 else "pm"
    return f"{day_in_words(value)} at {there.hour % 12 or 12}:{there.minute:02}{half}"


def pounds(value: Decimal) -> str:
    """An amount of money.

    >>> pounds(Decimal("1234.5"))
    '£1,234.50'
    """
    sign = "−" if value < 0 else ""
    return f"{sign}£{abs(value):,.2f}"


def percent(value: Decimal) -> str:
    """A rate as a percentage, exact.

    >>> percent(Decimal("0.2050")), percent(Decimal("1"))
    ('20.5%', '100%')
    """
    text = f"{value * 100:f}"
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text}%"


def number(value: Decimal) -> str:
    """A number without zeros that say nothing.

    >>> number(Decimal("37.00")), number(Decimal("37.50"))
    ('37', '37.5')
    """
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
