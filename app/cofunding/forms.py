"""What the pages of pledges ask: the pledge, the decision of finance, reasons, and "what if"."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from app.cofunding.changes import PledgeTerms, Wanted
from app.cofunding.domain import (
    MOST_DECIMALS,
    PledgeBasis,
    is_fine_enough,
    read_exact,
    write_exact,
)
from app.core.fields import Choice, Day, Exact, FieldError, Hidden, Money, Option, Setting, Text
from app.core.forms import Form
from app.costsharing.steps.vat import TREATMENTS

BASES = (
    Option("days", "Days a week", "Such as 1.5. You pay for that part of the post’s week"),
    Option("percent", "A percentage of the post", "Such as 20%"),
    Option("sum", "A sum of money each year", "You take no days. It lowers what all others pay"),
)
COMMITMENTS = (
    Option(
        "interest",
        "An interest",
        "It shows the employer that you might take part. It binds nobody",
    ),
    Option(
        "in_principle",
        "Agreed in principle",
        "Your finance officers are asked to approve the figures",
    ),
)
TOO_FINE = f"must have {MOST_DECIMALS} decimal places or fewer, or be a fraction such as 1/3"


def coarse(name: str, label: str, text: str | None) -> Iterable[FieldError]:
    """An error where a number is too fine for the days of all bodies to be written exactly."""
    if text is not None and not is_fine_enough(read_exact(text)):
        yield FieldError(name, f"{label} {TOO_FINE}")


class PledgeForm(Form):
    """A pledge: what, how firm, at most how much, under which conditions, until when."""

    basis: Annotated[
        str,
        Choice(
            label="What does your organisation pledge?",
            name="What you pledge",
            options=BASES,
            missing="Select what your organisation pledges",
        ),
    ]
    days: Annotated[
        str | None,
        Exact(
            label="Days a week",
            hint="The post’s week has {week}, of which {left} are not pledged yet",
            above_zero=True,
            most="7",
            example="1.5",
            missing="Enter the days a week, like 1.5",
            only_if=("basis", "days"),
        ),
    ] = None
    percent: Annotated[
        str | None,
        Exact(
            label="Percentage of the post",
            above_zero=True,
            most="100",
            unit="%",
            example="20",
            missing="Enter the percentage, like 20",
            only_if=("basis", "percent"),
        ),
    ] = None
    sum: Annotated[
        Decimal | None,
        Money(
            label="Sum of money each year",
            hint="For a part of a financial year it counts by the days",
            above_zero=True,
            missing="Enter the sum, like 9,000",
            only_if=("basis", "sum"),
        ),
    ] = None
    ceiling: Annotated[
        Decimal | None,
        Money(
            label="The most you would pay in a financial year (optional)",
            name="The most you would pay",
            hint="What goes beyond it falls on the employer",
            above_zero=True,
        ),
    ] = None
    conditions: Annotated[
        str | None,
        Text(
            label="Conditions (optional)",
            name="Conditions",
            hint="For example: subject to our board’s decision in March. The employer and the "
            "other bodies that pledge can read this",
            lines=4,
            max_length=1000,
        ),
    ] = None
    ends_on: Annotated[
        date | None,
        Day(
            label="Until when does the pledge count? (optional)",
            name="The day until which the pledge counts",
            hint="After this day it lapses unless the funding has been closed. For example, "
            "31 3 2027",
        ),
    ] = None
    commitment: Annotated[
        str,
        Choice(
            label="How firm is it?",
            name="How firm it is",
            options=COMMITMENTS,
            missing="Select how firm the pledge is",
        ),
    ]

    def rules(self, setting: Setting) -> Iterable[FieldError]:
        """Amounts that the split can hold."""
        yield from coarse("days", "Days a week", self.days)
        yield from coarse("percent", "Percentage of the post", self.percent)
        if self.sum is not None and self.ceiling is not None and self.ceiling < self.sum:
            yield FieldError("ceiling", "The most you would pay must not be less than the sum")

    def to_wanted(self) -> Wanted:
        """The pledge that was asked for."""
        basis, amount = amount_of(self.basis, self.days, self.percent, self.sum)
        terms = PledgeTerms(basis, amount, self.ceiling, self.conditions, self.ends_on)
        return Wanted(terms, self.commitment == "in_principle")


def amount_of(
    basis: str, days: str | None, percent: str | None, money: Decimal | None
) -> tuple[PledgeBasis, str]:
    """What was typed as the basis and its exact amount, each number in one way of writing it."""
    chosen = PledgeBasis(basis)
    if chosen is PledgeBasis.SUM:
        return chosen, f"{money or Decimal(0):.2f}"
    text = days if chosen is PledgeBasis.DAYS else percent
    return chosen, write_exact(read_exact(text or "0"))


def raw_of(terms: PledgeTerms, *, in_principle: bool) -> dict[str, Any]:
    """A pledge as the form shows it to be changed."""
    field = {PledgeBasis.DAYS: "days", PledgeBasis.PERCENT: "percent", PledgeBasis.SUM: "sum"}
    ends = terms.ends_on
    return {
        "basis": terms.basis.value,
        field[terms.basis]: terms.amount,
        "ceiling": "" if terms.ceiling is None else f"{terms.ceiling:.2f}",
        "conditions": terms.conditions or "",
        "ends_on": {}
        if ends is None
        else {"day": str(ends.day), "month": str(ends.month), "year": str(ends.year)},
        "commitment": "in_principle" if in_principle else "interest",
    }


OTHER_BASES = (
    Option("none", "Nobody else joins"),
    Option("days", "Days a week"),
    Option("percent", "A percentage of the post"),
    Option("sum", "A sum of money each year"),
)


class WhatIfForm(Form):
    """What it would cost, without saving anything: one's own pledge, and one more partner."""

    basis: Annotated[
        str,
        Choice(
            label="What would you pledge?",
            name="What you would pledge",
            options=BASES,
            missing="Select what you would pledge",
        ),
    ]
    days: Annotated[
        str | None,
        Exact(
            label="Your days a week",
            above_zero=True,
            most="7",
            example="1.5",
            missing="Enter your days a week, like 1.5",
            only_if=("basis", "days"),
        ),
    ] = None
    percent: Annotated[
        str | None,
        Exact(
            label="Your percentage of the post",
            above_zero=True,
            most="100",
            unit="%",
            example="20",
            missing="Enter your percentage, like 20",
            only_if=("basis", "percent"),
        ),
    ] = None
    sum: Annotated[
        Decimal | None,
        Money(
            label="Your sum each year",
            above_zero=True,
            missing="Enter your sum, like 9,000",
            only_if=("basis", "sum"),
        ),
    ] = None
    other: Annotated[
        str,
        Choice(
            label="And if one more partner joins?",
            name="What one more partner brings",
            options=OTHER_BASES,
            missing="Select what one more partner brings",
            default="none",
        ),
    ]
    other_days: Annotated[
        str | None,
        Exact(
            label="Their days a week",
            above_zero=True,
            most="7",
            example="1",
            missing="Enter their days a week, like 1",
            only_if=("other", "days"),
        ),
    ] = None
    other_percent: Annotated[
        str | None,
        Exact(
            label="Their percentage of the post",
            above_zero=True,
            most="100",
            unit="%",
            example="20",
            missing="Enter their percentage, like 20",
            only_if=("other", "percent"),
        ),
    ] = None
    other_sum: Annotated[
        Decimal | None,
        Money(
            label="Their sum each year",
            above_zero=True,
            missing="Enter their sum, like 9,000",
            only_if=("other", "sum"),
        ),
    ] = None

    def rules(self, setting: Setting) -> Iterable[FieldError]:
        """Amounts that the split can hold."""
        yield from coarse("days", "Your days a week", self.days)
        yield from coarse("percent", "Your percentage of the post", self.percent)
        yield from coarse("other_days", "Their days a week", self.other_days)
        yield from coarse("other_percent", "Their percentage of the post", self.other_percent)


