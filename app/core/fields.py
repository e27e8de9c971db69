"""Kinds of question a page can ask: each reads what a person typed, or says what is wrong."""

import re
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import ClassVar

from app.core.text import BIDI_CONTROLS, BadText, clean_line, clean_text

# What a browser sent: every value of every name.
Posted = Mapping[str, Sequence[str]]
# Answers as typed: a string, a list, or a mapping of names to these. Kept as JSON.
Raw = object

MAX_FIELD = 20_000
NOT_ON_LIST = "Pick from the answers that are offered"
EARLIEST, LATEST = 1950, 2150
MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that can be picked."""

    value: str
    text: str
    hint: str = ""


# Options that depend on earlier answers, by name; and words that labels may use, such as {host}.
@dataclass(frozen=True, slots=True)
class Setting:
    """What a form has to know of earlier answers: lists to choose from and words for labels."""

    options: Mapping[str, Sequence[Option]] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)

    def say(self, text: str) -> str:
        """Put the words of this setting into a label: ``{host}`` becomes the host's name."""
        for key, value in self.words.items():
            text = text.replace("{" + key + "}", value)
        return text


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing wrong: the field's path in the page, the sentence, and which parts of a date."""

    path: str
    message: str
    parts: tuple[str, ...] = ()
    target: str = ""

    @property
    def anchor(self) -> str:
        """The id of the input that the error summary links to."""
        if self.target:
            return self.target
        return f"{self.path}-{self.parts[0]}" if self.parts else self.path


@dataclass(slots=True)
class Reader:
    """Gathers errors while answers are read, and knows the setting."""

    setting: Setting
    errors: list[FieldError] = field(default_factory=list)

    def fail(self, path: str, message: str, *parts: str, target: str = "") -> None:
        """Note an error beside the field at this path."""
        self.errors.append(FieldError(path, self.setting.say(message), parts, target))


def text_of(raw: Raw) -> str:
    """The text of an answer, empty when it is none."""
    return raw if isinstance(raw, str) else ""


def undirected(text: str) -> str:
    """Typed text in one normal form and without marks that turn the direction of writing."""
    kept = "".join(character for character in text if character not in BIDI_CONTROLS)
    return unicodedata.normalize("NFC", kept)


def printable(raw: Raw) -> Raw:
    """Answers without the characters that no page can carry, to be shown again."""
    if isinstance(raw, str):
        return "".join(c for c in raw if c in "\n\t" or unicodedata.category(c)[0] != "C")
    if isinstance(raw, list):
        return [printable(part) for part in raw]
    return {k: printable(v) for k, v in raw.items()} if isinstance(raw, dict) else raw


def map_of(raw: Raw) -> dict[str, Raw]:
    """The named parts of an answer, empty when it has none."""
    return {str(k): v for k, v in raw.items()} if isinstance(raw, dict) else {}


def list_of(raw: Raw) -> list[Raw]:
    """The items of an answer, empty when it is not a list."""
    return list(raw) if isinstance(raw, list) else []


def sentence_name(name: str) -> str:
    """A label as the start of a sentence: without its question mark."""
    return name[:1].upper() + name[1:].rstrip("?")


@dataclass(frozen=True, kw_only=True)
class Field(ABC):
    """A question. `missing` is the message when it is left blank; without one it may be."""

    kind: ClassVar[str]
    label: str
    hint: str = ""
    name: str = ""
    missing: str = ""
    only_if: tuple[str, str] | None = None
    counts: bool = True  # whether an answer here makes a row more than blank
    default: Raw = ""
    width: str = ""
    more: bool = False  # shown folded away in a row, for those who want to say more

    @property
    def called(self) -> str:
        """How messages call this field."""
        return sentence_name(self.name or self.label)

    def gather(self, posted: Posted, path: str) -> Raw:
        """Take this field's answer as typed from what the browser sent."""
        return undirected((list(posted.get(path, ())) or [""])[-1][:MAX_FIELD])

    def names(self, path: str, posted: Posted, setting: Setting) -> set[str]:
        """The names of inputs that belong to this field."""
        return {path} & set(posted)

    def is_blank(self, raw: Raw) -> bool:
        """Whether nothing was answered."""
        return not text_of(raw).strip()

    def read(self, raw: Raw, path: str, reader: Reader) -> object | None:
        """The value of an answer, or None after noting what is wrong with it."""
        if self.is_blank(raw):
            if self.missing:
                reader.fail(path, self.missing, target=self.first_input(path, reader.setting))
            return None
        return self.value(raw, path, reader)

    def first_input(self, path: str, setting: Setting) -> str:
        """The id of the first input, where an error about the whole field points."""
        return path

    @abstractmethod
    def value(self, raw: Raw, path: str, reader: Reader) -> object | None:
        """The value of an answer that is not blank."""


