"""Counts the queries of a page, so that no list asks once for each of its rows."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection

# What the transaction says of itself is no query of the page.
_SETTING = ("SAVEPOINT", "RELEASE", "ROLLBACK", "SET ", "SELECT set_config", "SELECT app_act_for")


@contextmanager
def counted(connection: AsyncConnection) -> Iterator[list[str]]:
    """The statements sent over a connection while this is open."""
    seen: list[str] = []
    raw = connection.sync_connection
    assert raw is not None

    def see(_: Any, __: Any, statement: str, *___: Any) -> None:
        if not statement.lstrip().startswith(_SETTING):
            seen.append(statement)

    event.listen(raw, "before_cursor_execute", see)
    try:
        yield seen
    finally:
        event.remove(raw, "before_cursor_execute", see)
