"""What a viewer may see of a profile: the one place where another person's is read."""

import uuid
from datetime import date

from sqlalchemy import Select, func, literal, null, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import ActingFor
from app.organisations.domain import OrganisationStatus
from app.organisations.models import Membership, Organisation, Person
from app.profiles.consent.document import (
    EvidenceFact,
    Facts,
    RoleFact,
    SkillFact,
)
from app.profiles.consent.domain import (
    Choices,
    Disclosure,
    Grant,
    Group,
    Purpose,
    Recipient,
    Stage,
    Viewer,
)
from app.profiles.domain import not_found
from app.profiles.models import (
    ConsentGrant,
    Profile,
    ProfileAvailability,
    ProfileDisclosure,
    ProfileEvidence,
    ProfileHiding,
    ProfileJob,
    ProfilePay,
    ProfileRole,
    ProfileSkill,
)
from app.profiles.queries import availability_of
from app.roles.domain import Proficiency
from app.roles.models import EditionRole, Role, RoleLevel, Skill

EVERYTHING = frozenset(Group)


def viewer_of(body: ActingFor) -> Viewer:
    """A body that somebody acts for, as it looks at profiles."""
    return Viewer(body.organisation_id, body.kind, body.region, body.is_verified)


async def viewer_by_id(db: AsyncSession, organisation_id: uuid.UUID) -> Viewer:
    """A body by its id, as it looks at profiles."""
    body = await db.get_one(Organisation, organisation_id)
    return Viewer(body.id, body.kind, body.region, body.status == OrganisationStatus.VERIFIED)


async def choices_of(db: AsyncSession, person_id: uuid.UUID) -> Choices:
    """Everything that decides who sees what of somebody; for the person and the system alone."""
    grants = await db.scalars(select(ConsentGrant).where(ConsentGrant.person_id == person_id))
    stages = await db.scalars(
        select(ProfileDisclosure).where(ProfileDisclosure.person_id == person_id)
    )
    hidden = await db.scalars(
        select(ProfileHiding.organisation_id).where(ProfileHiding.person_id == person_id)
    )
    employers = await db.scalars(
        select(Membership.organisation_id).where(
            Membership.person_id == person_id, Membership.ended_at.is_(None)
        )
    )
    paused = await db.scalar(select(Profile.paused_until).where(Profile.person_id == person_id))
    return Choices(
        grants=tuple(grant_of(row) for row in grants),
        disclosures=tuple(
            Disclosure(
                row.organisation_id,
                row.opportunity_id,
                Stage(row.stage),
                row.withdrawn_at is not None,
            )
            for row in stages
        ),
        employers=frozenset(employers),
        hidden_from=frozenset(hidden),
        paused_until=paused,
    )


def grant_of(row: ConsentGrant) -> Grant:
    """A row as the rules know it."""
    return Grant(
        groups=frozenset(Group(group) for group in row.groups),
        recipient=Recipient(row.recipient),
        purpose=Purpose(row.purpose),
        until_on=row.until_on,
        organisation_id=row.organisation_id,
        of=row.recipient_kind or row.recipient_region,
        opportunity_id=row.opportunity_id,
        is_withdrawn=row.withdrawn_at is not None,
    )


def visible_to(
    viewer: Viewer, day: date, *, opportunity_id: uuid.UUID | None = None
) -> Select[tuple[uuid.UUID, uuid.UUID, list[str]]]:
    """Whose profile a body may see anything of: profile, person, and the groups it may see.

    Everything that is searched, listed or sent of other people's profiles starts here.
    """
    post = null() if opportunity_id is None else literal(opportunity_id)
    groups = func.app_profile_groups(
        Profile.person_id, literal(viewer.organisation_id), post, literal(False), literal(day)
    ).label("groups")
    shown = select(Profile.id, Profile.person_id, groups).subquery()
    return select(shown.c.id, shown.c.person_id, shown.c.groups).where(
        func.cardinality(shown.c.groups) > 0
    )


