"""Local roles: their life, when they are due for review, and what can go wrong. Pure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from app.core.errors import NotFound, RuleBroken, Stale
from app.core.lifecycle import Lifecycle

MOST_SKILLS: Final = 60
LONGEST_REVIEW_YEARS: Final = 3
# Parts of addresses below /org/SLUG/roles that are no roles.
RESERVED: Final = frozenset({"new"})


class LocalRoleStatus(StrEnum):
    """Where a local role stands."""

    ACTIVE = "active"
    RETIRED = "retired"


class LocalRoleAction(StrEnum):
    """What its organisation can do with it."""

    RETIRE = "retire"
    RESTORE = "restore"


LOCAL_ROLE: Final = Lifecycle(
    "local role",
    LocalRoleStatus.ACTIVE,
    {
        (LocalRoleStatus.ACTIVE, LocalRoleAction.RETIRE): LocalRoleStatus.RETIRED,
        (LocalRoleStatus.RETIRED, LocalRoleAction.RESTORE): LocalRoleStatus.ACTIVE,
    },
)


@dataclass(frozen=True, slots=True)
class Details:
    """What a local role says of itself. `owner` is a post or a team, not a person."""

    name: str
    summary: str
    basis: str
    owner: str
    review_on: date


def is_due(review_on: date, today: date) -> bool:
    """Whether somebody should look whether the role still says what is wanted.

    >>> is_due(date(2027, 4, 1), date(2027, 4, 1))
    True
    """
    return review_on <= today


def check_review_date(review_on: date, today: date) -> None:
    """Raise RuleBroken for a review that is past already, or so late that nobody will remember."""
    if review_on <= today:
        raise RuleBroken("review-past", "The review date must be in the future")
    if review_on > later(today, LONGEST_REVIEW_YEARS):
        raise RuleBroken(
            "review-late",
            f"The review date must be within {LONGEST_REVIEW_YEARS} years from now",
        )


def later(day: date, years: int) -> date:
    """The same day some years later; 29 February becomes 28 February where there is none.

    >>> later(date(2028, 2, 29), 1)
    datetime.date(2029, 2, 28)
    """
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def no_such_local_role() -> NotFound:
    """The answer for a role that is not there, and for one that is not for the person to see."""
    return NotFound("local-role-not-found", "There is no local role at this address.")


def name_taken(name: str) -> RuleBroken:
    """The organisation has a role of this name."""
    return RuleBroken("name-taken", f"Your organisation already has a local role named {name}")


def too_many_skills() -> RuleBroken:
    """More skills than anybody could weigh."""
    return RuleBroken("too-many-skills", f"A role has at most {MOST_SKILLS} skills")


def changed_since() -> Stale:
    """Somebody else saved the role after this page was opened."""
    return Stale(
        "role-changed",
        "Somebody else changed this role after you opened the page. What you typed is still here: "
        "check it and save again",
    )
