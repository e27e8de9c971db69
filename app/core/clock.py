"""The date that people in the United Kingdom have; times themselves are kept in UTC."""

from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

LONDON: Final = ZoneInfo("Europe/London")


def london_today() -> date:
    """Today's date in the United Kingdom."""
    return datetime.now(UTC).astimezone(LONDON).date()
