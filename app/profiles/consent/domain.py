"""What a viewer may see of a profile: groups of fields, grants, stages. Pure.

This module decides, and `app_profile_groups` in the database says the same: a test over random
grants holds the two together. Every reading, search, export and message asks one of them.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from app.core.errors import Refused


class Group(StrEnum):
    """A group of fields of a profile. `REACH` is given by a stage alone: contact through us."""

    NAME = "name"
    CONTACT = "contact"
    EMPLOYER = "employer"
    SKILLS = "skills"
    LEVELS = "levels"
    EVIDENCE = "evidence"
    AVAILABILITY = "availability"
    PAY = "pay"
    REACH = "reach"


GROUP_NAMES: Final[dict[Group, str]] = {
    Group.NAME: "Name",
    Group.CONTACT: "Contact details",
    Group.EMPLOYER: "Employer and grade",
    Group.SKILLS: "Roles and skills",
    Group.LEVELS: "Levels",
    Group.EVIDENCE: "Evidence",
    Group.AVAILABILITY: "Availability",
    Group.PAY: "Pay",
    Group.REACH: "Contact through Crossbench",
}
GROUP_HINTS: Final[dict[Group, str]] = {
    Group.NAME: "The name of your account",
    Group.CONTACT: "The email address of your account",
    Group.EMPLOYER: "Your employer and your grade",
    Group.SKILLS: "Which roles and skills your profile names",
    Group.LEVELS: "How well you have each skill, when you last used it, who confirmed it",
    Group.EVIDENCE: "The jobs, projects, courses and awards that show your skills",
    Group.AVAILABILITY: "Kinds of move, days, dates and places",
    Group.PAY: "Your salary point",
}
GRANTABLE: Final = tuple(group for group in Group if group is not Group.REACH)
# Levels and evidence say something of a skill, so they are never shown without it.
RESTS_ON_SKILLS: Final = frozenset({Group.LEVELS, Group.EVIDENCE})


class Recipient(StrEnum):
    """To whom a grant is made: one body, or all verified bodies of a sort."""

    BODY = "body"
    KIND = "kind"
    REGION = "region"
    VERIFIED = "verified"


class Purpose(StrEnum):
    """For what somebody may look."""

    FOUND = "found"
    APPLICATION = "application"


PURPOSE_NAMES: Final[dict[Purpose, str]] = {
    Purpose.FOUND: "Find people for posts",
    Purpose.APPLICATION: "Deal with one application",
}


class Stage(StrEnum):
    """How far a person and a body have come with each other about one post."""

    INTEREST = "interest"
    SHORTLIST = "shortlist"
    OFFER = "offer"


STAGE_NAMES: Final[dict[Stage, str]] = {
    Stage.INTEREST: "interest",
    Stage.SHORTLIST: "shortlist",
    Stage.OFFER: "offer",
}
# What each stage shows, those before it included.
STAGE_GROUPS: Final[dict[Stage, frozenset[Group]]] = {
    Stage.INTEREST: frozenset({Group.REACH}),
    Stage.SHORTLIST: frozenset({Group.REACH, Group.NAME}),
    Stage.OFFER: frozenset({Group.REACH, Group.NAME, Group.PAY}),
}


@dataclass(frozen=True, slots=True)
class Viewer:
    """A body that looks. Whoever acts for no body is no viewer, the operator included."""

    organisation_id: uuid.UUID
    kind: str
    region: str
    is_verified: bool


@dataclass(frozen=True, slots=True)
class Grant:
    """Groups given to a recipient for a purpose until a date, that day included.

    `organisation_id` with recipient BODY, `of` the kind or region with those; `opportunity_id`
    with the purpose APPLICATION.
    """

    groups: frozenset[Group]
    recipient: Recipient
    purpose: Purpose
    until_on: date
    organisation_id: uuid.UUID | None = None
    of: str | None = None
    opportunity_id: uuid.UUID | None = None
    is_withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Disclosure:
    """A stage that a person has reached with a body about a post."""

    organisation_id: uuid.UUID
    opportunity_id: uuid.UUID
    stage: Stage
    is_withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Choices:
    """Everything that decides who sees what of somebody.

    `employers` are the bodies that they belong to now, `hidden_from` those they hide from.
    """

    grants: tuple[Grant, ...] = ()
    disclosures: tuple[Disclosure, ...] = ()
    employers: frozenset[uuid.UUID] = field(default_factory=frozenset)
    hidden_from: frozenset[uuid.UUID] = field(default_factory=frozenset)
    paused_until: date | None = None


def visible_groups(
    choices: Choices, viewer: Viewer, day: date, *, opportunity_id: uuid.UUID | None = None
) -> frozenset[Group]:
    """What a body may see of somebody on a day, looking for people or at one application.

    Nothing is seen by a body that is not verified, or that the person hides from. A person's own
    employer sees what was given to it by name, never what was given to a sort of bodies.
    """
    if not viewer.is_verified or viewer.organisation_id in choices.hidden_from:
        return frozenset()
    is_paused = choices.paused_until is not None and choices.paused_until >= day
    is_employer = viewer.organisation_id in choices.employers
    found: set[Group] = set()
    for grant in choices.grants:
        if is_for(grant, viewer, is_employer=is_employer) and _is_live(
            grant, day, opportunity_id, is_paused=is_paused
        ):
            found |= grant.groups
    for one in choices.disclosures:
        is_here = (one.organisation_id, one.opportunity_id) == (
            viewer.organisation_id,
            opportunity_id,
        )
        if is_here and not one.is_withdrawn:
            found |= STAGE_GROUPS[one.stage]
    return frozenset(found)


def is_for(grant: Grant, viewer: Viewer, *, is_employer: bool) -> bool:
    """Whether a grant is made to this body."""
    if grant.recipient is Recipient.BODY:
        return grant.organisation_id == viewer.organisation_id
    if is_employer:
        return False
    if grant.recipient is Recipient.KIND:
        return grant.of == viewer.kind
    if grant.recipient is Recipient.REGION:
        return grant.of == viewer.region
    return True


def _is_live(grant: Grant, day: date, opportunity_id: uuid.UUID | None, *, is_paused: bool) -> bool:
    if grant.is_withdrawn or grant.until_on < day:
        return False
    if grant.purpose is Purpose.FOUND:
        return not is_paused
    return grant.opportunity_id is not None and grant.opportunity_id == opportunity_id


def whole(groups: Iterable[Group]) -> frozenset[Group]:
    """What has to be granted for these to be shown: levels and evidence bring the skills.

    >>> sorted(whole([Group.LEVELS]))
    [<Group.LEVELS: 'levels'>, <Group.SKILLS: 'skills'>]
    """
    found = frozenset(groups)
    return found | {Group.SKILLS} if found & RESTS_ON_SKILLS else found


def stage_that_shows(group: Group) -> Stage | None:
    """The first stage at which a group is shown without a grant, or None."""
    return next((stage for stage in Stage if group in STAGE_GROUPS[stage]), None)


def why_not(group: Group) -> str:
    """When a group that is not seen will be: the stage that shows it, or the person's own word."""
    stage = stage_that_shows(group)
    if stage is None:
        return "This person has not let your organisation see this."
    return (
        f"Your organisation sees this once the stage “{STAGE_NAMES[stage]}” is reached, "
        "or if the person lets it see this before."
    )


def require_group(groups: frozenset[Group], group: Group) -> None:
    """Raise Refused, naming the stage, where a group is asked for too early."""
    if group in groups:
        return
    code = "not-granted" if stage_that_shows(group) is None else "too-early"
    raise Refused(code, f"{GROUP_NAMES[group]}: {_lower(why_not(group))}")


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
