"""What if: another way of sharing, another award, side by side with the calculation."""

from fractions import Fraction

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.costsharing import engine
from app.costsharing.scenarios import Scenario, vary
from tests.costsharing.inputs import case, three
from tests.costsharing.made import begin
from tests.pages import PageClient, parse, words

SAME = "basis=keep"


async def ask(client: PageClient, base: str, query: str) -> tuple[int, str]:
    """Send the form of the comparison; give the status and the words of the page."""
    answer = await client.get(f"{base}/result/compare?{query}")
    return answer.status_code, words(parse(answer.text))


async def test_equal_shares_are_compared_by_body_and_year(
    client: PageClient, db: AsyncSession
) -> None:
    base = await begin(db, case("C01"))
    status, text = await ask(client, base, "basis=equal")
    assert status == 200
    assert "Northshire Council £67,589.64 £56,324.70 -£11,264.94" in text
    assert "Eastmoor District Council £45,059.76 £56,324.70 +£11,264.94" in text


async def test_a_pay_award_raises_the_cost_from_its_day(
    client: PageClient, db: AsyncSession
) -> None:
    base = await begin(db, case("C01"))
    status, text = await ask(
        client,
        base,
        "basis=keep&award=3.5&award_from-day=1&award_from-month=4&award_from-year=2026",
    )
    assert status == 200
    assert "Basic pay £84,000.00 £86,940.00 +£2,940.00" in text


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (SAME, "Select another way of sharing, or enter a pay award"),
        ("basis=", "Select how the cost is shared"),
        ("basis=nonsense", "Select how the cost is shared"),
        ("basis=days", "Enter a number for at least one organisation"),
        ("basis=days&weights-NOR=x", "The number for Northshire Council must be a number"),
        ("basis=percent&weights-NOR=33&weights-EAS=33", "100"),
        (f"{SAME}&award=3", "Enter the day from which the award applies"),
        (f"{SAME}&award=abc", "Pay award must be a number, like 3.5"),
        (f"{SAME}&award=60&award_from-day=1&award_from-month=4&award_from-year=2026", "50 or less"),
    ],
)
async def test_every_mistake_has_its_answer_beside_the_field(
    client: PageClient, db: AsyncSession, query: str, message: str
) -> None:
    base = await begin(db, case("C01"))
    status, text = await ask(client, base, query)
    assert status == 422
    assert "There is a problem" in text
    assert text.count(message) >= 2, "in the summary and beside the field"
    assert text.startswith("Error: ")


def test_vary_leaves_the_original_alone_and_keeps_the_bodies_of_each_period() -> None:
    inputs = case("C08")
    before = engine.inputs_sha256(inputs)
    varied = vary(inputs, Scenario(basis="equal"))
    assert engine.inputs_sha256(inputs) == before
    for old, new in zip(inputs["sharing"], varied["sharing"], strict=True):
        assert new["basis"] == "equal"
        assert list(new["parties"]) == list(old["weights"])


@pytest.mark.parametrize("number", range(1, 16))
def test_every_case_can_be_shared_equally_or_with_an_award(number: int) -> None:
    inputs = case(f"C{number:02d}")
    start = engine.parse_inputs(inputs).start
    scenario = Scenario(basis="equal", award=Fraction(2, 100), award_from=start)
    if inputs.get("actuals"):
        del inputs["actuals"]
    costing = engine.cost(engine.parse_inputs(vary(inputs, scenario)))
    assert sum(total.share for total in costing.parties) <= costing.total


def test_an_award_part_way_starts_a_salary_of_its_own() -> None:
    inputs = case("C01")
    start = engine.parse_inputs(inputs).start.replace(month=10)
    varied = vary(inputs, Scenario(award=Fraction(1, 3), award_from=start))
    assert [(p["from"], p["annual_fte"]) for p in varied["post"]["salary"]] == [
        ("2020-04-01", "84000.00"),
        ("2026-10-01", "112000.00"),
    ]
    assert varied["post"]["salary"][1]["assumed"] is True


def test_a_day_rate_shared_another_way_includes_the_host() -> None:
    inputs = case("C01")
    inputs["sharing"] = [
        {
            "from": "2026-04-01",
            "basis": "day_rate",
            "days": {"EAS": "80"},
            "chargeable_days": "220",
        }
    ]
    varied = vary(inputs, Scenario(basis="days", weights={"NOR": "3", "EAS": "2"}))
    assert varied["sharing"][0]["weights"] == {"NOR": "3", "EAS": "2"}
    costing = engine.cost(engine.parse_inputs(varied))
    assert [total.share for total in costing.parties] == [6758964, 4505976]


def test_percentages_hold_as_a_ratio_where_a_body_is_away() -> None:
    inputs = three("1000.00")
    inputs["sharing"].append(
        {"from": "2026-10-01", "basis": "weights", "weights": {"NOR": "1", "EAS": "1"}}
    )
    varied = vary(
        inputs,
        Scenario(basis="percent", weights={"NOR": "50", "EAS": "30", "HAR": "20"}),
    )
    assert [entry["basis"] for entry in varied["sharing"]] == ["percent", "weights"]
    engine.cost(engine.parse_inputs(varied))
