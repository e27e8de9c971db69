"""Each rule on a small case whose figures can be worked out in the head."""

from datetime import date
from typing import Any

import pytest

from app.costsharing import engine
from app.costsharing.engine.views import fees_by_year
from tests.costsharing.inputs import case, small, three

HALVES = {"NOR": "1", "EAS": "1"}


def result(inputs: dict[str, Any]) -> dict[str, Any]:
    """The JSON of a costing."""
    return engine.to_json(engine.cost(engine.parse_inputs(inputs)))


def shares(inputs: dict[str, Any], segment: int = 0) -> dict[str, str]:
    """Shares of a segment."""
    return dict(result(inputs)["segments"][segment]["shares"])


def codes(inputs: dict[str, Any]) -> set[tuple[str, str | None]]:
    """Codes of flags with the party they are about, VAT left aside."""
    return {
        (flag["code"], flag.get("party"))
        for flag in result(inputs)["flags"]
        if flag["code"] != "vat_undecided"
    }


def test_spare_pennies_go_to_those_listed_first() -> None:
    assert shares(three("1000.01")) == {"NOR": "333.34", "EAS": "333.34", "HAR": "333.33"}


def test_fixed_sum_comes_first_and_the_rest_goes_by_weights() -> None:
    inputs = three("1000.00", fixed_contributions={"HAR": "400.00"})
    assert shares(inputs) == {"NOR": "200.00", "EAS": "200.00", "HAR": "600.00"}


def test_minimum_holds_a_party_and_the_others_share_the_rest() -> None:
    inputs = three("900.00", minimums={"HAR": "500.00"})
    assert shares(inputs) == {"NOR": "200.00", "EAS": "200.00", "HAR": "500.00"}
    assert codes(inputs) == {("minimum_applies", "HAR")}


def test_cap_sends_the_excess_to_the_others_or_to_the_host() -> None:
    inputs = three("900.00", caps={"HAR": "100.00"})
    assert shares(inputs) == {"NOR": "400.00", "EAS": "400.00", "HAR": "100.00"}
    inputs["cap_overflow"] = "host"
    assert shares(inputs) == {"NOR": "500.00", "EAS": "300.00", "HAR": "100.00"}
    assert codes(inputs) == {("cap_applies", "HAR"), ("host_underwrites", "NOR")}


def test_host_bears_the_rest_when_everyone_is_capped() -> None:
    caps = {"NOR": "100.00", "EAS": "100.00", "HAR": "100.00"}
    inputs = three("900.00", caps=caps)
    assert shares(inputs) == {"NOR": "700.00", "EAS": "100.00", "HAR": "100.00"}
    assert ("host_underwrites", "NOR") in codes(inputs)


def test_cap_is_used_up_over_the_segments_of_a_year() -> None:
    later = {"from": "2026-10-01", "basis": "weights", "weights": HALVES}
    inputs = small("1000.00", caps={"EAS": "300.00"})
    inputs["sharing"] = [{**later, "from": "2026-04-01"}, later]
    inputs["term"]["end"] = "2027-03-31"
    first, second = shares(inputs, 0), shares(inputs, 1)
    assert first["EAS"] == "250.68"
    assert second["EAS"] == "49.32"


def test_fixed_sum_above_its_cap_is_paid_and_flagged() -> None:
    inputs = three("900.00", fixed_contributions={"HAR": "500.00"}, caps={"HAR": "100.00"})
    assert shares(inputs)["HAR"] == "500.00"
    assert ("cap_applies", "HAR") in codes(inputs)


def test_in_kind_is_shared_with_the_cost_and_taken_off_its_giver() -> None:
    inputs = three("900.00", in_kind={"HAR": "300.00"})
    assert shares(inputs) == {"NOR": "400.00", "EAS": "400.00", "HAR": "100.00"}
    inputs["in_kind"] = {"HAR": "3000.00"}
    assert shares(inputs) == {"NOR": "450.00", "EAS": "450.00", "HAR": "0.00"}
    assert codes(inputs) == {("in_kind_exceeds_share", "HAR")}


def test_in_kind_with_a_credit_leaves_it_to_the_host() -> None:
    inputs = three("900.00", in_kind={"HAR": "10.00"})
    inputs["actuals"] = [{"from": "2026-04-01", "lines": {"Service": "-90.00"}}]
    actual = result(inputs)["actual_segments"][0]["shares"]
    assert actual == {"NOR": "-90.00", "EAS": "0.00", "HAR": "0.00"}


