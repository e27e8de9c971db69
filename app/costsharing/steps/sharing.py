"""How the cost is shared: a basis and weights, and what changes from a later date."""

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Annotated

from pydantic import create_model

from app.core.fields import (
    Choice,
    Day,
    Exact,
    Field,
    FieldError,
    Hidden,
    Keyed,
    Many,
    Option,
    Setting,
    Text,
    YesNo,
    list_of,
)
from app.core.forms import Form, Rows
from app.costsharing.engine.calendar import long_date
from app.costsharing.steps.step import Facts, Inputs, Raws, Step

SECTION = "How the cost is shared"

BASES = (
    Option("days", "By days", "Days a week for each organisation"),
    Option("percent", "By agreed percentages", "They must add up to exactly 100"),
    Option("equal", "Equally", "Each organisation pays the same"),
    Option("fte", "By full-time equivalent", "The part of a full-time person that each gets"),
    Option("population", "By population"),
    Option("budget", "By budget", "Or by net revenue expenditure"),
    Option("headcount", "By number of staff"),
    Option("devices", "By number of devices, mailboxes or users"),
    Option("usage", "By usage", "Hours, tickets or cases"),
    Option("ratio", "By an agreed ratio", "Such as the budgets brought in at the start"),
    Option("weights", "By other weights", "For example, what is left of percentages"),
    Option("weighted", "By a formula of several factors", "Such as population and budget"),
    Option("day_rate", "By a day rate", "Partners buy a number of days, the host bears the rest"),
)

# What is asked of each organisation: page title, label of the input, example.
ASKED = {
    "days": ("How many days does each organisation get?", "days a week", "2.5"),
    "percent": ("What percentage does each organisation pay?", "%", "33.34"),
    "fte": ("What full-time equivalent does each organisation get?", "FTE", "0.4"),
    "population": ("What is the population of each organisation?", "people", "128,917"),
    "budget": ("What is the budget of each organisation?", "pounds", "17,940,000"),
    "headcount": ("How many staff does each organisation have?", "staff", "402"),
    "devices": ("How many devices does each organisation have?", "devices", "350"),
    "usage": ("How much does each organisation use?", "units", "120"),
    "ratio": ("What is the ratio?", "parts", "3"),
    "weights": ("What is the weight of each organisation?", "parts", "40"),
}


class BasisForm(Form):
    """What decides the shares."""

    basis: Annotated[
        str,
        Choice(
            label="How is the cost shared{after}?",
            name="Basis",
            options=BASES,
            missing="Select how the cost is shared",
        ),
    ]
    since: Annotated[
        str | None,
        Hidden(max_length=10, pattern="[0-9]{4}-[0-9]{2}-[0-9]{2}", wrong="Reload the page"),
    ] = None


class WeightsBase(Form):
    """A number for each organisation."""

    weights: dict[str, str]

    def rules(self, setting: Setting) -> Iterable[FieldError]:
        """Percentages make 100."""
        if not self.weights:
            return  # all that was typed is about organisations that have gone since
        if setting.words.get("basis") == "percent" and (wrong := not_100(self.weights.values())):
            yield FieldError(f"weights-{next(iter(self.weights))}", wrong)


def not_100(percentages: Iterable[str]) -> str:
    """What is wrong with percentages as typed that make another total; empty if they make 100."""
    total = sum((exactly(p) for p in percentages), Fraction(0))
    if total == 100:
        return ""
    gap = plain(abs(100 - total))
    hint = f"Add {gap}" if total < 100 else f"Take off {gap}"
    return f"The percentages add up to {plain(total)}. They must add up to 100. {hint}"


def exactly(text: str) -> Fraction:
    """A number as typed, exact.

    >>> exactly("22.2/37")
    Fraction(3, 5)
    """
    top, _, bottom = text.partition("/")
    return Fraction(top) / Fraction(bottom or "1")


