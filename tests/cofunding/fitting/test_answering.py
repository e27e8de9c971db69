"""From two answers to a joint draft and a pledge, and every turn that it may take on the way."""

import uuid
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.models import AuditEntry
from app.cofunding.fitting import commands, queries
from app.cofunding.fitting.domain import Employs, FitStatus
from app.cofunding.fitting.models import FitHistory
from app.cofunding.models import Pledge
from app.core.clock import london_today
from app.core.errors import MoveRefused, NotFound, Refused
from app.opportunities.finding.projection import project
from app.opportunities.models import Opportunity
from app.opportunities.writing.commands import delete_draft
from tests.cofunding.fitting.made import Two, inbox, make_two
from tests.cofunding.made import base_inputs
from tests.cofunding.region import make_body


@pytest.fixture
async def two(db: AsyncSession) -> Two:
    made = await make_two(db, checks=["nppv3"])
    await made.notice()
    return made


async def test_both_accept_and_are_told_of_each_other(two: Two, db: AsyncSession) -> None:
    side = await two.accept(two.one, Employs.WE)
    assert (side.status, side.partners) == (FitStatus.PROPOSED, [])
    assert (await two.side(two.other)).side.partners == []
    await two.accept(two.other, Employs.OTHERS)
    mine, theirs = await two.side(two.one), await two.side(two.other)
    assert mine.status == theirs.status == FitStatus.AGREED
    assert (mine.side.is_lead, theirs.side.is_lead) == (True, False)
    (partner,) = mine.side.partners
    assert (partner["name"], partner["days"]) == ("Greywater Police", "2.00")
    assert "makes the draft of the post" in (await inbox(db, two.other.hr))[-1]
    assert "the next step is yours" in (await inbox(db, two.one.hr))[-1]
    entries = await db.scalars(
        select(AuditEntry.action).where(AuditEntry.chain == two.one.id).order_by(AuditEntry.id)
    )
    assert list(entries) == ["fit.proposed", "fit.accepted", "fit.agreed"]


async def test_the_same_answer_twice_is_one(two: Two, db: AsyncSession) -> None:
    for _ in range(2):
        await two.accept(two.one)
    assert (await two.fit()).status == FitStatus.PROPOSED
    assert list(await db.scalars(select(FitHistory.action))) == ["accept"]


async def test_who_employs_is_settled_by_changing_what_was_said(two: Two, db: AsyncSession) -> None:
    await two.accept(two.one, Employs.WE)
    await two.accept(two.other, Employs.WE)
    side = (await two.side(two.one)).side
    assert (side.status, side.is_lead) == (FitStatus.AGREED, None)
    actor = await two.act(two.one.hr)
    with pytest.raises(Refused, match="employs the person makes the draft"):
        await commands.draft_joint_post(db, actor, fit_id=side.fit_id)
    await two.accept(two.other, Employs.EITHER)
    assert (await two.side(two.one)).side.is_lead
    assert "the next step is yours" in (await inbox(db, two.one.hr))[-1]


async def test_the_draft_says_what_both_need(two: Two, db: AsyncSession) -> None:
    two.other_post.starts_on = london_today() + timedelta(days=120)
    await db.commit()
    await two.agree()
    fit, actor = await two.fit(), await two.act(two.one.hr)
    slug = await commands.draft_joint_post(db, actor, fit_id=fit.id)
    assert await commands.draft_joint_post(db, actor, fit_id=fit.id) == slug
    await db.commit()
    post = (await db.scalars(select(Opportunity).where(Opportunity.slug == slug))).one()
    assert (post.kind, post.status) == ("shared_post", "draft")
    assert post.title == "Security architect for two organisations"
    assert (post.days_per_week, post.organisation_id) == (Decimal(4), two.one.id)
    assert post.starts_on == london_today() + timedelta(days=120)
    assert post.checks == ["bpss", "sc", "nppv3"]
    assert post.role_id == two.post.role_id
    assert (post.pay_from, post.pay_to) == (Decimal(58000), Decimal(64000))
    assert (post.audience, post.named_organisation_ids) == ("named", [two.other.id])
    assert "For Greywater Police, 2 days a week:" in (post.description or "")
    for body in (two.one, two.other):
        side = (await two.side(body)).side
        assert (side.status, side.joint_slug) == (FitStatus.DRAFTED, slug)
    assert "being written" in (await inbox(db, two.other.hr))[-1]
    assert await two.notice() == 0, "needs that are joined are not put again"


