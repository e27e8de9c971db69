"""Changing what a member does for a body: duties, job title, line manager."""

import uuid
from collections.abc import Collection

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.commands import record
from app.core.actor import Actor
from app.core.permissions import Duty
from app.notifications.commands import send
from app.organisations.members import queries
from app.organisations.members.commands.invitations import acting_for, find_manager
from app.organisations.members.domain import check_manager, may_change_duties, names_of
from app.organisations.models import Membership, MembershipDuty, Organisation
from app.organisations.permissions import may_change_members


async def change_member(
    db: AsyncSession,
    actor: Actor,
    membership_id: uuid.UUID,
    *,
    duties: Collection[Duty],
    job_title: str | None,
    manager_email: str | None,
) -> Membership:
    """Change a member's duties, job title and line manager; they count from the next request on.

    Raises NotFound, Refused where the actor may not change members or not these duties (the last
    administrator stays), RuleBroken for a line manager who is none or reports to the member.
    """
    may_change_members(actor).require()
    organisation = await queries.lock_organisation(db, acting_for(actor))
    member = await queries.lock_member(db, organisation.id, membership_id)
    after = frozenset(duties) | {Duty.MEMBER}
    before = await queries.duties_of(db, member.id)
    others = await queries.count_other_administrators(db, organisation.id, member.id)
    may_change_duties(
        actor.acting_for.duties if actor.acting_for else frozenset(),
        before,
        after,
        is_self=member.person_id == actor.person_id,
        other_administrators=others,
    ).require()
    manager_id = await find_manager(db, organisation.id, manager_email)
    check_manager(member.id, manager_id, await queries.managers_of(db, organisation.id))
    await set_duties(db, actor, member, before, after)
    changed = [
        field
        for field, value in (("job_title", job_title), ("manager_id", manager_id))
        if getattr(member, field) != value
    ]
    member.job_title, member.manager_id = job_title, manager_id
    await db.flush()
    await record(
        db,
        actor,
        "membership.changed",
        subject=("membership", member.id),
        organisation_id=organisation.id,
        facts={
            "added": sorted(after - before),
            "taken": sorted(before - after),
            "fields": changed,
            "manager": manager_id,
        },
    )
    if before != after and member.person_id != actor.person_id:
        await tell_member(db, actor, organisation, member, after)
    return member


async def set_duties(
    db: AsyncSession,
    actor: Actor,
    member: Membership,
    before: frozenset[Duty],
    after: frozenset[Duty],
) -> None:
    """Add and take away what differs; plain membership is no row."""
    gone = before - after - {Duty.MEMBER}
    if gone:
        await db.execute(
            delete(MembershipDuty).where(
                MembershipDuty.membership_id == member.id, MembershipDuty.duty.in_(gone)
            )
        )
    db.add_all(
        MembershipDuty(membership_id=member.id, duty=duty, given_by_id=actor.person_id)
        for duty in sorted(after - before - {Duty.MEMBER})
    )
    await db.flush()


async def tell_member(
    db: AsyncSession,
    actor: Actor,
    organisation: Organisation,
    member: Membership,
    after: frozenset[Duty],
) -> None:
    """Word to somebody whose duties another person changed."""
    await send(
        db,
        to=member.work_email,
        template="duties_changed",
        values={
            "organisation": organisation.name,
            "by": actor.name,
            "duties": names_of(after),
        },
        person_id=member.person_id,
        organisation_name=organisation.name,
    )
