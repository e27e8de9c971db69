"""Deleting what was kept for its time: memberships that ended long ago, and old invitations."""

from datetime import timedelta

from sqlalchemy import delete, func, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.commands import record
from app.core.actor import SYSTEM
from app.organisations.members import queries
from app.organisations.members.models import AddressClaim, Invitation
from app.organisations.models import Membership

MOST_AT_ONCE = 500
"""How many one run of the timer deletes; the next run goes on."""

KEEP_CLAIMS = timedelta(days=1)
"""How long an address that was to be confirmed outlives its link."""


async def delete_kept_long_enough(db: AsyncSession) -> tuple[int, int]:
    """Delete memberships six years after their end and invitations six years after they were sent.

    Gives how many of each. The record keeps the entries about them: it holds ids, no names.
    """
    memberships = await queries.lock_old_memberships(db, MOST_AT_ONCE)
    invitations = await queries.lock_old_invitations(db, MOST_AT_ONCE)
    if memberships:
        # Others that ended may still name one of these as their line manager.
        await db.execute(
            update(Membership).where(Membership.manager_id.in_(memberships)).values(manager_id=None)
        )
        await db.execute(delete(Membership).where(Membership.id.in_(memberships)))
    if invitations:
        await db.execute(delete(Invitation).where(Invitation.id.in_(invitations)))
    if memberships or invitations:
        await record(
            db,
            SYSTEM,
            "membership.old_deleted",
            subject=None,
            facts={"memberships": len(memberships), "invitations": len(invitations)},
        )
    return len(memberships), len(invitations)


async def forget_claims(db: AsyncSession) -> None:
    """Delete addresses that people asked to keep their account by, once their link has ended.

    One that was confirmed stands on the account.
    """
    await db.execute(delete(AddressClaim).where(AddressClaim.expires_at < func.now() - KEEP_CLAIMS))
