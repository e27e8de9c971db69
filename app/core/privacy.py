"""Marks on columns that hold personal data: what they are for, and what erasure does with them.

A model carries the mark of most of its columns as `__privacy__`, a column its own as `info`. Access
export, erasure, the docs and a test of every column go by the marks (security rule 50).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Column, LargeBinary, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR
from sqlalchemy.types import TypeDecorator

MARK: Final = "personal"
REASON: Final = "not personal"

# What columns named so hold, wherever they stand.
_ENDS: Final = {
    "sha256": "a hash",
    "slug": "the address of a page",
    "from_status": "a code",
    "to_status": "a code",
    "action": "a code",
}

Info = dict[Any, Any]


class Activity(StrEnum):
    """What personal data is kept for: the rows of `docs/record-of-processing.md`."""

    ACCOUNTS = "Accounts and sign-in"
    JOINING = "Applications to join"
    MEMBERS = "Members and duties"
    INVITATIONS = "Invitations"
    MESSAGES = "Messages"
    ALERTS = "Alerts"
    INBOX = "Inbox and preferences"
    AUDIT = "Record of who did what"
    POSTS = "Posts and questions"
    JOINT_POSTS = "Proposals of joint posts"
    PLEDGES = "Pledges and cost splits"
    AGREEMENTS = "Funding agreements"
    CALCULATIONS = "Calculations"
    PROFILES = "Profiles"
    CONFIRMATIONS = "Confirmation of skills"
    CONSENTS = "Consents, stages and looks"
    MATCHING = "Matching"


class Erasure(StrEnum):
    """What becomes of a value when the person it is about is erased."""

    GOES = "the row is deleted"
    EMPTIED = "is emptied, the row stays"
    WORDS = "name and addresses are taken out of the text"
    REBUILT = "is made anew from what it is made of"
    KEPT = "stays"


@dataclass(frozen=True, slots=True)
class Mark:
    """What a personal column is for, and what erasure does with it.

    `note` says why it stays, or more. An address is one by which a person is known; a secret lets
    somebody in and is shown to nobody.
    """

    activity: Activity
    erasure: Erasure
    note: str = ""
    is_address: bool = False
    is_secret: bool = False
    is_owner: bool = False


def personal(activity: Activity, erasure: Erasure, note: str = "") -> Info:
    """The mark of a column, or of all columns of a model."""
    return {MARK: Mark(activity, erasure, note)}


def address(activity: Activity, erasure: Erasure) -> Info:
    """The mark of a column with an address by which somebody is known; erasure looks for it."""
    return {MARK: Mark(activity, erasure, is_address=True)}


def secret(activity: Activity, note: str = "") -> Info:
    """The mark of a column that goes with its row and is in no export: it lets somebody in."""
    return {MARK: Mark(activity, Erasure.GOES, note, is_secret=True)}


def owner(activity: Activity) -> Info:
    """The mark of another column than `person_id` that says whose row it is."""
    return {MARK: Mark(activity, Erasure.GOES, is_owner=True)}


def not_personal(reason: str) -> Info:
    """Why a column with text, or a whole table, tells of nobody."""
    return {REASON: reason}


def is_text_like(column: Column[Any]) -> bool:
    """Whether a name could stand in a column: text, lists of it, JSON, bytes, words to search."""
    kind = column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type
    if isinstance(kind, ARRAY):
        kind = kind.item_type
    return isinstance(kind, Text | JSONB | LargeBinary | TSVECTOR)


def mark_of(column: Column[Any]) -> Mark | None:
    """The mark of a column: its own, or that of its table where it is not about nobody."""
    own: Mark | None = column.info.get(MARK)
    if own is not None or column.info.get(REASON):
        return own
    whole: Mark | None = column.table.info.get(MARK)
    if whole is None or whole.erasure is Erasure.GOES:
        return whole
    return whole if is_text_like(column) and not _by_itself(column) else None


def reason_of(column: Column[Any]) -> str:
    """Why a column without a mark is not personal; empty where nothing says so."""
    return (
        column.info.get(REASON, "") or _by_itself(column) or str(column.table.info.get(REASON, ""))
    )


def _by_itself(column: Column[Any]) -> str:
    """What the table itself says of a column: a fixed list, or a hash."""
    for end, reason in _ENDS.items():
        if column.name.endswith(end):
            return reason
    known = f"{column.name}_known"
    table = column.table
    checks = table.constraints if isinstance(table, Table) else ()
    if any(str(check.name or "").endswith(known) for check in checks):
        return "one of a fixed list"
    return ""


def put_marks(table: Any, marks: Mapping[Any, Any]) -> None:
    """Give a model's table the marks of its class."""
    if isinstance(table, Table):
        table.info.update(marks)
