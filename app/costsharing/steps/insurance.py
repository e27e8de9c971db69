"""Employer National Insurance: which of it belongs to the post, and the rates by tax year."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Annotated

from app.core.fields import (
    Choice,
    Day,
    FieldError,
    Money,
    Option,
    Percent,
    Setting,
    Text,
    Tick,
)
from app.core.forms import Form, Rows
from app.costsharing.steps import prefill
from app.costsharing.steps.post import is_post, post_of, pounds, rising
from app.costsharing.steps.step import Facts, Inputs, Step

SECTION = "On-costs"


class NiBasisForm(Form):
    """Which National Insurance belongs to the post."""

    basis: Annotated[
        str,
        Choice(
            label="Is the post the person’s only job with {host}?",
            name="National Insurance basis",
            options=(
                Option("own", "Yes, it is the only job", "National Insurance is that of this post"),
                Option(
                    "proportional",
                    "No, it is part of a bigger job",
                    "For example, two days a week of a full-time person. The post bears its part "
                    "of the National Insurance of the whole job.",
                ),
                Option(
                    "marginal",
                    "No, it is extra hours on top of another job",
                    "The other job already uses the tax-free threshold, and you have agreed that "
                    "this post bears National Insurance on every pound.",
                ),
            ),
            missing="Select whether the post is the person’s only job",
        ),
    ]


def ni_of(out: Inputs) -> dict[str, object]:
    """National Insurance in the inputs being built."""
    ni = post_of(out).setdefault("ni", {})
    assert isinstance(ni, dict)  # noqa: S101 (we made it)
    return ni


def put_basis(form: NiBasisForm, facts: Facts, out: Inputs) -> None:  # noqa: ARG001
    """The basis alone."""
    ni_of(out)["basis"] = form.basis


class WholeRow(Form):
    """Whole pay from a date."""

    annual: Annotated[
        Decimal,
        Money(
            label="Whole annual pay",
            missing="Enter the person’s whole annual pay",
            above_zero=True,
        ),
    ]
    start: Annotated[
        date | None,
        Day(
            label="From (leave blank if the pay does not change)",
            name="The date this pay starts",
            hint="For example, 1 4 2026",
        ),
    ] = None


class WholeForm(Form):
    """The person's whole pay with the host, one sum or by date."""

    whole: Annotated[
        list[WholeRow],
        Rows(
            name="Whole pay of the person",
            form=WholeRow,
            legend="Pay {n}",
            add="Add later pay",
            least=1,
            most=60,
            missing="Enter the person’s whole annual pay",
        ),
    ]

    def rules(self, setting: Setting) -> Iterable[FieldError]:
        """Either one sum without a date, or dates that rise."""
        if len(self.whole) == 1:
            return
        for i, row in enumerate(self.whole):
            if row.start is None:
                yield FieldError(f"whole-{i}-start", "Enter the date this pay starts", ("day",))
                return
        yield from rising([r.start for r in self.whole if r.start], "whole", "start", "pay")


def put_whole(form: WholeForm, facts: Facts, out: Inputs) -> None:  # noqa: ARG001
    """One sum, or a list by date."""
    rows = form.whole
    if len(rows) == 1 and rows[0].start is None:
        ni_of(out)["whole_employment_annual"] = pounds(rows[0].annual)
    else:
        ni_of(out)["whole_employment_annual"] = [
            {"from": r.start.isoformat(), "annual": pounds(r.annual)} for r in rows if r.start
        ]


class NiYearRow(Form):
    """One tax year's rate and thresholds."""

    tax_year: Annotated[
        str,
        Text(
            label="Tax year",
            hint="For example, 2026/27",
            missing="Enter the tax year",
            pattern="[0-9]{4}/[0-9]{2}",
            wrong="Enter the tax year as two years with a stroke, like 2026/27",
            width="10",
            spellcheck=False,
        ),
    ]
    rate: Annotated[
        str,
        Percent(
            label="Employer rate",
            missing="Enter the employer rate of National Insurance",
            example="15",
        ),
    ]
    monthly: Annotated[
        Decimal,
        Money(
            label="Monthly threshold",
            missing="Enter the monthly threshold",
            hint="Pay in a month up to this sum bears no National Insurance",
        ),
    ]
    annual: Annotated[
        Decimal,
        Money(label="Annual threshold", missing="Enter the annual threshold"),
    ]
    source: Annotated[
        str | None,
        Text(
            label="Where the figures are from (optional)",
            more=True,
            name="Where the figures are from",
            max_length=300,
        ),
    ] = None
    assumed: Annotated[bool, Tick(label="These figures are an assumption", more=True)] = False


class NiYearsForm(Form):
    """The tax years that the pay days fall in."""

    years: Annotated[
        list[NiYearRow],
        Rows(
            name="National Insurance rates",
            form=NiYearRow,
            legend="Tax year {n}",
            add="Add another tax year",
            least=1,
            most=15,
            missing="Enter at least one tax year",
        ),
    ]

    def rules(self, setting: Setting) -> Iterable[FieldError]:
        """Each year once, in order."""
        years = [r.tax_year for r in self.years]
        for i in range(1, len(years)):
            if years[i] <= years[i - 1]:
                message = "Each tax year must be later than the one before it"
                yield FieldError(f"years-{i}-tax_year", message)
                return


def put_years(form: NiYearsForm, facts: Facts, out: Inputs) -> None:  # noqa: ARG001
    """Rates and thresholds by tax year."""
    ni_of(out)["years"] = [
        {
            "tax_year": r.tax_year,
            "rate": r.rate,
            "monthly_threshold": pounds(r.monthly),
            "annual_threshold": pounds(r.annual),
            **({"assumed": True} if r.assumed else {}),
            **({"source": r.source} if r.source else {}),
        }
        for r in form.years
    ]


STEPS = (
    Step(
        slug="ni-basis",
        section=SECTION,
        title="Is the post the person’s only job with {host}?",
        form=NiBasisForm,
        when=is_post,
        put=put_basis,
    ),
    Step(
        slug="whole-pay",
        section=SECTION,
        title="What is the person’s whole pay with {host}?",
        form=WholeForm,
        when=lambda f: f.has_post and f.said("ni-basis", "basis") == "proportional",
        put=put_whole,
        intro=(
            "Give the pay of the whole job a year, this post included. The post bears the part of "
            "its National Insurance that its pay is of the whole.",
        ),
    ),
    Step(
        slug="ni-years",
        section=SECTION,
        title="Check the National Insurance rates",
        form=NiYearsForm,
        when=is_post,
        prefill=prefill.ni_years,
        refresh=prefill.missing_years,
        put=put_years,
        intro=(
            "We filled these in for the tax years of your dates. Change them if you know better. "
            "They follow the day the pay is paid, not the day it was worked for.",
        ),
    ),
)
