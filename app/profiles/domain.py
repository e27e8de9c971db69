"""What a profile holds: roles, skills, evidence, availability; and the rules about it. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final

from app.core.errors import FieldFault, NotFound, RuleBroken

MOST_SKILLS: Final = 100
MOST_ROLES: Final = 20
MOST_EVIDENCE: Final = 10
"""Of one skill."""
MOST_HIDINGS: Final = 100
LONGEST_PAUSE_DAYS: Final = 366
OLDEST_YEAR: Final = 1970
KEEP_HISTORY: Final = timedelta(days=3 * 365)
"""How long it is kept what somebody claimed when, so that they see their progress."""


class RoleStanding(StrEnum):
    """How somebody stands to a role of the framework."""

    HELD = "held"
    WANTED = "wanted"


STANDING_NAMES: Final[dict[RoleStanding, str]] = {
    RoleStanding.HELD: "I do this role now, or have done it",
    RoleStanding.WANTED: "I would like to do this role",
}


class EvidenceKind(StrEnum):
    """What shows that somebody has a skill."""

    JOB = "job"
    PROJECT = "project"
    COURSE = "course"
    AWARD = "award"


EVIDENCE_NAMES: Final[dict[EvidenceKind, str]] = {
    EvidenceKind.JOB: "Job",
    EvidenceKind.PROJECT: "Project",
    EvidenceKind.COURSE: "Course",
    EvidenceKind.AWARD: "Award or qualification",
}


class Move(StrEnum):
    """A kind of move, from the side on which somebody would take part in it.

    The words before the colon are those of posts: who posts a `secondment_offered` lends somebody,
    so whoever wants to take somebody in answers it.
    """

    SHARED_POST = "shared_post:go"
    SECONDMENT = "secondment:go"
    SECONDMENT_HOST = "secondment:host"
    JOB_SWAP = "job_swap:go"
    SHORT_ASSIGNMENT = "short_assignment:go"
    SHORT_ASSIGNMENT_HOST = "short_assignment:host"


MOVE_NAMES: Final[dict[Move, str]] = {
    Move.SHARED_POST: "Work in a post that several organisations share",
    Move.SECONDMENT: "Go to another organisation on secondment",
    Move.SECONDMENT_HOST: "Have somebody come to my team on secondment",
    Move.JOB_SWAP: "Change places with somebody for a time",
    Move.SHORT_ASSIGNMENT: "Do a piece of work of 2 to 12 weeks for another organisation",
    Move.SHORT_ASSIGNMENT_HOST: "Have somebody do a piece of work of 2 to 12 weeks for my team",
}

# The kinds of post that each move answers, by the code of the post's kind.
POSTS_OF_MOVE: Final[dict[Move, tuple[str, ...]]] = {
    Move.SHARED_POST: ("shared_post",),
    Move.SECONDMENT: ("secondment_wanted",),
    Move.SECONDMENT_HOST: ("secondment_offered",),
    Move.JOB_SWAP: ("job_swap",),
    Move.SHORT_ASSIGNMENT: ("short_assignment",),
    Move.SHORT_ASSIGNMENT_HOST: (),
}


class RemoteWork(StrEnum):
    """How far somebody would work away from the office."""

    REMOTE_ONLY = "remote_only"
    EITHER = "either"
    ON_SITE = "on_site"


REMOTE_NAMES: Final[dict[RemoteWork, str]] = {
    RemoteWork.REMOTE_ONLY: "Only work that can be done from anywhere",
    RemoteWork.EITHER: "Either, or a mix of both",
    RemoteWork.ON_SITE: "Only work at a place",
}


@dataclass(frozen=True, slots=True)
class SkillClaim:
    """What somebody says of one skill: the level, 1 to 4, and the year of the last use."""

    level: int
    last_used_on: date | None = None


@dataclass(frozen=True, slots=True)
class Availability:
    """When, how much and where somebody would move. None and empty leave it open.

    `days` are the most days a week, `months` how long a move may last, `regions` where.
    """

    moves: tuple[Move, ...] = ()
    days: Decimal | None = None
    from_on: date | None = None
    until_on: date | None = None
    months: int | None = None
    regions: tuple[str, ...] = ()
    remote: RemoteWork | None = None

    def post_kinds(self) -> frozenset[str]:
        """The kinds of post that suit the moves.

        >>> sorted(Availability((Move.SECONDMENT, Move.JOB_SWAP)).post_kinds())
        ['job_swap', 'secondment_wanted']
        """
        return frozenset(kind for move in self.moves for kind in POSTS_OF_MOVE[move])


def year_of_use(year: int) -> date:
    """How the year of the last use is kept.

    >>> year_of_use(2025)
    datetime.date(2025, 1, 1)
    """
    return date(year, 1, 1)


def check_availability(found: Availability) -> None:
    """Raise RuleBroken where the dates contradict each other."""
    if found.from_on and found.until_on and found.until_on < found.from_on:
        raise broken("until_on", "until-before-from", "The last day must be after the first")


def check_pause(until: date, today: date) -> None:
    """Raise RuleBroken unless a pause ends within a year from now.

    >>> check_pause(date(2026, 12, 1), date(2026, 11, 25))
    """
    if until < today:
        raise broken("until", "pause-over", "The last day of the pause must be today or later")
    if (until - today).days > LONGEST_PAUSE_DAYS:
        raise broken("until", "pause-too-long", "The pause can last for a year at most")


def check_year(year: int, today: date) -> None:
    """Raise RuleBroken for a year that nobody can mean."""
    if not OLDEST_YEAR <= year <= today.year:
        message = f"The year must be between {OLDEST_YEAR} and {today.year}"
        raise broken("year", "year", message)


def is_paused(paused_until: date | None, today: date) -> bool:
    """Whether a profile rests on a day; the last day of a pause belongs to it.

    >>> is_paused(date(2026, 11, 25), date(2026, 11, 25)), is_paused(None, date(2026, 11, 25))
    (True, False)
    """
    return paused_until is not None and paused_until >= today


def moves_of(codes: Iterable[str]) -> tuple[Move, ...]:
    """Moves in the order in which pages list them."""
    wanted = set(codes)
    return tuple(move for move in Move if move.value in wanted)


def broken(path: str, code: str, message: str) -> RuleBroken:
    """A rule about one field."""
    return RuleBroken(code, message, (FieldFault(f"/{path}", code, message),))


def too_many(what: str, most: int) -> RuleBroken:
    """The answer beyond a limit."""
    return RuleBroken("too-many", f"A profile holds at most {most} {what}. Remove one first.")


def not_found() -> NotFound:
    """The answer for what is not there and for what the person may not know of."""
    return NotFound(
        "not-found",
        "There is nothing at this address. If you typed or pasted it, check that it is whole.",
    )
