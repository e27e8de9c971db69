"""When a reminder is due, and what it says. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from app.core.clock import LONDON, a_year_after


class Subject(StrEnum):
    """What a body is reminded of."""

    SPONSOR = "sponsor"
    TERMS = "terms"
    LOCAL_ROLE = "local_role"


SPONSOR_STAGES: Final = (-28, 0, 28)
"""Days from the day on which the sponsor is due to be confirmed; the last one goes to the operator
too."""

TERMS_STAGES: Final = (0, 14, 25, 28)
"""Days from the first day of a version that a body has not accepted; the last says what stopped."""

REVIEW_STAGES: Final = (-14, 0, 28)
"""Days from the day on which a local role is due for review."""

KEEP: Final = timedelta(days=3 * 366)
"""How long we remember that a reminder was sent: longer than any of them can be due."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What a reminder says: subject, paragraphs, and the page that its button opens."""

    subject: str
    paragraphs: tuple[str, ...]
    button: str
    path: str


def stage_on(today: date, due_on: date, stages: Sequence[int]) -> int | None:
    """The latest stage that has come, or None before the first. Missed ones are not made up for.

    >>> stage_on(date(2027, 4, 2), date(2027, 4, 1), (-28, 0, 28))
    0
    >>> stage_on(date(2027, 3, 3), date(2027, 4, 1), (-28, 0, 28)) is None
    True
    """
    come = [days for days in stages if due_on + timedelta(days=days) <= today]
    return come[-1] if come else None


def sponsor_due(confirmed_on: date | None, joined_at: datetime) -> date:
    """The day on which a body's sponsor is due to be confirmed: a year after the last time, or
    after joining.
    """
    return a_year_after(confirmed_on or joined_at.astimezone(LONDON).date())


def sponsor_overdue_since(
    confirmed_on: date | None, joined_at: datetime, today: date
) -> date | None:
    """The day on which a body's sponsor was due, or None where that is still to come."""
    due_on = sponsor_due(confirmed_on, joined_at)
    return due_on if due_on <= today else None


def sponsor_notice(stage: int, *, organisation: str, slug: str, due: str) -> Notice:
    """The reminder to confirm the senior sponsor; `due` is the day in words."""
    path, button = f"/org/{slug}/settings/sponsor", "Confirm the senior sponsor"
    ask = (
        "Once a year an administrator says who the senior sponsor of the organisation is, the "
        "person who answers for its part in the exchange. It takes a minute, also where it is "
        "still the same person."
    )
    if stage < 0:
        said = f"The senior sponsor of {organisation} is due to be confirmed by {due}."
        return Notice(f"Confirm the senior sponsor by {due}", (said, ask), button, path)
    said = f"The senior sponsor of {organisation} was due to be confirmed on {due}."
    if stage == 0:
        return Notice(f"Confirm the senior sponsor of {organisation}", (said, ask), button, path)
    marked = "It is marked as overdue, and the operator of the exchange has been told."
    return Notice(
        f"Overdue: confirm the senior sponsor of {organisation}",
        (said, marked, ask),
        button,
        path,
    )


def sponsor_overdue_notice(*, organisation: str, organisation_id: object, due: str) -> Notice:
    """Word to the operator that nobody confirmed the sponsor of a body for four weeks."""
    return Notice(
        f"Senior sponsor overdue: {organisation}",
        (
            f"The senior sponsor of {organisation} was due to be confirmed on {due}. Its "
            "administrators have been reminded.",
        ),
        "See the organisation",
        f"/operator/organisations/{organisation_id}",
    )


def terms_notice(stage: int, *, organisation: str, slug: str, version: str, until: str) -> Notice:
    """The reminder to accept a new version of the terms; `until` is the last day of grace."""
    path, button = f"/org/{slug}/settings/terms", "Read and accept the terms"
    if stage >= TERMS_STAGES[-1]:
        return Notice(
            f"{organisation} has to accept the new participation terms",
            (
                f"{organisation} has not accepted version {version} of the participation terms.",
                "Until it does, nobody can publish or extend posts, invite people, pledge, approve "
                "pledges or close the funding of a post for it. What is open and agreed goes on, "
                "and everything can still be read.",
            ),
            button,
            path,
        )
    return Notice(
        f"New participation terms: accept them by {until}",
        (
            f"There is a new version of the participation terms, {version}. Please read it and "
            f"accept it for {organisation}.",
            f"Without it, from the day after {until} nobody can publish or extend posts, invite "
            "people, pledge, approve pledges or close the funding of a post for the organisation.",
        ),
        button,
        path,
    )
