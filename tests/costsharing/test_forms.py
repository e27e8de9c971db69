"""Reading what people type: each kind of question, its limits and its words."""

from datetime import date
from decimal import Decimal
from typing import Annotated

import pytest

from app.core.fields import (
    Choice,
    Day,
    Exact,
    Field,
    Keyed,
    Many,
    Money,
    Month,
    Option,
    Percent,
    Reader,
    Setting,
    Text,
    Tick,
    Whole,
    YesNo,
    shift,
)
from app.core.forms import STRANGE, Form, Rows, act, bind, parse, posted_of, view

TWO = (Option("a", "Alpha"), Option("b", "Beta"))


def read(field: Field, raw: object, **options: tuple[Option, ...]) -> tuple[object, list[str]]:
    """The value of an answer and the messages about it."""
    reader = Reader(Setting(options=options))
    return field.read(raw, "f", reader), [e.message for e in reader.errors]


@pytest.mark.parametrize(
    ("typed", "pounds"),
    [
        ("84000", "84000.00"),
        ("£84,000", "84000.00"),
        ("84,000.50", "84000.50"),
        (" 84 000.5 ", "84000.50"),
        ("0", "0.00"),
        ("£ 1,234,567.89", "1234567.89"),
    ],
)
def test_money_is_read_as_people_type_it(typed: str, pounds: str) -> None:
    assert read(Money(label="Amount"), typed) == (Decimal(pounds), [])


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "Enter the amount"),
        ("84k", "Amount must be an amount in pounds, like 84,000 or 84,000.50"),
        ("84,00", "Amount must be an amount in pounds, like 84,000 or 84,000.50"),
        ("٣٤", "Amount must be an amount in pounds, like 84,000 or 84,000.50"),
        ("1e5", "Amount must be an amount in pounds, like 84,000 or 84,000.50"),
        ("-5", "Amount must be 0 or more"),
        ("−5", "Amount must be 0 or more"),
        ("0.005", "Amount must not be finer than a penny, like 84,000.50"),
        ("0", "Amount must be more than £0"),
        ("9999999999999", "Amount must be an amount in pounds, like 84,000 or 84,000.50"),
    ],
)
def test_money_says_what_is_wrong(typed: str, message: str) -> None:
    field = Money(label="Amount", missing="Enter the amount", above_zero=True)
    assert read(field, typed) == (None, [message])


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("22.2", "22.2"),
        ("22.2/37", "22.2/37"),
        ("128,917", "128917"),
        (".5", "0.5"),
        ("47.5%", "47.5"),
    ],
)
def test_numbers_are_kept_exactly(typed: str, value: str) -> None:
    assert read(Exact(label="Weight"), typed) == (value, [])


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("two", "Weight must be a number, like 2.5"),
        ("1/0", "Weight must be a number, like 2.5"),
        ("1//2", "Weight must be a number, like 2.5"),
        ("NaN", "Weight must be a number, like 2.5"),
        ("1e3", "Weight must be a number, like 2.5"),
        ("-1", "Weight must be 0 or more"),
        ("0", "Weight must be more than 0"),
        ("169", "Weight must be 168 or less"),
        ("0." + "1" * 13, "Weight must be a number, like 2.5"),
    ],
)
def test_numbers_say_what_is_wrong(typed: str, message: str) -> None:
    field = Exact(label="Weight", above_zero=True, most="168")
    assert read(field, typed) == (None, [message])


@pytest.mark.parametrize(
    ("typed", "rate"), [("19.5", "0.195"), ("19.5%", "0.195"), ("0", "0"), ("100/3", "1.00/3")]
)
def test_percentages_become_rates(typed: str, rate: str) -> None:
    assert read(Percent(label="Rate"), typed) == (rate, [])


def test_percentages_have_limits() -> None:
    assert read(Percent(label="Rate"), "101")[1] == ["Rate must be 100 or less"]
    assert read(Percent(label="Rate"), "1." + "1" * 11)[1] == [
        "Rate must have 10 decimal places or fewer"
    ]
    assert read(Percent(label="Rate"), "x")[1] == ["Rate must be a number, like 19.5"]


