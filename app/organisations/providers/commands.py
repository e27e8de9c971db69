"""Setting an identity provider up, and signing people in by what it says."""

import uuid
from collections.abc import Sequence
from typing import Any

from litestar import Request
from sqlalchemy import delete, func
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.commands import record
from app.core.actor import Actor
from app.core.db import new_id, settings_of
from app.core.errors import Refused, RuleBroken
from app.core.keys import CannotUnseal, derive_key, seal, unseal
from app.organisations.email_domains import is_in_domains
from app.organisations.providers import queries
from app.organisations.providers.models import IdentityProvider, OutsideIdentity
from app.organisations.providers.oidc import CALLBACK, Client, Identity
from app.organisations.sign_in.commands import begin_sign_in, visitor_of
from app.organisations.sign_in.domain import How

AnyRequest = Request[Any, Any, Any]
PURPOSE = "identity-provider"


def client_of(db: AsyncSession, provider: IdentityProvider) -> Client:
    """Who we are to this provider. Raises Refused where its secret cannot be read any more."""
    settings = settings_of(db)
    key = derive_key(settings.secret_key, PURPOSE)
    try:
        secret = unseal(key, provider.sealed_secret, place=provider.id.bytes).decode()
    except CannotUnseal:
        raise Refused(
            "secret-unreadable",
            "Your organisation’s sign-in has to be set up again. Use a link by email until then.",
        ) from None
    return Client(provider.issuer, provider.client_id, secret, settings.base_url + CALLBACK)


async def set_up_provider(
    db: AsyncSession,
    actor: Actor,
    *,
    organisation_id: uuid.UUID,
    issuer: str,
    client_id: str,
    secret: str,
    domains: Sequence[str],
    is_enabled: bool,
) -> None:
    """Save an organisation's provider; a blank secret keeps the one there is.

    A changed issuer forgets everybody it knew: another issuer's subjects are other people.
    Raises RuleBroken for a domain that is not the organisation's, or a missing secret.
    """
    own = await queries.list_domains(db, organisation_id)
    for domain in domains:
        if not is_in_domains(f"x@{domain}", own):
            raise RuleBroken("domain-not-yours", f"{domain} is not a domain of your organisation")
    provider = await queries.find_provider(db, organisation_id)
    if provider is None:
        if not secret:
            raise RuleBroken("secret-missing", "Enter the client secret")
        provider = IdentityProvider(id=new_id(), organisation_id=organisation_id)
        db.add(provider)
    elif provider.issuer != issuer:
        if not secret:
            raise RuleBroken("secret-missing", "Enter the client secret of the new provider")
        await db.execute(
            delete(OutsideIdentity).where(OutsideIdentity.organisation_id == organisation_id)
        )
    provider.issuer, provider.client_id = issuer, client_id
    provider.domains, provider.is_enabled = list(domains), is_enabled
    if secret:
        key = derive_key(settings_of(db).secret_key, PURPOSE)
        provider.sealed_secret = seal(key, secret.encode(), place=provider.id.bytes)
    await db.flush()
    await record(
        db,
        actor,
        "identity_provider.set_up",
        subject=("identity_provider", provider.id),
        organisation_id=organisation_id,
        facts={"enabled": is_enabled, "domains": list(domains)},
    )


async def remove_provider(db: AsyncSession, actor: Actor, *, organisation_id: uuid.UUID) -> None:
    """Take the provider away; people sign in by email links again."""
    provider = await queries.find_provider(db, organisation_id)
    if provider is None:
        return
    await db.execute(
        delete(OutsideIdentity).where(OutsideIdentity.organisation_id == organisation_id)
    )
    await db.delete(provider)
    await db.flush()
    await record(
        db,
        actor,
        "identity_provider.removed",
        subject=("identity_provider", provider.id),
        organisation_id=organisation_id,
    )


async def sign_in_by_identity(
    request: AnyRequest, db: AsyncSession, *, provider: IdentityProvider, identity: Identity
) -> None:
    """Sign in the person whom the provider vouches for, at its own organisation alone.

    Somebody unknown is taken for the member whose work address it names, once, and only where that
    address lies in the organisation's domains and in the provider's. Raises Refused otherwise.
    """
    organisation_id = provider.organisation_id
    known = await queries.find_identity(db, organisation_id, identity.issuer, identity.subject)
    if known is None:
        known = await _meet(db, provider, identity)
    known.used_at = func.now()
    provider.used_at = func.now()
    await db.flush()
    await begin_sign_in(
        request, db, person_id=known.person_id, how=How.OIDC, vouched_by_id=organisation_id
    )


async def _meet(
    db: AsyncSession, provider: IdentityProvider, identity: Identity
) -> OutsideIdentity:
    own = await queries.list_domains(db, provider.organisation_id)
    in_both = is_in_domains(identity.email, own) and is_in_domains(identity.email, provider.domains)
    person_id = None
    if in_both and identity.is_email_verified:
        person_id = await queries.find_member_by_email(db, provider.organisation_id, identity.email)
    if person_id is None:
        raise Refused(
            "identity-unknown",
            "Your organisation knows you, but we have no account for you there. Ask an "
            "administrator of your organisation to invite you, or sign in with a link by email.",
        )
    met = OutsideIdentity(
        person_id=person_id,
        organisation_id=provider.organisation_id,
        issuer=identity.issuer,
        subject=identity.subject,
    )
    db.add(met)
    return met


async def refused(request: AnyRequest, db: AsyncSession, *, reason: str) -> None:
    """Write down that a sign-in by a provider came to nothing."""
    await record(db, visitor_of(request), "sign_in.refused", subject=None, facts={"reason": reason})
