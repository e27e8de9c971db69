"""The day in the United Kingdom, on the two nights when its clocks change."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from app.core import clock


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2027-03-27T23:59:59", date(2027, 3, 27)),
        ("2027-03-28T00:00:00", date(2027, 3, 28)),
        ("2027-03-28T01:00:00", date(2027, 3, 28)),
        ("2027-03-28T22:59:59", date(2027, 3, 28)),
        ("2027-03-28T23:00:00", date(2027, 3, 29)),
        ("2027-10-30T22:59:59", date(2027, 10, 30)),
        ("2027-10-30T23:00:00", date(2027, 10, 31)),
        ("2027-10-31T01:00:00", date(2027, 10, 31)),
        ("2027-10-31T23:59:59", date(2027, 10, 31)),
        ("2027-11-01T00:00:00", date(2027, 11, 1)),
    ],
)
def test_a_day_ends_at_midnight_in_london(
    moment: str, day: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stopped(datetime):
        """A clock that stands still."""

        @classmethod
        def now(cls, _: Any = None) -> datetime:
            return datetime.fromisoformat(moment).replace(tzinfo=UTC)

    monkeypatch.setattr(clock, "datetime", Stopped)
    assert clock.london_today() == day
