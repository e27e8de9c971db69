"""Every read of a person's own account."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.errors import NotFound
from app.organisations.members.models import AddressClaim
from app.organisations.models import Person, PersonSession
from app.organisations.queries import LONGEST_SIGN_IN

# More than anybody has at work within twelve hours.
MOST_SIGN_INS = 200


@dataclass(frozen=True, slots=True)
class Account:
    """What a person's own account page shows of them."""

    name: str
    email: str
    private_email: str | None
    language: str


async def get_account(db: AsyncSession, person_id: uuid.UUID) -> Account:
    """A person's own particulars."""
    row = (
        await db.execute(
            select(Person.name, Person.email, Person.private_email, Person.language).where(
                Person.id == person_id
            )
        )
    ).one()
    return Account(*row)


async def lock_person(db: AsyncSession, person_id: uuid.UUID) -> Person:
    """The person, to be changed by nobody else meanwhile."""
    return (await db.scalars(select(Person).where(Person.id == person_id).with_for_update())).one()


async def list_sign_ins(db: AsyncSession, person_id: uuid.UUID) -> Sequence[PersonSession]:
    """A person's sign-ins that have not ended by themselves or by somebody, the newest first.

    Whether one has been idle for too long only the store knows.
    """
    found = await db.scalars(
        select(PersonSession)
        .where(
            PersonSession.person_id == person_id,
            PersonSession.ended_at.is_(None),
            PersonSession.created_at > func.now() - LONGEST_SIGN_IN,
        )
        .order_by(PersonSession.created_at.desc(), PersonSession.id.desc())
        .limit(MOST_SIGN_INS)
    )
    return found.all()


async def is_address_taken(db: AsyncSession, email: str, *, but: uuid.UUID) -> bool:
    """Whether somebody else signs in with this address."""
    found = await db.scalar(
        select(Person.id)
        .where(Person.id != but, or_(Person.email == email, Person.private_email == email))
        .limit(1)
    )
    return found is not None


async def get_claim(db: AsyncSession, person_id: uuid.UUID, token_sha256: bytes) -> AddressClaim:
    """An address that this person asked for and can still confirm. Raises NotFound."""
    return await _claim(db, person_id, token_sha256, lock=False)


async def lock_claim(db: AsyncSession, person_id: uuid.UUID, token_sha256: bytes) -> AddressClaim:
    """The same, so that it is used once. Raises NotFound."""
    return await _claim(db, person_id, token_sha256, lock=True)


async def _claim(
    db: AsyncSession, person_id: uuid.UUID, token_sha256: bytes, *, lock: bool
) -> AddressClaim:
    query = select(AddressClaim).where(
        AddressClaim.token_sha256 == token_sha256,
        AddressClaim.person_id == person_id,
        AddressClaim.used_at.is_(None),
        AddressClaim.expires_at > func.now(),
    )
    found = await db.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound(
            "no-such-link",
            "This link does not work any more. It works once, for 14 days, and only while you are "
            "signed in to the account that asked for it.",
        )
    return found
