"""Yearly proof of employment: asked for by mail to the work address, and lapsing without it."""

from datetime import timedelta

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.commands import record
from app.core.actor import SYSTEM, Actor
from app.core.clock import london_today
from app.core.db import act_for_organisation
from app.core.errors import RuleBroken
from app.core.permissions import Duty
from app.notifications.commands import send
from app.organisations.joining.queries import list_operators
from app.organisations.links import new_link
from app.organisations.members import queries
from app.organisations.members.commands.invitations import acting_for
from app.organisations.members.commands.leaving import end
from app.organisations.members.domain import (
    ASK_DAYS_BEFORE,
    CONFIRM_LIVES,
    EndReason,
    proof_ends_on,
)
from app.organisations.members.models import EmploymentProof
from app.organisations.models import Membership, Organisation
from app.organisations.queries import members_with, organisation_by_id

MOST_AT_ONCE = 100
"""How many one run of the timer does; the next run goes on."""


async def ask_all_due(db: AsyncSession) -> int:
    """Write to everybody whose proof of employment ends soon, and say to how many."""
    due = await queries.list_to_ask(db, london_today(), MOST_AT_ONCE)
    for member in due:
        await ask(db, SYSTEM, await organisation_by_id(db, member.organisation_id), member)
    return len(due)


async def ask(
    db: AsyncSession, actor: Actor, organisation: Organisation, member: Membership
) -> None:
    """Mail a link by which the member confirms that they still work there."""
    link = new_link()
    proof = EmploymentProof(
        organisation_id=organisation.id,
        membership_id=member.id,
        token_sha256=link.sha256,
        expires_at=func.now() + CONFIRM_LIVES,
    )
    db.add(proof)
    await db.flush()
    person = await queries.get_person(db, member.person_id)
    await send(
        db,
        to=member.work_email,
        template="employment_due",
        values={
            "name": person.name,
            "organisation": organisation.name,
            "token": link.token,
            "ends_on": proof_ends_on(member.proof_renewed_on),
        },
        person_id=person.id,
        organisation_name=organisation.name,
        inbox=False,
    )
    await record(
        db,
        actor,
        "employment.asked",
        subject=("membership", member.id),
        organisation_id=organisation.id,
    )


async def ask_for_own(db: AsyncSession, actor: Actor) -> None:
    """The actor wants the mail now. Raises RuleBroken while it is too early to renew."""
    organisation_id = acting_for(actor)
    assert actor.acting_for is not None  # noqa: S101 (acting_for() has made sure)
    member = await queries.lock_member(db, organisation_id, actor.acting_for.membership_id)
    first = proof_ends_on(member.proof_renewed_on) - timedelta(days=ASK_DAYS_BEFORE[0])
    if london_today() < first:
        raise RuleBroken("too-early", "It is too early to renew your proof of employment.")
    await ask(db, actor, await organisation_by_id(db, organisation_id), member)


async def confirm(db: AsyncSession, actor: Actor, token: str) -> queries.Employment:
    """Whoever reads the work address still works there: the year begins again today.

    Raises NotFound for a link that was used or has ended, and once the membership has ended.
    """
    found = await queries.lock_employment(db, token)
    member = found.membership
    await act_for_organisation(db, member.organisation_id)
    found.proof.used_at = func.now()
    member.proof_renewed_on = london_today()
    await db.flush()
    by = Actor(kind="person", person_id=member.person_id, request_reference=actor.request_reference)
    await record(
        db,
        by,
        "employment.confirmed",
        subject=("membership", member.id),
        organisation_id=member.organisation_id,
        facts={"until": proof_ends_on(member.proof_renewed_on)},
    )
    return found


async def end_all_lapsed(db: AsyncSession) -> int:
    """End the access of everybody whose proof was not renewed in time, and say of how many.

    It ends the last administrator's too; the operator is then told, and can invite another.
    """
    lapsed = await queries.list_lapsed(db, london_today(), MOST_AT_ONCE)
    for member in lapsed:
        organisation = await queries.lock_organisation(db, member.organisation_id)
        managers = await queries.managers_of(db, organisation.id)
        above = member.manager_id if member.manager_id in managers else None
        await end(db, SYSTEM, organisation, member, reason=EndReason.LAPSED, reports_to=above)
        await tell_of_lapse(db, organisation, member)
    return len(lapsed)


async def tell_of_lapse(db: AsyncSession, organisation: Organisation, member: Membership) -> None:
    """Word to the administrators, or to the operator where none is left."""
    person = await queries.get_person(db, member.person_id)
    values = {"organisation": organisation.name, "name": person.name, "slug": organisation.slug}
    administrators = await members_with(db, organisation.id, Duty.ORGANISATION_ADMIN)
    for one in administrators:
        await send(
            db,
            to=one.email,
            template="employment_lapsed",
            values=values,
            person_id=one.person_id,
            organisation_name=organisation.name,
        )
    for operator in [] if administrators else await list_operators(db):
        await send(
            db,
            to=operator.email,
            template="no_administrator",
            values={"organisation": organisation.name, "id": organisation.id},
            person_id=operator.id,
        )
