"""Counts every statement on a connection, whoever sends it: SQLAlchemy or we ourselves."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

# What the transaction says of itself is no query of the page.
_SETTING = (
    "BEGIN",
    "SAVEPOINT",
    "RELEASE",
    "ROLLBACK",
    "SET ",
    "SELECT set_config",
    "SELECT app_act",
)


@asynccontextmanager
async def counted_by_driver(connection: AsyncConnection) -> AsyncIterator[list[str]]:
    """The statements that the driver sends while this is open."""
    seen: list[str] = []
    driver: Any = (await connection.get_raw_connection()).driver_connection

    def see(logged: Any) -> None:
        if not logged.query.lstrip().startswith(_SETTING):
            seen.append(logged.query)

    driver.add_query_logger(see)
    try:
        yield seen
    finally:
        driver.remove_query_logger(see)
