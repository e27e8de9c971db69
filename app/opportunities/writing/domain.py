"""What each kind of post needs before it can be published, section by section. Pure."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final
from uuid import UUID

from app.core.words import day_in_words, number
from app.opportunities.domain import (
    FULL_WEEK,
    PUBLISHED,
    Audience,
    Checks,
    ContractType,
    OpportunityKind,
    PostFacts,
    Remote,
    SkillNeed,
)


class Section(StrEnum):
    """A part of a post that is answered and saved by itself; the value stands in its address."""

    ROLE = "role"
    SKILLS = "skills"
    WORK = "work"
    WANTS = "wants"
    PLACE = "place"
    PATTERN = "pattern"
    TIME = "time"
    DATES = "dates"
    PAY = "pay"
    COST = "cost"
    CHECKS = "checks"
    CONTRACT = "contract"
    REDEPLOYEES = "redeployees"
    CONTACT = "contact"
    CLOSING = "closing"
    AUDIENCE = "audience"
    WELSH = "welsh"


SECTION_NAMES: Final[dict[Section, str]] = {
    Section.ROLE: "Title, role and level",
    Section.SKILLS: "Skills",
    Section.WORK: "What the work is",
    Section.WANTS: "What you look for",
    Section.PLACE: "Employer and place of work",
    Section.PATTERN: "Hybrid working",
    Section.TIME: "Days a week",
    Section.DATES: "Dates",
    Section.PAY: "Pay",
    Section.COST: "Cost",
    Section.CHECKS: "Checks required",
    Section.CONTRACT: "Contract and legal power",
    Section.REDEPLOYEES: "Redeployees first",
    Section.CONTACT: "Contact and adjustments",
    Section.CLOSING: "Closing date",
    Section.AUDIENCE: "Who can see it",
    Section.WELSH: "Welsh",
}

GROUPS: Final[dict[str, tuple[Section, ...]]] = {
    "The work": (Section.ROLE, Section.SKILLS, Section.WORK, Section.WANTS),
    "Where and when": (Section.PLACE, Section.PATTERN, Section.TIME, Section.DATES),
    "Pay and terms": (
        Section.PAY,
        Section.COST,
        Section.CHECKS,
        Section.CONTRACT,
        Section.REDEPLOYEES,
    ),
    "Showing it": (Section.CONTACT, Section.CLOSING, Section.AUDIENCE, Section.WELSH),
}


@dataclass(frozen=True, slots=True)
class Need:
    """What a section asks of one kind: answers it must have, and answers it may have."""

    must: tuple[str, ...] = ()
    may: tuple[str, ...] = ()

    @property
    def is_optional(self) -> bool:
        """Whether the section can be left alone."""
        return not self.must


_EVERY_KIND: Final[dict[Section, Need]] = {
    Section.ROLE: Need(("title", "role")),
    Section.SKILLS: Need(("skills",)),
    Section.WORK: Need(("summary", "description")),
    Section.PLACE: Need(("place", "region"), ("postcode_area",)),
    Section.PATTERN: Need(("remote",), ("office_days",)),
    Section.TIME: Need(("days_per_week", "full_time_hours")),
    Section.CHECKS: Need(("checks",)),
    Section.CONTACT: Need(("contact_name", "contact_email", "adjustments")),
    Section.CLOSING: Need(("closes_on",)),
    Section.AUDIENCE: Need(("audience",), ("named_organisation_ids",)),
    Section.WELSH: Need((), ("title_cy", "summary_cy", "description_cy")),
}
_TERMS = ("contract_type", "legal_power", "is_politically_restricted")
_REDEPLOYEES: Final = {Section.REDEPLOYEES: Need((), ("redeployees_first_until",))}

NEEDS: Final[Mapping[OpportunityKind, Mapping[Section, Need]]] = {
    OpportunityKind.SHARED_POST: {
        **_EVERY_KIND,
        **_REDEPLOYEES,
        Section.TIME: Need(("days_per_week", "full_time_hours"), ("own_days",)),
        Section.DATES: Need(("starts_on",), ("ends_on",)),
        Section.PAY: Need(("pay_from", "pay_to"), ("pay_note",)),
        Section.COST: Need(("cost_inputs",)),
        Section.CONTRACT: Need(_TERMS, ("legal_power_note",)),
    },
    OpportunityKind.SECONDMENT_WANTED: {
        **_EVERY_KIND,
        **_REDEPLOYEES,
        Section.DATES: Need(("starts_on", "ends_on")),
        Section.PAY: Need(("who_pays",), ("pay_from", "pay_to", "pay_note")),
        Section.CONTRACT: Need(_TERMS, ("legal_power_note",)),
    },
    OpportunityKind.SECONDMENT_OFFERED: {
        **_EVERY_KIND,
        Section.WANTS: Need(("wants_description",), ("wants_regions",)),
        Section.DATES: Need(("starts_on", "ends_on")),
        Section.PAY: Need(("who_pays",), ("pay_from", "pay_to", "pay_note")),
        Section.CONTRACT: Need(("contract_type", "legal_power"), ("legal_power_note",)),
    },
    OpportunityKind.JOB_SWAP: {
        **_EVERY_KIND,
        Section.WANTS: Need(("wants_title", "wants_description"), ("wants_regions",)),
        Section.DATES: Need(("starts_on", "ends_on")),
        Section.PAY: Need(("who_pays",), ("pay_from", "pay_to", "pay_note")),
        Section.CONTRACT: Need(
            ("contract_type", "is_politically_restricted"), ("legal_power", "legal_power_note")
        ),
    },
    OpportunityKind.SHORT_ASSIGNMENT: {
        **_EVERY_KIND,
        **_REDEPLOYEES,
        Section.DATES: Need(("starts_on", "weeks")),
        Section.PAY: Need(("who_pays",), ("pay_note",)),
        Section.CONTRACT: Need(
            ("contract_type", "is_politically_restricted"), ("legal_power", "legal_power_note")
        ),
    },
}

CONTRACTS: Final[Mapping[OpportunityKind, tuple[ContractType, ...]]] = {
    OpportunityKind.SHARED_POST: (ContractType.PERMANENT, ContractType.FIXED_TERM),
    **dict.fromkeys(
        (
            OpportunityKind.SECONDMENT_WANTED,
            OpportunityKind.SECONDMENT_OFFERED,
            OpportunityKind.JOB_SWAP,
            OpportunityKind.SHORT_ASSIGNMENT,
        ),
        (ContractType.SECONDMENT, ContractType.LOAN),
    ),
}

# Where a start is given to people who answer, it lies after the last day to answer. What is offered
# is free from a day on, and may still be open for answers then.
_STARTS_AFTER_CLOSING: Final = frozenset(
    {
        OpportunityKind.SHARED_POST,
        OpportunityKind.SECONDMENT_WANTED,
        OpportunityKind.SHORT_ASSIGNMENT,
    }
)

LONGEST_OPEN: Final = timedelta(days=366)

_MISSING: Final[dict[str, str]] = {
    "title": "Enter a title",
    "role": "Choose a role",
    "skills": "Add at least one skill that is a must",
    "summary": "Enter a summary",
    "description": "Enter a description",
    "wants_title": "Enter the role you look for",
    "wants_description": "Enter what you look for",
    "place": "Enter the place of work",
    "region": "Choose a region",
    "remote": "Choose where the work is done",
    "days_per_week": "Enter the days a week",
    "full_time_hours": "Enter the hours of a full-time week",
    "starts_on": "Enter a start date",
    "ends_on": "Enter an end date",
    "weeks": "Enter the number of weeks",
    "pay_from": "Enter the lowest pay",
    "pay_to": "Enter the highest pay",
    "who_pays": "Choose who pays",
    "cost_inputs": "Work out what the post costs",
    "checks": "Choose the checks required",
    "contract_type": "Choose the type of contract",
    "legal_power": "Choose the legal power",
    "is_politically_restricted": "Say whether the post is politically restricted",
    "contact_name": "Enter who can be asked",
    "contact_email": "Enter their email address",
    "adjustments": "Enter how you help with adjustments",
    "closes_on": "Enter a closing date",
    "audience": "Choose who can see the post",
}


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that keeps a post from being published: where, and what to do about it."""

    section: Section
    field: str
    message: str


