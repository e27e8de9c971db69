"""How quick the list of posts, a post and text search are with 20,000 posts of 200 bodies."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from app.core.config import ROOT, Settings, as_database_url
from app.core.migrate import upgrade
from app.local.postgres import Postgres
from app.local.processes import free_port
from app.local.servers import make_database
from app.local.valkey import Valkey
from bench import posts
from bench.measure import Measure, at_least, printed, under

CONNECTIONS = 32
SECONDS = 5
ROUNDS = 3
SEARCH_ROUNDS = 6
LONGEST_START_SECONDS = 60


def measures() -> list[Measure]:
    """Store the posts, then ask for them over HTTP, by turns with a bare handler."""
    folder = Path(tempfile.mkdtemp(prefix="crossbench-bench-"))
    folder.chmod(0o711)
    postgres, valkey = Postgres(folder, ()), Valkey(folder, "valkey-of-the-bench")
    try:
        valkey.start()
        postgres.start()
        asyncio.run(make_database(postgres))
        settings = Settings(
            database_url=as_database_url(postgres.url()), redis_url=valkey.url, var=folder
        )
        upgrade(settings)
        began = time.perf_counter()
        asyncio.run(posts.store(settings))
        stored = time.perf_counter() - began
        environment = {
            **os.environ,
            "DATABASE_URL": postgres.url(),
            "REDIS_URL": valkey.url,
            "CROSSBENCH_VAR": str(folder / "var"),
            "SECRET_KEY": "only for measuring, nobody signs in",
            "TRUSTED_PROXIES": "127.0.0.1/32",
        }
        with serving(environment, "app") as port:
            return [
                printed(
                    "posts_stored_s", stored, "s", f"{posts.POSTS} posts, {posts.BODIES} bodies"
                ),
                *_measured(environment, folder, port),
            ]
    finally:
        valkey.stop()
        postgres.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _measured(environment: dict[str, str], folder: Path, port: int) -> list[Measure]:
    found: list[Measure] = []
    listing = page(port, "/opportunities")
    show = next(
        part.split('"')[0] for part in listing.decode().split('href="')
        if part.startswith("/opportunities/")
    )  # fmt: skip
    for name, path in (("list", "/opportunities"), ("show", show)):
        recorded = folder / f"{name}.html"
        recorded.write_bytes(page(port, path))
        with serving(environment, "bare", str(recorded)) as bare_port:
            ours, bare = _by_turns(port, path, bare_port)
        how = (
            f"{ours['rps']:.0f} of {bare['rps']:.0f} requests a second, best of {ROUNDS} by turns, "
            f"{CONNECTIONS} connections, {ours['size'] / 1000:.0f} kB, signed out; bare: one "
            "SELECT 1 and the same bytes"
        )
        ratio = ours["rps"] / bare["rps"]
        found.append(at_least(f"{name}_rps_vs_bare_ratio", ratio, "", 0.15, how))
        if name == "list":
            slow = f"at {CONNECTIONS} connections; median {ours['p50_ms']} ms"
            found.append(under("list_p99_ms", ours["p99_ms"], "ms", 150, slow))
    return [*found, *_search(port)]


def _by_turns(port: int, path: str, bare_port: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """The best round of each: what else the machine does must not decide."""
    load(port, [path], CONNECTIONS, 1)
    load(bare_port, ["/"], CONNECTIONS, 1)
    rounds = [
        (load(port, [path], CONNECTIONS, SECONDS), load(bare_port, ["/"], CONNECTIONS, SECONDS))
        for _ in range(ROUNDS)
    ]
    ours, bare = (max(side, key=lambda one: one["rps"]) for side in zip(*rounds, strict=True))
    return ours, bare


def _search(port: int) -> list[Measure]:
    """Each term by itself: the first time with its counts to be worked out, then again."""
    paths = [f"/opportunities?q={term}" for term in dict.fromkeys(posts.terms())]
    times = [[_milliseconds(port, path) for path in paths] for _ in range(SEARCH_ROUNDS)]
    every = sorted(one for series in times for one in series)
    p99 = every[min(len(every) - 1, int(len(every) * 0.99))]
    how = (
        f"{len(paths)} terms from rare to common, one after another, {SEARCH_ROUNDS} times; "
        f"median {every[len(every) // 2]:.0f} ms, slowest first time {max(times[0]):.0f} ms"
    )
    return [Measure("search_p99_ms", round(p99, 1), "ms", "at most 50", p99 <= 50, how)]


def _milliseconds(port: int, path: str) -> float:
    began = time.perf_counter()
    page(port, path)
    return (time.perf_counter() - began) * 1000


def page(port: int, path: str) -> bytes:
    """A page as a visitor gets it."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
        content: bytes = answer.read()
    return content


def load(port: int, paths: Sequence[str], connections: int, seconds: float) -> dict[str, Any]:
    """Ask from a process of its own. Raises RuntimeError where an answer was no 200."""
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "bench.load", str(port), str(connections), str(seconds)],
        cwd=ROOT,
        input="\n".join(paths),
        capture_output=True,
        text=True,
        check=True,
        timeout=seconds + 60,
    )
    result: dict[str, Any] = json.loads(done.stdout)
    if result["errors"]:
        raise RuntimeError(f"{result['errors']} of {result['requests']} answers were errors")
    return result


@contextmanager
def serving(environment: dict[str, str], what: str, *more: str) -> Iterator[int]:
    """A server in a process of its own, until the block ends; gives its port."""
    port = free_port()
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "bench.serving", what, str(port), *more],
        cwd=ROOT,
        env=environment,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(process, port, "/health/live" if what == "app" else "/")
        yield port
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait(process: subprocess.Popen[bytes], port: int, path: str) -> None:
    ends = time.monotonic() + LONGEST_START_SECONDS
    while time.monotonic() < ends and process.poll() is None:
        try:
            page(port, path)
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("The server did not start")
