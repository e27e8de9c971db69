"""What the worker does for reminders."""

import logging

from sqlalchemy.ext.asyncio import AsyncSession

from app.organisations.reminders.commands import forget, remind_of_sponsors, remind_of_terms

_log = logging.getLogger(__name__)


async def remind_all(db: AsyncSession) -> None:
    """Each hour: remind of sponsors and terms, and forget what is old."""
    sponsors, terms = await remind_of_sponsors(db), await remind_of_terms(db)
    await forget(db)
    _log.info("reminders: %s of sponsors, %s of terms", sponsors, terms)
