"""Bad input: every fault at once, each with its path, in words, never a traceback."""

from typing import Any

import pytest

from app.costsharing import engine
from tests.costsharing.inputs import MISSING, case, changed, faults_of, small, three

POST_FAULTS: list[tuple[str, Any, str, str]] = [
    ("/post/contracted_hours", "-3", "/post/contracted_hours", "negative"),
    ("/post/contracted_hours", "0", "/post/contracted_hours", "too_small"),
    ("/post/contracted_hours", "169", "/post/contracted_hours", "too_large"),
    ("/post/contracted_hours", 37, "/post/contracted_hours", "number_not_text"),
    ("/post/contracted_hours", 37.5, "/post/contracted_hours", "number_not_text"),
    ("/post/contracted_hours", float("nan"), "/post/contracted_hours", "number_not_text"),
    ("/post/contracted_hours", "NaN", "/post/contracted_hours", "not_exact"),
    ("/post/contracted_hours", "1e3", "/post/contracted_hours", "not_exact"),
    ("/post/contracted_hours", "٣", "/post/contracted_hours", "not_exact"),
    ("/post/contracted_hours", "37\n", "/post/contracted_hours", "not_exact"),
    ("/post/full_time_hours", "37/0", "/post/full_time_hours", "divided_by_nil"),
    ("/post/full_time_hours", True, "/post/full_time_hours", "text_expected"),
    ("/post/full_time_hours", MISSING, "/post/full_time_hours", "missing"),
    ("/post/weeks_factor", "1.01", "/post/weeks_factor", "too_large"),
    ("/post/levy_rate", "0.5%", "/post/levy_rate", "not_exact"),
    ("/post/levy_rate", MISSING, "/post/levy_rate", "missing"),
    ("/post/salary", [], "/post/salary", "too_few"),
    ("/post/salary", {}, "/post/salary", "list_expected"),
    ("/post/salary/0/annual_fte", "84,000.00", "/post/salary/0/annual_fte", "not_money"),
    ("/post/salary/0/annual_fte", "84000.001", "/post/salary/0/annual_fte", "not_money"),
    ("/post/salary/0/annual_fte", "-1.00", "/post/salary/0/annual_fte", "negative"),
    ("/post/salary/0/annual_fte", 84000.0, "/post/salary/0/annual_fte", "number_not_text"),
    ("/post/salary/0/from", "2026-05-01", "/post/salary", "no_salary_yet"),
    ("/post/salary/0/from", "2026-02-30", "/post/salary/0/from", "no_such_date"),
    ("/post/salary/0/from", "20260401", "/post/salary/0/from", "not_a_date"),
    ("/post/salary/0/source", "x" * 301, "/post/salary/0/source", "too_long"),
    ("/post/salary/0/assumed", "yes", "/post/salary/0/assumed", "not_true_or_false"),
    ("/post/pension/0/rate", "19.5", "/post/pension/0/rate", "too_large"),
    ("/post/pension/0/from", "2026-05-01", "/post/pension", "no_rate_yet"),
    ("/post/ni/basis", "shared", "/post/ni/basis", "not_a_choice"),
    ("/post/ni/basis", "proportional", "/post/ni/whole_employment_annual", "missing"),
    ("/post/ni/whole_employment_annual", "1.00", "/post/ni/whole_employment_annual", "not_used"),
    ("/post/ni/years/0/tax_year", "2026/28", "/post/ni/years/0/tax_year", "wrong_form"),
    ("/post/ni/years/0/tax_year", "2025/26", "/post/ni/years", "ni_year_missing"),
    ("/post/ni/years/0/rate", None, "/post/ni/years/0/rate", "text_expected"),
    ("/post/colour", "red", "/post/colour", "unknown_key"),
    (
        "/post/backdated_awards",
        [
            {
                "effective": "2026-04-01",
                "paid_month": "2027-04",
                "salary": [{"from": "2026-04-01", "annual_fte": "1.00"}],
            }
        ],
        "/post/backdated_awards/0/paid_month",
        "outside_term",
    ),
    (
        "/post/backdated_awards",
        [
            {
                "effective": "2026-04-01",
                "paid_month": "2026-13",
                "salary": [{"from": "2026-05-01", "annual_fte": "1.00"}],
            }
        ],
        "/post/backdated_awards/0/paid_month",
        "wrong_form",
    ),
    ("/post/allowances", [{"name": " ", "annual": "1.00"}], "/post/allowances/0/name", "blank"),
    ("/term/end", "2025-04-01", "/term", "ends_before_start"),
    ("/term/end", "2036-04-01", "/term", "term_too_long"),
    ("/term/end", "9999-12-31", "/term", "term_too_long"),
    ("/term", {"start": "9998-01-01", "end": "9999-12-31"}, "/term/end", "year_out_of_range"),
    ("/term/end", "12026-03-31", "/term/end", "not_a_date"),
    ("/term", MISSING, "/term", "missing"),
    ("/parties/0/host", MISSING, "/parties", "one_host"),
    ("/parties/1/host", True, "/parties", "one_host"),
    ("/parties/1/id", "NOR", "/parties/1/id", "repeated_id"),
    ("/parties/1/id", "eas", "/parties/1/id", "wrong_form"),
    ("/parties/1/name", "East\x07moor", "/parties/1/name", "control_character"),
    ("/parties/1/name", "\ud800", "/parties/1/name", "control_character"),
    ("/parties/1/name", "x" * 201, "/parties/1/name", "too_long"),
    ("/parties/1/vat/share", "reduced", "/parties/1/vat/share", "not_a_choice"),
    ("/parties/1/vat/rate", "20", "/parties/1/vat/rate", "too_large"),
    ("/sharing", [], "/sharing", "too_few"),
    ("/sharing/0/from", "2026-04-02", "/sharing/0/from", "no_sharing_yet"),
    ("/sharing/0/basis", "luck", "/sharing/0/basis", "not_a_choice"),
    ("/sharing/0/basis", "equal", "/sharing/0/weights", "not_used"),
    ("/sharing/0/basis", "percent", "/sharing/0/weights", "not_100"),
    ("/sharing/0/weights", {"NOR": "0", "EAS": "0"}, "/sharing/0/weights", "all_zero"),
    ("/sharing/0/weights/XYZ", "1", "/sharing/0/weights/XYZ", "unknown_party"),
    ("/sharing/0/weights", {}, "/sharing/0/weights", "empty"),
    ("/sharing/0/weights/NOR", 3, "/sharing/0/weights/NOR", "number_not_text"),
    ("/schedule/payment_days", 30, "/schedule/payment_days", "number_not_text"),
    ("/schedule/payment_days", "1000", "/schedule/payment_days", "wrong_form"),
    ("/schedule/frequency", MISSING, "/schedule/frequency", "missing"),
    ("/pay_day", "0", "/pay_day", "wrong_form"),
    ("/pay_day", 28, "/pay_day", "number_not_text"),
]


