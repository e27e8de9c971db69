"""The other bodies of the demo region, one of each further kind, and one that waits. Pure."""

from datetime import date
from decimal import Decimal
from typing import Final

from app.core.permissions import Duty
from app.demo.neighbours import EASTMOOR, HARBOUR, LGPS_2026, LIMITS, NORTHSHIRE
from app.demo.region import DemoBody, DemoPerson, DemoRate
from app.organisations.domain import OrganisationKind, Region, Register

APRIL_2026: Final = date(2026, 4, 1)


def four(
    slug: str, surname: str, names: tuple[str, str, str, str], manages: str
) -> tuple[DemoPerson, ...]:
    """The usual four people of a body: HR who also administers, finance, a manager, and staff."""
    hr, finance, manager, staff = (f"{name} {surname}" for name in names)
    return (
        DemoPerson(f"hr-{slug}", hr, "Head of people", (Duty.HR, Duty.ORGANISATION_ADMIN)),
        DemoPerson(f"finance-{slug}", finance, "Finance manager", (Duty.FINANCE_OFFICER,)),
        DemoPerson(f"manager-{slug}", manager, manages, (Duty.LINE_MANAGER, Duty.HIRING_MANAGER)),
        DemoPerson(f"staff-{slug}", staff, "Business analyst", manager=f"manager-{slug}"),
    )


GREYWATER: Final = DemoBody(
    slug="greywater-police",
    name="Greywater Police",
    kind=OrganisationKind.POLICE,
    register=Register.ONS,
    register_id="E23999003",
    region=Region.NORTH_EAST,
    about="An invented police force whose area takes in Northshire, Eastmoor and the harbour.",
    scheme="lgps",
    rates=(DemoRate(APRIL_2026, Decimal("0.158"), LGPS_2026),),
    sponsor="Sidney Sponsor, Deputy Chief Constable",
    limits=LIMITS,
    people=four(
        "greywater-police", "Fictional", ("Hetty", "Fabian", "Mona", "Seb"), "Head of data"
    ),
)

TARNSIDE: Final = DemoBody(
    slug="tarnside-fire",
    name="Tarnside Fire and Rescue Service",
    kind=OrganisationKind.FIRE,
    register=Register.ONS,
    register_id="E31999004",
    region=Region.YORKSHIRE,
    about="An invented fire and rescue service with twenty stations and one enterprise architect.",
    scheme="lgps",
    rates=(DemoRate(APRIL_2026, Decimal("0.172"), LGPS_2026),),
    sponsor="Sorrel Sponsor, Chief Fire Officer",
    limits=LIMITS,
    people=four(
        "tarnside-fire", "Pretend", ("Hugo", "Freya", "Marek", "Sunny"), "Head of technology"
    ),
)

FERNHILL: Final = DemoBody(
    slug="fernhill",
    name="University of Fernhill",
    kind=OrganisationKind.UNIVERSITY,
    register=Register.UKPRN,
    register_id="19999905",
    region=Region.WEST_MIDLANDS,
    about="An invented university whose research computing team lends and borrows people.",
    scheme="uss",
    rates=(DemoRate(date(2024, 1, 1), Decimal("0.145"), "USS employer rate"),),
    sponsor="Salma Sponsor, Registrar",
    hours=Decimal("36.5"),
    limits=LIMITS,
    needs_post_approval=True,
    people=(
        *four(
            "fernhill", "Imaginary", ("Hanna", "Faisal", "Maud", "Silas"), "Director of IT services"
        ),
        DemoPerson(
            "signatory-fernhill",
            "Sabine Imaginary",
            "Deputy registrar",
            (Duty.AUTHORISED_SIGNATORY,),
        ),
    ),
)

LANTERN: Final = DemoBody(
    slug="lantern-trust",
    name="Lantern Community Trust",
    kind=OrganisationKind.CHARITY,
    register=Register.CHARITY,
    register_id="9999906",
    region=Region.NORTH_WEST,
    about="An invented charity that runs advice centres for eleven councils.",
    scheme="other",
    rates=(DemoRate(APRIL_2026, Decimal("0.06"), "Own scheme (invented)"),),
    sponsor="Sefa Sponsor, Chief Executive",
    is_vat_registered=False,
    pays_levy=False,
    hours=Decimal(35),
    limits={Duty.FINANCE_OFFICER: Decimal(20_000)},
    people=four(
        "lantern-trust", "Invented", ("Hamish", "Fleur", "Mehmet", "Sigrid"), "Head of services"
    ),
)

EXAMPLES: Final = DemoBody(
    slug="department-for-examples",
    name="Department for Worked Examples",
    kind=OrganisationKind.DEPARTMENT,
    register=Register.ONS,
    register_id="K99999007",
    region=Region.LONDON,
    about="An invented department that sends people out to councils and takes others in.",
    scheme="civil-service",
    rates=(DemoRate(date(2024, 4, 1), Decimal("0.2897"), "Civil Service Pension Scheme notice"),),
    sponsor="Sander Sponsor, Director General",
    limits=LIMITS,
    people=four(
        "department-for-examples",
        "Hypothetical",
        ("Hester", "Finlay", "Mirela", "Samir"),
        "Deputy director, digital",
    ),
)

CWM: Final = DemoBody(
    slug="cwm-dychmyg",
    name="Cwm Dychmyg County Borough Council",
    name_cy="Cyngor Bwrdeistref Sirol Cwm Dychmyg",
    kind=OrganisationKind.COUNCIL,
    register=Register.ONS,
    register_id="W06999008",
    region=Region.WALES,
    about="An invented Welsh council that advertises in Welsh and English.",
    scheme="lgps",
    rates=(DemoRate(APRIL_2026, Decimal("0.193"), LGPS_2026),),
    sponsor="Siwan Sponsor, Chief Executive",
    limits=LIMITS,
    people=four(
        "cwm-dychmyg", "Enghraifft", ("Heledd", "Ffion", "Meurig", "Sioned"), "Head of ICT"
    ),
)

WESTMARCH: Final = DemoBody(
    slug="westmarch",
    name="Westmarch Shared Services",
    kind=OrganisationKind.OTHER,
    register=Register.COMPANIES_HOUSE,
    register_id="99999909",
    region=Region.SOUTH_WEST,
    about="An invented company owned by three councils, which runs their payroll and networks.",
    scheme="lgps",
    rates=(DemoRate(APRIL_2026, Decimal("0.165"), LGPS_2026),),
    sponsor="Sol Sponsor, Managing Director",
    limits=LIMITS,
    people=four(
        "westmarch", "Makebelieve", ("Hope", "Frank", "Mina", "Stefan"), "Head of networks"
    ),
)

# Has applied and waits for the operator, who finds it on the first visit.
SALTMARSH: Final = DemoBody(
    slug="saltmarsh",
    name="Saltmarsh Borough Council",
    kind=OrganisationKind.COUNCIL,
    register=Register.ONS,
    register_id="E07999010",
    region=Region.EAST_OF_ENGLAND,
    about="An invented borough council that would like to join.",
    scheme="lgps",
    rates=(),
    sponsor="Sukie Sponsor, Chief Executive",
    is_verified=False,
    people=(
        DemoPerson(
            "admin-saltmarsh", "Astrid Applicant", "Head of people", (Duty.ORGANISATION_ADMIN,)
        ),
    ),
)

NEIGHBOURS: Final = (NORTHSHIRE, EASTMOOR, HARBOUR)
BODIES: Final = (
    *NEIGHBOURS, GREYWATER, TARNSIDE, FERNHILL, LANTERN, EXAMPLES, CWM, WESTMARCH, SALTMARSH,
)  # fmt: skip
