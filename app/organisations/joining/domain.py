"""Applications to join: their tasks, how long they are kept, and what stands in their way. Pure."""

import re
import unicodedata
from datetime import timedelta
from typing import Final

from app.core.errors import NotFound, Stale
from app.core.permissions import Duty

KEEP_IDLE: Final = timedelta(days=90)
"""How long an application that nobody works on is kept."""

CONFIRM_LIVES: Final = timedelta(days=14)
"""How long the link to confirm an application may be used."""

MOST_DOMAINS: Final = 10
LIMITED_DUTIES: Final = (Duty.FINANCE_OFFICER, Duty.AUTHORISED_SIGNATORY, Duty.HR)
"""The duties that commit a body to money, and can have a limit: to approve, to sign, to pledge."""


def slug_of(name: str) -> str:
    """The part of an address that a name makes: plain letters, numbers and hyphens.

    >>> slug_of("Cyngor Tŷ’r Môr & Borough Council")
    'cyngor-tyr-mor-and-borough-council'
    >>> slug_of("東京")
    'organisation'
    """
    plain = unicodedata.normalize("NFKD", name.lower().replace("&", " and "))
    plain = "".join(c for c in plain if not unicodedata.combining(c) and c not in "'’")
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-")
    return slug or "organisation"


def no_such_link() -> NotFound:
    """The answer for a wrong link, a used one and one that has ended: they look alike."""
    return NotFound(
        "link-ended",
        "This link does not work. It may have been used already, or it has ended. "
        "Links to confirm something work once.",
    )


def no_such_application() -> NotFound:
    """The answer for a wrong link to an application and for one that is gone."""
    return NotFound(
        "application-not-found",
        "There is no application at this address. Applications are deleted after 90 days "
        "without use.",
    )


def changed_elsewhere() -> Stale:
    """Somebody saved this page after it was opened here."""
    return Stale(
        "answers-changed",
        "These answers were changed in another tab or by another person after you opened this "
        "page. Open it again to see them.",
    )