@pytest.mark.parametrize(("where", "value", "path", "code"), POST_FAULTS)
def test_fault_of_one_field_has_its_own_path_and_word(
    where: str, value: Any, path: str, code: str
) -> None:
    found = faults_of(changed(case("C01"), where, value))
    assert (path, code) in found


MORE_FAULTS: list[tuple[str, Any, str, str]] = [
    ("/post/ni/years/0", {"tax_year": "2026/27"}, "/post/ni/years/0/rate", "missing"),
    ("/post/salary/0", {}, "/post/salary/0/annual_fte", "missing"),
    ("/post/pension/0", {}, "/post/pension/0/rate", "missing"),
    ("/post/ni", {}, "/post/ni/years", "missing"),
    ("/post/backdated_awards", [{}], "/post/backdated_awards/0/paid_month", "missing"),
    ("/post/allowances", [{}], "/post/allowances/0/annual", "missing"),
    ("/parties/1", {}, "/parties/1/id", "missing"),
    ("/sharing/0", {}, "/sharing/0/basis", "missing"),
    ("/sharing/0", {"from": "2026-04-01", "basis": "weighted"}, "/sharing/0/factors", "missing"),
    ("/sharing/0", {"from": "2026-04-01", "basis": "day_rate"}, "/sharing/0/days", "missing"),
    ("/schedule", {}, "/schedule/timing", "missing"),
    ("/schedule", [], "/schedule", "object_expected"),
    ("/term", {}, "/term/start", "missing"),
    ("/other_lines", [{}], "/other_lines/0/kind", "missing"),
    ("/other_lines", [{"name": "A", "kind": "annual", "amount": "1.00", "charge_to": "X"}],
     "/other_lines/0/charge_to", "unknown_party"),
    ("/overhead", {}, "/overhead/base", "missing"),
    ("/overhead", {"rate": "0.1", "base": ["levy", "levy"]}, "/overhead/base/1", "repeated_name"),
    ("/grants", [{}], "/grants/0/eligible", "missing"),
    ("/host_fee", {}, "/host_fee/mode", "missing"),
    ("/host_fee", {"mode": "gift"}, "/host_fee/mode", "not_a_choice"),
    ("/actuals", [{}], "/actuals/0/lines", "missing"),
    ("/actuals", [{"from": "2026-04-01", "lines": 3}], "/actuals/0/lines", "object_expected"),
    ("/actuals", [{"from": "2026-04-01", "lines": {"Gold": "1.00"}}],
     "/actuals/0/lines/Gold", "unknown_line"),
]  # fmt: skip


