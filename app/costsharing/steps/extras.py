"""The less usual: grants, fixed sums, minimums, caps, contributions in kind, a host fee."""

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Annotated

from app.core.fields import Choice, FieldError, Keyed, Many, Money, Option, Percent, Setting, Text
from app.core.forms import Form, Rows
from app.costsharing.steps.post import pounds
from app.costsharing.steps.step import Facts, Inputs, Step

SECTION = "Grants, limits and fees"


class ExtrasForm(Form):
    """Which of these apply, so that only their pages are asked."""

    extras: Annotated[
        list[str],
        Many(
            label="Do any of these apply?",
            name="Grants, limits and fees",
            hint="Select all that apply. Leave them all blank if none do.",
            options=(
                Option("grants", "A grant pays part of the cost", "It is used before the sharing"),
                Option("fixed", "An organisation pays a fixed sum a year"),
                Option("minimums", "An organisation pays at least a minimum a year"),
                Option("caps", "An organisation’s share has a cap for each year"),
                Option(
                    "in-kind",
                    "An organisation contributes in kind",
                    "Such as office space. Its value is set against its share.",
                ),
                Option(
                    "fee",
                    "{host} charges the others a fee",
                    "On top of their shares, and not shared by the host",
                ),
            ),
        ),
    ] = []  # noqa: RUF012 (Pydantic copies it)

    def rules(self, setting: Setting) -> Iterable[FieldError]:
        """What cannot be combined."""
        if "in-kind" in self.extras and {"fixed", "minimums", "caps"} & set(self.extras):
            message = (
                "Contributions in kind cannot be combined with fixed sums, minimums or caps. "
                "Select one or the other"
            )
            yield FieldError("extras", message)


class GrantRow(Form):
    """Outside money."""

    name: Annotated[str, Text(label="Name of grant", missing="Enter the name of the grant")]
    amount: Annotated[
        Decimal,
        Money(
            label="Amount for the whole term",
            name="The amount of the grant",
            missing="Enter the amount of the grant",
        ),
    ]
    rate: Annotated[
        str | None,
        Percent(
            label="Part of the cost it meets (optional)",
            name="The part of the cost it meets",
            hint="Leave blank if it meets all of the cost until it is used up",
            example="50",
        ),
    ] = None
    eligible: Annotated[
        str,
        Choice(
            label="Which costs may it pay for?",
            name="The costs the grant may pay for",
            options=(Option("all", "All shared costs"), Option("some", "Only those I select")),
            default="all",
            missing="Select which costs the grant may pay for",
            counts=False,
        ),
    ]
    lines: Annotated[
        list[str] | None,
        Many(
            label="Costs it may pay for",
            options="grant_lines",
            missing="Select at least one cost that the grant may pay for",
            only_if=("eligible", "some"),
            counts=False,
        ),
    ] = None


class GrantsForm(Form):
    """Grants in the order they are used."""

    grants: Annotated[
        list[GrantRow],
        Rows(
            name="Grants",
            form=GrantRow,
            legend="Grant {n}",
            add="Add another grant",
            least=1,
            most=20,
            movable=True,
            missing="Enter the name of the grant",
        ),
    ]


def put_grants(form: GrantsForm, facts: Facts, out: Inputs) -> None:  # noqa: ARG001
    """Grants in order."""
    out["grants"] = [
        {
            "name": r.name,
            "amount": pounds(r.amount),
            "eligible": r.lines if r.eligible == "some" else "all",
            **({"rate": r.rate} if r.rate is not None else {}),
        }
        for r in form.grants
    ]


def yearly(label: str, missing: str) -> Keyed:
    """A yearly sum for each party, blank for those it does not concern."""
    return Keyed(label=label, name=label, of=Money(label="{item}"), keys="parties", missing=missing)


class FixedForm(Form):
    """Fixed sums."""

    sums: Annotated[
        dict[str, Decimal],
        yearly("Fixed sum a year", "Enter a fixed sum for at least one organisation"),
    ]


class MinimumsForm(Form):
    """Minimums."""

    sums: Annotated[
        dict[str, Decimal],
        yearly("Minimum a year", "Enter a minimum for at least one organisation"),
    ]


