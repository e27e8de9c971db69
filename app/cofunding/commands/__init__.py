"""Every change of pledges and of the funding of a post; all pass through its locked row."""

from app.cofunding.commands.closing import close_funding, reopen_funding
from app.cofunding.commands.following import follow_post, lapse_pledges
from app.cofunding.commands.pledging import (
    approve_pledge,
    make_pledge,
    send_back_pledge,
    turn_down_pledge,
    withdraw_pledge,
)

__all__ = [
    "approve_pledge",
    "close_funding",
    "follow_post",
    "lapse_pledges",
    "make_pledge",
    "reopen_funding",
    "send_back_pledge",
    "turn_down_pledge",
    "withdraw_pledge",
]
