"""The embedded PostgreSQL: its programs run directly, as a user of its own where we are root."""

import os
import secrets
import signal
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from app.local.folders import (
    Account,
    LocalError,
    database_home,
    make_private,
    postgres_programs,
    server_account,
)
from app.local.processes import free_port, is_alive, is_listening, spawn, stop

_ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"}
_READY_SECONDS = 60.0
OWNER = "crossbench"
DATABASE = "crossbench"


@dataclass
class Postgres:
    """One server. `flags` are further settings, such as those that make tests quick."""

    var: Path
    flags: Sequence[str] = ()
    password: str = ""
    port: int = 0
    home: Path = field(init=False)
    process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        self.home = database_home(self.var)

    @property
    def data(self) -> Path:
        """The server's data folder."""
        return self.home / "data"

    @property
    def password_file(self) -> Path:
        """Lies beside the data: where one outlives a checkout, the other must."""
        return self.home / "password"

    @property
    def log(self) -> Path:
        """Where the server writes what goes wrong."""
        return self.home / "server.log"

    def url(self, user: str = OWNER, database: str = DATABASE) -> str:
        """The address of a database on this server."""
        return f"postgresql://{user}:{self.password}@127.0.0.1:{self.port}/{database}"

    def start(self) -> bool:
        """Start the server and wait until it accepts connections; True if its data is new.

        Raises LocalError with what to do.
        """
        account = server_account()
        programs = postgres_programs()
        self.home.parent.mkdir(parents=True, exist_ok=True)
        self._open_the_way(account)
        make_private(self.home, account)
        self._wait_for_former()
        is_new = not (self.data / "PG_VERSION").exists()
        self.password = self._kept_password(account, is_new=is_new)
        if is_new:
            self._make_data(programs, account)
        for _ in range(3):
            self.port = free_port()
            if self._start_once(programs, account):
                return is_new
        raise LocalError(f"The database did not start: read {self.log} to see why.")

    def stop(self) -> None:
        """Stop the server; connections are closed, nothing is lost."""
        if self.process is not None:
            stop(self.process, signal.SIGINT, seconds=20)

    def _open_the_way(self, account: Account | None) -> None:
        """The fallback folder belongs to root; its user must be able to walk through it."""
        if account is not None and self.home.parent != self.var:
            self.home.parent.chmod(0o711)
            self.home.parent.parent.chmod(0o711)

    def _wait_for_former(self) -> None:
        """A server whose supervisor was killed shuts down by itself: give it the time."""
        former = self._former_pid()
        if former is None:
            return
        end = time.monotonic() + 15
        while is_alive(former) and self._is_ours(former):
            if time.monotonic() > end:
                raise LocalError(
                    f"A database server (process {former}) still uses {self.data}: "
                    "stop it, or set CROSSBENCH_VAR to another folder."
                )
            time.sleep(0.05)
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _former_pid(self) -> int | None:
        with suppress(OSError, ValueError, IndexError):
            return int((self.data / "postmaster.pid").read_text().split()[0])
        return None

    def _is_ours(self, pid: int) -> bool:
        """Numbers are used again: what runs under it may be something else by now."""
        try:
            return str(self.data).encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return not Path("/proc/self").exists()

    def _kept_password(self, account: Account | None, *, is_new: bool) -> str:
        with suppress(OSError):
            if not is_new:
                return self.password_file.read_text()
        made = secrets.token_urlsafe(32)
        self.password_file.unlink(missing_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        with os.fdopen(os.open(self.password_file, flags, 0o600), "w") as file:
            file.write(made)
        if account is not None:
            os.chown(self.password_file, account.uid, account.gid)
        return made

    def _make_data(self, programs: Path, account: Account | None) -> None:
        command = [
            programs / "initdb",
            *("-D", self.data, "-U", "postgres", "-E", "UTF8", "--no-sync"),
            *("-A", "scram-sha-256", f"--pwfile={self.password_file}"),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
        ]
        options = account.popen_options() if account else {}
        made = subprocess.run(  # noqa: S603 (a command of ours, no shell)
            [str(part) for part in command],
            cwd="/",
            env=_ENVIRONMENT,
            capture_output=True,
            text=True,
            check=False,
            **options,
        )
        if made.returncode:
            self.log.write_text(made.stdout + made.stderr)
            raise LocalError(f"The database could not be set up: read {self.log} to see why.")

    def _start_once(self, programs: Path, account: Account | None) -> bool:
        options = account.popen_options() if account else {}
        command: list[str | Path] = [programs / "postgres", "-D", self.data, "-p", str(self.port)]
        settings = (
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "max_connections=60",
            *self.flags,
        )
        command += [part for setting in settings for part in ("-c", setting)]
        self.process = spawn(
            command,
            log=self.log,
            death_signal=signal.SIGINT,
            cwd="/",
            env=_ENVIRONMENT,
            **options,
        )
        end = time.monotonic() + _READY_SECONDS
        while time.monotonic() < end:
            if self.process.poll() is not None:
                return False
            if self._says_ready():
                return True
            time.sleep(0.02)
        stop(self.process, signal.SIGINT)
        return False

    def _says_ready(self) -> bool:
        """The last line of the server's own file says `ready` once it accepts connections."""
        with suppress(OSError, IndexError):
            lines = (self.data / "postmaster.pid").read_text().splitlines()
            return lines[7].strip() == "ready" and is_listening(self.port)
        return False