class DecideForm(Form):
    """What finance decides on a pledge, at the figures with this hash."""

    seen: Annotated[str, Hidden(max_length=64, pattern="[0-9a-f]*", wrong="Reload the page")] = ""
    decision: Annotated[
        str,
        Choice(
            label="What do you decide?",
            name="What you decide",
            options=(
                Option("approve", "Approve the pledge at these figures"),
                Option("send_back", "Send it back"),
            ),
            missing="Select what you decide",
        ),
    ]
    reason: Annotated[
        str | None,
        Text(
            label="Why do you send it back?",
            name="The reason",
            hint="Your colleagues who work on the pledge read this",
            lines=3,
            max_length=500,
            missing="Enter the reason",
            only_if=("decision", "send_back"),
        ),
    ] = None


class WithdrawForm(Form):
    """Taking a pledge back."""

    reason: Annotated[
        str | None,
        Text(
            label="Reason (optional)",
            name="The reason",
            hint="The employer reads this",
            lines=3,
            max_length=500,
        ),
    ] = None


class ReasonForm(Form):
    """A reason that others are told."""

    reason: Annotated[
        str,
        Text(
            label="Reason",
            name="The reason",
            hint="The other bodies read this",
            lines=3,
            max_length=500,
            missing="Enter the reason",
        ),
    ]


class CloseForm(Form):
    """Closing at the figures with this hash."""

    seen: Annotated[str, Hidden(max_length=64, pattern="[0-9a-f]*", wrong="Reload the page")] = ""
    vat: Annotated[
        str | None,
        Choice(
            label="How is what partners pay treated for VAT?",
            name="VAT",
            hint="We ask and record. We do not decide: ask whoever advises your organisation on "
            "VAT. It changes no share, only what stands on invoices",
            options=TREATMENTS,
        ),
    ] = None
    vat_reason: Annotated[
        str | None,
        Text(
            label="Why does VAT apply in this way?",
            name="The reason",
            hint="The law or the advice that it rests on. It stands in the draft agreement. "
            "Leave it blank where nothing is decided",
            lines=3,
            max_length=500,
        ),
    ] = None
