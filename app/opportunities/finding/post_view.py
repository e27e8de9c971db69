"""A post as its page shows it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from app.core.words import number
from app.opportunities.domain import (
    CHECK_NAMES,
    CONTRACT_NAMES,
    KIND_NAMES,
    LEGAL_POWER_NAMES,
    WHO_PAYS_NAMES,
    Checks,
    LegalPower,
    OpportunityKind,
)
from app.opportunities.finding.presenting import (
    AUDIENCE_WORDS,
    REMOTE_WORDS,
    closes_words,
    day,
    days_words,
    pay_words,
    place_words,
)
from app.organisations.domain import KIND_NAMES as BODY_KINDS
from app.organisations.domain import REGION_NAMES
from app.roles.domain import Proficiency

_BULLET: Final = re.compile(r"^\s*[-*•]\s+")


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, or a list with its items."""

    kind: Literal["text", "list"]
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NeededSkill:
    """A skill that a post asks for, with the level in words if one is said."""

    name: str
    href: str
    level: str


@dataclass(frozen=True, slots=True)
class PostView:
    """Everything on the page of a post, in words."""

    opportunity_id: str
    slug: str
    title: str
    title_cy: str
    kind: str
    kind_line: str
    audience: str
    organisation: str
    organisation_cy: str
    organisation_href: str
    organisation_kind: str
    closes: str
    redeployees_until: str
    summary: str
    summary_cy: str
    description: tuple[Block, ...]
    description_cy: tuple[Block, ...]
    facts: tuple[tuple[str, str], ...]
    role: str
    role_href: str
    level: str
    edition: str
    musts: tuple[NeededSkill, ...]
    useful: tuple[NeededSkill, ...]
    wants: tuple[tuple[str, str], ...]
    terms: tuple[tuple[str, str], ...]
    adjustments: tuple[Block, ...]
    contact_name: str
    contact_email: str
    published: str

    @property
    def is_in_welsh(self) -> bool:
        """Whether some of it is given in Welsh."""
        return bool(self.title_cy or self.summary_cy or self.description_cy)


def make_post_view(row: Mapping[str, Any], today: date) -> PostView:
    """A row of the projection as its page shows it; a draft's may lack what is not answered yet."""
    kind = OpportunityKind(row["kind"])
    until = row["redeployees_first_until"]
    skills = row["skills"]
    role_slug = row["role_slug"]
    return PostView(
        opportunity_id=str(row["opportunity_id"]),
        slug=row["slug"],
        title=row["title"],
        title_cy=row["title_cy"] or "",
        kind=KIND_NAMES[kind],
        kind_line=_OF_KIND[kind],
        audience=AUDIENCE_WORDS.get(row["audience"], ""),
        organisation=row["organisation_name"],
        organisation_cy=row["organisation_name_cy"] or "",
        organisation_href=f"/organisations/{row['organisation_slug']}",
        organisation_kind=BODY_KINDS.get(row["organisation_kind"], ""),
        closes=closes_words(row["closes_on"], today) if row["closes_on"] else "",
        redeployees_until=day(until) if until and until >= today else "",
        summary=row["summary"] or "",
        summary_cy=row["summary_cy"] or "",
        description=blocks(row["description"]),
        description_cy=blocks(row["description_cy"]),
        facts=_facts(row),
        role=row["role_name"] or row["local_role_name"] or "",
        role_href=f"/roles/{role_slug}" if role_slug else "",
        level=row["level_name"] or "",
        edition=row["edition_name"] or "",
        musts=_skills(skill for skill in skills if skill["is_must"]),
        useful=_skills(skill for skill in skills if not skill["is_must"]),
        wants=_wants(row["wants"]),
        terms=_terms(row),
        adjustments=blocks(row["adjustments"]),
        contact_name=row["contact_name"] or "",
        contact_email=row["contact_email"] or "",
        published=day(row["published_at"].date()) if row["published_at"] else "",
    )


