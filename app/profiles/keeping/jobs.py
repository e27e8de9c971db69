"""What the worker does for idle profiles."""

import logging

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import london_today
from app.profiles.keeping.commands import look_after as look

_log = logging.getLogger(__name__)


async def look_after(db: AsyncSession) -> None:
    """Each hour: ask about idle profiles, and remove those that nobody answered for."""
    done = await look(db, london_today())
    _log.info(
        "idle profiles: %s asked about, %s again, %s removed",
        done.asked,
        done.asked_again,
        done.removed,
    )
