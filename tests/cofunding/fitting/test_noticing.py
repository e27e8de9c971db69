"""What the worker notices, tells once, takes back, and does not put again."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.cofunding.fitting import commands
from app.cofunding.fitting.domain import FitStatus
from app.cofunding.fitting.jobs import notice_fits
from app.cofunding.fitting.models import Fit, FitHistory, FitSide
from app.cofunding.wiring import follow_posts
from app.core.clock import london_today
from app.core.outbox import Outbox
from app.opportunities.models import Opportunity
from app.opportunities.publishing.commands import withdraw
from tests.cofunding.fitting.made import Two, inbox, make_need, make_two


@pytest.fixture
async def two(db: AsyncSession) -> Two:
    return await make_two(db)


async def test_both_are_told_once(two: Two, db: AsyncSession) -> None:
    assert await two.notice() == 1
    assert await two.notice() == 0
    fit = await two.fit()
    assert (fit.status, fit.days) == (FitStatus.PROPOSED, Decimal(4))
    sides = (await db.scalars(select(FitSide))).all()
    assert {side.organisation_id for side in sides} == {two.one.id, two.other.id}
    for body, post in ((two.one, two.post), (two.other, two.other_post)):
        (mail,) = await inbox(db, body.hr)
        assert post.title in mail
        assert "one post of 4 days a week" in mail
        assert f"/org/{body.slug}/joint-posts/{fit.id}" in mail
        assert await inbox(db, body.staff) == []


CHANGES: dict[str, dict[str, Any]] = {
    "withdrawn": {"status": "withdrawn", "withdrawn_reason": "Filled."},
    "hidden": {"status": "hidden"},
    "closed": {"status": "closed"},
    "another region": {"region": "wales"},
    "too many days": {"days_per_week": Decimal("3.5")},
    "another time": {"starts_on": london_today() + timedelta(days=440), "ends_on": None},
    "over": {"closes_on": london_today() - timedelta(days=1)},
}


@pytest.mark.parametrize("changes", CHANGES.values(), ids=CHANGES)
async def test_what_fits_no_longer_is_taken_back(
    two: Two, db: AsyncSession, changes: dict[str, Any]
) -> None:
    await two.notice()
    for name, value in changes.items():
        setattr(two.other_post, name, value)
    await db.commit()
    await commands.notice_fits(db, opportunity_id=two.other_post.id)
    await db.commit()
    assert (await two.fit()).status == FitStatus.WITHDRAWN
    assert "no longer fit together" in (await inbox(db, two.one.hr))[-1]
    moves = await db.scalars(select(FitHistory.action))
    assert list(moves) == ["withdraw"]
    assert (await two.side(two.one)).status == FitStatus.WITHDRAWN


async def test_a_change_that_still_fits_is_taken_over(two: Two, db: AsyncSession) -> None:
    await two.notice()
    two.other_post.days_per_week, two.other_post.audience = Decimal(3), "own"
    await db.commit()
    await two.notice()
    side = (await two.side(two.one)).side
    assert (side.days, side.total_days, side.shown_post_ids) == (Decimal(2), Decimal(5), [])


async def test_time_runs_out_and_the_posts_rest(two: Two, db: AsyncSession) -> None:
    await two.notice()
    (await two.fit()).expires_on = london_today() - timedelta(days=1)
    await db.commit()
    assert await two.notice() == 0
    fit = await two.fit()
    assert fit.status == FitStatus.EXPIRED
    assert "in time" in (await inbox(db, two.one.hr))[-1]
    fit.ended_at = func.now() - timedelta(days=91)
    await db.commit()
    assert await two.notice() == 1


async def test_a_third_body_makes_the_week_full(two: Two, db: AsyncSession) -> None:
    third = await make_two(db)
    assert two.post.role_id is not None
    await make_need(db, third.one, two.post.role_id, days_per_week=Decimal(1), office_days=1)
    assert await two.notice() == 2
    side = (await two.side(two.one)).side
    assert (side.bodies, side.total_days) == (3, Decimal(5))


LEFT_OUT: dict[str, dict[str, Any]] = {
    "a short assignment": {"kind": "short_assignment", "weeks": 8, "ends_on": None},
    "a draft": {"status": "draft"},
    "a full week": {"days_per_week": Decimal(5)},
}


@pytest.mark.parametrize("changes", LEFT_OUT.values(), ids=LEFT_OUT)
async def test_what_is_no_partial_need(db: AsyncSession, changes: dict[str, Any]) -> None:
    two = await make_two(db, **changes)
    assert await two.notice() == 0


async def test_bodies_that_are_not_verified_are_left_out(two: Two, db: AsyncSession) -> None:
    two.other.organisation.status = "suspended"
    await db.commit()
    assert await two.notice() == 0


async def test_posts_that_others_pledged_for_are_left_out(two: Two, db: AsyncSession) -> None:
    add = text(
        "INSERT INTO funding_total (id, opportunity_id, days, bodies, status)"
        " VALUES (gen_random_uuid(), :post, '1', :bodies, :status)"
    )
    await db.execute(add, {"post": two.post.id, "bodies": 1, "status": "open"})
    assert await two.notice() == 0
    await db.execute(text("UPDATE funding_total SET bodies = 0, status = 'closed'"))
    assert await two.notice() == 0
    await db.execute(text("UPDATE funding_total SET status = 'open'"))
    assert await two.notice() == 1


async def test_a_change_of_a_post_asks_the_worker_to_look(two: Two, db: AsyncSession) -> None:
    follow_posts()
    await two.notice()
    actor = await two.act(two.one.hr)
    await withdraw(db, actor, two.post.slug, reason="Filled another way.")
    await db.commit()
    asked = select(Outbox).where(Outbox.job == "cofunding.notice_fits")
    (row,) = (await db.scalars(asked)).all()
    assert row.arguments == {"opportunity_id": str(two.post.id)}
    await notice_fits(db, **row.arguments)
    assert (await two.fit()).status == FitStatus.WITHDRAWN


async def test_one_need_is_in_one_living_proposal_only(two: Two, db: AsyncSession) -> None:
    await two.notice()
    fit = Fit(days=Decimal(4), expires_on=london_today())
    db.add(fit)
    await db.flush()
    post = await db.get_one(Opportunity, two.post.id)
    values = {"role_name": "x", "is_remote": False, "expires_on": london_today(), "bodies": 2}
    db.add(
        FitSide(
            fit_id=fit.id,
            organisation_id=post.organisation_id,
            opportunity_id=post.id,
            days=Decimal(2),
            total_days=Decimal(4),
            **values,
        )
    )
    with pytest.raises(Exception, match="uq_fit_side_live"):
        await db.flush()


@pytest.mark.parametrize("never_again", [False, True])
async def test_what_ended_long_ago_is_forgotten(
    two: Two, db: AsyncSession, never_again: bool
) -> None:
    await two.notice()
    await two.agree()
    fit, actor = await two.fit(), await two.act(two.one.hr)
    assert (await two.side(two.one)).side.partners
    await commands.decline_fit(db, actor, fit_id=fit.id, reason="No.", never_again=never_again)
    assert (await two.side(two.one)).side.partners == []
    two.post.status = "hidden"
    for days, left in ((364, 1), (366, int(never_again))):
        (await two.fit()).ended_at = func.now() - timedelta(days=days)
        await db.commit()
        await two.notice()
        for table in (Fit, FitHistory):
            assert bool(await db.scalar(select(func.count()).select_from(table))) is bool(left)


async def test_a_proposal_says_no_region_that_one_of_its_posts_has_left(db: AsyncSession) -> None:
    two = await make_two(db, remote="remote")
    two.post.remote, two.post.office_days = "remote", None
    await db.commit()
    await two.notice()
    assert (await two.side(two.one)).side.region == "north_east"
    two.other_post.region = "wales"
    await db.commit()
    await two.notice()
    side = (await two.side(two.one)).side
    assert (side.status, side.region) == ("proposed", None)
