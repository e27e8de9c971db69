"""What a signed-in person is shown is kept by no cache."""

import pytest
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncSession

from tests.pages import PageClient
from tests.people import make_person, sign_in


@pytest.mark.parametrize("path", ["/", "/calculator", "/api/openapi.json", "/robots.txt"])
async def test_nothing_shown_to_somebody_signed_in_is_kept(
    client: PageClient, app: Litestar, db: AsyncSession, path: str
) -> None:
    await sign_in(client, app, db, person=await make_person(db))
    assert (await client.get(path)).headers["cache-control"] == "no-store"


async def test_files_that_are_the_same_for_all_are_kept(
    client: PageClient, app: Litestar, db: AsyncSession
) -> None:
    await sign_in(client, app, db, person=await make_person(db))
    page = await client.get("/")
    sheet = page.text.partition('rel="stylesheet" href="')[2].partition('"')[0]
    assert "immutable" in (await client.get(sheet)).headers["cache-control"]
