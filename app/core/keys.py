"""Keys for one purpose each, made from SECRET_KEY, and sealing what only we may read."""

import hashlib
import hmac
import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE: Final = 12


class CannotUnseal(ValueError):
    """It was sealed with another key or for another place, or changed since."""


def derive_key(secret: str, purpose: str) -> bytes:
    """32 bytes for one purpose: nobody who learns them learns the secret or another key.

    Raises ValueError for an empty secret.
    """
    if not secret:
        raise ValueError("SECRET_KEY is empty: no key can be made from it.")
    return hmac.new(secret.encode(), f"crossbench:{purpose}".encode(), hashlib.sha256).digest()


def seal(key: bytes, data: bytes, *, place: bytes) -> bytes:
    """`data` so that only the holder of the key can read or make it, and at that place only.

    `place` is where it is kept, such as a row's id: moved elsewhere it cannot be opened.
    """
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, data, place)


def unseal(key: bytes, sealed: bytes, *, place: bytes) -> bytes:
    """What was sealed. Raises CannotUnseal."""
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], place)
    except (InvalidTag, ValueError) as error:
        raise CannotUnseal("It cannot be opened with this SECRET_KEY.") from error
