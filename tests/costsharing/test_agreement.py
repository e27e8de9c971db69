"""The `agreement` object: every fault at once with its path, and typed details from good data."""

from datetime import date
from fractions import Fraction
from typing import Any

import jsonschema
import pytest

from app.costsharing import engine
from app.costsharing.agreement import (
    AGREEMENT_SCHEMA,
    AgreementDetails,
    agreement_faults,
    parse_agreement,
)
from tests.costsharing.agreed import HOSTILE, full, hostile
from tests.costsharing.inputs import case

INPUTS = engine.parse_inputs(case("C01"))


def paths(data: Any) -> dict[str, str]:
    """Give the faults' messages by path."""
    return {fault.path: fault.message for fault in agreement_faults(data, INPUTS)}


def test_nothing_given_is_empty_details() -> None:
    assert parse_agreement(None, INPUTS) == AgreementDetails()
    assert parse_agreement({}, INPUTS) == AgreementDetails()


def test_good_data_becomes_typed_details() -> None:
    details = parse_agreement(full(), INPUTS)
    assert details.version_date == date(2026, 11, 20)
    assert details.uplifts.ceiling_percent == Fraction(5)
    assert details.uplifts.notice_days == 60
    assert details.party("EAS").purchase_order.value == 46_000_00
    assert details.party("EAS").purchase_order.valid_to == date(2027, 3, 31)
    assert details.party("NOR").address[0] == "County Hall"
    assert details.exit_rules["leavers_tail"].rule == "leaver_pays_tail"
    assert details.party("NIL").cost_centre == ""


def test_the_published_schema_is_sound_and_takes_what_the_parser_takes() -> None:
    jsonschema.Draft202012Validator.check_schema(AGREEMENT_SCHEMA)
    jsonschema.validate(full(), AGREEMENT_SCHEMA)


@pytest.mark.parametrize("data", [[], "text", 1, True])
def test_something_else_than_an_object_is_refused(data: Any) -> None:
    assert list(paths(data)) == ["/agreement"]


def test_every_fault_comes_at_once_with_its_own_path() -> None:
    data = full()
    data["parties"]["NOR"]["purchase_order"] = "PO-1"
    data["parties"]["EAS"]["contact"]["email"] = "not an address"
    data["parties"]["EAS"]["purchase_order"]["value"] = 46000
    data["parties"]["ZZZ"] = {}
    data["version_date"] = "2026-02-30"
    data["surprise"] = 1
    data["title"] = "x" * 201
    data["records_years"] = "0"
    data["late_payment"] = {"interest": "other"}
    data["decisions"].append({"party": "QQQ"})
    data["exit_rules"]["notice_pay"] = {}
    assert set(paths(data)) == {
        "/agreement/parties/NOR/purchase_order",
        "/agreement/parties/EAS/contact/email",
        "/agreement/parties/EAS/purchase_order/value",
        "/agreement/parties/ZZZ",
        "/agreement/version_date",
        "/agreement/surprise",
        "/agreement/title",
        "/agreement/records_years",
        "/agreement/late_payment/text",
        "/agreement/decisions/2/party",
        "/agreement/exit_rules/notice_pay/rule",
    }
    with pytest.raises(engine.InputFaults) as raised:
        parse_agreement(data, INPUTS)
    assert len(raised.value.faults) == 11


@pytest.mark.parametrize(
    "email",
    [
        "a@b",
        "a b@c.example",
        "a@b..example",
        "@b.example",
        "a@b.example, c@d.example",
        "a@b@c.d",
        "a\u00a0b@c.example",
    ],
)
def test_the_shape_of_email_addresses_is_checked(email: str) -> None:
    data = {"parties": {"NOR": {"contact": {"email": email}}}}
    assert list(paths(data)) == ["/agreement/parties/NOR/contact/email"]


@pytest.mark.parametrize("text", ["a\x00b", "a\tb", "a\u202eb", "a\u2028b", "a\nb", "\ud800"])
def test_hidden_characters_are_refused(text: str) -> None:
    assert "control character U+" in paths({"title": text})["/agreement/title"]