def sections_of(kind: OpportunityKind) -> tuple[Section, ...]:
    """The sections of a kind, in the order of the task list."""
    return tuple(s for group in GROUPS.values() for s in group if s in NEEDS[kind])


def answers_of(kind: OpportunityKind, section: Section) -> tuple[str, ...]:
    """All answers that a section asks of a kind."""
    need = NEEDS[kind][section]
    return (*need.must, *need.may)


def is_answered(facts: PostFacts, name: str) -> bool:
    """Whether an answer of `NEEDS` is there."""
    if name == "role":
        return facts.role_id is not None or facts.local_role_id is not None
    if name == "skills":
        return any(skill.is_must for skill in facts.skills)
    if name.startswith("wants_"):
        return bool((facts.wants or {}).get(name.removeprefix("wants_")))
    return getattr(facts, name) not in (None, "", ())


def gaps(facts: PostFacts, today: date) -> tuple[Gap, ...]:
    """All that keeps a post from being published on a day, in the order of the task list."""
    found = [gap for section in NEEDS[facts.kind] for gap in gaps_in(facts, section, today)]
    order = sections_of(facts.kind)
    return tuple(sorted(found, key=lambda gap: order.index(gap.section)))


def gaps_in(facts: PostFacts, section: Section, today: date) -> tuple[Gap, ...]:
    """What is missing or wrong in one section, with an eye on the others."""
    need = NEEDS[facts.kind][section]
    missing = [Gap(section, n, _MISSING[n]) for n in need.must if not is_answered(facts, n)]
    missing += [
        Gap(section, name, message)
        for name, message in _said(facts, section, today)
        if name not in {gap.field for gap in missing}
    ]
    return tuple(missing)


