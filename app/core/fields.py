"""Every kind of question a page can ask; pages import them from here."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.core.field import (
    MAX_FIELD,
    NOT_ON_LIST,
    Field,
    FieldError,
    Option,
    Posted,
    Raw,
    Reader,
    Setting,
    list_of,
    map_of,
    printable,
    text_of,
)
from app.core.field_dates import MONTHS, Day, Month, month_number
from app.core.field_numbers import Exact, Money, Percent, Whole, ratio, shift
from app.core.text import BadText, clean_line, clean_text

__all__ = [
    "MONTHS",
    "Choice",
    "Day",
    "Each",
    "Exact",
    "Field",
    "FieldError",
    "Hidden",
    "Keyed",
    "Many",
    "Money",
    "Month",
    "Option",
    "Percent",
    "Picked",
    "Posted",
    "Raw",
    "Reader",
    "Setting",
    "Text",
    "Tick",
    "Whole",
    "YesNo",
    "list_of",
    "map_of",
    "month_number",
    "printable",
    "ratio",
    "shift",
    "text_of",
]


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


@dataclass(frozen=True, kw_only=True)
class Each(Keyed):
    """The same question for each item of a list, and each needs an answer."""

    def is_blank(self, raw: Raw) -> bool:
        """Never, so that every item left out is told by itself."""
        return False
