"""Rules of browser sessions."""

import hashlib
import json
import time
from dataclasses import replace
from typing import Any

import pytest
from litestar import Litestar
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisAway

from app.core.config import PRODUCTION, Settings
from tests.core.conftest import with_handlers
from tests.pages import PageClient


def key_of(session_id: str) -> str:
    return "crossbench:session:" + hashlib.sha256(session_id.encode()).hexdigest()


async def test_a_visitor_for_whom_nothing_is_remembered_gets_no_cookie(web: PageClient) -> None:
    answer = await web.get("/t/recall")
    assert "set-cookie" not in answer.headers


async def test_what_is_remembered_comes_back(web: PageClient) -> None:
    await web.get("/t/remember/moor")
    assert (await web.get("/t/recall")).text == "moor"


async def test_a_planted_id_is_worthless(web: PageClient, store: Redis) -> None:
    planted = "a" * 64
    web.cookies.set("session", planted)
    answer = await web.get("/t/remember/moor")
    assert answer.cookies["session"] != planted
    assert not await store.exists(key_of(planted))


@pytest.mark.parametrize("value", ["null", "x", "A" * 64, "../" * 20, "0" * 63])
async def test_a_malformed_id_is_worthless(web: PageClient, value: str) -> None:
    web.cookies.set("session", value)
    assert (await web.get("/t/recall")).text == "None"


async def test_the_store_never_sees_an_id(web: PageClient, store: Redis) -> None:
    session_id = (await web.get("/t/remember/moor")).cookies["session"]
    kept = [key.decode() for key in await store.keys("*")]
    assert kept == [key_of(session_id)]
    assert session_id.encode() not in await store.get(kept[0])


async def test_an_idle_session_ends_after_60_minutes(web: PageClient, store: Redis) -> None:
    session_id = (await web.get("/t/remember/moor")).cookies["session"]
    assert 3590 < await store.ttl(key_of(session_id)) <= 3600
    await store.expire(key_of(session_id), 10)
    await web.get("/t/recall")
    assert await store.ttl(key_of(session_id)) > 3590


async def test_a_session_ends_after_12_hours_however_busy(web: PageClient, store: Redis) -> None:
    key = key_of((await web.get("/t/remember/moor")).cookies["session"])
    kept: dict[str, Any] = json.loads(await store.get(key))
    kept["made_at"] = int(time.time()) - 12 * 3600 - 1
    await store.set(key, json.dumps(kept))
    assert (await web.get("/t/recall")).text == "None"
    assert not await store.exists(key)


async def test_an_ended_session_is_gone_from_the_store(web: PageClient, store: Redis) -> None:
    session_id = (await web.get("/t/remember/moor")).cookies["session"]
    answer = await web.get("/t/forget")
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert not await store.exists(key_of(session_id))


async def test_cookie_of_production_is_bound_to_the_host(settings: Settings) -> None:
    app = with_handlers(replace(settings, environment=PRODUCTION))
    async with PageClient(app) as web:
        cookie = (await web.get("/t/remember/moor")).headers["set-cookie"]
    name, *marks = [part.strip() for part in cookie.split(";")]
    assert name.startswith("__Host-session=")
    assert {m.lower() for m in marks} == {"path=/", "secure", "httponly", "samesite=lax"}
    await app.state.engine.dispose()
    await app.state.redis.aclose()


async def test_reading_goes_on_while_the_store_is_away(
    web: PageClient, core_app: Litestar, monkeypatch: pytest.MonkeyPatch
) -> None:
    await web.get("/t/remember/moor")

    async def away(*_: Any, **__: Any) -> None:
        raise RedisAway("away")

    session_store = core_app.stores.get("sessions")
    monkeypatch.setattr(type(session_store), "get", away)
    monkeypatch.setattr(type(session_store), "set", away)
    assert (await web.get("/t/recall")).text == "None"
    assert (await web.get("/t/remember/fell")).status_code == 200


async def test_a_message_is_shown_once(web: PageClient) -> None:
    await web.get("/t/flash")
    assert "Saved." in (await web.get("/cookies")).text
    assert "Saved." not in (await web.get("/cookies")).text
