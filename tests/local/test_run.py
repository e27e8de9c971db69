"""`crossbench run` on this machine: start, stop, start again, and what can be in the way."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import redis

from app.core.config import ROOT
from app.local.processes import free_port

pytestmark = pytest.mark.slow
READY_SECONDS = 60.0


class Copy:
    """A copy of Crossbench with a folder and a port of its own."""

    def __init__(self, var: Path, port: int, **environment: str) -> None:
        self.var = var
        self.port = port
        kept = {k: v for k, v in os.environ.items() if k in {"PATH", "HOME", "LANG"}}
        self.environment = {
            **kept,
            "CROSSBENCH_VAR": str(var),
            "PORT": str(port),
            **environment,
        }
        self.process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def call(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a `crossbench` command to its end."""
        return subprocess.run(
            [sys.executable, "-m", "app.cli", *arguments],
            env=self.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def start(self) -> list[str]:
        """Start it and wait for the ready line; what it printed until then."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "app.cli", "run"],
            env=self.environment,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        assert self.process.stdout is not None
        lines = []
        for line in self.process.stdout:
            lines.append(line.rstrip("\n"))
            if line.startswith("Crossbench is ready"):
                return lines
        raise AssertionError("\n".join(lines))

    def stop(self, how: signal.Signals = signal.SIGINT) -> int:
        assert self.process is not None
        self.process.send_signal(how)
        _, _ = self.process.communicate(timeout=30)
        return self.process.returncode

    def processes(self) -> dict[int, str]:
        """Processes that belong to this copy: they know its folder, or the passwords in it."""
        marks = [str(self.var).encode()]
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                command = (folder / "cmdline").read_bytes()
                if folder.name == str(os.getpid()) or not command:
                    continue
                if any(m in command or m in (folder / "environ").read_bytes() for m in marks):
                    found[int(folder.name)] = command.replace(b"\0", b" ").decode()
        return found

    def is_gone(self, seconds: float = 15) -> bool:
        end = time.monotonic() + seconds
        while self.processes():
            if time.monotonic() > end:
                return False
            time.sleep(0.1)
        return True


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the database's user can reach, unlike those of pytest."""
    made = Path(tempfile.mkdtemp(prefix="crossbench-local-"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def copy(folder: Path) -> Iterator[Copy]:
    made = Copy(folder / "var", free_port())
    yield made
    if made.process is not None:
        if made.process.poll() is None:
            made.process.kill()
        made.process.communicate()
    assert made.is_gone(), made.processes()


def psql(copy: Copy, statement: str) -> list[str]:
    """Run a statement as the owner, through the addresses the running copy wrote down."""
    note = json.loads((copy.var / "run.json").read_text())
    script = (
        "import asyncio, asyncpg, sys\n"
        "async def go():\n"
        "    c = await asyncpg.connect(sys.argv[1])\n"
        "    for row in await c.fetch(sys.argv[2]): print(*row)\n"
        "    await c.close()\n"
        "asyncio.run(go())\n"
    )
    made = subprocess.run(
        [sys.executable, "-c", script, note["database_url"], statement],
        capture_output=True,
        text=True,
        check=True,
    )
    return made.stdout.split()


ADD = (
    "INSERT INTO outbox (id, job, arguments) VALUES (gen_random_uuid(), 'unknown', '{}')"
    " RETURNING 1"
)


def test_a_day_in_the_life(copy: Copy) -> None:
    """Start, answer, stop on SIGINT; start again quickly with yesterday's data; survive deaths."""
    lines = copy.start()
    assert lines[-1] == f"Crossbench is ready at {copy.url}"
    page = httpx.get(copy.url + "/", timeout=10)
    assert "<h1" in page.text
    assert "server" not in page.headers
    assert page.headers["content-security-policy"]
    psql(copy, ADD)
    assert copy.stop(signal.SIGINT) == 0
    assert copy.is_gone()

    began = time.monotonic()
    copy.start()
    assert time.monotonic() - began < READY_SECONDS
    assert psql(copy, "SELECT count(*) FROM outbox WHERE job = 'unknown'") == ["1"]

    # A second one on the same folder says so and leaves the first alone.
    second = Copy(copy.var, free_port()).call("run")
    assert second.returncode == 1
    assert "already runs" in second.stderr
    assert second.stderr.count("\n") == 1

    # A command of the same copy uses the servers that run.
    assert copy.call("db", "upgrade").returncode == 0

    # A part that dies is started again.
    web = next(pid for pid, command in copy.processes().items() if command.endswith("serve "))
    os.kill(web, signal.SIGKILL)
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end:
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(copy.url + "/health/ready").status_code == 200:
                break
        time.sleep(0.1)
    else:
        raise AssertionError("the web process did not come back")

    # Killed without warning, it leaves nothing behind, and starts again.
    assert copy.process is not None
    copy.process.kill()
    copy.process.communicate()
    assert copy.is_gone()
    copy.start()
    assert psql(copy, "SELECT count(*) FROM outbox WHERE job = 'unknown'") == ["1"]
    assert copy.stop(signal.SIGTERM) == 0
    assert copy.is_gone()


def test_a_worker_killed_in_the_middle_loses_nothing(copy: Copy) -> None:
    copy.start()
    psql(copy, ADD)
    end = time.monotonic() + 60
    while (
        psql(copy, "SELECT attempt FROM outbox WHERE job = 'unknown'") == ["0"]
        and time.monotonic() < end
    ):
        time.sleep(0.2)
    worker = next(pid for pid, command in copy.processes().items() if command.endswith("worker "))
    os.kill(worker, signal.SIGKILL)
    psql(copy, "UPDATE outbox SET next_at = now() WHERE job = 'unknown' RETURNING 1")
    end, row = time.monotonic() + 60, [""]
    while row != ["2", "KeyError"] and time.monotonic() < end:
        time.sleep(0.2)
        row = psql(copy, "SELECT attempt, last_error FROM outbox WHERE job = 'unknown'")
    assert row == ["2", "KeyError"]
    assert copy.stop() == 0


def test_a_server_that_dies_ends_the_run_with_a_sentence(copy: Copy) -> None:
    copy.start()
    with httpx.Client(base_url=copy.url) as web:
        for path in ("/privacy", "/cookies"):  # over one connection, which HEAD must not break
            assert (web.head(path).status_code, web.head(path).content) == (200, b"")
    assert "Traceback" not in (copy.var / "log" / "serve.log").read_text()
    note = json.loads((copy.var / "run.json").read_text())
    with contextlib.closing(redis.Redis.from_url(note["redis_url"])) as queue:
        queue.shutdown(nosave=True)
    assert copy.process is not None
    out, _ = copy.process.communicate(timeout=60)
    assert copy.process.returncode == 1
    assert "The queue server of this copy has stopped. Start Crossbench again" in out
    assert "Traceback" not in out


def check_sentence(made: subprocess.CompletedProcess[str], *words: str) -> None:
    assert made.returncode == 1, made.stdout + made.stderr
    assert made.stdout == ""
    assert made.stderr.count("\n") == 1, made.stderr
    assert "Traceback" not in made.stderr
    for word in words:
        assert word in made.stderr


def test_a_port_that_is_taken_is_said_so(copy: Copy) -> None:
    with socket.create_server(("127.0.0.1", copy.port)):
        check_sentence(copy.call("run"), f"Port {copy.port}", "set PORT")


def test_a_folder_that_cannot_be_written_is_said_so(copy: Copy) -> None:
    copy.var.parent.mkdir(parents=True, exist_ok=True)
    copy.var.write_text("a file where the folder should be")
    check_sentence(copy.call("run"), "cannot be written", "CROSSBENCH_VAR")


def test_a_database_that_does_not_come_up_is_said_so(copy: Copy) -> None:
    data = copy.var / "postgres" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("9\n")
    made = copy.call("run")
    check_sentence(made, "database did not start", "server.log")
    assert copy.is_gone()


def test_wrong_settings_are_said_so(tmp_path: Path) -> None:
    check_sentence(Copy(tmp_path, 1, PORT="x").call("run"), "PORT")
    production = Copy(tmp_path, 1, CROSSBENCH_ENV="production", SECRET_KEY="short")
    for command in ("run", "serve", "worker"):
        check_sentence(production.call(command), "SECRET_KEY")


def test_a_stale_note_of_a_dead_copy_is_no_trouble(copy: Copy) -> None:
    copy.var.mkdir(parents=True)
    gone = {"pid": 2**22 - 1, "database_url": "postgresql://x", "redis_url": "redis://x"}
    (copy.var / "run.json").write_text(json.dumps(gone))
    assert copy.call("db", "upgrade").returncode == 0
    pid_file = copy.var / "postgres" / "data" / "postmaster.pid"
    if pid_file.parent.exists():
        pid_file.write_text(f"{os.getpid()}\n{pid_file.parent}\n")
        assert copy.call("db", "upgrade").returncode == 0
