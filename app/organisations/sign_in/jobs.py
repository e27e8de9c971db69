"""What the worker does by the hour: forget links and sign-ins of the past."""

from datetime import timedelta
from typing import Final

from sqlalchemy import delete, func
from sqlalchemy.ext.asyncio import AsyncSession

from app.organisations.models import PersonSession
from app.organisations.sign_in.models import SignInLink

KEEP_LINKS: Final = timedelta(days=1)
KEEP_SIGN_INS: Final = timedelta(days=90)


async def forget(db: AsyncSession) -> None:
    """Delete links a day after they stopped working, and sign-ins after 90 days."""
    await db.execute(delete(SignInLink).where(SignInLink.expires_at < func.now() - KEEP_LINKS))
    await db.execute(
        delete(PersonSession).where(PersonSession.created_at < func.now() - KEEP_SIGN_INS)
    )
