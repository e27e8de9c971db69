"""Who may do what to a post: the duty first, then the post itself."""

from app.core.actor import Actor
from app.core.permissions import ALLOWED, Decision, Permission, refuse
from app.opportunities.domain import OpportunityStatus
from app.opportunities.models import Opportunity, OpportunityChange

_WRITABLE = frozenset({OpportunityStatus.DRAFT, OpportunityStatus.OPEN, OpportunityStatus.HIDDEN})


def may_write_posts(actor: Actor) -> Decision:
    """Whether the actor may write posts for the organisation acted for, which must be verified."""
    if actor.acting_for is not None and not actor.acting_for.is_verified:
        return refuse(
            "organisation-not-verified",
            "You cannot write posts yet: your organisation is not verified.",
        )
    return actor.may(Permission.OPPORTUNITY_EDIT, "write posts")


def may_edit(actor: Actor, post: Opportunity) -> Decision:
    """Whether the actor may change what the post says.

    What waits for approval, or is approved, is taken back first: an approval covers what was read.
    """
    decision = _own(actor, post, Permission.OPPORTUNITY_EDIT, "change this post")
    if decision and post.status not in _WRITABLE:
        return refuse(
            "post-not-writable",
            "This post cannot be changed as it stands. Take it back to a draft first."
            if post.status in _RECALLABLE
            else "This post is over. Copy it to post it again.",
        )
    return decision


_RECALLABLE = frozenset(
    {
        OpportunityStatus.AWAITING_APPROVAL,
        OpportunityStatus.APPROVED,
        OpportunityStatus.SCHEDULED,
    }
)


def may_manage(actor: Actor, post: Opportunity) -> Decision:
    """Whether the actor may submit the post, take it back, extend, confirm or copy it."""
    return _own(actor, post, Permission.OPPORTUNITY_EDIT, "change this post")


def may_approve(actor: Actor, post: Opportunity) -> Decision:
    """Whether the actor may approve the post or send it back: never who wrote any of it."""
    decision = _own(actor, post, Permission.OPPORTUNITY_APPROVE, "approve this post")
    if decision and actor.person_id in (post.created_by_id, *post.writer_ids):
        return refuse(
            "own-post",
            "You cannot approve this post: you wrote some of it. A second person must do it.",
        )
    return decision


def may_approve_change(actor: Actor, post: Opportunity, change: OpportunityChange) -> Decision:
    """Whether the actor may decide on a change of a published post: never who proposed it."""
    decision = _own(actor, post, Permission.OPPORTUNITY_APPROVE, "approve this change")
    if decision and actor.person_id == change.by_id:
        return refuse(
            "own-change",
            "You cannot approve this change: you proposed it. A second person must do it.",
        )
    return decision


def may_publish(actor: Actor, post: Opportunity) -> Decision:
    """Whether the actor may publish or extend the post: only for a verified body with its terms."""
    decision = may_take_down(actor, post)
    return decision and actor.may_commit("publish this post")


def may_take_down(actor: Actor, post: Opportunity) -> Decision:
    """Whether the actor may withdraw the post: whoever may publish, without the terms too."""
    decision = _own(actor, post, Permission.OPPORTUNITY_PUBLISH, "publish this post")
    if decision and actor.acting_for is not None and not actor.acting_for.is_verified:
        return refuse(
            "organisation-not-verified",
            "You cannot publish posts yet: your organisation is not verified.",
        )
    return decision


def may_answer(actor: Actor, post: Opportunity) -> Decision:
    """Whether the actor may answer and hide questions on the post."""
    return _own(actor, post, Permission.QUESTION_ANSWER, "answer questions on this post")


def may_ask(actor: Actor) -> Decision:
    """Whether the actor may ask about a post that they see: members of verified bodies."""
    decision = actor.may(Permission.QUESTION_ASK, "ask a question")
    if decision and actor.acting_for is not None and not actor.acting_for.is_verified:
        return refuse(
            "organisation-not-verified",
            "You cannot ask questions yet: your organisation is not verified.",
        )
    return decision


def _own(actor: Actor, post: Opportunity, permission: Permission, what: str) -> Decision:
    """The duty, and that the post is of the organisation acted for; the system may do all."""
    if actor.kind == "system":
        return ALLOWED
    decision = actor.may(permission, what)
    if decision and post.organisation_id != actor.organisation_id:
        return refuse("not-your-organisation", f"You cannot {what}: it is another body's.")
    return decision
