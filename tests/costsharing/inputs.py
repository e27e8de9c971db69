"""Small valid inputs for tests to change, and Hypothesis strategies over random valid ones."""

import copy
import json
import random
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from tests.costsharing.generate import random_inputs

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "cases.json").read_text(encoding="utf-8")
)["cases"]


def case(case_id: str) -> dict[str, Any]:
    """A copy of the inputs of a worked case."""
    return copy.deepcopy(next(c["inputs"] for c in CASES if c["id"] == case_id))


def expected(case_id: str) -> dict[str, Any]:
    """What a worked case must come to."""
    return copy.deepcopy(next(c["expected"] for c in CASES if c["id"] == case_id))


def small(cost: str = "1000.00", **changes: Any) -> dict[str, Any]:
    """One year, one line of cost, two parties by days; `changes` replaces top-level keys."""
    inputs: dict[str, Any] = {
        "term": {"start": "2026-04-01", "end": "2027-03-31"},
        "other_lines": [{"name": "Service", "kind": "total", "amount": cost}],
        "parties": [
            {"id": "NOR", "name": "Northshire Council", "host": True},
            {"id": "EAS", "name": "Eastmoor District Council", "vat": {"share": "outside_scope"}},
        ],
        "sharing": [{"from": "2026-04-01", "basis": "days", "weights": {"NOR": "3", "EAS": "2"}}],
    }
    inputs.update(changes)
    return inputs


def three(cost: str = "1000.00", **changes: Any) -> dict[str, Any]:
    """As `small`, with a third party and a weight of one each."""
    inputs = small(cost)
    inputs["parties"].append(
        {"id": "HAR", "name": "Harbour NHS Trust", "vat": {"share": "outside_scope"}}
    )
    inputs["sharing"] = [
        {"from": "2026-04-01", "basis": "weights", "weights": {"NOR": "1", "EAS": "1", "HAR": "1"}}
    ]
    inputs.update(changes)
    return inputs


def valid_inputs() -> st.SearchStrategy[dict[str, Any]]:
    """Random valid inputs of every kind; some are refused for what their figures show."""
    seeds = st.integers(min_value=0, max_value=2**32 - 1)
    return seeds.map(lambda seed: random_inputs(random.Random(seed)))
