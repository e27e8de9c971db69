"""What holds for every answer, and what happens when too much is asked."""

import asyncio
import gzip
import time
from typing import Any

import httpx
import pytest
from litestar import Litestar
from redis.asyncio import Redis

from app.core import edge
from app.core.config import Settings
from app.core.edge import Gate, content_security_policy
from app.core.errors import Busy
from tests.core.conftest import with_handlers
from tests.pages import PageClient, parse, words

ANSWERS = [
    ("GET", "/", 200),
    ("GET", "/health/live", 200),
    ("GET", "/robots.txt", 200),
    ("GET", "/nothing", 404),
    ("GET", "/static/nothing.css", 404),
    ("POST", "/health/live", 405),
    ("POST", "/t/change", 403),
    ("GET", "/t/undeclared", 403),
    ("GET", "/t/crash", 500),
    ("GET", "/api/t/crash", 500),
    ("OPTIONS", "/health/live", 204),
]


@pytest.mark.parametrize(("method", "path", "status"), ANSWERS)
async def test_every_answer_carries_the_headers(
    web: PageClient, method: str, path: str, status: int
) -> None:
    answer = await web.request(method, path)
    assert answer.status_code == status
    headers = answer.headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self' 'nonce-")
    for part in (
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ):
        assert part in policy
    assert "unsafe" not in policy
    assert headers["strict-transport-security"].startswith("max-age=31536000")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cache-control"]
    assert "server" not in headers


async def test_the_nonce_is_new_each_time_and_in_the_page(web: PageClient) -> None:
    first, second = await web.get("/"), await web.get("/")
    nonce = first.headers["content-security-policy"].split("'nonce-")[1].split("'")[0]
    assert f'nonce="{nonce}"' in first.text
    assert nonce not in second.text
    assert content_security_policy("x") != content_security_policy("y")


async def test_pages_are_compressed_for_who_takes_it(web: PageClient) -> None:
    packed = await web.get("/", headers={"accept-encoding": "gzip"})
    plain = await web.get("/", headers={"accept-encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert plain.headers["vary"] == packed.headers["vary"] == "Accept-Encoding"
    assert int(packed.headers["content-length"]) < len(plain.content) / 2
    assert len(gzip.compress(plain.content)) < 45_000


async def test_head_answers_as_get_without_the_body(web: PageClient) -> None:
    get, head = await web.get("/robots.txt"), await web.head("/robots.txt")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == get.headers["content-length"]
    assert (await web.head("/nothing")).status_code == 404


async def test_options_says_what_is_allowed_and_no_more(web: PageClient) -> None:
    answer = await web.options("/t/undeclared")
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["allow"] == "GET, OPTIONS"


async def test_a_body_that_is_too_large_is_refused(web: PageClient) -> None:
    def parts() -> Any:
        async def generate() -> Any:
            for _ in range(11):
                yield b"x" * 100_000

        return generate()

    declared = await web.post("/api/t/change", content=b"x" * 1_000_001)
    streamed = await web.post("/api/t/change", content=parts())
    assert (declared.status_code, streamed.status_code) == (413, 413)
    assert declared.headers["content-type"] == "application/problem+json"


async def test_a_body_that_does_not_come_is_given_up(
    web: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edge, "SLOWEST_BODY_SECONDS", 0.05)

    async def slow() -> Any:
        yield b"{"
        await asyncio.sleep(1)
        yield b"}"

    answer = await web.post("/api/t/change", content=slow())
    assert answer.status_code == 408


async def test_the_gate_lets_in_in_order() -> None:
    gate, order = Gate(1), []

    async def pass_through(number: int) -> None:
        await gate.enter()
        order.append(number)
        await asyncio.sleep(0)
        gate.leave()

    await asyncio.gather(*(pass_through(number) for number in range(50)))
    assert order == list(range(50))


async def test_the_gate_refuses_beyond_its_queue_and_its_time() -> None:
    gate = Gate(1, queue=1)
    await gate.enter()
    waiting = asyncio.create_task(gate.enter(seconds=0.05))
    await asyncio.sleep(0)
    with pytest.raises(Busy):
        await gate.enter()
    with pytest.raises(Busy):
        await waiting
    gate.leave()
    await gate.enter(seconds=0.05)


async def test_a_slow_query_with_a_full_pool_answers_503(
    settings: Settings, store: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    app: Any = with_handlers(settings)
    app.gate = Gate(settings.pool_size, queue=3)
    async with PageClient(app, timeout=30) as web:
        calls = [web.get("/t/sleep", params={"seconds": 0.4}) for _ in range(12)]
        answers = await asyncio.gather(*calls)
        late = await web.get("/t/sleep", params={"seconds": 0})
    await app.state.engine.dispose()
    await app.state.redis.aclose()
    counted = [answer.status_code for answer in answers]
    assert (counted.count(200), counted.count(503), late.status_code) == (8, 4, 200)
    refused = next(answer for answer in answers if answer.status_code == 503)
    assert refused.headers["retry-after"] == "5"


async def test_a_slow_reader_holds_no_place(core_app: Litestar, store: Redis) -> None:
    app: Any = core_app
    usual, app.gate = app.gate, Gate(1)
    stuck = asyncio.Event()

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.body":
            await stuck.wait()

    scope = {
        "type": "http", "method": "GET", "path": "/t/long", "raw_path": b"/t/long",
        "query_string": b"", "headers": [(b"host", b"testserver")], "client": ("127.0.0.1", 1),
        "scheme": "http", "server": ("testserver", 80), "http_version": "1.1", "root_path": "",
    }  # fmt: skip
    reader = asyncio.create_task(app(scope, receive, send))
    try:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as web:
            began = time.monotonic()
            assert (await web.get("/robots.txt")).status_code == 200
            assert time.monotonic() - began < 2
    finally:
        stuck.set()
        await reader
        app.gate = usual


@pytest.mark.parametrize("path", ["/%00", "/t/recall?x=%00", "/%ed%a0%80", "/%ff", "/a%0d%0ab"])
async def test_odd_addresses_never_break_us(web: PageClient, path: str) -> None:
    assert (await web.get(path)).status_code in {200, 400, 404}


async def test_problem_pages_name_the_problem(web: PageClient) -> None:
    assert "not found" in words(parse((await web.get("/nothing")).text)).lower()
