"""The pages of a post's funding in the eyes of each body: what they show, take and refuse."""

from typing import Any

import pytest
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.cofunding.pages.panels import show_on_dashboard, show_on_post
from app.costsharing.splits import queries as splits
from app.costsharing.splits.commands import draw_paper
from tests.cofunding.region import SUM, Region, make_body, make_region
from tests.counting import counted
from tests.pages import PageClient, assert_form_error, parse, words
from tests.people import sign_in

# The first form of a page signs out.
OF_PAGE = 1
PLEDGE = {"basis": "days", "days": "2", "commitment": "in_principle"}


@pytest.fixture
async def region(db: AsyncSession) -> Region:
    return await make_region(db)


@pytest.fixture
def at(client: PageClient, app: Litestar, db: AsyncSession, region: Region) -> Any:
    """Sign the client in as somebody and give the address below the post."""

    async def go(member: Any, path: str = "") -> str:
        await sign_in(client, app, db, member)
        return f"/opportunities/{region.slug}{path}"

    return go


async def test_from_a_pledge_to_the_draft_agreement(
    client: PageClient, db: AsyncSession, at: Any, region: Region
) -> None:
    page = await client.get(await at(region.eastmoor.hr, "/pledge"))
    saved = await client.submit(page, PLEDGE, form=OF_PAGE)
    assert saved.headers["location"].endswith("/funding")
    shown = words(parse((await client.get(saved.headers["location"])).text))
    assert "2 days of 5 days a week are pledged" in shown
    page = await client.get(await at(region.eastmoor.finance, "/pledge/approve"))
    assert "What it costs you by year" in page.text
    done = await client.submit(page, {"decision": "approve"}, form=OF_PAGE)
    assert done.status_code == 303
    page = await client.get(await at(region.employer.finance, "/funding/close"))
    done = await client.submit(page, form=OF_PAGE)
    address = done.headers["location"]
    shown = words(parse((await client.get(address)).text))
    assert "0 of 3 papers are ready" in shown
    actor = await region.act(region.employer.finance)
    split = await splits.get_split(db, actor, address.rpartition("/")[2])
    version = await splits.get_version(db, actor, split, 1)
    for paper in await splits.list_papers(db, version):
        await draw_paper(db, paper.id)
    await db.commit()
    assert "All papers are ready" in (await client.get(address)).text
    for part in ("/invoices", "/working", "/versions", "/reopen"):
        assert (await client.get(address + part)).status_code == 200
    pdf = await client.get(f"{address}/papers/1/pdf")
    assert pdf.content.startswith(b"%PDF")
    assert split.reference in pdf.headers["content-disposition"]
    await at(region.eastmoor.hr)
    listed = await client.get(f"/org/{region.eastmoor.slug}/cost-splits")
    assert split.reference in listed.text
    again = await at(region.employer.finance)
    page = await client.get(f"{address}/reopen")
    assert_form_error(
        await client.submit(page, {"reason": ""}, form=OF_PAGE), "reason", "Enter the reason"
    )
    page = await client.get(f"{address}/reopen")
    done = await client.submit(page, {"reason": "Harbour wants to join."}, form=OF_PAGE)
    assert done.headers["location"] == f"{again}/funding"


async def test_what_cannot_be_pledged_is_said_beside_its_field(
    client: PageClient, at: Any, region: Region
) -> None:
    await region.pledge(region.harbour, "4")
    page = await client.get(await at(region.eastmoor.hr, "/pledge"))
    answer = await client.submit(page, PLEDGE, form=OF_PAGE)
    assert answer.status_code == 422
    assert "1 day more than the 5 days of the post" in answer.text
    page = await client.get(await at(region.eastmoor.hr, "/pledge"))
    answer = await client.submit(page, {"commitment": "interest"}, form=OF_PAGE)
    assert_form_error(answer, "basis", "Select what your organisation pledges")


async def test_a_colleague_was_faster(client: PageClient, at: Any, region: Region) -> None:
    await region.pledge(region.eastmoor, "1")
    page = await client.get(await at(region.eastmoor.hr, "/pledge"))
    own = await region.pledge(region.eastmoor, "3", seen=2)
    answer = await client.submit(page, PLEDGE, form=OF_PAGE)
    assert answer.status_code == 422
    assert "changed this pledge after you opened this page" in answer.text
    assert own.amount == "3"


