"""Whether this process runs, and whether it can do its work."""

import asyncio
from collections.abc import Awaitable
from functools import cache
from typing import Any, Final

from litestar import Request, Response, Router, get
from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.core.actor import PUBLIC
from app.core.config import ROOT

_SECONDS: Final = 3.0
_NO_STORE: Final = {"Cache-Control": "no-store"}


class MigrationsBehind(Exception):
    """The database is not at the revision this code needs."""


@get("/live", opt=PUBLIC)
async def show_live() -> Response[dict[str, str]]:
    """Say that the process runs."""
    return Response({"status": "live"}, headers=_NO_STORE)


@get("/ready", opt=PUBLIC)
async def show_ready(request: Request[Any, Any, Any]) -> Response[dict[str, Any]]:
    """Say whether database, queue and migrations are as they should be, naming what is not."""
    state = request.app.state
    checks = {"database": _ask_database(state.engine), "queue": state.redis.ping()}
    answers = await asyncio.gather(*(_is_well(check) for check in checks.values()))
    down = [name for name, answer in zip(checks, answers, strict=True) if answer is not None]
    if "database" in down and isinstance(answers[0], MigrationsBehind):
        down[0] = "migrations"
    if down:
        return Response({"status": "not ready", "down": down}, status_code=503, headers=_NO_STORE)
    return Response({"status": "ready", "down": []}, headers=_NO_STORE)


router = Router("/health", route_handlers=[show_live, show_ready], include_in_schema=False)


@cache
def head() -> str:
    """The newest revision's id, as the file beside the migrations says."""
    return (ROOT / "migrations" / "HEAD").read_text().strip()


async def _is_well(check: Awaitable[Any]) -> Exception | None:
    try:
        async with asyncio.timeout(_SECONDS):
            await check
    except (MigrationsBehind, SQLAlchemyError, RedisError, OSError, TimeoutError) as error:
        return error
    return None


async def _ask_database(engine: Any) -> None:
    async with engine.connect() as connection:
        table = await connection.scalar(text("SELECT to_regclass('alembic_version')::text"))
        found = table and await connection.scalar(text("SELECT version_num FROM alembic_version"))
    if found != head():
        raise MigrationsBehind(found)
