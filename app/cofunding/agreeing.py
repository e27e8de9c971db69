"""What a draft funding agreement says beside its figures, from the bodies and the post. Pure.

What nobody has said is left out, and prints as "To be agreed".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from app.core.words import number
from app.costsharing.agreement import agreement_faults
from app.costsharing.engine import Inputs
from app.opportunities.domain import LegalPower, Remote
from app.organisations.domain import REGISTER_NAMES, OrganisationKind, Region, Register

LONGEST_TEXT: Final = 2000
LONGEST_LINE: Final = 200

BODY_KINDS: Final[dict[OrganisationKind, str]] = {
    OrganisationKind.COUNCIL: "local_authority",
    OrganisationKind.NHS: "nhs_body",
    OrganisationKind.POLICE: "police",
    OrganisationKind.FIRE: "fire",
    OrganisationKind.UNIVERSITY: "education",
    OrganisationKind.CHARITY: "charity",
    OrganisationKind.DEPARTMENT: "government_department",
    OrganisationKind.OTHER: "other",
}
ELSEWHERE: Final = {
    Region.SCOTLAND: "scotland",
    Region.NORTHERN_IRELAND: "northern_ireland",
}


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody to write to at a body."""

    name: str
    email: str
    role: str = ""


@dataclass(frozen=True, slots=True)
class PartyFacts:
    """What is known of a body that is a party; `conditions` are those of its pledge."""

    party: str
    name: str
    kind: OrganisationKind
    register: Register
    register_id: str
    is_vat_registered: bool | None = None
    contact: Contact | None = None
    invoice_contact: Contact | None = None
    conditions: str | None = None


@dataclass(frozen=True, slots=True)
class PostForPaper:
    """What is known of the post; `region` is where it is, which decides the law."""

    title: str
    description: str | None = None
    place: str | None = None
    region: str | None = None
    remote: str | None = None
    office_days: Decimal | None = None
    level: str | None = None
    legal_power: str | None = None
    legal_power_note: str | None = None


def agreement_details(
    post: PostForPaper, parties: Sequence[PartyFacts], inputs: Inputs, *, on: date
) -> dict[str, Any]:
    """The `agreement` object beside the inputs of a split: the employer is the first party.

    A legal power that does not fit the bodies or the law of the place is left out, so that the
    draft asks for one instead of naming a wrong one.
    """
    employer = parties[0]
    details: dict[str, Any] = {
        "title": _line(post.title),
        "version_date": on.isoformat(),
        "draft": True,
        "employer": {"kind": "host"},
        "post": _post(post),
        "parties": {one.party: _party(one, employer) for one in parties},
        "shares": {
            "source": "Pledges of the parties, each approved by its finance officer",
            "on": on.isoformat(),
        },
        **_conditions(parties),
    }
    if post.region:
        details["jurisdiction"] = ELSEWHERE.get(Region(post.region), "england_and_wales")
    power = _power(post)
    if power:
        with_power = {**details, "legal_power": power}
        if not agreement_faults(with_power, inputs):
            return with_power
    return details


def _post(post: PostForPaper) -> dict[str, str]:
    said = {
        "title": _line(post.title),
        "grade": _line(post.level or "", 100),
        "duties": _text(post.description or ""),
        "base": _line(post.place or ""),
        "working_pattern": _pattern(post),
    }
    return {key: value for key, value in said.items() if value}


def _pattern(post: PostForPaper) -> str:
    if post.remote == Remote.REMOTE:
        return "The work is done from anywhere."
    if post.remote == Remote.ON_SITE:
        return "The work is done at the place of work."
    if post.remote == Remote.HYBRID and post.office_days is not None:
        return f"{number(post.office_days)} days a week at the place of work, the rest elsewhere."
    return ""


def _party(one: PartyFacts, employer: PartyFacts) -> dict[str, Any]:
    details: dict[str, Any] = {
        "kind": BODY_KINDS[one.kind],
        "register": {"name": REGISTER_NAMES[one.register], "identifier": _line(one.register_id)},
    }
    for key, contact in (("contact", one.contact), ("invoice_contact", one.invoice_contact)):
        if contact is not None:
            said = {"name": contact.name, "role": contact.role, "email": contact.email}
            details[key] = {k: _line(v) for k, v in said.items() if v.strip()}
    if one is not employer and employer.is_vat_registered is not None:
        known = "yes" if employer.is_vat_registered else "no"
        details["vat"] = {"questions": {"host_registered": known}}
    return details


def _conditions(parties: Sequence[PartyFacts]) -> dict[str, str]:
    told = [f"{one.name}: {one.conditions}" for one in parties if one.conditions]
    if not told:
        return {}
    words = "Conditions that parties set with their pledges, to be settled before signing. "
    return {"background": _text(words + " ".join(told))}


def _power(post: PostForPaper) -> dict[str, str]:
    if not post.legal_power or post.legal_power == LegalPower.TO_CONFIRM:
        return {}
    note = _text(post.legal_power_note or "")
    if post.legal_power == LegalPower.OTHER and not note:
        return {}
    return {"code": post.legal_power, **({"text": note} if note else {})}


def _line(text: str, most: int = LONGEST_LINE) -> str:
    """Words on one line, cut where they are longer than the agreement takes.

    >>> _line("Head of  cyber security", 12)
    'Head of cyb…'
    """
    joined = " ".join(text.split())
    return joined if len(joined) <= most else joined[: most - 1] + "…"


def _text(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"
