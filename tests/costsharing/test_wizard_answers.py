"""From answers to inputs and back, and which page a fault belongs to."""

import copy
import random
from datetime import date
from typing import Any

import pytest

from app.core.fields import list_of, map_of
from app.costsharing import engine, rates
from app.costsharing.agreement import agreement_faults
from app.costsharing.engine import Fault
from app.costsharing.example import EXAMPLE_TITLE, example_inputs
from app.costsharing.steps.agreement_build import build_agreement
from app.costsharing.steps.build import build_inputs, with_built
from app.costsharing.steps.check import first_open, located, problems
from app.costsharing.steps.load import answers_from_inputs
from app.costsharing.steps.prefill import first_tax_year, missing_years, ni_years, pension
from app.costsharing.steps.preview import preview_of
from app.costsharing.steps.registry import find_step, steps_for
from app.costsharing.steps.step import Facts, party_ids
from app.costsharing.steps.summary import groups
from tests.costsharing.generate import random_inputs
from tests.costsharing.inputs import CASES, case
from tests.costsharing.made import large

AGREEMENT: dict[str, Any] = {
    "version": "draft 2",
    "version_date": "2026-03-02",
    "draft": True,
    "jurisdiction": "england_and_wales",
    "legal_power": {"code": "lga1972_s113", "text": "As resolved by each cabinet."},
    "decisions": [{"party": "NOR", "body": "Cabinet", "on": "2026-02-10", "minute": "14"}],
    "employer": {"kind": "joint", "text": "By a joint contract."},
    "post": {"title": "CISO", "grade": "P5", "duties": "Line one\nLine two"},
    "parties": {
        "EAS": {
            "kind": "local_authority",
            "address": ["1 Moor Road", "Eastmoor"],
            "contact": {"name": "Service desk", "email": "desk@eastmoor.example"},
            "purchase_order": {"number": "PO-7", "value": "45000.00", "valid_to": "2027-03-31"},
            "signatories": [{"name": "A Signer", "role": "Director"}, {"name": "B Signer"}],
            "vat": {
                "reason": "Not in competition",
                "decided_by": "VAT accountant",
                "decided_on": "2026-02-01",
                "questions": {"named_employer": "no", "directed_by": "both"},
            },
        }
    },
    "uplifts": {"automatic": ["national_award", "pension"], "notice_days": "28"},
    "exit_rules": {
        "notice_pay": {"rule": "by_shares"},
        "enhanced_redundancy": {"rule": "capped_by_policy", "text": "The county policy."},
        "settlements": {"rule": "other", "text": "As agreed at the time."},
    },
    "consultation": [{"who": "The post holder", "on": "2026-01-15", "response": "Content"}],
    "not_included": ["Redundancy", "Cover for long absence"],
    "late_payment": {"interest": "other", "text": "None for the first month."},
    "successors": {"rule": "bound_with_review"},
    "budget": {"set_by": "31 January", "overspend": "By shares"},
    "leaving": {"notice_months": "6", "notice_ends": "end_of_march"},
    "records_years": "6",
}


@pytest.mark.parametrize("number", range(len(CASES)))
def test_worked_cases_survive_the_round_trip(number: int) -> None:
    inputs = CASES[number]["inputs"]
    answers = answers_from_inputs(inputs)
    assert engine.parse_inputs(build_inputs(answers)) == engine.parse_inputs(inputs)
    assert problems(answers) == []
    assert first_open(Facts(answers)) is None


@pytest.mark.parametrize("seed", range(150))
def test_any_inputs_survive_the_round_trip(seed: int) -> None:
    inputs = random_inputs(random.Random(seed))
    try:
        parsed = engine.parse_inputs(inputs)
    except engine.InputFaults:
        pytest.skip("the maker made inputs that are refused")
    answers = answers_from_inputs(inputs)
    assert engine.parse_inputs(build_inputs(answers)) == parsed
    assert groups(Facts(answers))


