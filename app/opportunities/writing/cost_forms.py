"""The forms of the section “Cost” of a jointly funded post."""

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
    YesNo,
)
from app.core.forms import Form, Rows


class LaterPay(Form):
    """Pay that is known to change on a day."""

    start: Annotated[
        date, Day(label="From", name="The date the pay changes", missing="Enter the date")
    ]
    amount: Annotated[
        Decimal,
        Money(label="Pay a year, full time", above_zero=True, missing="Enter the pay"),
    ]


class CostForm(Form):
    """What the whole post costs: worked out here, or taken over from the calculator."""

    how: Annotated[
        str,
        Choice(
            label="How do you want to say what the post costs?",
            name="How you say it",
            options=(
                Option("questions", "Answer a few questions", "Pay and on-costs; we work it out"),
                Option(
                    "calculation",
                    "Take over a saved calculation",
                    "From the cost calculator, by its link or its file",
                ),
            ),
            missing="Choose how you want to say what the post costs",
        ),
    ]
    salary: Annotated[
        Decimal | None,
        Money(
            label="Pay a year to reckon with",
            name="Pay",
            hint="For a full-time post, at the start",
            above_zero=True,
            missing="Enter the pay to reckon with",
            only_if=("how", "questions"),
        ),
    ] = None
    until: date | None = None
    pension: Annotated[
        str | None,
        Percent(
            label="Employer pension contribution",
            hint="{pension_hint}",
            missing="Enter the employer pension contribution",
            only_if=("how", "questions"),
        ),
    ] = None
    levy: Annotated[
        bool | None,
        YesNo(
            label="Does your organisation pay the apprenticeship levy?",
            hint="0.5% of pay, for employers whose pay bill is over £3 million",
            missing="Say whether your organisation pays the apprenticeship levy",
            only_if=("how", "questions"),
        ),
    ] = None
    other: Annotated[
        Decimal | None,
        Money(
            label="Other costs a year (optional)",
            name="Other costs a year",
            hint="Training, equipment, travel",
            only_if=("how", "questions"),
        ),
    ] = None
    later: Annotated[
        list[LaterPay] | None,
        Rows(
            label="Pay that changes",
            form=LaterPay,
            legend="Change of pay {n}",
            add="Add a change of pay",
            start=0,
            most=10,
            only_if=("how", "questions"),
        ),
    ] = None
    link: Annotated[
        str | None,
        Text(
            label="Link of the calculation",
            hint="The link that the calculator gave you to come back by",
            max_length=500,
            spellcheck=False,
            only_if=("how", "calculation"),
        ),
    ] = None
    file: Annotated[
        str | None,
        Text(
            label="Or the content of its file",
            name="The content of the file",
            hint="The text of the JSON file that you saved",
            max_length=20_000,
            lines=5,
            spellcheck=False,
            only_if=("how", "calculation"),
        ),
    ] = None

    def rules(self, setting: Setting) -> Iterable[FieldError]:
        """One of link and file."""
        if self.how == "calculation":
            if not self.link and not self.file:
                yield FieldError("link", "Enter the link of the calculation, or paste its file")
            elif self.link and self.file:
                yield FieldError("link", "Enter the link or the file, not both")


class OpenCostForm(CostForm):
    """The same for a post without an end date: how long to work it out for is asked too."""

    until: Annotated[
        date | None,
        Day(
            label="Work the cost out until",
            name="The last day to work the cost out for",
            hint="The post has no end date, so choose one, for example, 31 3 2030",
            missing="Enter the last day to work the cost out for",
            only_if=("how", "questions"),
        ),
    ] = None
