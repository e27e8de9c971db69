"""What a section of a post says, in words: what was saved meanwhile, and what a change changes."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from app.core.words import day_in_words, number
from app.opportunities.domain import (
    AUDIENCE_NAMES,
    CHECK_NAMES,
    CONTRACT_NAMES,
    FULL_WEEK,
    LEGAL_POWER_NAMES,
    REMOTE_NAMES,
    WHO_PAYS_NAMES,
    Audience,
    Checks,
    ContractType,
    LegalPower,
    OpportunityKind,
    PostFacts,
    Remote,
    SkillNeed,
    WhoPays,
)
from app.opportunities.writing.domain import SECTION_NAMES, Section
from app.opportunities.writing.queries import Names
from app.organisations.domain import REGION_NAMES, Region
from app.roles.domain import Proficiency


@dataclass(frozen=True, slots=True)
class Line:
    """An answer in words: one paragraph or several; `lang` where it is not English."""

    label: str
    values: tuple[str, ...]
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A section with its lines; none where nothing is answered."""

    section: Section
    title: str
    lines: tuple[Line, ...]


Lines = Iterator[Line]


def part_of(facts: PostFacts, names: Names, section: Section) -> Part:
    """One section of a post."""
    lines = tuple(line for line in _LINES[section](facts, names) if any(line.values))
    return Part(section, SECTION_NAMES[section], lines)


def _role(facts: PostFacts, names: Names) -> Lines:
    yield Line("Title", (facts.title,))
    yield Line("Role", (names.role,))
    yield Line("Level", (names.level,))


def _skills(facts: PostFacts, names: Names) -> Lines:
    for label, is_must in (("Must have", True), ("Useful", False)):
        needs = [need for need in facts.skills if need.is_must is is_must]
        yield Line(label, tuple(skill_words(need, names) for need in needs))


def skill_words(need: SkillNeed, names: Names) -> str:
    """A skill with its level, such as "Threat modelling, practitioner"."""
    known = names.skills.get(need.skill_id)
    name = known.name if known else ""
    return f"{name}, {Proficiency(need.level).label.lower()}" if need.level else name


def _work(facts: PostFacts, _: Names) -> Lines:
    yield Line("Summary", paragraphs(facts.summary))
    yield Line("Description", paragraphs(facts.description))


def _wants(facts: PostFacts, _: Names) -> Lines:
    wants = facts.wants or {}
    yield Line("Role looked for", (wants.get("title", ""),))
    yield Line("What is looked for", paragraphs(wants.get("description")))
    yield Line(
        "Regions that suit", tuple(REGION_NAMES[Region(r)] for r in wants.get("regions", ()))
    )


def _place(facts: PostFacts, _: Names) -> Lines:
    yield Line("Place of work", (facts.place or "",))
    yield Line("Postcode area", (facts.postcode_area or "",))
    yield Line("Region", (REGION_NAMES[Region(facts.region)] if facts.region else "",))


def _pattern(facts: PostFacts, _: Names) -> Lines:
    yield Line(
        "Where the work is done", (REMOTE_NAMES[Remote(facts.remote)],) if facts.remote else ()
    )
    if facts.office_days:
        yield Line("At the place of work", (f"{count(facts.office_days, 'day')} a week",))


def _time(facts: PostFacts, _: Names) -> Lines:
    if facts.days_per_week is not None:
        share = number(facts.days_per_week / FULL_WEEK)
        yield Line("Time", (f"{count(facts.days_per_week, 'day')} a week ({share} FTE)",))
    if facts.own_days is not None:
        yield Line("The employer takes", (f"{count(facts.own_days, 'day')} a week itself",))
    if facts.full_time_hours is not None:
        yield Line("Full-time week", (count(facts.full_time_hours, "hour"),))


def _dates(facts: PostFacts, _: Names) -> Lines:
    offered = facts.kind is OpportunityKind.SECONDMENT_OFFERED
    if facts.starts_on:
        yield Line("Free from" if offered else "Start date", (day_in_words(facts.starts_on),))
    if facts.ends_on:
        yield Line("Free until" if offered else "End date", (day_in_words(facts.ends_on),))
    if facts.weeks:
        yield Line("Length", (f"{facts.weeks} weeks",))


