"""What the worker does for needs."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.matching.needs import commands


async def look_after(db: AsyncSession) -> None:
    """Each hour: keep needs that found nobody, and tell bodies of who suits them now."""
    await commands.look_after(db)