# What each kind means for whoever reads it.
_OF_KIND: Final[dict[OpportunityKind, str]] = {
    OpportunityKind.SHARED_POST: "One post that several bodies pay for together.",
    OpportunityKind.SECONDMENT_WANTED: (
        "Work here for a time while your own employer keeps employing you."
    ),
    OpportunityKind.SECONDMENT_OFFERED: (
        "This body can lend somebody to yours for a time and keeps employing them."
    ),
    OpportunityKind.JOB_SWAP: "Change places with somebody for a time, each with their employer.",
    OpportunityKind.SHORT_ASSIGNMENT: "A piece of work of 2 to 12 weeks.",
}


def blocks(text: str | None) -> tuple[Block, ...]:
    """Plain text as paragraphs and lists: an empty line parts them, a dash begins an item.

    >>> [block.kind for block in blocks("One\\ntwo\\n\\n- a\\n- b")]
    ['text', 'list']
    """
    found: list[Block] = []
    lines: list[str] = []
    kind: Literal["text", "list"] = "text"
    for line in [*(text or "").split("\n"), ""]:
        now: Literal["text", "list"] = "list" if _BULLET.match(line) else "text"
        if lines and (now != kind or not line.strip()):
            found.append(Block(kind, tuple(lines)))
            lines = []
        if line.strip():
            kind = now
            lines.append(_BULLET.sub("", line).strip())
    return tuple(found)


def _rows(*pairs: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(pair for pair in pairs if pair[1])


def _facts(row: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The summary list at the top."""
    hours, office = row["full_time_hours"], row["office_days"]
    days = days_words(row["days_per_week"])
    if days and hours is not None:
        days += f"; full time is {number(hours)} hours"
    where = REMOTE_WORDS.get(row["remote"], "")
    if where and office:
        where += (
            f", {number(office)} {'day' if office == 1 else 'days'} a week at the place of work"
        )
    starts, ends, weeks = row["starts_on"], row["ends_on"], row["weeks"]
    return _rows(
        ("Place of work", place_words(row)),
        ("How the work is done", where),
        ("Time", days),
        ("Starts", day(starts) if starts else ""),
        ("Ends", day(ends) if ends else f"After {weeks} weeks" if weeks else ""),
        ("Pay", pay_words(row["pay_from"], row["pay_to"])),
        ("About the pay", row["pay_note"] or ""),
        ("Who pays", WHO_PAYS_NAMES.get(row["who_pays"], "") if row["who_pays"] else ""),
    )


def _terms(row: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Checks, contract and law."""
    checks = row["checks"]
    named = ", ".join(CHECK_NAMES[Checks(one)] for one in checks if one in set(Checks))
    power = row["legal_power"]
    is_restricted = row["is_politically_restricted"]
    contract = row["contract_type"]
    restricted = (
        "" if is_restricted is None
        else "Yes: whoever holds it may not take part in party politics in public" if is_restricted
        else "No"
    )  # fmt: skip
    return _rows(
        ("Contract", CONTRACT_NAMES.get(contract, "") if contract else ""),
        ("Checks before the start", named),
        ("Legal power", LEGAL_POWER_NAMES[LegalPower(power)] if power else ""),
        ("About the legal power", row["legal_power_note"] or ""),
        ("Politically restricted", restricted),
    )


def _skills(skills: Any) -> tuple[NeededSkill, ...]:
    return tuple(
        NeededSkill(
            skill["name"],
            f"/skills/{skill['slug']}",
            Proficiency(skill["level"]).label if skill["level"] else "",
        )
        for skill in skills
    )


def _wants(said: Mapping[str, Any] | None) -> tuple[tuple[str, str], ...]:
    """What a swap or an offer looks for."""
    wants = said or {}
    regions = wants.get("regions") or []
    return _rows(
        ("Role looked for", str(wants.get("title") or "")),
        ("What is looked for", str(wants.get("description") or "")),
        ("Regions looked in", ", ".join(REGION_NAMES.get(one, "") for one in regions)),
    )