def test_the_point_moves_both_ways() -> None:
    for rate in ("0.195", "0.005", "1/3", "0.2378", "1"):
        assert Decimal(shift(shift(rate, 2), -2).split("/")[0]) == Decimal(rate.split("/")[0])


def typed_day(day: str, month: str, year: str) -> dict[str, str]:
    """A date as its boxes."""
    return {"day": day, "month": month, "year": year}


@pytest.mark.parametrize("month", ["4", "04", "apr", "April", " APRIL "])
def test_dates_take_months_by_number_or_name(month: str) -> None:
    field = Day(label="First day", name="The first day")
    assert read(field, typed_day("1", month, "2026")) == (date(2026, 4, 1), [])


@pytest.mark.parametrize(
    ("parts", "message", "wrong"),
    [
        (("", "", ""), "Enter the first day", ()),
        (("", "4", "2026"), "The first day must include a day", ("day",)),
        (("1", "", "2026"), "The first day must include a month", ("month",)),
        (("1", "", ""), "The first day must include a month and year", ("month", "year")),
        (("1", "4", "26"), "The first day: the year must include 4 numbers", ("year",)),
        (("1", "13", "2026"), "The first day: the month must be 1 to 12, or its name", ("month",)),
        (("1", "ju", "2026"), "The first day: the month must be 1 to 12, or its name", ("month",)),
        (("31", "2", "2026"), "The first day must be a real date", ("day",)),
        (("x", "2", "2026"), "The first day must be a real date", ("day",)),
        (("1", "4", "9999"), "The first day must be between 1950 and 2150", ("year",)),
    ],
)
def test_dates_name_the_part_that_is_wrong(
    parts: tuple[str, str, str], message: str, wrong: tuple[str, ...]
) -> None:
    field = Day(label="First day", name="The first day", missing="Enter the first day")
    reader = Reader(Setting())
    assert field.read(typed_day(*parts), "start", reader) is None
    assert [(e.message, e.parts) for e in reader.errors] == [(message, wrong)]
    assert reader.errors[0].anchor == f"start-{wrong[0] if wrong else 'day'}"


def test_months_have_no_day() -> None:
    field = Month(label="Paid in", missing="Enter the month")
    assert read(field, {"month": "11", "year": "2026"}) == ("2026-11", [])
    assert read(field, {"month": "11", "year": ""})[1] == ["Paid in must include a year"]


@pytest.mark.parametrize("typed", ["", "3.5", "-1", "0", "1000", "x", "٣"])
def test_whole_numbers_have_limits(typed: str) -> None:
    field = Whole(label="Days to pay", least=1, most=999, missing="Enter the days to pay")
    value, messages = read(field, typed)
    assert value is None
    assert len(messages) == 1
    assert read(field, " 30 ") == (30, [])


def test_text_is_tidied_and_bounded() -> None:
    field = Text(label="Name", max_length=10, pattern="[^0-9]*", wrong="Leave out the numbers")
    assert read(field, "  Ty\u0302  Gw\u202eyn ") == ("Tŷ Gwyn", [])
    assert read(field, "x" * 11)[1] == ["Name must be 10 characters or fewer"]
    assert read(field, "a1")[1] == ["Leave out the numbers"]
    for bad in ("a\x00b", "a\ud800b", "a\x1bb"):
        assert read(field, bad)[1] == ["Name must only use letters, numbers and ordinary marks"]


def test_choices_are_held_to_their_list() -> None:
    field = Choice(label="Which?", options="letters", missing="Select a letter")
    assert read(field, "a", letters=TWO) == ("a", [])
    for wrong in ("c", "", ["a"], None):
        assert read(field, wrong, letters=TWO) == (None, ["Select a letter"])
    assert read(field, "a") == (None, ["Select a letter"])
    assert read(YesNo(label="So?"), "yes") == (True, [])
    assert read(YesNo(label="So?"), "no") == (False, [])
    assert read(Tick(label="Sure"), "yes") == (True, [])
    assert read(Tick(label="Sure"), None) == (False, [])
    many = Many(label="Which?", options=TWO, missing="Select some")
    assert read(many, ["b", "a", "b"]) == (["b", "a"], [])
    assert read(many, []) == (None, ["Select some"])
    assert read(many, ["c"])[0] is None


