"""Applications to join: their tasks, how long they are kept, and what stands in their way. Pure."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from app.core.errors import NotFound, RuleBroken
from app.core.permissions import Duty
from app.organisations.domain import OrganisationKind, Register

KEEP_IDLE: Final = timedelta(days=90)
"""How long an application that nobody works on is kept."""

CONFIRM_LIVES: Final = timedelta(days=14)
"""How long the link to confirm an application may be used."""

MOST_DOMAINS: Final = 10
LIMITED_DUTIES: Final = (Duty.FINANCE_OFFICER, Duty.AUTHORISED_SIGNATORY, Duty.HR)
"""The duties that commit a body to money, and can have a limit: to approve, to sign, to pledge."""


@dataclass(frozen=True, slots=True)
class Application:
    """A whole application: what the body is, what finance needs of it, and who applies.

    `number` is as its register prints it, `full_time_hours` are hours a week, `pension_rate` is a
    fraction of pay since `pension_from`, `limits` are pounds by duty.
    """

    name: str
    name_cy: str | None
    kind: OrganisationKind
    region: str
    register: Register
    number: str
    domains: tuple[str, ...]
    is_vat_registered: bool
    pays_levy: bool
    full_time_hours: Decimal
    pension_scheme: str
    pension_rate: Decimal | None
    pension_from: date | None
    senior_sponsor: str
    limits: Mapping[Duty, Decimal]
    person_name: str
    job_title: str
    email: str


def slug_of(name: str) -> str:
    """The part of an address that a name makes: plain letters, numbers and hyphens.

    >>> slug_of("Cyngor Tŷ’r Môr & Borough Council")
    'cyngor-tyr-mor-and-borough-council'
    >>> slug_of("東京")
    'organisation'
    """
    plain = unicodedata.normalize("NFKD", name.lower().replace("&", " and "))
    plain = "".join(c for c in plain if not unicodedata.combining(c) and c not in "'’")
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-")
    return slug or "organisation"


def no_such_link() -> NotFound:
    """The answer for a wrong link, a used one and one that has ended: they look alike."""
    return NotFound(
        "link-ended",
        "This link does not work. It may have been used already, or it has ended. "
        "Links to confirm something work once.",
    )


def no_such_application() -> NotFound:
    """The answer for a wrong link to an application and for one that is gone."""
    return NotFound(
        "application-not-found",
        "There is no application at this address. Applications are deleted after 90 days "
        "without use.",
    )


def number_held() -> RuleBroken:
    """Another body that was checked already holds the number."""
    return RuleBroken(
        "register-number-held",
        "An organisation with this number is here already. Ask its administrators to invite you.",
    )
