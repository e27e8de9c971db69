"""Every read of links and sign-ins."""

import uuid

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.organisations.models import Membership, Organisation, PersonSession


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
    query = (
        select(Membership.id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Membership.person_id == person_id, Membership.ended_at.is_(None))
        .order_by(
            (func.lower(Membership.work_email) == address).desc(),
            (Membership.id == last).desc().nulls_last(),
            func.lower(Organisation.name),
            Membership.id,
        )
        .limit(1)
    )
    if organisation_id is not None:
        query = query.where(Membership.organisation_id == organisation_id)
    found: uuid.UUID | None = await db.scalar(query)
    return found