def test_the_example_can_be_costed_and_comes_back_as_it_was() -> None:
    answers = answers_from_inputs(example_inputs(), {"post": {"title": EXAMPLE_TITLE}})
    assert build_inputs(answers) == example_inputs()
    assert build_agreement(answers) == {"post": {"title": EXAMPLE_TITLE}}
    assert problems(answers) == []


def test_an_agreement_survives_with_all_that_no_page_asks() -> None:
    inputs = case("C01")
    assert agreement_faults(AGREEMENT, engine.parse_inputs(inputs)) == ()
    answers = answers_from_inputs(inputs, AGREEMENT)
    assert build_agreement(answers) == AGREEMENT


def test_an_answer_taken_away_leaves_the_agreement() -> None:
    answers = answers_from_inputs(case("C01"), AGREEMENT)
    steps = map_of(answers["steps"])
    steps["agreement-basics"] = {"power": "", "version": "3"}
    steps["agreement-leaving"] = {"notice": ""}
    steps["agreement-exit"] = {"notice_pay": "", "enhanced_redundancy": "by_shares"}
    steps["agreement-decisions"] = {"decisions": []}
    built = build_agreement({**answers, "steps": steps})
    assert built["version"] == "3"
    assert "legal_power" not in built
    assert "leaving" not in built
    assert built["exit_rules"] == {
        "enhanced_redundancy": {"rule": "by_shares"},
        "settlements": AGREEMENT["exit_rules"]["settlements"],
    }
    assert "decisions" not in built
    assert "consultation" not in built
    assert "employer" not in built
    assert agreement_faults(built, engine.parse_inputs(case("C01"))) == ()


def test_details_that_do_not_fit_together_are_shown_on_their_page() -> None:
    answers = answers_from_inputs(case("C01"), {**AGREEMENT, "jurisdiction": "scotland"})
    found = problems(answers)
    assert [(p.slug, p.error.path) for p in found] == [("agreement-basics", "power")]
    assert "Scotland" in found[0].error.message


def test_another_rule_is_said_in_words() -> None:
    answers = answers_from_inputs(case("C01"), AGREEMENT)
    steps = map_of(answers["steps"])
    steps["agreement-exit"] = {"notice_pay": "other"}
    steps["agreement-basics"] = {"power": "other"}
    steps["agreement-terms"] = {"interest": "other"}
    steps["agreement-leaving"] = {"successors": "other"}
    paths = {p.error.path for p in problems({**answers, "steps": steps})}
    assert paths == {"notice_pay_other", "power_text", "interest_text", "successors_text"}


def test_terms_of_a_grant_leave_with_the_grant() -> None:
    inputs = case("C06")
    name = inputs["grants"][0]["name"]
    agreement = {"grants": [{"name": name, "funder": "A department", "clawback": "If unspent"}]}
    answers = answers_from_inputs(inputs, agreement)
    assert build_agreement(answers) == agreement
    steps = map_of(answers["steps"])
    assert build_agreement({**answers, "steps": {**steps, "extras": {"extras": []}}}) == {}


def test_a_party_that_left_takes_its_details_along() -> None:
    answers = answers_from_inputs(case("C11"), AGREEMENT)
    steps = map_of(answers["steps"])
    rows = [r for r in map_of(steps["parties"])["parties"] if r["id"] != "EAS"]  # type: ignore[attr-defined]
    built = build_agreement({**answers, "steps": {**steps, "parties": {"parties": rows}}})
    assert "EAS" not in map_of(built.get("parties"))


def test_actual_costs_and_the_hosts_vat_are_kept() -> None:
    inputs = case("C13")
    inputs["parties"][0]["vat"] = {"share": "exempt"}
    built = build_inputs(answers_from_inputs(inputs))
    assert built["actuals"] == inputs["actuals"]
    assert built["parties"][0]["vat"] == {"share": "exempt"}  # type: ignore[index]


