"""Asks one server for pages over many connections, and tells how quickly it answered.

Run as a process of its own, so that asking does not take the server's time:
`python -m bench.load PORT CONNECTIONS SECONDS` reads paths from standard input, one a line, and
prints one JSON object.
"""

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import cast

import httptools
import uvloop

# A server that does not answer must not keep the measuring waiting for ever.
LONGEST_WAIT_SECONDS = 10


@dataclass
class Result:
    """What a run came to; times in milliseconds, `size` is that of the last answer in bytes."""

    requests: int
    seconds: float
    rps: float
    p50_ms: float
    p99_ms: float
    slowest_ms: float
    errors: int
    size: int


class Visitor(asyncio.Protocol):
    """One connection that asks for the next path as soon as it has an answer."""

    def __init__(self, visit: "Visit") -> None:
        self.visit = visit
        self.size = 0
        self.began = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the first."""
        self.transport = cast("asyncio.Transport", transport)
        self.ask()

    def ask(self) -> None:
        """Send the next request, or hang up when the time is over."""
        request = self.visit.next_request()
        if request is None:
            self.transport.close()
            return
        self.parser = httptools.HttpResponseParser(self)
        self.size = 0
        self.began = time.perf_counter()
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        """Read on."""
        self.parser.feed_data(data)

    def on_body(self, body: bytes) -> None:
        """Count what came."""
        self.size += len(body)

    def on_message_complete(self) -> None:
        """Note the time and ask again."""
        taken = time.perf_counter() - self.began
        self.visit.answered(taken, self.parser.get_status_code(), self.size)
        asyncio.get_running_loop().call_soon(self.ask)

    def connection_lost(self, error: Exception | None) -> None:
        """One visitor less; whoever is cut off in the middle has met an error."""
        self.visit.gone(is_broken=error is not None)


class Visit:
    """All connections of a run and what they have met."""

    def __init__(self, paths: Sequence[str], seconds: float) -> None:
        self.requests = [_request(path, number) for number, path in enumerate(paths)]
        self.number = 0
        self.ends = time.perf_counter() + seconds
        self.times: list[float] = []
        self.errors = 0
        self.size = 0
        self.open = 0
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def next_request(self) -> bytes | None:
        """The next request in turn, or None at the end."""
        if time.perf_counter() >= self.ends:
            return None
        self.number += 1
        return self.requests[self.number % len(self.requests)]

    def answered(self, seconds: float, status: int, size: int) -> None:
        """Keep the time of an answer; anything but 200 is an error."""
        self.times.append(seconds)
        self.errors += status != 200
        self.size = size

    def gone(self, *, is_broken: bool) -> None:
        """A connection has ended."""
        self.errors += is_broken
        self.open -= 1
        if self.open == 0 and not self.over.done():
            self.over.set_result(None)


def _request(path: str, number: int) -> bytes:
    """Each path comes from another address, as visitors do: limits count for one address."""
    return (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/html\r\n"
        f"X-Forwarded-For: 203.0.113.{number % 250 + 1}\r\n\r\n"
    ).encode()


async def visit(port: int, paths: Sequence[str], connections: int, seconds: float) -> Result:
    """Ask for the paths in turn until the time is over."""
    loop = asyncio.get_running_loop()
    one = Visit(paths, seconds)
    began = time.perf_counter()
    for _ in range(connections):
        one.open += 1
        await loop.create_connection(lambda: Visitor(one), "127.0.0.1", port)
    async with asyncio.timeout(seconds + LONGEST_WAIT_SECONDS):
        await one.over
    taken = time.perf_counter() - began
    times = sorted(one.times)

    def at(part: float) -> float:
        return round(times[min(len(times) - 1, int(len(times) * part))] * 1000, 2)

    return Result(
        requests=len(times),
        seconds=round(taken, 2),
        rps=round(len(times) / taken, 1),
        p50_ms=at(0.5),
        p99_ms=at(0.99),
        slowest_ms=at(1),
        errors=one.errors,
        size=one.size,
    )


def main(arguments: Sequence[str]) -> int:
    """Run once and print the result."""
    port, connections, seconds = int(arguments[0]), int(arguments[1]), float(arguments[2])
    paths = sys.stdin.read().split()
    result = uvloop.run(visit(port, paths, connections, seconds))
    print(json.dumps(asdict(result)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
