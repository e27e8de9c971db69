"""Every read of what people let others see, and every read of a profile by somebody else.

Whoever reads a profile that is not their own comes through `read_profile`, which asks the database
what this body may see and gives a document of that alone.
"""

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
    Reading,
    choices_of,
    load_facts,
    read_profile,
    viewer_by_id,
    viewer_of,
    visible_to,
)

__all__ = [
    "Look",
    "Reading",
    "Seen",
    "choices_of",
    "count_live",
    "get_grant",
    "list_grants",
    "list_looks",
    "load_facts",
    "lock_disclosure",
    "lock_grant",
    "read_profile",
    "seen_by_grant",
    "viewer_by_id",
    "viewer_of",
    "visible_to",
]
