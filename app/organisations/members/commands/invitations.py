"""Asking somebody to join a body, asking again, taking it back, and accepting."""

import uuid
from collections.abc import Collection

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.commands import record
from app.core.actor import Actor
from app.core.clock import london_today
from app.core.db import act_for_organisation
from app.core.errors import RuleBroken
from app.core.permissions import Duty
from app.notifications.commands import send
from app.organisations.email_domains import is_in_domains
from app.organisations.links import new_link
from app.organisations.members import queries
from app.organisations.members.domain import (
    INVITATION_LIVES,
    check_manager,
    may_change_duties,
    names_of,
)
from app.organisations.members.models import Invitation
from app.organisations.models import Membership, MembershipDuty, Organisation, Person
from app.organisations.permissions import may_invite, may_take_back_invitation


async def invite(
    db: AsyncSession,
    actor: Actor,
    *,
    email: str,
    duties: Collection[Duty],
    job_title: str | None = None,
    manager_email: str | None = None,
) -> Invitation:
    """Ask somebody to join the actor's organisation: a mail with a link that works for 7 days.

    Raises Refused where the actor may not invite or not give these duties, RuleBroken for an
    address outside the organisation's domains, and for somebody who is a member or invited already.
    """
    may_invite(actor).require()
    organisation = await queries.lock_organisation(db, acting_for(actor))
    wanted = frozenset(duties) | {Duty.MEMBER}
    require_givable(actor, wanted)
    await refuse_address(db, organisation.id, email)
    manager_id = await find_manager(db, organisation.id, manager_email)
    link = new_link()
    invitation = Invitation(
        organisation_id=organisation.id,
        email=email,
        duties=sorted(wanted),
        job_title=job_title,
        manager_id=manager_id,
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
    return invitation


def acting_for(actor: Actor) -> uuid.UUID:
    """The organisation acted for; permissions have made sure that there is one."""
    if actor.organisation_id is None:
        raise TypeError("Nobody acts for an organisation here.")
    return actor.organisation_id


def require_givable(actor: Actor, wanted: frozenset[Duty]) -> None:
    """Raise Refused unless the actor may give all of these duties to somebody else."""
    own = actor.acting_for.duties if actor.acting_for else frozenset()
    may_change_duties(own, frozenset(), wanted, is_self=False, other_administrators=1).require()


async def refuse_address(db: AsyncSession, organisation_id: uuid.UUID, email: str) -> None:
    """Raise RuleBroken for an address that cannot be invited."""
    domains = await queries.domains_of(db, organisation_id)
    if not is_in_domains(email, domains):
        raise RuleBroken(
            "address-outside",
            "This address is not in one of your organisation’s email domains: "
            f"{', '.join(domains) or 'none are checked yet'}",
        )
    if await queries.find_member_by_email(db, organisation_id, email):
        raise RuleBroken("member-already", "Somebody with this address is a member already")
    if await queries.find_open_invitation(db, organisation_id, email):
        raise RuleBroken(
            "invited-already",
            "This address has been invited already. You can send the invitation again, or "
            "withdraw it, in the list of invitations",
        )


async def find_manager(
    db: AsyncSession, organisation_id: uuid.UUID, email: str | None
) -> uuid.UUID | None:
    """The member with this work address. Raises RuleBroken where there is none."""
    if not email:
        return None
    found = await queries.find_member_by_email(db, organisation_id, email)
    if found is None:
        raise RuleBroken("manager-unknown", "No member of your organisation has this address")
    return found


async def mail_invitation(
    db: AsyncSession, actor: Actor, organisation: Organisation, invitation: Invitation, token: str
) -> None:
    """The mail with the link; its token is in no other place."""
    await db.refresh(invitation, ["expires_at"])
    await send(
        db,
        to=invitation.email,
        template="invitation",
        values={
            "organisation": organisation.name,
            "invited_by": actor.name,
            "duties": names_of(frozenset(Duty(duty) for duty in invitation.duties)),
            "token": token,
            "until": invitation.expires_at,
        },
        organisation_name=organisation.name,
    )


async def resend(db: AsyncSession, actor: Actor, invitation_id: uuid.UUID) -> Invitation:
    """Send an invitation once more: a new link for another 7 days; the old one works no longer.

    Raises NotFound, Refused.
    """
    may_invite(actor).require()
    organisation = await queries.lock_organisation(db, acting_for(actor))
    invitation = await queries.lock_invitation(db, organisation.id, invitation_id)
    require_givable(actor, frozenset(Duty(duty) for duty in invitation.duties))
    link = new_link()
    invitation.token_sha256 = link.sha256
    invitation.sent_by_id = actor.person_id
    invitation.sent_at = func.now()
    invitation.expires_at = func.now() + INVITATION_LIVES
    await db.flush()
    await mail_invitation(db, actor, organisation, invitation, link.token)
    await record(
        db,
        actor,
        "invitation.sent_again",
        subject=("invitation", invitation.id),
        organisation_id=organisation.id,
    )
    return invitation


async def withdraw(db: AsyncSession, actor: Actor, invitation_id: uuid.UUID) -> Invitation:
    """Take an invitation back: its link works no longer. Raises NotFound, Refused."""
    may_take_back_invitation(actor).require()
    organisation_id = acting_for(actor)
    invitation = await queries.lock_invitation(db, organisation_id, invitation_id)
    require_givable(actor, frozenset(Duty(duty) for duty in invitation.duties))
    invitation.withdrawn_at, invitation.withdrawn_by_id = func.now(), actor.person_id
    await db.flush()
    await record(
        db,
        actor,
        "invitation.withdrawn",
        subject=("invitation", invitation.id),
        organisation_id=organisation_id,
    )
    return invitation


async def accept(
    db: AsyncSession, actor: Actor, token: str, *, name: str | None
) -> tuple[Membership, Organisation]:
    """Join the organisation that sent the link, with the duties it names; the link is then used.

    Whoever is signed in joins with their own account, anybody else with the one of the invited
    address, which is made under `name` if there is none. Raises NotFound for a link that was used,
    withdrawn or has ended, RuleBroken where it cannot be used by this person.
    """
    invitation, organisation = await queries.lock_invited(db, token)
    await act_for_organisation(db, organisation.id)
    person = await joining_person(db, actor, invitation, name)
    if await queries.find_membership_of(db, organisation.id, person.id):
        raise RuleBroken("member-already", f"You are a member of {organisation.name} already.")
    member = Membership(
        person_id=person.id,
        organisation_id=organisation.id,
        work_email=invitation.email,
        job_title=invitation.job_title,
        manager_id=await still_manager(db, organisation.id, invitation),
        proof_renewed_on=london_today(),
    )
    db.add(member)
    await db.flush()
    db.add_all(
        MembershipDuty(membership_id=member.id, duty=duty, given_by_id=invitation.sent_by_id)
        for duty in invitation.duties
        if duty != Duty.MEMBER
    )
    invitation.accepted_at, invitation.accepted_by_id = func.now(), person.id
    await db.flush()
    by = Actor(kind="person", person_id=person.id, request_reference=actor.request_reference)
    await record(
        db,
        by,
        "membership.began",
        subject=("membership", member.id),
        organisation_id=organisation.id,
        facts={"duties": invitation.duties, "invitation": invitation.id},
    )
    await tell_inviter(db, organisation, invitation, person)
    return member, organisation


async def joining_person(
    db: AsyncSession, actor: Actor, invitation: Invitation, name: str | None
) -> Person:
    """Who joins. Raises RuleBroken where the address belongs to another account than the one that
    is signed in, or no name was given for a new one.
    """
    holder = await queries.find_person(db, invitation.email)
    if actor.person_id is not None:
        if holder is not None and holder.id != actor.person_id:
            raise RuleBroken(
                "address-of-another-account",
                f"The invitation is for {invitation.email}, which has an account of its own. "
                "Sign out first, then open the link again.",
            )
        return await queries.get_person(db, actor.person_id)
    if holder is not None:
        return holder
    if not name:
        raise RuleBroken("name-missing", "Enter your name")
    person = Person(name=name, email=invitation.email)
    db.add(person)
    await db.flush()
    await record(db, actor, "person.joined", subject=("person", person.id))
    return person


async def still_manager(
    db: AsyncSession, organisation_id: uuid.UUID, invitation: Invitation
) -> uuid.UUID | None:
    """The line manager that the invitation names, unless they have left meanwhile."""
    managers = await queries.managers_of(db, organisation_id) if invitation.manager_id else {}
    try:
        check_manager(invitation.id, invitation.manager_id, managers)
    except RuleBroken:
        return None
    return invitation.manager_id


async def tell_inviter(
    db: AsyncSession, organisation: Organisation, invitation: Invitation, person: Person
) -> None:
    """Word to whoever sent the invitation, if they are still there."""
    if invitation.sent_by_id is None:
        return
    inviter = await queries.get_person(db, invitation.sent_by_id)
    await send(
        db,
        to=inviter.email,
        template="invitation_accepted",
        values={"organisation": organisation.name, "name": person.name, "slug": organisation.slug},
        person_id=inviter.id,
        organisation_name=organisation.name,
    )
