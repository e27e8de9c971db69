"""Kinds of messages, which of them a person may turn down, and why not the others. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Way(StrEnum):
    """How a person wants messages of a kind."""

    BOTH = "both"
    MAIL = "mail"
    INBOX = "inbox"


class Kind(StrEnum):
    """What a message is about, as far as people may choose how it comes."""

    ALERTS = "alerts"
    INVITATIONS = "invitations"
    POSTS = "posts"


WAY_NAMES: Final = {
    Way.BOTH: "By email and in the inbox",
    Way.MAIL: "By email only",
    Way.INBOX: "In the inbox only",
}


@dataclass(frozen=True, slots=True)
class Choosable:
    """A kind as the page of preferences shows it."""

    kind: Kind
    name: str
    hint: str


@dataclass(frozen=True, slots=True)
class Fixed:
    """Messages that always come: what they are, how they come, and why that cannot be changed."""

    name: str
    comes: str
    why: str


CHOOSABLE: Final = (
    Choosable(Kind.ALERTS, "Alerts", "New posts that your saved searches find"),
    Choosable(
        Kind.INVITATIONS,
        "Invitations to apply",
        "Organisations that found your profile and invite you to apply for a post",
    ),
    Choosable(
        Kind.POSTS,
        "Posts of your organisation",
        "Approvals, questions and answers, closing dates, whether a post still stands",
    ),
)
FIXED: Final = (
    Fixed(
        "Signing in and security",
        "By email only",
        "Links that sign you in must reach you outside this website, and you must learn of every "
        "change of your addresses and second factors. The law on data protection asks us to keep "
        "your account secure.",
    ),
    Fixed(
        "Your membership and duties",
        "By email, most of them in the inbox too",
        "They decide what you may do for your organisation, and the participation terms ask for "
        "proof of employment each year.",
    ),
    Fixed(
        "Pledges and funding",
        "By email and in the inbox",
        "What your organisation pledges binds it, so whoever answers for it must hear of changes.",
    ),
    Fixed(
        "Answers about your skills",
        "By email and in the inbox",
        "You asked somebody to confirm a skill, so we tell you when they have answered. The email "
        "says neither what they answered nor who.",
    ),
    Fixed(
        "A new edition of the framework",
        "By email and in the inbox",
        "Where it changed skills of your profile, only you can say what became of them.",
    ),
    Fixed(
        "Whether you still want an alert or your profile",
        "By email and in the inbox",
        "We may not keep what you look for or can do longer than you need it, so we ask when a "
        "year has passed.",
    ),
)
_KIND_OF: Final[Mapping[str, Kind]] = {
    "alert_posts": Kind.ALERTS,
    "post_invitation": Kind.INVITATIONS,
    "post_message": Kind.POSTS,
}


def kind_of(template: str) -> Kind | None:
    """The kind of a message by its template; None for one that always comes.

    >>> kind_of("alert_posts"), kind_of("sign_in_link")
    (<Kind.ALERTS: 'alerts'>, None)
    """
    return _KIND_OF.get(template)
