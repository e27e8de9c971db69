"""What a measure is, and how to time something fairly."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Measure:
    """One measured number. `goal` is in words, None where there is none; `how` says what was
    measured, or why it was not.
    """

    name: str
    value: float
    unit: str
    goal: str | None
    met: bool | None
    how: str

    def as_json(self) -> dict[str, Any]:
        """The entry in bench.json."""
        return asdict(self)


def under(name: str, value: float, unit: str, limit: float, how: str) -> Measure:
    """A measure that should stay below a limit."""
    return Measure(name, round(value, 3), unit, f"under {limit:g}", value < limit, how)


def at_least(name: str, value: float, unit: str, limit: float, how: str) -> Measure:
    """A measure that should reach a limit."""
    return Measure(name, round(value, 3), unit, f"at least {limit:g}", value >= limit, how)


def printed(name: str, value: float, unit: str, how: str) -> Measure:
    """A number without a goal."""
    return Measure(name, round(value, 3), unit, None, None, how)


def p95(times: Sequence[float]) -> float:
    """The 95th percentile."""
    return sorted(times)[int(0.95 * len(times)) - 1]


def processor_ms(pid: int) -> float:
    """Processor time that a process has used so far; nought where the system does not say."""
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text("utf-8").split()[0]) / 1e6
    except OSError:
        return 0.0


def median_ms(work: Callable[[], Any], *, rounds: int = 20, warm_up: int = 3) -> float:
    """The median of several rounds in milliseconds, after some that do not count."""
    for _ in range(warm_up):
        work()
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)
