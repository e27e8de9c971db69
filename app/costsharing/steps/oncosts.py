"""What comes on top of pay: National Insurance, pension, levy, other costs, overhead."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Annotated

from app.core.fields import (
    Choice,
    Day,
    FieldError,
    Many,
    Money,
    Option,
    Percent,
    Setting,
    Text,
    Tick,
    YesNo,
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


class SchemeForm(Form):
    """The pension scheme, to fill in its rate."""

    scheme: Annotated[
        str,
        Choice(
            label="Which pension scheme is the person in?",
            name="Pension scheme",
            hint="The person stays in the scheme of {host}",
            options=prefill.scheme_options(),
            missing="Select the pension scheme",
        ),
    ]


class PensionRow(Form):
    """An employer contribution from a date."""

    start: Annotated[
        date,
        Day(
            label="From",
            name="The date this rate starts",
            hint="For example, 1 4 2026",
            missing="Enter the date this rate starts",
        ),
    ]
    rate: Annotated[
        str,
        Percent(
            label="Employer contribution",
            hint="As a percentage of pensionable pay",
            missing="Enter the employer contribution",
        ),
    ]
    until: Annotated[
        date | None,
        Day(
            label="Known to hold until (optional)",
            more=True,
            name="The date the rate is known to hold until",
            hint="We flag the result if the rate is used after this date",
        ),
    ] = None
    source: Annotated[
        str | None,
        Text(
            label="Where the rate is from (optional)",
            more=True,
            name="Where the rate is from",
            max_length=300,
        ),
    ] = None
    assumed: Annotated[bool, Tick(label="This rate is an assumption", more=True)] = False


class PensionForm(Form):
    """Rates in date order."""

    rates: Annotated[
        list[PensionRow],
        Rows(
            name="Pension contribution",
            form=PensionRow,
            legend="Rate {n}",
            add="Add a later rate",
            least=1,
            most=40,
            missing="Enter the date the first rate starts",
        ),
    ]

    def rules(self, setting: Setting) -> Iterable[FieldError]:
        """Dates rise."""
        yield from rising([r.start for r in self.rates], "rates", "start", "rate")


def put_pension(form: PensionForm, facts: Facts, out: Inputs) -> None:  # noqa: ARG001
    """The pension rate by date."""
    post_of(out)["pension"] = [
        {
            "from": r.start.isoformat(),
            "rate": r.rate,
            **({"until": r.until.isoformat()} if r.until else {}),
            **({"assumed": True} if r.assumed else {}),
            **({"source": r.source} if r.source else {}),
        }
        for r in form.rates
    ]


class LevyForm(Form):
    """Whether the host pays the levy."""

    levy: Annotated[
        str,
        Choice(
            label="Does {host} pay the apprenticeship levy?",
            name="Apprenticeship levy",
            hint="Employers with a pay bill above £3 million do",
            options=(
                Option("yes", "Yes, 0.5% of pay"),
                Option("no", "No"),
                Option("other", "Yes, at another rate"),
            ),
            missing="Select whether the host pays the apprenticeship levy",
        ),
    ]
    rate: Annotated[
        str | None,
        Percent(
            label="Levy rate",
            missing="Enter the levy rate",
            example="0.5",
            only_if=("levy", "other"),
        ),
    ] = None


LEVY_RATE = "0.005"


def put_levy(form: LevyForm, facts: Facts, out: Inputs) -> None:  # noqa: ARG001
    """The levy as a rate, nil for an employer that pays none."""
    rates = {"yes": LEVY_RATE, "no": "0"}
    post_of(out)["levy_rate"] = form.rate if form.rate is not None else rates[form.levy]


class LineRow(Form):
    """A cost beside pay."""

    name: Annotated[
        str,
        Text(
            label="Name of cost",
            hint="For example, laptop or travel",
            missing="Enter the name of the cost",
        ),
    ]
    kind: Annotated[
        str,
        Choice(
            label="How it is charged",
            look="select",
            options=(
                Option("annual", "Every year"),
                Option("one_off", "Once, on a date"),
                Option("total", "One sum for the whole term"),
            ),
            default="annual",
            missing="Select how the cost is charged",
            counts=False,
        ),
    ]
    amount: Annotated[Decimal, Money(label="Amount", missing="Enter the amount of the cost")]
    on: Annotated[
        date | None,
        Day(
            label="Date (only for a cost charged once)",
            name="The date of the cost",
            hint="For example, 20 4 2026",
        ),
    ] = None
    charge_to: Annotated[
        str | None,
        Choice(
            label="Who pays it",
            look="select",
            options="bearers",
            counts=False,
        ),
    ] = None


RESERVED = {
    "basic",
    "allowances",
    "employer_ni",
    "pension",
    "levy",
    "overhead",
    "month",
    "total",
}


class LinesForm(Form):
    """Costs beside pay; may be none when there is a post."""

    lines: Annotated[
        list[LineRow],
        Rows(name="Other costs", form=LineRow, legend="Cost {n}", add="Add another cost", most=60),
    ] = []  # noqa: RUF012 (Pydantic copies it)

    def rules(self, setting: Setting) -> Iterable[FieldError]:
        """Names are unique, and a one-off has its date."""
        names = Counter(line.name for line in self.lines)
        if setting.words.get("needs_line") and not self.lines:
            yield FieldError("lines-0-name", "Enter the cost that is shared")
        for i, line in enumerate(self.lines):
            where = f"lines-{i}"
            if names[line.name] > 1:
                yield FieldError(f"{where}-name", f"Give each cost its own name, not {line.name}")
            if line.name in RESERVED:
                message = f"{line.name} is the name of a line of ours. Use another name"
                yield FieldError(f"{where}-name", message)
            if line.kind == "one_off" and line.on is None:
                message = "Enter the date of a cost that is charged once"
                yield FieldError(f"{where}-on", message, ("day", "month", "year"))
            if line.kind != "one_off" and line.on is not None:
                message = "Remove the date, or select that the cost is charged once"
                yield FieldError(f"{where}-on", message, ("day", "month", "year"))


def put_lines(form: LinesForm, facts: Facts, out: Inputs) -> None:  # noqa: ARG001
    """Costs beside pay."""
    if form.lines:
        out["other_lines"] = [
            {
                "name": r.name,
                "kind": r.kind,
                **({"date": r.on.isoformat()} if r.on else {}),
                "amount": pounds(r.amount),
                **({"charge_to": r.charge_to} if r.charge_to else {}),
            }
            for r in form.lines
        ]


class OverheadForm(Form):
    """A percentage on named lines."""

    charged: Annotated[
        bool,
        YesNo(
            label="Does {host} add an overhead to the cost?",
            name="Overhead",
            hint="Or a management charge. It is shared like any other cost, so the host bears its "
            "part of it. A fee that only the partners pay is asked about later.",
            missing="Select whether an overhead is added",
            inline=False,
        ),
    ]
    rate: Annotated[
        str | None,
        Percent(
            label="Overhead",
            name="The overhead",
            missing="Enter the overhead as a percentage",
            example="5",
            only_if=("charged", "yes"),
        ),
    ] = None
    base: Annotated[
        str | None,
        Choice(
            label="Percentage of what?",
            name="What the overhead is a percentage of",
            options=(
                Option("all", "Every shared cost, the levy too"),
                Option("some", "Only the costs I select"),
            ),
            missing="Select what the overhead is a percentage of",
            default="all",
            only_if=("charged", "yes"),
        ),
    ] = None
    lines: Annotated[
        list[str] | None,
        Many(
            label="Costs that bear overhead",
            options="base_lines",
            missing="Select at least one cost that bears overhead",
            only_if=("base", "some"),
        ),
    ] = None


def put_overhead(form: OverheadForm, facts: Facts, out: Inputs) -> None:  # noqa: ARG001
    """Overhead, if there is one."""
    if form.charged and form.rate is not None:
        base: object = form.lines if form.base == "some" else "all"
        out["overhead"] = {"rate": form.rate, "base": base}


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
    Step(
        slug="pension-scheme",
        section=SECTION,
        title="Which pension scheme is the person in?",
        form=SchemeForm,
        when=is_post,
    ),
    Step(
        slug="pension",
        section=SECTION,
        title="Check the employer’s pension contribution",
        form=PensionForm,
        when=is_post,
        prefill=prefill.pension,
        put=put_pension,
        note=prefill.pension_note,
        intro=("The rate in force on pay day is used.",),
    ),
    Step(
        slug="levy",
        section=SECTION,
        title="Does {host} pay the apprenticeship levy?",
        form=LevyForm,
        when=is_post,
        put=put_levy,
    ),
    Step(
        slug="other-costs",
        section=SECTION,
        title="Are there other costs?",
        form=LinesForm,
        when=is_post,
        put=put_lines,
        intro=(
            "For example recruitment, equipment, training, or a travel estimate. "
            "Leave this page blank if there are none.",
        ),
    ),
    Step(
        slug="other-costs",
        section=SECTION,
        title="What is the cost to share?",
        form=LinesForm,
        when=lambda f: not f.has_post,
        put=put_lines,
        words={"needs_line": "yes"},
    ),
    Step(
        slug="overhead",
        section=SECTION,
        title="Does {host} add an overhead to the cost?",
        form=OverheadForm,
        put=put_overhead,
    ),
)