def _pay(facts: PostFacts, _: Names) -> Lines:
    if facts.who_pays:
        yield Line("Who pays", (WHO_PAYS_NAMES[WhoPays(facts.who_pays)],))
    if facts.pay_from is not None and facts.pay_to is not None:
        yield Line("Pay, full time", (pay_words(facts.pay_from, facts.pay_to),))
    yield Line("About pay", paragraphs(facts.pay_note))


def _cost(facts: PostFacts, _: Names) -> Lines:
    if facts.cost_inputs is not None:
        term = facts.cost_inputs["term"]
        yield Line("Worked out for", (f"{term['start']} to {term['end']}",))


def _checks(facts: PostFacts, _: Names) -> Lines:
    yield Line("Checks", tuple(CHECK_NAMES[Checks(check)] for check in facts.checks))


def _contract(facts: PostFacts, _: Names) -> Lines:
    if facts.contract_type:
        yield Line("Contract", (CONTRACT_NAMES[ContractType(facts.contract_type)],))
    if facts.legal_power:
        power = facts.legal_power_note or LEGAL_POWER_NAMES[LegalPower(facts.legal_power)]
        yield Line("Legal power", (power,))
    if facts.is_politically_restricted is not None:
        words = "Yes" if facts.is_politically_restricted else "No"
        yield Line("Politically restricted", (words,))


def _redeployees(facts: PostFacts, _: Names) -> Lines:
    if facts.redeployees_first_until:
        yield Line("Redeployees first until", (day_in_words(facts.redeployees_first_until),))


def _contact(facts: PostFacts, _: Names) -> Lines:
    yield Line("Contact", (facts.contact_name or "",))
    yield Line("Email", (facts.contact_email or "",))
    yield Line("Adjustments", paragraphs(facts.adjustments))


def _closing(facts: PostFacts, _: Names) -> Lines:
    if facts.closes_on:
        yield Line("Closing date", (day_in_words(facts.closes_on),))


def _audience(facts: PostFacts, names: Names) -> Lines:
    if facts.audience:
        yield Line("Who can see it", (AUDIENCE_NAMES[Audience(facts.audience)],))
    if facts.audience == Audience.NAMED:
        yield Line("Organisations", names.organisations)


def _welsh(facts: PostFacts, _: Names) -> Lines:
    yield Line("Title", (facts.title_cy or "",), "cy")
    yield Line("Summary", paragraphs(facts.summary_cy), "cy")
    yield Line("Description", paragraphs(facts.description_cy), "cy")


_LINES: Final[Mapping[Section, Callable[[PostFacts, Names], Lines]]] = {
    Section.ROLE: _role,
    Section.SKILLS: _skills,
    Section.WORK: _work,
    Section.WANTS: _wants,
    Section.PLACE: _place,
    Section.PATTERN: _pattern,
    Section.TIME: _time,
    Section.DATES: _dates,
    Section.PAY: _pay,
    Section.COST: _cost,
    Section.CHECKS: _checks,
    Section.CONTRACT: _contract,
    Section.REDEPLOYEES: _redeployees,
    Section.CONTACT: _contact,
    Section.CLOSING: _closing,
    Section.AUDIENCE: _audience,
    Section.WELSH: _welsh,
}


def paragraphs(text: str | None) -> tuple[str, ...]:
    """The paragraphs of a text that was typed with empty lines between them.

    >>> paragraphs("One.\\n\\nTwo.\\nStill two.")
    ('One.', 'Two.\\nStill two.')
    """
    parts = (text or "").replace("\r", "").split("\n\n")
    return tuple(part.strip() for part in parts if part.strip())


def count(amount: Decimal, word: str) -> str:
    """A number with its word.

    >>> count(Decimal("1.00"), "day"), count(Decimal("2.50"), "day")
    ('1 day', '2.5 days')
    """
    return f"{number(amount)} {word}{'' if amount == 1 else 's'}"


def pay_words(low: Decimal, high: Decimal) -> str:
    """Pay a year, as one figure or a range.

    >>> pay_words(Decimal(80000), Decimal("90000.50"))
    '£80,000 to £90,000.50 a year'
    """
    words = [pounds(amount) for amount in (low, high)]
    return f"{words[0]} a year" if low == high else f"{' to '.join(words)} a year"


def pounds(amount: Decimal) -> str:
    """An amount of money, without pence where there are none."""
    return f"£{amount:,.0f}" if amount == int(amount) else f"£{amount:,.2f}"