@pytest.mark.parametrize(("where", "value", "path", "code"), MORE_FAULTS)
def test_hollow_and_wrong_parts_are_named(where: str, value: Any, path: str, code: str) -> None:
    assert (path, code) in faults_of(changed(case("C01"), where, value))


def test_whole_pay_by_date_is_checked() -> None:
    inputs = case("C14")
    where = "/post/ni/whole_employment_annual"
    late = changed(inputs, where, [{"from": "2026-12-01", "annual": "52400.00"}])
    assert faults_of(late) == [(where, "no_rate_yet")]
    tiny = changed(inputs, where, [{"from": "2026-04-01", "annual": "0.05"}, {}])
    assert (f"{where}/0/annual", "too_small") in faults_of(tiny)
    assert (f"{where}/1/from", "missing") in faults_of(tiny)
    assert faults_of(changed(inputs, where, "0.00")) == [(where, "too_small")]
    good = [{"from": "2026-04-01", "annual": "52400.00"}, {"from": "2026-12-01", "annual": "1.00"}]
    assert faults_of(changed(inputs, where, good)) == []


def test_equal_sharing_names_each_party_once() -> None:
    def sharing(parties: list[Any]) -> dict[str, Any]:
        return small(sharing=[{"from": "2026-04-01", "basis": "equal", "parties": parties}])

    assert faults_of(sharing(["NOR", "EAS"])) == []
    found = faults_of(sharing(["NOR", "NOR", 3, "XYZ"]))
    assert found == [
        ("/sharing/0/parties/1", "repeated_id"),
        ("/sharing/0/parties/2", "text_expected"),
        ("/sharing/0/parties/3", "unknown_party"),
    ]


def test_factors_need_somebody_with_a_part() -> None:
    factor = {"name": "Calls", "weight": "1", "values": {"NOR": "0", "EAS": "0"}}
    sharing = [{"from": "2026-04-01", "basis": "weighted", "factors": [factor]}]
    assert faults_of(small(sharing=sharing)) == [("/sharing/0/factors/0/values", "all_zero")]
    factor["values"] = {"NOR": "1", "EAS": "0"}
    factor["weight"] = "0"
    assert faults_of(small(sharing=sharing)) == [("/sharing/0/factors", "all_zero")]


