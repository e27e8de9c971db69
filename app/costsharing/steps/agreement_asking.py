"""Kinds of question that the pages of the funding agreement share: all may stay open."""

from collections.abc import Iterable, Mapping

from app.core.addresses import EMAIL, SENTENCE
from app.core.fields import Choice, FieldError, Option, Text
from app.costsharing.agreement_schema import BODY_KINDS

OPEN = Option("", "To be agreed")
PHONE = r"[+0-9][0-9 ()x/.\-]{4,39}"
OTHER = Option("other", "Another rule, in the words below")
Paths = Mapping[str, str]


def pick(label: str, *options: Option, hint: str = "", name: str = "") -> Choice:
    """A choice that may stay open."""
    return Choice(label=label, look="select", options=(OPEN, *options), hint=hint, name=name)


def line(label: str, *, hint: str = "", most: int = 200) -> Text:
    """One line of text that may stay blank."""
    return Text(label=label, hint=hint, max_length=most)


def words(label: str, *, hint: str = "", only_if: tuple[str, str] | None = None) -> Text:
    """Several lines of text that may stay blank."""
    return Text(label=label, hint=hint, max_length=2000, lines=3, only_if=only_if)


def email(label: str) -> Text:
    """An email address that may stay blank."""
    return Text(
        label=label,
        max_length=254,
        pattern=EMAIL,
        wrong=SENTENCE,
        autocomplete="off",
        inputmode="email",
        spellcheck=False,
    )


def kinds() -> tuple[Option, ...]:
    """Kinds of body to pick from."""
    return tuple(Option(k, v[:1].upper() + v[1:]) for k, v in BODY_KINDS.items())


def needs_words(choice: str | None, text: str | None, field: str) -> Iterable[FieldError]:
    """An error where something else is picked and not said."""
    if choice == "other" and not text:
        yield FieldError(field, "Say in words what applies, or pick another answer")
