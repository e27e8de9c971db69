"""Who may see and change an organisation's local roles."""

from app.core.actor import ActingFor, Actor
from app.core.permissions import ALLOWED, Decision, Permission, refuse
from app.organisations.domain import no_such_organisation


def acting_in(actor: Actor, slug: str) -> ActingFor:
    """The organisation of this address, if the actor acts for it. Raises NotFound otherwise."""
    if actor.acting_for is None or actor.acting_for.slug != slug:
        raise no_such_organisation()
    return actor.acting_for


def may_edit_local_roles(actor: Actor) -> Decision:
    """HR and administrators of a verified organisation define its local roles."""
    decision = actor.may(Permission.LOCAL_ROLE_EDIT, "define local roles")
    if not decision:
        return decision
    if actor.acting_for is not None and not actor.acting_for.is_verified:
        return refuse(
            "not-verified",
            "You can define local roles once the operator has verified your organisation.",
        )
    return ALLOWED
