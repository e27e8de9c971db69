"""What the worker does for alerts."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.matching.alerts.commands import ask_whether_wanted, forget


async def look_after(db: AsyncSession) -> None:
    """Each hour: ask about old alerts, and forget what is over."""
    await ask_whether_wanted(db)
    await forget(db)