class CapsForm(Form):
    """Caps, and who bears what is above them."""

    sums: Annotated[
        dict[str, Decimal],
        yearly("Cap for a financial year", "Enter a cap for at least one organisation"),
    ]
    overflow: Annotated[
        str,
        Choice(
            label="Who pays what is above a cap?",
            name="Who pays what is above a cap",
            options=(
                Option("reshare", "The others, by their weights"),
                Option("host", "{host}, all of it"),
            ),
            default="reshare",
            missing="Select who pays what is above a cap",
        ),
    ]


class InKindForm(Form):
    """Contributions in kind."""

    sums: Annotated[
        dict[str, Decimal],
        yearly("Value a year", "Enter the value for at least one organisation"),
    ]


def put_sums(key: str) -> Callable[..., None]:
    """Write yearly sums below this key of the inputs."""

    def put(form: FixedForm, facts: Facts, out: Inputs) -> None:  # noqa: ARG001
        out[key] = {party: pounds(amount) for party, amount in form.sums.items()}
        if isinstance(form, CapsForm):
            out["cap_overflow"] = form.overflow

    return put


class FeeForm(Form):
    """What the host charges partners beside their shares."""

    mode: Annotated[
        str,
        Choice(
            label="How is {host}’s fee worked out?",
            name="Host fee",
            options=(
                Option("percent_of_share", "A percentage of each partner’s share"),
                Option("fixed_annual", "A fixed sum a year from each partner"),
            ),
            missing="Select how the fee is worked out",
        ),
    ]
    rate: Annotated[
        str | None,
        Percent(
            label="Percentage of the share",
            missing="Enter the fee as a percentage of the share",
            example="7.5",
            only_if=("mode", "percent_of_share"),
        ),
    ] = None
    amount: Annotated[
        Decimal | None,
        Money(
            label="Fee a year from each partner",
            missing="Enter the fee a year from each partner",
            only_if=("mode", "fixed_annual"),
        ),
    ] = None


def put_fee(form: FeeForm, facts: Facts, out: Inputs) -> None:  # noqa: ARG001
    """The host's fee."""
    fee: dict[str, object] = {"mode": form.mode}
    if form.rate is not None:
        fee["rate"] = form.rate
    if form.amount is not None:
        fee["amount"] = pounds(form.amount)
    out["host_fee"] = fee


def has(extra: str) -> Callable[[Facts], bool]:
    """Whether this page was asked for."""
    return lambda facts: extra in facts.extras


BLANK = "Leave an organisation blank if this does not apply to it."
SCALED = "A part of a year counts by its days."

STEPS = (
    Step(slug="extras", section=SECTION, title="Do any of these apply?", form=ExtrasForm),
    Step(
        slug="grants",
        section=SECTION,
        title="Which grants pay part of the cost?",
        form=GrantsForm,
        when=has("grants"),
        put=put_grants,
        intro=("They are used in this order, the earliest dates first, until they run out.",),
    ),
    Step(
        slug="fixed",
        section=SECTION,
        title="Who pays a fixed sum?",
        form=FixedForm,
        when=has("fixed"),
        put=put_sums("fixed_contributions"),
        intro=(f"The rest of the cost is shared by weights. {SCALED} {BLANK}",),
    ),
    Step(
        slug="minimums",
        section=SECTION,
        title="Who pays at least a minimum?",
        form=MinimumsForm,
        when=has("minimums"),
        put=put_sums("minimums"),
        intro=(f"{SCALED} {BLANK}",),
    ),
    Step(
        slug="caps",
        section=SECTION,
        title="Whose share has a cap?",
        form=CapsForm,
        when=has("caps"),
        put=put_sums("caps"),
        intro=(f"A cap counts for a whole financial year, April to March. {BLANK}",),
    ),
    Step(
        slug="in-kind",
        section=SECTION,
        title="Who contributes in kind?",
        form=InKindForm,
        when=has("in-kind"),
        put=put_sums("in_kind"),
        intro=(f"{SCALED} {BLANK}",),
    ),
    Step(
        slug="fee",
        section=SECTION,
        title="How is {host}’s fee worked out?",
        form=FeeForm,
        when=has("fee"),
        put=put_fee,
    ),
)
