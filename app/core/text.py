"""Text at the edge: what is refused, what is tidied, before any rule sees it. Pure."""

import unicodedata
from typing import Any, Final

# Embeddings, overrides and isolates: they make a line read other than it is stored.
BIDI_CONTROLS: Final = frozenset(
    map(chr, (0x061C, 0x200E, 0x200F, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))
)


class BadText(ValueError):
    """Characters that are no text; the message says so to the person."""


def clean_text(text: str) -> str:
    """Text of several lines, in one normal form (NFC) with plain line ends.

    Raises BadText for NUL, other control characters, and halves of surrogate pairs.

    >>> clean_text("y\\u0302 Ty\\u0302\\r\\n")
    'ŷ Tŷ\\n'
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    for character in text:
        kind = unicodedata.category(character)
        if kind == "Cs" or (kind == "Cc" and character not in "\n\t"):
            raise BadText("It has characters in it that cannot be read. Type it again.")
    return unicodedata.normalize("NFC", text)


def clean_line(text: str) -> str:
    """Text of one line: as clean_text, without marks that turn the direction of writing, and
    with line ends and tabs as spaces.

    >>> clean_line("Moor\\u202e Council")
    'Moor Council'
    """
    kept = "".join(character for character in clean_text(text) if character not in BIDI_CONTROLS)
    return kept.replace("\n", " ").replace("\t", " ")


def whole_number(text: str, digits: int) -> int | None:
    """The whole number that an address or a hidden field names, of at most so many digits.

    None for all else: `int` takes digits of every script, and fails on thousands of them.

    >>> whole_number("12", 4), whole_number("", 4), whole_number("12345", 4), whole_number("²", 4)
    (12, None, None, None)
    """
    is_number = text.isascii() and text.isdigit() and len(text) <= digits
    return int(text) if is_number else None


def check_tree(value: Any) -> None:
    """Raise BadText where any text of a JSON value, keys too, has characters that are no text."""
    waiting = [value]
    while waiting:
        part = waiting.pop()
        if isinstance(part, str):
            clean_text(part)
        elif isinstance(part, dict):
            waiting.extend(part.keys())
            waiting.extend(part.values())
        elif isinstance(part, list):
            waiting.extend(part)
