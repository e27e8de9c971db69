"""Invoices: how often, when, how much each time and how long to pay."""

from typing import Annotated

from app.core.fields import Choice, Option, Whole
from app.core.forms import Form
from app.costsharing.steps.step import Facts, Inputs, Step


class InvoicesForm(Form):
    """The schedule."""

    frequency: Annotated[
        str,
        Choice(
            label="How often does {host} invoice?",
            name="How often",
            options=(
                Option("monthly", "Every month"),
                Option("quarterly", "Every quarter", "April to June, July to September, and so on"),
                Option("annual", "Once a financial year"),
            ),
            missing="Select how often the host invoices",
        ),
    ]
    timing: Annotated[
        str,
        Choice(
            label="When is the invoice sent?",
            name="When",
            options=(
                Option("arrears", "In arrears, on the last day of the period"),
                Option("advance", "In advance, on the first day of the period"),
            ),
            missing="Select when the invoice is sent",
        ),
    ]
    profile: Annotated[
        str,
        Choice(
            label="How much is each invoice?",
            name="How much",
            options=(
                Option("equal", "Equal instalments"),
                Option(
                    "days",
                    "By the days of each period",
                    "Better when the arrangement starts or ends part-way through a period",
                ),
            ),
            default="equal",
            missing="Select how much each invoice is",
        ),
    ]
    payment_days: Annotated[
        int,
        Whole(
            label="Days to pay",
            hint="Public bodies pay a valid invoice within 30 days",
            missing="Enter the number of days to pay",
            default="30",
        ),
    ]


def put_schedule(form: InvoicesForm, facts: Facts, out: Inputs) -> None:  # noqa: ARG001
    """The schedule, every answer said."""
    out["schedule"] = {
        "frequency": form.frequency,
        "timing": form.timing,
        "profile": form.profile,
        "payment_days": str(form.payment_days),
    }


STEPS = (
    Step(
        slug="invoices",
        section="Invoices",
        title="How are the shares invoiced?",
        form=InvoicesForm,
        put=put_schedule,
    ),
)
