"""Who may see saved cost splits, and who may open one again."""

from app.core.actor import Actor
from app.core.permissions import Decision, Permission, refuse
from app.costsharing.splits.models import CostSplit


def may_list(actor: Actor) -> Decision:
    """Whether the actor may see the splits that the organisation acted for is a party to."""
    return actor.may(Permission.COST_SPLIT_LIST, "see cost splits")


def may_freeze(actor: Actor, employer_id: object) -> Decision:
    """Whether the actor may turn pledges into a split, or open one again: the employer's finance.

    Only for a verified body: the figures bind others.
    """
    decision = actor.may(Permission.FUNDING_CLOSE, "close or open the funding of a post")
    if decision and actor.organisation_id != employer_id:
        return refuse("not-the-employer", "Only the employer of the post can do this.")
    if decision and actor.acting_for is not None and not actor.acting_for.is_verified:
        return refuse("organisation-not-verified", "Your organisation is not verified yet.")
    return decision


def may_reopen(actor: Actor, split: CostSplit) -> Decision:
    """Whether the actor may open this split again for a new version."""
    return may_freeze(actor, split.employer_id)
