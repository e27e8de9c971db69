"""Every read of a body's people: members, invitations, proofs of employment.

What a member sees starts from the organisation they act for: the caller passes that id, and a
membership of any other is not found.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Date, Row, Select, and_, case, cast, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.core.db import follow_link
from app.core.errors import NotFound
from app.core.paging import Paged, Part
from app.core.permissions import Duty
from app.organisations.domain import OrganisationStatus, no_such_organisation
from app.organisations.joining.domain import no_such_link
from app.organisations.links import sha256_of
from app.organisations.members.domain import (
    ASK_DAYS_BEFORE,
    KEEP_YEARS,
    InvitationState,
    invitation_state,
    proof_ends_on,
)
from app.organisations.members.models import EmploymentProof, Invitation
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


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation as the list shows it."""

    id: uuid.UUID
    email: str
    duties: frozenset[Duty]
    sent_by: str | None
    sent_at: datetime
    expires_at: datetime
    state: InvitationState


async def list_invitations(
    db: AsyncSession, organisation_id: uuid.UUID, part: Part
) -> Paged[Invited]:
    """A body's invitations, those that wait first, then the newest."""
    waits = Invitation.accepted_at.is_(None) & Invitation.withdrawn_at.is_(None)
    own = Invitation.organisation_id == organisation_id
    rows = await db.execute(
        select(Invitation, Person.name, func.now().label("now"))
        .outerjoin(Person, Person.id == Invitation.sent_by_id)
        .where(own)
        .order_by(waits.desc(), Invitation.sent_at.desc(), Invitation.id)
        .offset(part.offset)
        .limit(part.size)
    )
    items = [
        Invited(
            id=one.id,
            email=one.email,
            duties=frozenset(Duty(duty) for duty in one.duties) | {Duty.MEMBER},
            sent_by=name,
            sent_at=one.sent_at,
            expires_at=one.expires_at,
            state=_state(one, now),
        )
        for one, name, now in rows
    ]
    total = await db.scalar(select(func.count()).select_from(Invitation).where(own)) or 0
    return Paged(items, total, part)


def _state(invitation: Invitation, now: datetime) -> InvitationState:
    return invitation_state(
        now,
        expires_at=invitation.expires_at,
        accepted_at=invitation.accepted_at,
        withdrawn_at=invitation.withdrawn_at,
    )


async def count_open_invitations(db: AsyncSession, organisation_id: uuid.UUID) -> int:
    """How many invitations of a body wait for their answer."""
    return (
        await db.scalar(
            select(func.count())
            .select_from(Invitation)
            .where(
                Invitation.organisation_id == organisation_id,
                Invitation.accepted_at.is_(None),
                Invitation.withdrawn_at.is_(None),
            )
        )
        or 0
    )


async def find_open_invitation(
    db: AsyncSession, organisation_id: uuid.UUID, email: str
) -> Invitation | None:
    """The invitation of this address that was neither accepted nor withdrawn, expired or not."""
    return await db.scalar(
        select(Invitation).where(
            Invitation.organisation_id == organisation_id,
            Invitation.email == email,
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
        )
    )


