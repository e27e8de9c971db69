"""Every read of a person's own profile; what others see of it is read in `consent/`."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, ScalarSelect, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.core.actor import Actor, me
from app.core.paging import Paged, Part
from app.organisations.domain import OrganisationStatus
from app.organisations.models import Organisation
from app.profiles.domain import Availability, EvidenceKind, RemoteWork, moves_of, not_found
from app.profiles.models import (
    ConsentGrant,
    Profile,
    ProfileAvailability,
    ProfileEvidence,
    ProfileHiding,
    ProfileJob,
    ProfilePay,
    ProfileRole,
    ProfileSkill,
    ProfileSkillHistory,
)
from app.roles.domain import Proficiency
from app.roles.models import EditionRole, EditionSkill, Role, RoleLevel, Skill
from app.roles.queries import newest


@dataclass(frozen=True, slots=True)
class RoleEntry:
    """A role that somebody holds or wants, as the edition they named it by calls it."""

    id: uuid.UUID
    standing: str
    slug: str
    name: str
    level: str | None
    level_slug: str | None
    level_id: uuid.UUID | None

    @property
    def source(self) -> str:
        """How a page names where its skills come from."""
        return f"{self.slug}/{self.level_slug}" if self.level_slug else self.slug


@dataclass(frozen=True, slots=True)
class SkillEntry:
    """A skill as its owner claims it; `evidence` counts what shows it."""

    skill_id: uuid.UUID
    slug: str
    name: str
    level: Proficiency
    last_used_on: date | None
    edition_id: uuid.UUID
    confirmed_level: Proficiency | None
    confirmed_on: date | None
    evidence: int
    confirmed_by: str | None = None
    confirmed_as: str | None = None


@dataclass(frozen=True, slots=True)
class EvidenceEntry:
    """What shows a skill."""

    id: uuid.UUID
    skill_id: uuid.UUID
    kind: EvidenceKind
    title: str
    year: int | None
    words: str


@dataclass(frozen=True, slots=True)
class Core:
    """What a profile holds beside roles and skills. Without a profile `is_there` is false."""

    is_there: bool = False
    paused_until: date | None = None
    availability: Availability = field(default_factory=Availability)
    employer: str | None = None
    grade: str | None = None
    salary_point: str | None = None
    skills: int = 0
    hidden_from: int = 0
    grants: int = 0
    former: int = 0


async def get_core(db: AsyncSession, person_id: uuid.UUID, today: date) -> Core:
    """A profile at a glance, in one query."""
    counts = (
        _count(ProfileSkill, person_id),
        _count(ProfileHiding, person_id),
        select(func.count())
        .where(
            ConsentGrant.person_id == person_id,
            ConsentGrant.withdrawn_at.is_(None),
            ConsentGrant.until_on >= today,
        )
        .scalar_subquery(),
        select(func.count())
        .where(ProfileSkill.person_id == person_id, is_former())
        .scalar_subquery(),
    )
    row = (
        await db.execute(
            select(
                Profile.paused_until,
                ProfileAvailability,
                ProfileJob.employer,
                ProfileJob.grade,
                ProfilePay.salary_point,
                *counts,
            )
            .outerjoin(ProfileAvailability, ProfileAvailability.person_id == Profile.person_id)
            .outerjoin(ProfileJob, ProfileJob.person_id == Profile.person_id)
            .outerjoin(ProfilePay, ProfilePay.person_id == Profile.person_id)
            .where(Profile.person_id == person_id)
        )
    ).one_or_none()
    if row is None:
        return Core()
    paused_until, free, *rest = row
    return Core(True, paused_until, availability_of(free), *rest)


def _count(
    table: type[ProfileSkill] | type[ProfileHiding], person_id: uuid.UUID
) -> ScalarSelect[int]:
    return select(func.count()).where(table.person_id == person_id).scalar_subquery()


def availability_of(row: ProfileAvailability | None) -> Availability:
    """A row as the rules know it."""
    if row is None:
        return Availability()
    return Availability(
        moves=moves_of(row.moves),
        days=row.days,
        from_on=row.from_on,
        until_on=row.until_on,
        months=row.months,
        regions=tuple(row.regions),
        remote=None if row.remote is None else RemoteWork(row.remote),
    )


async def list_roles(db: AsyncSession, person_id: uuid.UUID) -> Sequence[RoleEntry]:
    """The roles that somebody holds, then those they want, by name; never many."""
    found = await db.execute(
        select(
            ProfileRole.id,
            ProfileRole.standing,
            Role.slug,
            EditionRole.name,
            RoleLevel.name,
            RoleLevel.slug,
            ProfileRole.level_id,
        )
        .join(Role, Role.id == ProfileRole.role_id)
        .join(
            EditionRole,
            (EditionRole.role_id == Role.id) & (EditionRole.edition_id == ProfileRole.edition_id),
        )
        .outerjoin(RoleLevel, RoleLevel.id == ProfileRole.level_id)
        .where(ProfileRole.person_id == person_id)
        .order_by(ProfileRole.standing, func.lower(EditionRole.name), ProfileRole.id)
    )
    return [RoleEntry(*row) for row in found]


async def get_role_entry(db: AsyncSession, actor: Actor, entry_id: uuid.UUID) -> RoleEntry:
    """One of the actor's own roles. Raises NotFound."""
    for one in await list_roles(db, me(actor)):
        if one.id == entry_id:
            return one
    raise not_found()


