"""Reading JSON strictly: every value checked for its form, every fault kept with its path."""

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Any

from app.costsharing.engine.faults import Fault, InputFaults, pointer
from app.costsharing.engine.inputs import Pence

MONEY = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,2})?")
EXACT = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,12})?(/[0-9]{1,15}(\.[0-9]{1,12})?)?")
ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
BARRED_CATEGORIES = frozenset({"Cc", "Cs", "Zl", "Zp"})
MOST_NAMED = 20
BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class JsonNumber:
    """A number literal met in JSON, as it was written; no field of a costing takes one."""

    def __init__(self, literal: str) -> None:
        self.literal = literal


class JsonObject(dict[str, Any]):
    """A JSON object that remembers which of its keys were given more than once."""

    repeated: tuple[str, ...] = ()


def read_json(text: str | bytes) -> Any:
    """Parse JSON without losing what a plain parser hides: repeated keys and number literals.

    Raises `InputFaults` when the text is not JSON or not UTF-8.
    """

    def hook(pairs: list[tuple[str, Any]]) -> JsonObject:
        found = JsonObject(pairs)
        if len(found) != len(pairs):
            times = Counter(key for key, _ in pairs)
            found.repeated = tuple(key for key in found if times[key] > 1)
        return found

    try:
        decoded = text.decode("utf-8-sig") if isinstance(text, bytes) else text
        return json.loads(
            decoded,
            object_pairs_hook=hook,
            parse_float=JsonNumber,
            parse_int=JsonNumber,
            parse_constant=JsonNumber,
        )
    except UnicodeDecodeError as error:
        message = f"The text is not UTF-8 (byte {error.start}). Save it as UTF-8."
        raise InputFaults([Fault("", "not_utf8", message)]) from error
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        message = f"This is not JSON from {where} on. Mend it there, or give a saved JSON file."
        raise InputFaults([Fault("", "not_json", message)]) from error
    except RecursionError as error:
        message = "The JSON is nested too deeply. Inputs need no more than six levels."
        raise InputFaults([Fault("", "not_json", message)]) from error


def barred_characters(text: str) -> bool:
    """Whether a text holds control characters, lone surrogates or direction overrides."""
    return any(
        unicodedata.category(char) in BARRED_CATEGORIES or char in BIDI_CONTROLS for char in text
    )