def plain(number: Fraction) -> str:
    """A number for a sentence: whole, with its decimals, or cut to four with a sign for it.

    >>> plain(Fraction(9999, 100)), plain(Fraction(100)), plain(Fraction(100, 3))
    ('99.99', '100', 'about 33.3333')
    """
    places = next((n for n in range(7) if (number * 10**n).denominator == 1), None)
    if places is None:
        return f"about {float(number):.4f}"
    return f"{float(number):.{places}f}"


@cache
def weights_form(basis: str) -> type[Form]:
    """The form for a basis: the same question, in its own unit."""
    _, unit, example = ASKED[basis]
    asked: Field = Keyed(
        label=f"Number of {unit}" if unit != "%" else "Percentages",
        name=f"Number of {unit}" if unit != "%" else "Percentages",
        hint="Leave an organisation blank if it takes no part",
        of=Exact(label="{item}", unit=unit, example=example, width="10" if unit != "%" else "5"),
        keys="parties",
        missing="Enter a number for at least one organisation",
    )
    return create_model(
        f"Weights_{basis}", __base__=WeightsBase, weights=(Annotated[dict[str, str], asked], ...)
    )


class EqualForm(Form):
    """Who shares equally."""

    parties: Annotated[
        list[str],
        Many(
            label="Which organisations share equally?",
            options="parties",
            missing="Select the organisations that share",
        ),
    ]


class FactorRow(Form):
    """One factor of a formula."""

    name: Annotated[
        str,
        Text(
            label="Name of factor",
            hint="For example, population mid-2025",
            missing="Enter the name of the factor",
        ),
    ]
    weight: Annotated[
        str,
        Exact(
            label="How much it counts",
            hint="For example, 40. The weights of the factors need not make 100.",
            missing="Enter how much the factor counts",
            example="40",
        ),
    ]
    values: Annotated[
        dict[str, str],
        Keyed(
            label="Value for each organisation",
            of=Exact(label="{item}", example="128,917", width="10"),
            keys="parties",
            missing="Enter the factor’s value for at least one organisation",
        ),
    ]


class FactorsForm(Form):
    """The factors of a formula."""

    factors: Annotated[
        list[FactorRow],
        Rows(
            name="Factors",
            form=FactorRow,
            legend="Factor {n}",
            add="Add another factor",
            least=1,
            most=12,
            missing="Enter the name of the factor",
        ),
    ]


class DayRateForm(Form):
    """Days bought of a year."""

    chargeable_days: Annotated[
        str,
        Exact(
            label="Chargeable days that the cost buys",
            name="Chargeable days",
            hint="Weekdays less leave, bank holidays and an allowance for sickness and training. "
            "217 to 226 a year are usual.",
            missing="Enter the chargeable days",
            above_zero=True,
            unit="days",
            example="220",
        ),
    ]
    days: Annotated[
        dict[str, str],
        Keyed(
            label="Days that each organisation buys",
            hint="Leave an organisation blank if it buys none. {host} bears what is left.",
            of=Exact(label="{item}", unit="days", example="60"),
            keys="parties",
            missing="Enter the days for at least one organisation",
        ),
    ]


class ChangeForm(Form):
    """Whether something changes later."""

    changes: Annotated[
        bool,
        YesNo(
            label="Does the way of sharing change {later}?",
            name="Later change",
            inline=False,
            hint="For example, an organisation joins or leaves, or the days change",
            missing="Select whether the way of sharing changes later",
        ),
    ]
    start: Annotated[
        date | None,
        Day(
            label="First day of the new way of sharing",
            name="The first day of the new way of sharing",
            hint="For example, 16 10 2026",
            missing="Enter the first day of the new way of sharing",
            only_if=("changes", "yes"),
        ),
    ] = None


def entry(out: Inputs, number: int) -> dict[str, object]:
    """The sharing entry of this period in the inputs being built."""
    entries = out.setdefault("sharing", [])
    assert isinstance(entries, list)  # noqa: S101 (we made it)
    while len(entries) < number:
        entries.append({})
    found: dict[str, object] = entries[number - 1]
    return found


