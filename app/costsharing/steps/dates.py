"""Dates: the term, how part months count, and when pay is paid."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated

from app.core.fields import Choice, Day, FieldError, Option, Setting, Whole
from app.core.forms import Form
from app.costsharing.steps.post import is_post
from app.costsharing.steps.step import Facts, Inputs, Step

SECTION = "Dates"


class TermForm(Form):
    """First and last day."""

    start: Annotated[
        date,
        Day(
            label="First day",
            name="The first day",
            hint="For example, 1 4 2026",
            missing="Enter the first day of the arrangement",
        ),
    ]
    end: Annotated[
        date,
        Day(
            label="Last day",
            name="The last day",
            hint="For example, 31 3 2027",
            missing="Enter the last day of the arrangement",
        ),
    ]

    def rules(self, setting: Setting) -> Iterable[FieldError]:
        """The term runs forwards, for ten years at most."""
        if self.end < self.start:
            message = "The last day must be the same as or after the first day"
            yield FieldError("end", message, ("day", "month", "year"))
        elif (self.end.year - self.start.year, self.end.month, self.end.day) >= (
            10,
            self.start.month,
            self.start.day,
        ):
            message = "The last day must be within 10 years of the first day"
            yield FieldError("end", message, ("year",))


def put_term(form: TermForm, facts: Facts, out: Inputs) -> None:  # noqa: ARG001
    """The term, both days included."""
    out["term"] = {"start": form.start.isoformat(), "end": form.end.isoformat()}


class MethodForm(Form):
    """How pay becomes cost."""

    method: Annotated[
        str,
        Choice(
            label="How exact should the cost be?",
            name="Method",
            options=(
                Option(
                    "monthly",
                    "Month by month, as payroll pays it",
                    "Use this for an agreement. It can match payslips to the penny.",
                ),
                Option(
                    "annual",
                    "A yearly estimate",
                    "A quick, indicative quote. It will not match payroll.",
                ),
            ),
            missing="Select how exact the cost should be",
            default="monthly",
        ),
    ]
    apportionment: Annotated[
        str,
        Choice(
            label="How should pay for part of a month be counted?",
            name="Part months",
            options=(
                Option("calendar", "By calendar days", "The usual rule in councils"),
                Option("working", "By weekdays", "Monday to Friday, bank holidays included"),
            ),
            missing="Select how pay for part of a month is counted",
            default="calendar",
        ),
    ]
    pay: Annotated[
        str,
        Choice(
            label="When is the person paid?",
            name="Pay day",
            hint="National Insurance and pension follow the rates in force on pay day",
            options=(
                Option("last", "On the last day of the month"),
                Option("day", "On another day of the month"),
            ),
            missing="Select when the person is paid",
            default="last",
        ),
    ]
    day: Annotated[
        int | None,
        Whole(
            label="Day of the month",
            hint="From 1 to 31. In a shorter month it means the last day.",
            missing="Enter the day of the month",
            least=1,
            most=31,
            width="2",
            only_if=("pay", "day"),
        ),
    ] = None


def put_method(form: MethodForm, facts: Facts, out: Inputs) -> None:  # noqa: ARG001
    """Method, part months and pay day."""
    out["method"] = form.method
    out["apportionment"] = form.apportionment
    out["pay_day"] = "last" if form.day is None else str(form.day)


STEPS = (
    Step(
        slug="dates",
        section=SECTION,
        title="When does the arrangement run?",
        form=TermForm,
        put=put_term,
        intro=("Both days are counted. It can last up to 10 years.",),
    ),
    Step(
        slug="method",
        section=SECTION,
        title="How should we work out the pay?",
        form=MethodForm,
        when=is_post,
        put=put_method,
    ),
)