def test_the_same_question_for_each_item() -> None:
    field = Keyed(label="Sums", of=Exact(label="{item}"), keys="letters", missing="Enter one")
    assert read(field, {"a": "1", "b": ""}, letters=TWO) == ({"a": "1"}, [])
    assert read(field, {"a": "x", "z": "1"}, letters=TWO)[1] == ["Alpha must be a number, like 2.5"]
    assert read(field, {}, letters=TWO)[1] == ["Enter one"]


class Row(Form):
    name: Annotated[str, Text(label="Name", missing="Enter a name")]
    on: Annotated[date | None, Day(label="Date")] = None
    sure: Annotated[bool, Tick(label="Sure", default="yes")] = False


class Sample(Form):
    kind: Annotated[str, Choice(label="Kind", options=TWO, missing="Select a kind")]
    more: Annotated[str | None, Text(label="More", missing="Enter more", only_if=("kind", "b"))] = (
        None
    )
    rows: Annotated[
        list[Row],
        Rows(form=Row, least=1, most=3, start=2, movable=True, missing="Enter one row"),
    ]


def test_a_form_gives_every_error_at_once_in_the_order_of_the_page() -> None:
    bound = bind({"kind": ["b"], "rows-0-name": [""], "rows-1-on-day": ["1"]}, Sample)
    assert bound.form is None
    assert [(e.path, e.message) for e in bound.errors] == [
        ("more", "Enter more"),
        ("rows-1-name", "Enter a name"),
        ("rows-1-on", "Date must include a month and year"),
    ]
    assert bound.raw["kind"] == "b"


def test_what_hangs_on_another_answer_is_not_asked_without_it() -> None:
    bound = bind({"kind": ["a"], "more": ["kept"], "rows-0-name": ["One"]}, Sample)
    assert bound.form is not None
    assert bound.form.more is None
    assert [r.name for r in bound.form.rows] == ["One"]


def test_names_that_are_not_ours_are_refused() -> None:
    for strange in ("organisation_id", "rows-0-id", "rows-x-name", "status"):
        posted = {"kind": ["a"], "rows-0-name": ["One"], strange: ["1"]}
        bound = bind(posted, Sample)
        assert bound.form is None
        assert bound.errors[0].message == STRANGE


def test_too_many_rows_are_refused() -> None:
    posted = {"kind": ["a"], **{f"rows-{n}-name": ["x"] for n in range(9)}}
    assert [e.message for e in bind(posted, Sample).errors] == ["Use 3 rows or fewer"]
    assert parse(Sample, {"kind": "a", "rows": []}).errors[0].path == "rows-0-name"


def test_row_buttons_add_remove_and_move() -> None:
    raw: dict[str, object] = {"kind": "a", "rows": [{"name": "One"}, {"name": "Two"}]}
    added = act(Sample, raw, "add:rows")
    assert added is not None
    assert (added[0]["rows"], added[1]) == ([{"name": "One"}, {"name": "Two"}, {}], "rows-2-name")
    assert act(Sample, added[0], "add:rows") is None
    removed = act(Sample, raw, "remove:rows:0")
    assert removed is not None
    assert removed[0]["rows"] == [{"name": "Two"}]
    moved = act(Sample, raw, "up:rows:1")
    assert moved is not None
    assert moved[0]["rows"] == [{"name": "Two"}, {"name": "One"}]
    for wrong in ("up:rows:0", "remove:rows:9", "remove:rows:x", "add:kind", "", "continue"):
        assert act(Sample, raw, wrong) is None


def test_the_view_nests_questions_below_the_option_that_brings_them() -> None:
    errors = parse(Sample, {"kind": "b"}).errors
    kind, rows = view(Sample, {"kind": "b"}, Setting(), errors)
    assert [o.checked for o in kind.options] == [False, True]
    assert [c.id for c in kind.options[1].children] == ["more"]
    assert kind.options[1].children[0].error is not None
    assert [r.legend for r in rows.rows] == ["Row 1", "Row 2"]
    assert rows.rows[0].fields[0].error is not None
    assert rows.rows[1].fields[2].value == "yes"


def test_files_and_repeats_among_what_was_sent() -> None:
    assert posted_of([("a", "1"), ("a", "2"), ("b", object())]) == {"a": ["1", "2"]}
