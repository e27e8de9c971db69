"""A body without the new terms, or no longer verified, enters into nothing new."""

from collections.abc import Callable
from typing import Any

import pytest
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncSession

from app.cofunding import commands
from app.core.errors import Refused
from app.organisations import queries
from tests.cofunding.region import Region, make_region
from tests.pages import PageClient
from tests.people import sign_in

TERMS = "has not accepted the new participation terms"


@pytest.fixture
async def region(db: AsyncSession) -> Region:
    return await make_region(db)


@pytest.fixture
def without_terms(monkeypatch: pytest.MonkeyPatch) -> Callable[[], Any]:
    """From its call on every body has let the days of grace pass."""
    return lambda: monkeypatch.setattr(queries, "is_overdue", lambda *_: True)


async def test_without_the_terms_nothing_new_is_pledged_approved_or_closed(
    region: Region, without_terms: Callable[[], Any]
) -> None:
    pledge = await region.pledge(region.eastmoor, "1")
    await region.pledge(region.harbour, "1")
    await region.approve(region.harbour)
    without_terms()
    with pytest.raises(Refused, match=f"cannot change this pledge yet: Eastmoor .*{TERMS}"):
        await region.pledge(region.eastmoor, "2", seen=pledge.version)
    with pytest.raises(Refused, match=f"cannot approve this pledge yet: .*{TERMS}"):
        await region.approve(region.eastmoor)
    with pytest.raises(Refused, match=f"cannot close the funding yet: Northshire .*{TERMS}"):
        await region.close()


async def test_without_the_terms_a_first_pledge_is_refused_and_one_can_be_withdrawn(
    db: AsyncSession, region: Region, without_terms: Callable[[], Any]
) -> None:
    await region.pledge(region.eastmoor, "1")
    without_terms()
    with pytest.raises(Refused, match=TERMS):
        await region.pledge(region.harbour, "1")
    actor = await region.act(region.eastmoor.hr)
    withdrawn = await commands.withdraw_pledge(db, actor, slug=region.slug)
    assert withdrawn.status == "withdrawn"


async def test_a_suspended_body_changes_no_pledge_but_can_withdraw_it(
    db: AsyncSession, region: Region
) -> None:
    pledge = await region.pledge(region.eastmoor, "1")
    region.eastmoor.organisation.status = "suspended"
    await db.commit()
    with pytest.raises(Refused, match="not verified"):
        await region.pledge(region.eastmoor, "2", seen=pledge.version)
    actor = await region.act(region.eastmoor.hr)
    await commands.withdraw_pledge(db, actor, slug=region.slug)


async def test_nobody_is_led_to_a_closing_that_the_terms_forbid(
    region: Region,
    client: PageClient,
    app: Litestar,
    db: AsyncSession,
    without_terms: Callable[[], Any],
) -> None:
    await region.pledge(region.eastmoor, "1")
    await region.approve(region.eastmoor)
    path = f"/opportunities/{region.slug}/funding"
    await sign_in(client, app, db, region.employer.finance)
    assert "Close the funding" in (await client.get(path)).text
    without_terms()
    assert "Close the funding" not in (await client.get(path)).text
    refused = await client.get(f"{path}/close")
    assert (refused.status_code, TERMS in refused.text) == (403, True)
