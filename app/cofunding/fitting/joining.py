"""What the draft of a joint post says, from the needs that it joins. Pure."""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from app.cofunding.domain import days_in_words
from app.cofunding.fitting.domain import as_kept
from app.opportunities.domain import Audience, Checks, OpportunityKind, PostFacts
from app.opportunities.writing.domain import Section

NUMBERS = {2: "two", 3: "three", 4: "four"}


@dataclass(frozen=True, slots=True)
class Other:
    """What another body's post brings to the joint one, told once all have agreed."""

    body_id: uuid.UUID
    name: str
    days: Fraction
    summary: str
    starts_on: date | None
    ends_on: date | None
    checks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Joined:
    """The lead's own post, and what the others bring."""

    lead: PostFacts
    others: tuple[Other, ...]
    role_name: str

    @property
    def days(self) -> Fraction:
        """The days a week of all."""
        own = Fraction(self.lead.days_per_week or 0)
        return own + sum((one.days for one in self.others), Fraction(0))


Answers = tuple[Section, Mapping[str, Any]]


def title_of(joined: Joined) -> str:
    """A title for the draft, which the lead may change."""
    return f"{joined.role_name} for {NUMBERS.get(1 + len(joined.others), 'several')} organisations"


def answers_of(joined: Joined) -> Iterator[Answers]:
    """The answers of each section that the needs can fill, in an order in which they can be saved.

    Role, place, pattern, contact and pay are the lead's own; the days are those of all, the dates
    the time in which all need somebody, the checks those of all, the audience the others. Cost,
    contract and closing date are left to the lead.
    """
    lead = joined.lead
    yield (
        Section.ROLE,
        {
            "title": title_of(joined),
            "role_id": lead.role_id,
            "local_role_id": lead.local_role_id,
        },
    )
    if lead.role_level_id is not None:
        yield Section.ROLE, {"role_level_id": lead.role_level_id}
    yield Section.SKILLS, {"skills": lead.skills}
    yield Section.WORK, {"summary": lead.summary, "description": _description(joined)}
    yield Section.PLACE, _own(lead, "place", "region", "postcode_area")
    days, hours = as_kept(joined.days), lead.full_time_hours
    yield Section.TIME, {"days_per_week": days, "full_time_hours": hours}
    yield Section.PATTERN, {"remote": lead.remote, "office_days": lead.office_days}
    yield Section.DATES, _dates(joined)
    yield Section.CHECKS, {"checks": _checks(joined)}
    if lead.pay_from is not None and lead.pay_to is not None:
        pay = {"pay_from": lead.pay_from, "pay_to": lead.pay_to, "pay_note": lead.pay_note}
        yield Section.PAY, pay
    if lead.kind is OpportunityKind.SHARED_POST:
        terms = ("contract_type", "legal_power", "legal_power_note", "is_politically_restricted")
        yield Section.CONTRACT, _own(lead, *terms)
    yield Section.CONTACT, _own(lead, "contact_name", "contact_email", "adjustments")
    named = tuple(one.body_id for one in joined.others)
    yield Section.AUDIENCE, {"audience": Audience.NAMED.value, "named_organisation_ids": named}


def _own(lead: PostFacts, *names: str) -> dict[str, Any]:
    return {name: getattr(lead, name) for name in names}


def _description(joined: Joined) -> str:
    parts = [joined.lead.description or ""]
    parts += [
        f"For {one.name}, {days_in_words(one.days)} a week: {one.summary}" for one in joined.others
    ]
    return "\n\n".join(part for part in parts if part)


def _dates(joined: Joined) -> dict[str, date | None]:
    spans = [(joined.lead.starts_on, joined.lead.ends_on)]
    spans += [(one.starts_on, one.ends_on) for one in joined.others]
    starts = [start for start, _ in spans if start is not None]
    ends = [end for _, end in spans if end is not None]
    return {"starts_on": max(starts, default=None), "ends_on": min(ends, default=None)}


def _checks(joined: Joined) -> tuple[str, ...]:
    """The checks of all, in the order in which they are listed; none only where nobody asks any."""
    asked = {*joined.lead.checks, *(check for one in joined.others for check in one.checks)}
    found = tuple(check.value for check in Checks if check in asked)
    return tuple(check for check in found if check != Checks.NONE) or found
