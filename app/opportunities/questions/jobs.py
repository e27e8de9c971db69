"""Who is told of questions and answers. Done by the worker, which alone may read who asked."""

import uuid

from sqlalchemy.ext.asyncio import AsyncSession

from app.opportunities.questions import commands


async def tell_question_asked(db: AsyncSession, *, question_id: str) -> None:
    """Tell the posting body."""
    await commands.tell_body(db, uuid.UUID(question_id))


async def tell_asker(db: AsyncSession, *, question_id: str, what: str) -> None:
    """Tell whoever asked."""
    await commands.tell_asker(db, uuid.UUID(question_id), what=what)
