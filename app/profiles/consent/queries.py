"""Every read of what people let others see, and every read of a profile by somebody else.

Whoever reads a profile that is not their own comes through `read_profile`, which asks the database
what this body may see and gives a document of that alone.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, literal, null, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import ActingFor, Actor
from app.core.paging import Paged, Part
from app.organisations.account.commands import me
from app.organisations.domain import OrganisationStatus
from app.organisations.models import Membership, Organisation, Person
from app.profiles.consent.document import (
    EvidenceFact,
    Facts,
    RoleFact,
    SkillFact,
    document,
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
    ProfileAccess,
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


@dataclass(frozen=True, slots=True)
class Reading:
    """A profile as a body sees it: whose it is for the log alone, the groups, the document."""

    person_id: uuid.UUID
    groups: frozenset[Group]
    document: dict[str, Any]


async def read_profile(
    db: AsyncSession,
    viewer: Viewer,
    profile_id: uuid.UUID,
    day: date,
    *,
    opportunity_id: uuid.UUID | None = None,
) -> Reading:
    """A profile as a body may see it. Raises NotFound where it may see nothing, or there is none.

    Whoever shows it to somebody notes it: see `consent.commands.look`.
    """
    shown = visible_to(viewer, day, opportunity_id=opportunity_id).subquery()
    row = (await db.execute(select(shown).where(shown.c.id == profile_id))).one_or_none()
    if row is None:
        raise not_found()
    groups = frozenset(Group(group) for group in row.groups)
    facts = await load_facts(db, row.person_id, groups)
    return Reading(row.person_id, groups, document(facts, groups))


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


@dataclass(frozen=True, slots=True)
class GrantEntry:
    """A grant in its owner's list; `looks` counts the times somebody it reached has looked."""

    id: uuid.UUID
    groups: tuple[Group, ...]
    recipient: Recipient
    body: str | None
    kind: str | None
    region: str | None
    purpose: Purpose
    until_on: date
    words_version: str
    given_at: datetime
    withdrawn_at: datetime | None

    def is_live(self, today: date) -> bool:
        """Whether it counts on a day."""
        return self.withdrawn_at is None and self.until_on >= today


def _grants(person_id: uuid.UUID) -> Select[*tuple[Any, ...]]:
    return (
        select(ConsentGrant, Organisation.name)
        .outerjoin(Organisation, Organisation.id == ConsentGrant.organisation_id)
        .where(ConsentGrant.person_id == person_id)
    )


def _grant_entry(row: Any) -> GrantEntry:
    grant, body = row
    return GrantEntry(
        id=grant.id,
        groups=tuple(group for group in Group if group.value in grant.groups),
        recipient=Recipient(grant.recipient),
        body=body,
        kind=grant.recipient_kind,
        region=grant.recipient_region,
        purpose=Purpose(grant.purpose),
        until_on=grant.until_on,
        words_version=grant.words_version,
        given_at=grant.created_at,
        withdrawn_at=grant.withdrawn_at,
    )


async def list_grants(db: AsyncSession, person_id: uuid.UUID, part: Part) -> Paged[GrantEntry]:
    """What somebody let others see, the newest first, over or not."""
    total = await db.scalar(
        select(func.count()).select_from(ConsentGrant).where(ConsentGrant.person_id == person_id)
    )
    found = await db.execute(
        _grants(person_id)
        .order_by(
            ConsentGrant.withdrawn_at.is_not(None),
            ConsentGrant.created_at.desc(),
            ConsentGrant.id,
        )
        .limit(part.size)
        .offset(part.offset)
    )
    return Paged([_grant_entry(row) for row in found], total or 0, part)


async def count_live(db: AsyncSession, person_id: uuid.UUID, today: date) -> int:
    """How many grants of somebody count on a day."""
    found = await db.scalar(
        select(func.count())
        .select_from(ConsentGrant)
        .where(
            ConsentGrant.person_id == person_id,
            ConsentGrant.withdrawn_at.is_(None),
            ConsentGrant.until_on >= today,
        )
    )
    return found or 0


