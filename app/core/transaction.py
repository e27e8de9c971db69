"""The one transaction of each request: who asks, read only or not, and its one-time key."""

import uuid
from collections.abc import AsyncGenerator
from typing import Any

from litestar import Request
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from app.core.actor import person_session_id
from app.core.db import ACT_FOR, SAFE_METHODS
from app.core.once import keep_answer, take_key

READ_ONLY = text("SET TRANSACTION READ ONLY")


async def provide_db(request: Request[Any, Any, Any]) -> AsyncGenerator[AsyncSession, None]:
    """The request's transaction: read only for safe methods, else committed before the answer.

    A safe handler that must write says so with `opt={"transaction": "write"}`, one whose visitors
    need no transaction with `core.reading.ALONE`. An exception in
    the handler, or a COMMIT that fails, reaches the person as a problem page. The answer of the
    handler is known by then, so that it is kept for the form's one-time key with what it changed.
    """
    is_safe = request.method in SAFE_METHODS
    wanted = request.route_handler.opt.get("transaction")
    writes = not is_safe or wanted == "write"
    who = person_session_id(request)
    if who is None and is_safe and wanted == "alone":
        session = request.app.state.reading_sessions()
        try:
            yield session
        finally:
            if session.in_transaction():
                await session.close()
        return
    sessions: async_sessionmaker[AsyncSession] = request.app.state.sessions
    async with sessions() as session:
        if writes:
            async with session.begin():
                await _act_for(session, who)
                taken = None if is_safe else await take_key(session, request)
                yield session
                if taken is not None:
                    await keep_answer(session, request, taken)
            return
        try:
            await session.execute(READ_ONLY)
            await _act_for(session, who)
            yield session
        finally:
            await session.rollback()


async def _act_for(session: AsyncSession, who: uuid.UUID | None) -> None:
    """Tell row-level security who asks; the database itself looks up what that session may be."""
    if who is not None:
        await session.execute(ACT_FOR, {"person_session": who})
