"""Rules of membership: who may give which duty, invitations, line managers, yearly proof. Pure."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from app.core.clock import a_year_after
from app.core.errors import RuleBroken
from app.core.permissions import ALLOWED, DUTY_NAMES, Decision, Duty, refuse

INVITATION_LIVES: Final = timedelta(days=7)
CONFIRM_LIVES: Final = timedelta(days=14)
"""How long a link to confirm an address or an employment may be used."""

KEEP_YEARS: Final = 6
"""How long an ended membership and an invitation are kept: docs/retention.md says why."""

ASK_DAYS_BEFORE: Final = (28, 14, 3)
"""How many days before proof of employment ends we ask for it, and ask again."""

MAY_GIVE: Final[Mapping[Duty, frozenset[Duty]]] = {
    Duty.ORGANISATION_ADMIN: frozenset(Duty),
    Duty.HR: frozenset({Duty.HIRING_MANAGER, Duty.LINE_MANAGER, Duty.MEMBER}),
}
"""Which duties the holder of a duty may give to others and take from them."""

MAY_GIVE_SELF: Final = frozenset({Duty.HR, Duty.HIRING_MANAGER, Duty.LINE_MANAGER, Duty.MEMBER})
"""What nobody gives themselves, whatever else they may do: to administer, pay and sign."""


class EndReason(StrEnum):
    """Why a membership ended."""

    LEFT = "left"
    MOVED = "moved"
    MISTAKE = "mistake"
    LAPSED = "lapsed"


END_REASONS: Final[dict[EndReason, str]] = {
    EndReason.LEFT: "They have left, or are about to leave",
    EndReason.MOVED: "They still work here but no longer need access",
    EndReason.MISTAKE: "They should not have been added",
    EndReason.LAPSED: "Proof of employment was not renewed",
}


class InvitationState(StrEnum):
    """What became of an invitation."""

    OPEN = "open"
    EXPIRED = "expired"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"


def invitation_state(
    now: datetime,
    *,
    expires_at: datetime,
    accepted_at: datetime | None,
    withdrawn_at: datetime | None,
) -> InvitationState:
    """What an invitation's dates mean now."""
    if accepted_at:
        return InvitationState.ACCEPTED
    if withdrawn_at:
        return InvitationState.WITHDRAWN
    return InvitationState.EXPIRED if expires_at <= now else InvitationState.OPEN


def givable(giver: frozenset[Duty], *, to_self: bool = False) -> frozenset[Duty]:
    """The duties that a member with these duties may give, to others or to themselves.

    >>> sorted(givable(frozenset({Duty.HR})))
    [<Duty.HIRING_MANAGER: 'hiring_manager'>, <Duty.LINE_MANAGER: 'line_manager'>, \
<Duty.MEMBER: 'member'>]
    """
    allowed = frozenset(duty for own in giver for duty in MAY_GIVE.get(own, ()))
    return allowed & MAY_GIVE_SELF if to_self else allowed


def may_change_duties(
    giver: frozenset[Duty],
    before: frozenset[Duty],
    after: frozenset[Duty],
    *,
    is_self: bool,
    other_administrators: int,
) -> Decision:
    """Whether a member with the duties `giver` may turn somebody's duties into others.

    `other_administrators` are those at the same organisation beside the person changed.
    """
    added, taken = after - before - {Duty.MEMBER}, before - after - {Duty.MEMBER}
    beyond = (added | taken) - givable(giver)
    if beyond:
        return refuse(
            "duty-not-yours-to-give",
            f"You cannot give or take this duty: {names_of(beyond)}. Ask an administrator.",
        )
    if is_self and added - givable(giver, to_self=True):
        own = names_of(added - givable(giver, to_self=True))
        return refuse(
            "duty-for-yourself",
            f"You cannot give yourself this duty: {own}. Another administrator has to do it.",
        )
    if Duty.ORGANISATION_ADMIN in taken and not other_administrators:
        return refuse("last-administrator", LAST_ADMINISTRATOR)
    return ALLOWED


LAST_ADMINISTRATOR: Final = (
    "This is the last administrator of your organisation. Make somebody else an administrator first"
)


def names_of(duties: frozenset[Duty]) -> str:
    """Duties as one reads them, in the order of their list.

    >>> names_of(frozenset({Duty.HR, Duty.ORGANISATION_ADMIN}))
    'Administrator, HR'
    """
    return ", ".join(DUTY_NAMES[duty] for duty in Duty if duty in duties)


def check_manager(
    member: uuid.UUID, manager: uuid.UUID | None, managers: Mapping[uuid.UUID, uuid.UUID | None]
) -> None:
    """Raise RuleBroken unless `manager` is a current member who does not report to `member`.

    `managers` says who the line manager of each current member of the organisation is.
    """
    if manager is None:
        return
    if manager not in managers:
        raise RuleBroken("manager-unknown", "Choose somebody who works for your organisation")
    above: uuid.UUID | None = manager
    for _ in range(len(managers) + 1):
        if above is None:
            return
        if above == member:
            break
        above = managers.get(above)
    raise RuleBroken(
        "manager-circle",
        "This person reports to them already, directly or through others. Choose somebody else",
    )


def proof_ends_on(renewed_on: date) -> date:
    """The day on which access ends if proof of employment is not renewed: a year later."""
    return a_year_after(renewed_on)