async def list_skills(db: AsyncSession, person_id: uuid.UUID, part: Part) -> Paged[SkillEntry]:
    """Somebody's own skills by name, a page of them."""
    total = await db.scalar(
        select(func.count()).select_from(ProfileSkill).where(ProfileSkill.person_id == person_id)
    )
    found = await db.execute(
        _skills()
        .where(ProfileSkill.person_id == person_id)
        .order_by(func.lower(Skill.name), Skill.id)
        .limit(part.size)
        .offset(part.offset)
    )
    return Paged([_entry(row) for row in found], total or 0, part)


async def get_skill(db: AsyncSession, actor: Actor, slug: str) -> SkillEntry:
    """One of the actor's own skills. Raises NotFound for one that they do not claim."""
    row = (
        await db.execute(_skills().where(ProfileSkill.person_id == me(actor), Skill.slug == slug))
    ).one_or_none()
    if row is None:
        raise not_found()
    return _entry(row)


def _skills() -> Select[*tuple[Any, ...]]:
    evidence = (
        select(func.count())
        .where(
            ProfileEvidence.person_id == ProfileSkill.person_id,
            ProfileEvidence.skill_id == ProfileSkill.skill_id,
        )
        .correlate(ProfileSkill)
        .scalar_subquery()
    )
    return select(
        Skill.id,
        Skill.slug,
        Skill.name,
        ProfileSkill.level,
        ProfileSkill.last_used_on,
        ProfileSkill.edition_id,
        ProfileSkill.confirmed_level,
        ProfileSkill.confirmed_on,
        ProfileSkill.confirmed_by,
        ProfileSkill.confirmed_as,
        evidence.label("evidence"),
    ).join(ProfileSkill, ProfileSkill.skill_id == Skill.id)


def _entry(row: Row[Any]) -> SkillEntry:
    confirmed = row.confirmed_level
    return SkillEntry(
        row.id,
        row.slug,
        row.name,
        Proficiency(row.level),
        row.last_used_on,
        row.edition_id,
        None if confirmed is None else Proficiency(confirmed),
        row.confirmed_on,
        row.evidence,
        row.confirmed_by,
        row.confirmed_as,
    )


async def claims_of(
    db: AsyncSession, person_id: uuid.UUID, skill_ids: Sequence[uuid.UUID]
) -> Mapping[uuid.UUID, SkillEntry]:
    """What somebody claims of these skills, by skill."""
    found = await db.execute(
        _skills().where(ProfileSkill.person_id == person_id, ProfileSkill.skill_id.in_(skill_ids))
    )
    entries = [_entry(row) for row in found]
    return {one.skill_id: one for one in entries}


