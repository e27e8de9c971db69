"""What the worker does for posts by their dates, and who it tells."""

import uuid
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import london_today
from app.core.outbox import enqueue
from app.opportunities.publishing import commands
from app.opportunities.publishing.queries import BATCH

KEEP_DATES: Final = "opportunities.keep_dates"


async def keep_dates(db: AsyncSession) -> None:
    """Each hour, and at once again while more is left: publish, close, ask whether posts still
    stand, hide. A missed night is made up.
    """
    today = london_today()
    done = (
        await commands.publish_due(db, today),
        await commands.close_due(db, today),
        await commands.review_due(db, today),
        await commands.hide_unverified(db),
    )
    if max(done) >= BATCH:
        await enqueue(db, KEEP_DATES)


async def tell_askers(db: AsyncSession, *, opportunity_id: str) -> None:
    """Tell who asked about a withdrawn post."""
    await commands.tell_askers(db, uuid.UUID(opportunity_id))
