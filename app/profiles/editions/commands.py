"""What people say of skills that a new edition changed, and telling them that it did."""

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Final, Literal, cast

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor, me
from app.notifications.commands import send
from app.profiles import commands as profiles
from app.profiles.confirming.moving import drop_confirmations
from app.profiles.domain import SkillClaim
from app.profiles.editions import queries
from app.profiles.editions.domain import Answer, not_offered
from app.profiles.models import ProfileEvidence
from app.roles.queries import find_current_edition

TELLS: Final = "profile_edition"


async def settle(
    db: AsyncSession, actor: Actor, *, answers: Mapping[uuid.UUID, Answer], today: date
) -> int:
    """Claim what took the place of former skills, with their evidence, or take them back.

    Gives how many were settled; one that was settled meanwhile is passed over. Raises RuleBroken
    for an answer that is not open, and beyond the limits of a profile.
    """
    await profiles.open_profile(db, actor, today)
    former = {one.id: one for one in await queries.list_former(db, me(actor))}
    settled = 0
    for skill_id, answer in answers.items():
        one = former.get(skill_id)
        if one is None:
            continue
        if answer.now_id is not None:
            if answer.now_id not in {now.id for now in one.now}:
                raise not_offered(one.slug)
            claim = SkillClaim(answer.level, one.last_used_on)
            await profiles.save_skills(db, actor, claims={answer.now_id: claim}, today=today)
            await _move_evidence(db, me(actor), skill_id, answer.now_id)
        await profiles.save_skills(db, actor, claims={skill_id: None}, today=today)
        settled += 1
    await profiles.done(db, actor, "profile.edition_settled", {"count": settled})
    return settled


async def _move_evidence(
    db: AsyncSession, person_id: uuid.UUID, before: uuid.UUID, now: uuid.UUID
) -> None:
    moved = await db.execute(
        update(ProfileEvidence)
        .where(ProfileEvidence.person_id == person_id, ProfileEvidence.skill_id == before)
        .values(skill_id=now)
        .returning(ProfileEvidence.id)
    )
    if moved.all():
        await drop_confirmations(db, person_id, {now: None})


async def tell_of_edition(db: AsyncSession) -> None:
    """Each hour: ask people whose skills the current edition does not have what became of them."""
    edition = await find_current_edition(db)
    if edition is None:
        return
    for profile, person in await queries.list_to_tell(db):
        await send(
            db,
            to=person.email,
            template=TELLS,
            values={"as_of": edition.as_of, "path": "/profile/changed-skills"},
            language=cast("Literal['en', 'cy']", person.language),
            person_id=person.id,
        )
        profile.told_edition_id = edition.id
    await db.flush()
