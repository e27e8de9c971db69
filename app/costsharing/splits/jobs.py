"""What the worker does for saved cost splits."""

import uuid

from sqlalchemy.ext.asyncio import AsyncSession

from app.costsharing.splits import commands


async def draw_paper(db: AsyncSession, paper_id: str) -> None:
    """Draw one paper of a version and keep it."""
    await commands.draw_paper(db, uuid.UUID(paper_id))
