"""What the worker does for invitations."""

import uuid

from sqlalchemy.ext.asyncio import AsyncSession

from app.matching.inviting import commands


async def tell_answer(db: AsyncSession, *, invitation_id: str, status: str) -> None:
    """Tell who invited somebody what they answered."""
    await commands.tell_answer(db, uuid.UUID(invitation_id), status)
