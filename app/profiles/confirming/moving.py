"""Moves of requests to confirm a skill that no page asks for: a claim changed, a profile went."""

import uuid
from collections.abc import Mapping

from sqlalchemy import func, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.notifications.commands import delete_letters
from app.profiles.confirming import queries
from app.profiles.confirming.domain import CONFIRMATION, ConfirmationAction, ConfirmationStatus
from app.profiles.confirming.models import SkillConfirmation, SkillConfirmationHistory
from app.profiles.models import ProfileSkill


def move(db: AsyncSession, request: SkillConfirmation, action: ConfirmationAction) -> None:
    """Move a request, with its row of history. Raises MoveRefused.

    Once nobody is to be written to any more, the address goes.
    """
    before = ConfirmationStatus(request.status)
    after = CONFIRMATION.after(before, action)
    request.status = after
    if after is not ConfirmationStatus.WAITING:
        request.email, request.settled_at = None, func.now()
    db.add(
        SkillConfirmationHistory(
            person_id=request.person_id,
            request_id=request.id,
            from_status=before,
            to_status=after,
            action=action,
        )
    )


async def drop_confirmations(
    db: AsyncSession, person_id: uuid.UUID, levels: Mapping[uuid.UUID, int | None]
) -> None:
    """End what others confirmed, or are asked to, of skills that are claimed at another level now.

    None stands for any level: the evidence has changed. The caller has locked the profile.
    """
    for request in await queries.lock_live(db, person_id, levels):
        move(db, request, ConfirmationAction.DROP)
    changed = [skill for skill, level in levels.items() if level is None]
    if changed:
        await db.execute(
            update(ProfileSkill)
            .where(ProfileSkill.person_id == person_id, ProfileSkill.skill_id.in_(changed))
            .values(confirmed_level=None, confirmed_on=None, confirmed_by=None, confirmed_as=None)
        )


async def delete_letters_of(db: AsyncSession, person_id: uuid.UUID) -> None:
    """Delete the mails by which somebody asked others: they say their name."""
    await delete_letters(db, await queries.letters_of(db, person_id))
