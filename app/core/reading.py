"""Reads for the pages that most people ask for: rows straight from the driver (decision 0162)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Dialect, SelectBase
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.reader import Reader

# A handler's `opt={**PUBLIC, **ALONE}`: a visitor's statements need no transaction around them.
ALONE: Final[dict[str, Any]] = {"transaction": "alone"}

# Where a session of a visitor has the connections that read only, each statement by itself.
READER: Final = "reader"

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
    reader: Reader | None = db.info.get(READER)
    if reader is not None and not db.in_transaction():
        return await reader.fetch(prepared.sql, given)
    pooled = await (await db.connection()).get_raw_connection()
    driver: Any = pooled.driver_connection
    rows: list[Row] = await driver.fetch(prepared.sql, *given)
    return rows
