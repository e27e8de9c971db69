"""What the worker does for the published projection."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.opportunities.finding.projection import rebuild


async def rebuild_open_posts(db: AsyncSession) -> None:
    """Each hour: mend what is published, and take up renamed roles and skills."""
    await rebuild(db)
