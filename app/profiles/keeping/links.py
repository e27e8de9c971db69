"""The secret link that keeps a profile: made again for each mail, known here by its hash."""

import base64
import hashlib
import hmac
import uuid
from datetime import date

from app.core.config import Settings
from app.core.keys import derive_key
from app.profiles.keeping.domain import LINKS


def token_of(settings: Settings, profile_id: uuid.UUID, asked_on: date) -> str:
    """The token of one asking: both of its mails have it, the next year's have another."""
    key = derive_key(settings.secret_key, "keep-profile")
    made = hmac.new(key, f"{profile_id}:{asked_on}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def link_path(token: str) -> str:
    """The address of the page behind a link."""
    return f"{LINKS}{token}"
