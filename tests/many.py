"""Makes one row of a table many, so that lists can be tried with hundreds of them."""

import uuid

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.db import Base

# An id made from a number, so that rows of different tables can name each other.
ID = "('00000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid"


async def multiply(
    db: AsyncSession, model: type[Base], like: uuid.UUID, numbers: range, **others: str
) -> None:
    """Copies of a row, one for each number; `others` are columns that differ, as SQL with `n`."""
    table = model.__table__
    values = {column.name: f'"{column.name}"' for column in table.columns}
    values |= {"id": ID, **others}
    names = ", ".join(f'"{name}"' for name in values)
    statement = (
        f'INSERT INTO "{table.name}" ({names}) SELECT {", ".join(values.values())} '  # noqa: S608
        f'FROM "{table.name}", generate_series({numbers.start}, {numbers.stop - 1}) AS n '
        "WHERE id = :like"
    )
    await db.execute(text(statement), {"like": like})
