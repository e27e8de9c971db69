"""Every read of second factors."""

import uuid
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.organisations.factors.models import AuthenticatorApp, Passkey, RecoveryCode


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
