"""Secrets of links that we mail or show: made here, and known to the database by their hash."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from typing import Final

from app.core.errors import NotFound

BYTES: Final = 32
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class NewLink:
    """A new secret of 256 random bits: the only copy of the token, and what is kept of it."""

    token: str
    sha256: bytes


def sha256(token: str) -> bytes:
    """What is kept of the token of a link, of a browser's or of a code."""
    return hashlib.sha256(token.encode()).digest()


def new_link() -> NewLink:
    """A secret that was never used before."""
    token = secrets.token_urlsafe(BYTES)
    return NewLink(token, sha256(token))


def sha256_of(token: str, missing: NotFound) -> bytes:
    """The hash under which a link is found. Raises `missing` for what cannot be a token of ours."""
    if not _TOKEN.fullmatch(token):
        raise missing
    return sha256(token)