def test_day_rate_is_rounded_once_and_the_host_keeps_the_difference() -> None:
    sharing = [
        {
            "from": "2026-04-01",
            "basis": "day_rate",
            "days": {"EAS": "10.5", "NOR": "99"},
            "chargeable_days": "3",
        }
    ]
    # 100.00 / 3 is 33.33 a day; the host bears less than nothing when more is bought.
    assert shares(small("100.00", sharing=sharing)) == {"NOR": "-249.97", "EAS": "349.97"}
    rate = small("1000.00", sharing=[{**sharing[0], "chargeable_days": "220"}])
    assert shares(rate) == {"NOR": "952.22", "EAS": "47.78"}


def test_grants_pay_in_order_and_never_the_same_cost_twice() -> None:
    grants = [
        {"name": "First", "amount": "9000.00", "eligible": ["Service"], "rate": "0.5"},
        {"name": "Second", "amount": "9000.00", "eligible": "all"},
    ]
    found = result(small("1000.00", grants=grants))["segments"][0]
    assert found["grants"] == {"First": "500.00", "Second": "500.00"}
    assert found["shared_pool"] == "0.00"


def test_line_charged_to_one_party_stays_outside_the_pool() -> None:
    lines = [
        {"name": "Service", "kind": "total", "amount": "1000.00"},
        {"name": "Laptop", "kind": "one_off", "amount": "90.00", "date": "2026-05-01",
         "charge_to": "EAS"},
    ]  # fmt: skip
    overhead = {"rate": "0.1", "base": "all"}
    found = result(small(other_lines=lines, overhead=overhead))
    segment = found["segments"][0]
    assert found["lines"]["overhead"] == "100.00"
    assert segment["direct_charges"] == {"EAS": "90.00"}
    assert segment["shares"] == {"NOR": "660.00", "EAS": "530.00"}


def test_host_fee_is_on_partners_alone() -> None:
    inputs = small("1000.00", host_fee={"mode": "fixed_annual", "amount": "73.00"})
    inputs["term"] = {"start": "2026-04-01", "end": "2026-04-10"}
    found = result(inputs)
    assert found["segments"][0]["host_fees"] == {"EAS": "2.00"}
    assert found["parties"]["NOR"]["host_fee_received"] == "2.00"
    costing = engine.cost(engine.parse_inputs(inputs))
    assert fees_by_year(costing) == {"EAS": {2026: 200}}


def test_host_that_an_entry_does_not_name_bears_only_what_caps_leave() -> None:
    inputs = small("1000.00", caps={"EAS": "700.00"}, fixed_contributions={"NOR": "50.00"})
    inputs["sharing"][0]["weights"] = {"EAS": "1"}
    assert shares(inputs) == {"NOR": "300.00", "EAS": "700.00"}


def test_working_days_count_weekdays_only() -> None:
    inputs = {**case("C01"), "apportionment": "working"}
    inputs["term"] = {"start": "2026-05-30", "end": "2026-06-30"}
    inputs["sharing"][0]["from"] = "2026-05-30"
    months = result(inputs)["months"]
    # 30 and 31 May 2026 are a weekend: no pay is earned on them.
    assert [month["basic"] for month in months] == ["0.00", "7000.00"]


def test_pay_day_decides_the_tax_year() -> None:
    inputs = case("C03")
    inputs["pay_day"] = "5"
    inputs["term"] = {"start": "2025-04-01", "end": "2025-05-31"}
    inputs["sharing"][0]["from"] = "2025-04-01"
    april, may = result(inputs)["months"]
    assert april["employer_ni"] == "426.70"  # (3850.00 - 758.00) x 13.8%, paid on 5 April
    assert may["employer_ni"] == "514.95"  # (3850.00 - 417.00) x 15%


def test_allowances_scale_by_fte_never_by_weeks() -> None:
    inputs = case("C01")
    inputs["post"]["contracted_hours"] = "18.5"
    inputs["post"]["weeks_factor"] = "0.9"
    inputs["post"]["allowances"] = [
        {"name": "Market supplement", "annual": "1200.00", "fte_scaled": True},
        {"name": "Phone", "annual": "120.00", "pensionable": False},
    ]
    month = result(inputs)["months"][0]
    assert (month["basic"], month["allowances"]) == ("3150.00", "60.00")
    assert month["pension"] == "624.00"  # 19.5% of 3150.00 and 50.00


