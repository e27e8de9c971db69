"""A shared post and pledges for tests without a database, and random ones."""

import copy
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from app.cofunding.domain import Offer, PledgeBasis
from app.cofunding.figures import CostedPost
from tests.costsharing.inputs import case

DAYS, PERCENT, SUM = PledgeBasis.DAYS, PledgeBasis.PERCENT, PledgeBasis.SUM


def base_inputs(**changes: Any) -> dict[str, Any]:
    """The inputs of a whole post, as an employer gives them: nobody shares yet."""
    inputs = case("C01")
    for key in ("parties", "sharing", "fixed_contributions", "caps", "minimums"):
        inputs.pop(key, None)
    return copy.deepcopy({**inputs, **changes})


def post(week: str = "5", **changes: Any) -> CostedPost:
    """A post of Northshire's."""
    return CostedPost("northshire", "Northshire Council", Fraction(week), base_inputs(**changes))


def offer(
    body: str = "eastmoor",
    amount: str | Fraction = "1",
    basis: PledgeBasis = DAYS,
    ceiling: int | None = None,
) -> Offer:
    """A pledge, one day a week unless said otherwise; the ceiling is in pence."""
    return Offer(body, f"{body.title()} Council", basis, Fraction(amount), ceiling)


BODIES = ("eastmoor", "harbour-nhs", "westvale", "fenland-fire", "moor-university", "a", "a-1")


def fractions_of(most: int) -> st.SearchStrategy[Fraction]:
    """Amounts above nil that people would type: decimals to four places, thirds and sevenths."""
    decimals = st.integers(1, most * 10_000).map(lambda n: Fraction(n, 10_000))
    parts = st.tuples(st.integers(1, most * 3), st.sampled_from([2, 3, 4, 6, 7, 8]))
    return st.one_of(decimals, parts.map(lambda p: min(Fraction(*p), Fraction(most))))


@st.composite
def offers_of(draw: st.DrawFn, week: Fraction = Fraction(5)) -> list[Offer]:
    """Pledges of some bodies that fit into the week, with ceilings here and there."""
    names = draw(st.lists(st.sampled_from(BODIES), unique=True, max_size=5))
    left = week
    made: list[Offer] = []
    for name in names:
        basis = draw(st.sampled_from([*PledgeBasis]))
        ceiling = draw(st.none() | st.integers(1, 6_000_000))
        if basis is SUM:
            pence = draw(st.integers(1, 800_000))
            ceiling = None if ceiling is None else max(ceiling, pence)
            made.append(offer(name, Fraction(pence, 100), SUM, ceiling))
            continue
        days = draw(fractions_of(5))
        if days > left:
            continue
        amount = days if basis is DAYS else days * 100 / week
        left -= days
        made.append(offer(name, amount, basis, ceiling))
    return made
