"""What organisations are and the states they pass through. Pure."""

from enum import StrEnum
from typing import Final

from app.core.errors import NotFound
from app.core.lifecycle import Lifecycle


class OrganisationKind(StrEnum):
    """What sort of public body it is."""

    COUNCIL = "council"
    NHS = "nhs"
    POLICE = "police"
    FIRE = "fire"
    UNIVERSITY = "university"
    CHARITY = "charity"
    DEPARTMENT = "department"
    OTHER = "other"


KIND_NAMES: Final[dict[OrganisationKind, str]] = {
    OrganisationKind.COUNCIL: "Council",
    OrganisationKind.NHS: "NHS body",
    OrganisationKind.POLICE: "Police",
    OrganisationKind.FIRE: "Fire and rescue",
    OrganisationKind.UNIVERSITY: "University",
    OrganisationKind.CHARITY: "Charity",
    OrganisationKind.DEPARTMENT: "Government department or agency",
    OrganisationKind.OTHER: "Other public body",
}


class Register(StrEnum):
    """The public register that a body's identifier stands in."""

    ONS = "ons"
    ODS = "ods"
    UKPRN = "ukprn"
    COMPANIES_HOUSE = "companies_house"
    CHARITY = "charity"


REGISTER_NAMES: Final[dict[Register, str]] = {
    Register.ONS: "ONS code",
    Register.ODS: "NHS ODS code",
    Register.UKPRN: "UKPRN",
    Register.COMPANIES_HOUSE: "Companies House number",
    Register.CHARITY: "Charity number",
}


class Region(StrEnum):
    """Where a body or a place of work is: the twelve regions and nations of ITL level 1."""

    NORTH_EAST = "north_east"
    NORTH_WEST = "north_west"
    YORKSHIRE = "yorkshire"
    EAST_MIDLANDS = "east_midlands"
    WEST_MIDLANDS = "west_midlands"
    EAST_OF_ENGLAND = "east_of_england"
    LONDON = "london"
    SOUTH_EAST = "south_east"
    SOUTH_WEST = "south_west"
    WALES = "wales"
    SCOTLAND = "scotland"
    NORTHERN_IRELAND = "northern_ireland"


REGION_NAMES: Final[dict[Region, str]] = {
    Region.NORTH_EAST: "North East",
    Region.NORTH_WEST: "North West",
    Region.YORKSHIRE: "Yorkshire and the Humber",
    Region.EAST_MIDLANDS: "East Midlands",
    Region.WEST_MIDLANDS: "West Midlands",
    Region.EAST_OF_ENGLAND: "East of England",
    Region.LONDON: "London",
    Region.SOUTH_EAST: "South East",
    Region.SOUTH_WEST: "South West",
    Region.WALES: "Wales",
    Region.SCOTLAND: "Scotland",
    Region.NORTHERN_IRELAND: "Northern Ireland",
}


# Codes as in `costsharing/rates.py`, which stands above this feature; a test compares the two.
PENSION_SCHEMES: Final[dict[str, str]] = {
    "lgps": "Local Government Pension Scheme (England and Wales)",
    "lgps-scotland": "Local Government Pension Scheme (Scotland)",
    "lgps-ni": "Local Government Pension Scheme (Northern Ireland)",
    "nhs": "NHS Pension Scheme (England and Wales), full rate",
    "nhs-charged": "NHS Pension Scheme (England), rate charged to the employer",
    "nhs-scotland": "NHS Pension Scheme (Scotland)",
    "nhs-ni": "HSC Pension Scheme (Northern Ireland)",
    "teachers": "Teachers' Pension Scheme (England and Wales)",
    "civil-service": "Civil Service pension (alpha)",
    "police": "Police Pension Scheme (officers)",
    "fire": "Firefighters' Pension Scheme (England)",
    "uss": "Universities Superannuation Scheme",
    "other": "Another scheme, or none",
}


class OrganisationStatus(StrEnum):
    """Where an organisation stands in the exchange."""

    APPLIED = "applied"
    VERIFIED = "verified"
    REFUSED = "refused"
    SUSPENDED = "suspended"
    CLOSED = "closed"


class OrganisationAction(StrEnum):
    """What the operator, or the organisation itself, can do to its standing."""

    VERIFY = "verify"
    REFUSE = "refuse"
    APPLY_AGAIN = "apply_again"
    SUSPEND = "suspend"
    RESTORE = "restore"
    CLOSE = "close"


ORGANISATION: Final = Lifecycle(
    "organisation",
    OrganisationStatus.APPLIED,
    {
        (OrganisationStatus.APPLIED, OrganisationAction.VERIFY): OrganisationStatus.VERIFIED,
        (OrganisationStatus.APPLIED, OrganisationAction.REFUSE): OrganisationStatus.REFUSED,
        (OrganisationStatus.REFUSED, OrganisationAction.APPLY_AGAIN): OrganisationStatus.APPLIED,
        (OrganisationStatus.VERIFIED, OrganisationAction.SUSPEND): OrganisationStatus.SUSPENDED,
        (OrganisationStatus.SUSPENDED, OrganisationAction.RESTORE): OrganisationStatus.VERIFIED,
        (OrganisationStatus.VERIFIED, OrganisationAction.CLOSE): OrganisationStatus.CLOSED,
        (OrganisationStatus.SUSPENDED, OrganisationAction.CLOSE): OrganisationStatus.CLOSED,
    },
)


def no_such_organisation() -> NotFound:
    """The answer for a body that is not there and for one the person may not know of."""
    return NotFound(
        "not-found",
        "There is nothing at this address. If you typed or pasted it, check that it is whole.",
    )
