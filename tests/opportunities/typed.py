"""What a person types into each section of a post, for pages and for the browser."""

from datetime import date, timedelta
from typing import Any

from app.core.clock import london_today
from app.opportunities.domain import OpportunityKind
from app.opportunities.writing.domain import Section, sections_of

Typed = dict[str, Any]


def on(name: str, day: date) -> Typed:
    """A date in its three inputs."""
    return {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": day.year}


def starts() -> date:
    """A start far enough away."""
    return london_today() + timedelta(days=120)


def ends() -> date:
    """An end two years later."""
    return starts() + timedelta(days=729)


def closes() -> date:
    """A last day before the start."""
    return london_today() + timedelta(days=40)


def typed(kind: OpportunityKind, section: Section) -> Typed:
    """Sound answers of a section, as a browser sends them. Role, level and skills are not here:
    they are chosen from what the page offers.
    """
    shared = kind is OpportunityKind.SHARED_POST
    pay = {"pay_note": "Spot salary"}
    if shared:
        pay |= {"pay_from": "80,000", "pay_to": "£90,000"}
    else:
        pay |= {"who_pays": "full"}
    contract = {"contract_type": "fixed_term" if shared else "secondment"}
    contract |= {"legal_power": "lga1972_s113"}
    if kind is not OpportunityKind.SECONDMENT_OFFERED:
        contract["is_politically_restricted"] = "no"
    dates = on("starts_on", starts())
    dates |= {"weeks": "8"} if kind is OpportunityKind.SHORT_ASSIGNMENT else on("ends_on", ends())
    wants = {"wants_description": "Somebody for a year.", "wants_regions": ["wales", "london"]}
    if kind is OpportunityKind.JOB_SWAP:
        wants["wants_title"] = "Delivery manager"
    answers: dict[Section, Typed] = {
        Section.WORK: {"summary": "Lead cyber security.", "description": "First.\n\nSecond."},
        Section.WANTS: wants,
        Section.PLACE: {"place": "Northtown", "postcode_area": "ne", "region": "north_east"},
        Section.PATTERN: {"remote": "hybrid", "office_days": "1.5"},
        Section.TIME: {
            "unit": "days", "days_per_week": "3", "full_time_hours": "37",
            **({"own_days": "0.5"} if shared else {}),
        },
        Section.DATES: dates,
        Section.PAY: pay,
        Section.COST: {
            "how": "questions", "salary": "84,000", "pension": "19.5", "levy": "yes",
            "other": "1,000",
        },
        Section.CHECKS: {"checks": ["bpss", "sc"]},
        Section.CONTRACT: contract,
        Section.REDEPLOYEES: {"first": "no"},
        Section.CONTACT: {
            "contact_name": "Recruitment", "contact_email": "jobs@northshire.example",
            "adjustments": "Tell us what you need.",
        },
        Section.CLOSING: on("closes_on", closes()),
        Section.AUDIENCE: {"audience": "public"},
        Section.WELSH: {
            "title_cy": "Prif swyddog", "summary_cy": "Arwain.", "description_cy": "Tŷ a ŵyn.",
        },
    }  # fmt: skip
    return answers[section]


def typed_sections(kind: OpportunityKind) -> tuple[Section, ...]:
    """The sections that `typed` knows, in an order in which each has what it needs."""
    chosen = (Section.ROLE, Section.SKILLS)
    return tuple(section for section in sections_of(kind) if section not in chosen)
