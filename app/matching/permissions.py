"""Who may see matches, and who may waive a must-have."""

from app.core.actor import Actor
from app.core.permissions import ALLOWED, Decision, Permission, refuse
from app.opportunities.domain import OpportunityStatus
from app.opportunities.models import Opportunity

_WRITABLE = frozenset({OpportunityStatus.DRAFT, OpportunityStatus.OPEN, OpportunityStatus.HIDDEN})


def may_see_own_matches(actor: Actor) -> Decision:
    """Whoever signed in by themselves: an employer's own sign-in could look over their shoulder."""
    if actor.vouched_by_id is not None:
        return refuse(
            "own-sign-in-needed",
            "You came by your organisation’s own sign-in, which your organisation controls. Your "
            "matches are yours alone: sign out, and sign in with a link that we email to you.",
        )
    return ALLOWED


def may_waive(actor: Actor, post: Opportunity) -> Decision:
    """Whether the actor may waive a must-have of a post of their body, or take that back."""
    decision = actor.may(Permission.OPPORTUNITY_EDIT, "waive a must-have")
    if decision and post.organisation_id != actor.organisation_id:
        return refuse("not-your-organisation", "You cannot waive a must-have of another body.")
    if decision and post.status not in _WRITABLE:
        return refuse("post-not-writable", "The must-haves of this post cannot be changed now.")
    return decision
