"""Small valid inputs for tests to change, and Hypothesis strategies over random valid ones."""

import copy
import json
import random
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from app.costsharing import engine
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


MISSING = object()


def faults_of(inputs: Any) -> list[tuple[str, str]]:
    """Path and code of every fault, of reading or of costing."""
    found: tuple[engine.Fault, ...] = ()
    try:
        engine.cost(engine.parse_inputs(inputs))
    except engine.InputFaults as caught:
        found = caught.faults
    assert all(fault.message.endswith(".") for fault in found)
    return [(fault.path, fault.code) for fault in found]


def changed(inputs: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy with the value at a JSON pointer replaced, or taken out."""
    result = copy.deepcopy(inputs)
    *way, last = path.strip("/").split("/")
    at: Any = result
    for step in way:
        at = at[int(step)] if isinstance(at, list) else at[step]
    key: Any = int(last) if isinstance(at, list) else last
    if value is MISSING:
        del at[key]
    else:
        at[key] = value
    return result


def many(count: int) -> list[str]:
    """Distinct party ids."""
    return [f"P{number}" for number in range(count)]


def heavy_inputs() -> dict[str, Any]:
    """Sixty parties, ten years, a change of sharing every month, caps, minimums and grants."""
    ids = many(60)
    inputs = case("C01")
    inputs["term"] = {"start": "2026-04-15", "end": "2036-04-14"}
    years = [f"{year}/{(year + 1) % 100:02d}" for year in range(2026, 2038)]
    first = inputs["post"]["ni"]["years"][0]
    inputs["post"]["ni"]["years"] = [{**first, "tax_year": year} for year in years]
    inputs["parties"] = [
        {"id": p, "name": p, "host": p == "P0", "vat": {"share": "standard"}} for p in ids
    ]
    days = ["2026-04-15"] + [
        f"{2026 + (month + 4) // 12}-{(month + 4) % 12 + 1:02d}-03" for month in range(119)
    ]
    inputs["sharing"] = [
        {"from": day, "basis": "weights", "weights": {p: str(i % 7 + 1) for i, p in enumerate(ids)}}
        for day in days
    ]
    inputs["caps"] = {p: f"{100 + 3 * i}.00" for i, p in enumerate(ids)}
    inputs["minimums"] = dict.fromkeys(ids, "1.00")
    inputs["grants"] = [
        {"name": f"G{i}", "amount": "9000.00", "eligible": "all", "rate": "0.01"} for i in range(8)
    ]
    inputs["schedule"] = {"frequency": "monthly", "timing": "arrears"}
    return inputs
