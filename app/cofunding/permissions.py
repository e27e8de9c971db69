"""Who may see pledges, and who may make, approve and close them: the duty, then the thing."""

from app.cofunding.models import Funding, Pledge
from app.core.actor import Actor
from app.core.permissions import Decision, Permission, refuse
from app.costsharing.splits.permissions import may_freeze


def may_see_money(actor: Actor) -> Decision:
    """Whether the actor may see pledges and what they cost, as far as their body may know them."""
    return actor.may(Permission.PLEDGE_LIST, "see pledges")


def may_pledge(actor: Actor, employer_id: object) -> Decision:
    """Whether the actor may pledge for a post of this employer: another, verified body."""
    decision = actor.may(Permission.PLEDGE_MAKE, "make a pledge")
    if decision and actor.organisation_id == employer_id:
        return refuse(
            "own-post", "Your organisation employs this post, so it pays what the others leave."
        )
    if decision and actor.acting_for is not None and not actor.acting_for.is_verified:
        return refuse(
            "organisation-not-verified",
            "You cannot pledge yet: your organisation is not verified.",
        )
    return decision and actor.may_commit("pledge")


def may_change(actor: Actor, pledge: Pledge) -> Decision:
    """Whether the actor may change this pledge: it is of the body acted for, which is verified."""
    decision = may_withdraw(actor, pledge)
    if decision and actor.acting_for is not None and not actor.acting_for.is_verified:
        return refuse("organisation-not-verified", "Your organisation is not verified yet.")
    return decision and actor.may_commit("change this pledge")


def may_withdraw(actor: Actor, pledge: Pledge) -> Decision:
    """Whether the actor may take this pledge back: it is of the body acted for."""
    return _own(actor, pledge, Permission.PLEDGE_MAKE, "change this pledge")


def may_approve(actor: Actor, pledge: Pledge) -> Decision:
    """Whether the actor may decide on this pledge as finance: never who made or last changed it."""
    decision = _own(actor, pledge, Permission.PLEDGE_APPROVE, "approve this pledge")
    if decision and actor.person_id in {pledge.made_by_id, pledge.changed_by_id}:
        return refuse(
            "own-pledge",
            "You cannot approve this pledge: you made or changed it. "
            "Another finance officer of your organisation must do it.",
        )
    if decision and actor.acting_for is not None and not actor.acting_for.is_verified:
        return refuse("organisation-not-verified", "Your organisation is not verified yet.")
    return decision


def may_turn_down(actor: Actor, funding: Funding) -> Decision:
    """Whether the actor may say for the employer that a pledge is not taken up."""
    return may_freeze(actor, funding.employer_id)


def may_close(actor: Actor, employer_id: object) -> Decision:
    """Whether the actor may close a funding of this employer: its finance officer, under terms."""
    decision = may_freeze(actor, employer_id)
    return decision and actor.may_commit("close the funding")


def _own(actor: Actor, pledge: Pledge, permission: Permission, what: str) -> Decision:
    decision = actor.may(permission, what)
    if decision and actor.organisation_id != pledge.organisation_id:
        return refuse("not-your-pledge", f"You cannot {what}: it is another organisation's.")
    return decision
