"""What the worker does for pledges."""

import logging

from sqlalchemy.ext.asyncio import AsyncSession

from app.cofunding import commands

_log = logging.getLogger(__name__)


async def lapse_pledges(db: AsyncSession) -> None:
    """Each hour: end pledges whose last day has passed."""
    ended = await commands.lapse_pledges(db)
    _log.info("%s pledges lapsed", ended)
