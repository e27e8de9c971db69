"""When a post opens, when we ask whether it still stands, and what can be done next. Pure."""

from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from app.opportunities.domain import (
    OPPORTUNITY,
    OpportunityAction,
    OpportunityKind,
    OpportunityStatus,
)

REVIEW_EVERY: Final[dict[OpportunityKind, timedelta]] = {
    **dict.fromkeys(OpportunityKind, timedelta(days=60)),
    OpportunityKind.SHORT_ASSIGNMENT: timedelta(days=30),
}
NUDGE_AGAIN_AFTER: Final = timedelta(days=7)
HIDE_AFTER: Final = timedelta(days=7)
NUDGES: Final = 2

# Actions of the lifecycle that time takes, not a person.
_OF_TIME: Final = frozenset({OpportunityAction.HIDE, OpportunityAction.CLOSE})


class Due(StrEnum):
    """What is due on an open post whose review date has come."""

    NUDGE = "nudge"
    HIDE = "hide"


def review_day(kind: OpportunityKind, today: date) -> date:
    """The day on which we ask whether a post that was published or confirmed today still stands.

    >>> review_day(OpportunityKind.SHORT_ASSIGNMENT, date(2027, 3, 1))
    datetime.date(2027, 3, 31)
    """
    return today + REVIEW_EVERY[kind]


def due_on(review_on: date, nudges_sent: int, nudged_on: date | None, today: date) -> Due | None:
    """What an open post is due for: the first question, the second a week later, then hiding.

    A night that was missed is made up, and still a week lies between one step and the next.
    """
    if nudges_sent == 0:
        return Due.NUDGE if review_on <= today else None
    if nudged_on is None:
        return None
    if nudges_sent < NUDGES:
        return Due.NUDGE if nudged_on + NUDGE_AGAIN_AFTER <= today else None
    return Due.HIDE if nudged_on + HIDE_AFTER <= today else None


def open_actions(
    status: OpportunityStatus, *, needs_approval: bool
) -> tuple[OpportunityAction, ...]:
    """What a person can do to a post next, by its state and by whether the body wants approval.

    >>> [a.value for a in open_actions(OpportunityStatus.DRAFT, needs_approval=True)]
    ['submit']
    >>> [a.value for a in open_actions(OpportunityStatus.DRAFT, needs_approval=False)]
    ['schedule', 'publish']
    """
    barred = set(_OF_TIME)
    if status is OpportunityStatus.DRAFT:
        publishing = {OpportunityAction.SCHEDULE, OpportunityAction.PUBLISH}
        barred |= publishing if needs_approval else {OpportunityAction.SUBMIT}
    return tuple(a for a in OPPORTUNITY.actions_from(status) if a not in barred)
