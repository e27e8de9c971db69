"""From a finished draft to an open post and its end: who may, what is told, what time does."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import london_today
from app.core.errors import MoveRefused, NotFound, Refused, RuleBroken
from app.core.outbox import Outbox
from app.core.permissions import Duty
from app.opportunities.domain import OpportunityAction, OpportunityKind, OpportunityStatus
from app.opportunities.finding.models import FormerPost, OpenPost
from app.opportunities.models import Opportunity, OpportunityQuestion, QuestionAsker
from app.opportunities.publishing import commands
from app.opportunities.publishing.domain import (
    HIDE_AFTER,
    NUDGE_AGAIN_AFTER,
    REVIEW_EVERY,
    Due,
    due_on,
    open_actions,
    review_day,
)
from app.opportunities.publishing.jobs import keep_dates
from app.worker import JOBS
from tests.messages import letters_to
from tests.opportunities.bodies import Body, make_body, moves, recorded
from tests.opportunities.posts import make_whole_post
from tests.people import make_member, make_organisation

TODAY = london_today()


@pytest.fixture
async def body(db: AsyncSession) -> Body:
    return await make_body(db)


@pytest.fixture
async def strict(db: AsyncSession) -> Body:
    """A body that wants a second person's approval."""
    return await make_body(db, needs_post_approval=True)


async def make(db: AsyncSession, body: Body, **changes: Any) -> Opportunity:
    """A complete post of the body, begun by its HR."""
    values = {"created_by_id": body.hr.person_id, **changes}
    return await make_whole_post(db, body.organisation.id, today=TODAY, **values)


async def subjects(db: AsyncSession, body: Body, who: str) -> list[str]:
    return [letter.subject for letter in await letters_to(db, body.members[who].work_email)]


async def test_a_post_is_approved_by_a_second_person_and_published(
    db: AsyncSession, strict: Body
) -> None:
    post = await make(db, strict)
    with pytest.raises(RuleBroken, match="second person must approve"):
        await commands.publish(db, strict.hr, post.slug)
    await commands.submit(db, strict.hr, post.slug)
    assert await subjects(db, strict, "signatory") == [f"Approve a post: {post.title}"]
    assert await subjects(db, strict, "hr") == []
    with pytest.raises(Refused, match="you wrote some of it"):
        await commands.approve(db, strict.hr, post.slug, seen=post.version)
    await commands.approve(db, strict.second, post.slug, seen=post.version)
    assert await subjects(db, strict, "hr") == [f"Approved: {post.title}"]
    assert post.approved_by_id == strict.second.person_id
    with pytest.raises(Refused):
        await commands.publish(db, strict.second, post.slug)
    await commands.publish(db, strict.hr, post.slug)
    assert await moves(db) == [
        ("draft", "awaiting_approval", "submit"),
        ("awaiting_approval", "approved", "approve"),
        ("approved", "open", "publish"),
    ]
    assert await recorded(db) == [
        f"opportunity.{verb}" for verb in ("submitted", "approved", "published")
    ]
    assert await db.scalar(select(OpenPost.slug)) == post.slug
    await db.refresh(post)
    assert post.published_at
    assert post.review_on == review_day(OpportunityKind.SHARED_POST, TODAY)


async def test_whoever_wrote_a_part_cannot_approve(db: AsyncSession, strict: Body) -> None:
    other = await make_member(db, strict.organisation, Duty.HR)
    post = await make(db, strict, writer_ids=[other.person_id, strict.second.person_id])
    with pytest.raises(RuleBroken, match="Nobody else in your organisation"):
        await commands.submit(db, strict.hr, post.slug)
    assert post.status == "draft"


async def test_an_approval_covers_what_was_read(db: AsyncSession, strict: Body) -> None:
    post = await make(db, strict, status="awaiting_approval")
    with pytest.raises(RuleBroken, match="Read it again"):
        await commands.approve(db, strict.second, post.slug, seen=post.version - 1)
    assert post.status == "awaiting_approval"