async def lock_invitation(
    db: AsyncSession, organisation_id: uuid.UUID, invitation_id: uuid.UUID
) -> Invitation:
    """A body's invitation that was neither accepted nor withdrawn, locked. Raises NotFound."""
    found = await db.scalar(
        select(Invitation)
        .where(
            Invitation.id == invitation_id,
            Invitation.organisation_id == organisation_id,
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise no_such_member()
    return found


def _usable(sha256: bytes) -> Select[*tuple[Invitation, Organisation]]:
    return (
        select(Invitation, Organisation)
        .join(Organisation, Organisation.id == Invitation.organisation_id)
        .where(
            Invitation.token_sha256 == sha256,
            Invitation.expires_at > func.now(),
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
            Organisation.status == OrganisationStatus.VERIFIED,
        )
    )


async def get_invited(db: AsyncSession, token: str) -> tuple[Invitation, Organisation]:
    """The invitation of a mailed link. Raises NotFound for one used, withdrawn, ended or wrong."""
    sha256 = sha256_of(token, no_such_link())
    await follow_link(db, sha256)
    found = (await db.execute(_usable(sha256))).one_or_none()
    if found is None:
        raise no_such_link()
    return found[0], found[1]


async def lock_invited(db: AsyncSession, token: str) -> tuple[Invitation, Organisation]:
    """The same, the invitation locked; only commands call it."""
    sha256 = sha256_of(token, no_such_link())
    await follow_link(db, sha256)
    locked = _usable(sha256).with_for_update(of=Invitation)
    found = (await db.execute(locked.execution_options(populate_existing=True))).one_or_none()
    if found is None:
        raise no_such_link()
    return found[0], found[1]


@dataclass(frozen=True, slots=True)
class Employment:
    """A link that asks for proof, whose it is, and what it is proof of."""

    proof: EmploymentProof
    membership: Membership
    organisation_name: str
    person_name: str


def _employment(sha256: bytes) -> Select[*tuple[EmploymentProof, Membership, str, str]]:
    return (
        select(EmploymentProof, Membership, Organisation.name, Person.name)
        .join(Membership, Membership.id == EmploymentProof.membership_id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .join(Person, Person.id == Membership.person_id)
        .where(
            EmploymentProof.token_sha256 == sha256,
            EmploymentProof.used_at.is_(None),
            EmploymentProof.expires_at > func.now(),
            Membership.ended_at.is_(None),
        )
    )


async def get_employment(db: AsyncSession, token: str) -> Employment:
    """What a mailed link asks to be confirmed. Raises NotFound once it is used or has ended."""
    sha256 = sha256_of(token, no_such_link())
    await follow_link(db, sha256)
    found = (await db.execute(_employment(sha256))).one_or_none()
    if found is None:
        raise no_such_link()
    return Employment(*found)


async def lock_employment(db: AsyncSession, token: str) -> Employment:
    """The same, locked; only commands call it."""
    sha256 = sha256_of(token, no_such_link())
    await follow_link(db, sha256)
    locked = _employment(sha256).with_for_update(of=[EmploymentProof, Membership])
    found = (await db.execute(locked.execution_options(populate_existing=True))).one_or_none()
    if found is None:
        raise no_such_link()
    return Employment(*found)


async def list_to_ask(db: AsyncSession, today: date, most: int) -> Sequence[Membership]:
    """The members who are due to be asked for proof today, locked.

    A mail is due 28, 14 and 3 days before the end; a missed night is made up by one mail, not by
    all that were missed. Whoever was written to since a mail was due waits for the next.
    """
    asked_at = (
        select(func.max(EmploymentProof.created_at))
        .where(EmploymentProof.membership_id == Membership.id)
        .correlate(Membership)
        .scalar_subquery()
    )
    asked_on = cast(func.timezone("Europe/London", asked_at), Date)
    end = cast(Membership.proof_renewed_on + func.make_interval(1), Date)
    due = case(*((end - days <= today, end - days) for days in sorted(ASK_DAYS_BEFORE)))
    rows = await db.scalars(
        select(Membership)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(
            Membership.ended_at.is_(None),
            end > today,
            Organisation.status == OrganisationStatus.VERIFIED,
            due.is_not(None),
            or_(asked_at.is_(None), asked_on < due),
        )
        .order_by(Membership.proof_renewed_on, Membership.id)
        .limit(most)
        .with_for_update(of=Membership, skip_locked=True)
    )
    return rows.all()


async def list_lapsed(db: AsyncSession, today: date, most: int) -> Sequence[Membership]:
    """The members whose proof of employment was not renewed within its year."""
    rows = await db.scalars(
        select(Membership)
        .where(
            Membership.ended_at.is_(None),
            Membership.proof_renewed_on + func.make_interval(1) <= today,
        )
        .order_by(Membership.proof_renewed_on, Membership.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    return rows.all()


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


async def lock_old_invitations(db: AsyncSession, most: int) -> list[uuid.UUID]:
    """Invitations sent longer ago than they are kept; only commands call it."""
    rows = await db.scalars(
        select(Invitation.id)
        .where(Invitation.sent_at <= func.now() - func.make_interval(KEEP_YEARS))
        .order_by(Invitation.sent_at, Invitation.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    return list(rows)
