"""Reads of the members of a body, and of the people they are."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.core.errors import NotFound
from app.core.paging import Paged, Part
from app.core.permissions import Duty
from app.organisations.domain import no_such_organisation
from app.organisations.members.domain import (
    KEEP_YEARS,
    proof_ends_on,
)
from app.organisations.models import (
    Membership,
    MembershipDuty,
    Organisation,
    OrganisationDomain,
    Person,
)

ManagerOf, ManagerPerson = aliased(Membership), aliased(Person)


@dataclass(frozen=True, slots=True)
class Member:
    """A current member as lists and pages show them."""

    id: uuid.UUID
    person_id: uuid.UUID
    name: str
    work_email: str
    job_title: str | None
    duties: frozenset[Duty]
    manager_id: uuid.UUID | None
    manager_name: str | None
    manager_email: str | None
    proof_renewed_on: date

    @property
    def proof_ends_on(self) -> date:
        """The day on which access ends if nobody renews the proof of employment."""
        return proof_ends_on(self.proof_renewed_on)


def _members(organisation_id: uuid.UUID) -> Select[*tuple[Any, ...]]:
    duties = (
        select(func.array_agg(MembershipDuty.duty))
        .where(MembershipDuty.membership_id == Membership.id)
        .correlate(Membership)
        .scalar_subquery()
    )
    return (
        select(
            Membership.id,
            Membership.person_id,
            Person.name,
            Membership.work_email,
            Membership.job_title,
            duties.label("duties"),
            ManagerOf.id.label("manager_id"),
            ManagerPerson.name.label("manager_name"),
            ManagerOf.work_email.label("manager_email"),
            Membership.proof_renewed_on,
        )
        .join(Person, Person.id == Membership.person_id)
        .outerjoin(
            ManagerOf, and_(ManagerOf.id == Membership.manager_id, ManagerOf.ended_at.is_(None))
        )
        .outerjoin(ManagerPerson, ManagerPerson.id == ManagerOf.person_id)
        .where(Membership.organisation_id == organisation_id, Membership.ended_at.is_(None))
    )


def _member(row: Row[Any]) -> Member:
    duties = frozenset(Duty(duty) for duty in row.duties or ()) | {Duty.MEMBER}
    return Member(**{**row._mapping, "duties": duties})


async def list_members(
    db: AsyncSession,
    organisation_id: uuid.UUID,
    part: Part,
    *,
    text: str = "",
    duty: Duty | None = None,
) -> Paged[Member]:
    """A page of a body's current members by name; `text` is part of a name, address or job."""
    found: list[ColumnElement[bool]] = [
        Membership.organisation_id == organisation_id,
        Membership.ended_at.is_(None),
    ]
    if text:
        found.append(
            or_(
                Person.name.icontains(text, autoescape=True),
                Membership.work_email.icontains(text, autoescape=True),
                Membership.job_title.icontains(text, autoescape=True),
            )
        )
    if duty is not None and duty is not Duty.MEMBER:
        holds = select(MembershipDuty.id).where(
            MembershipDuty.membership_id == Membership.id, MembershipDuty.duty == duty
        )
        found.append(holds.exists())
    counted = select(func.count()).select_from(Membership).join(Person).where(*found)
    rows = await db.execute(
        _members(organisation_id)
        .where(*found)
        .order_by(func.lower(Person.name), Membership.id)
        .offset(part.offset)
        .limit(part.size)
    )
    return Paged([_member(row) for row in rows], await db.scalar(counted) or 0, part)


async def get_member(
    db: AsyncSession, organisation_id: uuid.UUID, membership_id: uuid.UUID
) -> Member:
    """A current member of this body. Raises NotFound."""
    rows = await db.execute(_members(organisation_id).where(Membership.id == membership_id))
    row = rows.one_or_none()
    if row is None:
        raise no_such_member()
    return _member(row)


