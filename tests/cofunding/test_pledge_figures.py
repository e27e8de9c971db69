"""What pledges cost: the engine's own figures, ceilings kept, and when a cost has moved."""

from fractions import Fraction

import pytest
from hypothesis import given, settings

from app.cofunding.figures import funded, has_moved, reckon
from app.costsharing import engine
from app.costsharing.engine import InputFaults
from app.costsharing.opened import cost_of
from app.costsharing.request import compute
from tests.cofunding.made import DAYS, PERCENT, SUM, offer, offers_of, post

POST = post()


@settings(max_examples=40, deadline=None)
@given(offers_of())
def test_figures_are_those_of_the_calculator_and_the_api_to_the_penny(offers: list) -> None:
    made = reckon(POST, offers)
    output = compute({"inputs": made.inputs})
    assert output == engine.to_json(cost_of(made.inputs))
    for body, party in made.sharing.party_ids.items():
        said = output["parties"][party]
        wanted = said["share"] if body == "northshire" else said["net"]
        assert engine.pounds(made.total_of(body)) == wanted
    assert sum(map(made.total_of, made.by_body)) == made.costing.total


@settings(max_examples=40, deadline=None)
@given(offers_of())
def test_nobody_pays_more_than_its_ceiling_unless_it_is_flagged(offers: list) -> None:
    made = reckon(POST, offers)
    flagged = {flag.party for flag in made.costing.flags if flag.code == "cap_applies"}
    for one in offers:
        if one.ceiling is not None and made.sharing.party_ids[one.body] not in flagged:
            assert max(made.by_body[one.body].values()) <= one.ceiling


@settings(max_examples=30, deadline=None)
@given(offers_of())
def test_what_a_ceiling_keeps_from_one_body_falls_on_the_employer_alone(offers: list) -> None:
    free = [offer(o.body, o.amount, o.basis) for o in offers]
    with_caps, without = reckon(POST, offers), reckon(POST, free)
    for one in offers:
        assert with_caps.total_of(one.body) <= without.total_of(one.body)
    assert with_caps.total_of("northshire") >= without.total_of("northshire")


def test_the_cost_is_known_while_nobody_has_pledged() -> None:
    alone = reckon(POST, [])
    assert alone.total_of("northshire") == alone.costing.total > 0
    assert list(alone.by_body) == ["northshire"]


def test_a_partner_with_days_lowers_only_what_the_employer_pays() -> None:
    before = reckon(POST, [offer("eastmoor", "1")])
    after = reckon(POST, [offer("eastmoor", "1"), offer("westvale", "2")])
    assert not has_moved(before.by_body["eastmoor"], after.by_body["eastmoor"])
    assert after.total_of("northshire") < before.total_of("northshire")


def test_a_partner_with_a_sum_lowers_what_everybody_pays() -> None:
    before = reckon(POST, [offer("eastmoor", "1")])
    after = reckon(POST, [offer("eastmoor", "1"), offer("westvale", "20000", SUM)])
    assert has_moved(before.by_body["eastmoor"], after.by_body["eastmoor"])
    assert after.total_of("eastmoor") < before.total_of("eastmoor")


def test_sums_above_the_cost_are_refused_by_the_engine() -> None:
    with pytest.raises(InputFaults) as caught:
        reckon(POST, [offer("eastmoor", "99999999", SUM)])
    assert caught.value.faults[0].code == "fixed_above_cost"


def test_a_fee_goes_to_the_employer_and_cancels_out() -> None:
    dear = post(host_fee={"mode": "percent_of_share", "rate": "0.05"})
    made = reckon(dear, [offer("eastmoor", "2")])
    assert sum(map(made.total_of, made.by_body)) == made.costing.total
    assert made.total_of("eastmoor") > reckon(POST, [offer("eastmoor", "2")]).total_of("eastmoor")


def test_what_the_employer_says_of_sharing_counts_for_nothing() -> None:
    odd = post(caps={"X": "1.00"}, minimums={"X": "1.00"}, in_kind={"X": "1.00"}, actuals=[])
    assert reckon(odd, [offer()]).sha256 == reckon(POST, [offer()]).sha256


def test_how_far_a_post_is_funded() -> None:
    made = funded(
        Fraction(5),
        [
            (offer("eastmoor", "1.5", DAYS), True),
            (offer("westvale", "20", PERCENT), False),
            (offer("harbour-nhs", "9000", SUM), True),
        ],
    )
    assert (made.days, made.firm_days, made.left) == (
        Fraction("2.5"),
        Fraction("1.5"),
        Fraction("2.5"),
    )
    assert (made.sums, made.firm_sums, made.bodies) == (900_000, 900_000, 3)


@pytest.mark.parametrize("own", [None, Fraction(1)])
def test_what_partners_pledge_changes_nothing_of_what_the_employer_takes(
    own: Fraction | None,
) -> None:
    pledged = [(offer("eastmoor", "2", DAYS), True), (offer("harbour-nhs", "9000", SUM), False)]
    for some in (pledged, pledged[::-1], []):
        assert funded(Fraction(5), some, own).own == own
