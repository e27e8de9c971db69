"""Every move of a post: to approval, to the public, through its reviews, and to its end."""

from dataclasses import replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.commands import record
from app.core.actor import SYSTEM, Actor
from app.core.clock import london_today
from app.core.errors import FieldFault, RuleBroken
from app.core.outbox import enqueue
from app.core.words import day_in_words
from app.opportunities import queries as posts
from app.opportunities import telling
from app.opportunities.commands import finish_change, move
from app.opportunities.domain import (
    OPPORTUNITY,
    OpportunityAction,
    OpportunityKind,
    OpportunityStatus,
    PostFacts,
    is_over,
)
from app.opportunities.models import Opportunity
from app.opportunities.permissions import may_approve, may_manage, may_publish, may_take_down
from app.opportunities.publishing import queries
from app.opportunities.publishing.domain import NUDGES, Due, due_on, review_day
from app.opportunities.writing.domain import Gap, Section, gaps, gaps_in
from app.organisations.domain import OrganisationStatus
from app.organisations.queries import organisation_by_id

TELL_ASKERS: Final = "opportunities.tell_askers"
_REVIEWED: Final = (OpportunityStatus.OPEN, OpportunityStatus.HIDDEN)


async def submit(db: AsyncSession, actor: Actor, slug: str) -> None:
    """Ask for a second person's approval.

    Raises NotFound, Refused, MoveRefused, RuleBroken for a post that is not complete, a body that
    wants no approval, or one in which nobody else could give it.
    """
    post = await posts.lock_opportunity(db, actor, slug)
    may_manage(actor, post).require()
    before = await posts.get_facts(db, post)
    if not (await organisation_by_id(db, post.organisation_id)).needs_post_approval:
        raise RuleBroken("approval-not-needed", "Your organisation wants no approval of posts.")
    _require_complete(before)
    readers = await telling.approvers(db, post, but=[post.created_by_id, *post.writer_ids])
    if not readers:
        raise RuleBroken(
            "nobody-to-approve",
            "Nobody else in your organisation can approve posts. Ask an administrator to give "
            "somebody the duty HR or authorised signatory.",
        )
    await move(db, actor, post, OpportunityAction.SUBMIT)
    await telling.tell(db, post, telling.APPROVAL_WANTED, readers)
    await _end(db, actor, post, before, "opportunity.submitted")


async def approve(db: AsyncSession, actor: Actor, slug: str, *, seen: int) -> None:
    """Approve a post as it was read: `seen` is its version then.

    Raises NotFound, Refused for who wrote any of it, MoveRefused where it is another by now.
    """
    post = await posts.lock_opportunity(db, actor, slug)
    may_approve(actor, post).require()
    before = await posts.get_facts(db, post)
    OPPORTUNITY.after(before.status, OpportunityAction.APPROVE)
    if post.version != seen:
        raise RuleBroken("post-changed", "The post was changed since you opened it. Read it again.")
    await move(db, actor, post, OpportunityAction.APPROVE)
    post.approved_at, post.approved_by_id = func.now(), actor.person_id
    await _end(db, actor, post, before, "opportunity.approved")
    await telling.tell_writers(db, post, telling.APPROVED, but=actor.person_id)


async def send_back(db: AsyncSession, actor: Actor, slug: str, *, reason: str) -> None:
    """Make a post that waits a draft again, with a reason. Raises as `approve` does."""
    post = await posts.lock_opportunity(db, actor, slug)
    may_approve(actor, post).require()
    before = await posts.get_facts(db, post)
    await move(db, actor, post, OpportunityAction.SEND_BACK, reason=reason)
    await _end(db, actor, post, before, "opportunity.sent_back")
    await telling.tell_writers(db, post, telling.SENT_BACK, but=actor.person_id, reason=reason)


async def recall(db: AsyncSession, actor: Actor, slug: str) -> None:
    """Take a post that is not yet open back to a draft; its approval falls.

    Raises NotFound, Refused, MoveRefused.
    """
    post = await posts.lock_opportunity(db, actor, slug)
    may_manage(actor, post).require()
    before = await posts.get_facts(db, post)
    await _to_draft(db, actor, post)
    await _end(db, actor, post, before, "opportunity.recalled")


async def publish(db: AsyncSession, actor: Actor, slug: str) -> None:
    """Open a post now.

    Raises NotFound, Refused, MoveRefused, RuleBroken where it is not complete or not approved.
    """
    post = await posts.lock_opportunity(db, actor, slug)
    may_publish(actor, post).require()
    await _require_approval(db, post)
    before = await posts.get_facts(db, post)
    _require_complete(before)
    await _open(db, actor, post, before)
    await telling.tell_writers(db, post, telling.PUBLISHED, but=actor.person_id)