async def test_a_post_is_sent_back_with_a_reason(db: AsyncSession, strict: Body) -> None:
    post = await make(db, strict, status="awaiting_approval")
    await commands.send_back(db, strict.second, post.slug, reason="The pay is wrong")
    assert post.status == "draft"
    [letter] = await letters_to(db, strict.members["hr"].work_email)
    assert "The pay is wrong" in letter.text


@pytest.mark.parametrize("status", ["awaiting_approval", "approved", "scheduled"])
async def test_taking_back_ends_an_approval(db: AsyncSession, strict: Body, status: str) -> None:
    approved = {"approved_at": None, "approved_by_id": None}
    post = await make(db, strict, status=status, publish_on=TODAY + timedelta(days=2), **approved)
    if status != "awaiting_approval":
        post.approved_at, post.approved_by_id = post.created_at, strict.second.person_id
        await db.commit()
    await commands.recall(db, strict.hr, post.slug)
    assert (post.status, post.approved_by_id, post.publish_on) == ("draft", None, None)


async def test_no_approval_where_the_body_wants_none(db: AsyncSession, body: Body) -> None:
    post = await make(db, body)
    with pytest.raises(RuleBroken, match="wants no approval"):
        await commands.submit(db, body.hr, post.slug)


@pytest.mark.parametrize("kind", OpportunityKind)
async def test_nothing_incomplete_is_published(
    db: AsyncSession, body: Body, kind: OpportunityKind
) -> None:
    post = await make(db, body, kind=kind, contact_email=None)
    for command in (commands.publish, commands.submit):
        with pytest.raises(RuleBroken) as broken:
            await command(db, body.hr, post.slug)
        assert command is commands.submit or broken.value.errors[0].path == "/contact_email"
    assert post.status == "draft"
    assert await moves(db) == []


async def test_only_a_verified_body_publishes(db: AsyncSession) -> None:
    body = await make_body(db, status="applied")
    post = await make(db, body)
    with pytest.raises(Refused, match="not verified"):
        await commands.publish(db, body.hr, post.slug)


@pytest.mark.parametrize("who", ["hiring", "signatory", "member"])
async def test_only_hr_publishes_extends_and_withdraws(
    db: AsyncSession, body: Body, who: str
) -> None:
    draft, post = await make(db, body), await make(db, body, status="open")
    actor = body.actors[who]
    later = TODAY + timedelta(days=40)
    with pytest.raises(Refused):
        await commands.publish(db, actor, draft.slug)
    with pytest.raises(Refused):
        await commands.extend(db, actor, post.slug, closes_on=later, reason="More time")
    with pytest.raises(Refused):
        await commands.withdraw(db, actor, post.slug, reason="Not needed")


async def test_another_bodys_post_is_not_there(db: AsyncSession, body: Body) -> None:
    other = await make_body(db, "hr")
    post = await make(db, body, status="open")
    for command in (commands.fill, commands.confirm, commands.recall, commands.publish):
        with pytest.raises(NotFound):
            await command(db, other.hr, post.slug)


async def test_a_scheduled_post_opens_on_its_day(db: AsyncSession, body: Body) -> None:
    post, day = await make(db, body), TODAY + timedelta(days=3)
    await commands.schedule(db, body.hr, post.slug, publish_on=day)
    await commands.publish_due(db, day - timedelta(days=1))
    assert post.status == "scheduled"
    assert await db.scalar(select(OpenPost.slug)) is None
    for _ in range(2):
        await commands.publish_due(db, day)
    assert post.status == "open"
    assert (await moves(db))[-1] == ("scheduled", "open", "publish")
    assert len(await moves(db)) == 2
    assert await subjects(db, body, "hr") == [f"Published: {post.title}"]


@pytest.mark.parametrize(
    ("days", "message"),
    [(0, "must be after today"), (31, "must not be after it closes, ")],
)
async def test_days_on_which_a_post_cannot_open(
    db: AsyncSession, body: Body, days: int, message: str
) -> None:
    post = await make(db, body)
    with pytest.raises(RuleBroken, match=message):
        await commands.schedule(db, body.hr, post.slug, publish_on=TODAY + timedelta(days=days))


