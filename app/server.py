"""Serve the application with uvicorn, on a socket of ours."""

import asyncio
import gc
import socket
from typing import Final

import uvicorn
from litestar import Litestar
from sqlalchemy.exc import DBAPIError
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.core.config import Settings, SettingsError
from app.core.db import check_login, make_engine, make_system_sessions
from app.core.edge import security_headers
from app.core.log import set_up_logging
from app.demo.queries import has_demo_people
from app.local.folders import LocalError
from app.main import create_app

# New objects after which garbage is looked for among them; a page makes some thousands.
COLLECT_AFTER: Final = 10_000

DEMO_PEOPLE = (
    "This database holds people of the demo region, whom anybody may sign in as: in production "
    "DATABASE_URL must name a database that never was a demo."
)


def serve(settings: Settings) -> None:
    """Answer requests until SIGTERM or SIGINT. Raises LocalError where we cannot listen."""
    set_up_logging()
    if settings.is_production:
        asyncio.run(check_database(settings))
    listener = listen(settings.host, settings.port)
    app = create_app(settings)
    settle()
    uvicorn.Server(server_config(app)).run(sockets=[listener])


def settle() -> None:
    """Keep what the start has made out of every later search for garbage.

    The modules and routes of the application are hundreds of thousands of objects that stay; to
    look through them again and again stops all requests for a moment each time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER)


class Protocol(HttpToolsProtocol):
    """uvicorn's own, with our headers also on what it answers before a request is one."""

    def send_400_response(self, msg: str) -> None:
        """Say that this is no HTTP, and hang up."""
        headers = {
            **security_headers("none"),
            "Cache-Control": "no-store",
            "Content-Type": "text/plain; charset=utf-8",
            "Content-Length": str(len(msg)),
            "Connection": "close",
        }
        lines = ["HTTP/1.1 400 Bad Request", *(f"{k}: {v}" for k, v in headers.items()), "", msg]
        self.transport.write("\r\n".join(lines).encode("ascii"))
        self.transport.close()


def server_config(app: Litestar) -> uvicorn.Config:
    """How uvicorn serves the application."""
    return uvicorn.Config(
        app,
        http=Protocol,
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=10,
        limit_concurrency=1000,
    )


async def check_database(settings: Settings) -> None:
    """Raise SettingsError where production must not start."""
    engine = make_engine(settings.database_url, pool_size=1)
    try:
        fault = await check_login(engine)
        async with make_system_sessions(engine)() as db:
            if fault is None and await has_demo_people(db):
                fault = DEMO_PEOPLE
    except (OSError, DBAPIError, TimeoutError) as error:
        raise SettingsError(
            "The database cannot be used: check DATABASE_URL, and that crossbench db upgrade ran "
            f"({type(error).__name__})."
        ) from error
    finally:
        await engine.dispose()
    if fault:
        raise SettingsError(fault)


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises LocalError with what to do."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise LocalError(
            f"Port {port} of {host} cannot be used ({error.strerror}): "
            "stop what uses it, or set PORT to another number."
        ) from error
    return listener