async def schedule(db: AsyncSession, actor: Actor, slug: str, *, publish_on: date) -> None:
    """Open a post at the beginning of a later day. Raises as `publish` does."""
    post = await posts.lock_opportunity(db, actor, slug)
    may_publish(actor, post).require()
    await _require_approval(db, post)
    before = await posts.get_facts(db, post)
    _require_complete(before)
    if publish_on <= london_today():
        raise _date_fault("publish_on", "Day of publishing must be after today")
    if is_over(before.closes_on, publish_on):
        closes = day_in_words(before.closes_on) if before.closes_on else ""
        raise _date_fault("publish_on", f"Day of publishing must not be after it closes, {closes}")
    await move(db, actor, post, OpportunityAction.SCHEDULE)
    post.publish_on = publish_on
    await _end(db, actor, post, before, "opportunity.scheduled", on=publish_on)


async def extend(
    db: AsyncSession, actor: Actor, slug: str, *, closes_on: date, reason: str
) -> None:
    """Give a published post a later closing date, with a reason; a closed one opens again.

    Raises NotFound, Refused, MoveRefused, RuleBroken where the day does not fit.
    """
    post = await posts.lock_opportunity(db, actor, slug)
    may_publish(actor, post).require()
    before = await posts.get_facts(db, post)
    OPPORTUNITY.after(before.status, OpportunityAction.EXTEND)
    if post.closes_on is not None and closes_on <= post.closes_on:
        raise _date_fault("closes_on", f"Closing date must be after {day_in_words(post.closes_on)}")
    _require(gaps_in(replace(before, closes_on=closes_on), Section.CLOSING, london_today()))
    _require_complete(replace(before, closes_on=closes_on))
    await move(db, actor, post, OpportunityAction.EXTEND, reason=reason)
    post.closes_on = closes_on
    _reviewed(post)
    await _end(db, actor, post, before, "opportunity.extended", on=closes_on)


async def confirm(db: AsyncSession, actor: Actor, slug: str) -> None:
    """Say that a post still stands; a hidden one is shown again.

    Raises NotFound, Refused, MoveRefused, RuleBroken where its last day has passed.
    """
    post = await posts.lock_opportunity(db, actor, slug)
    may_manage(actor, post).require()
    before = await posts.get_facts(db, post)
    OPPORTUNITY.after(before.status, OpportunityAction.CONFIRM)
    _require_complete(before)
    if before.status is OpportunityStatus.HIDDEN:
        await _require_verified(db, post)
    await move(db, actor, post, OpportunityAction.CONFIRM)
    _reviewed(post)
    await _end(db, actor, post, before, "opportunity.confirmed")


async def withdraw(db: AsyncSession, actor: Actor, slug: str, *, reason: str) -> None:
    """Take a published post away for good, with a reason; who asked about it is told.

    Raises NotFound, Refused, MoveRefused.
    """
    post = await posts.lock_opportunity(db, actor, slug)
    may_take_down(actor, post).require()
    before = await posts.get_facts(db, post)
    await move(db, actor, post, OpportunityAction.WITHDRAW, reason=reason)
    post.withdrawn_reason = reason
    await _end(db, actor, post, before, "opportunity.withdrawn")
    await enqueue(db, TELL_ASKERS, opportunity_id=str(post.id))


async def fill(db: AsyncSession, actor: Actor, slug: str) -> None:
    """Close a post because somebody was found. Raises NotFound, Refused, MoveRefused."""
    post = await posts.lock_opportunity(db, actor, slug)
    may_manage(actor, post).require()
    before = await posts.get_facts(db, post)
    await move(db, actor, post, OpportunityAction.FILL)
    await _end(db, actor, post, before, "opportunity.filled")


async def publish_due(db: AsyncSession, today: date) -> int:
    """Open scheduled posts whose day has come; what cannot be opened is a draft again.

    Gives how many there were, at most one batch.
    """
    found = await queries.lock_to_publish(db, today)
    for post in found:
        before = await posts.get_facts(db, post)
        wrong = await _why_not(db, post, before, today)
        if not wrong:
            await _open(db, SYSTEM, post, before)
            await telling.tell_in_charge(db, post, telling.PUBLISHED)
            continue
        await _to_draft(db, SYSTEM, post, reason=wrong)
        await _end(db, SYSTEM, post, before, "opportunity.not_published")
        await telling.tell_in_charge(db, post, telling.NOT_PUBLISHED, reason=wrong)
    return len(found)


async def close_due(db: AsyncSession, today: date) -> int:
    """Close published posts whose last day has passed; gives how many, at most one batch."""
    found = await queries.lock_to_close(db, today)
    for post in found:
        before = await posts.get_facts(db, post)
        await move(db, SYSTEM, post, OpportunityAction.CLOSE)
        await _end(db, SYSTEM, post, before, "opportunity.closed")
        await telling.tell_in_charge(db, post, telling.CLOSED)
    return len(found)


