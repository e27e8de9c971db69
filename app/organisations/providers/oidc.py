"""OpenID Connect as we speak it: code with PKCE, state and nonce; the identity token is checked."""

import asyncio
import secrets
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from app.core.config import Settings
from app.core.http import CallRefused, outgoing

ALGORITHMS: Final = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384"]
SCOPE: Final = "openid email profile"
LEEWAY: Final = 60
CALLBACK: Final = "/sign-in/organisation/callback"
"""Where providers send people back to; whoever sets one up registers it there."""

# How many people may be between a provider and us at once: its answers are waited for with a
# connection of the database in hand, and a slow provider must not take them all.
_TOGETHER: Final = asyncio.Semaphore(3)


class ProviderTrouble(Exception):
    """The provider could not be asked, or its answer proves nothing; the code says which."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Client:
    """Who we are to a provider."""

    issuer: str
    client_id: str
    secret: str
    callback: str


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in on its way to a provider: where to send the browser, and what must come back."""

    address: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Identity:
    """What a provider says of somebody. Issuer and subject are the identity; the email is not."""

    issuer: str
    subject: str
    email: str
    is_email_verified: bool


async def begin(settings: Settings, client: Client) -> Begun:
    """Make ready to send somebody to the provider. Raises ProviderTrouble."""
    async with _session(settings, client) as session:
        about = await _discover(session, client)
        schemes = {"https", "http"} if settings.outgoing_loopback else {"https"}
        if urlsplit(about["authorization_endpoint"]).scheme not in schemes:
            raise ProviderTrouble("not-a-provider")
        nonce, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
        address, state = session.create_authorization_url(
            about["authorization_endpoint"], code_verifier=verifier, nonce=nonce
        )
        return Begun(address, state, nonce, verifier)


async def finish(
    settings: Settings, client: Client, *, code: str, nonce: str, verifier: str
) -> Identity:
    """Exchange the code for a token and check it. Raises ProviderTrouble."""
    async with _session(settings, client) as session:
        about = await _discover(session, client)
        try:
            token = await session.fetch_token(
                about["token_endpoint"], grant_type="authorization_code", code=code,
                code_verifier=verifier,
            )  # fmt: skip
            keys = await _get(session, about["jwks_uri"])
            claims = _checked(token.get("id_token", ""), keys, client, nonce)
        except (
            AuthlibBaseError,
            CallRefused,
            httpx2.HTTPError,
            ValueError,
            AttributeError,
        ) as error:
            raise ProviderTrouble("code-refused") from error
    return Identity(
        issuer=client.issuer,
        subject=str(claims["sub"]),
        email=str(claims.get("email") or claims.get("preferred_username") or "").lower(),
        is_email_verified=claims.get("email_verified", True) in (True, "true"),
    )


class _session:  # noqa: N801 (used as a function)
    """A client for one exchange: within all limits, and closed at the end."""

    def __init__(self, settings: Settings, client: Client) -> None:
        self._client = AsyncOAuth2Client(
            client.client_id,
            client.secret,
            redirect_uri=client.callback,
            scope=SCOPE,
            code_challenge_method="S256",
            **outgoing(settings),
        )

    async def __aenter__(self) -> Any:
        try:
            await asyncio.wait_for(_TOGETHER.acquire(), 2)
        except TimeoutError:
            await self._client.aclose()
            raise ProviderTrouble("busy") from None
        return self._client

    async def __aexit__(self, *_: object) -> None:
        _TOGETHER.release()
        await self._client.aclose()


async def _discover(session: Any, client: Client) -> dict[str, str]:
    """What the provider says of itself, which must name the issuer that was set up."""
    about = await _get(session, client.issuer.rstrip("/") + "/.well-known/openid-configuration")
    wanted = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    if about.get("issuer") != client.issuer:
        raise ProviderTrouble("other-issuer")
    if not all(isinstance(about.get(name), str) for name in wanted):
        raise ProviderTrouble("not-a-provider")
    methods = about.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    basic = "client_secret_basic" in methods
    session.token_endpoint_auth_method = "client_secret_basic" if basic else "client_secret_post"
    return about


async def _get(session: Any, address: str) -> dict[str, Any]:
    try:
        answer = await session.request("GET", address, withhold_token=True)
        found = answer.json() if answer.status_code == 200 else None
    except (CallRefused, httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
        raise ProviderTrouble("not-reached") from error
    if not isinstance(found, dict):
        raise ProviderTrouble("not-a-provider")
    return found


def _checked(token: object, keys: dict[str, Any], client: Client, nonce: str) -> dict[str, Any]:
    """The claims of an identity token that is signed, ours, fresh and about this sign-in."""
    if not isinstance(token, str) or not token:
        raise ProviderTrouble("no-identity")
    try:
        read = jwt.decode(token, KeySet.import_key_set(keys), algorithms=ALGORITHMS)  # type: ignore[arg-type]
        rules = jwt.JWTClaimsRegistry(
            leeway=LEEWAY,
            iss={"essential": True, "value": client.issuer},
            aud={"essential": True, "value": client.client_id},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        rules.validate(read.claims)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise ProviderTrouble("identity-wrong") from error
    claims: dict[str, Any] = read.claims
    audience = claims["aud"]
    several = isinstance(audience, list) and len(audience) > 1
    if (several or "azp" in claims) and claims.get("azp") != client.client_id:
        raise ProviderTrouble("identity-wrong")
    return claims
