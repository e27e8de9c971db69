"""What a part costs alone and jointly: figures of the engine, and no saving that is not there."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.cofunding.fitting.joining import Joined, Other, answers_of
from app.cofunding.fitting.sums import (
    OTHERS,
    Compared,
    Figures,
    OwnPart,
    compare,
    each_table,
    explained,
    lines_table,
    verdict,
)
from app.opportunities.domain import OpportunityKind
from app.opportunities.writing.domain import Section
from tests.opportunities.posts import facts

WANTED = OpportunityKind.SECONDMENT_WANTED
FIGURES = Figures(Decimal(64000), "0.188", pays_levy=True)


def part(days: str = "2", total: str = "4", bodies: int = 2, **changes: Any) -> OwnPart:
    """Two days of four, for a year."""
    post = facts(WANTED, days_per_week=Decimal(days), **changes)
    return OwnPart("eastmoor", "Eastmoor", post, Fraction(days), Fraction(total), bodies)


def made(one: OwnPart, figures: Figures = FIGURES) -> Compared:
    found = compare(one, figures)
    assert isinstance(found, Compared), found
    return found


def test_pay_saves_nothing_and_insurance_costs_more() -> None:
    found = made(part())
    assert found.difference > 0
    rows = {row.head: row.cells for row in lines_table(found).rows}
    alone, joint = (
        [Decimal(cell.strip("£").replace(",", "")) for cell in rows[name]]
        for name in ("Basic pay", "Employer National Insurance")
    )
    assert abs(alone[1] - 2 * alone[0]) <= Decimal("0.12"), "a penny a month of rounding at most"
    assert joint[1] > 2 * joint[0], "one threshold instead of two"
    # The threshold of £5,000 a year at 15% is lost once, half of it to each.
    assert 37_000 < found.difference < 41_000
    assert "more over the term" in verdict(found)
    said = " ".join(explained(found, FIGURES))
    assert "sharing saves nothing" in said
    assert "one threshold" in said
    assert "That is what is saved" not in said


def test_what_is_paid_once_is_shared() -> None:
    figures = Figures(Decimal(64000), "0.188", True, Decimal(6000), Decimal(1000))
    without, found = made(part()), made(part(), figures)
    saved = without.difference - found.difference
    assert 349_000 < saved < 351_000, "half of £6,000, and half of £1,000 a year"
    assert "less over the term" in verdict(found)
    assert "That is what is saved" in " ".join(explained(found, figures))


def test_both_are_in_the_table_if_there_are_two() -> None:
    two, three = made(part()), made(part("1", "5", bodies=3))
    rows = [row.head for row in each_table(two).rows]
    assert rows == ["You", "The other organisation", "Together"]
    assert [row.head for row in each_table(three).rows] == ["You", "The others together"]


@settings(max_examples=25, deadline=None)
@given(
    st.integers(1, 8),
    st.integers(1, 8),
    st.integers(20_000, 120_000),
    st.integers(0, 9000),
    st.integers(0, 9000),
)
def test_parts_of_the_joint_post_make_its_cost(
    own: int, rest: int, salary: int, once: int, fixed: int
) -> None:
    total = min(own + rest, 10)
    if own >= total:
        return
    figures = Figures(Decimal(salary), "0.2", False, Decimal(once), Decimal(fixed))
    found = made(part(str(Decimal(own) / 2), str(Decimal(total) / 2)), figures)
    whole = sum(sum(lines.values()) for lines in _years(found))
    assert found.pays_jointly + found.joint.total_of(OTHERS) == whole
    share = Fraction(whole * own, total)
    assert abs(found.pays_jointly - share) <= 12, "to a penny for each year and line of the split"


def _years(found: Compared) -> list[Any]:
    return [segment.lines for segment in found.joint.costing.segments]


@pytest.mark.parametrize("missing", ["starts_on", "full_time_hours"])
def test_without_dates_or_hours_it_says_why(missing: str) -> None:
    found = compare(part(**{missing: None}), FIGURES)
    assert isinstance(found, str)
    assert "Dates" in found


def test_no_end_is_two_years() -> None:
    found = made(part(ends_on=None))
    assert len(found.alone.years) == 3


def joined(**changes: Any) -> dict[Section, Any]:
    """The answers of a draft, by section."""
    other = Other(
        facts(WANTED).organisation_id, "Greywater", Fraction(1), "Evidence.", None, None, ("none",)
    )
    lead = facts(WANTED, **{"days_per_week": Decimal(2), "checks": ["none"], **changes})
    return dict(answers_of(Joined(lead, (other,), "Architect")))


def test_no_checks_only_where_nobody_asks_any() -> None:
    assert joined()[Section.CHECKS] == {"checks": ("none",)}
    assert joined(checks=["sc"])[Section.CHECKS] == {"checks": ("sc",)}


def test_pay_and_contract_are_taken_where_they_suit_a_joint_post() -> None:
    assert Section.PAY not in joined()
    assert Section.CONTRACT not in joined()
    pay = joined(pay_from=Decimal(1), pay_to=Decimal(2))[Section.PAY]
    assert pay == {"pay_from": Decimal(1), "pay_to": Decimal(2), "pay_note": None}
    shared = facts(OpportunityKind.SHARED_POST)
    said = dict(answers_of(Joined(shared, (), "Architect")))
    assert said[Section.CONTRACT]["contract_type"] == "fixed_term"
