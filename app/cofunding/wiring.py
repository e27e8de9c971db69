"""Ties funding to the features below it: it follows every change of a post."""

from app.cofunding.commands import follow_post
from app.cofunding.fitting.commands import follow_needs
from app.opportunities import commands as posts


def follow_posts() -> None:
    """Have changes of posts told to funding; said twice it is done once."""
    for follow in (follow_post, follow_needs):
        if follow not in posts.on_change:
            posts.on_change.append(follow)
