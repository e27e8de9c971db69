"""Pledges made, changed, approved, sent back and withdrawn, and what that does to others."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.models import AuditEntry
from app.cofunding import commands, queries
from app.cofunding.changes import PledgeTerms, Wanted
from app.cofunding.domain import PledgeBasis, PledgeStatus
from app.cofunding.models import FundingTotal, PledgeHistory
from app.core.clock import london_today
from app.core.errors import MoveRefused, NotFound, Refused, RuleBroken, Stale
from app.core.permissions import Duty
from app.notifications.models import Message
from app.organisations.models import AuthorisationLimit
from tests.cofunding.region import DAYS, PERCENT, SUM, Region, make_body, make_region
from tests.people import as_actor, make_member, make_organisation


@pytest.fixture
async def region(db: AsyncSession) -> Region:
    return await make_region(db)


async def history(db: AsyncSession, pledge: Any) -> list[tuple[str | None, str, str]]:
    rows = await db.scalars(
        select(PledgeHistory)
        .where(PledgeHistory.pledge_id == pledge.id)
        .order_by(PledgeHistory.version)
    )
    return [(row.from_status, row.action, row.to_status) for row in rows]


async def last_move(db: AsyncSession, pledge: Any) -> PledgeHistory:
    found = await db.scalar(
        select(PledgeHistory)
        .where(PledgeHistory.pledge_id == pledge.id)
        .order_by(PledgeHistory.version.desc())
        .limit(1)
    )
    assert found is not None
    return found


async def subjects_to(db: AsyncSession, member: Any) -> list[str]:
    found = await db.scalars(
        select(Message.subject).where(Message.person_id == member.person_id).order_by(Message.id)
    )
    return [subject.split(":")[0] for subject in found]


async def chains(db: AsyncSession, action: str) -> set[Any]:
    return set(await db.scalars(select(AuditEntry.chain).where(AuditEntry.action == action)))


async def test_a_pledge_is_made_recorded_and_told(db: AsyncSession, region: Region) -> None:
    pledge = await region.pledge(region.eastmoor, "1.5", conditions="If our board agrees.")
    assert pledge.status == PledgeStatus.IN_PRINCIPLE
    assert await history(db, pledge) == [
        (None, "make", "interest"),
        ("interest", "raise", "in_principle"),
    ]
    assert await chains(db, "pledge.made") == {region.eastmoor.id, region.employer.id}
    assert await subjects_to(db, region.eastmoor.finance) == ["A pledge waits for finance"]
    assert await subjects_to(db, region.employer.finance) == ["Eastmoor District Council pledged"]
    assert await subjects_to(db, region.harbour.finance) == []
    total = await queries.get_total(db, region.post.id)
    assert total is not None
    assert (total.days, total.bodies, total.week) == ("1.5", 1, Decimal("5.00"))


async def test_the_same_again_changes_nothing(db: AsyncSession, region: Region) -> None:
    first = await region.pledge(region.eastmoor)
    version = first.version
    again = await region.pledge(region.eastmoor)
    assert again.id == first.id
    assert again.version == version
    assert len(await history(db, first)) == 2


async def test_a_change_needs_to_have_seen_the_pledge_as_it_is(region: Region) -> None:
    pledge = await region.pledge(region.eastmoor, "1")
    with pytest.raises(Stale):
        await region.pledge(region.eastmoor, "2", seen=pledge.version - 1)
    changed = await region.pledge(region.eastmoor, "2", seen=pledge.version)
    assert changed.amount == "2"


async def test_interest_and_back(db: AsyncSession, region: Region) -> None:
    pledge = await region.pledge(region.eastmoor, "1", in_principle=False)
    assert pledge.status == PledgeStatus.INTEREST
    await region.pledge(region.eastmoor, "1", in_principle=True, seen=pledge.version)
    assert pledge.status == PledgeStatus.IN_PRINCIPLE
    await region.pledge(region.eastmoor, "2", in_principle=False, seen=pledge.version)
    assert pledge.status == PledgeStatus.INTEREST
    moves = [action for _, action, _ in await history(db, pledge)]
    assert moves == ["make", "raise", "change", "lower"]
    assert (await last_move(db, pledge)).changes == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"amount": "6"}, "over-pledged"),
        ({"amount": "0"}, "amount-not-above-zero"),
        ({"amount": "101", "basis": PERCENT}, "over-pledged"),
        ({"amount": "99999999.00", "basis": SUM}, "sum-above-cost"),
        ({"amount": "9000.00", "basis": SUM, "ceiling": Decimal(5)}, "ceiling-below-sum"),
        ({"ends_on": london_today() - timedelta(days=1)}, "ended-already"),
    ],
)
async def test_what_cannot_be_pledged(region: Region, changes: dict[str, Any], code: str) -> None:
    with pytest.raises(RuleBroken) as caught:
        await region.pledge(region.eastmoor, **changes)
    assert caught.value.code == code


async def test_more_than_others_leave_is_refused_with_how_much(region: Region) -> None:
    await region.pledge(region.eastmoor, "3")
    with pytest.raises(RuleBroken) as caught:
        await region.pledge(region.harbour, "50", PERCENT)
    assert "0.5 days more than the 5 days of the post" in caught.value.message
    mine = await region.pledge(region.harbour, "2")
    with pytest.raises(RuleBroken):
        await region.pledge(region.harbour, "2.25", seen=mine.version)


async def test_who_may_not_pledge(db: AsyncSession, region: Region) -> None:
    with pytest.raises(Refused):
        await region.pledge(region.employer)
    with pytest.raises(Refused):
        await region.pledge(region.eastmoor, by=region.eastmoor.staff)
    unverified = await make_organisation(db, status="applied")
    member = await make_member(db, unverified, Duty.HR)
    wanted = Wanted(PledgeTerms(DAYS, "1"), in_principle=True)
    with pytest.raises(NotFound):
        await commands.make_pledge(db, await as_actor(db, member), slug=region.slug, wanted=wanted)


@pytest.mark.parametrize(
    "changes",
    [
        {"audience": "own"},
        {"audience": "named"},
        {"status": "hidden"},
        {"status": "draft"},
        {"closes_on": london_today() - timedelta(days=1)},
        {"kind": "secondment_wanted"},
    ],
)
async def test_posts_that_a_body_may_not_see_look_like_none(
    db: AsyncSession, changes: dict[str, Any]
) -> None:
    region = await make_region(db, **changes)
    with pytest.raises(NotFound):
        await region.pledge(region.eastmoor)


async def test_a_named_body_may_pledge(db: AsyncSession) -> None:
    region = await make_region(db, audience="named")
    region.post.named_organisation_ids = [region.harbour.id]
    await db.commit()
    assert (await region.pledge(region.harbour)).status == PledgeStatus.IN_PRINCIPLE
    with pytest.raises(NotFound):
        await region.pledge(region.eastmoor)


async def test_finance_approves_what_others_made(db: AsyncSession, region: Region) -> None:
    pledge = await region.pledge(region.eastmoor)
    await region.approve(region.eastmoor)
    assert pledge.status == PledgeStatus.APPROVED
    figures = pledge.approved_figures
    assert figures is not None
    made = await region.figures()
    assert queries.terms_of(await region.funding()).plain() == figures["terms"]
    assert sum(figures["years"].values()) == made.total_of(region.eastmoor.slug)
    assert await chains(db, "pledge.approved") == {region.eastmoor.id, region.employer.id}
    assert "Your pledge is approved" in await subjects_to(db, region.eastmoor.hr)


async def test_nobody_approves_their_own_pledge(db: AsyncSession, region: Region) -> None:
    second = await make_member(db, region.eastmoor.organisation, Duty.FINANCE_OFFICER)
    pledge = await region.pledge(region.eastmoor, "1", by=region.eastmoor.finance)
    with pytest.raises(Refused):
        await region.approve(region.eastmoor)
    await region.approve(region.eastmoor, by=second)
    await region.pledge(region.eastmoor, "2", seen=pledge.version, by=second)
    assert pledge.status == PledgeStatus.IN_PRINCIPLE
    for officer in (region.eastmoor.finance, second):
        with pytest.raises(Refused):
            await region.approve(region.eastmoor, by=officer)


async def test_only_finance_of_that_body_approves(db: AsyncSession, region: Region) -> None:
    await region.pledge(region.eastmoor)
    with pytest.raises(Refused):
        await region.approve(region.eastmoor, by=region.eastmoor.hr)
    with pytest.raises(NotFound):
        await region.approve(region.eastmoor, by=region.harbour.finance)
    with pytest.raises(NotFound):
        await region.approve(region.eastmoor, by=region.employer.finance)


async def test_an_interest_cannot_be_approved(region: Region) -> None:
    await region.pledge(region.eastmoor, in_principle=False)
    with pytest.raises(MoveRefused):
        await region.approve(region.eastmoor)


async def test_the_limit_of_the_duty_holds(db: AsyncSession, region: Region) -> None:
    pledge = await region.pledge(region.eastmoor)
    pence = (await region.figures()).total_of(region.eastmoor.slug)
    limit = AuthorisationLimit(
        organisation_id=region.eastmoor.id,
        duty=Duty.FINANCE_OFFICER,
        amount=Decimal(pence - 1) / 100,
    )
    db.add(limit)
    await db.commit()
    with pytest.raises(RuleBroken) as caught:
        await region.approve(region.eastmoor)
    assert caught.value.code == "above-limit"
    limit.amount = Decimal(pence) / 100
    await db.commit()
    await region.approve(region.eastmoor)
    assert pledge.status == PledgeStatus.APPROVED


async def test_figures_other_than_those_seen_are_not_approved(region: Region) -> None:
    await region.pledge(region.eastmoor)
    seen = (await region.figures()).sha256
    await region.pledge(region.harbour, "1")
    actor = await region.act(region.eastmoor.finance)
    with pytest.raises(Stale):
        await commands.approve_pledge(region.db, actor, slug=region.slug, seen_sha256=seen)


async def test_another_partner_with_days_leaves_an_approval_alone(region: Region) -> None:
    mine = await region.pledge(region.eastmoor)
    await region.approve(region.eastmoor)
    await region.pledge(region.harbour, "2")
    assert mine.status == PledgeStatus.APPROVED


async def test_a_partner_who_changes_what_others_pay_sets_them_back_and_says_so(
    db: AsyncSession, region: Region
) -> None:
    mine = await region.pledge(region.eastmoor)
    await region.approve(region.eastmoor)
    before = (await region.figures()).by_body[region.eastmoor.slug]
    await region.pledge(region.harbour, "9000.00", SUM)
    after = (await region.figures()).by_body[region.eastmoor.slug]
    assert mine.status == PledgeStatus.IN_PRINCIPLE
    assert mine.approved_by_id is None
    move = await last_move(db, mine)
    assert (move.action, move.from_status) == ("set_back", "approved")
    assert move.reason == "Harbour NHS Trust pledged £9,000.00 a year."
    assert move.figures["before"] == {str(year): pence for year, pence in before.items()}
    assert move.figures["after"] == {str(year): pence for year, pence in after.items()}
    assert "Your approval was set back" in await subjects_to(db, region.eastmoor.finance)
    assert await chains(db, "pledge.set_back") == {region.eastmoor.id, region.employer.id}


async def test_a_withdrawal_gives_the_days_back(db: AsyncSession, region: Region) -> None:
    pledge = await region.pledge(region.eastmoor, "3")
    other = await region.pledge(region.harbour, "2")
    await region.approve(region.harbour)
    actor = await region.act(region.eastmoor.hr)
    await commands.withdraw_pledge(db, actor, slug=region.slug, reason="Our plans changed.")
    assert pledge.status == PledgeStatus.WITHDRAWN
    assert other.status == PledgeStatus.APPROVED
    funding = await region.funding()
    assert funding.party_ids == [region.harbour.id]
    assert set(funding.body_ids) == {region.eastmoor.id, region.harbour.id}
    with pytest.raises(NotFound):
        await commands.withdraw_pledge(db, actor, slug=region.slug)
    again = await region.pledge(region.eastmoor, "1")
    assert again.id != pledge.id
    total = await db.scalar(
        select(FundingTotal)
        .where(FundingTotal.opportunity_id == region.post.id)
        .execution_options(populate_existing=True)
    )
    assert total is not None
    assert (total.days, total.bodies) == ("3", 2)


async def test_a_sum_that_goes_sets_the_others_back(region: Region) -> None:
    mine = await region.pledge(region.eastmoor)
    await region.pledge(region.harbour, "9000.00", SUM)
    await region.approve(region.eastmoor)
    actor = await region.act(region.harbour.hr)
    await commands.withdraw_pledge(region.db, actor, slug=region.slug)
    assert mine.status == PledgeStatus.IN_PRINCIPLE


async def test_finance_sends_back_with_a_reason(db: AsyncSession, region: Region) -> None:
    pledge = await region.pledge(region.eastmoor)
    await region.approve(region.eastmoor)
    actor = await region.act(region.eastmoor.finance)
    for status in (PledgeStatus.IN_PRINCIPLE, PledgeStatus.INTEREST):
        await commands.send_back_pledge(db, actor, slug=region.slug, reason="Too much.")
        assert pledge.status == status
    with pytest.raises(MoveRefused):
        await commands.send_back_pledge(db, actor, slug=region.slug, reason="Too much.")
    assert (await last_move(db, pledge)).reason == "Too much."
    assert (await subjects_to(db, region.eastmoor.hr))[-1] == "Finance sent a pledge back"


async def test_the_employer_turns_a_pledge_down(db: AsyncSession, region: Region) -> None:
    pledge = await region.pledge(region.eastmoor)
    officer = await region.act(region.employer.finance)
    for actor in (await region.act(region.employer.hr), await region.act(region.harbour.finance)):
        with pytest.raises(Refused):
            await commands.turn_down_pledge(
                db, actor, slug=region.slug, body=region.eastmoor.slug, reason="No."
            )
    await commands.turn_down_pledge(
        db, officer, slug=region.slug, body=region.eastmoor.slug, reason="Too few days."
    )
    assert pledge.status == PledgeStatus.RELEASED
    assert "Your pledge is not taken up" in await subjects_to(db, region.eastmoor.hr)
    with pytest.raises(NotFound):
        await commands.turn_down_pledge(
            db, officer, slug=region.slug, body=region.eastmoor.slug, reason="Again."
        )


async def test_pledges_lapse_after_their_last_day(db: AsyncSession, region: Region) -> None:
    today = london_today()
    kept = await region.pledge(region.eastmoor, "1", ends_on=today)
    gone = await region.pledge(region.harbour, "1", ends_on=today)
    gone.ends_on = today - timedelta(days=1)
    await db.commit()
    assert await commands.lapse_pledges(db) == 1
    assert await commands.lapse_pledges(db) == 0
    assert (kept.status, gone.status) == (PledgeStatus.IN_PRINCIPLE, PledgeStatus.LAPSED)
    assert "Your pledge has lapsed" in await subjects_to(db, region.harbour.hr)
    assert "A pledge has lapsed" in await subjects_to(db, region.employer.hr)


async def test_a_pledge_past_its_day_cannot_be_approved(db: AsyncSession, region: Region) -> None:
    pledge = await region.pledge(region.eastmoor, ends_on=london_today())
    pledge.ends_on = london_today() - timedelta(days=1)
    await db.commit()
    with pytest.raises(RuleBroken) as caught:
        await region.approve(region.eastmoor)
    assert caught.value.code == "ended-already"


async def test_without_a_cost_days_can_be_pledged_but_not_approved(db: AsyncSession) -> None:
    region = await make_region(db, cost_inputs=None)
    await region.pledge(region.eastmoor, "9999999.00", SUM)
    actor = await region.act(region.eastmoor.finance)
    with pytest.raises(RuleBroken) as caught:
        await commands.approve_pledge(db, actor, slug=region.slug, seen_sha256="")
    assert caught.value.code == "no-figures"


async def test_bodies_see_only_what_they_may(db: AsyncSession, region: Region) -> None:
    await region.pledge(region.eastmoor)
    stranger = await make_body(db)
    party = await queries.get_shared_post(db, await region.act(region.eastmoor.hr), region.slug)
    prospect = await queries.get_shared_post(db, await region.act(stranger.hr), region.slug)
    employer = await queries.get_shared_post(db, await region.act(region.employer.hr), region.slug)
    assert (party.is_party, prospect.is_party, employer.is_party) == (True, False, False)
    assert [offer.body for offer in prospect.offers] == ["001"]
    region.post.status = "closed"
    await db.commit()
    with pytest.raises(NotFound):
        await queries.get_shared_post(db, await region.act(stranger.hr), region.slug)
    again = await queries.get_shared_post(db, await region.act(region.eastmoor.hr), region.slug)
    assert again.is_party
    assert not again.is_open


async def test_every_pledge_of_one_body_counts_once(db: AsyncSession, region: Region) -> None:
    await region.pledge(region.eastmoor, "1/3")
    assert await db.scalar(select(func.count()).select_from(FundingTotal)) == 1
    total = await queries.get_total(db, region.post.id)
    assert total is not None
    assert total.days == "1/3"
    assert PledgeBasis.DAYS == DAYS
