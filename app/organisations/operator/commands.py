"""What the operator decides: bodies verified, refused, suspended; domains; work tried again."""

import uuid
from collections.abc import Collection

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.commands import record
from app.core.actor import Actor
from app.core.errors import RuleBroken
from app.core.permissions import Duty
from app.notifications.commands import send
from app.organisations.domain import (
    ORGANISATION,
    OrganisationAction,
    OrganisationStatus,
    no_such_organisation,
)
from app.organisations.email_domains import SHARED, is_in_domains
from app.organisations.joining.domain import number_held, slug_of
from app.organisations.joining.queries import is_register_number_held, is_slug_taken, list_domains
from app.organisations.links import new_link
from app.organisations.members.commands.invitations import mail_invitation
from app.organisations.members.domain import INVITATION_LIVES
from app.organisations.members.models import Invitation
from app.organisations.members.queries import find_open_invitation, lock_organisation
from app.organisations.models import Organisation, OrganisationDomain, OrganisationHistory
from app.organisations.operator import queries
from app.organisations.permissions import require_operator

_TEMPLATES = {
    OrganisationAction.VERIFY: "organisation_verified",
    OrganisationAction.REFUSE: "organisation_refused",
    OrganisationAction.SUSPEND: "organisation_suspended",
    OrganisationAction.RESTORE: "organisation_restored",
}


async def move(
    db: AsyncSession,
    actor: Actor,
    organisation_id: uuid.UUID,
    action: OrganisationAction,
    *,
    reason: str | None = None,
    domains: Collection[uuid.UUID] = (),
) -> Organisation:
    """Move a body to its next status, tell its administrators, and keep who did it and why.

    To verify it, `domains` are the ids of the requested domains that become its own. Raises
    NotFound, MoveRefused, RuleBroken.
    """
    require_operator(actor)
    organisation = await lock_organisation(db, organisation_id)
    before = OrganisationStatus(organisation.status)
    after = ORGANISATION.after(before, action)
    if action is OrganisationAction.VERIFY:
        await settle(db, actor, organisation, domains)
    organisation.status = after
    db.add(
        OrganisationHistory(
            organisation_id=organisation.id,
            from_status=before,
            to_status=after,
            action=action,
            by_id=actor.person_id,
            reason=reason,
        )
    )
    await db.flush()
    await record(
        db,
        actor,
        f"organisation.{action.value}",
        subject=("organisation", organisation.id),
        organisation_id=organisation.id,
        facts={"from": before, "to": after},
    )
    await tell_administrators(db, organisation, action, reason)
    return organisation


async def settle(
    db: AsyncSession, actor: Actor, organisation: Organisation, domains: Collection[uuid.UUID]
) -> None:
    """What becomes a body's own when it is verified: its number, its address, its domains."""
    if await is_register_number_held(
        db, organisation.register, organisation.register_id, but=organisation.id
    ):
        raise number_held()
    asked = await queries.lock_asked_domains(db, organisation.id)
    if not {one.id for one in asked} & set(domains) and not await list_domains(db, organisation.id):
        raise RuleBroken("no-domain", "Add at least one email domain, or nobody can be invited")
    await decide_domains(db, actor, organisation, domains, reason=None)
    organisation.slug = await free_slug(db, organisation.name)


async def free_slug(db: AsyncSession, name: str) -> str:
    """The plain part of an address for a name, with a number where it is taken."""
    plain = slug_of(name)
    slug, number = plain, 2
    while await is_slug_taken(db, slug):
        slug, number = f"{plain}-{number}", number + 1
    return slug


async def decide_domains(
    db: AsyncSession,
    actor: Actor,
    organisation: Organisation,
    added: Collection[uuid.UUID],
    *,
    reason: str | None,
) -> None:
    """Add some of the domains that a body asks for and turn the others down.

    Raises RuleBroken for a domain that another body has, unless many share it.
    """
    own = set(await list_domains(db, organisation.id))
    requests = await queries.lock_asked_domains(db, organisation.id)
    wanted = {one.domain for one in requests if one.id in added} - own
    # All are looked at before one is changed: a refusal must leave nothing half done.
    for domain in sorted(wanted - SHARED):
        holder = await queries.find_holder(db, domain, but=organisation.id)
        if holder is not None:
            raise RuleBroken("domain-held", f"{domain} belongs to {holder} already")
    for one in requests:
        one.is_added = one.id in added
        one.decided_at, one.decided_by_id = func.now(), actor.person_id
        one.reason = None if one.is_added else reason
    db.add_all(
        OrganisationDomain(organisation_id=organisation.id, domain=domain)
        for domain in sorted(wanted)
    )
    await db.flush()


async def answer_domains(
    db: AsyncSession,
    actor: Actor,
    organisation_id: uuid.UUID,
    *,
    domains: Collection[uuid.UUID],
    reason: str | None,
) -> Organisation:
    """Answer what a verified body asked for later. Raises NotFound, RuleBroken."""
    require_operator(actor)
    organisation = await lock_organisation(db, organisation_id)
    await decide_domains(db, actor, organisation, domains, reason=reason)
    await record(
        db,
        actor,
        "organisation.domains_decided",
        subject=("organisation", organisation.id),
        organisation_id=organisation.id,
        facts={"domains": len(await list_domains(db, organisation.id))},
    )
    return organisation


async def tell_administrators(
    db: AsyncSession, organisation: Organisation, action: OrganisationAction, reason: str | None
) -> None:
    """Word to the body's administrators of what the operator decided."""
    template = _TEMPLATES.get(action)
    for one in await queries.list_administrators(db, organisation.id) if template else ():
        await send(
            db,
            to=one.email,
            template=str(template),
            values={
                "name": one.name,
                "organisation": organisation.name,
                "slug": organisation.slug,
                "reason": reason or "",
            },
            person_id=one.person_id,
        )


async def invite_administrator(
    db: AsyncSession, actor: Actor, organisation_id: uuid.UUID, *, email: str
) -> None:
    """Invite somebody to administer a verified body that has lost its last administrator.

    Raises NotFound, RuleBroken for an address outside its domains or invited already.
    """
    require_operator(actor)
    organisation = await lock_organisation(db, organisation_id)
    if organisation.status != OrganisationStatus.VERIFIED:
        raise no_such_organisation()
    if not is_in_domains(email, await list_domains(db, organisation.id)):
        raise RuleBroken(
            "address-outside", "This address is not in one of the organisation’s email domains"
        )
    if await find_open_invitation(db, organisation.id, email):
        raise RuleBroken("invited-already", "This address has been invited already")
    link = new_link()
    invitation = Invitation(
        organisation_id=organisation.id,
        email=email,
        duties=[Duty.MEMBER, Duty.ORGANISATION_ADMIN],
        token_sha256=link.sha256,
        sent_by_id=actor.person_id,
        sent_at=func.now(),
        expires_at=func.now() + INVITATION_LIVES,
    )
    db.add(invitation)
    await db.flush()
    await mail_invitation(db, actor, organisation, invitation, link.token)
    await record(
        db,
        actor,
        "invitation.sent",
        subject=("invitation", invitation.id),
        organisation_id=organisation.id,
        facts={"duties": invitation.duties},
    )


async def try_work_again(db: AsyncSession, actor: Actor, row_id: uuid.UUID) -> None:
    """Let a failed piece of work have all its rounds anew. Raises NotFound."""
    require_operator(actor)
    row = await queries.lock_failed_work(db, row_id)
    row.failed_at, row.attempt, row.next_at = None, 0, func.now()
    await db.flush()
    await record(db, actor, "work.tried_again", subject=("outbox", row.id))
