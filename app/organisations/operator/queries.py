"""What the operator of the exchange sees: bodies of every status, and work that failed."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.errors import NotFound
from app.core.outbox import Outbox
from app.core.paging import Paged, Part
from app.core.permissions import Duty
from app.organisations.domain import OrganisationStatus, no_such_organisation
from app.organisations.joining.models import DomainRequest
from app.organisations.models import (
    Membership,
    MembershipDuty,
    Organisation,
    OrganisationDomain,
    OrganisationHistory,
    Person,
)


@dataclass(frozen=True, slots=True)
class Line:
    """A body in the operator's list."""

    id: uuid.UUID
    slug: str
    name: str
    kind: str
    region: str
    status: str
    created_at: datetime
    waiting_domains: int


async def list_organisations(
    db: AsyncSession, part: Part, *, status: OrganisationStatus | None, text: str
) -> Paged[Line]:
    """Bodies that wait first, oldest application first; then the others by name."""
    found = []
    if status is not None:
        found.append(Organisation.status == status)
    if text:
        found.append(
            or_(
                Organisation.name.icontains(text, autoescape=True),
                func.lower(Organisation.register_id) == text.lower(),
            )
        )
    waiting = (
        select(func.count())
        .select_from(DomainRequest)
        .where(DomainRequest.organisation_id == Organisation.id, DomainRequest.decided_at.is_(None))
        .correlate(Organisation)
        .scalar_subquery()
    )
    applies = Organisation.status == OrganisationStatus.APPLIED
    rows = await db.execute(
        select(
            Organisation.id,
            Organisation.slug,
            Organisation.name,
            Organisation.kind,
            Organisation.region,
            Organisation.status,
            Organisation.created_at,
            waiting.label("waiting"),
        )
        .where(*found)
        .order_by(applies.desc(), func.lower(Organisation.name), Organisation.id)
        .offset(part.offset)
        .limit(part.size)
    )
    total = await db.scalar(select(func.count()).select_from(Organisation).where(*found))
    return Paged([Line(*row) for row in rows], total or 0, part)


async def get_organisation(db: AsyncSession, organisation_id: uuid.UUID) -> Organisation:
    """A body of any status. Raises NotFound."""
    found = await db.get(Organisation, organisation_id)
    if found is None:
        raise no_such_organisation()
    return found


async def list_history(
    db: AsyncSession, organisation_id: uuid.UUID
) -> list[tuple[OrganisationHistory, str | None]]:
    """A body's moves from one status to the next, newest first, each with who made it."""
    rows = await db.execute(
        select(OrganisationHistory, Person.name)
        .outerjoin(Person, Person.id == OrganisationHistory.by_id)
        .where(OrganisationHistory.organisation_id == organisation_id)
        .order_by(OrganisationHistory.created_at.desc(), OrganisationHistory.id.desc())
        .limit(50)
    )
    return [(row[0], row[1]) for row in rows]


@dataclass(frozen=True, slots=True)
class AskedDomain:
    """A domain that a body asks for, and whether another body holds it already."""

    id: uuid.UUID
    domain: str
    holder: str | None


async def list_asked_domains(db: AsyncSession, organisation_id: uuid.UUID) -> list[AskedDomain]:
    """The domains that wait for the operator's answer."""
    holder = (
        select(func.min(Organisation.name))
        .join(OrganisationDomain, OrganisationDomain.organisation_id == Organisation.id)
        .where(
            OrganisationDomain.domain == DomainRequest.domain, Organisation.id != organisation_id
        )
        .correlate(DomainRequest)
        .scalar_subquery()
    )
    rows = await db.execute(
        select(DomainRequest.id, DomainRequest.domain, holder.label("holder"))
        .where(DomainRequest.organisation_id == organisation_id, DomainRequest.decided_at.is_(None))
        .order_by(DomainRequest.domain, DomainRequest.id)
    )
    return [AskedDomain(*row) for row in rows]


async def lock_asked_domains(
    db: AsyncSession, organisation_id: uuid.UUID
) -> Sequence[DomainRequest]:
    """Their rows, locked; only commands call it."""
    rows = await db.scalars(
        select(DomainRequest)
        .where(DomainRequest.organisation_id == organisation_id, DomainRequest.decided_at.is_(None))
        .order_by(DomainRequest.id)
        .with_for_update()
    )
    return rows.all()


async def find_holder(db: AsyncSession, domain: str, *, but: uuid.UUID) -> str | None:
    """The name of another body that has this domain."""
    found: str | None = await db.scalar(
        select(Organisation.name)
        .join(OrganisationDomain, OrganisationDomain.organisation_id == Organisation.id)
        .where(OrganisationDomain.domain == domain, Organisation.id != but)
        .limit(1)
    )
    return found


@dataclass(frozen=True, slots=True)
class Administrator:
    """Somebody who administers a body, as the operator writes to them."""

    person_id: uuid.UUID
    name: str
    email: str
    job_title: str | None


async def list_administrators(db: AsyncSession, organisation_id: uuid.UUID) -> list[Administrator]:
    """The current administrators of a body, whatever its status."""
    rows = await db.execute(
        select(Person.id, Person.name, Membership.work_email, Membership.job_title)
        .join(Membership, Membership.person_id == Person.id)
        .join(MembershipDuty, MembershipDuty.membership_id == Membership.id)
        .where(
            Membership.organisation_id == organisation_id,
            Membership.ended_at.is_(None),
            MembershipDuty.duty == Duty.ORGANISATION_ADMIN,
        )
        .order_by(func.lower(Person.name), Person.id)
    )
    return [Administrator(*row) for row in rows]


async def list_failed_work(db: AsyncSession, part: Part) -> Paged[Outbox]:
    """Pieces of work that had all their rounds and failed, newest first."""
    failed = Outbox.failed_at.is_not(None)
    rows = await db.scalars(
        select(Outbox)
        .where(failed)
        .order_by(Outbox.failed_at.desc(), Outbox.id)
        .offset(part.offset)
        .limit(part.size)
    )
    total = await db.scalar(select(func.count()).select_from(Outbox).where(failed))
    return Paged(rows.all(), total or 0, part)


async def count_waiting_work(db: AsyncSession) -> int:
    """How much work has not been done yet and has not failed."""
    waiting = Outbox.done_at.is_(None) & Outbox.failed_at.is_(None)
    return await db.scalar(select(func.count()).select_from(Outbox).where(waiting)) or 0


async def lock_failed_work(db: AsyncSession, row_id: uuid.UUID) -> Outbox:
    """A failed piece of work, locked. Raises NotFound."""
    found = await db.scalar(
        select(Outbox).where(Outbox.id == row_id, Outbox.failed_at.is_not(None)).with_for_update()
    )
    if found is None:
        raise NotFound("no-such-work", "There is no such piece of work that failed.")
    return found
