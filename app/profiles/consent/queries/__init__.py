"""Every read of what people let others see, and every read of a profile by somebody else.

Whoever reads a profile that is not their own comes through `glance_at` or `glance_at_one`: they
ask the database what this body may see, and read that alone.
"""

from app.profiles.consent.queries.glancing import Glance, Reading, glance_at, glance_at_one
from app.profiles.consent.queries.grants import (
    count_live,
    get_grant,
    list_grants,
    lock_disclosure,
    lock_grant,
)
from app.profiles.consent.queries.looks import (
    Look,
    Seen,
    list_looks,
    seen_by_grant,
)
from app.profiles.consent.queries.viewing import (
    choices_of,
    load_facts,
    viewer_by_id,
    viewer_of,
    visible_to,
)

__all__ = [
    "Glance",
    "Look",
    "Reading",
    "Seen",
    "choices_of",
    "count_live",
    "get_grant",
    "glance_at",
    "glance_at_one",
    "list_grants",
    "list_looks",
    "load_facts",
    "lock_disclosure",
    "lock_grant",
    "seen_by_grant",
    "viewer_by_id",
    "viewer_of",
    "visible_to",
]
