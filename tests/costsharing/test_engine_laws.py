"""Laws that hold for every costing, tried on random valid inputs."""

import copy
from collections import Counter
from datetime import date
from fractions import Fraction
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from app.costsharing import engine
from app.costsharing.engine.money import allocate
from tests.costsharing.inputs import valid_inputs

LAWS = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def costed(inputs: dict[str, Any]) -> engine.Costing:
    """The costing, or a sign to Hypothesis that these inputs are refused."""
    try:
        return engine.cost(engine.parse_inputs(inputs))
    except engine.InputFaults:
        assume(False)
        raise


@LAWS
@given(valid_inputs())
def test_shares_and_grants_make_up_the_cost(inputs: dict[str, Any]) -> None:
    costing = costed(inputs)
    for segment in (*costing.segments, *costing.actual_segments):
        shared = sum(segment.shares.values())
        assert shared == segment.shared_pool + sum(segment.direct_charges.values())
        assert segment.gross == shared + sum(segment.grants.values())
    assert sum(costing.lines.values()) == costing.total
    assert sum(segment.gross for segment in costing.segments) == costing.total
    if costing.months:
        levy = costing.lines.get("levy", 0) + costing.lines.get("overhead", 0)
        assert sum(month.total for month in costing.months) + levy == costing.total


@LAWS
@given(valid_inputs())
def test_invoices_add_up_to_share_and_fee(inputs: dict[str, Any]) -> None:
    costing = costed(inputs)
    shares: Counter[str] = Counter()
    fees: Counter[str] = Counter()
    for invoice in costing.invoices:
        shares[invoice.party] += invoice.share
        fees[invoice.party] += invoice.host_fee
        assert invoice.net == invoice.share + invoice.host_fee
        assert invoice.gross == invoice.net + invoice.vat
        assert invoice.net != 0
    for total in costing.parties:
        if total.party != costing.inputs.host.id:
            assert shares[total.party] == total.share
            assert fees[total.party] == total.host_fee
    assert costing.inputs.host.id not in shares


@LAWS
@given(valid_inputs())
def test_nobody_is_above_a_cap_unless_flagged(inputs: dict[str, Any]) -> None:
    costing = costed(inputs)
    excused = {f.party for f in costing.flags if f.code != "cap_applies"}
    excused |= {party for party, amount in costing.inputs.fixed.items() if amount}
    for party, cap in costing.inputs.caps.items():
        for year in {segment.fy for segment in costing.segments}:
            borne = sum(
                segment.shares.get(party, 0) - segment.direct_charges.get(party, 0)
                for segment in costing.segments
                if segment.fy == year
            )
            assert borne <= cap or party in excused


def reversed_keys(value: Any) -> Any:
    """The same JSON with the keys of every object in the opposite order."""
    if isinstance(value, dict):
        return {key: reversed_keys(value[key]) for key in reversed(value)}
    return [reversed_keys(entry) for entry in value] if isinstance(value, list) else value


@LAWS
@given(valid_inputs())
def test_order_of_keys_changes_nothing(inputs: dict[str, Any]) -> None:
    want = engine.to_json(costed(inputs))
    turned = reversed_keys(inputs)
    # Names of lines are keys of actual costs only; elsewhere lists give the order.
    assert engine.to_json(costed(turned)) == want
    assert engine.inputs_sha256(turned) == engine.inputs_sha256(inputs)


@LAWS
@given(valid_inputs(), st.fractions(min_value=Fraction(1, 50), max_value=50, max_denominator=50))
def test_scaling_all_weights_changes_nothing(inputs: dict[str, Any], scale: Fraction) -> None:
    want = engine.to_json(costed(inputs))
    scaled = copy.deepcopy(inputs)
    for entry in scaled["sharing"]:
        if entry["basis"] not in {"percent", "day_rate"} and "weights" in entry:
            for party, weight in entry["weights"].items():
                top, _, bottom = weight.partition("/")
                exact = Fraction(top) / Fraction(bottom or 1) * scale
                assume(max(exact.numerator, exact.denominator) < 10**15)
                entry["weights"][party] = f"{exact.numerator}/{exact.denominator}"
    got = engine.to_json(costed(scaled))
    for result in (want, got):
        for key in ("segments", "actual_segments"):
            for segment in result.get(key, []):
                segment.pop("notes", None)
    assert got == want


@LAWS
@given(valid_inputs())
def test_renaming_parties_changes_only_names(inputs: dict[str, Any]) -> None:
    want = engine.to_json(costed(inputs))
    renamed = copy.deepcopy(inputs)
    for number, party in enumerate(renamed["parties"]):
        party["name"] = f"Body number {number}"
    assert engine.to_json(costed(renamed)) == want


@LAWS
@given(valid_inputs())
def test_true_up_of_identical_actuals_is_nil(inputs: dict[str, Any]) -> None:
    costing = costed({key: value for key, value in inputs.items() if key != "actuals"})
    assume(all(segment.shared_pool >= 0 for segment in costing.segments))
    same = {key: value for key, value in inputs.items() if key != "actuals"}
    same["actuals"] = [
        {
            "from": segment.start.isoformat(),
            "lines": {
                name: engine.pounds(amount)
                for name, amount in segment.lines.items()
                if name not in {"levy", "overhead"}
            },
        }
        for segment in costing.segments
    ]
    again = costed(same)
    assert again.true_up
    for row in again.true_up:
        assert (row.document, row.net, row.vat, row.gross) == ("none", 0, 0, 0)
    for estimate, actual in zip(again.segments, again.actual_segments, strict=True):
        assert estimate.shares == actual.shares
        assert estimate.host_fees == actual.host_fees


@LAWS
@given(valid_inputs())
def test_views_by_year_and_month_add_up_to_the_shares(inputs: dict[str, Any]) -> None:
    costing = costed(inputs)
    by_year, by_month = engine.shares_by_year(costing), engine.shares_by_month(costing)
    for total in costing.parties:
        assert sum(by_year[total.party].values()) == total.share
        assert sum(by_month[total.party].values()) == total.share
    lines = engine.lines_by_year(costing)
    assert sum(sum(year.values()) for year in lines.values()) == costing.total


@LAWS
@given(valid_inputs())
def test_working_can_be_shown_for_anything(inputs: dict[str, Any]) -> None:
    sections = engine.explain(costed(inputs))
    for section in sections:
        for table in section.tables:
            assert all(len(row) == len(table.head) for row in table.rows)
    assert "Invoices" in engine.as_text(sections)


@LAWS
@given(valid_inputs())
def test_segments_tile_the_term(inputs: dict[str, Any]) -> None:
    costing = costed(inputs)
    days = sum(segment.days for segment in costing.segments)
    assert days == (costing.inputs.end - costing.inputs.start).days + 1
    for segment in costing.segments:
        assert date(segment.fy, 4, 1) <= segment.start <= segment.end <= date(segment.fy + 1, 3, 31)


weights = st.lists(st.integers(min_value=0, max_value=10**9), min_size=1, max_size=12)


@settings(deadline=None)
@given(st.integers(min_value=-(10**12), max_value=10**12), weights)
def test_allocation_adds_up_within_a_penny_of_exact(total: int, parts: list[int]) -> None:
    assume(any(parts))
    shared = allocate(total, parts)
    assert sum(shared) == total
    for share, weight in zip(shared, parts, strict=True):
        assert abs(share - Fraction(total * weight, sum(parts))) < 1
        assert share == 0 or weight != 0
    assert allocate(-total, parts) == [-share for share in shared]