def award(paid: str, salary: str, effective: str = "2026-04-01") -> dict[str, Any]:
    """A backdated award of one salary."""
    return {
        "effective": effective,
        "paid_month": paid,
        "salary": [{"from": effective, "annual_fte": salary}],
    }


def test_a_leaver_bears_the_arrears_of_its_own_months() -> None:
    inputs = case("C05")
    later = {"from": "2026-08-01", "basis": "weights", "weights": {"NOR": "1"}}
    inputs["sharing"].append(later)
    with_award = result(inputs)["parties"]["HAR"]["share"]
    del inputs["post"]["backdated_awards"]
    without = result(inputs)["parties"]["HAR"]["share"]
    # Four months of 128.00 and their 15% and 19.5%, and 0.5% levy, of which two in five.
    assert round(float(with_award) - float(without), 2) == 276.48


def test_two_awards_in_one_month_are_paid_together() -> None:
    inputs = case("C05")
    inputs["post"]["backdated_awards"] = [
        award("2026-11", "49200.00"),
        award("2026-11", "50400.00", "2026-10-01"),
    ]
    payments = result(inputs)["arrears"]
    assert len(payments) == 1
    assert payments[0]["earned"]["2026-09"] == "100.00"
    assert payments[0]["earned"]["2026-10"] == "200.00"


@pytest.mark.parametrize("salary", ["47000.00", "48000.00"])
def test_an_award_may_lower_pay_or_change_nothing(salary: str) -> None:
    inputs = case("C05")
    inputs["post"]["backdated_awards"] = [award("2026-11", salary)]
    found = result(inputs)
    if salary == "48000.00":
        assert "arrears" not in found
    else:
        assert found["arrears"][0]["basic"] == "-583.31"


def test_award_that_cancels_itself_still_adds_up() -> None:
    inputs = case("C05")
    inputs["post"]["backdated_awards"] = [
        {
            "effective": "2026-04-01",
            "paid_month": "2026-06",
            "salary": [
                {"from": "2026-04-01", "annual_fte": "49200.00"},
                {"from": "2026-05-01", "annual_fte": "46800.00"},
            ],
        }
    ]
    found = result(inputs)
    assert found["arrears"][0]["basic"] == "0.00"
    assert found["arrears"][0]["earned"] == {"2026-04": "100.00", "2026-05": "-100.00"}


def test_marginal_pay_bears_the_rate_from_the_first_pound() -> None:
    inputs = case("C01")
    inputs["post"]["ni"]["basis"] = "marginal"
    assert result(inputs)["months"][0]["employer_ni"] == "1050.00"


def annual(**changes: Any) -> dict[str, Any]:
    """C01 by the annual method for half a year."""
    inputs = {**case("C01"), "method": "annual", **changes}
    inputs["term"] = {"start": "2026-04-01", "end": "2026-09-30"}
    return inputs


def test_annual_method_cuts_whole_year_lines_by_days() -> None:
    found = result(annual())
    assert "months" not in found
    # (84000.00 - 5000.00) x 15% = 11850.00; 183 of 365 days.
    assert found["lines"]["employer_ni"] == "5941.23"
    assert found["lines"]["basic"] == "42115.07"


def test_annual_method_knows_the_other_national_insurance_bases() -> None:
    inputs = annual()
    inputs["post"]["ni"]["basis"] = "marginal"
    assert result(inputs)["lines"]["employer_ni"] == "6317.26"
    inputs["post"]["ni"] = {
        **inputs["post"]["ni"],
        "basis": "proportional",
        "whole_employment_annual": "100000.00",
    }
    # (100000 - 5000) x 15% x 84000 / 100000 = 11970.00
    assert result(inputs)["lines"]["employer_ni"] == "6001.40"


def test_annual_method_flags_a_rate_that_ends_within_the_year() -> None:
    inputs = annual()
    inputs["post"]["salary"][0].update(until="2026-06-30", assumed=True)
    assert codes(inputs) == {("rate_past_end", None), ("rate_assumed", None)}


