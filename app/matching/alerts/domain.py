"""What holds for alerts: their life, how often they go out, and the windows they cover. Pure."""

from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Final

from app.core.clock import LONDON
from app.core.errors import NotFound, RuleBroken
from app.core.lifecycle import Lifecycle


class Frequency(StrEnum):
    """How often an alert goes out, if there is something new."""

    INSTANT = "instant"
    DAILY = "daily"
    WEEKLY = "weekly"


class AlertStatus(StrEnum):
    """Where an alert is in its life."""

    WAITING = "waiting"
    ON = "on"
    PAUSED = "paused"
    ENDED = "ended"


class AlertAction(StrEnum):
    """What can be done to an alert."""

    CONFIRM = "confirm"
    PAUSE = "pause"
    RESUME = "resume"
    END = "end"


ALERT: Final = Lifecycle(
    "alert",
    AlertStatus.WAITING,
    {
        (AlertStatus.WAITING, AlertAction.CONFIRM): AlertStatus.ON,
        (AlertStatus.WAITING, AlertAction.END): AlertStatus.ENDED,
        (AlertStatus.ON, AlertAction.PAUSE): AlertStatus.PAUSED,
        (AlertStatus.ON, AlertAction.END): AlertStatus.ENDED,
        (AlertStatus.PAUSED, AlertAction.RESUME): AlertStatus.ON,
        (AlertStatus.PAUSED, AlertAction.END): AlertStatus.ENDED,
    },
)

FREQUENCY_NAMES: Final = {
    Frequency.INSTANT: "As soon as they are published",
    Frequency.DAILY: "Once a day",
    Frequency.WEEKLY: "Once a week",
}
# When daily and weekly alerts go out, in the United Kingdom; weekly ones on Mondays.
SENDING_TIME: Final = time(7)
INSTANT_MINUTES: Final = 10
CONFIRM_WITHIN: Final = timedelta(days=14)
REVIEW_AFTER: Final = timedelta(days=365)
ANSWER_WITHIN: Final = timedelta(days=30)
KEEP_ENDED: Final = timedelta(days=30)
# How far back a post may have been published and still be new to somebody; what was told is
# remembered for longer than that.
NEW_FOR: Final = timedelta(days=365)
REMEMBER_TOLD: Final = timedelta(days=400)
KEEP_RUNS: Final = timedelta(days=90)
# Posts that a mail shows, and those that one run takes at most.
SHOWN: Final = 20
MOST_POSTS: Final = 200
MOST_ALERTS: Final = 50
LINKS: Final = "/alerts/by-link/"


def window_end(frequency: Frequency, now: datetime) -> datetime:
    """The latest moment up to which an alert of this frequency may have gone out by `now`.

    >>> from datetime import UTC
    >>> now = datetime(2026, 7, 1, 5, 59, 30, tzinfo=UTC)  # a Wednesday, 6:59am in summer time
    >>> [f"{window_end(f, now):%a %H:%M}" for f in Frequency]
    ['Wed 05:50', 'Tue 06:00', 'Mon 06:00']
    """
    if frequency is Frequency.INSTANT:
        minute = now.minute - now.minute % INSTANT_MINUTES
        return now.replace(minute=minute, second=0, microsecond=0)
    there = now.astimezone(LONDON)
    day = there.date()
    if frequency is Frequency.WEEKLY:
        day -= timedelta(days=day.weekday())
    step = timedelta(days=7 if frequency is Frequency.WEEKLY else 1)
    end = datetime.combine(day, SENDING_TIME, LONDON)
    if end > there:
        end = datetime.combine(day - step, SENDING_TIME, LONDON)
    return end.astimezone(now.tzinfo)


def next_window(
    frequency: Frequency, covered_to: datetime, now: datetime
) -> tuple[datetime, datetime] | None:
    """The window that is due: from where the last one ended; None where nothing is due yet.

    Windows of an alert follow each other without a gap, whatever is changed in between, so that
    no two overlap. A night without a worker makes one longer window, not several mails.
    """
    end = window_end(frequency, now)
    return (covered_to, end) if covered_to < end else None


def no_such_alert() -> NotFound:
    """There is none, or it is somebody else's."""
    return NotFound("no-such-alert", "There is no such alert.")


def no_such_link() -> NotFound:
    """The link leads to no alert: it was removed, or never was one."""
    return NotFound(
        "no-such-link",
        "This link does not work any more. The alert that it belongs to was removed, so no more "
        "emails come from it.",
    )


def too_many() -> RuleBroken:
    """Somebody has as many alerts as anybody may have."""
    return RuleBroken(
        "too-many-alerts", f"You have {MOST_ALERTS} alerts. End one before you make another."
    )


def already_there() -> RuleBroken:
    """The same search is saved already."""
    return RuleBroken("alert-there-already", "You have an alert for this search already.")
