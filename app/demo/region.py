"""What the bodies and people of the demo region are made of. Pure."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from app.core.permissions import DUTY_NAMES, Duty
from app.organisations.domain import OrganisationKind, Region, Register

# Nobody can have a domain below this one: it is set aside for examples (RFC 2606).
TOP_DOMAIN: Final = "example"


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody invented. `slug` is the persona on `/demo`, `manager` the line manager's slug."""

    slug: str
    name: str
    job: str
    duties: tuple[Duty, ...] = ()
    manager: str = ""

    @property
    def duty_names(self) -> str:
        """What they do for their body, as a page says it.

        >>> DemoPerson("x", "Ada Example", "Manager", (Duty.LINE_MANAGER, Duty.HR)).duty_names
        'Line manager, HR'
        """
        first, *more = (DUTY_NAMES[duty] for duty in self.duties or (Duty.MEMBER,))
        return ", ".join([first, *(name if name.isupper() else name.lower() for name in more)])

    def email_at(self, domain: str) -> str:
        """Where mail to them goes.

        >>> DemoPerson("staff-northshire", "Ada Example", "Analyst").email_at("northshire.example")
        'ada.example@northshire.example'
        """
        return f"{self.name.lower().replace(' ', '.')}@{domain}"


@dataclass(frozen=True, slots=True)
class DemoRate:
    """An employer's pension rate, a fraction of pay, from a day."""

    starts_on: date
    rate: Decimal
    source: str


@dataclass(frozen=True, slots=True)
class DemoBody:
    """An invented public body with its people; limits are in pounds, hours in hours a week."""

    slug: str
    name: str
    kind: OrganisationKind
    register: Register
    register_id: str
    region: Region
    about: str
    scheme: str
    rates: tuple[DemoRate, ...]
    sponsor: str
    people: tuple[DemoPerson, ...]
    name_cy: str | None = None
    is_vat_registered: bool = True
    pays_levy: bool = True
    hours: Decimal = Decimal(37)
    limits: dict[Duty, Decimal] = field(default_factory=dict)
    needs_post_approval: bool = False
    is_verified: bool = True

    @property
    def domain(self) -> str:
        """The domain of its email addresses."""
        return f"{self.slug}.{TOP_DOMAIN}"
