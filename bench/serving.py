"""Serves what is measured, each in a process of its own with the settings of `crossbench serve`.

`python -m bench.serving app PORT` is the product, `... bare PORT FILE` a handler
without anything around it, which runs one `SELECT 1` and gives the bytes of the file. Both take
DATABASE_URL, REDIS_URL and CROSSBENCH_VAR from the environment.
"""

import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import uvicorn
from litestar import Litestar, Response, get
from litestar.enums import MediaType

from app.core.config import Settings
from app.core.log import set_up_logging
from app.main import create_app
from app.server import listen, server_config, settle


def bare_app(settings: Settings, content: bytes) -> Litestar:
    """One handler: a connection of a pool as large as ours, `SELECT 1`, and the bytes."""
    address = settings.database_url.replace("postgresql+asyncpg:", "postgresql:")

    @asynccontextmanager
    async def pool(app: Litestar) -> AsyncIterator[None]:
        size = settings.pool_size
        async with asyncpg.create_pool(address, min_size=size, max_size=size) as made:
            app.state.pool = made
            yield

    @get("/")
    async def answer() -> Response[bytes]:
        async with app.state.pool.acquire() as connection:
            await connection.fetchval("SELECT 1")
        return Response(content, media_type=MediaType.HTML)

    app = Litestar([answer], lifespan=[pool], logging_config=None, openapi_config=None)
    return app


def main(arguments: Sequence[str]) -> int:
    """Serve until told to stop."""
    settings = Settings.from_environment()
    set_up_logging()
    if arguments[0] == "bare":
        app = bare_app(settings, Path(arguments[2]).read_bytes())
    else:
        app = create_app(settings)
    settle()
    listener = listen("127.0.0.1", int(arguments[1]))
    uvicorn.Server(server_config(app)).run(sockets=[listener])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
