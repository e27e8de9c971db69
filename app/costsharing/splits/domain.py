"""Saved cost splits: their states, their references, and what can go wrong. Pure."""

from enum import StrEnum
from typing import Final

from app.core.errors import NotFound, RuleBroken
from app.core.lifecycle import Lifecycle

# Letters and digits that nobody mistakes for another on paper or by telephone.
ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
REFERENCE_LENGTH: Final = 8


class SplitStatus(StrEnum):
    """Whether the newest version stands, or is being worked over."""

    FROZEN = "frozen"
    REOPENED = "reopened"


STATUS_NAMES: Final[dict[SplitStatus, str]] = {
    SplitStatus.FROZEN: "Agreed figures",
    SplitStatus.REOPENED: "Being changed",
}


class SplitAction(StrEnum):
    """What the employer does to a split."""

    REOPEN = "reopen"
    FREEZE = "freeze"


COST_SPLIT: Final = Lifecycle(
    "cost split",
    SplitStatus.FROZEN,
    {
        (SplitStatus.FROZEN, SplitAction.REOPEN): SplitStatus.REOPENED,
        (SplitStatus.REOPENED, SplitAction.FREEZE): SplitStatus.FROZEN,
    },
)


class PaperKind(StrEnum):
    """A paper that is made of a version."""

    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"


PAPER_NAMES: Final[dict[PaperKind, str]] = {
    PaperKind.PDF: "Draft funding agreement (PDF)",
    PaperKind.DOCX: "Draft funding agreement to edit (DOCX)",
    PaperKind.XLSX: "Figures with live formulas (XLSX)",
}


def reference_of(digits: int) -> str:
    """The name of a split from a random number of 40 bits.

    >>> reference_of(0), reference_of(2**40 - 1)
    ('CS-2222-2222', 'CS-ZZZZ-ZZZZ')
    """
    letters = ""
    for _ in range(REFERENCE_LENGTH):
        digits, rest = divmod(digits, len(ALPHABET))
        letters = ALPHABET[rest] + letters
    return f"CS-{letters[:4]}-{letters[4:]}"


def no_such_split() -> NotFound:
    """The answer where there is no split, none that this body is a party to, or no such version."""
    return NotFound(
        "not-found",
        "There is nothing at this address. If you typed or pasted it, check that it is whole.",
    )


def no_such_paper() -> RuleBroken:
    """The answer to whoever asks for a paper that is still being made."""
    return RuleBroken("paper-not-ready", "This paper is still being made. Try again in a moment.")
