"""`crossbench run`: start everything, say when it is ready, keep it running, stop all of it."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from app.core.config import Settings
from app.local.folders import LocalError, make_var
from app.local.processes import spawn, stop, wait_until
from app.local.servers import is_up_to_date, only_one, started, with_secret

READY_SECONDS = 90.0
MOST_RESTARTS_A_MINUTE = 5
LARGEST_LOG = 10_000_000


class Stopped(Exception):
    """Somebody asked us to stop."""


@dataclass
class Part:
    """One of our own processes, started again when it dies."""

    name: str
    log: Path
    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    deaths: deque[float] = field(default_factory=deque)

    def start(self) -> None:
        """Start it as `crossbench NAME`."""
        if self.log.exists() and self.log.stat().st_size > LARGEST_LOG:
            self.log.replace(self.log.with_suffix(".old.log"))
        self.process = spawn(
            [sys.executable, "-m", "app.cli", self.name],
            log=self.log,
            env=self.environment,
            stdin=subprocess.DEVNULL,
        )

    def is_running(self) -> bool:
        """Whether the process is there."""
        return self.process is not None and self.process.poll() is None

    def keep_running(self) -> None:
        """Start it again if it died. Raises LocalError when that happens too often."""
        if self.is_running():
            return
        now = time.monotonic()
        self.deaths.append(now)
        while now - self.deaths[0] > 60:
            self.deaths.popleft()
        if len(self.deaths) > MOST_RESTARTS_A_MINUTE:
            raise LocalError(f"The {self.name} process keeps stopping: read {self.log} to see why.")
        self.start()

    def stop(self) -> None:
        """Let it finish what it is doing, then end it."""
        if self.process is not None:
            stop(self.process, seconds=15)


def run(settings: Settings) -> None:
    """Run until SIGINT or SIGTERM. Raises LocalError with one sentence of what to do."""
    signal.signal(signal.SIGTERM, _ask_to_stop)
    signal.signal(signal.SIGINT, _ask_to_stop)
    with suppress(Stopped):
        make_var(settings.var)
        check_port(settings.host, settings.port)
        with only_one(settings.var), started(with_secret(settings)) as filled:
            embedded = {
                "database": "" if settings.database_url else filled.database_url,
                "queue": "" if settings.redis_url else filled.redis_url,
            }
            _run_parts(filled, {name: url for name, url in embedded.items() if url})
    print("Crossbench has stopped.", flush=True)


def _ask_to_stop(*_: object) -> None:
    # A second signal while stopping must not leave processes behind.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise Stopped


def check_embedded(embedded: dict[str, str]) -> None:
    """Raise LocalError where a server that we started answers no more."""
    for name, url in embedded.items():
        parts = urlsplit(url)
        for attempt in range(3):
            try:
                socket.create_connection((parts.hostname or "", parts.port or 0), timeout=2).close()
                break
            except OSError as error:
                if attempt == 2:
                    raise LocalError(
                        f"The {name} server of this copy has stopped. Start Crossbench again: "
                        "what was saved is safe."
                    ) from error
                time.sleep(0.5)


def _run_parts(settings: Settings, embedded: dict[str, str]) -> None:
    environment = child_environment(settings)
    logs = settings.var / "log"
    logs.mkdir(exist_ok=True)
    is_demo = not settings.is_production
    owner = settings.migration_database_url or settings.database_url
    is_prepared = is_up_to_date(owner, with_demo=is_demo)
    parts = [Part(name, logs / f"{name}.log", environment) for name in ("serve", "worker")]
    was_interrupted = _make_watch()
    try:
        if is_demo:
            # The web process gets itself ready meanwhile. In production it looks at the database
            # first, and the worker would miss its tables.
            parts[0].start()
        if not is_prepared:
            _prepare(logs / "migrate.log", environment, with_demo=is_demo)
        for part in parts:
            if not part.is_running():
                part.start()
        _wait_until_ready(settings, parts)
        print(f"Crossbench is ready at http://{settings.host}:{settings.port}", flush=True)
        next_look = time.monotonic() + 5
        while not was_interrupted():
            time.sleep(0.2)
            for part in parts:
                part.keep_running()
            if time.monotonic() > next_look:
                check_embedded(embedded)
                next_look = time.monotonic() + 5
    finally:
        for part in reversed(parts):
            part.stop()


def child_environment(settings: Settings) -> dict[str, str]:
    """The environment our own processes get: ours, with what was found out filled in."""
    return {
        **os.environ,
        "CROSSBENCH_ENV": settings.environment,
        "CROSSBENCH_VAR": str(settings.var),
        "DATABASE_URL": settings.database_url,
        "HOST": settings.host,
        "MIGRATION_DATABASE_URL": settings.migration_database_url,
        "PORT": str(settings.port),
        "REDIS_URL": settings.redis_url,
        "SECRET_KEY": settings.secret_key,
    }


def check_port(host: str, port: int) -> None:
    """Raise LocalError where we could not listen."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise LocalError(
                f"Port {port} of {host} cannot be used ({error.strerror}): "
                "stop what uses it, or set PORT to another number."
            ) from error


def _prepare(log: Path, environment: dict[str, str], *, with_demo: bool) -> None:
    """Migrate and load what an exchange begins with. Raises LocalError."""
    command = ["demo", "load"] if with_demo else ["db", "upgrade"]
    process = spawn([sys.executable, "-m", "app.cli", *command], log=log, env=environment)
    try:
        code = process.wait()
    finally:
        stop(process)
    if code:
        raise LocalError(f"The database could not be migrated: read {log} to see why.")


def _wait_until_ready(settings: Settings, parts: list[Part]) -> None:
    def is_over() -> bool:
        return _is_ready(settings) or not all(part.is_running() for part in parts)

    is_in_time = wait_until(is_over, READY_SECONDS, pause=0.05)
    for part in parts:
        if not part.is_running():
            raise LocalError(f"The {part.name} process did not start: read {part.log} to see why.")
    if not is_in_time:
        raise LocalError(
            f"The application did not become ready within {READY_SECONDS:.0f} seconds: "
            f"read {parts[0].log} to see why."
        )


def _is_ready(settings: Settings) -> bool:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104
    connection = http.client.HTTPConnection(host, settings.port, timeout=5)
    try:
        connection.request("GET", "/health/ready")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


class _make_watch:  # noqa: N801 (used like a function)
    """Notice that the `make` which started us was interrupted alone.

    Ctrl-C reaches make and us together. A SIGINT sent to make only does not: make waits for us for
    ever, having given up its handler of the signal, which shows in /proc.
    """

    def __init__(self) -> None:
        self._parent = os.getppid() if os.environ.get("MAKELEVEL") else None
        self._had_handler = self._has_handler()

    def __call__(self) -> bool:
        if self._parent is None:
            return False
        return os.getppid() != self._parent or (self._had_handler and not self._has_handler())

    def _has_handler(self) -> bool:
        with suppress(OSError, ValueError, StopIteration):
            lines = Path(f"/proc/{self._parent}/status").read_text().splitlines()
            caught = int(next(line for line in lines if line.startswith("SigCgt:")).split()[1], 16)
            return bool(caught & 1 << (signal.SIGINT - 1))
        return False