async def get_grant(db: AsyncSession, actor: Actor, grant_id: uuid.UUID) -> GrantEntry:
    """One of the actor's own grants that they have not withdrawn. Raises NotFound."""
    row = (
        await db.execute(
            _grants(me(actor)).where(
                ConsentGrant.id == grant_id, ConsentGrant.withdrawn_at.is_(None)
            )
        )
    ).one_or_none()
    if row is None:
        raise not_found()
    return _grant_entry(row)


@dataclass(frozen=True, slots=True)
class Look:
    """That somebody looked: who, from which body, at which groups, for what, when."""

    who: str
    body: str
    groups: tuple[Group, ...]
    purpose: Purpose
    at: datetime


async def list_looks(db: AsyncSession, person_id: uuid.UUID, part: Part) -> Paged[Look]:
    """Who looked at somebody's profile, the latest first."""
    mine = ProfileAccess.person_id == person_id
    total = await db.scalar(select(func.count()).select_from(ProfileAccess).where(mine))
    found = await db.execute(
        select(
            Person.name,
            Organisation.name,
            ProfileAccess.groups,
            ProfileAccess.purpose,
            ProfileAccess.created_at,
        )
        .join(Person, Person.id == ProfileAccess.by_id)
        .join(Organisation, Organisation.id == ProfileAccess.organisation_id)
        .where(mine)
        .order_by(ProfileAccess.id.desc())
        .limit(part.size)
        .offset(part.offset)
    )
    return Paged([_look(row) for row in found], total or 0, part)


def _look(row: Any) -> Look:
    who, body, groups, purpose, at = row
    shown = tuple(group for group in Group if group.value in groups)
    return Look(who, body, shown, Purpose(purpose), at)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a body has seen since a grant was made: how often it looked, when last, which groups."""

    body: str
    looks: int
    last_at: datetime
    groups: tuple[Group, ...]


async def seen_by_grant(
    db: AsyncSession, person_id: uuid.UUID, grant: GrantEntry
) -> Sequence[Seen]:
    """Who the grant reaches and has looked since it was made, with what they saw of its groups.

    Other grants may have shown the same: what was seen was seen.
    """
    row = await db.get_one(ConsentGrant, grant.id)
    reached = {
        Recipient.BODY: Organisation.id == row.organisation_id,
        Recipient.KIND: Organisation.kind == row.recipient_kind,
        Recipient.REGION: Organisation.region == row.recipient_region,
        Recipient.VERIFIED: literal(True),
    }[grant.recipient]
    found = await db.execute(
        select(Organisation.name, ProfileAccess.groups, ProfileAccess.created_at)
        .join(Organisation, Organisation.id == ProfileAccess.organisation_id)
        .where(
            ProfileAccess.person_id == person_id,
            ProfileAccess.created_at >= grant.given_at,
            reached,
        )
        .order_by(ProfileAccess.id.desc())
        .limit(1000)
    )
    bodies: dict[str, list[Any]] = {}
    for name, groups, at in found:
        shared = set(groups) & {group.value for group in grant.groups}
        if shared:
            entry = bodies.setdefault(name, [0, at, set()])
            entry[0] += 1
            entry[2] |= shared
    return [
        Seen(name, looks, at, tuple(group for group in Group if group.value in groups))
        for name, (looks, at, groups) in sorted(bodies.items())
    ]


async def lock_grant(
    db: AsyncSession, person_id: uuid.UUID, grant_id: uuid.UUID
) -> ConsentGrant | None:
    """A grant, to be ended by nobody else meanwhile; only commands call it."""
    return (
        await db.scalars(
            select(ConsentGrant)
            .where(ConsentGrant.id == grant_id, ConsentGrant.person_id == person_id)
            .with_for_update()
        )
    ).one_or_none()


async def lock_disclosure(
    db: AsyncSession,
    person_id: uuid.UUID,
    organisation_id: uuid.UUID,
    opportunity_id: uuid.UUID,
) -> ProfileDisclosure | None:
    """The stage of a person and a body about a post; only commands call it."""
    return (
        await db.scalars(
            select(ProfileDisclosure)
            .where(
                ProfileDisclosure.person_id == person_id,
                ProfileDisclosure.organisation_id == organisation_id,
                ProfileDisclosure.opportunity_id == opportunity_id,
            )
            .with_for_update()
        )
    ).one_or_none()
