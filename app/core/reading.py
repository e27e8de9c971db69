"""Reads for the pages that most people ask for: rows straight from the driver (decision 0162)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import asyncpg
from sqlalchemy import Dialect, SelectBase
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

# A handler's `opt={**PUBLIC, **ALONE}`: a visitor's statements need no transaction around them.
ALONE: Final[dict[str, Any]] = {"transaction": "alone"}

# Said of sessions whose connections read only, each statement by itself.
READS_ALONE: Final = "reads_alone"

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A statement as the driver takes it: names of its values in order, and those known already."""

    sql: str
    names: tuple[str, ...]
    known: Mapping[str, Any]


def prepare(statement: SelectBase) -> Prepared:
    """Compile a statement. To be done once for each shape of it, and kept.

    Values that differ from call to call are `bindparam("name")`, without a list that expands.
    """
    dialect: Dialect = PGDialect_asyncpg()  # type: ignore[no-untyped-call]
    compiled = statement.compile(dialect=dialect)
    names = tuple(compiled.positiontup or ())
    return Prepared(compiled.string, names, dict(compiled.params))


async def fetch(db: AsyncSession, prepared: Prepared, values: Row) -> list[Row]:
    """The rows of a prepared statement, as the request's transaction or its visitor sees them.

    They are the driver's records, and errors the driver's own.
    """
    given = [values[n] if n in values else prepared.known[n] for n in prepared.names]
    bind = db.bind
    if db.info.get(READS_ALONE) and isinstance(bind, AsyncEngine) and not db.in_transaction():
        async with bind.connect() as connection:
            return await _fetch(connection, prepared.sql, given)
    return await _fetch(await db.connection(), prepared.sql, given)


async def _fetch(connection: Any, sql: str, values: list[Any]) -> list[Row]:
    pooled = await connection.get_raw_connection()
    driver: asyncpg.Connection = pooled.driver_connection
    rows: list[Row] = await driver.fetch(sql, *values)
    return rows
