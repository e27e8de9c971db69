"""What the worker does for the calculator."""

import logging

from sqlalchemy.ext.asyncio import AsyncSession

from app.costsharing.commands import delete_idle_drafts

_log = logging.getLogger(__name__)


async def delete_idle(db: AsyncSession) -> None:
    """Every night: delete calculations that lay idle for 90 days."""
    gone = await delete_idle_drafts(db)
    _log.info("deleted %s idle calculations", gone)