def test_long_text_may_have_line_ends_and_short_text_may_not() -> None:
    assert paths({"background": "one\r\ntwo"}) == {}
    details = parse_agreement({"background": "one\r\ntwo"}, INPUTS)
    assert details.background == "one\ntwo"


def test_blank_text_is_refused_rather_than_taken_for_an_answer() -> None:
    assert "leave the key out" in paths({"title": "  "})["/agreement/title"]


def test_lists_have_limits() -> None:
    assert (
        "at most 8"
        in paths({"parties": {"NOR": {"address": ["x"] * 9}}})["/agreement/parties/NOR/address"]
    )
    many = {f"P{number}": {} for number in range(61)}
    assert "at most 60" in paths({"parties": many})["/agreement/parties"]


@pytest.mark.parametrize("jurisdiction", ["scotland", "northern_ireland"])
def test_section_113_is_english_and_welsh(jurisdiction: str) -> None:
    data = {"jurisdiction": jurisdiction, "legal_power": {"code": "lga1972_s113"}}
    message = paths(data)["/agreement/legal_power"]
    assert "law in England and Wales, not in" in message
    assert "legal adviser" in message


def test_a_power_of_scotland_is_refused_elsewhere_and_others_pass() -> None:
    scots = {"code": "lgs1973_s56"}
    assert paths({"jurisdiction": "scotland", "legal_power": scots}) == {}
    assert "/agreement/legal_power" in paths(
        {"jurisdiction": "england_and_wales", "legal_power": scots}
    )
    goods = {"jurisdiction": "scotland", "legal_power": {"code": "goods_services_1970"}}
    assert paths(goods) == {}


def test_section_113_is_refused_for_bodies_that_it_does_not_name() -> None:
    data = full()
    data["parties"]["EAS"]["kind"] = "education"
    assert (
        "Eastmoor District Council is recorded as a university"
        in paths(data)["/agreement/legal_power"]
    )
    data["parties"]["EAS"]["kind"] = data["parties"]["NOR"]["kind"] = "nhs_body"
    assert "needs a council on one side" in paths(data)["/agreement/legal_power"]


def test_words_are_asked_for_where_a_choice_needs_them() -> None:
    data = {
        "legal_power": {"code": "other"},
        "successors": {"rule": "other"},
        "exit_rules": {"enhanced_redundancy": {"rule": "capped_by_policy"}},
    }
    assert set(paths(data)) == {
        "/agreement/legal_power/text",
        "/agreement/successors/text",
        "/agreement/exit_rules/enhanced_redundancy/text",
    }


def test_grants_must_be_those_of_the_costing() -> None:
    inputs = engine.parse_inputs(case("C06"))
    name = inputs.grants[0].name
    data = {"grants": [{"name": name}, {"name": "Another"}, {}]}
    found = {fault.path for fault in agreement_faults(data, inputs)}
    assert found == {"/agreement/grants/1/name", "/agreement/grants/2/name"}


@pytest.mark.parametrize("wrong", [None, [], {}, 1, "x", True])
def test_wrong_shapes_anywhere_give_faults_and_never_a_crash(wrong: Any) -> None:
    for key in AGREEMENT_SCHEMA["properties"]:
        agreement_faults({**full(), key: wrong}, INPUTS)
    for key in full()["parties"]["EAS"]:
        data = full()
        data["parties"]["EAS"][key] = wrong
        agreement_faults(data, INPUTS)
    data = full()
    data["legal_power"]["code"] = wrong
    data["jurisdiction"] = wrong
    data["decisions"] = [wrong, {"party": wrong}]
    agreement_faults(data, INPUTS)


def test_paths_are_escaped_as_json_pointers() -> None:
    assert "/agreement/a~1b~0c" in paths({"a/b~c": 1})


def test_hostile_text_is_taken_as_text() -> None:
    data = hostile()
    assert set(data) >= {"title", "background", "post", "joining"}
    assert set(paths(data)) == {"/agreement/decisions/0/party", "/agreement/grants/0/name"}
    data["decisions"][0]["party"] = "NOR"
    data["grants"] = []
    assert parse_agreement(data, INPUTS).title == HOSTILE