async def test_a_deleted_draft_can_be_made_again(two: Two, db: AsyncSession) -> None:
    await two.agree()
    fit, actor = await two.fit(), await two.act(two.one.hr)
    slug = await commands.draft_joint_post(db, actor, fit_id=fit.id)
    await db.commit()
    await delete_draft(db, actor, slug)
    await db.commit()
    assert (await two.side(two.one)).side.joint_opportunity_id is None
    again = await commands.draft_joint_post(db, actor, fit_id=fit.id)
    assert again != slug


async def open_joint_post(two: Two) -> str:
    """The draft, filled in as its writer would and opened."""
    await two.agree()
    fit, actor = await two.fit(), await two.act(two.one.hr)
    slug = await commands.draft_joint_post(two.db, actor, fit_id=fit.id)
    post = (await two.db.scalars(select(Opportunity).where(Opportunity.slug == slug))).one()
    post.status, post.cost_inputs = "open", base_inputs()
    post.published_at, post.review_on = two.post.published_at, two.post.review_on
    post.closes_on = two.post.closes_on
    await project(two.db, post.id)
    await two.db.commit()
    return slug


async def test_the_others_confirm_their_days_once_it_is_open(two: Two, db: AsyncSession) -> None:
    slug = await open_joint_post(two)
    await two.notice()
    await two.notice()
    (told,) = [m for m in await inbox(db, two.other.hr) if "The joint post is open" in m]
    assert "2 days a week" in told
    assert not [m for m in await inbox(db, two.one.hr) if "The joint post is open" in m]
    fit, actor = await two.fit(), await two.act(two.other.hr)
    assert (await commands.confirm_pledge(db, actor, fit_id=fit.id))[0] == slug
    await db.commit()
    pledge = (await db.scalars(select(Pledge))).one()
    assert (pledge.status, pledge.basis, pledge.amount) == ("interest", "days", "2")
    lead = await two.act(two.one.hr)
    with pytest.raises(NotFound):
        await commands.confirm_pledge(db, lead, fit_id=fit.id)


async def test_nobody_confirms_before_it_is_open(two: Two, db: AsyncSession) -> None:
    await two.agree()
    fit = await two.fit()
    await commands.draft_joint_post(db, await two.act(two.one.hr), fit_id=fit.id)
    await two.notice()
    assert not [m for m in await inbox(db, two.other.hr) if "The joint post is open" in m]
    actor = await two.act(two.other.hr)
    with pytest.raises(NotFound):
        await commands.confirm_pledge(db, actor, fit_id=fit.id)


@pytest.mark.parametrize("accepted", [(), ("one",), ("one", "other")])
async def test_declined_before_and_after_accepting(
    two: Two, db: AsyncSession, accepted: tuple[str, ...]
) -> None:
    for name in accepted:
        await two.accept(getattr(two, name))
    fit, actor = await two.fit(), await two.act(two.one.hr)
    for _ in range(2):
        await commands.decline_fit(db, actor, fit_id=fit.id, reason="Too far.", never_again=False)
    await db.commit()
    assert (await two.fit()).status == FitStatus.DECLINED
    assert (await two.side(two.one)).side.reason == "Too far."
    other = (await two.side(two.other)).side
    assert (other.status, other.reason) == (FitStatus.DECLINED, None)
    (told,) = [m for m in await inbox(db, two.other.hr) if "will not come about" in m]
    assert "Too far." not in told
    with pytest.raises(MoveRefused):
        await two.accept(two.other)
    assert await two.notice() == 0, "declined posts rest"


@pytest.mark.parametrize("never_again", [True, False])
async def test_never_again_is_for_good(two: Two, db: AsyncSession, never_again: bool) -> None:
    fit, actor = await two.fit(), await two.act(two.one.hr)
    await commands.decline_fit(db, actor, fit_id=fit.id, reason="No.", never_again=never_again)
    (await two.fit()).ended_at = two.post.published_at - timedelta(days=200)  # type: ignore[operator]
    await db.commit()
    assert await two.notice() == (0 if never_again else 1)


