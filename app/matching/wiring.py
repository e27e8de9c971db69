"""Ties matching to the features below it: it follows every change of a post."""

from app.matching.following import follow_post
from app.opportunities import commands as posts


def follow_changes() -> None:
    """Have changes told to matching; said twice it is done once."""
    if follow_post not in posts.on_change:
        posts.on_change.append(follow_post)
