"""Forms: a Pydantic model whose fields carry their questions, and what a page needs to show it.

`bind` gives the typed form, or the answers as typed with one message for each field. A form is
declared once and used three ways: to draw the page, to read the answers, and to read them again
later from a draft, where they are kept as they were typed.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from app.core.fields import (
    Field,
    FieldError,
    Keyed,
    Many,
    Option,
    Picked,
    Posted,
    Raw,
    Reader,
    Setting,
    list_of,
    map_of,
    text_of,
)

NO_SETTING = Setting()
# Names that every form may carry beside its own fields.
ALWAYS = frozenset({"_csrf_token", "_once", "version", "action", "return"})


class Form(BaseModel):
    """The answers of one page, typed. Fields are `Annotated[type, <a core.fields question>]`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def rules(self, setting: Setting) -> Iterable[FieldError]:
        """What must hold between fields, asked once each field is sound by itself."""
        return ()


F = TypeVar("F", bound=Form)


@cache
def questions(form: type[Form]) -> dict[str, Field]:
    """The questions of a form in the order in which they are asked."""
    found: dict[str, Field] = {}
    for name, info in form.model_fields.items():
        for mark in info.metadata:
            if isinstance(mark, Field):
                found[name] = mark
    return found


@dataclass(frozen=True, kw_only=True)
class Rows(Field):
    """The same questions again and again; rows left blank are passed over."""

    kind = "rows"
    form: type[Form]
    label: str = ""
    legend: str = "Row {n}"
    add: str = "Add another"
    least: int = 0
    most: int = 60
    start: int = 1
    movable: bool = False
    default: Raw = None

    def gather(self, posted: Posted, path: str) -> Raw:
        """Each row's answers, in the order of their numbers."""
        pattern = re.compile(re.escape(path) + r"-(0|[1-9][0-9]{0,2})-")
        numbers = sorted({int(m[1]) for name in posted if (m := pattern.match(name))})
        return [
            {k: q.gather(posted, f"{path}-{n}-{k}") for k, q in questions(self.form).items()}
            for n in numbers[: self.most + 1]
        ]

    def names(self, path: str, posted: Posted, setting: Setting) -> set[str]:
        """The inputs of all rows."""
        found: set[str] = set()
        pattern = re.compile(re.escape(path) + r"-(0|[1-9][0-9]{0,2})-")
        for number in {m[1] for name in posted if (m := pattern.match(name))}:
            for key, question in questions(self.form).items():
                found |= question.names(f"{path}-{number}-{key}", posted, setting)
        return found

    def row_is_blank(self, raw: Raw) -> bool:
        """Whether nothing that counts was typed in a row."""
        row = map_of(raw)
        return all(q.is_blank(row.get(k)) for k, q in questions(self.form).items() if q.counts)

    def filled(self, raw: Raw) -> list[int]:
        """The positions of the rows that are not blank."""
        return [i for i, row in enumerate(list_of(raw)) if not self.row_is_blank(row)]

    def is_blank(self, raw: Raw) -> bool:
        """Whether there is no row with an answer."""
        return not self.filled(raw)

    def first_input(self, path: str, setting: Setting) -> str:
        """The first input of the first row."""
        for key, question in questions(self.form).items():
            if question.kind != "hidden":
                return question.first_input(f"{path}-0-{key}", setting)
        return path

    def read(self, raw: Raw, path: str, reader: Reader) -> list[Form] | None:
        """The rows that are not blank, read each by itself."""
        filled = self.filled(raw)
        if len(filled) < self.least:
            self.say_what_is_missing(raw, path, reader)
        if len(filled) > self.most:
            reader.fail(path, f"Use {self.most} rows or fewer")
            return None
        rows = list_of(raw)
        found = [self.read_row(rows[i], f"{path}-{i}", reader) for i in filled]
        return [row for row in found if row is not None]

    def say_what_is_missing(self, raw: Raw, path: str, reader: Reader) -> None:
        """Point at the first blank row, or at the row that is not there yet."""
        filled = self.filled(raw)
        spare = next((i for i in range(len(list_of(raw))) if i not in filled), 0)
        first = next(k for k, q in questions(self.form).items() if q.kind != "hidden")
        where = f"{path}-{spare}-{first}"
        target = questions(self.form)[first].first_input(where, reader.setting)
        reader.fail(where, self.missing, target=target)

    def read_row(self, raw: Raw, path: str, reader: Reader) -> Form | None:
        """One row, typed, or None after noting what is wrong with it."""
        return parse(self.form, raw, reader.setting, path=path, errors=reader.errors).form

    def value(self, raw: Raw, path: str, reader: Reader) -> object | None:
        """Rows are read by `read`."""
        return self.read(raw, path, reader)


