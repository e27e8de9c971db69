"""Signed heads: what the chains ended with on a day, to be kept where nobody can rewrite both."""

import hashlib
import hmac
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from app.core.keys import derive_key

MEDIA_TYPE: Final = "application/vnd.crossbench.audit-heads+json"
_TITLE: Final = "Crossbench audit heads"
_PURPOSE: Final = "audit heads"


class BadHeads(ValueError):
    """The file is no list of heads, or was not signed with this SECRET_KEY."""


@dataclass(frozen=True)
class SignedHeads:
    """Number and hash of the newest entry of each chain at a moment."""

    made_at: datetime
    heads: Mapping[uuid.UUID, tuple[int, bytes]]


def write_heads(signed: SignedHeads, secret: str) -> bytes:
    """The file: readable by people, signed with a key made from SECRET_KEY (HMAC-SHA-256)."""
    body = {
        "title": _TITLE,
        "made_at": signed.made_at.astimezone(UTC).isoformat(),
        "heads": [
            {"chain": str(chain), "number": number, "sha256": sha256.hex()}
            for chain, (number, sha256) in sorted(signed.heads.items())
        ],
    }
    return json.dumps({**body, "hmac_sha256": _sign(body, secret)}, indent=2).encode() + b"\n"


def read_heads(data: bytes, secret: str) -> SignedHeads:
    """The heads of a file. Raises BadHeads with a sentence."""
    try:
        body: dict[str, Any] = json.loads(data)
        signature = str(body.pop("hmac_sha256"))
        heads = {
            uuid.UUID(head["chain"]): (int(head["number"]), bytes.fromhex(head["sha256"]))
            for head in body["heads"]
        }
        made_at = datetime.fromisoformat(body["made_at"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadHeads("This is no file of audit heads.") from error
    if not hmac.compare_digest(signature, _sign(body, secret)):
        raise BadHeads("This file was changed, or signed with another SECRET_KEY.")
    return SignedHeads(made_at, heads)


def _sign(body: Mapping[str, Any], secret: str) -> str:
    plain = json.dumps(body, sort_keys=True, separators=(",", ":")).encode()
    return hmac.new(derive_key(secret, _PURPOSE), plain, hashlib.sha256).hexdigest()