def test_annual_method_takes_no_backdated_awards() -> None:
    inputs = {**case("C05"), "method": "annual"}
    assert faults_of(inputs) == [("/post/backdated_awards", "not_with_annual")]


FUNDING_FAULTS: list[tuple[dict[str, Any], str, str]] = [
    ({"other_lines": [{"name": "levy", "kind": "total", "amount": "1.00"}]},
     "/other_lines/0/name", "reserved_name"),
    ({"other_lines": [{"name": "A", "kind": "total", "amount": "1.00"}] * 2},
     "/other_lines/1/name", "repeated_name"),
    ({"other_lines": [{"name": "A", "kind": "one_off", "amount": "1.00"}]},
     "/other_lines/0/date", "missing"),
    ({"other_lines": [{"name": "A", "kind": "one_off", "amount": "1.00", "date": "2027-04-01"}]},
     "/other_lines/0/date", "outside_term"),
    ({"other_lines": [{"name": "A", "kind": "total", "amount": "1.00", "date": "2026-04-01"}]},
     "/other_lines/0/date", "not_used"),
    ({"method": "annual"}, "/other_lines/0/kind", "not_with_annual"),
    ({"overhead": {"rate": "0.1", "base": ["Travel"]}}, "/overhead/base/0", "unknown_line"),
    ({"overhead": {"rate": "0.1", "base": "some"}}, "/overhead/base", "not_a_choice"),
    ({"grants": [{"name": "G", "amount": "1.00", "eligible": ["overhead"]}]},
     "/grants/0/eligible/0", "unknown_line"),
    ({"grants": [{"name": "G", "amount": "1.00", "eligible": "all"}] * 2},
     "/grants/1/name", "repeated_name"),
    ({"host_fee": {"mode": "percent_of_share", "amount": "1.00"}}, "/host_fee/rate", "missing"),
    ({"host_fee": {"mode": "percent_of_share", "amount": "1.00"}}, "/host_fee/amount", "not_used"),
    ({"host_fee": {"mode": "fixed_annual", "rate": "0.1"}}, "/host_fee/amount", "missing"),
    ({"fixed_contributions": {"EAS": "1000.01"}}, "/fixed_contributions", "fixed_above_cost"),
    ({"minimums": {"EAS": "600.00", "NOR": "600.00"}}, "/minimums", "minimums_above_cost"),
    ({"minimums": {"EAS": "2.00"}, "caps": {"EAS": "1.99"}}, "", "minimum_above_cap"),
    ({"in_kind": {"EAS": "2.00"}, "caps": {"EAS": "1.99"}}, "", "in_kind_combined"),
    ({"caps": {"WES": "1.00"}}, "/caps/WES", "unknown_party"),
    ({"caps": {}}, "/caps", "empty"),
    ({"actuals": [{"from": "2026-05-01", "lines": {}}]}, "/actuals/0/from", "no_such_segment"),
    ({"actuals": [{"from": "2026-04-01", "lines": {"levy": "1.00"}}]},
     "/actuals/0/lines/levy", "unknown_line"),
    ({"actuals": [{"from": "2026-04-01", "lines": {"Service": 1}}]},
     "/actuals/0/lines/Service", "number_not_text"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "path", "code"), FUNDING_FAULTS)
def test_fault_of_funding_has_its_own_path_and_word(
    changes: dict[str, Any], path: str, code: str
) -> None:
    assert (path, code) in faults_of(small(**changes))


def test_sharing_that_does_not_fit_the_term_is_refused() -> None:
    first = small()["sharing"][0]
    same_day = small(sharing=[first, first])
    assert faults_of(same_day) == [("/sharing/1/from", "same_date")]
    late = small(sharing=[first, {**first, "from": "2027-04-01"}])
    assert faults_of(late) == [("/sharing/1/from", "outside_term")]
    backwards = small(
        sharing=[first, {**first, "from": "2026-12-01"}, {**first, "from": "2026-11-01"}]
    )
    assert faults_of(backwards) == [("/sharing/2/from", "out_of_order")]


