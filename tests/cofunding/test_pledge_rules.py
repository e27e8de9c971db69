"""Pledges become a sharing: laws of the split, refusals, and the states of a pledge."""

import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cofunding.domain import (
    COUNTING,
    FUNDING,
    MOST_BODIES,
    PLEDGE,
    STANDING,
    FundingAction,
    FundingStatus,
    PledgeAction,
    PledgeStatus,
    days_in_words,
    party_ids,
    read_exact,
    to_sharing,
    write_exact,
)
from app.core.errors import MoveRefused, RuleBroken
from tests.cofunding.made import DAYS, PERCENT, SUM, offer, offers_of, post

POST = post().to_share


def refusal(*offers: object, week: str = "5") -> str:
    with pytest.raises(RuleBroken) as caught:
        to_sharing(offers, post(week).to_share)  # type: ignore[arg-type]
    return caught.value.code


def test_days_and_percentages_become_days_and_the_employer_takes_the_rest() -> None:
    made = to_sharing([offer("eastmoor", "1"), offer("harbour-nhs", "30", PERCENT)], POST)
    assert made.parts["sharing"] == [
        {
            "from": POST.starts_on.isoformat(),
            "basis": "days",
            "weights": {"NORTHSHIRE": "2.5", "EASTMOOR": "1", "HARBOURNHS": "1.5"},
        }
    ]
    assert "fixed_contributions" not in made.parts
    assert "caps" not in made.parts


def test_sums_are_fixed_contributions_and_ceilings_are_caps_that_fall_on_the_employer() -> None:
    made = to_sharing(
        [offer("eastmoor", "9000.50", SUM), offer("harbour-nhs", "2", DAYS, 25)], POST
    )
    assert made.parts["fixed_contributions"] == {"EASTMOOR": "9000.50"}
    assert made.parts["caps"] == {"HARBOURNHS": "0.25"}
    assert made.parts["cap_overflow"] == "host"
    weights = made.parts["sharing"][0]["weights"]
    assert weights == {"NORTHSHIRE": "3", "EASTMOOR": "0", "HARBOURNHS": "2"}


def test_a_fully_pledged_post_leaves_the_employer_nothing() -> None:
    made = to_sharing([offer("eastmoor", "60", PERCENT), offer("westvale", "2")], POST)
    assert made.days["northshire"] == 0


@given(offers_of(), st.randoms(use_true_random=False))
def test_it_adds_up_to_the_week_exactly_in_any_order(offers: list, mixer: random.Random) -> None:
    made = to_sharing(offers, POST)
    weights = made.parts["sharing"][0]["weights"]
    assert sum(read_exact(w) for w in weights.values()) == 5
    assert set(weights) == {p["id"] for p in made.parts["parties"]}
    mixed = list(offers)
    mixer.shuffle(mixed)
    assert to_sharing(mixed, POST) == made


@given(offers_of(), st.fractions(min_value=Fraction(1, 50), max_value=3, max_denominator=50))
def test_more_than_the_week_is_refused_with_how_much(offers: list, over: Fraction) -> None:
    left = to_sharing(offers, POST).days["northshire"]
    last = offer("zenith", left + over)
    if last.amount.denominator > 100 and (last.amount * 10_000).denominator != 1:
        return
    with pytest.raises(RuleBroken) as caught:
        to_sharing([*offers, last], POST)
    assert caught.value.code == "over-pledged"
    assert days_in_words(over) in caught.value.message


@pytest.mark.parametrize("basis", [DAYS, PERCENT, SUM])
@pytest.mark.parametrize("amount", ["0", "-1", "-1/3"])
def test_nothing_and_less_is_refused(basis: object, amount: str) -> None:
    assert refusal(offer(amount=amount, basis=basis)) == "amount-not-above-zero"  # type: ignore[arg-type]


def test_other_refusals() -> None:
    assert refusal(offer("northshire")) == "own-post"
    assert refusal(offer(), offer()) == "pledged-twice"
    assert refusal(offer(amount="0.001", basis=SUM)) == "amount-too-fine"
    assert refusal(offer(amount="1/997")) == "amount-too-fine"
    assert refusal(offer(amount="100", basis=SUM, ceiling=9_999)) == "ceiling-below-sum"
    assert refusal(offer(ceiling=0)) == "ceiling-not-above-zero"
    crowd = [offer(f"b{n}", "0.01") for n in range(MOST_BODIES + 1)]
    assert refusal(*crowd) == "too-many-bodies"
    odd = [offer(f"b{n}", Fraction(1, n)) for n in (97, 89, 83, 79, 73, 71, 67, 61, 59)]
    assert refusal(*odd) == "amount-too-fine"


def test_names_of_parties_are_short_unique_and_do_not_depend_on_who_came_first() -> None:
    slugs = ["a", "borough-of-long-name-east", "borough-of-long-name-west", "1-2-3", "é"]
    ids = party_ids(slugs)
    assert len(set(ids.values())) == len(slugs)
    assert ids == party_ids([slugs[0], *reversed(slugs[1:])])
    assert ids["borough-of-long-name-west"] == "BOROUGHOFLO2"
    assert ids["é"] == "BODY"


@given(st.fractions(min_value=0, max_value=1000, max_denominator=5000))
def test_exact_numbers_are_read_as_they_are_written(number: Fraction) -> None:
    assert read_exact(write_exact(number)) == number


def test_counting_pledges_are_the_standing_ones_that_are_not_frozen() -> None:
    assert set(STANDING) - set(COUNTING) == {PledgeStatus.FROZEN}


MOVES = """
interest     change in: interest | raise: in_principle | withdraw: withdrawn | lapse: lapsed
interest     release: released
in_principle change: in_principle | lower: interest | approve: approved | withdraw: withdrawn
in_principle lapse: lapsed | release: released
approved     set_back: in_principle | withdraw: withdrawn | lapse: lapsed | freeze: frozen
approved     release: released
frozen       reopen: approved
"""


def expected_moves() -> dict[tuple[str, str], str]:
    found = {}
    for line in MOVES.strip().splitlines():
        status, rest = line.split(maxsplit=1)
        for move in rest.replace("change in:", "change:").split(" | "):
            action, after = move.split(": ")
            found[status, action] = after
    return found


@pytest.mark.parametrize("status", [*PledgeStatus])
@pytest.mark.parametrize("action", [*PledgeAction])
def test_every_status_of_a_pledge_against_every_action(
    status: PledgeStatus, action: PledgeAction
) -> None:
    after = expected_moves().get((status, action))
    if after is None:
        with pytest.raises(MoveRefused):
            PLEDGE.after(status, action)
    else:
        assert PLEDGE.after(status, action) == after


@pytest.mark.parametrize("status", [*FundingStatus])
@pytest.mark.parametrize("action", [*FundingAction])
def test_every_status_of_a_funding_against_every_action(
    status: FundingStatus, action: FundingAction
) -> None:
    wanted = {
        ("open", "close"): "closed",
        ("open", "end"): "ended",
        ("closed", "reopen"): "open",
    }
    after = wanted.get((status, action))
    if after is None:
        with pytest.raises(MoveRefused):
            FUNDING.after(status, action)
    else:
        assert FUNDING.after(status, action) == after
