"""Browser sessions in the Redis-compatible store: random ids, known to the store only as hashes."""

import hashlib
import json
import logging
import re
import secrets
import time
from dataclasses import dataclass, field
from typing import Any, Final

from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie, MutableScopeHeaders
from litestar.middleware.session.server_side import (
    ServerSideSessionBackend,
    ServerSideSessionConfig,
)
from litestar.types import Message, ScopeSession
from redis.exceptions import RedisError

IDLE_SECONDS: Final = 60 * 60
LONGEST_SECONDS: Final = 12 * 60 * 60
_SCOPE_KEY: Final = "crossbench.session"
_ID: Final = re.compile(r"[0-9a-f]{64}")
_log = logging.getLogger(__name__)

Connection = ASGIConnection[Any, Any, Any, Any]


@dataclass
class Loaded:
    """What this request knows of its session; `id` is None until there is a reason for one.

    `former` is the id that a new one replaces: its entry is deleted with the answer.
    """

    id: str | None = None
    made_at: int = field(default_factory=lambda: int(time.time()))
    stored: str | None = None
    former: str | None = None


class SessionBackend(ServerSideSessionBackend):
    """Sessions whose ids we made ourselves.

    The framework keeps whatever id the browser sends, which lets somebody plant one; this takes
    an id only if the store knows it. The store sees the SHA-256 of an id, never the id. A visitor
    for whom nothing needs remembering gets no cookie. A store that is away means no session.
    """

    async def load_from_connection(self, connection: Connection) -> dict[str, Any]:
        """The session's values; empty for an unknown, ended or malformed id."""
        loaded = loaded_session(connection)
        session_id = connection.cookies.get(self.config.key, "")
        if not _ID.fullmatch(session_id):
            return {}
        store = self.config.get_store_from_app(connection.app)
        try:
            raw = await store.get(_hashed(session_id), renew_for=IDLE_SECONDS)
        except RedisError as error:
            _log.warning("session store is away: %s", type(error).__name__)
            return {}
        if raw is None:
            return {}
        kept = json.loads(raw)
        if time.time() - kept["made_at"] > LONGEST_SECONDS:
            await store.delete(_hashed(session_id))
            return {}
        loaded.id, loaded.made_at = session_id, kept["made_at"]
        loaded.stored = _packed(loaded.made_at, kept["values"])
        values: dict[str, Any] = kept["values"]
        return values

    def get_session_id(self, connection: Connection) -> str:
        """The id if the store knows it, else an empty text."""
        return loaded_session(connection).id or ""

    async def store_in_message(
        self, scope_session: ScopeSession, message: Message, connection: Connection
    ) -> None:
        """Save what changed and give a new session its cookie; end a session that was cleared."""
        loaded = loaded_session(connection)
        headers = MutableScopeHeaders.from_message(message)
        store = self.config.get_store_from_app(connection.app)
        try:
            if not isinstance(scope_session, dict):
                ended = loaded.former or (loaded.id if loaded.stored is not None else None)
                if ended:
                    await store.delete(_hashed(ended))
                    headers.add("Set-Cookie", self._cookie("", ended=True))
                return
            if loaded.id is None and not scope_session:
                return
            session_id = need_session_id(connection)
            if loaded.former:
                await store.delete(_hashed(loaded.former))
            packed = _packed(loaded.made_at, scope_session)
            if packed != loaded.stored:
                await store.set(_hashed(session_id), packed, expires_in=IDLE_SECONDS)
        except RedisError as error:
            _log.warning("session store is away: %s", type(error).__name__)
            return
        if loaded.stored is None:
            headers.add("Set-Cookie", self._cookie(session_id))

    def _cookie(self, value: str, *, ended: bool = False) -> str:
        cookie = Cookie(
            key=self.config.key,
            value=value,
            path="/",
            secure=self.config.secure,
            httponly=True,
            samesite="lax",
            max_age=0 if ended else None,
        )
        return cookie.to_header(header="")


class SessionConfig(ServerSideSessionConfig):
    """The framework's settings for server-side sessions, with our backend."""

    _backend_class = SessionBackend


def session_config(*, secure: bool) -> SessionConfig:
    """Settings of the session middleware; over https the cookie is bound to the host by name."""
    return SessionConfig(
        key="__Host-session" if secure else "session",
        secure=secure,
        exclude=["^/static/", "^/health/"],
    )


def loaded_session(connection: Connection) -> Loaded:
    """What is known of the session; nothing where no session middleware ran (unknown pages)."""
    loaded: Loaded = connection.scope.setdefault(_SCOPE_KEY, Loaded())  # type: ignore[typeddict-item]
    return loaded


def need_session_id(connection: Connection) -> str:
    """The id of the session, made now if there is none: 256 random bits."""
    loaded = loaded_session(connection)
    if loaded.id is None:
        loaded.id = secrets.token_hex(32)
    return loaded.id


def renew(connection: Connection, *, from_now: bool = False) -> str:
    """Give the session a new id and end the old one; gives the key that the store has it under.

    For each time that the session comes to mean more: whoever knew or planted the old id is left
    with nothing. With `from_now` the twelve hours begin again, and all that it held is forgotten.
    """
    loaded = loaded_session(connection)
    if loaded.stored is not None:
        loaded.former = loaded.id
    loaded.id = loaded.stored = None
    if from_now:
        loaded.made_at = int(time.time())
        connection.scope["session"] = {}
    return _hashed(need_session_id(connection))


def ends_in(connection: Connection) -> tuple[int, int]:
    """In how many seconds the session ends: when nothing is asked any more, and in any case."""
    spent = int(time.time()) - loaded_session(connection).made_at
    return IDLE_SECONDS, max(0, LONGEST_SECONDS - spent)


def _hashed(session_id: str) -> str:
    return hashlib.sha256(session_id.encode()).hexdigest()


def _packed(made_at: int, values: dict[str, Any]) -> str:
    return json.dumps({"made_at": made_at, "values": values}, sort_keys=True)
