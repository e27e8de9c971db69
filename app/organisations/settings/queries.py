"""What the settings of a body show."""

import uuid
from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.permissions import Duty
from app.organisations.models import AuthorisationLimit, PensionRate


async def list_rates(db: AsyncSession, organisation_id: uuid.UUID) -> Sequence[PensionRate]:
    """The employer's pension rates of a body, the newest first."""
    rows = await db.scalars(
        select(PensionRate)
        .where(PensionRate.organisation_id == organisation_id)
        .order_by(PensionRate.starts_on.desc(), PensionRate.id)
        .limit(100)
    )
    return rows.all()


async def limits(db: AsyncSession, organisation_id: uuid.UUID) -> dict[Duty, Decimal]:
    """The authorisation limits of a body in pounds; a duty without one is left out."""
    rows = await db.execute(
        select(AuthorisationLimit.duty, AuthorisationLimit.amount).where(
            AuthorisationLimit.organisation_id == organisation_id
        )
    )
    return {Duty(row.duty): row.amount for row in rows}
