"""Which bodies a reminder may be due to."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Date, cast, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.organisations.domain import OrganisationStatus
from app.organisations.models import Organisation

_VERIFIED = Organisation.status == OrganisationStatus.VERIFIED


async def list_unconfirmed(db: AsyncSession, confirmed_before: date) -> Sequence[Organisation]:
    """The verified bodies whose senior sponsor was confirmed by a day at the latest, or never."""
    joined_on = cast(func.timezone("Europe/London", Organisation.created_at), Date)
    found = await db.scalars(
        select(Organisation)
        .where(
            _VERIFIED,
            func.coalesce(Organisation.sponsor_confirmed_on, joined_on) <= confirmed_before,
        )
        .order_by(Organisation.id)
    )
    return found.all()


async def list_without_terms(db: AsyncSession, version: str) -> Sequence[Organisation]:
    """The verified bodies that have accepted another version of the terms than this one."""
    found = await db.scalars(
        select(Organisation)
        .where(
            _VERIFIED,
            or_(Organisation.terms_version.is_(None), Organisation.terms_version != version),
        )
        .order_by(Organisation.id)
    )
    return found.all()
