"""Every read of links and sign-ins."""

import uuid
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.organisations.models import Membership, Organisation, Person, PersonSession
from app.organisations.sign_in.domain import MOST_WRONG_TRIES
from app.organisations.sign_in.models import SignInLink


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody who has the address that was typed, and the language to write in."""

    person_id: uuid.UUID
    language: str


async def find_person_by_address(db: AsyncSession, email: str) -> Known | None:
    """Whose account this address signs in to: their own one or their private one.

    A work address signs nobody in any more once they have left that body: whoever reads its mail
    now is somebody else. Suspended people are not found.
    """
    left, stays = aliased(Membership), aliased(Membership)
    has_left = exists().where(
        left.person_id == Person.id,
        func.lower(left.work_email) == email,
        left.ended_at.is_not(None),
    )
    is_there = exists().where(
        stays.person_id == Person.id,
        func.lower(stays.work_email) == email,
        stays.ended_at.is_(None),
    )
    row = (
        await db.execute(
            select(Person.id, Person.language)
            .where(
                Person.suspended_at.is_(None),
                or_(
                    Person.private_email == email,
                    and_(Person.email == email, or_(~has_left, is_there)),
                ),
            )
            .order_by((Person.email == email).desc())
            .limit(1)
        )
    ).one_or_none()
    return None if row is None else Known(row.id, row.language)


async def find_link(db: AsyncSession, token_sha256: bytes) -> SignInLink | None:
    """A link that can still sign somebody in; None for one that is used, too old or unknown."""
    found: SignInLink | None = await db.scalar(_usable(token_sha256))
    return found


async def lock_link(db: AsyncSession, token_sha256: bytes) -> SignInLink | None:
    """The same, so that nobody else uses it meanwhile."""
    found: SignInLink | None = await db.scalar(_usable(token_sha256).with_for_update())
    return found


def _usable(token_sha256: bytes) -> Select[SignInLink]:
    return select(SignInLink).where(
        SignInLink.token_sha256 == token_sha256,
        SignInLink.used_at.is_(None),
        SignInLink.expires_at > func.now(),
        SignInLink.wrong_tries < MOST_WRONG_TRIES,
        SignInLink.person_id.in_(select(Person.id).where(Person.suspended_at.is_(None))),
    )


async def find_membership_to_act_for(
    db: AsyncSession,
    person_id: uuid.UUID,
    *,
    address: str = "",
    organisation_id: uuid.UUID | None = None,
) -> uuid.UUID | None:
    """For which membership a new sign-in acts: that of the address, else the one acted for last.

    With an organisation, its membership or none.
    """
    last = (
        select(PersonSession.membership_id)
        .where(PersonSession.person_id == person_id, PersonSession.membership_id.is_not(None))
        .order_by(PersonSession.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    is_last: ColumnElement[bool] = func.coalesce(Membership.id == last, False)
    query = (
        select(Membership.id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Membership.person_id == person_id, Membership.ended_at.is_(None))
        .order_by(
            (func.lower(Membership.work_email) == address).desc(),
            is_last.desc(),
            func.lower(Organisation.name),
            Membership.id,
        )
        .limit(1)
    )
    if organisation_id is not None:
        query = query.where(Membership.organisation_id == organisation_id)
    found: uuid.UUID | None = await db.scalar(query)
    return found
