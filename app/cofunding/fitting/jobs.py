"""What the worker does for joint posts."""

import logging
import uuid

from sqlalchemy.ext.asyncio import AsyncSession

from app.cofunding.fitting import commands

_log = logging.getLogger(__name__)


async def notice_fits(db: AsyncSession, opportunity_id: str | None = None) -> None:
    """After a change of a post, beside this one; each hour, among all."""
    key = None if opportunity_id is None else uuid.UUID(opportunity_id)
    _log.info("%s joint posts proposed", await commands.notice_fits(db, opportunity_id=key))
