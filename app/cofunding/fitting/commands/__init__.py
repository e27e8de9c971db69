"""Every change of proposals: noticing, answering, and making the joint post."""

from app.cofunding.fitting.commands.answering import accept_fit, choose_posts, decline_fit
from app.cofunding.fitting.commands.drafting import confirm_pledge, draft_joint_post
from app.cofunding.fitting.commands.noticing import follow_needs, notice_fits

__all__ = [
    "accept_fit",
    "choose_posts",
    "confirm_pledge",
    "decline_fit",
    "draft_joint_post",
    "follow_needs",
    "notice_fits",
]
