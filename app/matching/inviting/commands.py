"""Everything that is done to invitations: asking, answering, taking back, ending with a post."""

import uuid
from dataclasses import asdict
from typing import Final, Literal

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.commands import record
from app.core.actor import Actor, me
from app.core.clock import london_today
from app.core.db import new_id
from app.core.outbox import enqueue
from app.core.permissions import Duty
from app.matching.alerts.wording import make_line
from app.matching.inviting import queries
from app.matching.inviting.domain import (
    INVITATION,
    MOST_A_DAY,
    DeclineReason,
    InvitationAction,
    InvitationStatus,
    cannot_be_invited,
    enough_for_today,
    invited_already,
    post_is_over,
)
from app.matching.inviting.models import PostInvitation, PostInvitationHistory
from app.matching.inviting.permissions import may_invite, may_take_back
from app.matching.wording import label_of
from app.notifications.commands import send
from app.opportunities import telling
from app.opportunities.domain import OpportunityStatus, PostFacts
from app.opportunities.models import Opportunity
from app.opportunities.queries import get_opportunity, lock_opportunity
from app.profiles import commands as profiles
from app.profiles.consent import commands as consent
from app.profiles.consent.domain import Stage
from app.profiles.consent.queries import glance_at_one, viewer_of
from app.profiles.permissions import may_open_own_profile

TEMPLATE: Final = "post_invitation"
TELL: Final = "matching.tell_answer"
_OVER: Final = frozenset({OpportunityStatus.CLOSED, OpportunityStatus.WITHDRAWN})
_ANSWERS: Final = {
    InvitationStatus.ACCEPTED: telling.Letter(
        "Somebody is interested: {title}",
        (
            "{reason} is interested in the post “{title}”, for which you invited them to apply.",
            "What you see of them stands on their page, below the post.",
        ),
        "See your invitations",
        "/people/invitations",
    ),
    InvitationStatus.DECLINED: telling.Letter(
        "Invitation declined: {title}",
        ("{reason} declined your invitation to apply for the post “{title}”.",),
        "See your invitations",
        "/people/invitations",
    ),
    InvitationStatus.ENDED: telling.Letter(
        "Interest taken back: {title}",
        ("{reason} is no longer interested in the post “{title}”.",),
        "See your invitations",
        "/people/invitations",
    ),
}


async def invite(
    db: AsyncSession, actor: Actor, *, slug: str, profile_id: uuid.UUID, note: str | None
) -> uuid.UUID:
    """Invite somebody whom the body sees to apply for an open post of its own, and tell them.

    Raises Refused, RuleBroken, and NotFound: in the same words for whoever is not there, is not
    seen, or does not want to hear from this body.
    """
    post = await lock_opportunity(db, actor, slug)
    may_invite(actor, post).require()
    assert actor.acting_for is not None  # noqa: S101 (may_invite asks for a body)
    body, today = actor.acting_for, london_today()
    await queries.lock_day(db, body.organisation_id)
    if await queries.count_today(db, body.organisation_id) >= MOST_A_DAY:
        raise enough_for_today()
    seen = await glance_at_one(db, viewer_of(body), profile_id, today, opportunity_id=post.id)
    shown = await queries.get_open_post(db, post.id)
    reader = None if seen is None else await queries.get_addressee(db, seen.person_id)
    if seen is None or reader is None or shown is None:
        raise cannot_be_invited()
    put = insert(PostInvitation).values(
        id=new_id(),
        person_id=seen.person_id,
        profile_id=profile_id,
        organisation_id=body.organisation_id,
        opportunity_id=post.id,
        by_id=me(actor),
        note=note,
        status=INVITATION.start,
    )
    found: uuid.UUID | None = await db.scalar(
        put.on_conflict_do_nothing(index_elements=["opportunity_id", "person_id"]).returning(
            PostInvitation.id
        )
    )
    if found is None:
        raise invited_already()
    language: Literal["en", "cy"] = "cy" if reader.language == "cy" else "en"
    await send(
        db,
        to=reader.address,
        template=TEMPLATE,
        values={
            "post": asdict(make_line(shown, "", language)),
            "path": f"/profile/invitations/{found}",
        },
        language=language,
        person_id=seen.person_id,
        organisation_name=body.name,
    )
    await _done(db, actor, post, "match.invited", profile_id)
    return found


async def withdraw(db: AsyncSession, actor: Actor, *, slug: str, invitation_id: uuid.UUID) -> None:
    """Take an invitation back that nobody answered. Raises NotFound, Refused, MoveRefused."""
    post = await get_opportunity(db, actor, slug)
    may_take_back(actor, post).require()
    one = await queries.lock_sent(db, actor, post.id, invitation_id)
    await _move(db, actor, one, InvitationAction.WITHDRAW)
    await _done(db, actor, post, "match.invitation_withdrawn", one.profile_id)


