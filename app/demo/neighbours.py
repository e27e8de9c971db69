"""Northshire, Eastmoor and Harbour: the three bodies that the demo's story is about. Pure."""

from datetime import date
from decimal import Decimal
from typing import Final

from app.core.permissions import Duty
from app.demo.region import DemoBody, DemoPerson, DemoRate
from app.organisations.domain import OrganisationKind, Region, Register

OPERATOR: Final = DemoPerson("operator", "Odile Operator", "Operator of this exchange")
OPERATOR_DOMAIN: Final = "crossbench.example"

LGPS_2026: Final = "Rates and adjustments certificate, 1 April 2026 to 31 March 2029 (invented)"
LGPS_2023: Final = "Rates and adjustments certificate, 1 April 2023 to 31 March 2026 (invented)"
LIMITS: Final = {
    Duty.FINANCE_OFFICER: Decimal(750_000),
    Duty.AUTHORISED_SIGNATORY: Decimal(2_000_000),
}

NORTHSHIRE: Final = DemoBody(
    slug="northshire",
    name="Northshire Council",
    kind=OrganisationKind.COUNCIL,
    register=Register.ONS,
    register_id="E06999001",
    region=Region.NORTH_EAST,
    about=(
        "An invented unitary council for half a million people, with a digital team of sixty. "
        "It looks for neighbours to share the specialists it cannot fill alone."
    ),
    scheme="lgps",
    rates=(
        DemoRate(date(2023, 4, 1), Decimal("0.184"), LGPS_2023),
        DemoRate(date(2026, 4, 1), Decimal("0.169"), LGPS_2026),
    ),
    sponsor="Seren Sponsor, Chief Executive",
    limits=LIMITS,
    people=(
        DemoPerson(
            "admin-northshire", "Agnes Example", "Business manager", (Duty.ORGANISATION_ADMIN,)
        ),
        DemoPerson("hr-northshire", "Harriet Example", "HR business partner", (Duty.HR,)),
        DemoPerson(
            "finance-northshire",
            "Felix Example",
            "Finance business partner",
            (Duty.FINANCE_OFFICER,),
        ),
        DemoPerson(
            "finance-second-northshire",
            "Farah Example",
            "Head of finance",
            (Duty.FINANCE_OFFICER,),
        ),
        DemoPerson(
            "manager-northshire",
            "Magnus Example",
            "Head of digital",
            (Duty.LINE_MANAGER, Duty.HIRING_MANAGER),
            "signatory-northshire",
        ),
        DemoPerson(
            "staff-northshire", "Stella Example", "Data analyst", manager="manager-northshire"
        ),
        DemoPerson(
            "signatory-northshire",
            "Sybil Example",
            "Director of resources",
            (Duty.AUTHORISED_SIGNATORY,),
        ),
    ),
)

EASTMOOR: Final = DemoBody(
    slug="eastmoor",
    name="Eastmoor District Council",
    kind=OrganisationKind.COUNCIL,
    register=Register.ONS,
    register_id="E07999002",
    region=Region.NORTH_EAST,
    about=(
        "An invented district council on the moor, with a digital team of four that knows "
        "everything a little."
    ),
    scheme="lgps",
    rates=(
        DemoRate(date(2023, 4, 1), Decimal("0.201"), LGPS_2023),
        DemoRate(date(2026, 4, 1), Decimal("0.188"), LGPS_2026),
    ),
    sponsor="Selwyn Sponsor, Chief Executive",
    limits={
        Duty.FINANCE_OFFICER: Decimal(500_000),
        Duty.AUTHORISED_SIGNATORY: Decimal(1_000_000),
    },
    people=(
        DemoPerson(
            "hr-eastmoor",
            "Hari Sample",
            "People and change manager",
            (Duty.HR, Duty.ORGANISATION_ADMIN),
        ),
        DemoPerson("finance-eastmoor", "Fiona Sample", "Finance manager", (Duty.FINANCE_OFFICER,)),
        DemoPerson(
            "manager-eastmoor",
            "Mabel Sample",
            "ICT manager",
            (Duty.LINE_MANAGER, Duty.HIRING_MANAGER),
        ),
        DemoPerson("staff-eastmoor", "Sami Sample", "Service designer", manager="manager-eastmoor"),
    ),
)

HARBOUR: Final = DemoBody(
    slug="harbour-nhs",
    name="Harbour NHS Trust",
    kind=OrganisationKind.NHS,
    register=Register.ODS,
    register_id="Z9X9Z",
    region=Region.NORTH_EAST,
    about=(
        "An invented acute trust with two hospitals on the coast, and more systems to keep safe "
        "than people who can."
    ),
    scheme="nhs",
    rates=(DemoRate(date(2024, 4, 1), Decimal("0.2378"), "NHS Business Services Authority"),),
    sponsor="Sunniva Sponsor, Chief Executive",
    hours=Decimal("37.5"),
    limits={
        Duty.FINANCE_OFFICER: Decimal(750_000),
        Duty.AUTHORISED_SIGNATORY: Decimal(2_000_000),
    },
    people=(
        DemoPerson(
            "hr-harbour-nhs",
            "Hollis Specimen",
            "Head of resourcing",
            (Duty.HR, Duty.ORGANISATION_ADMIN),
        ),
        DemoPerson(
            "finance-harbour-nhs",
            "Flora Specimen",
            "Deputy director of finance",
            (Duty.FINANCE_OFFICER,),
        ),
        DemoPerson(
            "manager-harbour-nhs",
            "Milo Specimen",
            "Chief information officer",
            (Duty.LINE_MANAGER, Duty.HIRING_MANAGER),
        ),
        DemoPerson(
            "staff-harbour-nhs",
            "Saoirse Specimen",
            "Information security analyst",
            manager="manager-harbour-nhs",
        ),
    ),
)
