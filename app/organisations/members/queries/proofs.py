"""Reads of proofs of employment: by their link, and by when they are due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Date, Select, case, cast, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.db import follow_link
from app.organisations.domain import OrganisationStatus
from app.organisations.joining.domain import no_such_link
from app.organisations.links import sha256_of
from app.organisations.members.domain import (
    ASK_DAYS_BEFORE,
)
from app.organisations.members.models import EmploymentProof
from app.organisations.models import (
    Membership,
    Organisation,
    Person,
)


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
