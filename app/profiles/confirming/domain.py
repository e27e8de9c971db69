"""The life of a request to confirm a skill, its limits, and what is said of it. Pure."""

from datetime import timedelta
from enum import StrEnum
from typing import Final

from app.core.errors import NotFound, Refused, RuleBroken
from app.core.lifecycle import Lifecycle
from app.profiles.domain import broken

LINKS: Final = "/confirm-skill/"
LINK_LIVES: Final = timedelta(days=14)
DRAFT_LIVES: Final = timedelta(days=1)
KEEP_ENDED: Final = timedelta(days=365)
MOST_WAITING: Final = 10
MOST_ASKED: Final = 3
"""How often one address is asked about one skill, while what was asked before is kept."""


class ConfirmationStatus(StrEnum):
    """How a request stands. `UNKNOWN`: whoever was asked does not know the person."""

    DRAFT = "draft"
    WAITING = "waiting"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    UNKNOWN = "unknown"
    WITHDRAWN = "withdrawn"
    DROPPED = "dropped"
    LAPSED = "lapsed"


class ConfirmationAction(StrEnum):
    """What happens to a request. A claim that changes drops it."""

    SEND = "send"
    CONFIRM = "confirm"
    DECLINE = "decline"
    DISOWN = "disown"
    WITHDRAW = "withdraw"
    DROP = "drop"
    LAPSE = "lapse"


_S, _A = ConfirmationStatus, ConfirmationAction
CONFIRMATION: Final = Lifecycle(
    "confirmation",
    _S.DRAFT,
    {
        (_S.DRAFT, _A.SEND): _S.WAITING,
        (_S.WAITING, _A.CONFIRM): _S.CONFIRMED,
        (_S.WAITING, _A.DECLINE): _S.DECLINED,
        (_S.WAITING, _A.DISOWN): _S.UNKNOWN,
        (_S.WAITING, _A.WITHDRAW): _S.WITHDRAWN,
        (_S.WAITING, _A.DROP): _S.DROPPED,
        (_S.WAITING, _A.LAPSE): _S.LAPSED,
        (_S.CONFIRMED, _A.DROP): _S.DROPPED,
    },
)
STATUS_NAMES: Final[dict[ConfirmationStatus, str]] = {
    _S.DRAFT: "Not sent yet",
    _S.WAITING: "Waiting for an answer",
    _S.CONFIRMED: "Confirmed",
    _S.DECLINED: "Could not confirm it",
    _S.UNKNOWN: "Says that they do not know you",
    _S.WITHDRAWN: "You took the request back",
    _S.DROPPED: "Ended: you changed the level or the evidence",
    _S.LAPSED: "Ended without an answer",
}
STATUS_COLOURS: Final[dict[ConfirmationStatus, str]] = {
    _S.DRAFT: "grey",
    _S.WAITING: "blue",
    _S.CONFIRMED: "green",
}
ANSWERS: Final = (_A.CONFIRM, _A.DECLINE, _A.DISOWN)
# What counts or may still count for the claim as it is now.
LIVE: Final = (_S.WAITING, _S.CONFIRMED)
# While it is not over there is somebody to write to.
OPEN: Final = (_S.DRAFT, _S.WAITING)


class Relation(StrEnum):
    """What whoever is asked is to the person."""

    MANAGER = "manager"
    COLLEAGUE = "colleague"


RELATION_NAMES: Final[dict[Relation, str]] = {
    Relation.MANAGER: "My manager, now or before",
    Relation.COLLEAGUE: "A colleague, now or before",
}
RELATION_WORDS: Final[dict[Relation, str]] = {
    Relation.MANAGER: "a manager",
    Relation.COLLEAGUE: "a colleague",
}


def domain_of(address: str) -> str:
    """What stands after the @.

    >>> domain_of("ben@northshire.example")
    'northshire.example'
    """
    return address.rpartition("@")[2]


def own_address() -> RuleBroken:
    """Nobody confirms for themselves."""
    return broken("email", "own-address", "Enter the address of somebody else, not your own")


def asked_already() -> RuleBroken:
    """One request at a time."""
    message = "You have asked this person about this skill already"
    return broken("email", "asked-already", message)


def asked_often() -> RuleBroken:
    """Nobody is asked the same again and again."""
    message = f"You have asked this person about this skill {MOST_ASKED} times. Ask somebody else"
    return broken("email", "asked-often", message)


def not_known() -> RuleBroken:
    """Whoever says that they do not know somebody hears no more of them."""
    message = "Whoever reads this address told us that they do not know you. Ask somebody else"
    return broken("email", "not-known", message)


def own_answer() -> Refused:
    """The link was passed on to whoever asks."""
    return Refused(
        "own-answer", "You cannot confirm your own skill: the link is for whoever you asked."
    )


def no_such_link() -> NotFound:
    """The answer for a link that was never made, or whose request is gone."""
    return NotFound(
        "confirmation-link",
        "This link does not work any more. Whoever asked you may have removed the skill or their "
        "profile. There is nothing for you to do.",
    )
