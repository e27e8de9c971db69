"""What if: the same inputs with another way of sharing or another pay award. Pure."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from app.costsharing.engine.money import nearest_of

POUND = 100


@dataclass(frozen=True, slots=True)
class Scenario:
    """What differs from the costing: a basis with weights, an award from a day, or both.

    `award` is a rate such as 35/1000; `basis` is `equal` or a basis that takes weights.
    """

    basis: str = ""
    weights: Mapping[str, str] = field(default_factory=dict)
    award: Fraction | None = None
    award_from: date | None = None


def vary(inputs: Mapping[str, Any], scenario: Scenario) -> dict[str, Any]:
    """Give a copy of an inputs object with the scenario applied; the original stays as it is.

    The bodies of each period stay the same. A body without a weight gets none of that period.
    """
    varied: dict[str, Any] = deepcopy(dict(inputs))
    if scenario.basis:
        hosts = [p["id"] for p in varied["parties"] if p.get("host")]
        varied["sharing"] = [_share(entry, scenario, hosts) for entry in varied["sharing"]]
    post = varied.get("post")
    if scenario.award is not None and scenario.award_from is not None and post is not None:
        _uplift_post(post, scenario.award, scenario.award_from)
    return varied


def sharers(entry: Mapping[str, Any]) -> list[str]:
    """The ids of the bodies that share in one entry of the inputs, as they are listed there."""
    found: dict[str, None] = {}
    for key in ("weights", "days"):
        found.update(dict.fromkeys(entry.get(key, {})))
    found.update(dict.fromkeys(entry.get("parties", ())))
    for factor in entry.get("factors", ()):
        found.update(dict.fromkeys(factor["values"]))
    return list(found)


def _share(entry: Mapping[str, Any], scenario: Scenario, hosts: list[str]) -> dict[str, Any]:
    ids = sharers(entry)
    if entry["basis"] == "day_rate":
        # The host bears what the buyers leave, whether it is listed or not.
        ids = list(dict.fromkeys([*hosts, *ids]))
    if scenario.basis == "equal":
        return {"from": entry["from"], "basis": "equal", "parties": ids}
    weights = {party: scenario.weights.get(party, "0") for party in ids}
    # Where a body is away, the percentages of the others are their ratio.
    basis = scenario.basis
    if basis == "percent" and not set(scenario.weights) <= set(ids):
        basis = "weights"
    return {"from": entry["from"], "basis": basis, "weights": weights}


def _uplift_post(post: dict[str, Any], award: Fraction, since: date) -> None:
    post["salary"] = uplift(post["salary"], award, since)
    for backdated in post.get("backdated_awards", ()):
        first = max(since, date.fromisoformat(backdated["effective"]))
        backdated["salary"] = uplift(backdated["salary"], award, first)


def uplift(points: list[dict[str, Any]], award: Fraction, since: date) -> list[dict[str, Any]]:
    """Raise the salaries of a dated list from a day on, each to the nearest whole pound.

    What is raised is marked as assumed, since no award says so yet.
    """
    before = [point for point in points if date.fromisoformat(point["from"]) < since]
    after = [point for point in points if date.fromisoformat(point["from"]) >= since]
    starts_there = any(point["from"] == since.isoformat() for point in after)
    if before and not starts_there:
        after.insert(0, {**before[-1], "from": since.isoformat()})
    return [*before, *(_raised(point, award) for point in after)]


def _raised(point: Mapping[str, Any], award: Fraction) -> dict[str, Any]:
    pence = int(Decimal(point["annual_fte"]) * 100)
    whole_pounds = nearest_of(Fraction(pence, POUND) * (1 + award))
    raised = {k: v for k, v in point.items() if k != "until"}
    return {
        **raised,
        "annual_fte": f"{whole_pounds}.00",
        "assumed": True,
        "source": "A pay award assumed for comparison",
    }
