"""Between what a post holds and what its pages ask: answers to show, and answers read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final
from uuid import UUID

from app.core.fields import Option, Raw, Setting, ratio
from app.core.forms import Form
from app.core.words import number
from app.opportunities.domain import FULL_WEEK, OpportunityKind, PostFacts, SkillNeed
from app.opportunities.writing.domain import Section, answers_of
from app.opportunities.writing.forms import (
    AudienceForm,
    LevelForm,
    RedeployeesForm,
    RoleForm,
    SharedTimeForm,
    SkillsForm,
    TimeForm,
    contract_options,
    words_of,
)

# The new answers of a section by the names of PostFacts.
Values = dict[str, Any]
ROLE, LOCAL_ROLE = "role", "local"
_HUNDREDTH: Final = Decimal("0.01")
_EXACT: Final = frozenset({"office_days"})


@dataclass(frozen=True, slots=True)
class Known:
    """What a section's page needs beside the post: lists to choose from, and what we can fill in.

    `filled` are answers for questions that nobody has answered yet.
    """

    options: Mapping[str, tuple[Option, ...]] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    filled: Mapping[str, Raw] = field(default_factory=dict)
    cost_answers: Mapping[str, Raw] = field(default_factory=dict)
    is_saved: bool = False


def setting_of(facts: PostFacts, section: Section, known: Known) -> Setting:
    """The lists and words of a section's page."""
    return Setting(
        options={"contracts": contract_options(facts.kind), **known.options},
        words={**words_of(facts.kind, section), **known.words},
    )


def shown(facts: PostFacts, section: Section, known: Known) -> dict[str, Raw]:
    """The answers of a section as its page shows them."""
    own = _SHOWN.get(section)
    raw = own(facts, known) if own else _plain(facts, section)
    return {**raw, **{k: v for k, v in known.filled.items() if not raw.get(k)}}


def _plain(facts: PostFacts, section: Section) -> dict[str, Raw]:
    wants = facts.wants or {}
    return {
        name: typed(
            wants.get(name.removeprefix("wants_"))
            if name.startswith("wants_")
            else getattr(facts, name)
        )
        for name in answers_of(facts.kind, section)
    }


def typed(value: object) -> Raw:
    """A value as a person would have typed it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return {"day": str(value.day), "month": str(value.month), "year": str(value.year)}
    if isinstance(value, Decimal):
        return number(value)
    if isinstance(value, list | tuple):
        return list(value)
    return "" if value is None else str(value)


def _role_shown(facts: PostFacts, _: Known) -> dict[str, Raw]:
    role = ""
    if facts.local_role_id is not None:
        role = f"{LOCAL_ROLE}:{facts.local_role_id}"
    elif facts.role_id is not None:
        role = f"{ROLE}:{facts.role_id}"
    return {"title": facts.title, "role": role}


def _skills_shown(facts: PostFacts, _: Known) -> dict[str, Raw]:
    rows = [
        {
            "skill": str(skill.skill_id),
            "level": str(skill.level or ""),
            "need": "must" if skill.is_must else "useful",
        }
        for skill in facts.skills
    ]
    return {"skills": rows}


def _time_shown(facts: PostFacts, _: Known) -> dict[str, Raw]:
    days = facts.days_per_week
    own = {"own_days": typed(facts.own_days)} if facts.kind is OpportunityKind.SHARED_POST else {}
    return {
        "unit": "" if days is None else "days",
        "days_per_week": typed(days),
        **own,
        "full_time_hours": typed(facts.full_time_hours),
    }


def _redeployees_shown(facts: PostFacts, known: Known) -> dict[str, Raw]:
    until = facts.redeployees_first_until
    first = "yes" if until else "no" if known.is_saved else ""
    return {"first": first, "redeployees_first_until": typed(until) if until else None}


def _audience_shown(facts: PostFacts, _: Known) -> dict[str, Raw]:
    named = [{"organisation": str(one)} for one in facts.named_organisation_ids]
    return {"audience": facts.audience or "", "named": named}


def _cost_shown(_: PostFacts, known: Known) -> dict[str, Raw]:
    return dict(known.cost_answers)


_SHOWN: Final[Mapping[Section, Callable[[PostFacts, Known], dict[str, Raw]]]] = {
    Section.ROLE: _role_shown,
    Section.SKILLS: _skills_shown,
    Section.TIME: _time_shown,
    Section.REDEPLOYEES: _redeployees_shown,
    Section.AUDIENCE: _audience_shown,
    Section.COST: _cost_shown,
}


def values_of(facts: PostFacts, section: Section, form: Form) -> Values:
    """The new answers of a section that was read without fault.

    The cost is not among them: working it out takes more than its form.
    """
    match form:
        case RoleForm():
            kind, _, key = form.role.partition(":")
            is_local = kind == LOCAL_ROLE
            return {
                "title": form.title,
                "role_id": None if is_local else UUID(key),
                "local_role_id": UUID(key) if is_local else None,
            }
        case LevelForm():
            return {"role_level_id": UUID(form.level)}
        case SkillsForm():
            return {"skills": _skills_read(form)}
        case TimeForm():
            return _time_read(form)
        case RedeployeesForm():
            return {"redeployees_first_until": form.redeployees_first_until}
        case AudienceForm():
            named = dict.fromkeys(UUID(row.organisation) for row in form.named or ())
            return {"audience": form.audience, "named_organisation_ids": tuple(named)}
        case _:
            return _plain_read(facts, section, form)


def _skills_read(form: SkillsForm) -> tuple[SkillNeed, ...]:
    """Musts first, as they are shown; a skill that stands there twice counts once."""
    rows = {
        UUID(row.skill): SkillNeed(
            UUID(row.skill), int(row.level) if row.level else None, row.need == "must"
        )
        for row in form.skills
    }
    return tuple(sorted(rows.values(), key=lambda need: not need.is_must))


def _time_read(form: TimeForm) -> Values:
    """FTE becomes days of a full-time week of five, to the hundredth."""
    is_days = form.unit == "days"
    days = ratio(form.days_per_week or "0") if is_days else ratio(form.fte or "0") * FULL_WEEK
    own: Values = {}
    if isinstance(form, SharedTimeForm):
        own = {"own_days": None if form.own_days is None else Decimal(form.own_days)}
    return {
        **own,
        "days_per_week": days.quantize(_HUNDREDTH, ROUND_HALF_UP),
        "full_time_hours": ratio(form.full_time_hours).quantize(_HUNDREDTH, ROUND_HALF_UP),
    }


def _plain_read(facts: PostFacts, section: Section, form: Form) -> Values:
    values: Values = {}
    wants: dict[str, Any] = {}
    for name in answers_of(facts.kind, section):
        value = getattr(form, name)
        if name in _EXACT and value is not None:
            value = Decimal(value)
        if name == "postcode_area" and value:
            value = value.upper()
        if name == "checks":
            value = tuple(value or ())
        if name.startswith("wants_"):
            wants[name.removeprefix("wants_")] = value
        else:
            values[name] = value
    if wants:
        values["wants"] = {name: value for name, value in wants.items() if value}
    return values