def test_percentages_say_by_how_much_they_miss() -> None:
    thirds = {"NOR": "33.33", "EAS": "33.33", "HAR": "33.33"}
    sharing = [{"from": "2026-04-01", "basis": "percent", "weights": thirds}]
    with pytest.raises(engine.InputFaults, match=r"0\.01 short of 100"):
        engine.parse_inputs(three(sharing=sharing))


def test_day_rate_stands_alone_and_within_a_year() -> None:
    sharing = [
        {"from": "2026-04-01", "basis": "day_rate", "days": {"EAS": "10"}, "chargeable_days": "220"}
    ]
    assert faults_of(small(sharing=sharing)) == []
    assert faults_of(small(sharing=sharing, caps={"EAS": "1.00"})) == [("", "day_rate_combined")]
    longer = small(sharing=sharing, term={"start": "2026-04-01", "end": "2027-04-01"})
    assert faults_of(longer) == [("/sharing/0", "crosses_year")]


def test_actuals_cover_whole_years_from_the_first() -> None:
    term = {"start": "2026-04-01", "end": "2028-03-31"}
    second_only = small(term=term, actuals=[{"from": "2027-04-01", "lines": {}}])
    assert faults_of(second_only) == [("/actuals", "segment_missing")]
    first_only = small(term=term, actuals=[{"from": "2026-04-01", "lines": {"Service": "1.00"}}])
    assert faults_of(first_only) == []


def test_line_charged_to_a_party_needs_it_throughout() -> None:
    line = {"name": "Laptop", "kind": "total", "amount": "1.00", "charge_to": "HAR"}
    alone = three(other_lines=[line])
    assert faults_of(alone) == []
    leaver = {"from": "2026-10-01", "basis": "weights", "weights": {"NOR": "1", "EAS": "1"}}
    alone["sharing"].append(leaver)
    assert faults_of(alone) == [("/other_lines/0/charge_to", "not_a_party_throughout")]
    host = three(other_lines=[{**line, "charge_to": "NOR"}])
    host["sharing"][0]["weights"] = {"EAS": "1"}
    assert faults_of(host) == []


def test_every_fault_comes_at_once() -> None:
    inputs = changed(case("C01"), "/post/contracted_hours", "-1")
    inputs = changed(inputs, "/sharing/0/weights", {"NOR": "0", "EAS": "0"})
    inputs["parties"][1]["vat"]["rate"] = "7"
    inputs["surprise"] = True
    assert {path for path, _ in faults_of(inputs)} == {
        "/post/contracted_hours",
        "/sharing/0/weights",
        "/parties/1/vat/rate",
        "/surprise",
    }


def test_names_of_other_kinds_are_refused_not_looked_up() -> None:
    for charge_to in (["EAS"], {"EAS": 1}, None, True):
        line = {"name": "A", "kind": "annual", "amount": "1.00", "charge_to": charge_to}
        assert faults_of(small(other_lines=[line])) == [
            ("/other_lines/0/charge_to", "unknown_party")
        ]


def test_two_spellings_of_a_line_lose_no_money() -> None:
    lines = [{"name": "Caf\u00e9", "kind": "total", "amount": "1.00"}]
    spelt = {"Caf\u00e9": "1.00", "Cafe\u0301": "2.00"}
    inputs = small(other_lines=lines, actuals=[{"from": "2026-04-01", "lines": spelt}])
    assert [code for _, code in faults_of(inputs)] == ["repeated_key"]


