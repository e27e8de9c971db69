"""The health pages."""

from dataclasses import replace

import httpx

from app.core.config import Settings
from tests.conftest import Servers, running
from tests.pages import PageClient


async def test_a_running_process_is_live(client: PageClient) -> None:
    answer = await client.get("/health/live")
    assert (answer.status_code, answer.json()) == (200, {"status": "live"})


async def test_ready_when_all_parts_answer(client: PageClient) -> None:
    answer = await client.get("/health/ready")
    assert (answer.status_code, answer.json()["down"]) == (200, [])


async def ready_of(settings: Settings) -> httpx.Response:
    async with running(settings) as app, PageClient(app) as client:
        return await client.get("/health/ready")


async def test_names_the_database_and_the_queue_when_they_are_away(settings: Settings) -> None:
    away = replace(
        settings,
        database_url="postgresql+asyncpg://nobody@127.0.0.1:1/none",
        redis_url="redis://127.0.0.1:1/0",
    )
    answer = await ready_of(away)
    assert (answer.status_code, answer.json()["down"]) == (503, ["database", "queue"])


async def test_names_the_migrations_when_the_database_is_behind(
    servers: Servers, settings: Settings
) -> None:
    behind = replace(await servers.clone(empty=True), redis_url=settings.redis_url)
    answer = await ready_of(behind)
    assert (answer.status_code, answer.json()["down"]) == (503, ["migrations"])