@dataclass(frozen=True, slots=True)
class Bound(Generic[F]):
    """A form as read: typed if all is well, else the answers as typed and what is wrong."""

    form: F | None
    raw: dict[str, Raw]
    errors: tuple[FieldError, ...]


def posted_of(pairs: Iterable[tuple[str, object]]) -> dict[str, list[str]]:
    """Group what a browser sent by name; files are left out."""
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        if isinstance(value, str):
            found.setdefault(name, []).append(value)
    return found


def gather(form: type[Form], posted: Posted) -> dict[str, Raw]:
    """The answers of a form as typed."""
    return {name: q.gather(posted, name) for name, q in questions(form).items()}


def strangers(form: type[Form], posted: Posted, setting: Setting) -> set[str]:
    """Names in what was sent that the form does not have."""
    known = set(ALWAYS)
    for name, question in questions(form).items():
        known |= question.names(name, posted, setting)
    return set(posted) - known


def is_asked(asked: Mapping[str, Field], question: Field, raw: dict[str, Raw]) -> bool:
    """Whether a question that hangs on another answer is to be asked, and that one too."""
    if question.only_if is None:
        return True
    other, wanted = question.only_if
    answer = raw.get(other)
    fits = wanted in answer if isinstance(answer, list) else answer == wanted
    return fits and (other not in asked or is_asked(asked, asked[other], raw))


def parse(
    form: type[F],
    raw: Raw,
    setting: Setting = NO_SETTING,
    *,
    path: str = "",
    errors: list[FieldError] | None = None,
) -> Bound[F]:
    """Read answers as typed; every fault at once, in the order of the page."""
    typed = map_of(raw)
    reader = Reader(setting)
    values: dict[str, object] = {}
    asked = questions(form)
    for name, question in asked.items():
        if is_asked(asked, question, typed):
            where = f"{path}-{name}" if path else name
            values[name] = question.read(typed.get(name), where, reader)
    made: F | None = None
    if not reader.errors:
        made = form.model_validate({k: v for k, v in values.items() if v is not None})
        for error in made.rules(setting):
            where = as_typed(asked, typed, error.path)
            reader.fail(f"{path}-{where}" if path else where, error.message, *error.parts)
    if errors is not None:
        errors.extend(reader.errors)
    return Bound(None if reader.errors else made, typed, tuple(reader.errors))


def as_typed(asked: Mapping[str, Field], raw: dict[str, Raw], where: str) -> str:
    """A path that counts rows as read, turned into one that counts them as typed.

    Rows left blank are passed over when they are read, so their numbers differ.
    """
    name, _, rest = where.partition("-")
    number, _, inner = rest.partition("-")
    question = asked.get(name)
    if not isinstance(question, Rows) or not number.isdigit():
        return where
    filled = question.filled(raw.get(name))
    place = filled[int(number)] if int(number) < len(filled) else int(number)
    return f"{name}-{place}-{inner}"


STRANGE = "This page has changed since you opened it. Check your answers and save them again"


def bind(posted: Posted, form: type[F], setting: Setting = NO_SETTING) -> Bound[F]:
    """Read a form that a browser sent; names that the form does not have are refused."""
    bound = parse(form, gather(form, posted), setting)
    if strangers(form, posted, setting):
        return Bound(None, bound.raw, (FieldError("", STRANGE), *bound.errors))
    return bound


def act(form: type[Form], raw: dict[str, Raw], action: str) -> tuple[dict[str, Raw], str] | None:
    """Do what a row button asks: `add:rows`, `remove:rows:2`, `up:rows:2`.

    Gives the answers after it and the id of the input to go to, or None if it is no such button.
    """
    verb, _, rest = action.partition(":")
    name, _, number = rest.partition(":")
    question = questions(form).get(name)
    if not isinstance(question, Rows) or len(number) > 3 or not number.isascii():
        return None
    rows = list_of(raw.get(name))
    at = int(number) if number.isdigit() else -1
    if verb == "add" and len(rows) < question.most:
        rows.append({})
        at = len(rows) - 1
    elif verb == "remove" and 0 <= at < len(rows):
        del rows[at]
        at = max(0, min(at, len(rows) - 1))
    elif verb == "up" and 0 < at < len(rows):
        rows[at - 1], rows[at] = rows[at], rows[at - 1]
        at -= 1
    else:
        return None
    first = question.first_input("rows", NO_SETTING).removeprefix("rows-0-")
    return {**raw, name: rows}, f"{name}-{at}-{first}"


