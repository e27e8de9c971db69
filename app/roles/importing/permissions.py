"""Who may change the capability framework: the operator of the exchange."""

from app.core.actor import Actor
from app.core.permissions import ALLOWED, Decision, refuse


def may_change_framework(actor: Actor) -> Decision:
    """Everybody works with the one framework, so no organisation changes it."""
    if actor.is_operator or actor.kind == "system":
        return ALLOWED
    return refuse("not-operator", "Only the operator of the exchange can change the framework.")
