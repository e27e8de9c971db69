"""Who may open a profile as its owner."""

from app.core.actor import Actor
from app.core.permissions import ALLOWED, Decision, refuse


def may_open_own_profile(actor: Actor) -> Decision:
    """Whoever signed in by themselves; where an organisation vouched for them, it could look too.

    What people say of themselves and whom they show it to is not their employer's business, and an
    employer's identity provider can sign in as anybody it employs.
    """
    if actor.vouched_by_id is not None:
        return refuse(
            "own-sign-in-needed",
            "You came by your organisation’s own sign-in, which your organisation controls. Your "
            "profile is yours alone: sign out, and sign in with a link that we email to you.",
        )
    return ALLOWED
