"""Ties matching to the features below it: it follows every change of a post and of a profile."""

from app.matching.following import follow_person, follow_post
from app.matching.inviting import commands as inviting
from app.opportunities import commands as posts
from app.profiles import commands as profiles


def follow_changes() -> None:
    """Have changes told to matching; said twice it is done once."""
    for follow in (follow_post, inviting.follow_post):
        if follow not in posts.on_change:
            posts.on_change.append(follow)
    if follow_person not in profiles.on_change:
        profiles.on_change.append(follow_person)
