"""Errors as people and programs see them."""

import asyncio
import logging
from typing import Any

import jinja2
import pytest
from litestar import Litestar
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.core import errors
from app.core.db import make_engine
from app.core.log import JsonLines
from app.core.problems import to_problem
from tests.core.conftest import with_handlers
from tests.pages import PageClient


async def test_programs_get_problem_json(web: PageClient) -> None:
    answer = await web.get("/api/nothing")
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert (body["type"], body["status"]) == ("/problems/not-found", 404)
    assert body["title"]
    assert body["detail"]


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.NotFound("a", "b"), 404),
        (errors.Refused("a", "b"), 403),
        (errors.MoveRefused("a", "b"), 409),
        (errors.Stale("a", "b"), 409),
        (errors.RuleBroken("a", "b"), 422),
        (errors.TooMany("a", "b", retry_after=7), 429),
        (errors.Busy("a", "b", retry_after=7), 503),
        (LookupError("secret"), 500),
        (ConnectionError("secret"), 503),
    ],
)
def test_each_kind_has_its_status(error: Exception, status: int) -> None:
    problem = to_problem(error)
    assert problem.status == status
    assert "secret" not in problem.detail
    if status in {429, 503}:
        assert int(problem.headers["Retry-After"]) > 0


async def test_a_crash_shows_a_reference_and_nothing_else(
    web: PageClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        page, program = await web.get("/t/crash"), await web.get("/api/t/crash")
    for answer in (page, program):
        assert answer.status_code == 500
        assert "the name of a person" not in answer.text
        assert "Traceback" not in answer.text
        assert answer.headers["x-request-id"] in answer.text
    lines = "".join(JsonLines().format(record) for record in caplog.records)
    assert "the name of a person" not in lines
    logged = {getattr(record, "reference", None) for record in caplog.records}
    assert {page.headers["x-request-id"], program.headers["x-request-id"]} <= logged


async def test_a_broken_template_still_gives_a_page(
    web: PageClient, core_app: Litestar, monkeypatch: pytest.MonkeyPatch
) -> None:
    loader = jinja2.DictLoader({"problems/404.html": "{{ 1 / 0 }}"})
    broken = jinja2.Environment(loader=loader, autoescape=True)
    monkeypatch.setitem(core_app.state._state, "templates", broken)
    answer = await web.get("/nothing")
    assert answer.status_code == 404
    assert "Page not found" in answer.text


async def test_a_rule_broken_undoes_the_request(web: PageClient, db: AsyncSession) -> None:
    for fail, status in (("rule", 422), ("crash", 500)):
        assert (await web.post("/t/write", params={"fail": fail})).status_code == status
    assert await db.scalar(text("SELECT count(*) FROM outbox")) == 0


async def test_a_commit_that_fails_is_a_problem_page(
    servers: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = await servers.clone()
    owner = make_engine(settings.database_url, role=None, pool_size=1)
    async with owner.begin() as connection:
        for statement in (
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'no'; END $$",
            "CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON outbox"
            " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse()",
        ):
            await connection.execute(text(statement))
    app = with_handlers(settings)
    async with PageClient(app) as web:
        answer = await web.post("/t/write")
        count = "SELECT count(*) FROM outbox"
        async with owner.connect() as connection:
            assert await connection.scalar(text(count)) == 0
    for engine in (owner, app.state.engine):
        await engine.dispose()
    await app.state.redis.aclose()
    assert answer.status_code == 500
    assert "problem with the service" in answer.text


async def test_a_statement_that_takes_too_long_is_503(web: PageClient, db: AsyncSession) -> None:
    await db.execute(text("SET LOCAL statement_timeout = '50ms'"))
    answer = await asyncio.wait_for(web.get("/t/sleep", params={"seconds": 5}), 4)
    assert answer.status_code == 503
    assert answer.headers["retry-after"]


async def test_bad_parameters_are_422_for_programs_and_say_where(web: PageClient) -> None:
    answer = await web.get("/t/sleep", params={"seconds": "soon"})
    assert answer.status_code == 422
