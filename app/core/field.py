"""What every kind of question shares: how answers are held, read and found wrong."""

import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from app.core.text import BIDI_CONTROLS

# What a browser sent: every value of every name.
Posted = Mapping[str, Sequence[str]]
# Answers as typed: a string, a list, or a mapping of names to these. Kept as JSON.
Raw = object

MAX_FIELD = 20_000
NOT_ON_LIST = "Pick from the answers that are offered"


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
    """One thing wrong: the field's path in the page, the sentence, and which parts of a date.

    `refusal` is the code where the fault is that the person may not do it.
    """

    path: str
    message: str
    parts: tuple[str, ...] = ()
    target: str = ""
    refusal: str = ""

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
