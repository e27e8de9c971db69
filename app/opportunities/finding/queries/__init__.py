"""Every read of open posts.

What others build on: `visible_to`, `viewer_of`, `list_posts`, `find_open_post`.
"""

from app.opportunities.finding.queries.addresses import addresses_state, list_addresses
from app.opportunities.finding.queries.posts import (
    find_former_post,
    find_open_post,
    find_open_post_by_id,
    list_public,
    list_questions,
    list_similar,
    public_state,
)
from app.opportunities.finding.queries.search import (
    LISTED,
    Counts,
    count_posts,
    count_some,
    found_by,
    list_posts,
    near_words,
)
from app.opportunities.finding.queries.visible import (
    Sight,
    Viewer,
    everybody,
    viewer_of,
    visible_to,
)

__all__ = [
    "LISTED",
    "Counts",
    "Sight",
    "Viewer",
    "addresses_state",
    "count_posts",
    "count_some",
    "everybody",
    "find_former_post",
    "find_open_post",
    "find_open_post_by_id",
    "found_by",
    "list_addresses",
    "list_posts",
    "list_public",
    "list_questions",
    "list_similar",
    "near_words",
    "public_state",
    "viewer_of",
    "visible_to",
]
