"""Numbers of public registers: what each may look like, and how people type them."""

import pytest

from app.core.errors import RuleBroken
from app.organisations.domain import REGISTER_NAMES, OrganisationKind, Register
from app.organisations.registers import NOT_A_COUNCIL, RULES, check_number

GOOD = [
    (Register.ONS, "E06012345", "E06012345"),
    (Register.ONS, " e10 000 012 ", "E10000012"),
    (Register.ONS, "W06000001", "W06000001"),
    (Register.ONS, "S12000001", "S12000001"),
    (Register.ONS, "N09000001", "N09000001"),
    (Register.ODS, "rz9", "RZ9"),
    (Register.ODS, "G7H8J", "G7H8J"),
    (Register.ODS, "Y04012", "Y04012"),
    (Register.UKPRN, "1001 2345", "10012345"),
    (Register.COMPANIES_HOUSE, "01234567", "01234567"),
    (Register.COMPANIES_HOUSE, "1234567", "01234567"),
    (Register.COMPANIES_HOUSE, "sc123456", "SC123456"),
    (Register.COMPANIES_HOUSE, "NI012345", "NI012345"),
    (Register.COMPANIES_HOUSE, "OC312345", "OC312345"),
    (Register.COMPANIES_HOUSE, "CE012345", "CE012345"),
    (Register.COMPANIES_HOUSE, "RC000123", "RC000123"),
    (Register.COMPANIES_HOUSE, "IP12345R", "IP12345R"),
    (Register.COMPANIES_HOUSE, "R0000123", "R0000123"),
    (Register.CHARITY, "212345", "212345"),
    (Register.CHARITY, "1123456", "1123456"),
    (Register.CHARITY, "1123456-2", "1123456-2"),
    (Register.CHARITY, "SC012345", "SC012345"),
    (Register.CHARITY, "nic 100012", "NIC100012"),
]
BAD = [
    (Register.ONS, "X06012345"),
    (Register.ONS, "E0601234"),
    (Register.ONS, "E060123456"),
    (Register.ONS, "E00012345"),
    (Register.ONS, "E06000000"),
    (Register.ODS, "R"),
    (Register.ODS, "RZ91"),
    (Register.ODS, "RZ-9"),
    (Register.ODS, "ABCDEFG"),
    (Register.UKPRN, "20012345"),
    (Register.UKPRN, "1001234"),
    (Register.UKPRN, "١٠٠١٢٣٤٥"),
    (Register.COMPANIES_HOUSE, "1234"),
    (Register.COMPANIES_HOUSE, "123456789"),
    (Register.COMPANIES_HOUSE, "XX123456"),
    (Register.COMPANIES_HOUSE, "SC12345"),
    (Register.CHARITY, "12345"),
    (Register.CHARITY, "0123456"),
    (Register.CHARITY, "12345678"),
    (Register.CHARITY, "SC12345"),
    (Register.CHARITY, "SC912345"),
    (Register.CHARITY, "NIC12345"),
    (Register.CHARITY, "NI100012"),
    (Register.CHARITY, "1123456-0"),
]


@pytest.mark.parametrize(("register", "typed", "kept"), GOOD)
def test_numbers_are_kept_as_their_register_prints_them(
    register: Register, typed: str, kept: str
) -> None:
    assert check_number(register, typed, OrganisationKind.OTHER) == kept


@pytest.mark.parametrize(("register", "typed"), BAD)
def test_other_shapes_are_refused_with_an_example(register: Register, typed: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        check_number(register, typed, OrganisationKind.OTHER)
    assert refused.value.code == "register-number-shape"
    assert RULES[register].example in refused.value.message


@pytest.mark.parametrize("typed", ["E12000001", "E31000001", "W07000001", "N06000001", "K02000001"])
def test_a_council_has_a_council_s_code(typed: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        check_number(Register.ONS, typed, OrganisationKind.COUNCIL)
    assert refused.value.message == NOT_A_COUNCIL
    assert check_number(Register.ONS, typed, OrganisationKind.OTHER) == typed


def test_every_register_has_a_rule_with_its_source() -> None:
    assert set(RULES) == set(Register) == set(REGISTER_NAMES)
    for register, rule in RULES.items():
        assert check_number(register, rule.example, OrganisationKind.OTHER) == rule.example
        assert rule.source
        assert rule.look_up.startswith("https://")
