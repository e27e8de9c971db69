"""The public directory, as pages and as an API: verified bodies only."""

from typing import Any

import pytest
from sqlalchemy import event, insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.db import new_id
from app.organisations.models import Organisation
from tests.pages import PageClient, parse, words
from tests.people import make_organisation


async def names(client: PageClient, query: str = "") -> list[str]:
    """The names that the directory lists."""
    page = parse((await client.get(f"/organisations{query}")).text)
    return [words(h) for h in page.iter("h3")]


@pytest.fixture
async def bodies(db: AsyncSession) -> None:
    """Four verified bodies, and one of each other status with a word that nobody may see."""
    await make_organisation(db, name="Northshire Council", slug="northshire")
    await make_organisation(
        db, name="eastmoor District Council", slug="eastmoor", region="wales",
        name_cy="Cyngor Dosbarth Tŷ’r Dwyrain", register_id="W06000099",
    )  # fmt: skip
    await make_organisation(db, name="Harbour NHS Trust", slug="harbour-nhs", kind="nhs")
    await make_organisation(db, name="100%_Charity", slug="charity", kind="charity")
    for status in ("applied", "refused", "suspended", "closed"):
        await make_organisation(db, name=f"Canary {status}", slug=f"canary-{status}", status=status)


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("", ["100%_Charity", "eastmoor District Council", "Harbour NHS Trust",
              "Northshire Council"]),
        ("?q=COUNCIL", ["eastmoor District Council", "Northshire Council"]),
        ("?q=dwyrain", ["eastmoor District Council"]),
        ("?q=w06000099", ["eastmoor District Council"]),
        ("?q=%25_", ["100%_Charity"]),
        ("?q=%00", ["100%_Charity", "eastmoor District Council", "Harbour NHS Trust",
                    "Northshire Council"]),
        ("?kind=nhs", ["Harbour NHS Trust"]),
        ("?region=wales", ["eastmoor District Council"]),
        ("?kind=nhs&region=wales", []),
        ("?kind=circus", ["100%_Charity", "eastmoor District Council", "Harbour NHS Trust",
                          "Northshire Council"]),
        ("?q=canary", []),
    ],
)  # fmt: skip
async def test_bodies_are_found(
    client: PageClient, bodies: None, query: str, wanted: list[str]
) -> None:
    assert await names(client, query) == wanted


async def test_an_empty_directory_says_so(client: PageClient) -> None:
    assert "No organisation has joined yet" in (await client.get("/organisations")).text
    assert "Try a shorter part" in (await client.get("/organisations?q=x")).text


async def test_a_body_has_a_page_and_others_look_like_none(
    client: PageClient, db: AsyncSession, bodies: None
) -> None:
    page = await client.get("/organisations/eastmoor")
    assert 'lang="cy"' in page.text
    assert "W06000099" in page.text
    missing = words(parse((await client.get("/organisations/nothing-here")).text))
    strange = words(parse((await client.get("/nothing-here")).text))
    assert missing == strange
    for status in ("applied", "refused", "suspended", "closed"):
        answer = await client.get(f"/organisations/canary-{status}")
        assert answer.status_code == 404
        assert words(parse(answer.text)) == missing


async def test_the_api_lists_the_same(json_client: PageClient, bodies: None) -> None:
    answer = (await json_client.get("/api/v1/organisations?page_size=2&page=2")).json()
    assert {k: answer[k] for k in ("total", "page", "page_size")} == {
        "total": 4, "page": 2, "page_size": 2
    }  # fmt: skip
    assert [one["slug"] for one in answer["items"]] == ["harbour-nhs", "northshire"]
    assert set(answer["items"][0]) == {
        "slug", "name", "name_cy", "kind", "region", "register", "register_id", "website"
    }  # fmt: skip
    found = (await json_client.get("/api/v1/organisations?q=dwyrain&region=wales")).json()
    assert [one["slug"] for one in found["items"]] == ["eastmoor"]
    assert (await json_client.get("/api/v1/organisations?q=canary")).json()["total"] == 0


@pytest.mark.parametrize("query", ["kind=circus", "region=x", "page=0", "page_size=101", "page=x"])
async def test_the_api_refuses_what_it_does_not_know(json_client: PageClient, query: str) -> None:
    answer = await json_client.get(f"/api/v1/organisations?{query}")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["errors"]


@pytest.mark.parametrize("count", [1, 20, 200])
async def test_a_page_costs_the_same_however_long_the_list(
    client: PageClient, db: AsyncSession, connection: Any, count: int
) -> None:
    rows = [
        {"id": new_id(), "slug": f"many-{n}", "name": f"Many {n:03}", "kind": "other",
         "register": "ukprn", "register_id": f"1{n:07}", "region": "london", "status": "verified"}
        for n in range(count)
    ]  # fmt: skip
    await db.execute(insert(Organisation), rows)
    await db.commit()
    asked: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        if statement.startswith("SELECT") and "set_config" not in statement:
            asked.append(statement)

    event.listen(connection.sync_connection, "before_cursor_execute", note)
    page = await client.get("/organisations")
    event.remove(connection.sync_connection, "before_cursor_execute", note)
    assert len(asked) == 2
    assert len(list(parse(page.text).iter("h3"))) == min(count, 20)
    if count == 200:
        last = await names(client, "?page=10")
        assert last[-1] == "Many 199"
        assert (await client.get("/organisations?page=11")).status_code == 404
