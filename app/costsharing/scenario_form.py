"""What the comparison page asks: another way of sharing, another pay award, or both."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any

from app.core.fields import Choice, Day, Exact, FieldError, Keyed, Option, Percent, Raw, Setting
from app.core.forms import Form
from app.costsharing.engine.inputs import Inputs
from app.costsharing.presenting.tables import BASIS_NAMES, plain
from app.costsharing.scenarios import Scenario
from app.costsharing.steps.sharing import exactly, not_100

KEEP = "keep"
WEIGHTED = ("percent", "days", "fte", "population", "budget", "headcount", "usage", "weights")
BASES = (
    Option(KEEP, "As it is now"),
    Option("equal", BASIS_NAMES["equal"]),
    *(Option(basis, BASIS_NAMES[basis]) for basis in WEIGHTED),
)


class ScenarioForm(Form):
    """One thing or both to change for the comparison."""

    basis: Annotated[
        str,
        Choice(
            label="How the cost is shared",
            options=BASES,
            missing="Select how the cost is shared",
            look="select",
        ),
    ]
    weights: Annotated[
        dict[str, str] | None,
        Keyed(
            label="What each organisation counts for",
            keys="parties",
            of=Exact(label="Number", name="The number for {item}"),
        ),
    ] = None
    award: Annotated[
        str | None, Percent(label="Pay award", name="Pay award", example="3.5", most="50")
    ] = None
    award_from: Annotated[date | None, Day(label="Award from", name="The award’s first day")] = None

    def rules(self, setting: Setting) -> Iterable[FieldError]:
        """An award needs its first day, shares by numbers need numbers, and something changes."""
        if self.award is not None and self.award_from is None:
            yield FieldError(
                "award_from", "Enter the day from which the award applies", target="award_from-day"
            )
        if self.basis in WEIGHTED and not self.weights:
            yield FieldError(
                "weights",
                "Enter a number for at least one organisation",
                target=self._first_weight(setting),
            )
        if self.basis == "percent" and self.weights and (wrong := not_100(self.weights.values())):
            yield FieldError("weights", wrong, target=self._first_weight(setting))
        if self.basis == KEEP and self.award is None:
            yield FieldError("basis", "Select another way of sharing, or enter a pay award")

    @staticmethod
    def _first_weight(setting: Setting) -> str:
        parties = setting.options.get("parties", ())
        return f"weights-{parties[0].value}" if parties else "weights"

    def to_scenario(self) -> Scenario:
        """The change as the comparison takes it."""
        return Scenario(
            basis="" if self.basis == KEEP else self.basis,
            weights=self.weights or {} if self.basis in WEIGHTED else {},
            award=None if self.award is None else exactly(self.award),
            award_from=self.award_from,
        )


def scenario_setting(inputs: Inputs) -> Setting:
    """The organisations that the form asks a number for."""
    return Setting(options={"parties": [Option(p.id, p.name) for p in inputs.parties]})


def first_values(inputs: Inputs) -> dict[str, Raw]:
    """What the form shows at first: nothing changed, the numbers in force, the next 1 April."""
    stated = inputs.sharing[0].stated
    award_from = date(inputs.start.year + (inputs.start.month >= 4), 4, 1)
    if award_from > inputs.end:
        award_from = inputs.start
    return {
        "basis": KEEP,
        "weights": {party: plain(weight).replace(",", "") for party, weight in stated.items()},
        "award": "",
        "award_from": _parts(award_from),
    }


def _parts(value: date) -> Mapping[str, Any]:
    return {"day": str(value.day), "month": str(value.month), "year": str(value.year)}
