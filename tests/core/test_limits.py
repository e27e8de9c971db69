"""How often an address may ask, and whose address it is."""

import asyncio
from collections import Counter
from dataclasses import replace
from ipaddress import ip_network
from typing import Any

import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisAway

from app.core.config import Settings
from app.core.edge import trust_proxy
from app.core.errors import TooMany
from app.core.limits import Limit, spend
from tests.core.conftest import with_handlers
from tests.pages import PageClient


async def test_a_hundred_at_once_let_exactly_the_limit_through(store: Redis) -> None:
    limit = Limit("crowd", 20, 60)
    calls = (spend(store, limit, "me") for _ in range(100))
    answers = await asyncio.gather(*calls, return_exceptions=True)
    assert Counter(type(answer) for answer in answers) == {type(None): 20, TooMany: 80}


async def test_it_says_when_to_come_back_and_then_lets_in(store: Redis) -> None:
    limit = Limit("soon", 1, 1)
    await spend(store, limit, "me")
    with pytest.raises(TooMany) as refusal:
        await spend(store, limit, "me")
    assert refusal.value.retry_after == 1
    await asyncio.sleep(1.05)
    await spend(store, limit, "me")


async def test_an_answer_beyond_the_limit_is_429(web: PageClient) -> None:
    answers = [(await web.get("/t/limited")) for _ in range(6)]
    assert [a.status_code for a in answers] == [200] * 5 + [429]
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 60


async def test_each_route_has_its_own_count(web: PageClient) -> None:
    for _ in range(6):
        await web.get("/t/limited")
    assert (await web.get("/t/limited-too")).status_code == 200


async def test_the_store_holds_no_address(web: PageClient, store: Redis) -> None:
    await web.get("/t/limited")
    assert not any(b"127.0.0.1" in key for key in await store.keys("*"))


async def test_a_store_that_is_away_lets_calculations_through(
    web: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: Any) -> None:
        raise RedisAway("away")

    monkeypatch.setattr(Redis, "eval", away)
    assert (await web.get("/t/limited")).status_code == 200


async def test_a_made_up_header_does_not_help(web: PageClient) -> None:
    codes = [
        (await web.get("/t/limited", headers={"x-forwarded-for": f"192.0.2.{n}"})).status_code
        for n in range(6)
    ]
    assert codes[-1] == 429


async def test_behind_a_trusted_proxy_people_count_apart(settings: Settings, store: Redis) -> None:
    app = with_handlers(replace(settings, trusted_proxies=(ip_network("127.0.0.0/8"),)))
    async with PageClient(app) as web:
        codes = [
            (await web.get("/t/limited", headers={"x-forwarded-for": f"192.0.2.{n}"})).status_code
            for n in range(6)
        ]
        same_house = [
            (await web.get("/t/limited", headers={"x-forwarded-for": f"2001:db8::{n}"})).status_code
            for n in range(6)
        ]
    await app.state.engine.dispose()
    await app.state.redis.aclose()
    assert codes == [200] * 6
    assert same_house[-1] == 429


@pytest.mark.parametrize(
    ("peer", "header", "taken"),
    [
        ("10.0.0.1", "192.0.2.7", "192.0.2.7"),
        ("10.0.0.1", "192.0.2.9, 192.0.2.7, 10.0.0.2", "192.0.2.7"),
        ("10.0.0.1", "nonsense", "10.0.0.1"),
        ("10.0.0.1", "192.0.2.7, nonsense", "10.0.0.1"),
        ("192.0.2.1", "192.0.2.7", "192.0.2.1"),
    ],
)
def test_the_address_comes_only_from_trusted_proxies(peer: str, header: str, taken: str) -> None:
    scope: Any = {
        "client": (peer, 1),
        "scheme": "http",
        "headers": [(b"x-forwarded-for", header.encode()), (b"x-forwarded-proto", b"https")],
    }
    trust_proxy(scope, (ip_network("10.0.0.0/8"),))
    assert scope["client"][0] == taken
    assert scope["scheme"] == ("https" if peer == "10.0.0.1" else "http")
