"""A form or call sent again does nothing twice, however many come at once."""

import asyncio
import re
from datetime import timedelta
from typing import Any

import httpx
import pytest
from litestar import Litestar
from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.once import RequestKey, sweep
from app.core.outbox import Outbox
from tests.conftest import Servers
from tests.core.conftest import with_handlers
from tests.pages import PageClient, parse

MADE = select(func.count()).select_from(Outbox).where(Outbox.job == "once")
KEYS = select(func.count()).select_from(RequestKey)


async def open_form(client: PageClient, path: str = "/t/form") -> dict[str, str]:
    """The hidden fields of a page's form."""
    page = await client.request("GET", path)
    return dict(re.findall(r'name="(_[a-z_]+)" value="([^"]+)"', page.text))


async def test_the_same_form_sent_again_gives_the_same_answer(
    web: PageClient, db: AsyncSession
) -> None:
    form = {**await open_form(web), "word": "ŵ"}
    first = await web.post("/t/once", data=form)
    again = await web.post("/t/once", data=form)
    assert first.status_code == again.status_code == 303
    assert first.headers["location"] == again.headers["location"] != ""
    assert again.headers["cache-control"] == "no-store"
    assert await db.scalar(MADE) == 1


async def test_each_form_of_a_page_has_a_key_of_its_own(web: PageClient, db: AsyncSession) -> None:
    forms = [{**await open_form(web), "word": "a"} for _ in range(2)]
    answers = {(await web.post("/t/once", data=form)).headers["location"] for form in forms}
    assert len(answers) == await db.scalar(MADE) == 2


async def test_other_values_with_a_used_key_are_refused(web: PageClient, db: AsyncSession) -> None:
    form = {**await open_form(web), "word": "a"}
    await web.post("/t/once", data=form)
    for other in ({**form, "word": "b"}, {**form, "more": "x"}):
        refused = await web.post("/t/once", data=other)
        assert refused.status_code == 409
        assert "sent this page already" in refused.text
    assert (await web.post("/t/once?page=2", data=form)).status_code == 409
    assert await db.scalar(MADE) == 1


async def test_a_form_that_was_wrong_can_be_mended_and_sent(
    web: PageClient, db: AsyncSession
) -> None:
    form = await open_form(web)
    assert (await web.post("/t/once", data={**form, "word": "wrong"})).status_code == 422
    assert (await web.post("/t/once", data={**form, "word": "broken"})).status_code == 422
    assert (await web.post("/t/once", data={**form, "word": "right"})).status_code == 303
    assert await db.scalar(KEYS) == 1


async def test_what_is_saved_over_what_was_there_may_be_sent_again(
    web: PageClient, db: AsyncSession
) -> None:
    form = await open_form(web)
    for word in ("a", "b"):
        assert (await web.post("/t/save", data={**form, "word": word})).status_code == 303
    assert await db.scalar(MADE) == 2


async def test_a_key_is_worth_nothing_to_somebody_else(web: PageClient, db: AsyncSession) -> None:
    mine = await open_form(web)
    await web.post("/t/once", data={**mine, "word": "a"})
    web.cookies.clear()
    theirs = {**await open_form(web), "_once": mine["_once"], "word": "b"}
    assert (await web.post("/t/once", data=theirs)).status_code == 303
    assert await db.scalar(MADE) == 2


@pytest.mark.parametrize("key", ["x" * 201, "a\0b", "a\nb", "\u202e"])
async def test_what_is_no_key_is_refused(web: PageClient, key: str) -> None:
    form = {**await open_form(web), "_once": key}
    assert (await web.post("/t/once", data=form)).status_code == 422


async def test_a_file_counts_by_its_content(web: PageClient, db: AsyncSession) -> None:
    form = await open_form(web)
    sent: list[httpx.Response] = [
        await web.post("/t/once", data=form, files={"file": ("a.json", content)})
        for content in (b"one", b"one", b"two")
    ]
    assert [answer.status_code for answer in sent] == [303, 303, 409]
    assert await db.scalar(MADE) == 1


async def test_a_program_gets_its_first_answer_again(
    json_web: PageClient, db: AsyncSession
) -> None:
    async def call(word: str, key: str = "k-1", who: str = "a") -> httpx.Response:
        headers = {"idempotency-key": key, "authorization": who}
        return await json_web.post("/api/t/once", json={"word": word}, headers=headers)

    first, again = await call("a"), await call("a")
    assert (first.status_code, first.json()) == (201, again.json())
    assert (again.status_code, again.headers["content-type"]) == (201, "application/json")
    refused = await call("b")
    assert refused.status_code == 409
    assert refused.headers["content-type"] == "application/problem+json"
    assert (await call("b", key="k-2")).json() != first.json()
    assert (await call("b", who="b")).json() != first.json()
    assert await db.scalar(MADE) == 3


@pytest.fixture
def json_web(web: PageClient) -> PageClient:
    """The same client as a program that calls the API."""
    web.headers.pop("sec-fetch-site")
    return web


async def test_the_database_can_read_neither_key_nor_answer(
    web: PageClient, db: AsyncSession
) -> None:
    form = await open_form(web)
    answer = await web.post("/t/once", data={**form, "word": "a"})
    stored = str(await db.scalar(text("SELECT request_key::text FROM request_key")))
    assert form["_once"] not in stored
    assert answer.headers["location"].encode().hex() not in stored


async def test_keys_are_kept_seven_days(web: PageClient, db: AsyncSession) -> None:
    form = {**await open_form(web), "word": "a"}
    first = (await web.post("/t/once", data=form)).headers["location"]
    for days, kept in ((6, True), (8, False)):
        age = func.now() - timedelta(days=days)
        await db.execute(update(RequestKey).values(created_at=age))
        await sweep(db)
        again = (await web.post("/t/once", data=form)).headers["location"]
        assert (again == first) is kept


async def at_once(app: Litestar, path: str, form: dict[str, Any], cookies: Any) -> set[str]:
    """Where twenty posts of one form at once are sent."""

    async def send(client: PageClient) -> str:
        answer = await client.post(path, data=form)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    async with PageClient(app, cookies=cookies) as client:
        return set(await asyncio.gather(*(send(client) for _ in range(20))))


async def test_twenty_at_once_make_one(servers: Servers) -> None:
    app = with_handlers(await servers.clone())
    async with app.lifespan(), PageClient(app) as client:
        form = {**await open_form(client), "word": "a"}
        assert len(await at_once(app, "/t/once", form, client.cookies)) == 1
        page = await client.get("/calculator")
        begin = [
            {str(i.get("name")): i.get("value", "") for i in form.iter("input")}
            for form in parse(page.text).iter("form")
        ]
        assert begin
        for fields in begin:
            places = await at_once(app, "/calculator", fields, client.cookies)
            assert len(places) == 1
        async with app.state.sessions() as db:
            assert await db.scalar(MADE) == 1
            drafts = await db.scalar(text("SELECT count(*) FROM cost_draft"))
            assert drafts == len(begin)


async def test_a_page_with_a_form_is_kept_by_no_cache(client: PageClient) -> None:
    """Back would bring a key that was used already, and the token of a session that has ended."""
    assert (await client.get("/calculator")).headers["cache-control"] == "no-store"
    assert (await client.get("/")).headers["cache-control"] == "private, no-cache"