async def levels_of(
    db: AsyncSession, person_id: uuid.UUID, skill_ids: Sequence[uuid.UUID]
) -> Mapping[uuid.UUID, int]:
    """At which level somebody claims these skills, as far as they do."""
    found = await db.execute(
        select(ProfileSkill.skill_id, ProfileSkill.level).where(
            ProfileSkill.person_id == person_id, ProfileSkill.skill_id.in_(skill_ids)
        )
    )
    return {row.skill_id: row.level for row in found}


def is_former() -> ColumnElement[bool]:
    """Claims of skills that the current edition of the framework does not have."""
    return ~(
        select(EditionSkill.id)
        .where(
            EditionSkill.skill_id == ProfileSkill.skill_id,
            EditionSkill.edition_id == newest().scalar_subquery(),
        )
        .exists()
    )


def old_levels(before: date) -> Select[uuid.UUID]:
    """What was claimed before a day and is not the latest of its skill before that day."""
    later = aliased(ProfileSkillHistory)
    return select(ProfileSkillHistory.id).where(
        ProfileSkillHistory.on_day < before,
        select(later.id)
        .where(
            later.person_id == ProfileSkillHistory.person_id,
            later.skill_id == ProfileSkillHistory.skill_id,
            later.on_day > ProfileSkillHistory.on_day,
            later.on_day < before,
        )
        .exists(),
    )


async def list_evidence(
    db: AsyncSession, person_id: uuid.UUID, skill_id: uuid.UUID
) -> Sequence[EvidenceEntry]:
    """What shows a skill of somebody, the newest first; never many."""
    found = await db.execute(
        select(
            ProfileEvidence.id,
            ProfileEvidence.skill_id,
            ProfileEvidence.kind,
            ProfileEvidence.title,
            ProfileEvidence.year,
            ProfileEvidence.words,
        )
        .where(ProfileEvidence.person_id == person_id, ProfileEvidence.skill_id == skill_id)
        .order_by(ProfileEvidence.year.desc().nulls_last(), ProfileEvidence.id)
    )
    return [EvidenceEntry(row[0], row[1], EvidenceKind(row[2]), *row[3:]) for row in found]


async def get_evidence(
    db: AsyncSession, actor: Actor, slug: str, evidence_id: uuid.UUID
) -> tuple[SkillEntry, EvidenceEntry]:
    """A piece of the actor's own evidence with its skill. Raises NotFound."""
    skill = await get_skill(db, actor, slug)
    for one in await list_evidence(db, me(actor), skill.skill_id):
        if one.id == evidence_id:
            return skill, one
    raise not_found()


@dataclass(frozen=True, slots=True)
class Body:
    """A verified body in a list to choose from."""

    id: uuid.UUID
    slug: str
    name: str


async def list_hidings(db: AsyncSession, person_id: uuid.UUID) -> Sequence[Body]:
    """The bodies that somebody hides from, by name; at most `MOST_HIDINGS`."""
    found = await db.execute(
        select(Organisation.id, Organisation.slug, Organisation.name)
        .join(ProfileHiding, ProfileHiding.organisation_id == Organisation.id)
        .where(ProfileHiding.person_id == person_id)
        .order_by(func.lower(Organisation.name), Organisation.id)
    )
    return [Body(*row) for row in found]


async def list_bodies(db: AsyncSession) -> Sequence[Body]:
    """Every verified body, by name."""
    found = await db.execute(
        select(Organisation.id, Organisation.slug, Organisation.name)
        .where(Organisation.status == OrganisationStatus.VERIFIED)
        .order_by(func.lower(Organisation.name), Organisation.id)
    )
    return [Body(*row) for row in found]


async def lock_profile(db: AsyncSession, person_id: uuid.UUID) -> Profile | None:
    """Somebody's profile, to be changed by nobody else meanwhile; only commands call it."""
    return (
        await db.scalars(select(Profile).where(Profile.person_id == person_id).with_for_update())
    ).one_or_none()


async def count_of(
    db: AsyncSession,
    table: type[ProfileSkill] | type[ProfileRole] | type[ProfileHiding],
    person_id: uuid.UUID,
) -> int:
    """How many rows of a table somebody has."""
    found = await db.scalar(
        select(func.count()).select_from(table).where(table.person_id == person_id)
    )
    return found or 0
