"""What holds for invitations to apply: their life, their answers, and their limits. Pure."""

from enum import StrEnum
from typing import Final

from app.core.errors import MoveRefused, NotFound, RuleBroken
from app.core.lifecycle import Lifecycle


class InvitationStatus(StrEnum):
    """Where an invitation is in its life; `ended` is interest that was taken back."""

    SENT = "sent"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    ENDED = "ended"


class InvitationAction(StrEnum):
    """What can be done to an invitation: by whom it was sent to, by the body, or by time."""

    ACCEPT = "accept"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"
    TAKE_BACK = "take_back"


_S, _A = InvitationStatus, InvitationAction

INVITATION: Final = Lifecycle(
    "invitation to apply",
    InvitationStatus.SENT,
    {
        (_S.SENT, _A.ACCEPT): _S.ACCEPTED,
        (_S.SENT, _A.DECLINE): _S.DECLINED,
        (_S.SENT, _A.WITHDRAW): _S.WITHDRAWN,
        (_S.SENT, _A.EXPIRE): _S.EXPIRED,
        (_S.ACCEPTED, _A.TAKE_BACK): _S.ENDED,
    },
)

# How the body sees where it is, and how who was invited does.
STATUS_NAMES: Final = {
    _S.SENT: "Waiting for an answer",
    _S.ACCEPTED: "Interested",
    _S.DECLINED: "Declined",
    _S.WITHDRAWN: "Withdrawn",
    _S.EXPIRED: "Not answered in time",
    _S.ENDED: "Interest taken back",
}
OWN_NAMES: Final = {
    _S.SENT: "Waits for your answer",
    _S.ACCEPTED: "You showed interest",
    _S.DECLINED: "You declined",
    _S.WITHDRAWN: "Withdrawn by the organisation",
    _S.EXPIRED: "Closed before you answered",
    _S.ENDED: "You took your interest back",
}
COLOURS: Final = {
    _S.SENT: "blue",
    _S.ACCEPTED: "green",
    _S.DECLINED: "grey",
    _S.WITHDRAWN: "grey",
    _S.EXPIRED: "grey",
    _S.ENDED: "grey",
}


class DeclineReason(StrEnum):
    """Why somebody declines, as far as they say."""

    TIME = "time"
    PLACE = "place"
    PAY = "pay"
    MOVE = "move"
    WORK = "work"
    OTHER = "other"
    UNSAID = "unsaid"


REASON_NAMES: Final = {
    DeclineReason.TIME: "It is not the right time",
    DeclineReason.PLACE: "The place or the way of working does not suit me",
    DeclineReason.PAY: "The pay or the grade does not suit me",
    DeclineReason.MOVE: "The kind of move, its days or its length do not suit me",
    DeclineReason.WORK: "It is not the work that I look for",
    DeclineReason.OTHER: "Something else",
    DeclineReason.UNSAID: "I would rather not say",
}

# So many people may one body invite on one day, so that nobody's inbox is where posts are spread.
MOST_A_DAY: Final = 20


def no_such_invitation() -> NotFound:
    """There is none, or it is somebody else's."""
    return NotFound("no-such-invitation", "There is no such invitation.")


def cannot_be_invited() -> NotFound:
    """The same words for whoever is not there, is not seen, or never wants to hear again."""
    return NotFound("cannot-be-invited", "This person cannot be invited.")


def invited_already() -> RuleBroken:
    """Each person is invited for a post once."""
    return RuleBroken(
        "invited-already",
        "Your organisation has invited this person for this post already. Each person can be "
        "invited for a post once.",
    )


def enough_for_today() -> RuleBroken:
    """The body has invited as many people as it may on one day."""
    return RuleBroken(
        "enough-invitations",
        f"Your organisation has invited {MOST_A_DAY} people today. Invite more tomorrow.",
    )


def post_is_over() -> MoveRefused:
    """The post does not take answers any more, or does not at the moment."""
    return MoveRefused(
        "post-not-open",
        "This post is not open now, so nobody can say that it interests them.",
    )