def test_partners_that_are_alike_are_asked_once() -> None:
    answers = answers_from_inputs(case("C04"))
    slugs = [s.slug for s in steps_for(Facts(answers))]
    assert "vat-all" in slugs
    answers = answers_from_inputs(case("C11"))
    slugs = [s.slug for s in steps_for(Facts(answers))]
    assert "vat-EAS" in slugs
    assert "vat-HDT" in slugs


def test_codes_of_parties_are_short_unique_and_stay() -> None:
    names = [
        ("", "Northshire Council"),
        ("", "Northvale"),
        ("EAS", "Renamed"),
        ("", "Ŵyn"),
        ("", "&"),
    ]
    assert party_ids(names) == ["NOR", "NOR2", "EAS", "WYN", "P"]
    assert party_ids([("EAS", "One"), ("EAS", "Two")]) == ["EAS", "TWO"]
    assert party_ids([("bad id", "One")]) == ["ONE"]


def changed(case_id: str, **paths: Any) -> dict[str, Any]:
    """A case with values changed below dotted paths (dots as double underscores)."""
    inputs = copy.deepcopy(case(case_id))
    for path, value in paths.items():
        *way, last = path.split("__")
        part: Any = inputs
        for key in way:
            part = part[int(key) if key.isdigit() else key]
        part[int(last) if last.isdigit() else last] = value
    return inputs


@pytest.mark.parametrize(
    ("inputs", "slug", "path"),
    [
        (changed("C01", post__salary__0__from="2026-05-01"), "salary", "salary-0-start"),
        (changed("C01", post__pension__0__from="2026-05-01"), "pension", "rates-0-start"),
        (changed("C03", post__ni__years=case("C01")["post"]["ni"]["years"]), "ni-years", None),
        (changed("C08", sharing__1__from="2027-10-16"), "change-1", "start"),
        (changed("C05", post__backdated_awards__0__paid_month="2028-11"), "awards", None),
        (changed("C01", sharing__0__weights={"NOR": "0", "EAS": "0"}), "weights-1", None),
        (changed("C07", minimums={"EAS": "13000.00"}), None, None),
        (changed("C07", fixed_contributions={"EAS": "900000.00"}), None, None),
    ],
)
def test_what_the_engine_says_is_shown_on_the_page_that_mends_it(
    inputs: dict[str, Any], slug: str | None, path: str | None
) -> None:
    found = problems(answers_from_inputs(inputs))
    assert found
    if slug is not None:
        assert slug in {p.slug for p in found}, found
    if path is not None:
        assert path in {p.error.path for p in found}, found
    assert all(p.error.message for p in found)


PATHS = {
    "/term/start": ("dates", "start"),
    "/term": ("dates", "end"),
    "/parties": ("host", "host"),
    "/parties/1/name": ("parties", "parties-1-name"),
    "/parties/1/vat/recoverable": ("vat-EAS", "recoverable"),
    "/pay_day": ("method", "pay"),
    "/method": ("method", "method"),
    "/post/contracted_hours": ("hours", "contracted"),
    "/post/full_time_hours": ("hours", "full_time"),
    "/post/weeks_factor": ("hours", "weeks_paid"),
    "/post/salary": ("salary", "salary-0-start"),
    "/post/salary/0/annual_fte": ("salary", "salary-0-annual"),
    "/post/allowances/0/annual": ("allowances", "allowances-0-annual"),
    "/post/backdated_awards/0/paid_month": ("awards", "awards-0-paid"),
    "/post/ni/years/0/rate": ("ni-years", "years-0-rate"),
    "/post/ni/years": ("ni-years", "years-0-tax_year"),
    "/post/ni/basis": ("ni-basis", "basis"),
    "/post/pension/0/rate": ("pension", "rates-0-rate"),
    "/post/pension": ("pension", "rates-0-start"),
    "/post/levy_rate": ("levy", "levy"),
    "/other_lines/0/date": ("other-costs", "lines-0-on"),
    "/other_lines": ("other-costs", "lines-0-name"),
    "/overhead/base/0": ("overhead", "lines"),
    "/overhead/rate": ("overhead", "rate"),
    "/sharing/0/weights/NOR": ("weights-1", "weights-NOR"),
    "/sharing/0/from": ("dates", "start"),
    "/sharing/0/basis": ("basis-1", "basis"),
    "/sharing/0/factors/0/weight": ("weights-1", "factors-0-weight"),
    "/sharing/0/factors/0/values/EAS": ("weights-1", "factors-0-values-EAS"),
    "/schedule/payment_days": ("invoices", "payment_days"),
    "/schedule": ("invoices", "frequency"),
    "/actuals/0": ("", ""),
    "": ("", ""),
}