Said = Iterator[tuple[str, str]]


def _role(facts: PostFacts) -> Said:
    if facts.needs_level:
        yield "level", "Choose a level"


def _pattern(facts: PostFacts) -> Said:
    if facts.remote != Remote.HYBRID:
        return
    if facts.office_days is None:
        yield "office_days", "Enter the days a week at the place of work"
    elif not facts.office_days:
        yield "office_days", "Days a week at the place of work must be more than 0"
    elif facts.days_per_week is not None and facts.office_days > facts.days_per_week:
        yield (
            "office_days",
            "Days a week at the place of work must not be more than the "
            f"{number(facts.days_per_week)} days a week that are worked",
        )


def _dates(facts: PostFacts, today: date) -> Said:
    start, end = facts.starts_on, facts.ends_on
    if start is not None and end is not None and end <= start:
        yield "ends_on", "End date must be after the start date"
    if end is None and facts.contract_type == ContractType.FIXED_TERM:
        yield "ends_on", "Enter an end date: the contract is for a fixed term"
    if start is not None and start < today and facts.status not in PUBLISHED:
        yield "starts_on", "Start date must be in the future"


def _pay(facts: PostFacts) -> Said:
    low, high = facts.pay_from, facts.pay_to
    if low is not None and high is None:
        yield "pay_to", "Enter the highest pay, or the same amount again"
    elif high is not None and low is None:
        yield "pay_from", "Enter the lowest pay, or the same amount again"
    elif low is not None and high is not None and low > high:
        yield "pay_to", "Highest pay must not be less than the lowest pay"


def _cost(facts: PostFacts) -> Said:
    """The cost was worked out from dates and hours, which the post may have changed since."""
    if facts.cost_inputs is None:
        return
    term, post = facts.cost_inputs.get("term", {}), facts.cost_inputs.get("post", {})
    again = "Work out the cost again: the post has"
    for answer, key, what in (
        (facts.starts_on, "start", "start date"),
        (facts.ends_on, "end", "end date"),
    ):
        if answer is not None and term.get(key) != answer.isoformat():
            yield "cost_inputs", f"{again} another {what} now"
            return
    if facts.days_per_week is not None:
        worked = Fraction(post["contracted_hours"]) / Fraction(post["full_time_hours"])
        if worked != Fraction(facts.days_per_week) / FULL_WEEK:
            yield "cost_inputs", f"{again} other days a week now"