@dataclass(frozen=True, kw_only=True)
class Text(Field):
    """Words, on one line or several."""

    kind = "text"
    max_length: int = 200
    lines: int = 1
    pattern: str = ""
    wrong: str = ""
    autocomplete: str = ""
    inputmode: str = ""
    spellcheck: bool = True

    def value(self, raw: Raw, path: str, reader: Reader) -> str | None:
        """The text, tidied: one form of each letter, no hidden characters."""
        clean = clean_line if self.lines == 1 else clean_text
        try:
            text = clean(text_of(raw)).strip()
        except BadText:
            reader.fail(path, f"{self.called} must only use letters, numbers and ordinary marks")
            return None
        if self.lines == 1:
            text = re.sub(" {2,}", " ", text)
        if len(text) > self.max_length:
            reader.fail(path, f"{self.called} must be {self.max_length} characters or fewer")
            return None
        if self.pattern and not re.fullmatch(self.pattern, text):
            reader.fail(path, self.wrong)
            return None
        return text


@dataclass(frozen=True, kw_only=True)
class Hidden(Text):
    """A value that travels with the page and is not shown."""

    kind = "hidden"
    label: str = ""
    counts: bool = False


MONEY = re.compile(r"(\d{1,12}|\d{1,3}(?:,\d{3}){1,3})(?:\.(\d{1,2}))?", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Money(Field):
    """An amount in pounds, as people type it: 84000, £84,000 or 84,000.50."""

    kind = "money"
    above_zero: bool = False
    width: str = "10"

    def value(self, raw: Raw, path: str, reader: Reader) -> Decimal | None:
        """Pounds with two decimals."""
        text = re.sub(r"[\s\u00a0£]", "", text_of(raw))
        if text.startswith(("-", "\u2212")):
            reader.fail(path, f"{self.called} must be 0 or more")
            return None
        if re.fullmatch(r"[\d,]+\.\d{3,}", text):
            reader.fail(path, f"{self.called} must not be finer than a penny, like 84,000.50")
            return None
        match = MONEY.fullmatch(text)
        if match is None:
            reader.fail(
                path, f"{self.called} must be an amount in pounds, like 84,000 or 84,000.50"
            )
            return None
        amount = Decimal(text.replace(",", "")).quantize(Decimal("0.01"))
        if self.above_zero and not amount:
            reader.fail(path, f"{self.called} must be more than £0")
            return None
        return amount


EXACT = re.compile(r"\d{1,15}(\.\d{1,12})?(/\d{1,15}(\.\d{1,12})?)?", re.ASCII)


def ratio(text: str) -> Decimal:
    """The size of '3', '2.5' or '22.2/37', to compare with a limit; not for money."""
    top, _, bottom = text.partition("/")
    return Decimal(top) / Decimal(bottom or "1")


@dataclass(frozen=True, kw_only=True)
class Exact(Field):
    """A number kept exactly as typed: a decimal, or a fraction such as 22.2/37."""

    kind = "number"
    above_zero: bool = False
    most: str = ""
    unit: str = ""
    example: str = "2.5"
    width: str = "5"

    def value(self, raw: Raw, path: str, reader: Reader) -> str | None:
        """The number as the inputs hold it: no spaces, no thousands marks."""
        text = re.sub(r"[\s\u00a0]", "", text_of(raw)).removesuffix("%")
        if text.startswith(("-", "\u2212")):
            reader.fail(path, f"{self.called} must be 0 or more")
            return None
        if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", text, re.ASCII):
            text = text.replace(",", "")
        if text.startswith("."):
            text = "0" + text
        if not EXACT.fullmatch(text) or ("/" in text and not ratio_is_sound(text)):
            reader.fail(path, f"{self.called} must be a number, like {self.example}")
            return None
        if self.above_zero and not ratio(text):
            reader.fail(path, f"{self.called} must be more than 0")
            return None
        if self.most and ratio(text) > Decimal(self.most):
            reader.fail(path, f"{self.called} must be {self.most} or less")
            return None
        return text


def ratio_is_sound(text: str) -> bool:
    """Whether a fraction divides by something."""
    return bool(Decimal(text.partition("/")[2]))


def shift(text: str, places: int) -> str:
    """Move the decimal point of a number or of a fraction's upper part.

    >>> shift("19.5", -2), shift("0.195", 2), shift("1/3", 2)
    ('0.195', '19.5', '100/3')
    """
    top, slash, bottom = text.partition("/")
    return f"{Decimal(top).scaleb(places):f}{slash}{bottom}"


@dataclass(frozen=True, kw_only=True)
class Percent(Exact):
    """A percentage as people type it, 19.5 or 19.5%; its value is the rate, 0.195."""

    kind = "percent"
    most: str = "100"
    example: str = "19.5"

    def value(self, raw: Raw, path: str, reader: Reader) -> str | None:
        """The rate, exact."""
        text = super().value(raw, path, reader)
        if text is None:
            return None
        if len(text.partition("/")[0].partition(".")[2]) > 10:
            reader.fail(path, f"{self.called} must have 10 decimal places or fewer")
            return None
        return shift(text, -2) if ratio(text) else "0"


@dataclass(frozen=True, kw_only=True)
class Whole(Field):
    """A whole number."""

    kind = "whole"
    least: int = 0
    most: int = 999
    width: str = "3"

    def value(self, raw: Raw, path: str, reader: Reader) -> int | None:
        """The number within its limits."""
        text = text_of(raw).strip()
        if not re.fullmatch(r"\d{1,9}", text, re.ASCII):
            reader.fail(path, f"{self.called} must be a whole number, like {max(30, self.least)}")
            return None
        if not self.least <= int(text) <= self.most:
            reader.fail(path, f"{self.called} must be between {self.least} and {self.most}")
            return None
        return int(text)


def month_number(text: str) -> int | None:
    """The number of a month typed as 4, 04, Apr or April."""
    text = text.strip().lower()
    if re.fullmatch(r"\d{1,2}", text, re.ASCII):
        return int(text) if 1 <= int(text) <= 12 else None
    found = [n for n, month in enumerate(MONTHS, 1) if len(text) >= 3 and month.startswith(text)]
    return found[0] if len(found) == 1 else None


@dataclass(frozen=True, kw_only=True)
class Day(Field):
    """A date typed as day, month and year."""

    kind = "date"
    default: Raw = None
    parts: ClassVar[tuple[str, ...]] = ("day", "month", "year")

    def gather(self, posted: Posted, path: str) -> Raw:
        """The parts as typed."""
        return {p: (list(posted.get(f"{path}-{p}", ())) or [""])[-1][:40] for p in self.parts}

    def names(self, path: str, posted: Posted, setting: Setting) -> set[str]:
        """One input for each part."""
        return {f"{path}-{p}" for p in self.parts} & set(posted)

    def is_blank(self, raw: Raw) -> bool:
        """Whether no part was typed."""
        return not any(text_of(map_of(raw).get(p)).strip() for p in self.parts)

    def first_input(self, path: str, setting: Setting) -> str:
        """The first part."""
        return f"{path}-{self.parts[0]}"

    def value(self, raw: Raw, path: str, reader: Reader) -> object | None:
        """The date, after naming the part that is missing or wrong."""
        typed = {p: text_of(map_of(raw).get(p)).strip() for p in self.parts}
        gone = [p for p in self.parts if not typed[p]]
        if gone:
            reader.fail(path, f"{self.called} must include a {' and '.join(gone)}", *gone)
            return None
        if not re.fullmatch(r"\d{4}", typed["year"], re.ASCII):
            reader.fail(path, f"{self.called}: the year must include 4 numbers", "year")
            return None
        month = month_number(typed["month"])
        year = int(typed["year"])
        if month is None:
            reader.fail(path, f"{self.called}: the month must be 1 to 12, or its name", "month")
            return None
        if not EARLIEST <= year <= LATEST:
            reader.fail(path, f"{self.called} must be between {EARLIEST} and {LATEST}", "year")
            return None
        return self.built(typed, month, year, path, reader)

    def built(
        self, typed: dict[str, str], month: int, year: int, path: str, reader: Reader
    ) -> object | None:
        """The date of sound parts, if the calendar has it."""
        text = typed["day"]
        try:
            return date(year, month, int(text) if re.fullmatch(r"\d{1,2}", text, re.ASCII) else 0)
        except ValueError:
            reader.fail(path, f"{self.called} must be a real date", "day")
            return None


@dataclass(frozen=True, kw_only=True)
class Month(Day):
    """A month typed as month and year; its value is YYYY-MM."""

    kind = "month"
    parts: ClassVar[tuple[str, ...]] = ("month", "year")

    def built(
        self,
        typed: dict[str, str],
        month: int,
        year: int,
        path: str,
        reader: Reader,
    ) -> str:
        """The month as the inputs write it."""
        return f"{year:04d}-{month:02d}"


@dataclass(frozen=True, kw_only=True)
class Picked(Field):
    """What the kinds that choose from a list share."""

    options: Sequence[Option] | str = ()
    look: str = "radios"
    inline: bool = False

    def choices(self, setting: Setting) -> Sequence[Option]:
        """The list, made of earlier answers where it is given by name."""
        if isinstance(self.options, str):
            return setting.options.get(self.options, ())
        return self.options

    def first_input(self, path: str, setting: Setting) -> str:
        """The GOV.UK macros give the first option the name of the group as its id."""
        return path

    def value(self, raw: Raw, path: str, reader: Reader) -> object | None:
        """The value picked, if it is on the list."""
        if text_of(raw) not in {o.value for o in self.choices(reader.setting)}:
            reader.fail(path, self.missing or NOT_ON_LIST)
            return None
        return raw


@dataclass(frozen=True, kw_only=True)
class Choice(Picked):
    """One answer from a list."""

    kind = "choice"


YES_NO = (Option("yes", "Yes"), Option("no", "No"))


@dataclass(frozen=True, kw_only=True)
class YesNo(Choice):
    """A yes or a no; its value is a bool."""

    options: Sequence[Option] | str = YES_NO
    inline: bool = True

    def value(self, raw: Raw, path: str, reader: Reader) -> object | None:
        """True for yes."""
        picked = super().value(raw, path, reader)
        return None if picked is None else picked == "yes"


@dataclass(frozen=True, kw_only=True)
class Tick(Field):
    """A single box to tick; its value is a bool."""

    kind = "tick"
    counts: bool = False

    def value(self, raw: Raw, path: str, reader: Reader) -> bool:
        """Whether the box is ticked."""
        return text_of(raw) == "yes"

    def read(self, raw: Raw, path: str, reader: Reader) -> bool:
        """Unticked is an answer too."""
        return self.value(raw, path, reader)


@dataclass(frozen=True, kw_only=True)
class Many(Picked):
    """Any number of answers from a list."""

    kind = "many"

    def gather(self, posted: Posted, path: str) -> Raw:
        """All that were ticked."""
        return [v[:MAX_FIELD] for v in posted.get(path, ()) if v]

    def is_blank(self, raw: Raw) -> bool:
        """Whether nothing was ticked."""
        return not list_of(raw)

    def read(self, raw: Raw, path: str, reader: Reader) -> list[str] | None:
        """The values ticked, each once, in the order they came."""
        allowed = [o.value for o in self.choices(reader.setting)]
        picked = [text_of(v) for v in list_of(raw)]
        if not picked and self.missing:
            reader.fail(path, self.missing)
            return None
        if any(v not in allowed for v in picked):
            reader.fail(path, NOT_ON_LIST)
            return None
        return list(dict.fromkeys(picked))


@dataclass(frozen=True, kw_only=True)
class Keyed(Field):
    """The same question once for each item of a list, such as a weight for each party."""

    kind = "keyed"
    of: Field
    keys: str
    default: Raw = None

    def items(self, setting: Setting) -> Sequence[Option]:
        """The items asked about."""
        return setting.options.get(self.keys, ())

    def gather(self, posted: Posted, path: str) -> Raw:
        """The answer for each item that the browser sent."""
        start = path + "-"
        return {
            name[len(start) :]: self.of.gather(posted, name)
            for name in posted
            if name.startswith(start)
        }

    def names(self, path: str, posted: Posted, setting: Setting) -> set[str]:
        """One input for each item."""
        return {f"{path}-{item.value}" for item in self.items(setting)} & set(posted)

    def is_blank(self, raw: Raw) -> bool:
        """Whether no item was answered."""
        return all(self.of.is_blank(v) for v in map_of(raw).values())

    def first_input(self, path: str, setting: Setting) -> str:
        """The first item's input."""
        items = self.items(setting)
        return f"{path}-{items[0].value}" if items else path

    def value(self, raw: Raw, path: str, reader: Reader) -> dict[str, object]:
        """Each item's value, those left blank excepted."""
        found: dict[str, object] = {}
        typed = map_of(raw)
        for item in self.items(reader.setting):
            inner = Reader(reader.setting)
            value = self.of.read(typed.get(item.value), f"{path}-{item.value}", inner)
            for error in inner.errors:
                reader.fail(error.path, error.message.replace("{item}", item.text), *error.parts)
            if value is not None:
                found[item.value] = value
        return found