async def lock_member(
    db: AsyncSession, organisation_id: uuid.UUID, membership_id: uuid.UUID
) -> Membership:
    """The row of a current member, locked until the transaction ends. Raises NotFound."""
    found = await db.scalar(
        select(Membership)
        .where(
            Membership.id == membership_id,
            Membership.organisation_id == organisation_id,
            Membership.ended_at.is_(None),
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise no_such_member()
    return found


async def lock_organisation(db: AsyncSession, organisation_id: uuid.UUID) -> Organisation:
    """The body, locked: whoever changes its members or its standing waits for each other."""
    found = await db.scalar(
        select(Organisation)
        .where(Organisation.id == organisation_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise no_such_organisation()
    return found


async def duties_of(db: AsyncSession, membership_id: uuid.UUID) -> frozenset[Duty]:
    """The duties of a member, plain membership included."""
    found = await db.scalars(
        select(MembershipDuty.duty).where(MembershipDuty.membership_id == membership_id)
    )
    return frozenset(Duty(duty) for duty in found) | {Duty.MEMBER}


async def count_other_administrators(
    db: AsyncSession, organisation_id: uuid.UUID, membership_id: uuid.UUID
) -> int:
    """How many current members administer the body beside this one."""
    return (
        await db.scalar(
            select(func.count())
            .select_from(Membership)
            .join(MembershipDuty, MembershipDuty.membership_id == Membership.id)
            .join(Person, Person.id == Membership.person_id)
            .where(
                Membership.organisation_id == organisation_id,
                Membership.ended_at.is_(None),
                Membership.id != membership_id,
                Person.suspended_at.is_(None),
                MembershipDuty.duty == Duty.ORGANISATION_ADMIN,
            )
        )
        or 0
    )


async def managers_of(
    db: AsyncSession, organisation_id: uuid.UUID
) -> dict[uuid.UUID, uuid.UUID | None]:
    """The line manager of each current member of a body."""
    rows = await db.execute(
        select(Membership.id, Membership.manager_id).where(
            Membership.organisation_id == organisation_id, Membership.ended_at.is_(None)
        )
    )
    return {row.id: row.manager_id for row in rows}


async def find_member_by_email(
    db: AsyncSession, organisation_id: uuid.UUID, email: str
) -> uuid.UUID | None:
    """The current member with this work address."""
    found: uuid.UUID | None = await db.scalar(
        select(Membership.id).where(
            Membership.organisation_id == organisation_id,
            Membership.ended_at.is_(None),
            func.lower(Membership.work_email) == email,
        )
    )
    return found


async def find_membership_of(
    db: AsyncSession, organisation_id: uuid.UUID, person_id: uuid.UUID
) -> uuid.UUID | None:
    """The current membership of a person at a body."""
    found: uuid.UUID | None = await db.scalar(
        select(Membership.id).where(
            Membership.organisation_id == organisation_id,
            Membership.ended_at.is_(None),
            Membership.person_id == person_id,
        )
    )
    return found


async def list_reports(
    db: AsyncSession, organisation_id: uuid.UUID, membership_id: uuid.UUID
) -> list[Member]:
    """The members whose line manager this one is, by name."""
    rows = await db.execute(
        _members(organisation_id)
        .where(Membership.manager_id == membership_id)
        .order_by(func.lower(Person.name), Membership.id)
        .limit(500)
    )
    return [_member(row) for row in rows]


async def lock_reports(
    db: AsyncSession, organisation_id: uuid.UUID, membership_id: uuid.UUID
) -> Sequence[Membership]:
    """Their rows, locked; only commands call it."""
    found = await db.scalars(
        select(Membership)
        .where(
            Membership.organisation_id == organisation_id,
            Membership.manager_id == membership_id,
            Membership.ended_at.is_(None),
        )
        .order_by(Membership.id)
        .with_for_update()
    )
    return found.all()


async def domains_of(db: AsyncSession, organisation_id: uuid.UUID) -> list[str]:
    """The email domains of a body."""
    found = await db.scalars(
        select(OrganisationDomain.domain)
        .where(OrganisationDomain.organisation_id == organisation_id)
        .order_by(OrganisationDomain.domain)
    )
    return list(found)


async def find_person(db: AsyncSession, email: str) -> Person | None:
    """Whoever signs in with this address, or keeps their account by it."""
    return await db.scalar(
        select(Person).where(or_(Person.email == email, Person.private_email == email))
    )


async def get_person(db: AsyncSession, person_id: uuid.UUID) -> Person:
    """A person by id, for what the system writes to them."""
    found = await db.get(Person, person_id)
    if found is None:
        raise no_such_member()
    return found


async def get_own(db: AsyncSession, membership_id: uuid.UUID) -> Person:
    """The person of a membership. Raises NotFound."""
    found = await db.scalar(
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.id == membership_id)
    )
    if found is None:
        raise no_such_member()
    return found


def no_such_member() -> NotFound:
    """Nobody of this body: somebody of another one looks like nobody at all."""
    return no_such_organisation()


async def lock_old_memberships(db: AsyncSession, most: int) -> list[uuid.UUID]:
    """Memberships that ended longer ago than they are kept; only commands call it."""
    rows = await db.scalars(
        select(Membership.id)
        .where(Membership.ended_at <= func.now() - func.make_interval(KEEP_YEARS))
        .order_by(Membership.ended_at, Membership.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    return list(rows)
