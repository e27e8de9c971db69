"""Check your answers: every answer in words, with the page where it can be changed. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from app.core.fields import (
    MONTHS,
    Day,
    Exact,
    Hidden,
    Money,
    Month,
    Percent,
    Picked,
    Reader,
    Setting,
    Tick,
    map_of,
    month_number,
    text_of,
)
from app.core.forms import FieldView, is_asked, questions, view
from app.costsharing.steps.check import step_errors
from app.costsharing.steps.registry import steps_for
from app.costsharing.steps.step import Facts, Step

EMPTY = Setting()


@dataclass(frozen=True, slots=True)
class Line:
    """One answer: what was asked, what was said (a line each), and where to change it."""

    label: str
    values: tuple[str, ...]
    slug: str
    anchor: str
    action: str = "Change"

    @property
    def in_sentence(self) -> str:
        """The label as it reads after a verb, as in “Change pay day”."""
        return mid_sentence(self.label)


@dataclass(frozen=True, slots=True)
class Group:
    """The answers of one part of the calculator."""

    title: str
    lines: tuple[Line, ...]


def groups(facts: Facts) -> tuple[Group, ...]:
    """All answers, by part, in the order they were asked."""
    found: dict[str, list[Line]] = {}
    for step in steps_for(facts):
        found.setdefault(step.section, []).extend(lines_of(step, facts))
    return tuple(Group(title, tuple(lines)) for title, lines in found.items())


def lines_of(step: Step, facts: Facts) -> list[Line]:
    """The answers of one page; one line for a page that is blank."""
    setting = step.setting(facts)
    title = setting.say(step.title)
    raw = facts.raw(step.slug)
    lines: list[Line] = []
    asked = questions(step.form)
    shown = {one.id: one for one in every(view(step.form, raw, setting))}
    for name, question in asked.items():
        if isinstance(question, Hidden) or not is_asked(asked, question, raw):
            continue
        values = tuple(said(shown[name]))
        if values:
            label = setting.say(question.name or question.label) or title
            if len(asked) == 1:
                label = setting.say(question.name) or title
            lines.append(Line(label_of(label, step), values, step.slug, ""))
    if lines:
        return lines
    if step_errors(step, facts):
        return [Line(title, ("Not answered yet",), step.slug, "", "Answer")]
    blank = "To be agreed" if step.section == "Agreement details" else "None"
    return [Line(title, (blank,), step.slug, "")]


def label_of(label: str, step: Step) -> str:
    """A label with whom or which period it is about, where pages repeat."""
    label = re.sub(r" \(optional\)$", "", label)
    if step.party and step.words:
        return f"{label} ({step.words['party']})"
    if step.number > 1:
        return f"{label} (period {step.number})"
    return label


def every(views: Iterable[FieldView]) -> Iterable[FieldView]:
    """Questions and those that hang on their options."""
    for one in views:
        yield one
        for option in one.options:
            yield from every(option.children)


def said(one: FieldView) -> list[str]:
    """An answer in words, one string a line; nothing for a blank."""
    question = one.field
    if one.kind == "rows":
        return [line for r in one.rows if r.filled and (line := row_said(r.fields))]
    if one.kind == "keyed":
        pairs = [(item.label, said(item)) for item in one.items]
        return [f"{label}: {words[0]}" for label, words in pairs if words]
    if isinstance(question, Picked):
        return [o.option.text for o in one.options if o.checked and o.option.value]
    if isinstance(question, Tick):
        return [one.label] if text_of(one.value) == "yes" else []
    if question.is_blank(one.value):
        return []
    if isinstance(question, Day):
        return [day_said(one)]
    return [typed_said(one)]


def row_said(fields: Iterable[FieldView]) -> str:
    """A row as one line, its answers one after the other."""
    parts: list[str] = []
    for one in every(fields):
        if isinstance(one.field, Hidden):
            continue
        words = said(one)
        if one.kind == "keyed":
            words = ["; ".join(words)] if words else []
        if words and parts and isinstance(one.field, Money | Percent | Exact | Day):
            # Figures and dates in a row mean little without what they are.
            words = [f"{_short(one)} {words[0]}"]
        parts.extend(words)
    return ", ".join(parts)


def _short(one: FieldView) -> str:
    """A field's label to stand in the middle of a line."""
    return mid_sentence(re.sub(r" \(optional\)$", "", one.label))


def mid_sentence(label: str) -> str:
    """A label without its capital, unless its first word is a name or all capitals.

    >>> mid_sentence("Pay day"), mid_sentence("VAT"), mid_sentence("National Insurance rates")
    ('pay day', 'VAT', 'National Insurance rates')
    """
    if label[1:2].isupper() or label.startswith("National Insurance"):
        return label
    return label[:1].lower() + label[1:]


def day_said(one: FieldView) -> str:
    """A date in words, as typed if it is none."""
    typed = {p: text_of(map_of(one.value).get(p)).strip() for p in ("day", "month", "year")}
    month = month_number(typed["month"])
    name = MONTHS[month - 1].capitalize() if month else typed["month"]
    parts = (
        [name, typed["year"]]
        if isinstance(one.field, Month)
        else [
            typed["day"].lstrip("0"),
            name,
            typed["year"],
        ]
    )
    return " ".join(p for p in parts if p)


def typed_said(one: FieldView) -> str:
    """A number or text with its unit."""
    text = text_of(one.value).strip()
    if isinstance(one.field, Money):
        amount = one.field.read(text, one.id, Reader(EMPTY))
        return f"£{amount:,.2f}" if isinstance(amount, Decimal) else text
    if isinstance(one.field, Percent):
        return f"{text.rstrip('%')}%"
    if isinstance(one.field, Exact) and one.field.unit:
        gap = "" if one.field.unit == "%" else " "
        return f"{text.rstrip('%')}{gap}{one.field.unit}"
    return text
