"""What the worker does for local roles: remind their organisation of the review."""

import logging

from sqlalchemy.ext.asyncio import AsyncSession

from app.roles.local.reminding import remind_of_all_reviews

_log = logging.getLogger(__name__)


async def remind_of_reviews(db: AsyncSession) -> None:
    """Each hour: write about local roles whose review is due."""
    _log.info("reviews of local roles: %s reminders", await remind_of_all_reviews(db))