async def test_a_post_that_went_in_between_is_not_agreed_on(two: Two, db: AsyncSession) -> None:
    await two.accept(two.one)
    two.post.status = "hidden"
    await db.commit()
    fit, actor = await two.fit(), await two.act(two.other.hr)
    with pytest.raises(MoveRefused, match="no longer fit together"):
        async with db.begin_nested():
            await commands.accept_fit(db, actor, fit_id=fit.id, employs=Employs.WE)
    assert (await two.side(two.other)).side.partners == []


ENDED: dict[str, Any] = {"withdrawn": "closed", "expired": "open"}


@pytest.mark.parametrize("end", ENDED)
async def test_nothing_is_answered_after_the_end(two: Two, db: AsyncSession, end: str) -> None:
    await two.accept(two.one)
    two.post.status = ENDED[end]
    if end == "expired":
        (await two.fit()).expires_on = london_today() - timedelta(days=1)
    await db.commit()
    await two.notice()
    fit = await two.fit()
    assert fit.status == end
    for body in (two.one, two.other):
        with pytest.raises(MoveRefused):
            await two.accept(body)
        actor = await two.act(body.hr)
        with pytest.raises(MoveRefused):
            await commands.decline_fit(db, actor, fit_id=fit.id, reason="No.", never_again=True)


async def test_who_may_answer(two: Two, db: AsyncSession) -> None:
    fit, third = await two.fit(), await make_body(db)
    for member in (two.one.finance, two.one.staff):
        with pytest.raises(Refused):
            await commands.accept_fit(db, await two.act(member), fit_id=fit.id, employs=Employs.WE)
    stranger = await two.act(third.hr)
    for act in (
        commands.accept_fit(db, stranger, fit_id=fit.id, employs=Employs.WE),
        commands.decline_fit(db, stranger, fit_id=fit.id, reason="x", never_again=False),
        commands.draft_joint_post(db, stranger, fit_id=fit.id),
        commands.confirm_pledge(db, stranger, fit_id=fit.id),
        commands.accept_fit(db, stranger, fit_id=uuid.uuid4(), employs=Employs.WE),
    ):
        with pytest.raises(NotFound):
            await act


async def test_without_the_terms_a_body_may_decline_only(two: Two, db: AsyncSession) -> None:
    fit, actor = await two.fit(), await two.act(two.one.hr)
    assert actor.acting_for is not None
    late = replace(actor, acting_for=replace(actor.acting_for, has_terms=False))
    with pytest.raises(Refused, match="participation terms"):
        await commands.accept_fit(db, late, fit_id=fit.id, employs=Employs.WE)
    await commands.decline_fit(db, late, fit_id=fit.id, reason="No.", never_again=False)


async def test_a_body_keeps_its_private_posts_out(db: AsyncSession) -> None:
    two = await make_two(db, secret=True)
    actor = await two.act(two.other.hr)
    assert await queries.uses_private(db, actor)
    await two.notice()
    for uses_private in (True, False):
        await commands.choose_posts(db, actor, uses_private=uses_private)
    assert not await queries.uses_private(db, actor)
    await two.notice()
    assert (await two.fit()).status == FitStatus.WITHDRAWN
    two.other_post.audience = "named"
    two.other_post.named_organisation_ids = [two.one.id]
    await db.commit()
    assert await two.notice() == 1, "with a body that may see the post it is compared"


async def test_the_draft_waits_for_whoever_makes_it(two: Two, db: AsyncSession) -> None:
    await two.accept(two.one, Employs.WE)
    await two.accept(two.other, Employs.WE)
    for body in (two.one, two.other):
        assert len(await queries.list_waiting(db, await two.act(body.hr), 10)) == 1
    await two.accept(two.other, Employs.OTHERS)
    assert len(await queries.list_waiting(db, await two.act(two.one.hr), 10)) == 1
    assert await queries.list_waiting(db, await two.act(two.other.hr), 10) == []
