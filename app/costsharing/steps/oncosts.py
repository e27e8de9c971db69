"""What else comes on top of pay: the levy, other costs, overhead."""

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
    YesNo,
)
from app.core.forms import Form, Rows
from app.costsharing.steps.post import is_post, post_of, pounds
from app.costsharing.steps.step import Facts, Inputs, Step

SECTION = "On-costs"


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
