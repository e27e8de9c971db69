"""What the split preview needs while weights are typed: the sum to share, and by what."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.costsharing import engine
from app.costsharing.engine import InputFaults
from app.costsharing.steps.build import build_inputs
from app.costsharing.steps.step import Facts, Step


@dataclass(frozen=True, slots=True)
class Preview:
    """The cost of the whole term in pence, 0 while it is not known; the basis of the shares."""

    total: int
    basis: str


def preview_of(facts: Facts, step: Step) -> Preview | None:
    """The preview of a page of weights; none where shares do not follow from the page alone."""
    basis = facts.said(f"basis-{step.number}", "basis")
    if basis == "day_rate":
        return None
    return Preview(term_total(facts), basis)


def term_total(facts: Facts) -> int:
    """The cost of the term, found by sharing it equally; 0 while it cannot be costed."""
    inputs = build_inputs(facts.answers)
    parties = inputs.get("parties")
    term = inputs.get("term")
    if not isinstance(parties, list) or not isinstance(term, Mapping):
        return 0
    wanted = ("term", "method", "apportionment", "pay_day", "post", "other_lines", "overhead")
    plain = {key: inputs[key] for key in wanted if key in inputs}
    lines = inputs.get("other_lines")
    if isinstance(lines, list):
        plain["other_lines"] = [{k: v for k, v in x.items() if k != "charge_to"} for x in lines]
    hosted = [{"id": p["id"], "name": p["name"], "host": i == 0} for i, p in enumerate(parties)]
    ids = [p["id"] for p in parties]
    sharing = [{"from": term.get("start"), "basis": "equal", "parties": ids}]
    try:
        costing = engine.cost(engine.parse_inputs({**plain, "parties": hosted, "sharing": sharing}))
    except InputFaults:
        return 0
    return sum(sum(years.values()) for years in engine.shares_by_year(costing).values())
