"""What the worker does for the record."""

from datetime import timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.heads import MEDIA_TYPE
from app.audit.signing import sign_heads as sign
from app.core.files import find_newest_file

WEEK: Final = timedelta(days=7)


async def sign_heads(db: AsyncSession) -> None:
    """Once a week: keep the signed heads of all chains as a file for operators to take away."""
    if await find_newest_file(db, media_type=MEDIA_TYPE, within=WEEK) is None:
        await sign(db)
