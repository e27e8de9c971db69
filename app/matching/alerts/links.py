"""The secret link of an alert: made again for each mail, known to the database by its hash."""

import base64
import hashlib
import hmac
import uuid

from app.core.config import Settings
from app.core.keys import derive_key
from app.matching.alerts.domain import LINKS


def token_of(settings: Settings, alert_id: uuid.UUID) -> str:
    """The token of an alert's links; whoever has it has read a mail of that alert."""
    key = derive_key(settings.secret_key, "alert-links")
    made = hmac.new(key, alert_id.bytes, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def link_path(token: str, page: str = "") -> str:
    """The address of a page behind a link.

    >>> link_path("abc"), link_path("abc", "unsubscribe")
    ('/alerts/by-link/abc', '/alerts/by-link/abc/unsubscribe')
    """
    return f"{LINKS}{token}/{page}".rstrip("/")