def steps_of_period(n: int, facts: Facts) -> Iterable[Step]:
    """The pages of one way of sharing: basis, weights, and whether it changes later."""
    later = n > 1
    words = {"after": f" from {first_day(start_of(n, facts, None))}" if later else ""}

    def put_basis(form: BasisForm, facts: Facts, out: Inputs) -> None:
        starts = start_of(n, facts, form.since)
        entry(out, n).update({"from": starts, "basis": form.basis})

    def put_numbers(form: Form, facts: Facts, out: Inputs) -> None:  # noqa: ARG001
        if isinstance(form, EqualForm):
            entry(out, n)["parties"] = form.parties
        elif isinstance(form, WeightsBase):
            entry(out, n)["weights"] = form.weights
        elif isinstance(form, FactorsForm):
            entry(out, n)["factors"] = [
                {"name": f.name, "weight": f.weight, "values": f.values} for f in form.factors
            ]
        elif isinstance(form, DayRateForm):
            entry(out, n).update(days=form.days, chargeable_days=form.chargeable_days)

    basis = facts.said(f"basis-{n}", "basis")
    yield Step(
        slug=f"basis-{n}",
        section=SECTION,
        title="How is the cost shared{after}?",
        form=BasisForm,
        put=put_basis,
        prefill=lambda f: {"basis": f.said(f"basis-{n - 1}", "basis")} if later else {},
        tidy=keep_since(n),
        number=n,
        words=words,
    )
    own_questions: dict[str, tuple[str, type[Form]]] = {
        "equal": ("Which organisations share equally?", EqualForm),
        "weighted": ("What is the formula?", FactorsForm),
        "day_rate": ("How many days does each organisation buy?", DayRateForm),
    }
    title, form = own_questions.get(
        basis, (ASKED.get(basis, ASKED["weights"])[0], weights_form(basis_or_weights(basis)))
    )
    yield Step(
        slug=f"weights-{n}",
        section=SECTION,
        title=title,
        form=form,
        put=put_numbers,
        prefill=lambda f: prefill_numbers(f, n),
        preview=form is not DayRateForm,
        number=n,
        words={**words, "basis": basis},
    )
    yield Step(
        slug=f"change-{n}",
        section=SECTION,
        title="Does the way of sharing change {later}?",
        form=ChangeForm,
        number=n,
        words={**words, "later": "again" if later else "later"},
    )


def first_day(iso: str) -> str:
    """An ISO date in words; "the change" while it is not known."""
    if not iso:
        return "the change"
    return long_date(date.fromisoformat(iso))


def basis_or_weights(basis: str) -> str:
    """A basis that has weights; plain weights while none is chosen."""
    return basis if basis in ASKED else "weights"


def keep_since(n: int):  # type: ignore[no-untyped-def]
    """A first entry may start before the term in a file that was loaded; it is kept."""

    def tidy(raw: Raws, facts: Facts) -> Raws:
        since = facts.raw(f"basis-{n}").get("since")
        return {**raw, "since": since} if since else raw

    return tidy


def start_of(n: int, facts: Facts, since: str | None) -> str:
    """The first day of a period of sharing, in ISO form; empty while not known."""
    from app.core.forms import parse  # noqa: PLC0415
    from app.costsharing.steps.dates import TermForm  # noqa: PLC0415

    if n > 1:
        form = parse(ChangeForm, facts.raw(f"change-{n - 1}")).form
        return form.start.isoformat() if form and form.start else ""
    term = parse(TermForm, facts.raw("dates")).form
    start = term.start.isoformat() if term else ""
    return since if since and start and since <= start else start


def prefill_numbers(facts: Facts, n: int) -> Raws:
    """Everyone shares equally to begin with; a later change starts from what went before."""
    if n > 1 and facts.said(f"basis-{n}", "basis") == facts.said(f"basis-{n - 1}", "basis"):
        return facts.raw(f"weights-{n - 1}")
    if facts.said(f"basis-{n}", "basis") == "equal":
        return {"parties": [p.value for p in facts.parties]}
    return {}


def sharing_steps(facts: Facts) -> list[Step]:
    """The pages of every period of sharing."""
    return [step for n in range(1, facts.periods + 1) for step in steps_of_period(n, facts)]


__all__ = ["SECTION", "exactly", "list_of", "sharing_steps", "start_of"]
