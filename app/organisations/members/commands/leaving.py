"""Leaving a body: access ends at once, reports get another line manager, the account stays."""

import uuid

from sqlalchemy import delete, func, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.commands import record
from app.core.actor import Actor
from app.core.errors import RuleBroken
from app.core.permissions import Duty
from app.notifications.commands import send
from app.organisations.email_domains import is_in_domains
from app.organisations.members import queries
from app.organisations.members.commands.invitations import acting_for, find_manager
from app.organisations.members.domain import LAST_ADMINISTRATOR, EndReason, check_manager
from app.organisations.members.models import Invitation
from app.organisations.models import Membership, MembershipDuty, Organisation, Person
from app.organisations.permissions import may_change_members


async def end_membership(
    db: AsyncSession,
    actor: Actor,
    membership_id: uuid.UUID,
    *,
    reason: EndReason,
    reports_to_email: str | None,
) -> Membership:
    """End somebody's access to the actor's organisation at once.

    Raises NotFound, Refused, RuleBroken for the last administrator and for a line manager of the
    reports who cannot be theirs.
    """
    if not is_own(actor, membership_id):
        may_change_members(actor).require()
    organisation = await queries.lock_organisation(db, acting_for(actor))
    member = await queries.lock_member(db, organisation.id, membership_id)
    duties = await queries.duties_of(db, member.id)
    if Duty.ORGANISATION_ADMIN in duties and not await queries.count_other_administrators(
        db, organisation.id, member.id
    ):
        raise RuleBroken("last-administrator", LAST_ADMINISTRATOR)
    reports_to = await find_manager(db, organisation.id, reports_to_email)
    await end(db, actor, organisation, member, reason=reason, reports_to=reports_to)
    return member


def is_own(actor: Actor, membership_id: uuid.UUID) -> bool:
    """Whether this is the membership by which the actor acts: leaving needs no permission."""
    return actor.acting_for is not None and actor.acting_for.membership_id == membership_id


async def end(
    db: AsyncSession,
    actor: Actor,
    organisation: Organisation,
    member: Membership,
    *,
    reason: EndReason,
    reports_to: uuid.UUID | None = None,
) -> None:
    """End a membership that is locked, whoever decided it."""
    await reassign_reports(db, organisation.id, member, reports_to)
    member.ended_at, member.ended_reason = func.now(), reason.value
    await db.execute(delete(MembershipDuty).where(MembershipDuty.membership_id == member.id))
    await db.execute(
        update(Invitation)
        .where(Invitation.organisation_id == organisation.id, Invitation.manager_id == member.id)
        .values(manager_id=reports_to)
    )
    person = await queries.get_person(db, member.person_id)
    domains = await queries.domains_of(db, organisation.id)
    await move_sign_in(db, domains, person)
    await db.flush()
    await record(
        db,
        actor,
        "membership.ended",
        subject=("membership", member.id),
        organisation_id=organisation.id,
        facts={"reason": reason, "reports_to": reports_to},
    )
    await send(
        db,
        to=person.email,
        template="membership_ended",
        values={
            "name": person.name,
            "organisation": organisation.name,
            "is_lapsed": reason is EndReason.LAPSED,
            "email": person.email,
            "keeps_address": not is_in_domains(person.email, domains),
        },
        person_id=person.id,
        organisation_name=organisation.name,
    )


async def reassign_reports(
    db: AsyncSession, organisation_id: uuid.UUID, member: Membership, reports_to: uuid.UUID | None
) -> None:
    """Give everybody who reports to the member another line manager, or none.

    Whoever takes over and reported to the member themselves gets the member's own line manager.
    """
    managers = await queries.managers_of(db, organisation_id)
    del managers[member.id]
    if reports_to is not None:
        if managers.get(reports_to) == member.id:
            managers[reports_to] = member.manager_id
        check_manager(member.id, reports_to, managers)
    reports = await queries.lock_reports(db, organisation_id, member.id)
    # All are looked at before one is changed: a refusal must leave nothing half done.
    for report in reports:
        if report.id != reports_to:
            check_manager(report.id, reports_to, managers)
            managers[report.id] = reports_to
    for report in reports:
        report.manager_id = member.manager_id if report.id == reports_to else reports_to
    await db.flush()


async def move_sign_in(db: AsyncSession, domains: list[str], person: Person) -> None:
    """Let a person sign in by their private address once the work address is the body's alone."""
    if person.private_email is not None and is_in_domains(person.email, domains):
        person.email, person.private_email = person.private_email, None
        await db.flush()
