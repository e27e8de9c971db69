"""Every read of second factors."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.core.errors import NotFound
from app.core.permissions import Duty
from app.organisations.factors.models import AuthenticatorApp, Passkey, RecoveryCode
from app.organisations.models import Membership, MembershipDuty, Person


@dataclass(frozen=True, slots=True)
class FactorCount:
    """How many of each a person has; recovery codes that are not used up."""

    passkeys: int
    apps: int
    codes: int

    @property
    def any(self) -> bool:
        """Whether there is a second factor; codes alone are none, they only stand in for one."""
        return bool(self.passkeys or self.apps)


async def count_factors(db: AsyncSession, person_id: uuid.UUID) -> FactorCount:
    """How many second factors a person has."""
    row = (
        await db.execute(
            select(
                select(func.count())
                .select_from(Passkey)
                .where(Passkey.person_id == person_id)
                .scalar_subquery(),
                select(func.count())
                .select_from(AuthenticatorApp)
                .where(AuthenticatorApp.person_id == person_id)
                .scalar_subquery(),
                select(func.count())
                .select_from(RecoveryCode)
                .where(RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))
                .scalar_subquery(),
            )
        )
    ).one()
    return FactorCount(*row)


async def lock_app(db: AsyncSession, person_id: uuid.UUID) -> AuthenticatorApp | None:
    """A person's authenticator app, so that each of its codes is taken once."""
    found: AuthenticatorApp | None = await db.scalar(
        select(AuthenticatorApp).where(AuthenticatorApp.person_id == person_id).with_for_update()
    )
    return found


async def find_app(db: AsyncSession, person_id: uuid.UUID) -> AuthenticatorApp | None:
    """A person's authenticator app."""
    found: AuthenticatorApp | None = await db.scalar(
        select(AuthenticatorApp).where(AuthenticatorApp.person_id == person_id)
    )
    return found


async def list_passkeys(db: AsyncSession, person_id: uuid.UUID) -> Sequence[Passkey]:
    """A person's passkeys in the order in which they were added; nobody has more than twenty."""
    found = await db.scalars(
        select(Passkey)
        .where(Passkey.person_id == person_id)
        .order_by(Passkey.created_at, Passkey.id)
    )
    return found.all()


async def lock_passkey(
    db: AsyncSession, person_id: uuid.UUID, credential_id: str
) -> Passkey | None:
    """The passkey of this id as the browser names it, if it is this person's."""
    found: Passkey | None = await db.scalar(
        select(Passkey)
        .where(Passkey.person_id == person_id, Passkey.credential_id == credential_id)
        .with_for_update()
    )
    return found


async def get_passkey(db: AsyncSession, person_id: uuid.UUID, passkey_id: uuid.UUID) -> Passkey:
    """One of a person's passkeys. Raises NotFound."""
    found = await db.scalar(
        select(Passkey).where(Passkey.id == passkey_id, Passkey.person_id == person_id)
    )
    if found is None:
        raise NotFound("no-such-passkey", "There is no such passkey.")
    return found


@dataclass(frozen=True, slots=True)
class Resettable:
    """Somebody whose second factors an administrator or the operator may want to reset."""

    membership_id: uuid.UUID | None
    person_id: uuid.UUID
    name: str
    has_duties_elsewhere: bool


async def get_member_to_reset(
    db: AsyncSession, organisation_id: uuid.UUID, membership_id: uuid.UUID
) -> Resettable:
    """A current member of this organisation. Raises NotFound.

    Whoever also does something for another organisation, or is the operator, has more to lose than
    this one may decide about.
    """
    elsewhere = aliased(Membership)
    others = exists().where(
        elsewhere.person_id == Person.id,
        elsewhere.ended_at.is_(None),
        elsewhere.organisation_id != organisation_id,
        exists().where(
            MembershipDuty.membership_id == elsewhere.id, MembershipDuty.duty != Duty.MEMBER
        ),
    )
    row = (
        await db.execute(
            select(Membership.id, Person.id, Person.name, or_(others, Person.is_operator))
            .join(Person, Person.id == Membership.person_id)
            .where(
                Membership.id == membership_id,
                Membership.organisation_id == organisation_id,
                Membership.ended_at.is_(None),
            )
        )
    ).one_or_none()
    if row is None:
        raise NotFound("no-such-member", "There is nobody here by that address.")
    return Resettable(*row)


async def find_person_to_reset(db: AsyncSession, email: str) -> Resettable | None:
    """Somebody by an address of theirs, for the operator."""
    row = (
        await db.execute(
            select(Person.id, Person.name).where(
                or_(Person.email == email, Person.private_email == email)
            )
        )
    ).first()
    return None if row is None else Resettable(None, row.id, row.name, has_duties_elsewhere=False)