def kind_of(value: object) -> str:
    """A JSON value's kind in words, for messages."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, (int, float, JsonNumber)):
        return "a number"
    if isinstance(value, str):
        return "text"
    return "a list" if isinstance(value, list) else "an object"


class Reader:
    """Collects faults while values are read; a faulty value reads as a harmless stand-in."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def fault(self, path: str, code: str, message: str) -> None:
        """Note something wrong at `path`."""
        self.faults.append(Fault(path, code, message))

    def below(self, path: str) -> list[Fault]:
        """The faults found so far at or below a path."""
        return [f for f in self.faults if f.path == path or f.path.startswith(path + "/")]

    def has_fault_at(self, path: str) -> bool:
        """Whether the value at the path itself, not one below it, has been found wrong."""
        return any(f.path == path for f in self.faults)

    def are_clean(self, path: str, count: int, key: str) -> bool:
        """Whether a list could be read, and one key of each of its `count` entries."""
        wrong = {f.path for f in self.faults}
        return path not in wrong and not any(
            f"{path}/{index}" in wrong or f"{path}/{index}/{key}" in wrong for index in range(count)
        )

    def is_clean(self, *paths: str) -> bool:
        """Whether nothing at or below the paths has been found wrong so far."""
        return not any(self.below(path) for path in paths)

    def obj(
        self, value: object, path: str, allowed: Collection[str], required: Sequence[str] = ()
    ) -> dict[str, Any]:
        """An object with known keys only. A wrong kind reads as empty."""
        if not isinstance(value, dict):
            self.fault(path, "object_expected", f"This is {kind_of(value)}. Give an object.")
            return {}
        self._repeated(value, path)
        self._unknown([key for key in value if key not in allowed], path, allowed)
        for key in required:
            if key not in value:
                self.fault(pointer(path, key), "missing", f"Give “{key}”: it has no default.")
        return value

    def _unknown(self, keys: Sequence[str], path: str, allowed: Collection[str]) -> None:
        names = ", ".join(sorted(allowed))
        for key in keys[:MOST_NAMED]:
            message = f"There is no such key here. Leave it out, or use one of: {names}."
            self.fault(pointer(path, key), "unknown_key", message)
        if len(keys) > MOST_NAMED:
            message = f"There are {len(keys):,} keys here that are not known. Leave them out."
            self.fault(path, "too_many", message)

    def _repeated(self, value: dict[str, Any], path: str) -> None:
        for key in getattr(value, "repeated", ())[:MOST_NAMED]:
            self.fault(
                pointer(path, key), "repeated_key", "This key stands here twice. Keep one of them."
            )

    def pairs(self, value: object, path: str, most: int) -> Iterator[tuple[str, Any, str]]:
        """The entries of an object whose keys are the caller's own; at least one is wanted."""
        if not isinstance(value, dict):
            self.fault(path, "object_expected", f"This is {kind_of(value)}. Give an object.")
            return
        self._repeated(value, path)
        if not value:
            self.fault(path, "empty", "This is empty. Name at least one, or leave the key out.")
        if len(value) > most:
            self.fault(path, "too_many", f"Give at most {most}; there are {len(value):,} here.")
            return
        for key, entry in value.items():
            yield key, entry, pointer(path, key)

    def items(
        self, value: object, path: str, most: int, least: int = 0
    ) -> Iterator[tuple[int, Any, str]]:
        """The entries of a list of `least` to `most`; a longer list is refused unread."""
        if not isinstance(value, list):
            self.fault(path, "list_expected", f"This is {kind_of(value)}. Give a list.")
            return
        if len(value) < least:
            plural = "entry" if least == 1 else "entries"
            self.fault(path, "too_few", f"Give at least {least} {plural}.")
        if len(value) > most:
            self.fault(path, "too_many", f"Give at most {most}; there are {len(value):,} here.")
            return
        for index, entry in enumerate(value):
            yield index, entry, pointer(path, index)

    def _string(self, value: object, path: str, example: str) -> str | None:
        if isinstance(value, str):
            return value
        if isinstance(value, (int, float, JsonNumber)) and not isinstance(value, bool):
            message = f"Numbers are not taken here. Write it as text in quotes, such as {example}."
            self.fault(path, "number_not_text", message)
        else:
            message = f"This is {kind_of(value)}. Give text in quotes, such as {example}."
            self.fault(path, "text_expected", message)
        return None

    def money(self, value: object, path: str, *, negative: bool = False) -> Pence:
        """Pounds as text with at most two decimals, read as pence."""
        text = self._string(value, path, '"84000.00"')
        if text is None:
            return 0
        if not MONEY.fullmatch(text):
            message = "Give pounds with at most two decimals and no commas, such as “84000.00”."
            self.fault(path, "not_money", message)
            return 0
        if text.startswith("-") and not negative and text.strip("-0."):
            self.fault(path, "negative", "A sum here cannot be negative. Give nil or more.")
            return 0
        whole, _, rest = text.lstrip("-").partition(".")
        pence = int(whole) * 100 + int(rest.ljust(2, "0"))
        return -pence if text.startswith("-") else pence

    def exact(
        self, value: object, path: str, *, most: int | None = None, above: int | None = None
    ) -> Fraction:
        """A decimal or a fraction as text, not below nil, read exactly.

        `most` is the largest value allowed; `above` the one it must exceed.
        """
        text = self._string(value, path, '"0.195" or "22.2/37"')
        stand_in = Fraction(1)
        if text is None:
            return stand_in
        if not EXACT.fullmatch(text):
            message = "Give a decimal such as “0.195”, or a fraction such as “22.2/37”."
            self.fault(path, "not_exact", message)
            return stand_in
        top, _, bottom = text.partition("/")
        if bottom and Fraction(bottom) == 0:
            self.fault(path, "divided_by_nil", "The number below the line is nil. Give another.")
            return stand_in
        number = Fraction(top) / Fraction(bottom or 1)
        if number < 0:
            self.fault(path, "negative", "This cannot be negative. Give nil or more.")
            return stand_in
        if above is not None and number <= above:
            self.fault(path, "too_small", f"Give a number above {above or 'nil'}.")
            return stand_in
        if most is not None and number > most:
            hint = " 19.5% is written 0.195." if most == 1 else ""
            self.fault(path, "too_large", f"Give a number of at most {most}.{hint}")
            return stand_in
        return number

    def day(self, value: object, path: str) -> date | None:
        """An ISO date as text; None when it is not one."""
        text = self._string(value, path, '"2026-04-01"')
        if text is None:
            return None
        if ISO_DATE.fullmatch(text):
            try:
                return date.fromisoformat(text)
            except ValueError:
                self.fault(path, "no_such_date", f"There is no day {text}. Check day and month.")
                return None
        self.fault(path, "not_a_date", "Give year, month and day as “2026-04-01”.")
        return None

    def text(self, value: object, path: str, *, most: int, least: int = 1) -> str:
        """One line of text in Unicode NFC, without control characters."""
        text = self._string(value, path, '"Northshire Council"')
        if text is None:
            return ""
        # Before anything that takes longer the longer the text is.
        if len(text) > most:
            message = f"Give at most {most} characters; there are {len(text):,} here."
            self.fault(path, "too_long", message)
            return ""
        if barred_characters(text):
            message = "Take out control characters, line breaks and direction marks."
            self.fault(path, "control_character", message)
            return ""
        # The mark that some programs put before text is no part of it.
        text = unicodedata.normalize("NFC", text.replace("\ufeff", ""))
        if least and not text.strip():
            self.fault(path, "blank", "This is blank. Give a name.")
        return text

    def choice(self, value: object, path: str, among: Sequence[str]) -> str:
        """One of a fixed list of words; a wrong one reads as the first."""
        if isinstance(value, str) and value in among:
            return value
        words = ", ".join(f"“{word}”" for word in among)
        self.fault(path, "not_a_choice", f"Give one of: {words}.")
        return among[0]

    def flag(self, value: object, path: str) -> bool:
        """true or false."""
        if isinstance(value, bool):
            return value
        self.fault(path, "not_true_or_false", f"This is {kind_of(value)}. Give true or false.")
        return False

    def matching(self, value: object, path: str, pattern: re.Pattern[str], want: str) -> str | None:
        """Text of a fixed pattern; None, and a fault that says what is wanted, if it differs."""
        text = self._string(value, path, want)
        if text is not None and not pattern.fullmatch(text):
            self.fault(path, "wrong_form", f"Give it in the form {want}.")
            return None
        return text

    def rising(self, entries: Sequence[tuple[Any, str]], say: Callable[[Any], str]) -> None:
        """Check that dated entries (date, path) rise strictly."""
        for (before, _), (after, where) in pairwise(entries):
            if before is None or after is None:
                continue
            if after == before:
                message = f"Two entries begin on {say(after)}. Keep one of them."
                self.fault(where, "same_date", message)
            elif after < before:
                message = f"{say(after)} comes after a later entry. List them in date order."
                self.fault(where, "out_of_order", message)