def test_annual_method_shares_by_month_go_by_days() -> None:
    inputs = annual()
    inputs["other_lines"] = [
        {"name": "Laptop", "kind": "one_off", "amount": "90.00", "date": "2026-05-01"}
    ]
    costing = engine.cost(engine.parse_inputs(inputs))
    by_month = engine.shares_by_month(costing)
    assert sum(by_month["EAS"].values()) == costing.parties[1].share
    assert by_month["EAS"]["2026-05"] > by_month["EAS"]["2026-04"]


def test_invoices_follow_the_time_of_a_partner() -> None:
    inputs = three("1200.00", schedule={"frequency": "quarterly", "timing": "advance"})
    inputs["sharing"].append({"from": "2026-05-15", "basis": "weights", "weights": HALVES})
    rows = [row for row in result(inputs)["invoices"] if row["party"] == "HAR"]
    assert [(row["number"], row["from"], row["to"], row["issue_date"]) for row in rows] == [
        (1, "2026-04-01", "2026-05-14", "2026-04-01")
    ]
    assert ("equal_part_period", None) in codes(inputs)


def test_no_invoice_for_nothing_and_numbers_without_gaps() -> None:
    lines = [{"name": "Visit", "kind": "one_off", "amount": "0.02", "date": "2026-12-24"}]
    inputs = small(other_lines=lines, schedule={"frequency": "monthly", "timing": "arrears"})
    inputs["sharing"][0]["weights"] = HALVES
    rows = result(inputs)["invoices"]
    assert [(row["number"], row["net"]) for row in rows] == [(1, "0.01")]


def test_vat_goes_by_component_and_once_per_invoice() -> None:
    inputs = small("1000.01", host_fee={"mode": "percent_of_share", "rate": "0.1"})
    inputs["parties"][1]["vat"] = {
        "share": "exempt", "fee": "standard", "rate": "0.175", "recoverable": "1/3"
    }  # fmt: skip
    total = result(inputs)["parties"]["EAS"]
    assert (total["share"], total["host_fee"]) == ("400.00", "40.00")
    assert (total["vat"], total["vat_not_recovered"]) == ("7.00", "4.67")
    assert total["cost_to_party"] == "444.67"


def test_vat_without_a_treatment_of_the_share_is_undecided() -> None:
    inputs = small("1000.00", host_fee={"mode": "percent_of_share", "rate": "0.1"})
    inputs["parties"][1]["vat"] = {"fee": "standard"}
    found = result(inputs)
    assert found["parties"]["EAS"]["vat"] == "0.00"
    assert [flag["code"] for flag in found["flags"]] == ["vat_undecided"]


def test_true_up_with_vat_alone_is_still_settled() -> None:
    inputs = small("1000.00", host_fee={"mode": "percent_of_share", "rate": "0"})
    inputs["parties"][1]["vat"] = {"share": "standard"}
    inputs["actuals"] = [{"from": "2026-04-01", "lines": {"Service": "1250.00"}}]
    row = result(inputs)["true_up"][0]
    assert (row["document"], row["net"], row["vat"], row["gross"]) == (
        "invoice", "100.00", "20.00", "120.00"
    )  # fmt: skip


def test_long_dates_and_labels_read_as_people_write_them() -> None:
    text = engine.as_text(engine.explain(engine.cost(engine.parse_inputs(case("C14")))))
    assert "1 September 2026 to 31 March 2027" in text
    assert "14.8 / 37 hours = 0.4" in text
    assert "NI on £4,366.67 x £1,746.67 / £4,366.67" in text


def test_stated_weights_are_shown_exactly_where_short() -> None:
    inputs = small("100.00")
    inputs["sharing"][0]["weights"] = {"EAS": "22.2/37"}
    costing = engine.cost(engine.parse_inputs(inputs))
    text = engine.as_text(engine.explain(costing))
    assert "0.6 (exactly 3/5)" in text
    assert "not named" in text
    assert costing.segments[0].start == date(2026, 4, 1)


def test_order_of_caps_does_not_change_the_order_of_flags() -> None:
    fixed = {"EAS": "200.00", "HAR": "200.00"}
    one = three("900.00", fixed_contributions=fixed, caps={"EAS": "100.00", "HAR": "100.00"})
    other = three("900.00", fixed_contributions=fixed, caps={"HAR": "100.00", "EAS": "100.00"})
    for inputs in (one, other):
        inputs["sharing"][0]["weights"] = {"NOR": "1", "EAS": "0", "HAR": "0"}
    assert result(one) == result(other)