def _checks(facts: PostFacts) -> Said:
    if Checks.NONE in facts.checks and len(facts.checks) > 1:
        yield "checks", "Choose checks, or none, but not both"


def _contract(facts: PostFacts) -> Said:
    if facts.contract_type and facts.contract_type not in CONTRACTS[facts.kind]:
        yield "contract_type", _MISSING["contract_type"]


def _redeployees(facts: PostFacts) -> Said:
    until, closes = facts.redeployees_first_until, facts.closes_on
    if until is not None and closes is not None and until >= closes:
        yield (
            "redeployees_first_until",
            f"Last day for redeployees must be before the closing date, {day_in_words(closes)}",
        )


def _closing(facts: PostFacts, today: date) -> Said:
    closes, start = facts.closes_on, facts.starts_on
    if closes is None:
        return
    if closes < today:
        yield "closes_on", "Closing date must be today or in the future"
    elif closes > today + LONGEST_OPEN:
        yield "closes_on", "Closing date must be within a year from today"
    elif facts.kind in _STARTS_AFTER_CLOSING and start is not None and closes >= start:
        yield "closes_on", f"Closing date must be before the start date, {day_in_words(start)}"


def _audience(facts: PostFacts) -> Said:
    if facts.audience == Audience.NAMED and not facts.named_organisation_ids:
        yield "named_organisation_ids", "Name at least one organisation"


def _welsh(facts: PostFacts) -> Said:
    """Half a translation would leave Welsh readers with English in the middle of the page."""
    parts = {"title_cy": "title", "summary_cy": "summary", "description_cy": "description"}
    given = [name for name in parts if getattr(facts, name)]
    if given and len(given) < len(parts):
        for name, word in parts.items():
            if name not in given:
                yield name, f"Enter the {word} in Welsh, or take the other Welsh text out"


_RULES: Final[dict[Section, Callable[[PostFacts], Said]]] = {
    Section.ROLE: _role,
    Section.PATTERN: _pattern,
    Section.PAY: _pay,
    Section.COST: _cost,
    Section.CHECKS: _checks,
    Section.CONTRACT: _contract,
    Section.REDEPLOYEES: _redeployees,
    Section.AUDIENCE: _audience,
    Section.WELSH: _welsh,
}
_DATED_RULES: Final[dict[Section, Callable[[PostFacts, date], Said]]] = {
    Section.DATES: _dates,
    Section.CLOSING: _closing,
}


def _said(facts: PostFacts, section: Section, today: date) -> Said:
    if section in _RULES:
        yield from _RULES[section](facts)
    elif section in _DATED_RULES:
        yield from _DATED_RULES[section](facts, today)


Packed = dict[str, Any]


def pack(values: Mapping[str, Any]) -> Packed:
    """Answers as JSON can keep them, to be unpacked later as they were.

    >>> unpack(pack({"starts_on": date(2027, 4, 1), "weeks": 8, "title": "CISO"}))
    {'starts_on': datetime.date(2027, 4, 1), 'weeks': 8, 'title': 'CISO'}
    """
    return {name: _packed(value) for name, value in values.items()}


def _packed(value: Any) -> Any:
    match value:
        case date():
            return {"_date": value.isoformat()}
        case Decimal():
            return {"_decimal": str(value)}
        case UUID():
            return {"_id": str(value)}
        case SkillNeed():
            return {"_skill": [str(value.skill_id), value.level, value.is_must]}
        case tuple():
            return {"_list": [_packed(part) for part in value]}
        case _:
            return value


def unpack(packed: Mapping[str, Any]) -> dict[str, Any]:
    """What `pack` was given."""
    return {name: _unpacked(value) for name, value in packed.items()}


def _unpacked(value: Any) -> Any:
    match value:
        case {"_date": text}:
            return date.fromisoformat(text)
        case {"_decimal": text}:
            return Decimal(text)
        case {"_id": text}:
            return UUID(text)
        case {"_skill": [skill, level, is_must]}:
            return SkillNeed(UUID(skill), level, is_must)
        case {"_list": parts}:
            return tuple(_unpacked(part) for part in parts)
        case _:
            return value