async def test_a_scheduled_post_that_cannot_open_is_a_draft_again_and_says_why(
    db: AsyncSession, body: Body
) -> None:
    post = await make(
        db, body, status="scheduled", publish_on=TODAY, closes_on=TODAY - timedelta(days=1)
    )
    await commands.publish_due(db, TODAY)
    assert (post.status, post.publish_on) == ("draft", None)
    [letter] = await letters_to(db, body.members["hr"].work_email)
    assert letter.subject == f"Not published: {post.title}"
    assert "Closing date must be today or in the future." in letter.text


async def test_the_last_day_ends_in_london(db: AsyncSession, body: Body) -> None:
    post = await make(db, body, status="open")
    assert post.closes_on
    await commands.close_due(db, post.closes_on)
    assert post.status == "open"
    for _ in range(2):
        await commands.close_due(db, post.closes_on + timedelta(days=1))
    assert post.status == "closed"
    assert await moves(db) == [("open", "closed", "close")]
    assert await subjects(db, body, "hr") == [f"Closed: {post.title}"]
    assert await db.scalar(select(FormerPost.status)) == "closed"


async def test_two_questions_then_hidden_then_back(db: AsyncSession, body: Body) -> None:
    post = await make(
        db, body, status="open", review_on=TODAY, closes_on=TODAY + timedelta(days=80),
        starts_on=TODAY + timedelta(days=90),
    )  # fmt: skip
    asked: list[str] = []
    for after in range(16):
        day = TODAY + timedelta(days=after)
        for _ in range(2):
            await commands.review_due(db, day)
        if post.status == "hidden":
            break
        asked = await subjects(db, body, "hr")
    assert day == TODAY + NUDGE_AGAIN_AFTER + HIDE_AFTER
    assert asked == [
        f"Does it still stand? {post.title}",
        f"Last question: does it still stand? {post.title}",
    ]
    assert await db.scalar(select(OpenPost.slug)) is None
    await commands.confirm(db, body.actors["hiring"], post.slug)
    assert (post.status, post.nudges_sent, post.nudged_on) == ("open", 0, None)
    assert post.review_on == review_day(OpportunityKind.SHARED_POST, TODAY)
    assert await db.scalar(select(OpenPost.slug)) == post.slug


async def test_posts_of_a_body_that_is_not_verified_any_more_are_hidden(
    db: AsyncSession, body: Body
) -> None:
    post = await make(db, body, status="open")
    body.organisation.status = "suspended"
    await db.commit()
    await keep_dates(db)
    assert post.status == "hidden"
    with pytest.raises(RuleBroken, match="not verified"):
        await commands.confirm(db, body.hr, post.slug)


async def test_the_timer_does_all_of_it_and_comes_back_while_more_is_left(
    db: AsyncSession, body: Body, monkeypatch: pytest.MonkeyPatch
) -> None:
    yesterday = TODAY - timedelta(days=1)
    for _ in range(2):
        await make(db, body, status="open", closes_on=yesterday)
    monkeypatch.setattr("app.opportunities.publishing.queries.BATCH", 1)
    monkeypatch.setattr("app.opportunities.publishing.jobs.BATCH", 1)
    await keep_dates(db)
    states = list(await db.scalars(select(Opportunity.status).order_by(Opportunity.status)))
    assert states == ["closed", "open"]
    jobs = list(await db.scalars(select(Outbox.job).where(Outbox.job.like("opportunities.%"))))
    assert jobs == ["opportunities.keep_dates"]


async def test_extending_gives_a_later_day_and_a_reason(db: AsyncSession, body: Body) -> None:
    post = await make(db, body, status="open", nudges_sent=1, nudged_on=TODAY)
    later = TODAY + timedelta(days=50)
    await commands.extend(db, body.hr, post.slug, closes_on=later, reason="Few answers")
    assert (post.closes_on, post.nudges_sent) == (later, 0)
    assert await db.scalar(select(OpenPost.closes_on)) == later
    for day, message in (
        (later, "must be after"),
        (TODAY + timedelta(days=90), "must be before the start date"),
    ):
        with pytest.raises(RuleBroken, match=message):
            await commands.extend(db, body.hr, post.slug, closes_on=day, reason="More")


