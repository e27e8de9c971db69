"""Numbers by which public registers know a body: what each looks like, and what is wrong. Pure.

None of these registers has a check digit. What a number alone can tell is told here; that it is the
body's own, the operator looks up before verifying it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from app.core.errors import RuleBroken
from app.organisations.domain import OrganisationKind, Register

# Entities of local authorities: unitary, non-metropolitan and metropolitan districts, London
# boroughs, counties, combined authorities (England); unitary authorities (Wales), council areas
# (Scotland), districts (Northern Ireland).
_COUNCIL_ENTITIES: Final = frozenset(
    {"E06", "E07", "E08", "E09", "E10", "E47", "W06", "S12", "N09"}
)
_ONS: Final = re.compile(r"[EWSNK](?!00)[0-9]{2}(?!000000)[0-9]{6}")
# Trusts, boards and authorities have three characters, other bodies five or six; from April 2020
# each new code is letter, figure, letter, figure, letter.
_ODS: Final = re.compile(r"[A-Z0-9]{3}|[A-Z0-9]{5,6}")
_UKPRN: Final = re.compile(r"1[0-9]{7}")
_PREFIXES: Final = (
    *("AC", "CE", "CS", "FC", "GE", "GN", "GS", "IC", "LP", "NC", "NF", "NI", "NL", "NO", "NP"),
    *("NV", "OC", "OE", "PC", "RC", "SA", "SC", "SE", "SF", "SI", "SL", "SO", "SR", "ZC"),
)
_COMPANY: Final = re.compile(
    rf"[0-9]{{8}}|(?:{'|'.join(_PREFIXES)})[0-9]{{6}}|R[0-9]{{7}}|(?:IP|SP|RS)[0-9]{{3}}[0-9A-Z]{{3}}"
)
_CHARITY: Final = re.compile(r"[1-9][0-9]{5,6}(?:-[1-9][0-9]{0,3})?|SC0[0-9]{5}|NIC1[0-9]{5}")


@dataclass(frozen=True, slots=True)
class RegisterRule:
    """How a register's numbers look: the shape, an example, whose rule it is, and where to look."""

    shape: re.Pattern[str]
    example: str
    sentence: str
    source: str
    look_up: str
    tidy: Callable[[str], str] = str


def _padded(text: str) -> str:
    """Companies House prints eight figures; people leave the zeros in front away."""
    return text.zfill(8) if text.isascii() and text.isdigit() and len(text) >= 5 else text


RULES: Final[dict[Register, RegisterRule]] = {
    Register.ONS: RegisterRule(
        _ONS,
        "E06012345",
        "ONS code must be a letter and 8 numbers, like E06012345",
        "Office for National Statistics, coding and naming policy for UK statistical geographies: "
        "one letter for the nation, two figures for the kind of area, six for the area",
        "https://geoportal.statistics.gov.uk/",
    ),
    Register.ODS: RegisterRule(
        _ODS,
        "RZ9",
        "ODS code must be 3, 5 or 6 letters and numbers, like RZ9 or G7H8J",
        "NHS England, Organisation Data Service: coding frames of the NHS Data Dictionary, and "
        "letter and figure in turn for new codes since 1 April 2020 (DCB0090)",
        "https://odsportal.digital.nhs.uk/",
    ),
    Register.UKPRN: RegisterRule(
        _UKPRN,
        "10012345",
        "UKPRN must be 8 numbers that start with 1, like 10012345",
        "UK Register of Learning Providers: eight figures, the first of them 1",
        "https://www.ukrlp.co.uk/",
    ),
    Register.COMPANIES_HOUSE: RegisterRule(
        _COMPANY,
        "SC123456",
        "Companies House number must be 8 numbers, or 2 letters and 6 numbers, like 01234567 or "
        "SC123456",
        "Companies House: eight characters with the prefixes of its guide to company numbers "
        "(section 1066 of the Companies Act 2006)",
        "https://find-and-update.company-information.service.gov.uk/",
        _padded,
    ),
    Register.CHARITY: RegisterRule(
        _CHARITY,
        "1123456",
        "Charity number must be 6 or 7 numbers (England and Wales), SC and 6 numbers (Scotland) or "
        "NIC and 6 numbers (Northern Ireland), like 1123456, SC012345 or NIC100012",
        "Charity Commission for England and Wales, Scottish Charity Regulator (OSCR), Charity "
        "Commission for Northern Ireland: the forms in which their registers print numbers",
        "https://register-of-charities.charitycommission.gov.uk/",
    ),
}
NOT_A_COUNCIL: Final = (
    "This ONS code is not of a council: codes of councils start with E06, E07, E08, E09, E10, E47, "
    "N09, S12 or W06"
)


def check_number(register: Register, text: str, kind: OrganisationKind) -> str:
    """The number in the form in which its register prints it.

    Raises RuleBroken with a sentence that says what it should look like. A council's ONS code must
    be of an area that has a council.

    >>> check_number(Register.COMPANIES_HOUSE, "123 4567", OrganisationKind.OTHER)
    '01234567'
    >>> check_number(Register.CHARITY, "sc012345", OrganisationKind.CHARITY)
    'SC012345'
    """
    rule = RULES[register]
    number = rule.tidy(re.sub(r"[\s\u00a0]", "", text).upper())
    if not rule.shape.fullmatch(number):
        raise RuleBroken("register-number-shape", rule.sentence)
    is_council = kind is OrganisationKind.COUNCIL and register is Register.ONS
    if is_council and number[:3] not in _COUNCIL_ENTITIES:
        raise RuleBroken("register-number-kind", NOT_A_COUNCIL)
    return number