HIDDEN_ONCE: list[tuple[list[tuple[str, Any]], set[str]]] = [
    ([("/post/levy_rate", "2"), ("/overhead", {"rate": "0.1", "base": ["Gold"]})],
     {"/post/levy_rate", "/overhead/base/0"}),
    ([("/sharing/0/x", 1), ("/actuals", [{"from": "2026-04-01", "lines": {"Gold": "1.00"}}])],
     {"/sharing/0/x", "/actuals/0/lines/Gold"}),
    ([("/actuals", [{"from": "2026-05-01", "lines": {"basic": 1}}])],
     {"/actuals/0/from", "/actuals/0/lines/basic"}),
    ([("/sharing/0/x", 1), ("/sharing/0/from", "2026-05-01")],
     {"/sharing/0/x", "/sharing/0/from"}),
    ([("/sharing/0/weights", {"NOR": "0", "EAS": "0"}), ("/sharing/0/from", "2026-05-01")],
     {"/sharing/0/weights", "/sharing/0/from"}),
    ([("/parties/0/host", False), ("/parties/1/name", "")], {"/parties", "/parties/1/name"}),
    ([("/post/salary/0", {"from": "2026-05-01", "annual_fte": 1})],
     {"/post/salary", "/post/salary/0/annual_fte"}),
    ([("/sharing/0/basis", "luck"), ("/sharing/0/weights", {"XYZ": "1", "NOR": 1})],
     {"/sharing/0/basis", "/sharing/0/weights/XYZ", "/sharing/0/weights/NOR"}),
    ([("/sharing/0", {"from": "2026-04-01", "basis": "luck", "parties": ["XYZ"],
                      "factors": [{}], "chargeable_days": "0"})],
     {"/sharing/0/basis", "/sharing/0/parties/0", "/sharing/0/factors/0/name",
      "/sharing/0/factors/0/weight", "/sharing/0/factors/0/values", "/sharing/0/chargeable_days"}),
    ([("/parties", []), ("/other_lines", [{"name": "A", "kind": "one_off", "amount": "1.00",
                                           "date": "2030-01-01"}])],
     {"/parties", "/other_lines/0/date"}),
]  # fmt: skip


@pytest.mark.parametrize(("edits", "paths"), HIDDEN_ONCE)
def test_one_fault_hides_no_other(edits: list[tuple[str, Any]], paths: set[str]) -> None:
    inputs = case("C01")
    for where, value in edits:
        inputs = changed(inputs, where, value)
    assert {path for path, _ in faults_of(inputs)} == paths


@pytest.mark.parametrize("parties", [MISSING, [], {}, "NOR"])
def test_missing_parties_are_not_blamed_on_those_who_name_them(parties: Any) -> None:
    found = faults_of(changed(case("C01"), "/parties", parties))
    assert {path for path, _ in found} == {"/parties"}


def test_an_id_in_the_wrong_form_is_one_fault() -> None:
    inputs = changed(case("C01"), "/parties/1/id", "eas")
    inputs["sharing"][0]["weights"] = {"NOR": "3", "eas": "2"}
    assert faults_of(inputs) == [("/parties/1/id", "wrong_form")]
    without = changed(case("C01"), "/parties/1/id", MISSING)
    assert faults_of(without) == [("/parties/1/id", "missing")]


def test_actual_costs_do_not_repeat_what_the_estimate_said() -> None:
    inputs = small(actuals=[{"from": "2026-04-01", "lines": {"Service": "5.00"}}])
    inputs["sharing"][0]["weights"] = {"NOR": "0", "EAS": "0"}
    assert faults_of(inputs) == [("/sharing/0/weights", "all_zero")]
    fixed = small(
        actuals=[{"from": "2026-04-01", "lines": {"Service": "5.00"}}],
        fixed_contributions={"EAS": "10.00"},
    )
    assert faults_of(fixed) == [("/actuals/0", "fixed_above_cost")]


def test_what_no_rule_forbids_is_taken() -> None:
    inputs = case("C01")
    inputs["post"]["salary"][0].update(until="2019-12-31", source="Pay policy\n2026")
    inputs["post"]["pension"][0]["source"] = ""
    inputs["fixed_contributions"] = {"EAS": "-0.00"}
    inputs["other_lines"] = [
        {"name": f"Visit {number}", "kind": "one_off", "amount": "1.00", "date": "2026-05-01"}
        for number in range(120)
    ]
    assert faults_of(inputs) == []
