"""Connections that only read, each statement by itself, for the pages asked for most."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import asyncpg
from sqlalchemy import make_url

CONNECT_SECONDS: Final = 5.0
# Longer than the server lets a statement run: only a connection that is dead gets there.
LONGEST_SECONDS: Final = 20.0

_LOST: Final = (
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    OSError,
)


class Reader:
    """A pool that does nothing around a statement: no check before, no reset after.

    That is enough where statements only read, change no setting and need no transaction; the
    pool of the ORM costs such a page more than its query (decision 0185). A statement that finds
    its kept connection lost is sent once more over a new one, which is safe since it only reads.
    """

    def __init__(self, url: str, *, size: int, server_settings: Mapping[str, str]) -> None:
        address = make_url(url)
        self._arguments = {
            **address.translate_connect_args(username="user"),
            **address.query,
            "server_settings": dict(server_settings),
            "timeout": CONNECT_SECONDS,
            "command_timeout": LONGEST_SECONDS,
        }
        self._rest: list[asyncpg.Connection] = []
        self._places = asyncio.Semaphore(size)

    async def fetch(self, sql: str, values: Sequence[Any]) -> list[Any]:
        """The rows of a statement, as the driver's records. Its errors are the driver's too."""
        async with self._places:
            while self._rest:
                kept = self._rest.pop()
                if kept.is_closed():
                    continue
                try:
                    return await self._run(kept, sql, values)
                except TimeoutError:
                    raise  # an OSError too, but the statement was what took so long
                except _LOST:
                    self._drop_all()
            return await self._run(await self._connect(), sql, values)

    async def _run(
        self, connection: asyncpg.Connection, sql: str, values: Sequence[Any]
    ) -> list[Any]:
        try:
            rows: list[Any] = await connection.fetch(sql, *values)
        except asyncpg.PostgresError:
            # The server answered, so what it says of the statement does not end the connection.
            if not connection.is_closed():
                self._rest.append(connection)
            raise
        except BaseException:
            # Given up in the middle: what the connection would answer next belongs to nobody.
            connection.terminate()
            raise
        self._rest.append(connection)
        return rows

    async def _connect(self) -> asyncpg.Connection:
        made: asyncpg.Connection = await asyncpg.connect(**self._arguments)
        for name in ("json", "jsonb"):
            await made.set_type_codec(
                name, schema="pg_catalog", encoder=json.dumps, decoder=json.loads
            )
        return made

    def _drop_all(self) -> None:
        """One is lost: the server has most likely gone away, and the others with it."""
        while self._rest:
            self._rest.pop().terminate()

    async def close(self) -> None:
        """End all connections; a later statement makes new ones."""
        while self._rest:
            await self._rest.pop().close(timeout=CONNECT_SECONDS)
