"""What an entry may hold: ids, codes, numbers and keyed hashes, never names or free text. Pure."""

import hashlib
import hmac
import re
import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Final

EXCHANGE: Final = uuid.UUID(int=0)
"""The chain of the exchange itself: what people do for themselves, and what operators do."""

NOTHING: Final = b""
"""What stands before the first entry of a chain."""

MOST_FACTS: Final = 30
MOST_PARTS: Final = 100
_ACTION: Final = re.compile(r"[a-z][a-z0-9_]{0,39}(\.[a-z][a-z0-9_]{0,39}){1,2}")
_KEY: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_CODE: Final = re.compile(r"-?[A-Za-z0-9][A-Za-z0-9_.:+/-]{0,79}")
_REFERENCE: Final = re.compile(r"[A-Za-z0-9_.:-]{0,80}")

Plain = bool | int | str | list["Plain"] | None


class NotForTheRecord(ValueError):
    """The code that calls us wants to keep what must not be kept: a mistake of ours, not theirs."""


def check_action(action: str) -> str:
    """The action, named `feature.verb`. Raises NotForTheRecord.

    >>> check_action("organisation.verified")
    'organisation.verified'
    """
    if not _ACTION.fullmatch(action):
        raise NotForTheRecord(f"An action is named like organisation.verified, not {action!r}.")
    return action


def check_kind(kind: str) -> str:
    """The kind of thing an entry is about, such as `membership`. Raises NotForTheRecord."""
    if not _KEY.fullmatch(kind):
        raise NotForTheRecord(f"A kind of subject is one lower-case word, not {kind!r}.")
    return kind


def check_reference(reference: str) -> str:
    """The reference of a request, as logs have it. Raises NotForTheRecord."""
    if not _REFERENCE.fullmatch(reference):
        raise NotForTheRecord("The reference of a request is a short code.")
    return reference


def check_facts(facts: Mapping[str, Any]) -> dict[str, Plain]:
    """Facts as they are stored: dates and ids as text, decimals exact.

    Raises NotForTheRecord for a float, for text with a blank or an @ in it, for long text, and
    for anything else that could be a name.

    >>> check_facts({"days": Decimal("1.5"), "on": date(2027, 4, 1), "duty": "hr"})
    {'days': '1.5', 'on': '2027-04-01', 'duty': 'hr'}
    >>> check_facts({"by": "Ada Example"})
    Traceback (most recent call last):
    app.audit.domain.NotForTheRecord: The fact 'by' is text, not a code, an id, a number or a date.
    """
    if len(facts) > MOST_FACTS:
        raise NotForTheRecord(f"An entry holds at most {MOST_FACTS} facts.")
    for key in facts:
        if not _KEY.fullmatch(key):
            raise NotForTheRecord(f"A fact is named by one lower-case word, not {key!r}.")
    return {key: _plain(key, value) for key, value in facts.items()}


def _plain(key: str, value: Any) -> Plain:
    if isinstance(value, Enum):
        value = value.value
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, uuid.UUID | date | datetime | Decimal):
        return value.isoformat() if isinstance(value, date) else str(value)
    if isinstance(value, str):
        if value and not _CODE.fullmatch(value):
            raise NotForTheRecord(
                f"The fact {key!r} is text, not a code, an id, a number or a date."
            )
        return value
    if isinstance(value, Sequence | set | frozenset) and not isinstance(value, bytes):
        if len(value) > MOST_PARTS:
            raise NotForTheRecord(f"The fact {key!r} has more than {MOST_PARTS} parts.")
        return [_plain(key, part) for part in value]
    raise NotForTheRecord(f"The fact {key!r} is a {type(value).__name__}.")


def keyed_hash(text: str, key: bytes) -> str:
    """What stands for a text that must not be kept, such as an address nobody here has.

    The same text gives the same hash; without the key nobody can try out names against it.
    """
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def link(previous: bytes, stored: bytes) -> bytes:
    """The hash of an entry, over the hash before it and the entry's own bytes."""
    return hashlib.sha256(previous + stored).digest()
