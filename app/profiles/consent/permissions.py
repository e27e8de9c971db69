"""Who may look at profiles for their body."""

from app.core.actor import Actor
from app.core.permissions import Decision, Permission
from app.organisations.permissions import NOT_VERIFIED


def may_read_profiles(actor: Actor) -> Decision:
    """HR and hiring managers of a verified body; what they see each person decides."""
    decision = actor.may(Permission.PROFILE_READ, "look at profiles")
    if decision and actor.acting_for is not None and not actor.acting_for.is_verified:
        return NOT_VERIFIED
    return decision
