"""Start and stop child processes so that none outlives us."""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

_SET_PARENT_DEATH_SIGNAL = 1


def spawn(
    command: Sequence[str | Path],
    *,
    log: Path | None = None,
    death_signal: signal.Signals = signal.SIGTERM,
    **options: Any,
) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own: Ctrl-C reaches only us, and we stop it in order.

    On Linux the kernel sends it `death_signal` when we die, however we die.
    """
    output: Any = None
    if log is not None:
        output = log.open("ab")
    try:
        return subprocess.Popen(  # noqa: S603 (commands of ours, no shell)
            [str(part) for part in command],
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=_die_with(os.getpid(), death_signal),  # noqa: PLW1509 (we start no threads)
            **options,
        )
    finally:
        if output is not None:
            output.close()


def _die_with(parent: int, death_signal: signal.Signals) -> Callable[[], None] | None:
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl

    def ask_kernel() -> None:
        prctl(_SET_PARENT_DEATH_SIGNAL, int(death_signal))
        if os.getppid() != parent:  # the parent died before we asked
            os._exit(1)

    return ask_kernel


def stop(
    process: subprocess.Popen[bytes], how: signal.Signals = signal.SIGTERM, seconds: float = 10
) -> None:
    """Ask a process to end, and end it when it does not within the seconds."""
    if process.poll() is not None:
        return
    process.send_signal(how)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(5)


def wait_until(ready: Callable[[], bool], seconds: float, pause: float = 0.02) -> bool:
    """Ask again and again until the answer is yes; False when time is up."""
    end = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > end:
            return False
        time.sleep(pause)
    return True


def is_alive(pid: int) -> bool:
    """Whether a process with this number runs (a finished one not yet collected does not)."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return sys.platform != "linux"


def free_port() -> int:
    """A port of 127.0.0.1 that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def is_listening(port: int, host: str = "127.0.0.1") -> bool:
    """Whether something accepts connections there."""
    with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=0.5):
        return True
    return False
