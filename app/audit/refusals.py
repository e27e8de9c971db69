"""Writes down that somebody was refused: the only record that outlives its request."""

import logging
import uuid
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Final

from litestar import Request
from litestar.types import Scope
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from app.audit.commands import record
from app.core.actor import ACTOR_SCOPE, REFUSED_SCOPE, Actor, person_session_of
from app.core.csrf import STOPPED
from app.core.errors import Busy, Refused, TooMany
from app.core.limits import Limit, insist, network_of

REFUSED: Final = "access.refused"
SENTENCES: Final = {REFUSED: "Was refused something: {code}"}

# Whoever sends refused requests all day must not fill the record: what goes beyond is not noted.
OF_PERSON: Final = Limit("refusals-person", 60, 3600)
OF_NETWORK: Final = Limit("refusals-network", 10, 3600)
OF_VISITORS: Final = Limit("refusals-visitors", 300, 3600)

FindActor = Callable[[AsyncSession, uuid.UUID, str], Awaitable[Actor | None]]
AnyRequest = Request[Any, Any, Any]
_log = logging.getLogger(__name__)


class Refusals:
    """Notes refusals in the exchange's own chain, each in a transaction of its own.

    The request's own may have been rolled back. They stay out of the organisation's chain: what
    somebody looked at for themselves is nobody's business there. Trouble with the database or the
    store costs the note, not the answer. `find_actor` knows who a sign-in belongs to where the
    request was stopped before that was asked.
    """

    def __init__(self, find_actor: FindActor) -> None:
        self.find_actor = find_actor

    async def after_exception(self, error: Exception, scope: Scope) -> None:
        """Note what was answered with a page or a problem of its own.

        That of a visitor is noted only where a form was stopped: all else they were refused is a
        page for people who are signed in.
        """
        while isinstance(error, ExceptionGroup):
            error = error.exceptions[0]
        if not isinstance(error, Refused):
            return
        is_known = isinstance(_actor(scope), Actor) or person_session_of(scope) is not None
        if is_known or error.code in STOPPED:
            await self._note(Request(scope), error.code)

    async def after_response(self, request: AnyRequest) -> None:
        """Note what was shown beside a field of a form."""
        scope: dict[str, Any] = request.scope  # type: ignore[assignment]
        code = scope.get(REFUSED_SCOPE)
        if code:
            await self._note(request, code)

    async def _note(self, request: AnyRequest, code: str) -> None:
        sessions: async_sessionmaker[AsyncSession] = request.app.state.sessions
        try:
            async with sessions.begin() as db:
                actor = await self._who(db, request)
                if actor.is_signed_in:
                    with suppress(Busy):
                        await insist(request, (OF_PERSON, str(actor.person_id)))
                elif code in STOPPED:
                    await insist(request, (OF_NETWORK, network_of(request)), (OF_VISITORS, ""))
                else:
                    return
                await record(db, actor, REFUSED, subject=None, facts={"code": code})
        except (TooMany, Busy):
            _log.warning("a refusal was not recorded: too many, or the store is away")
        except (SQLAlchemyError, RedisError, OSError):
            _log.exception("a refusal could not be recorded")

    async def _who(self, db: AsyncSession, request: AnyRequest) -> Actor:
        actor = _actor(request.scope)
        if actor is not None:
            return actor
        reference = str(request.scope.get("crossbench.reference", ""))
        session_id = person_session_of(request.scope)
        found = None
        if session_id is not None:
            found = await self.find_actor(db, session_id, reference)
        return found or Actor(request_reference=reference)


def _actor(scope: Scope) -> Actor | None:
    state: dict[str, Any] = scope  # type: ignore[assignment]
    actor = state.get(ACTOR_SCOPE)
    return actor if isinstance(actor, Actor) else None
