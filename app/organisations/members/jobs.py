"""What the worker does for members: ask for proof of employment, and end what was not renewed."""

import logging

from sqlalchemy.ext.asyncio import AsyncSession

from app.organisations.members.commands.keeping import delete_kept_long_enough, forget_claims
from app.organisations.members.commands.proofs import ask_all_due, end_all_lapsed

_log = logging.getLogger(__name__)


async def delete_old(db: AsyncSession) -> None:
    """Each hour: delete memberships, invitations and addresses that were kept for their time."""
    await forget_claims(db)
    memberships, invitations = await delete_kept_long_enough(db)
    _log.info("deleted %s old memberships, %s old invitations", memberships, invitations)


async def look_after_proofs(db: AsyncSession) -> None:
    """Each hour: end what has lapsed, then write to those whose proof ends soon."""
    ended = await end_all_lapsed(db)
    asked = await ask_all_due(db)
    _log.info("proof of employment: %s ended, %s asked", ended, asked)
