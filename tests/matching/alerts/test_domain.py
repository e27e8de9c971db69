"""The life of alerts, and the windows they cover."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.clock import LONDON
from app.core.errors import MoveRefused
from app.matching.alerts.domain import (
    ALERT,
    AlertAction,
    AlertStatus,
    Frequency,
    next_window,
    window_end,
)

MOVES = {
    ("waiting", "confirm"): "on",
    ("waiting", "end"): "ended",
    ("on", "pause"): "paused",
    ("on", "end"): "ended",
    ("paused", "resume"): "on",
    ("paused", "end"): "ended",
}
START = datetime(2026, 1, 1, tzinfo=UTC)
MOMENTS = st.timedeltas(timedelta(0), timedelta(days=730)).map(lambda after: START + after)


@pytest.mark.parametrize("status", AlertStatus)
@pytest.mark.parametrize("action", AlertAction)
def test_every_status_against_every_action(status: AlertStatus, action: AlertAction) -> None:
    wanted = MOVES.get((status.value, action.value))
    if wanted is None:
        with pytest.raises(MoveRefused):
            ALERT.after(status, action)
    else:
        assert ALERT.after(status, action) == wanted


@given(MOMENTS, st.sampled_from(Frequency))
def test_a_window_ends_in_the_past_and_not_long_ago(now: datetime, frequency: Frequency) -> None:
    end = window_end(frequency, now)
    longest = {"instant": timedelta(minutes=10), "daily": timedelta(hours=25)}
    assert end <= now
    assert now - end < longest.get(frequency.value, timedelta(days=7, hours=1))


@given(MOMENTS, st.timedeltas(timedelta(0), timedelta(days=30)), st.sampled_from(Frequency))
def test_ends_of_windows_never_go_back(
    now: datetime, later: timedelta, frequency: Frequency
) -> None:
    assert window_end(frequency, now) <= window_end(frequency, now + later)
    assert window_end(frequency, window_end(frequency, now)) == window_end(frequency, now)


@given(MOMENTS)
def test_daily_and_weekly_alerts_go_out_at_seven_whatever_the_season(now: datetime) -> None:
    for frequency in (Frequency.DAILY, Frequency.WEEKLY):
        there = window_end(frequency, now).astimezone(LONDON)
        assert (there.hour, there.minute) == (7, 0)
    assert window_end(Frequency.WEEKLY, now).astimezone(LONDON).weekday() == 0


@given(
    MOMENTS,
    st.lists(
        st.tuples(st.sampled_from(Frequency), st.timedeltas(timedelta(0), timedelta(days=9))),
        max_size=30,
    ),
)
def test_windows_follow_each_other_whatever_is_changed(
    start: datetime, steps: list[tuple[Frequency, timedelta]]
) -> None:
    """However often its frequency is changed, and whenever a worker looks."""
    covered, now, windows = start, start, []
    for frequency, wait in steps:
        now += wait
        window = next_window(frequency, covered, now)
        if window is not None:
            windows.append(window)
            covered = window[1]
            assert next_window(frequency, covered, now) is None
    for (_, end), (begin, later) in pairwise(windows):
        assert end == begin < later
    assert all(begin < end <= now for begin, end in windows)


def test_the_nights_on_which_clocks_change() -> None:
    for day in (datetime(2027, 3, 28, 12, tzinfo=UTC), datetime(2027, 10, 31, 12, tzinfo=UTC)):
        end = window_end(Frequency.DAILY, day)
        assert next_window(Frequency.DAILY, end - timedelta(days=1), day) is not None
        assert f"{end.astimezone(LONDON):%H:%M}" == "07:00"