@pytest.mark.parametrize("pointer", PATHS)
def test_every_kind_of_fault_has_its_page_and_field(pointer: str) -> None:
    facts = Facts(answers_from_inputs(example_inputs()))
    steps = map_of(facts.answers["steps"])
    steps["vat"] = {"how": "each"}
    steps["vat-EAS"] = {"share": "standard"}
    facts = Facts({"steps": steps})
    found = located(Fault(pointer, "wrong", "Mend this."), facts)
    assert (found.slug, found.error.path) == PATHS[pointer]


def test_rows_left_blank_do_not_shift_the_place_of_a_fault() -> None:
    answers = answers_from_inputs(example_inputs())
    steps = map_of(answers["steps"])
    first = map_of(steps["salary"])["salary"][0]  # type: ignore[index]
    late = {"start": {"day": "1", "month": "4", "year": "2020"}, "annual": "1"}
    steps["salary"] = {"salary": [first, {}, late]}
    found = problems({"steps": steps})
    assert [(p.slug, p.error.path) for p in found] == [("salary", "salary-2-start")]


def test_extras_have_their_places() -> None:
    inputs = changed("C07", fixed_contributions={"EAS": "1.00"}, minimums={"WES": "1.00"})
    inputs["grants"] = [{"name": "G", "amount": "1.00", "eligible": "all"}]
    inputs["host_fee"] = {"mode": "fixed_annual", "amount": "5.00"}
    facts = Facts(answers_from_inputs(inputs))
    for pointer, place in {
        "/fixed_contributions/EAS": ("fixed", "sums-EAS"),
        "/minimums/WES": ("minimums", "sums-WES"),
        "/caps": ("caps", "sums"),
        "/cap_overflow": ("caps", "overflow"),
        "/grants/0/amount": ("grants", "grants-0-amount"),
        "/host_fee/amount": ("fee", "amount"),
        "/host_fee/rate": ("fee", "rate"),
        "/host_fee": ("fee", "mode"),
    }.items():
        found = located(Fault(pointer, "wrong", "Mend this."), facts)
        assert (found.slug, found.error.path) == place


def test_empty_answers_make_empty_inputs_and_ask_from_the_first_page() -> None:
    assert build_inputs({"steps": {}}) == {}
    facts = Facts({"steps": {}})
    first = first_open(facts)
    assert first is not None
    assert first.slug == "parties"
    assert problems({"steps": {}})[0].slug == "parties"
    assert with_built({"steps": {}})["agreement"] == {}


def test_a_sum_is_shared_without_questions_on_pay() -> None:
    answers = answers_from_inputs(case("C02"))
    slugs = {s.slug for s in steps_for(Facts(answers))}
    assert not slugs & {"hours", "salary", "ni-basis", "pension", "levy", "method"}
    assert "other-costs" in slugs


