"""Answers of a form in words, for pages that show them to be checked or changed."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from app.core.fields import (
    Day,
    Exact,
    Field,
    Money,
    Percent,
    Picked,
    Raw,
    Reader,
    Setting,
    Text,
    list_of,
    map_of,
    text_of,
)
from app.core.forms import NO_SETTING, Form, Rows, questions
from app.core.words import day_in_words, pounds

NOT_GIVEN = "Not given"


@dataclass(frozen=True, slots=True)
class Line:
    """One answer: what was asked, and what was said, a line each."""

    label: str
    values: tuple[str, ...]


def lines_of(
    form: type[Form], raw: Raw, setting: Setting = NO_SETTING, *, blank: str = NOT_GIVEN
) -> list[Line]:
    """Every answer of a form in the order of its questions; `blank` stands for what was left so."""
    typed = map_of(raw)
    return [
        Line(
            question.called.replace(" (optional)", ""),
            tuple(said(question, typed.get(name), setting)) or (blank,),
        )
        for name, question in questions(form).items()
        if question.kind != "hidden"
    ]


def said(question: Field, raw: Raw, setting: Setting) -> Iterator[str]:
    """What was answered to one question."""
    if isinstance(question, Rows):
        for row in list_of(raw):
            for name, inner in questions(question.form).items():
                yield from said(inner, map_of(row).get(name), setting)
        return
    if question.is_blank(raw):
        return
    if isinstance(question, Picked):
        picked = list_of(raw) if isinstance(raw, list) else [text_of(raw)]
        yield from (o.text for o in question.choices(setting) if o.value in picked)
        return
    yield in_words(question, raw, setting)


def in_words(question: Field, raw: Raw, setting: Setting) -> str:
    """A single value: dates, money and units written out; what cannot be read, as it was typed."""
    value = question.read(raw, "", Reader(setting))
    if isinstance(question, Day):
        return day_in_words(value) if value else ""  # type: ignore[arg-type]
    if isinstance(question, Money) and isinstance(value, Decimal):
        return pounds(value)
    if isinstance(question, Percent):
        return f"{text_of(raw).strip().removesuffix('%')}%"
    if isinstance(question, Exact) and question.unit:
        return f"{text_of(raw).strip()} {question.unit}"
    if isinstance(question, Text) and isinstance(value, str):
        return value
    return text_of(raw).strip()
