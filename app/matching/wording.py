"""What pages say of a match: each skill, each condition, and the whole in a sentence. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from app.core.words import number
from app.matching.rule import (
    STANDING_NAMES,
    Answer,
    Availability,
    Condition,
    Line,
    Match,
    Standing,
    Terms,
)
from app.opportunities.domain import KIND_NAMES, OpportunityKind
from app.organisations.domain import REGION_NAMES, Region
from app.roles.domain import Proficiency, day_in_words

COLOURS: Final = {
    Standing.MET: "green",
    Standing.ONE_SHORT: "yellow",
    Standing.MORE_SHORT: "orange",
    Standing.NEAR: "blue",
    Standing.NOT_STATED: "grey",
}
ANSWER_NAMES: Final = {
    Answer.MET: "Met",
    Answer.MISSED: "Not met",
    Answer.OPEN: "Left open",
}
ANSWER_COLOURS: Final = {Answer.MET: "green", Answer.MISSED: "orange", Answer.OPEN: "grey"}
CONDITION_NAMES: Final = {
    Condition.MOVE: "Kind of move",
    Condition.DAYS: "Days a week",
    Condition.DATES: "Dates",
    Condition.LENGTH: "How long",
    Condition.PLACE: "Where",
}
REMOTE_WORDS: Final = {
    "remote_only": "only from anywhere",
    "on_site": "only at a place",
    "either": "at a place or from anywhere",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A line of an explanation: what it is about, what is asked, what is there, how it stands."""

    name: str
    asked: str
    held: str
    says: str
    colour: str
    is_must: bool = False
    is_waived: bool = False


def level_name(level: int | None) -> str:
    """A proficiency in a word.

    >>> level_name(2), level_name(None)
    ('Working', 'Any level')
    """
    return "Any level" if level is None else Proficiency(level).label


def skill_row(line: Line, names: Mapping[UUID, str]) -> Row:
    """How one skill stands, in words."""
    held = "Not stated"
    if line.standing is Standing.NEAR and line.near_id is not None:
        near = f"{names[line.near_id]} at {level_name(line.near_level).lower()}"
        held = near if line.held is None else f"{level_name(line.held.level)}, and {near}"
    elif line.held is not None:
        marks = ["used recently"] * line.held.is_recent + ["confirmed"] * line.held.is_confirmed
        held = ", ".join([level_name(line.held.level), *marks])
    return Row(
        names[line.asked.skill_id],
        level_name(line.asked.level),
        held,
        STANDING_NAMES[line.standing],
        COLOURS[line.standing],
        line.asked.is_must,
        line.asked.is_waived,
    )


def skill_rows(match: Match, names: Mapping[UUID, str]) -> list[Row]:
    """How each skill stands: must-haves first, then the highest level asked."""
    ordered = sorted(match.lines, key=lambda line: (not line.asked.is_must, -line.asked.levels))
    return [skill_row(line, names) for line in ordered]


def condition_rows(match: Match, who: Availability, terms: Terms) -> list[Row]:
    """How each condition stands, in words."""
    said = {
        Condition.MOVE: (KIND_NAMES[OpportunityKind(terms.move)], _moves(who)),
        Condition.DAYS: (_days(terms.days, "{}"), _days(who.days, "Up to {}")),
        Condition.DATES: (
            _dates(terms.starts_on, terms.ends_on),
            _dates(who.from_on, who.until_on),
        ),
        Condition.LENGTH: (_months(terms.months, "{}"), _months(who.months, "Up to {}")),
        Condition.PLACE: (_where(terms), _places(who)),
    }
    return [
        Row(
            CONDITION_NAMES[one],
            *said[one],
            ANSWER_NAMES[match.conditions[one]],
            ANSWER_COLOURS[match.conditions[one]],
        )
        for one in Condition
    ]


_OPEN: Final = "Not stated"


def _moves(who: Availability) -> str:
    if who.moves is None:
        return _OPEN
    return ", ".join(KIND_NAMES[one] for one in OpportunityKind if one in who.moves) or "None"


def _days(days: Decimal | None, form: str) -> str:
    return _OPEN if days is None else form.format(number(days))


def _months(months: int | None, form: str) -> str:
    if months is None:
        return _OPEN
    return form.format(f"{months} month{'' if months == 1 else 's'}")


def _dates(first: date | None, last: date | None) -> str:
    parts = [f"from {day_in_words(first)}"] if first else []
    parts += [f"until {day_in_words(last)}"] if last else []
    return _sentence(" ".join(parts)) or _OPEN


def _sentence(text: str) -> str:
    """With a capital letter first; names within keep theirs.

    >>> _sentence("from 24 January 2027")
    'From 24 January 2027'
    """
    return text[:1].upper() + text[1:]


def _where(terms: Terms) -> str:
    if terms.is_remote:
        return "From anywhere"
    return _OPEN if terms.region is None else REGION_NAMES[Region(terms.region)]


def _places(who: Availability) -> str:
    regions = [REGION_NAMES[one] for one in Region if one in who.regions]
    remote = [] if who.remote is None else [REMOTE_WORDS[who.remote]]
    return _sentence(", ".join([*regions, *remote])) or _OPEN


def in_short(match: Match) -> str:
    """A match in one sentence: the gates, then how the skills stand."""
    gates = [line for line in match.lines if line.asked.is_gate]
    missed = match.gates_missed
    if not gates:
        first = "No must-haves"
    elif not missed:
        first = "Meets the must-have" if len(gates) == 1 else f"Meets all {len(gates)} must-haves"
    else:
        first = f"Misses {missed} of {len(gates)} must-have{'' if len(gates) == 1 else 's'}"
    return f"{first}. {_standings(match.lines)}"


def _standings(lines: Sequence[Line]) -> str:
    words = {
        Standing.MET: "met",
        Standing.ONE_SHORT: "one level short",
        Standing.MORE_SHORT: "more than one level short",
        Standing.NEAR: "near",
        Standing.NOT_STATED: "not stated",
    }
    counts = {one: sum(line.standing is one for line in lines) for one in Standing}
    said = [f"{counts[one]} {words[one]}" for one in Standing if counts[one]]
    return f"Of {len(lines)} skill{'' if len(lines) == 1 else 's'}: {', '.join(said)}."


def label_of(profile_id: UUID) -> str:
    """How pages call somebody whose name is not seen: the same for each page and each body.

    >>> label_of(UUID("01936f6e-0000-7000-8000-00000003fa92"))
    'Person 3FA92'
    """
    return f"Person {profile_id.hex[-5:].upper()}"


NOT_SHOWN: Final = "Not shown to your organisation"


def hidden_rows(terms: Terms) -> list[Row]:
    """The conditions of a post beside somebody who does not let their availability be seen."""
    empty = Match((), dict.fromkeys(Condition, Answer.OPEN))
    return [
        replace(row, held=NOT_SHOWN, says="Not known")
        for row in condition_rows(empty, Availability(), terms)
    ]
