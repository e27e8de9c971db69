"""The post and its pay: hours, salary by date, late awards, allowances."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated

from app.core.fields import (
    Choice,
    Day,
    Exact,
    FieldError,
    Money,
    Month,
    Option,
    Setting,
    Text,
    Tick,
    ratio,
)
from app.core.forms import Form, Rows
from app.costsharing.engine.parse_post import MOST_ALLOWANCES, MOST_AWARDS
from app.costsharing.steps.step import Facts, Inputs, Step

SECTION = "The post and its pay"


def is_post(facts: Facts) -> bool:
    """Asked only when pay is worked out."""
    return facts.has_post


def is_monthly_post(facts: Facts) -> bool:
    """Asked only for a post worked out month by month."""
    return facts.has_post and facts.is_monthly


def post_of(out: Inputs) -> dict[str, object]:
    """The post in the inputs being built."""
    post = out.setdefault("post", {})
    assert isinstance(post, dict)  # noqa: S101 (we made it)
    return post


def pounds(amount: Decimal) -> str:
    """An amount as the inputs write it."""
    return f"{amount:.2f}"


class HoursForm(Form):
    """How much of a full-time job the post is."""

    contracted: Annotated[
        str,
        Exact(
            label="Hours a week of this post",
            hint="For example, 22.2",
            missing="Enter the hours a week of this post",
            above_zero=True,
            most="168",
            unit="hours",
            example="37 or 22.2",
        ),
    ]
    full_time: Annotated[
        str,
        Exact(
            label="Hours in {host}’s full-time week",
            name="Hours in the full-time week",
            hint="Often 37 in councils and 37.5 in the NHS",
            missing="Enter the hours in the full-time week",
            above_zero=True,
            most="168",
            unit="hours",
            example="37 or 37.5",
        ),
    ]
    year: Annotated[
        str,
        Choice(
            label="Is the person paid for the whole year?",
            name="Weeks paid",
            options=(
                Option("whole", "Yes, all weeks of the year"),
                Option("part", "No, part of the year, such as term time"),
            ),
            missing="Select whether the person is paid for the whole year",
            default="whole",
        ),
    ]
    weeks_paid: Annotated[
        str | None,
        Exact(
            label="Weeks paid in a year",
            hint="Weeks worked and paid leave together, for example 44.6",
            missing="Enter the weeks paid in a year",
            above_zero=True,
            unit="weeks",
            example="44.6",
            only_if=("year", "part"),
        ),
    ] = None
    weeks_year: Annotated[
        str | None,
        Exact(
            label="Weeks in the year",
            hint="Councils use 52.143, which is 365 days over 7",
            missing="Enter the weeks in the year",
            above_zero=True,
            unit="weeks",
            example="52.143",
            default="52.143",
            only_if=("year", "part"),
        ),
    ] = None

    def rules(self, setting: Setting) -> Iterable[FieldError]:
        """No more weeks paid than the year has, and a division we can write."""
        if self.weeks_paid is None or self.weeks_year is None:
            return
        for name, value in (("weeks_paid", self.weeks_paid), ("weeks_year", self.weeks_year)):
            if "/" in value:
                yield FieldError(name, "Enter the weeks as a number without a stroke, like 44.6")
                return
        if ratio(self.weeks_paid) > ratio(self.weeks_year):
            message = "Weeks paid in a year must not be more than the weeks in the year"
            yield FieldError("weeks_paid", message)


def put_hours(form: HoursForm, facts: Facts, out: Inputs) -> None:  # noqa: ARG001
    """Hours, and the weeks factor as a fraction."""
    factor = "1"
    if form.weeks_paid is not None and form.weeks_year is not None:
        whole = form.weeks_year == "1"
        factor = form.weeks_paid if whole else f"{form.weeks_paid}/{form.weeks_year}"
    post_of(out).update(
        contracted_hours=form.contracted, full_time_hours=form.full_time, weeks_factor=factor
    )


class SalaryRow(Form):
    """A full-time salary from a date."""

    start: Annotated[
        date,
        Day(
            label="From",
            name="The date this salary starts",
            hint="For example, 1 4 2026",
            missing="Enter the date this salary starts",
        ),
    ]
    annual: Annotated[
        Decimal,
        Money(
            label="Full-time annual salary",
            missing="Enter the full-time annual salary",
            above_zero=True,
        ),
    ]
    source: Annotated[
        str | None,
        Text(
            label="Where the figure is from (optional)",
            more=True,
            name="Where the figure is from",
            hint="For example, grade P5 point 44",
            max_length=300,
        ),
    ] = None
    until: Annotated[
        date | None,
        Day(
            label="Known to hold until (optional)",
            more=True,
            name="The date the salary is known to hold until",
            hint="We flag the result if the figure is used after this date",
        ),
    ] = None
    assumed: Annotated[bool, Tick(label="This figure is an assumption", more=True)] = False


class SalaryForm(Form):
    """Salaries in date order."""

    salary: Annotated[
        list[SalaryRow],
        Rows(
            name="Full-time salary",
            form=SalaryRow,
            legend="Salary {n}",
            add="Add a later salary",
            least=1,
            most=60,
            missing="Enter the date the first salary starts",
        ),
    ]

    def rules(self, setting: Setting) -> Iterable[FieldError]:
        """Dates rise."""
        yield from rising([r.start for r in self.salary], "salary", "start", "salary")


def rising(days: list[date], rows: str, name: str, what: str) -> Iterable[FieldError]:
    """An error at the first row whose date is not after the one before."""
    for i in range(1, len(days)):
        if days[i] <= days[i - 1]:
            message = f"Each {what} must start later than the one before it"
            yield FieldError(f"{rows}-{i}-{name}", message, ("day", "month", "year"))
            return


def dated(row: SalaryRow) -> dict[str, object]:
    """A salary row as the inputs write it."""
    found: dict[str, object] = {"from": row.start.isoformat(), "annual_fte": pounds(row.annual)}
    if row.until:
        found["until"] = row.until.isoformat()
    if row.assumed:
        found["assumed"] = True
    if row.source:
        found["source"] = row.source
    return found


def put_salary(form: SalaryForm, facts: Facts, out: Inputs) -> None:  # noqa: ARG001
    """The salary by date."""
    post_of(out)["salary"] = [dated(r) for r in form.salary]


class AwardRow(Form):
    """A salary that is agreed late."""

    effective: Annotated[
        date,
        Day(
            label="The award counts from",
            name="The date the award counts from",
            hint="For example, 1 4 2026",
            missing="Enter the date the award counts from",
        ),
    ]
    paid: Annotated[
        str,
        Month(
            label="First paid in",
            name="The month the award is first paid in",
            hint="Month and year, for example 11 2026",
            missing="Enter the month the award is first paid in",
        ),
    ]
    annual: Annotated[
        Decimal,
        Money(
            label="New full-time annual salary",
            missing="Enter the new full-time annual salary",
            above_zero=True,
        ),
    ]
    start: Annotated[
        date | None,
        Day(
            label="New salary starts (optional)",
            name="The date the new salary starts",
            hint="Only if later than the award, such as an increment within it",
        ),
    ] = None
    assumed: Annotated[bool, Tick(label="This figure is an assumption", more=True)] = False
    source: Annotated[
        str | None,
        Text(
            label="Where the figure is from (optional)",
            more=True,
            name="Where the figure is from",
            max_length=300,
        ),
    ] = None
    until: Annotated[
        date | None,
        Day(
            label="Known to hold until (optional)",
            more=True,
            name="The date the salary is known to hold until",
        ),
    ] = None


class AwardsForm(Form):
    """Awards in the order they are paid; may be none."""

    awards: Annotated[
        list[AwardRow],
        Rows(
            name="Late pay award",
            form=AwardRow,
            legend="Late award {n}",
            add="Add another late award",
            most=MOST_AWARDS,
        ),
    ] = []  # noqa: RUF012 (Pydantic copies it)


def award_groups(rows: Sequence[AwardRow]) -> list[list[int]]:
    """The positions of rows that make one award: same start and month, each salary later."""
    found: list[list[int]] = []
    for i, row in enumerate(rows):
        last = rows[found[-1][-1]] if found else None
        begins = row.start or row.effective
        if (
            last
            and (last.effective, last.paid) == (row.effective, row.paid)
            and begins > (last.start or last.effective)
        ):
            found[-1].append(i)
        else:
            found.append([i])
    return found


def point_of(row: AwardRow) -> dict[str, object]:
    """The salary of a row as the inputs write it."""
    return dated(
        SalaryRow(
            start=row.start or row.effective,
            annual=row.annual,
            assumed=row.assumed,
            source=row.source,
            until=row.until,
        )
    )


def put_awards(form: AwardsForm, facts: Facts, out: Inputs) -> None:  # noqa: ARG001
    """Awards, each with its salaries."""
    awards = [
        {
            "effective": form.awards[group[0]].effective.isoformat(),
            "paid_month": form.awards[group[0]].paid,
            "salary": [point_of(form.awards[i]) for i in group],
        }
        for group in award_groups(form.awards)
    ]
    if awards:
        post_of(out)["backdated_awards"] = awards


class AllowanceRow(Form):
    """A yearly payment beside basic pay."""

    name: Annotated[
        str,
        Text(
            label="Name of allowance",
            hint="For example, market supplement",
            missing="Enter the name of the allowance",
        ),
    ]
    annual: Annotated[
        Decimal, Money(label="Amount a year", missing="Enter the amount a year of the allowance")
    ]
    pensionable: Annotated[bool, Tick(label="It counts for pension", default="yes")] = False
    scaled: Annotated[
        bool, Tick(label="It is for a full-time person, so scale it to the hours of this post")
    ] = False


class AllowancesForm(Form):
    """Allowances; may be none."""

    allowances: Annotated[
        list[AllowanceRow],
        Rows(
            name="Allowances",
            form=AllowanceRow,
            legend="Allowance {n}",
            add="Add another allowance",
            most=MOST_ALLOWANCES,
        ),
    ] = []  # noqa: RUF012 (Pydantic copies it)


def put_allowances(form: AllowancesForm, facts: Facts, out: Inputs) -> None:  # noqa: ARG001
    """Allowances with both their answers said."""
    post_of(out)["allowances"] = [
        {
            "name": r.name,
            "annual": pounds(r.annual),
            "fte_scaled": r.scaled,
            "pensionable": r.pensionable,
        }
        for r in form.allowances
    ]


STEPS = (
    Step(
        slug="hours",
        section=SECTION,
        title="What are the hours of the post?",
        form=HoursForm,
        when=is_post,
        put=put_hours,
        intro=("The full-time week is that of the employer, because its pay points are.",),
    ),
    Step(
        slug="salary",
        section=SECTION,
        title="What is the full-time salary?",
        form=SalaryForm,
        when=is_post,
        put=put_salary,
        intro=(
            "Use the published pay point for a full-time person, whatever the hours of this post.",
            "Add a row for each date on which it changes, such as an increment. The first must "
            "start on or before the first day of the arrangement.",
        ),
    ),
    Step(
        slug="awards",
        section=SECTION,
        title="Will a pay award be paid late?",
        form=AwardsForm,
        when=is_post,
        put=put_awards,
        intro=(
            "Council awards have often been agreed months late and backdated. We work out the "
            "arrears, and share them by the months in which they were earned.",
            "Leave this page blank if there is none.",
        ),
    ),
    Step(
        slug="allowances",
        section=SECTION,
        title="Are there allowances or supplements?",
        form=AllowancesForm,
        when=is_post,
        put=put_allowances,
        intro=("Leave this page blank if there are none.",),
    ),
)
