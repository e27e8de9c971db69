"""Who may see proposals of joint posts, answer them, and make the post: the duty, then the side."""

from app.cofunding.fitting.models import FitSide
from app.core.actor import Actor
from app.core.permissions import Decision, Permission, refuse


def may_see_fits(actor: Actor) -> Decision:
    """Whether the actor may see which posts of their body would fit together with others."""
    return actor.may(Permission.JOINT_POST_LIST, "see which posts would fit together")


def may_answer(actor: Actor) -> Decision:
    """Whether the actor may accept or decline for their body, and choose what is compared."""
    decision = actor.may(Permission.JOINT_POST_ANSWER, "answer for your organisation")
    if decision and actor.acting_for is not None and not actor.acting_for.is_verified:
        return refuse(
            "organisation-not-verified", "You cannot answer: your organisation is not verified."
        )
    return decision


def may_accept(actor: Actor) -> Decision:
    """Whether the actor may say yes for their body, which needs its participation terms too."""
    decision = may_answer(actor)
    return decision and actor.may_commit("accept a joint post")


def may_draft(actor: Actor, side: FitSide) -> Decision:
    """Whether the actor may make the draft of the joint post: HR of the body that employs."""
    decision = may_answer(actor)
    if decision and not side.is_lead:
        return refuse(
            "not-the-lead",
            "The organisation that employs the person makes the draft, and that is not yours.",
        )
    return decision