@dataclass(frozen=True, slots=True)
class OptionView:
    """An option as the page shows it, with the questions that it brings."""

    option: Option
    checked: bool
    children: tuple["FieldView", ...] = ()


@dataclass(frozen=True, slots=True)
class RowView:
    """One row of repeated questions."""

    number: int
    legend: str
    fields: tuple["FieldView", ...]
    filled: bool


@dataclass(frozen=True, slots=True)
class FieldView:
    """A question as the page shows it: labels said, answer as typed, error beside it."""

    field: Field
    id: str
    label: str
    hint: str
    value: Raw
    error: FieldError | None
    options: tuple[OptionView, ...] = ()
    rows: tuple[RowView, ...] = ()
    items: tuple["FieldView", ...] = ()

    @property
    def kind(self) -> str:
        """Which macro draws it."""
        return self.field.kind

    @property
    def is_answered(self) -> bool:
        """Whether something was typed or ticked."""
        return not self.field.is_blank(self.value)


def view(
    form: type[Form],
    raw: dict[str, Raw],
    setting: Setting = NO_SETTING,
    errors: Sequence[FieldError] = (),
    *,
    path: str = "",
) -> tuple[FieldView, ...]:
    """The questions of a form for the page, those that hang on an option below that option."""
    by_path = {e.path: e for e in reversed(errors)}
    asked = questions(form)

    def children(name: str, value: str) -> tuple[FieldView, ...]:
        return tuple(one(k, q) for k, q in asked.items() if q.only_if == (name, value))

    def one(name: str, question: Field) -> FieldView:
        where = f"{path}-{name}" if path else name
        value = raw.get(name, question.default)
        options: tuple[OptionView, ...] = ()
        rows: tuple[RowView, ...] = ()
        items: tuple[FieldView, ...] = ()
        if isinstance(question, Picked):
            options = option_views(question, value, setting, lambda v: children(name, v))
        elif isinstance(question, Rows):
            rows = row_views(question, value, setting, errors, where)
        elif isinstance(question, Keyed):
            items = key_views(question, value, setting, by_path, where)
        return FieldView(
            question,
            where,
            setting.say(question.label),
            setting.say(question.hint),
            value,
            by_path.get(where),
            options,
            rows,
            items,
        )

    tops = {k: q for k, q in asked.items() if q.only_if is None or q.only_if[0] not in asked}
    return tuple(one(k, q) for k, q in tops.items())


def option_views(
    question: Picked,
    value: Raw,
    setting: Setting,
    children: Callable[[str], tuple[FieldView, ...]] = lambda _: (),
) -> tuple[OptionView, ...]:
    """The answers that can be picked, those that were ticked, and what hangs on each."""
    picked = list_of(value) if isinstance(question, Many) else [text_of(value)]
    return tuple(
        OptionView(
            replace(o, text=setting.say(o.text), hint=setting.say(o.hint)),
            o.value in picked,
            children(o.value),
        )
        for o in question.choices(setting)
    )


def row_views(
    question: Rows, value: Raw, setting: Setting, errors: Sequence[FieldError], where: str
) -> tuple[RowView, ...]:
    """The rows there are, with blank ones up to the number the page starts with."""
    rows = list_of(value)
    rows += [{}] * max(0, question.start - len(rows))
    return tuple(
        RowView(
            i,
            question.legend.replace("{n}", str(i + 1)),
            view(question.form, map_of(row), setting, errors, path=f"{where}-{i}"),
            not question.row_is_blank(row),
        )
        for i, row in enumerate(rows)
    )


def key_views(
    question: Keyed, value: Raw, setting: Setting, by_path: dict[str, FieldError], where: str
) -> tuple[FieldView, ...]:
    """One input for each item of the list."""
    typed = map_of(value)
    return tuple(
        FieldView(
            question.of,
            f"{where}-{item.value}",
            item.text,
            item.hint,
            typed.get(item.value, question.of.default),
            by_path.get(f"{where}-{item.value}"),
            option_views(question.of, typed.get(item.value), setting)
            if isinstance(question.of, Picked)
            else (),
        )
        for item in question.items(setting)
    )