async def test_figures_that_changed_are_shown_again_before_the_decision(
    client: PageClient, at: Any, region: Region
) -> None:
    await region.pledge(region.eastmoor)
    page = await client.get(await at(region.eastmoor.finance, "/pledge/approve"))
    await region.pledge(region.harbour, "9000.00", SUM)
    answer = await client.submit(page, {"decision": "approve"}, form=OF_PAGE)
    assert answer.status_code == 422
    assert "The figures changed after you opened this page" in answer.text
    done = await client.submit(answer, {"decision": "approve"}, form=OF_PAGE)
    assert done.status_code == 303


async def test_what_it_would_cost_before_and_after_one_more_partner(
    client: PageClient, at: Any, region: Region
) -> None:
    base = await at(region.eastmoor.hr, "/funding/what-if")
    page = await client.get(f"{base}?basis=days&days=1&other=sum&other_sum=9000")
    assert "With one more partner" in page.text
    assert "Difference" in page.text
    over = await client.get(f"{base}?basis=days&days=4&other=days&other_days=2")
    assert over.status_code == 422
    assert (await client.get(await at(region.employer.hr, "/funding/what-if"))).status_code == 404


async def test_who_stands_where_is_for_insiders(
    client: PageClient, db: AsyncSession, at: Any, region: Region
) -> None:
    await region.pledge(region.eastmoor, "2", conditions="Only if our board agrees.")
    await region.pledge(region.harbour, "1")
    for member in (region.employer.hr, region.harbour.hr):
        shown = (await client.get(await at(member, "/funding"))).text
        assert "Eastmoor District Council" in shown
        assert "Only if our board agrees." in shown
    stranger = await make_body(db)
    page = await client.get(await at(stranger.hr, "/funding"))
    assert "Eastmoor District Council" not in page.text
    assert "Only if our board" not in page.text
    assert "3 days of 5 days a week are pledged by 2 organisations" in words(parse(page.text))
    assert (await client.get(await at(stranger.hr, "/funding/working"))).status_code == 404


@pytest.mark.parametrize("count", [1, 12])
async def test_pages_ask_as_often_for_many_pledges_as_for_one(
    client: PageClient,
    connection: AsyncConnection,
    db: AsyncSession,
    at: Any,
    region: Region,
    count: int,
) -> None:
    for _ in range(count):
        await region.pledge(await make_body(db), "0.1")
    for path, most in (("/funding", 8), ("/funding/close", 8), ("/funding/working", 8)):
        address = await at(region.employer.finance, path)
        with counted(connection) as seen:
            assert (await client.get(address)).status_code in {200, 422}
        assert len(seen) <= most, (path, seen)
    await at(region.employer.finance)
    with counted(connection) as seen:
        await client.get(f"/org/{region.employer.slug}/pledges")
        await client.get(f"/org/{region.employer.slug}/cost-splits")
    assert len(seen) <= 12


async def test_panels(db: AsyncSession, region: Region) -> None:
    await region.pledge(region.eastmoor, "2")
    finance, hr = await region.act(region.eastmoor.finance), await region.act(region.eastmoor.hr)
    waiting = await show_on_dashboard(db, finance, None)
    assert waiting is not None
    assert [one.slug for one in waiting.context["waiting"]] == [region.slug]
    assert waiting.context["can_approve"]
    own = await show_on_dashboard(db, hr, None)  # sees that it waits for finance
    assert own is not None
    assert not own.context["can_approve"]
    assert [one.slug for one in own.context["waiting"]] == [region.slug]
    employer = await show_on_dashboard(db, await region.act(region.employer.finance), None)
    assert employer is not None
    assert employer.context["fundings"][0].bodies == 1
    assert not employer.context["fundings"][0].is_ready
    shown = await show_on_post(db, hr, region.post.id)
    assert shown is not None
    assert shown.template == "cofunding/panel.html"
    assert await show_on_post(db, await region.act(region.eastmoor.staff), None) is None


async def test_the_dashboard_says_that_a_funding_can_be_closed(
    client: PageClient, app: Litestar, db: AsyncSession, region: Region
) -> None:
    await region.pledge(region.eastmoor, "2")
    await region.approve(region.eastmoor)
    await sign_in(client, app, db, region.employer.finance)
    page = await client.get("/dashboard")
    assert "all approved by finance" in words(parse(page.text))
    assert f'href="/opportunities/{region.slug}/funding/close"' in page.text
    await sign_in(client, app, db, region.employer.hr)
    page = await client.get("/dashboard")
    assert "all approved by finance" in words(parse(page.text))
    assert "/funding/close" not in page.text