def test_the_preview_knows_the_cost_of_the_term() -> None:
    facts = Facts(answers_from_inputs(case("C01")))
    step = find_step(facts, "weights-1")
    assert step is not None
    preview = preview_of(facts, step)
    assert preview is not None
    assert (preview.total, preview.basis) == (11264940, "days")
    bare = Facts({"steps": {"basis-1": {"basis": "percent"}}})
    step = find_step(bare, "weights-1")
    assert step is not None
    shown = preview_of(bare, step)
    assert shown is not None
    assert shown.total == 0


def test_sixty_parties_are_built_quickly_enough() -> None:
    answers = answers_from_inputs(large(parties=60, years=10))
    assert problems(answers) == []


def test_the_preview_knows_nothing_of_a_day_rate_and_of_wrong_answers() -> None:
    facts = Facts(answers_from_inputs({**example_inputs(), "sharing": [DAY_RATE]}))
    step = find_step(facts, "weights-1")
    assert step is not None
    assert preview_of(facts, step) is None
    answers = answers_from_inputs(changed("C01", post__pension=[]))
    step = find_step(Facts(answers), "weights-1")
    assert step is not None
    preview = preview_of(Facts(answers), step)
    assert preview is not None
    assert preview.total == 0


DAY_RATE = {
    "from": "2026-04-01",
    "basis": "day_rate",
    "days": {"EAS": "80"},
    "chargeable_days": "220",
}


def test_whole_pay_by_date_and_another_levy_come_back() -> None:
    inputs = changed("C14", post__levy_rate="0.01")
    dated = [
        {"from": "2026-04-01", "annual": "52400.00"},
        {"from": "2026-10-01", "annual": "53000.00"},
    ]
    inputs["post"]["ni"]["whole_employment_annual"] = dated
    built = map_of(build_inputs(answers_from_inputs(inputs))["post"])
    assert map_of(built["ni"])["whole_employment_annual"] == dated
    assert built["levy_rate"] == "0.01"


def test_known_pension_schemes_are_recognised() -> None:
    scheme = rates.pension_scheme("teachers")
    assert scheme is not None
    inputs = changed("C01", post__pension=rates.pension_entries(scheme))
    steps = map_of(answers_from_inputs(inputs)["steps"])
    assert steps["pension-scheme"] == {"scheme": "teachers"}


def test_pay_before_the_sixth_of_april_needs_the_old_tax_year() -> None:
    start = {"day": "1", "month": "4", "year": "2026"}
    end = {"day": "31", "month": "3", "year": "2027"}
    steps = {"dates": {"start": start, "end": end}, "method": {"pay": "day", "day": "3"}}
    assert first_tax_year(Facts({"steps": steps}), date(2026, 4, 1)) == 2025
    steps["method"] = {"pay": "last"}
    assert first_tax_year(Facts({"steps": steps}), date(2026, 4, 1)) == 2026
    assert first_tax_year(Facts({"steps": steps}), date(2027, 2, 1)) == 2026
    years = [map_of(y)["tax_year"] for y in list_of(ni_years(Facts({"steps": steps}))["years"])]
    assert years == ["2026/27"]
    assert ni_years(Facts({"steps": {}})) == {}
    assert pension(Facts({"steps": {}})) == {}


def test_faults_speak_of_parties_by_name_and_find_their_page() -> None:
    inputs = changed("C07", minimums={"EAS": "13000.00"})
    found = problems(answers_from_inputs(inputs))
    assert [(p.slug, p.error.path) for p in found] == [("minimums", "sums")]
    assert found[0].error.message.startswith("The minimum of Eastmoor District Council is above")
    inputs = changed("C05", method="annual")
    found = problems(answers_from_inputs(inputs))
    assert [p.slug for p in found] == ["awards"]


def test_a_tax_year_to_be_mended_brings_no_second_one() -> None:
    answers = answers_from_inputs(case("C01"))
    steps = map_of(answers["steps"])
    years = [map_of(row) for row in list_of(map_of(steps["ni-years"])["years"])]
    broken = {"years": [{**years[0], "tax_year": "2026-2027"}]}
    assert missing_years(Facts(answers), broken) == broken
