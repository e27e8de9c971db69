"""Every read of applications to join, and of accepted terms."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.db import follow_link
from app.organisations.domain import OrganisationStatus
from app.organisations.joining.domain import KEEP_IDLE, no_such_application, no_such_link
from app.organisations.joining.models import DomainRequest, JoinRequest, TermsAcceptance
from app.organisations.links import sha256_of
from app.organisations.models import Organisation, OrganisationDomain, Person


def _by_token(sha256: bytes) -> Select[JoinRequest]:
    return select(JoinRequest).where(
        JoinRequest.token_sha256 == sha256, JoinRequest.last_used_at > func.now() - KEEP_IDLE
    )


async def get_request(db: AsyncSession, token: str) -> JoinRequest:
    """The application of this secret link. Raises NotFound for a wrong, ended or idle one."""
    sha256 = sha256_of(token, no_such_application())
    await follow_link(db, sha256)
    found: JoinRequest | None = await db.scalar(_by_token(sha256))
    if found is None:
        raise no_such_application()
    return found


async def lock_request(db: AsyncSession, token: str) -> JoinRequest:
    """The same, locked until the transaction ends; only commands call it."""
    sha256 = sha256_of(token, no_such_application())
    await follow_link(db, sha256)
    locked = _by_token(sha256).with_for_update().execution_options(populate_existing=True)
    found: JoinRequest | None = await db.scalar(locked)
    if found is None:
        raise no_such_application()
    return found


def _to_confirm(sha256: bytes) -> Select[JoinRequest]:
    return select(JoinRequest).where(
        JoinRequest.confirm_sha256 == sha256,
        JoinRequest.confirm_until > func.now(),
        JoinRequest.confirmed_at.is_(None),
    )


async def get_to_confirm(db: AsyncSession, token: str) -> JoinRequest:
    """The application that a mailed link confirms. Raises NotFound once it is used or ended."""
    sha256 = sha256_of(token, no_such_link())
    await follow_link(db, sha256)
    found: JoinRequest | None = await db.scalar(_to_confirm(sha256))
    if found is None:
        raise no_such_link()
    return found


async def lock_to_confirm(db: AsyncSession, token: str) -> JoinRequest:
    """The same, locked until the transaction ends; only commands call it."""
    sha256 = sha256_of(token, no_such_link())
    await follow_link(db, sha256)
    locked = _to_confirm(sha256).with_for_update().execution_options(populate_existing=True)
    found: JoinRequest | None = await db.scalar(locked)
    if found is None:
        raise no_such_link()
    return found


async def find_person(db: AsyncSession, email: str) -> Person | None:
    """Whoever signs in with this address, or keeps their account by it."""
    found: Person | None = await db.scalar(
        select(Person).where(or_(Person.email == email, Person.private_email == email))
    )
    return found


async def is_register_number_held(
    db: AsyncSession, register: str, number: str, *, but: uuid.UUID | None = None
) -> bool:
    """Whether a checked body, another than `but`, holds this number of a register."""
    held = select(Organisation.id).where(
        Organisation.register == register,
        Organisation.register_id == number,
        Organisation.status.in_([OrganisationStatus.VERIFIED, OrganisationStatus.SUSPENDED]),
    )
    if but is not None:
        held = held.where(Organisation.id != but)
    return await db.scalar(held) is not None


async def is_slug_taken(db: AsyncSession, slug: str) -> bool:
    """Whether an organisation has this part of an address."""
    return await db.scalar(select(Organisation.id).where(Organisation.slug == slug)) is not None


async def list_domains(db: AsyncSession, organisation_id: uuid.UUID) -> list[str]:
    """The email domains of a body, by name."""
    found = await db.scalars(
        select(OrganisationDomain.domain)
        .where(OrganisationDomain.organisation_id == organisation_id)
        .order_by(OrganisationDomain.domain)
    )
    return list(found)


async def list_domain_requests(
    db: AsyncSession, organisation_id: uuid.UUID
) -> Sequence[DomainRequest]:
    """The domains that a body asked for, those that wait first, then the newest."""
    found = await db.scalars(
        select(DomainRequest)
        .where(DomainRequest.organisation_id == organisation_id)
        .order_by(
            DomainRequest.decided_at.is_(None).desc(),
            DomainRequest.created_at.desc(),
            DomainRequest.id,
        )
        .limit(50)
    )
    return found.all()


async def accepted_terms(
    db: AsyncSession, organisation_id: uuid.UUID
) -> list[tuple[str, datetime, str]]:
    """The versions of the terms that a body accepted, when and by whom, newest first."""
    found = await db.execute(
        select(TermsAcceptance.version, TermsAcceptance.created_at, Person.name)
        .join(Person, Person.id == TermsAcceptance.accepted_by_id)
        .where(TermsAcceptance.organisation_id == organisation_id)
        .order_by(TermsAcceptance.created_at.desc(), TermsAcceptance.id)
    )
    return [(row.version, row.created_at, row.name) for row in found]


async def list_operators(db: AsyncSession) -> Sequence[Person]:
    """The people who run the exchange, to tell them that something waits."""
    found = await db.scalars(
        select(Person).where(Person.is_operator, Person.suspended_at.is_(None)).order_by(Person.id)
    )
    return found.all()
