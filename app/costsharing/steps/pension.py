"""The pension scheme, and the employer's contribution by date."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated

from app.core.fields import (
    Choice,
    Day,
    FieldError,
    Percent,
    Setting,
    Text,
    Tick,
)
from app.core.forms import Form, Rows
from app.costsharing.steps import prefill
from app.costsharing.steps.post import is_post, post_of, rising
from app.costsharing.steps.step import Facts, Inputs, Step

SECTION = "On-costs"


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


STEPS = (
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
)
