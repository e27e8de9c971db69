"""Passkeys by WebAuthn: what the browser is asked, and whether its answer fits."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import webauthn
from litestar import Request
from webauthn.helpers import (
    base64url_to_bytes,
    bytes_to_base64url,
    options_to_json,
    parse_authentication_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from app.core.errors import RuleBroken
from app.organisations.factors.models import Passkey

AnyRequest = Request[Any, Any, Any]
LONGEST_ANSWER = 8_000


@dataclass(frozen=True, slots=True)
class Relying:
    """Who we are to a browser: our host's name, and our whole origin."""

    id: str
    origin: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question for the browser as JSON, and the random bytes that its answer must be about."""

    options: str
    challenge: bytes


@dataclass(frozen=True, slots=True)
class Made:
    """A new passkey: its id, its public half, and how often it was used."""

    credential_id: str
    public_key: str
    sign_count: int


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer of a passkey that is yet to be checked."""

    answer: str
    credential_id: str

    def verify(
        self, relying: Relying, challenge: bytes, *, public_key: str, sign_count: int
    ) -> int:
        """The new count of uses. Raises RuleBroken unless this key signed this question for us."""
        try:
            verified = webauthn.verify_authentication_response(
                credential=self.answer,
                expected_challenge=challenge,
                expected_rp_id=relying.id,
                expected_origin=relying.origin,
                credential_public_key=base64url_to_bytes(public_key),
                credential_current_sign_count=sign_count,
            )
        except (WebAuthnException, ValueError) as error:
            raise does_not_fit() from error
        return verified.new_sign_count


def relying_on(request: AnyRequest) -> Relying:
    """Who we are: as PUBLIC_URL says it, else as the browser reached us."""
    public_url: str = request.app.state.settings.public_url
    parts = urlsplit(public_url or f"{request.scope['scheme']}://{request.headers.get('host', '')}")
    return Relying(parts.hostname or "", f"{parts.scheme}://{parts.netloc}")


def ask_to_make(
    relying: Relying, *, person_id: bytes, email: str, name: str, known: Sequence[Passkey]
) -> Asked:
    """Ask for a new passkey that is none of those we know already."""
    options = webauthn.generate_registration_options(
        rp_id=relying.id,
        rp_name="Crossbench",
        user_id=person_id,
        user_name=email,
        user_display_name=name,
        exclude_credentials=_described(known),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
    )
    return Asked(options_to_json(options), options.challenge)


def ask_to_show(relying: Relying, known: Sequence[Passkey]) -> Asked:
    """Ask for one of the passkeys that we know."""
    options = webauthn.generate_authentication_options(
        rp_id=relying.id,
        allow_credentials=_described(known),
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return Asked(options_to_json(options), options.challenge)


def check_made(relying: Relying, challenge: bytes, answer: str) -> Made:
    """The passkey that the browser made. Raises RuleBroken unless it answers this question."""
    try:
        verified = webauthn.verify_registration_response(
            credential=_read(answer),
            expected_challenge=challenge,
            expected_rp_id=relying.id,
            expected_origin=relying.origin,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise does_not_fit() from error
    return Made(
        bytes_to_base64url(verified.credential_id),
        bytes_to_base64url(verified.credential_public_key),
        verified.sign_count,
    )


def check_shown(answer: str) -> Shown:
    """An answer that names its passkey. Raises RuleBroken for what is none."""
    try:
        credential = parse_authentication_credential_json(_read(answer))
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise does_not_fit() from error
    return Shown(answer, bytes_to_base64url(credential.raw_id))


def does_not_fit() -> RuleBroken:
    """The answer to anything that is not what was asked for."""
    return RuleBroken("passkey-wrong", "This passkey did not work. Try again, or use another way")


def _read(answer: str) -> dict[str, Any]:
    found = json.loads(answer) if len(answer) <= LONGEST_ANSWER else None
    if not isinstance(found, dict):
        raise ValueError("A credential is a JSON object.")
    return found


def _described(passkeys: Sequence[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(id=base64url_to_bytes(one.credential_id)) for one in passkeys
    ]
