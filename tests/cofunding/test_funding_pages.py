"""The pages of a post's funding in the eyes of each body: what they show, take and refuse."""

from typing import Any

import pytest
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncSession

from tests.cofunding.region import Region, make_region
from tests.pages import PageClient, parse, words
from tests.people import sign_in


@pytest.fixture
async def region(db: AsyncSession) -> Region:
    return await make_region(db)


@pytest.fixture
def at(client: PageClient, app: Litestar, db: AsyncSession, region: Region) -> Any:
    """The client signed in as somebody, and the address below the post."""

    async def go(member: Any, path: str = "") -> str:
        await sign_in(client, app, db, member)
        return f"/opportunities/{region.slug}{path}"

    return go


async def test_close(client: PageClient, at: Any, region: Region) -> None:
    await region.pledge(region.eastmoor, "2")
    await region.approve(region.eastmoor)
    page = await client.get(await at(region.employer.finance, "/funding/close"))
    assert page.status_code == 200
    done = await client.submit(page)
    print(words(parse(done.text)) if done.text else "")
    assert done.status_code == 303, done.headers