@pytest.mark.parametrize("status", ["closed", "hidden"])
async def test_a_post_that_is_over_opens_again_by_extending(
    db: AsyncSession, body: Body, status: str
) -> None:
    post = await make(db, body, status=status, closes_on=TODAY - timedelta(days=3))
    with pytest.raises((RuleBroken, MoveRefused)):
        await commands.confirm(db, body.hr, post.slug)
    later = TODAY + timedelta(days=20)
    await commands.extend(db, body.hr, post.slug, closes_on=later, reason="Nobody found")
    assert post.status == "open"


async def test_withdrawing_tells_who_asked(db: AsyncSession, body: Body) -> None:
    post = await make(db, body, status="open")
    other = await make_organisation(db)
    asker = await make_member(db, other)
    for _ in range(2):
        question = OpportunityQuestion(opportunity_id=post.id, question="Why?")
        db.add(question)
        await db.flush()
        db.add(
            QuestionAsker(
                question_id=question.id, person_id=asker.person_id, organisation_id=other.id
            )
        )
    await db.commit()
    await commands.withdraw(db, body.hr, post.slug, reason="The money is gone")
    assert post.withdrawn_reason == "The money is gone"
    job = await db.scalar(select(Outbox).where(Outbox.job == "opportunities.tell_askers"))
    assert job
    await JOBS[job.job](db, **job.arguments)
    [letter] = await letters_to(db, asker.work_email)
    assert "The money is gone" in letter.text
    for command in (commands.confirm, commands.fill):
        with pytest.raises(MoveRefused):
            await command(db, body.hr, post.slug)


async def test_a_filled_post_is_closed(db: AsyncSession, body: Body) -> None:
    post = await make(db, body, status="open")
    await commands.fill(db, body.actors["hiring"], post.slug)
    assert post.status == "closed"
    assert await moves(db) == [("open", "closed", "fill")]


@given(st.integers(0, 40), st.integers(0, 2), st.integers(0, 40))
def test_never_stale_and_never_hidden_without_two_questions(
    late: int, sent: int, since: int
) -> None:
    """Whatever night was missed: each step waits a week for the one before it."""
    today = date(2027, 3, 1)
    nudged = today - timedelta(days=since) if sent else None
    due = due_on(today - timedelta(days=late), sent, nudged, today)
    if sent == 0:
        assert due is Due.NUDGE
    elif since < 7:
        assert due is None
    else:
        assert due is (Due.NUDGE if sent == 1 else Due.HIDE)


def test_nothing_is_asked_before_the_review_date() -> None:
    assert due_on(date(2027, 3, 2), 0, None, date(2027, 3, 1)) is None
    assert set(REVIEW_EVERY) == set(OpportunityKind)


@pytest.mark.parametrize("needs_approval", [True, False])
def test_what_can_be_done_next(needs_approval: bool) -> None:
    for status in OpportunityStatus:
        able = open_actions(status, needs_approval=needs_approval)
        assert not {OpportunityAction.HIDE, OpportunityAction.CLOSE} & set(able)
    draft = open_actions(OpportunityStatus.DRAFT, needs_approval=needs_approval)
    assert (OpportunityAction.SUBMIT in draft) == needs_approval
    assert (OpportunityAction.PUBLISH in draft) != needs_approval


async def test_without_the_new_terms_posts_are_withdrawn_but_not_opened(
    db: AsyncSession, body: Body
) -> None:
    draft, shown = await make(db, body), await make(db, body, status="open")
    late = replace(body.hr, acting_for=replace(body.hr.acting_for, has_terms=False))  # type: ignore[type-var]
    for attempt in (
        commands.publish(db, late, draft.slug),
        commands.schedule(db, late, draft.slug, publish_on=TODAY + timedelta(1)),
        commands.extend(db, late, shown.slug, closes_on=TODAY + timedelta(90), reason="More time."),
    ):
        with pytest.raises(Refused, match="has not accepted the new participation terms"):
            await attempt
    await commands.withdraw(db, late, shown.slug, reason="No longer needed.")
