"""How long a start takes: with an empty data folder, and again with yesterday's data."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from app.core.config import ROOT
from app.local.processes import free_port
from bench.measure import Measure, printed, under

ROUNDS = 3
_EMBEDDED = {"DATABASE_URL", "MIGRATION_DATABASE_URL", "REDIS_URL", "PYTHONDONTWRITEBYTECODE"}


def measures() -> list[Measure]:
    """Start cold once and warm some times; the middle one counts."""
    folder = Path(tempfile.mkdtemp(prefix="crossbench-bench-"))
    folder.chmod(0o711)
    try:
        cold = _seconds_to_ready(folder / "var")
        warm = sorted(_seconds_to_ready(folder / "var") for _ in range(ROUNDS))[ROUNDS // 2]
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    until = "from `crossbench run` to its ready line, environment installed"
    return [
        printed("start_cold_s", cold, "s", f"{until}; empty data folder: initdb and migrations"),
        under("start_warm_s", warm, "s", 6, f"{until}; second start, middle of {ROUNDS}"),
    ]


def _seconds_to_ready(var: Path) -> float:
    environment = {k: v for k, v in os.environ.items() if k not in _EMBEDDED}
    environment.update(CROSSBENCH_VAR=str(var), PORT=str(free_port()))
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "app.cli", "run"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None  # noqa: S101 (we asked for it)
    ready = next((line for line in process.stdout if line.startswith("Crossbench is ready")), None)
    taken = time.perf_counter() - began
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    if ready is None:
        raise RuntimeError("Crossbench did not start")
    return taken