async def load_facts(
    db: AsyncSession, person_id: uuid.UUID, groups: frozenset[Group] = EVERYTHING
) -> Facts:
    """What a profile holds of these groups; the rest is not even read. Raises NotFound."""
    row = (
        await db.execute(
            select(
                Profile.id,
                Person.name,
                Person.email,
                ProfileJob.employer,
                ProfileJob.grade,
                ProfilePay.salary_point,
                ProfileAvailability,
            )
            .join(Person, Person.id == Profile.person_id)
            .outerjoin(
                ProfileJob,
                (ProfileJob.person_id == Profile.person_id) & literal(Group.EMPLOYER in groups),
            )
            .outerjoin(
                ProfilePay,
                (ProfilePay.person_id == Profile.person_id) & literal(Group.PAY in groups),
            )
            .outerjoin(
                ProfileAvailability,
                (ProfileAvailability.person_id == Profile.person_id)
                & literal(Group.AVAILABILITY in groups),
            )
            .where(Profile.person_id == person_id)
        )
    ).one_or_none()
    if row is None:
        raise not_found()
    sees_skills = Group.SKILLS in groups
    return Facts(
        id=row.id,
        name=row.name if Group.NAME in groups else None,
        email=row.email if Group.CONTACT in groups else None,
        employer=row.employer,
        grade=row.grade,
        salary_point=row.salary_point,
        availability=availability_of(row.ProfileAvailability),
        roles=await _roles(db, person_id) if sees_skills else (),
        skills=await _skills(db, person_id) if sees_skills else (),
        evidence=await _evidence(db, person_id) if Group.EVIDENCE in groups else (),
    )


async def _roles(db: AsyncSession, person_id: uuid.UUID) -> list[RoleFact]:
    found = await db.execute(
        select(Role.slug, EditionRole.name, ProfileRole.standing, RoleLevel.name)
        .join(ProfileRole, ProfileRole.role_id == Role.id)
        .join(
            EditionRole,
            (EditionRole.role_id == Role.id) & (EditionRole.edition_id == ProfileRole.edition_id),
        )
        .outerjoin(RoleLevel, RoleLevel.id == ProfileRole.level_id)
        .where(ProfileRole.person_id == person_id)
        .order_by(ProfileRole.standing, func.lower(EditionRole.name), ProfileRole.id)
    )
    return [RoleFact(*row) for row in found]


async def _skills(db: AsyncSession, person_id: uuid.UUID) -> list[SkillFact]:
    found = await db.execute(
        select(
            Skill.id,
            Skill.slug,
            Skill.name,
            ProfileSkill.level,
            ProfileSkill.last_used_on,
            ProfileSkill.confirmed_level,
            ProfileSkill.confirmed_on,
            ProfileSkill.confirmed_by,
            ProfileSkill.confirmed_as,
        )
        .join(ProfileSkill, ProfileSkill.skill_id == Skill.id)
        .where(ProfileSkill.person_id == person_id)
        .order_by(func.lower(Skill.name), Skill.id)
    )
    return [
        SkillFact(
            row.id,
            row.slug,
            row.name,
            Proficiency(row.level),
            row.last_used_on,
            None if row.confirmed_level is None else Proficiency(row.confirmed_level),
            row.confirmed_on,
            row.confirmed_by,
            row.confirmed_as,
        )
        for row in found
    ]


async def _evidence(db: AsyncSession, person_id: uuid.UUID) -> list[EvidenceFact]:
    found = await db.execute(
        select(
            ProfileEvidence.skill_id,
            ProfileEvidence.kind,
            ProfileEvidence.title,
            ProfileEvidence.year,
            ProfileEvidence.words,
        )
        .where(ProfileEvidence.person_id == person_id)
        .order_by(ProfileEvidence.year.desc().nulls_last(), ProfileEvidence.id)
    )
    return [EvidenceFact(*row) for row in found]
