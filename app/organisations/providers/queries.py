"""Every read of identity providers and of the identities they vouched for."""

import uuid
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.db import act_for_organisation
from app.organisations.domain import OrganisationStatus
from app.organisations.email_domains import is_in_domains
from app.organisations.models import Membership, Organisation, OrganisationDomain, Person
from app.organisations.providers.models import IdentityProvider, OutsideIdentity
from app.organisations.sign_in.domain import domains_above


async def find_organisation_of_address(db: AsyncSession, email: str) -> Organisation | None:
    """The verified organisation in whose email domains an address lies. Domains are public."""
    rows = await db.execute(
        select(Organisation, OrganisationDomain.domain)
        .join(OrganisationDomain, OrganisationDomain.organisation_id == Organisation.id)
        .where(
            OrganisationDomain.domain.in_(domains_above(email)),
            Organisation.status == OrganisationStatus.VERIFIED,
        )
        .order_by(func.length(OrganisationDomain.domain).desc(), Organisation.id)
    )
    for organisation, domain in rows:
        if is_in_domains(email, [domain]):
            found: Organisation = organisation
            return found
    return None


async def find_own_way(db: AsyncSession, email: str) -> str | None:
    """The slug of the organisation whose own sign-in takes this address, whoever has it."""
    organisation = await find_organisation_of_address(db, email)
    if organisation is None:
        return None
    await act_for_organisation(db, organisation.id)
    provider = await find_provider(db, organisation.id)
    if provider is None or not provider.is_enabled or not is_in_domains(email, provider.domains):
        return None
    return organisation.slug


async def find_verified_organisation(db: AsyncSession, slug: str) -> Organisation | None:
    """A verified organisation by its slug."""
    found: Organisation | None = await db.scalar(
        select(Organisation).where(
            Organisation.slug == slug, Organisation.status == OrganisationStatus.VERIFIED
        )
    )
    return found


async def find_provider(db: AsyncSession, organisation_id: uuid.UUID) -> IdentityProvider | None:
    """An organisation's provider; the transaction acts for that organisation (row security)."""
    found: IdentityProvider | None = await db.scalar(
        select(IdentityProvider).where(IdentityProvider.organisation_id == organisation_id)
    )
    return found


async def list_domains(db: AsyncSession, organisation_id: uuid.UUID) -> Sequence[str]:
    """The email domains of an organisation, all of them."""
    found = await db.scalars(
        select(OrganisationDomain.domain)
        .where(OrganisationDomain.organisation_id == organisation_id)
        .order_by(OrganisationDomain.domain)
    )
    return found.all()


async def find_identity(
    db: AsyncSession, organisation_id: uuid.UUID, issuer: str, subject: str
) -> OutsideIdentity | None:
    """The person whom a provider knows by this subject, while they belong to the organisation."""
    found: OutsideIdentity | None = await db.scalar(
        select(OutsideIdentity)
        .join(Person, Person.id == OutsideIdentity.person_id)
        .join(
            Membership,
            (Membership.person_id == Person.id)
            & (Membership.organisation_id == OutsideIdentity.organisation_id)
            & Membership.ended_at.is_(None),
        )
        .where(
            OutsideIdentity.organisation_id == organisation_id,
            OutsideIdentity.issuer == issuer,
            OutsideIdentity.subject == subject,
            Person.suspended_at.is_(None),
        )
    )
    return found


async def find_member_by_email(
    db: AsyncSession, organisation_id: uuid.UUID, email: str
) -> uuid.UUID | None:
    """The person who is a current member with this work address and is known by no identity yet."""
    found: uuid.UUID | None = await db.scalar(
        select(Membership.person_id)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.organisation_id == organisation_id,
            Membership.ended_at.is_(None),
            func.lower(Membership.work_email) == email,
            Person.suspended_at.is_(None),
            Person.id.not_in(
                select(OutsideIdentity.person_id).where(
                    OutsideIdentity.organisation_id == organisation_id
                )
            ),
        )
        .order_by(Membership.id)
        .limit(1)
    )
    return found
