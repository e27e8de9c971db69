"""What a whole shared post costs, before anyone shares it: the inputs, built or taken over. Pure.

The inputs are those of the cost calculator (`costing-inputs`) without parties and sharing, which
funding adds when it knows them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from app.core.errors import FieldFault, RuleBroken
from app.core.words import number
from app.costsharing import engine, rates
from app.opportunities.domain import FULL_WEEK, PostFacts

# What a calculation says of the post itself. The rest says who shares it and how.
OF_THE_POST: Final = (
    *("term", "method", "apportionment", "pay_day", "post", "other_lines", "overhead", "grants"),
)
LONGEST_TERM: Final = timedelta(days=3652)
_HOST, _PARTNER = "HOST", "OTHER"
_OTHER_COSTS: Final = "Other costs"


@dataclass(frozen=True, slots=True)
class CostAnswers:
    """The answers of the few questions: money in pounds a year, `pension` as an exact rate."""

    salary: Decimal
    until: date
    pension: str
    pays_levy: bool
    other: Decimal = Decimal(0)
    later: Sequence[tuple[date, Decimal]] = ()
    pension_source: str = ""


@dataclass(frozen=True, slots=True)
class YearCost:
    """What the whole post costs in a financial year."""

    year: str
    cost: str


def built_inputs(facts: PostFacts, answers: CostAnswers) -> dict[str, Any]:
    """The inputs of a post from its own dates and days and a few answers.

    Raises RuleBroken where dates or days of the post are not given yet, or do not fit.
    """
    if facts.starts_on is None or facts.days_per_week is None or facts.full_time_hours is None:
        raise RuleBroken(
            "cost-needs-dates",
            "The cost is worked out from dates and days. Fill in “Dates” and “Days a week” first.",
        )
    start, end = facts.starts_on, facts.ends_on or answers.until
    if not start < end <= start + LONGEST_TERM:
        raise _fault("until", "The last day must be after the start date and within 10 years of it")
    worked = facts.full_time_hours * facts.days_per_week / FULL_WEEK
    pension: dict[str, Any] = {"from": start.isoformat(), "rate": answers.pension}
    if answers.pension_source:
        pension["source"] = answers.pension_source
    inputs: dict[str, Any] = {
        "term": {"start": start.isoformat(), "end": end.isoformat()},
        "method": "monthly",
        "apportionment": "calendar",
        "pay_day": "last",
        "post": {
            "contracted_hours": number(worked),
            "full_time_hours": number(facts.full_time_hours),
            "weeks_factor": "1",
            "salary": [
                {"from": day.isoformat(), "annual_fte": f"{amount:.2f}"}
                for day, amount in [(start, answers.salary), *sorted(answers.later)]
            ],
            "allowances": [],
            "ni": {"basis": "own", "years": rates.ni_years(start, end)},
            "pension": [pension],
            "levy_rate": rates.APPRENTICESHIP_LEVY if answers.pays_levy else "0",
        },
    }
    if answers.other:
        line = {"name": _OTHER_COSTS, "kind": "annual", "amount": f"{answers.other:.2f}"}
        inputs["other_lines"] = [line]
    return inputs


def taken_inputs(inputs: object) -> dict[str, Any]:
    """The part of a calculation that says what its post costs. Raises RuleBroken.

    A line that one party bore alone becomes a cost of the post: the parties are not known yet.
    """
    if isinstance(inputs, Mapping) and isinstance(inputs.get("inputs"), Mapping):
        inputs = inputs["inputs"]
    if not isinstance(inputs, Mapping) or "post" not in inputs:
        raise RuleBroken(
            "calculation-without-post", "This calculation has no post in it whose cost we could use"
        )
    kept = {key: inputs[key] for key in OF_THE_POST if key in inputs}
    lines = kept.get("other_lines")
    if isinstance(lines, list):
        kept["other_lines"] = [
            {k: v for k, v in line.items() if k != "charge_to"} if isinstance(line, dict) else line
            for line in lines
        ]
    return kept


def read_file(text: str) -> object:
    """The JSON of a calculation's file. Raises RuleBroken."""
    try:
        return engine.read_json(text)
    except engine.InputFaults as wrong:
        raise _fault("file", wrong.faults[0].message) from None


def costs_by_year(cost_inputs: Mapping[str, Any], host: str) -> tuple[YearCost, ...]:
    """What the whole post costs in each financial year. Raises InputFaults.

    The engine splits between two parties at least, so one is made up that pays nothing.
    """
    whole = {
        **cost_inputs,
        "parties": [
            {"id": _HOST, "name": host[:200], "host": True},
            {"id": _PARTNER, "name": "Not yet known"},
        ],
        "sharing": [
            {
                "from": _start_of(cost_inputs),
                "basis": "percent",
                "weights": {_HOST: "100", _PARTNER: "0"},
            }
        ],
    }
    shares = engine.shares_by_year(engine.cost(engine.parse_inputs(whole)))
    return tuple(
        YearCost(f"{year}/{(year + 1) % 100:02d}", engine.sterling(pence))
        for year, pence in sorted(shares[_HOST].items())
    )


def _start_of(cost_inputs: Mapping[str, Any]) -> object:
    term = cost_inputs.get("term")
    return term.get("start") if isinstance(term, Mapping) else None


def _fault(field: str, message: str) -> RuleBroken:
    return RuleBroken("cost-not-valid", message, [FieldFault(f"/{field}", "not-valid", message)])
