"""The participation terms, each version with the day from which it counts. Pure.

A version is never changed once a body could accept it: write a new one, which then asks everybody
again. Who approves a new version is said in docs/participation-terms.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands below it; lines of a list begin with a dash."""

    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """One version. `starts_on` is the day from which it is the one to accept."""

    version: str
    starts_on: date
    summary: str
    sections: tuple[Section, ...]


_FIRST = Terms(
    version="2026-11",
    starts_on=date(2026, 11, 25),
    summary="The first version.",
    sections=(
        Section(
            "Who these terms are between",
            (
                "Your organisation, the operator of this exchange, and every other organisation "
                "that has accepted these terms. Whoever accepts them must be allowed to bind "
                "your organisation.",
            ),
        ),
        Section(
            "What you can use Crossbench for",
            (
                "Posts and secondments between public bodies, sharing specialists, and agreeing "
                "what that costs and who pays. Not for selling services, for agency workers, or "
                "for anything that is not your organisation’s own work.",
            ),
        ),
        Section(
            "What your organisation promises",
            (
                "- what you say of your organisation and your posts is true and kept up to date",
                "- only people who work for you act for you, each with their own account",
                "- at least one administrator looks after members and their duties",
                "- you end the access of people who leave on the day they leave, and confirm once "
                "a year that everybody else still works for you",
                "- two people take part in every decision about money",
                "- you answer questions and applications within the time you say",
            ),
        ),
        Section(
            "Personal data",
            (
                "Each organisation is a controller of the personal data that it puts in, receives "
                "or uses here. The operator is a controller of accounts, sign-ins and the record "
                "of who did what, and a processor of the rest for the organisation it belongs to. "
                "The law is the UK GDPR and the Data Protection Act 2018.",
                "You share personal data through Crossbench for these purposes only:",
                "- to say who your contact for a post is",
                "- to consider a person for a post that they agreed to be considered for",
                "- to agree, sign and carry out a secondment or a funding agreement",
                "- to show who did what, when it has to be shown",
                "Your lawful basis is yours to decide and to write down. For most bodies it is a "
                "task carried out in the public interest, or steps before a contract with the "
                "person. Special category data is not asked for and must not be put into free "
                "text.",
            ),
        ),
        Section(
            "How you look after personal data",
            (
                "- use it for the post it was shared for and for nothing else",
                "- show it to those who decide about that post and to nobody else",
                "- delete your copies when the schedule in the privacy notice says so",
                "- tell people what you do with their data before you do it",
                "- pass on a person’s request for access, correction or erasure within five "
                "working days if it concerns another organisation’s data",
                "- tell the operator and the organisations concerned about a breach of personal "
                "data within 24 hours of noticing it",
            ),
        ),
        Section(
            "What people decide for themselves",
            (
                "A person’s profile is their own. They decide which organisation sees what, and "
                "can take it back. Their employer does not learn here that they look for other "
                "work unless they tell it.",
            ),
        ),
        Section(
            "Money and agreements",
            (
                "The operator is no party to agreements that organisations make here, and takes "
                "no money. Figures are worked out from what you put in; check them before you "
                "sign.",
            ),
        ),
        Section(
            "If something goes wrong",
            (
                "The operator can suspend an organisation that breaks these terms or whose account "
                "is misused. It says why, and restores access when the reason is gone. Signed "
                "agreements stay in force whatever happens to an account.",
            ),
        ),
        Section(
            "Leaving, and new versions",
            (
                "You can leave at any time; agreements that run then run to their end. A new "
                "version of these terms is announced to your administrators. They have four weeks "
                "to accept it. After that your organisation can enter into nothing new until it "
                "has; what it posted and agreed goes on.",
            ),
        ),
    ),
)

TERMS: Final[tuple[Terms, ...]] = (_FIRST,)
"""Every version there was, oldest first."""


def terms_on(day: date, versions: Sequence[Terms] = TERMS) -> Terms:
    """The version to accept on a day; before the first one counts, the first one.

    >>> terms_on(date(2026, 11, 25)).version
    '2026-11'
    """
    return [versions[0], *(one for one in versions if one.starts_on <= day)][-1]


GRACE: Final = timedelta(days=28)
"""How long a body may go on without having accepted a new version."""


def first_unaccepted(
    accepted: str | None, day: date, versions: Sequence[Terms] = TERMS
) -> Terms | None:
    """The earliest version that counts on a day and came after the one a body has accepted.

    None once it has accepted the newest. Nobody is a body here without the first version.

    >>> first_unaccepted("2026-11", date(2027, 1, 1)) is None
    True
    """
    names = [one.version for one in versions]
    behind = names.index(accepted) + 1 if accepted in names else 1
    return next((one for one in versions[behind:] if one.starts_on <= day), None)


def is_overdue(accepted: str | None, day: date, versions: Sequence[Terms] = TERMS) -> bool:
    """Whether a body has let the days of grace pass, so that it may enter into nothing new.

    >>> is_overdue("2026-11", date(2030, 1, 1))
    False
    """
    first = first_unaccepted(accepted, day, versions)
    return first is not None and first.starts_on + GRACE <= day


def terms_of(version: str, versions: Sequence[Terms] = TERMS) -> Terms | None:
    """A version by its name, or None."""
    return next((one for one in versions if one.version == version), None)