async def _done(
    db: AsyncSession, actor: Actor, post: Opportunity, action: str, profile_id: uuid.UUID
) -> None:
    await record(
        db,
        actor,
        action,
        subject=("opportunity", post.id),
        organisation_id=post.organisation_id,
        facts={"profile": profile_id},
    )


async def accept(db: AsyncSession, actor: Actor, *, invitation_id: uuid.UUID) -> None:
    """Show interest: the body may reach the person through the exchange about this post.

    Raises NotFound, MoveRefused, also where the post is no longer open.
    """
    may_open_own_profile(actor).require()
    one = await queries.lock_received(db, actor, invitation_id)
    if not (await queries.get_received(db, actor, invitation_id)).is_open:
        raise post_is_over()
    await _answer(db, actor, one, InvitationAction.ACCEPT)
    await consent.disclose(
        db,
        actor,
        person_id=one.person_id,
        organisation_id=one.organisation_id,
        opportunity_id=one.opportunity_id,
        stage=Stage.INTEREST,
    )


async def decline(
    db: AsyncSession,
    actor: Actor,
    *,
    invitation_id: uuid.UUID,
    reason: DeclineReason,
    words: str | None,
) -> None:
    """Say no, with a reason that the body reads. Raises NotFound, MoveRefused."""
    may_open_own_profile(actor).require()
    one = await queries.lock_received(db, actor, invitation_id)
    one.reason, one.words = reason, words
    await _answer(db, actor, one, InvitationAction.DECLINE)


async def take_back(db: AsyncSession, actor: Actor, *, invitation_id: uuid.UUID) -> None:
    """End interest, and what it showed, at once. Raises NotFound, MoveRefused."""
    may_open_own_profile(actor).require()
    one = await queries.lock_received(db, actor, invitation_id)
    await _answer(db, actor, one, InvitationAction.TAKE_BACK)
    await consent.conceal(
        db, actor, organisation_id=one.organisation_id, opportunity_id=one.opportunity_id
    )


async def never_again(db: AsyncSession, actor: Actor, *, invitation_id: uuid.UUID) -> None:
    """Never hear from this body again: hide from it, and end what is open between the two.

    The body learns that the invitation was declined and no more. Raises NotFound.
    """
    may_open_own_profile(actor).require()
    one = await queries.lock_received(db, actor, invitation_id)
    if one.status == InvitationStatus.SENT:
        one.reason = DeclineReason.UNSAID
        await _answer(db, actor, one, InvitationAction.DECLINE)
    elif one.status == InvitationStatus.ACCEPTED:
        await take_back(db, actor, invitation_id=invitation_id)
    await profiles.hide(db, actor, organisation_id=one.organisation_id, today=london_today())


async def _answer(
    db: AsyncSession, actor: Actor, one: PostInvitation, action: InvitationAction
) -> None:
    """What somebody does for themselves stands in the exchange's own chain."""
    await _move(db, actor, one, action)
    await record(db, actor, f"match.invitation_{action}", subject=("post_invitation", one.id))
    await enqueue(db, TELL, invitation_id=str(one.id), status=one.status)


async def _move(
    db: AsyncSession, actor: Actor, one: PostInvitation, action: InvitationAction
) -> None:
    before = InvitationStatus(one.status)
    one.status = INVITATION.after(before, action)
    one.moved_at = func.now()
    db.add(
        PostInvitationHistory(
            invitation_id=one.id,
            from_status=before,
            to_status=one.status,
            action=action,
            by_id=actor.person_id,
        )
    )
    await db.flush()


async def follow_post(db: AsyncSession, actor: Actor, before: PostFacts, after: PostFacts) -> None:
    """End unanswered invitations with their post, in the transaction that ends it."""
    if after.status in _OVER and before.status not in _OVER:
        for one in await queries.lock_unanswered(db, after.id):
            await _move(db, actor, one, InvitationAction.EXPIRE)


async def tell_answer(db: AsyncSession, invitation_id: uuid.UUID, status: str) -> None:
    """Tell who invited what came of it, or the body's HR where they are gone. For the worker.

    The message names nobody: not even where the body sees the name.
    """
    one = await queries.find_invitation(db, invitation_id)
    if one is None:
        return
    post = await db.get_one(Opportunity, one.opportunity_id)
    letter, called = _ANSWERS[InvitationStatus(status)], label_of(one.profile_id)
    readers = await telling.members(db, post, (Duty.MEMBER,), only={one.by_id})
    if readers:
        await telling.tell(db, post, letter, readers, reason=called)
    else:
        await telling.tell_in_charge(db, post, letter, reason=called)
