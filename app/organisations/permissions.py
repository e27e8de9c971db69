"""Who may do what to an organisation and its people. Pure but for the rows it looks at."""

import uuid
from typing import Final

from app.core.actor import ActingFor, Actor, StepNeeded
from app.core.permissions import ALLOWED, Decision, Permission, refuse
from app.organisations.domain import no_such_organisation

CHOOSE_PAGE: Final = "/account/organisation"
NOT_VERIFIED: Final = refuse(
    "organisation-not-verified",
    "You cannot do this yet: the operator of the exchange has to verify your organisation first.",
)


def acting_at(actor: Actor, slug: str) -> ActingFor:
    """The membership by which the actor acts for the body of this address.

    Raises NotFound for a body that they do not belong to, whether it exists or not, and StepNeeded
    where they belong to it and act for another one now: they are sent to choose.
    """
    own = actor.acting_for
    if own is not None and own.slug == slug:
        return own
    if any(one.slug == slug for one in actor.memberships):
        raise StepNeeded(
            "acts-for-another",
            "You act for another organisation now. Choose this one first.",
            path=CHOOSE_PAGE,
        )
    raise no_such_organisation()


def may_list_members(actor: Actor) -> Decision:
    """See who belongs to the body; only a verified one sees people."""
    return _verified(actor, Permission.MEMBER_LIST, "see the people of your organisation")


def may_invite(actor: Actor) -> Decision:
    """Ask somebody to join the body. Which duties they may give is `domain.givable`."""
    decision = may_take_back_invitation(actor)
    return decision and actor.may_commit("invite people")


def may_take_back_invitation(actor: Actor) -> Decision:
    """Withdraw an invitation, which goes on where nobody may be invited any more."""
    return _verified(actor, Permission.MEMBER_INVITE, "invite people")


def may_change_members(actor: Actor) -> Decision:
    """Change what a member does for the body, or end their access."""
    return _verified(actor, Permission.MEMBER_CHANGE, "change members")


def may_edit_organisation(actor: Actor) -> Decision:
    """Change what the body says of itself; also while it waits to be verified."""
    return actor.may(Permission.ORGANISATION_EDIT, "change your organisation’s details")


def may_read_audit(actor: Actor) -> Decision:
    """Read who did what for the body."""
    return actor.may(Permission.ORGANISATION_AUDIT, "read your organisation’s record")


def uuid_of(text: str) -> uuid.UUID:
    """The id that an address names. Raises NotFound for what is none."""
    try:
        return uuid.UUID(text)
    except ValueError:
        raise no_such_organisation() from None


def require_operator(actor: Actor) -> None:
    """Raise NotFound unless this is the operator: to others these pages are not there."""
    if not actor.is_operator:
        raise no_such_organisation()


def _verified(actor: Actor, permission: Permission, what: str) -> Decision:
    decision = actor.may(permission, what)
    if not decision:
        return decision
    return ALLOWED if actor.acting_for and actor.acting_for.is_verified else NOT_VERIFIED
