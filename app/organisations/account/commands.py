"""Every change that people make to their own account."""

import uuid
from typing import Any

from litestar import Request
from sqlalchemy import func, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.commands import record
from app.core.actor import Actor, me
from app.core.errors import NotFound, Refused
from app.core.sessions import renew
from app.notifications.commands import send
from app.organisations.account import queries
from app.organisations.account.domain import CLAIM_LIVES
from app.organisations.links import new_link, sha256
from app.organisations.members.models import AddressClaim
from app.organisations.models import PersonSession

AnyRequest = Request[Any, Any, Any]


async def change_details(db: AsyncSession, actor: Actor, *, name: str, language: str) -> None:
    """Change the name that others see and the language that we write in."""
    person = await queries.lock_person(db, me(actor))
    changed = [
        field for field, new in (("name", name), ("language", language))
        if getattr(person, field) != new
    ]  # fmt: skip
    person.name, person.language = name, language
    await db.flush()
    if changed:
        subject = ("person", person.id)
        await record(db, actor, "account.changed", subject=subject, facts={"fields": changed})


def require_own_sign_in(actor: Actor) -> None:
    """Raise Refused where an organisation vouched for the person.

    What decides who gets into the account later is changed by nobody whom only an organisation's
    identity provider knows: it would reach what the person does for others.
    """
    if actor.vouched_by_id is not None:
        raise Refused(
            "own-sign-in-needed",
            "You came by your organisation’s own sign-in. To change this, sign out and sign in "
            "with a link that we email to you.",
        )


async def ask_for_private_address(db: AsyncSession, actor: Actor, *, email: str) -> None:
    """Mail a link that confirms a private address; one that is taken is told so by mail alone.

    Raises Refused for a sign-in that an organisation vouched for.
    """
    require_own_sign_in(actor)
    link = new_link()
    is_taken = await queries.is_address_taken(db, email, but=me(actor))
    claim = AddressClaim(
        person_id=me(actor),
        email=email,
        token_sha256=link.sha256,
        expires_at=func.now() + CLAIM_LIVES,
    )
    db.add(claim)
    await db.flush()
    await send(
        db,
        to=email,
        template="private_address_taken" if is_taken else "private_address",
        values={"path": f"/account/private-address/confirm/{link.token}", "days": CLAIM_LIVES.days},
        language="cy" if actor.language == "cy" else "en",
        person_id=me(actor),
        inbox=False,
    )
    await record(db, actor, "account.private_address_asked", subject=("address_claim", claim.id))


async def confirm_private_address(db: AsyncSession, actor: Actor, *, token: str) -> str:
    """Use a link up and make its address the person's private one; gives the address.

    Raises NotFound for a link that does not work any more, or an address that somebody else has
    taken meanwhile.
    """
    require_own_sign_in(actor)
    claim = await queries.lock_claim(db, me(actor), sha256(token))
    if await queries.is_address_taken(db, claim.email, but=me(actor)):
        raise NotFound("address-taken", "Somebody else signs in with this address. Use another.")
    person = await queries.lock_person(db, me(actor))
    person.private_email = claim.email
    claim.used_at = func.now()
    await db.flush()
    await _tell_of_change(db, actor, person.email, "private_address_added")
    await record(db, actor, "account.private_address_set", subject=("person", person.id))
    return claim.email


async def remove_private_address(db: AsyncSession, actor: Actor) -> None:
    """Forget the private address; links go to the work address alone from now on."""
    require_own_sign_in(actor)
    person = await queries.lock_person(db, me(actor))
    if person.private_email is None:
        return
    former, person.private_email = person.private_email, None
    await db.flush()
    for address in (person.email, former):
        await _tell_of_change(db, actor, address, "private_address_removed")
    await record(db, actor, "account.private_address_removed", subject=("person", person.id))


async def _tell_of_change(db: AsyncSession, actor: Actor, address: str, template: str) -> None:
    await send(
        db,
        to=address,
        template=template,
        values={"path": "/account"},
        language="cy" if actor.language == "cy" else "en",
        person_id=me(actor),
        inbox=False,
    )


async def switch_organisation(
    request: AnyRequest, db: AsyncSession, actor: Actor, *, membership_id: uuid.UUID
) -> None:
    """Act for another organisation from here on; the browser's session gets a new id.

    Raises NotFound for a membership that is not the person's, or has ended.
    """
    if membership_id not in {m.membership_id for m in actor.memberships}:
        raise NotFound("no-such-membership", "Choose one of your organisations.")
    await db.execute(
        update(PersonSession)
        .where(PersonSession.id == actor.person_session_id)
        .values(membership_id=membership_id, store_key=renew(request))
    )
    await record(db, actor, "sign_in.switched", subject=("membership", membership_id))


async def end_sign_ins(
    request: AnyRequest, db: AsyncSession, actor: Actor, *, one: uuid.UUID | None = None
) -> bool:
    """End one of the person's sign-ins, or all of them; gives whether this browser's is among them.

    Raises NotFound for one that is not theirs or has ended.
    """
    query = update(PersonSession).where(
        PersonSession.person_id == me(actor), PersonSession.ended_at.is_(None)
    )
    if one is not None:
        query = query.where(PersonSession.id == one)
    ended = (
        await db.execute(
            query.values(ended_at=func.now()).returning(PersonSession.id, PersonSession.store_key)
        )
    ).all()
    if one is not None and not ended:
        raise NotFound("no-such-sign-in", "This sign-in has ended already.")
    store = request.app.stores.get("sessions")
    for row in ended:
        if row.store_key:
            await store.delete(row.store_key)
        await record(
            db,
            actor,
            "sign_in.ended",
            subject=("person_session", row.id),
            facts={"reason": "ended_by_owner"},
        )
    return actor.person_session_id in {row.id for row in ended}
