"""Who may invite people to apply, and who may take an invitation back."""

from app.core.actor import Actor
from app.core.permissions import Decision, refuse
from app.opportunities.domain import OpportunityStatus
from app.opportunities.models import Opportunity
from app.profiles.consent.permissions import may_read_profiles


def may_invite(actor: Actor, post: Opportunity) -> Decision:
    """Whether the actor may invite people to apply for a post of their body: HR, for open posts."""
    decision = may_take_back(actor, post)
    if decision and post.status != OpportunityStatus.OPEN:
        return refuse("post-not-open", "You can invite people only while the post is open.")
    return decision and actor.may_commit("invite people")


def may_take_back(actor: Actor, post: Opportunity) -> Decision:
    """Whether the actor may see and withdraw invitations for a post of their body."""
    decision = may_read_profiles(actor)
    if decision and post.organisation_id != actor.organisation_id:
        return refuse("not-your-organisation", "This post is another body's.")
    return decision