async def review_due(db: AsyncSession, today: date) -> int:
    """Ask twice whether open posts still stand, then hide them; gives how many were due."""
    found = await queries.lock_to_review(db, today)
    for post in found:
        assert post.review_on is not None  # noqa: S101 (open posts have one, by CHECK)
        due = due_on(post.review_on, post.nudges_sent, post.nudged_on, today)
        if due is Due.HIDE:
            await _hide(db, post, "Nobody said that it still stands.")
        elif due is Due.NUDGE:
            post.nudges_sent, post.nudged_on = post.nudges_sent + 1, today
            is_last = post.nudges_sent == NUDGES
            letter = telling.STILL_STANDS_AGAIN if is_last else telling.STILL_STANDS
            await telling.tell_in_charge(db, post, letter)
            await _record(db, SYSTEM, post, "opportunity.nudged", number=post.nudges_sent)
    return len(found)


async def hide_unverified(db: AsyncSession) -> int:
    """Hide open posts of bodies that are no longer verified; gives how many, at most one batch."""
    found = await queries.lock_of_unverified(db)
    for post in found:
        await _hide(db, post, "Your organisation is not verified at present.")
    return len(found)


async def tell_askers(db: AsyncSession, opportunity_id: UUID) -> None:
    """Tell everybody who asked about a post that it was withdrawn; the worker calls it."""
    post = await queries.get_for_system(db, opportunity_id)
    if post is None or post.status != OpportunityStatus.WITHDRAWN:
        return
    askers = await queries.askers_of_post(db, post.id)
    readers = [telling.Reader(one.person_id, one.email, one.language) for one in askers]
    await telling.tell(
        db,
        post,
        telling.WITHDRAWN,
        readers,
        reason=post.withdrawn_reason or "",
        path="/opportunities",
    )


async def _open(db: AsyncSession, actor: Actor, post: Opportunity, before: PostFacts) -> None:
    await move(db, actor, post, OpportunityAction.PUBLISH)
    post.published_at, post.publish_on = func.now(), None
    _reviewed(post)
    await _end(db, actor, post, before, "opportunity.published")


async def _hide(db: AsyncSession, post: Opportunity, reason: str) -> None:
    before = await posts.get_facts(db, post)
    await move(db, SYSTEM, post, OpportunityAction.HIDE, reason=reason)
    await _end(db, SYSTEM, post, before, "opportunity.hidden")
    await telling.tell_in_charge(db, post, telling.HIDDEN, reason=reason)


async def _to_draft(
    db: AsyncSession, actor: Actor, post: Opportunity, *, reason: str | None = None
) -> None:
    await move(db, actor, post, OpportunityAction.RECALL, reason=reason)
    post.approved_at = post.approved_by_id = post.publish_on = None


def _reviewed(post: Opportunity) -> None:
    post.review_on = review_day(OpportunityKind(post.kind), london_today())
    post.nudges_sent, post.nudged_on = 0, None


async def _why_not(db: AsyncSession, post: Opportunity, facts: PostFacts, today: date) -> str:
    """Why a post cannot be opened on a day; empty where it can."""
    body = await organisation_by_id(db, post.organisation_id)
    if body.status != OrganisationStatus.VERIFIED:
        return "Your organisation is not verified."
    if body.needs_post_approval and post.approved_by_id is None:
        return "It needs the approval of a second person."
    found = gaps(facts, today)
    return f"{found[0].message}." if found else ""


async def _require_approval(db: AsyncSession, post: Opportunity) -> None:
    body = await organisation_by_id(db, post.organisation_id)
    if body.needs_post_approval and post.approved_by_id is None:
        raise RuleBroken(
            "approval-needed", "A second person must approve this post before it can be published."
        )


async def _require_verified(db: AsyncSession, post: Opportunity) -> None:
    body = await organisation_by_id(db, post.organisation_id)
    if body.status != OrganisationStatus.VERIFIED:
        raise RuleBroken(
            "organisation-not-verified", "Posts of an organisation that is not verified are hidden."
        )


def _require_complete(facts: PostFacts) -> None:
    _require(gaps(facts, london_today()))


def _require(found: tuple[Gap, ...]) -> None:
    if found:
        faults = [FieldFault(f"/{gap.field}", "not-complete", gap.message) for gap in found]
        raise RuleBroken("post-not-complete", f"{found[0].message}.", faults)


def _date_fault(field: str, message: str) -> RuleBroken:
    return RuleBroken("date-does-not-fit", message, [FieldFault(f"/{field}", "date", message)])


async def _end(
    db: AsyncSession,
    actor: Actor,
    post: Opportunity,
    before: PostFacts,
    action: str,
    **facts: Any,
) -> None:
    await _record(db, actor, post, action, **facts)
    await finish_change(db, actor, post, before)


async def _record(
    db: AsyncSession, actor: Actor, post: Opportunity, action: str, **facts: Any
) -> None:
    await record(
        db,
        actor,
        action,
        subject=("opportunity", post.id),
        organisation_id=post.organisation_id,
        facts=facts,
    )
