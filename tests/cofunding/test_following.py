"""Pledges follow their post: what a partner relied on sets its approval back and is told."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.cofunding import commands, queries
from app.cofunding.domain import FundingStatus, PledgeStatus
from app.cofunding.models import Funding
from app.core.actor import Actor
from app.opportunities import commands as posts
from app.opportunities.domain import OpportunityAction, OpportunityKind, PostFacts
from app.opportunities.queries import get_facts, lock_opportunity
from tests.cofunding.region import Region, make_region
from tests.cofunding.test_pledging import last_move, subjects_to
from tests.costsharing.inputs import changed
from tests.opportunities.posts import make_whole_post


@pytest.fixture(autouse=True)
def followed() -> Iterator[None]:
    """Posts are followed, as they are in the running application."""
    before = list(posts.on_change)
    if commands.follow_post not in before:
        posts.on_change.append(commands.follow_post)
    yield
    posts.on_change[:] = before


@pytest.fixture
async def region(db: AsyncSession) -> Region:
    return await make_region(db)


async def change(region: Region, **values: Any) -> tuple[PostFacts, PostFacts]:
    """The employer changes its post, as its own pages would."""
    actor: Actor = await region.act(region.employer.hr)
    post = await lock_opportunity(region.db, actor, region.slug)
    before = await get_facts(region.db, post)
    for name, value in values.items():
        setattr(post, name, value)
    return before, await posts.finish_change(region.db, actor, post, before)


async def test_a_change_of_pay_sets_back_and_says_what_changed(
    db: AsyncSession, region: Region
) -> None:
    mine = await region.pledge(region.eastmoor, "2")
    other = await region.pledge(region.harbour, "1", in_principle=False)
    await region.approve(region.eastmoor)
    before = (await region.figures()).by_body[region.eastmoor.slug]
    dearer = changed(region.post.cost_inputs or {}, "/post/salary/0/annual_fte", "90000.00")
    await change(region, cost_inputs=dearer)
    after = (await region.figures()).by_body[region.eastmoor.slug]
    assert (mine.status, other.status) == (PledgeStatus.IN_PRINCIPLE, PledgeStatus.INTEREST)
    move = await last_move(db, mine)
    assert move.reason == "Northshire Council changed the post."
    assert [(c["what"], c["after"]) for c in move.changes] == [
        ("Salary from 1 April 2020", "£90,000.00")
    ]
    assert move.figures["before"] == {str(y): p for y, p in before.items()}
    assert move.figures["after"] == {str(y): p for y, p in after.items()}
    assert "Your approval was set back" in await subjects_to(db, region.eastmoor.finance)
    assert "The post you pledged for has changed" in await subjects_to(db, region.harbour.hr)


@pytest.mark.parametrize("field", ["starts_on", "ends_on", "days_per_week"])
async def test_a_change_of_dates_or_days_sets_back(
    db: AsyncSession, region: Region, field: str
) -> None:
    mine = await region.pledge(region.eastmoor, "2")
    await region.approve(region.eastmoor)
    old = getattr(region.post, field)
    new = Decimal(4) if field == "days_per_week" else old + timedelta(days=1)
    await change(region, **{field: new})
    assert mine.status == PledgeStatus.IN_PRINCIPLE
    assert len((await last_move(db, mine)).changes) == 1


async def test_other_words_leave_approvals_alone(region: Region) -> None:
    mine = await region.pledge(region.eastmoor, "2")
    await region.approve(region.eastmoor)
    await change(region, summary="Other words.", contact_name="Somebody else", title="New title")
    assert mine.status == PledgeStatus.APPROVED
    assert (await region.funding()).title == "New title"


async def test_pledges_that_no_longer_fit_are_said_and_block_the_closing(
    db: AsyncSession, region: Region
) -> None:
    mine = await region.pledge(region.eastmoor, "4")
    await region.approve(region.eastmoor)
    await change(region, days_per_week=Decimal(3))
    assert mine.status == PledgeStatus.IN_PRINCIPLE
    move = await last_move(db, mine)
    assert "1 day more than the 3 days of the post" in (move.reason or "")
    assert move.figures["after"] == {}


async def test_a_withdrawn_post_ends_its_funding(db: AsyncSession, region: Region) -> None:
    mine = await region.pledge(region.eastmoor)
    await region.approve(region.eastmoor)
    actor = await region.act(region.employer.hr)
    post = await lock_opportunity(db, actor, region.slug)
    before = await get_facts(db, post)
    post.withdrawn_reason = "No longer needed"
    await posts.move(db, actor, post, OpportunityAction.WITHDRAW)
    await posts.finish_change(db, actor, post, before)
    assert mine.status == PledgeStatus.RELEASED
    assert (await region.funding()).status == FundingStatus.ENDED
    assert "A post you pledged for was withdrawn" in await subjects_to(db, region.eastmoor.hr)
    await change(region, summary="Words")
    assert (await region.funding()).status == FundingStatus.ENDED


async def test_publishing_a_shared_post_opens_its_funding(db: AsyncSession) -> None:
    region = await make_region(db, status="draft")
    actor = await region.act(region.employer.hr)
    post = await lock_opportunity(db, actor, region.slug)
    before = await get_facts(db, post)
    post.published_at, post.review_on = post.created_at, post.closes_on
    await posts.move(db, actor, post, OpportunityAction.PUBLISH)
    await posts.finish_change(db, actor, post, before)
    assert (await region.funding()).status == FundingStatus.OPEN
    total = await queries.get_total(db, region.post.id)
    assert total is not None
    assert (total.days, total.bodies) == ("0", 0)


async def test_drafts_and_other_kinds_have_no_funding(db: AsyncSession) -> None:
    region = await make_region(db, status="draft")
    await change(region, days_per_week=Decimal(4))
    other = await make_whole_post(
        db, region.employer.id, OpportunityKind.SECONDMENT_WANTED, status="open"
    )
    region.post = other
    await change(region, days_per_week=Decimal(4))
    assert await db.scalar(select(Funding.id)) is None


async def test_a_change_after_closing_leaves_the_split_and_its_pledges(
    db: AsyncSession, region: Region
) -> None:
    mine = await region.pledge(region.eastmoor)
    await region.approve(region.eastmoor)
    await region.close()
    await change(region, days_per_week=Decimal(4))
    assert mine.status == PledgeStatus.FROZEN
    assert (await region.funding()).week == Decimal(4)
