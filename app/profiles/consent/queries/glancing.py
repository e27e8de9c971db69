"""Profiles as a body may see them, each in one query: of a list of people, or of one of them."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, any_, func, literal, null, select
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession

from app.organisations.models import Person
from app.profiles.consent.document import EvidenceFact, Facts, RoleFact, SkillFact
from app.profiles.consent.domain import Group, Viewer
from app.profiles.consent.queries.viewing import visible_to
from app.profiles.models import (
    Profile,
    ProfileAvailability,
    ProfileEvidence,
    ProfileJob,
    ProfilePay,
    ProfileRole,
    ProfileSkill,
)
from app.profiles.queries import availability_of
from app.roles.domain import Proficiency
from app.roles.models import EditionRole, Role, RoleLevel, Skill


@dataclass(frozen=True, slots=True)
class Glance:
    """Somebody as a body sees them: whose profile it is for the log alone, the groups, the facts.

    Facts of other groups are not even read.
    """

    person_id: uuid.UUID
    groups: frozenset[Group]
    facts: Facts


@dataclass(frozen=True, slots=True)
class Reading:
    """One profile as a body sees it: whose it is for the log alone, the groups, and the document.

    `facts` are what the document was made from.
    """

    person_id: uuid.UUID
    groups: frozenset[Group]
    facts: Facts
    document: dict[str, Any]


async def glance_at(
    db: AsyncSession,
    viewer: Viewer,
    person_ids: Sequence[uuid.UUID],
    day: date,
    *,
    opportunity_id: uuid.UUID | None = None,
) -> Mapping[uuid.UUID, Glance]:
    """What a body may see of these people, in one query; who lets it see nothing is left out.

    Without evidence and roles, which are on the page of the person. Whoever shows it to somebody
    notes it: see `consent.commands.look_at_people`.
    """
    if not person_ids:
        return {}
    wanted = Profile.person_id.in_(person_ids)
    return await _glances(db, viewer, wanted, day, opportunity_id, in_full=False)


async def glance_at_one(
    db: AsyncSession,
    viewer: Viewer,
    profile_id: uuid.UUID,
    day: date,
    *,
    opportunity_id: uuid.UUID | None = None,
) -> Glance | None:
    """What a body may see of one person, evidence and roles too; None where it may see nothing."""
    wanted = Profile.id == profile_id
    found = await _glances(db, viewer, wanted, day, opportunity_id, in_full=True)
    return next(iter(found.values()), None)


async def _glances(
    db: AsyncSession,
    viewer: Viewer,
    wanted: ColumnElement[bool],
    day: date,
    opportunity_id: uuid.UUID | None,
    *,
    in_full: bool,
) -> dict[uuid.UUID, Glance]:
    seen = visible_to(viewer, day, opportunity_id=opportunity_id)
    people = select(Profile.person_id).where(wanted)
    shown = (
        seen.where(seen.selected_columns.person_id.in_(people))
        .cte("shown")
        .prefix_with("MATERIALIZED")
    )
    who = shown.c.person_id

    def sees(group: Group) -> ColumnElement[bool]:
        return literal(group.value) == any_(shown.c.groups)

    nothing = null().cast(JSONB)
    found = await db.execute(
        select(
            shown,
            Person.name,
            Person.email,
            ProfileJob.employer,
            ProfileJob.grade,
            ProfilePay.salary_point,
            ProfileAvailability,
            _skills(who, sees(Group.SKILLS)).label("skills"),
            (_roles(who, sees(Group.SKILLS)) if in_full else nothing).label("roles"),
            (_evidence(who, sees(Group.EVIDENCE)) if in_full else nothing).label("evidence"),
        )
        .join(Person, Person.id == who)
        .outerjoin(ProfileJob, and_(ProfileJob.person_id == who, sees(Group.EMPLOYER)))
        .outerjoin(ProfilePay, and_(ProfilePay.person_id == who, sees(Group.PAY)))
        .outerjoin(
            ProfileAvailability,
            and_(ProfileAvailability.person_id == who, sees(Group.AVAILABILITY)),
        )
    )
    return {row.person_id: _glance(row, in_full=in_full) for row in found}


def _skills(who: ColumnElement[uuid.UUID], sees: ColumnElement[bool]) -> Any:
    one = func.jsonb_build_array(
        Skill.id,
        Skill.slug,
        Skill.name,
        ProfileSkill.level,
        ProfileSkill.last_used_on,
        ProfileSkill.confirmed_level,
        ProfileSkill.confirmed_on,
    )
    return (
        select(func.jsonb_agg(aggregate_order_by(one, func.lower(Skill.name), Skill.id)))
        .join(ProfileSkill, ProfileSkill.skill_id == Skill.id)
        .where(ProfileSkill.person_id == who, sees)
        .scalar_subquery()
    )


def _roles(who: ColumnElement[uuid.UUID], sees: ColumnElement[bool]) -> Any:
    one = func.jsonb_build_array(Role.slug, EditionRole.name, ProfileRole.standing, RoleLevel.name)
    order = aggregate_order_by(
        one, ProfileRole.standing, func.lower(EditionRole.name), ProfileRole.id
    )
    return (
        select(func.jsonb_agg(order))
        .select_from(ProfileRole)
        .join(Role, Role.id == ProfileRole.role_id)
        .join(
            EditionRole,
            (EditionRole.role_id == Role.id) & (EditionRole.edition_id == ProfileRole.edition_id),
        )
        .outerjoin(RoleLevel, RoleLevel.id == ProfileRole.level_id)
        .where(ProfileRole.person_id == who, sees)
        .scalar_subquery()
    )


def _evidence(who: ColumnElement[uuid.UUID], sees: ColumnElement[bool]) -> Any:
    one = func.jsonb_build_array(
        ProfileEvidence.skill_id,
        ProfileEvidence.kind,
        ProfileEvidence.title,
        ProfileEvidence.year,
        ProfileEvidence.words,
    )
    order = aggregate_order_by(one, ProfileEvidence.year.desc().nulls_last(), ProfileEvidence.id)
    return (
        select(func.jsonb_agg(order)).where(ProfileEvidence.person_id == who, sees)
    ).scalar_subquery()


def _glance(row: Any, *, in_full: bool) -> Glance:
    groups = frozenset(Group(group) for group in row.groups)
    if not in_full:
        groups -= {Group.EVIDENCE}
    return Glance(
        row.person_id,
        groups,
        Facts(
            id=row.id,
            name=row.name if Group.NAME in groups else None,
            email=row.email if Group.CONTACT in groups else None,
            employer=row.employer,
            grade=row.grade,
            salary_point=row.salary_point,
            availability=availability_of(row.ProfileAvailability),
            roles=[RoleFact(*one) for one in row.roles or ()],
            skills=[_skill(one) for one in row.skills or ()],
            evidence=[EvidenceFact(uuid.UUID(one[0]), *one[1:]) for one in row.evidence or ()],
        ),
    )


def _skill(one: Sequence[Any]) -> SkillFact:
    skill_id, slug, name, level, used, confirmed, on = one
    return SkillFact(
        uuid.UUID(skill_id),
        slug,
        name,
        Proficiency(level),
        None if used is None else date.fromisoformat(used),
        None if confirmed is None else Proficiency(confirmed),
        None if on is None else date.fromisoformat(on),
    )
