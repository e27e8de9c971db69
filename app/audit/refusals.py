"""Writes down that somebody signed in was refused: the only record that outlives its request."""

import logging
from typing import Any, Final

from litestar.types import Scope
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from app.audit.commands import record
from app.core.actor import ACTOR_SCOPE, Actor
from app.core.errors import Refused

REFUSED: Final = "access.refused"
SENTENCES: Final = {REFUSED: "Was refused something: {code}"}

_log = logging.getLogger(__name__)


async def record_refusal(error: Exception, scope: Scope) -> None:
    """Note a refusal in the exchange's own chain, in a transaction of its own.

    The request's was rolled back. It stays out of the organisation's chain: what somebody looked
    at for themselves is nobody's business there. Trouble with the database costs the note, not the
    answer.
    """
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    state: dict[str, Any] = scope  # type: ignore[assignment]
    actor = state.get(ACTOR_SCOPE)
    if not isinstance(error, Refused) or not isinstance(actor, Actor) or not actor.is_signed_in:
        return
    sessions: async_sessionmaker[AsyncSession] = scope["litestar_app"].state.sessions
    try:
        async with sessions.begin() as db:
            await record(db, actor, REFUSED, subject=None, facts={"code": error.code})
    except (SQLAlchemyError, OSError):
        _log.exception("a refusal could not be recorded")
