"""Every change of a request to confirm a skill, by who asks and by who is asked."""

import hashlib
import hmac
import uuid
from collections.abc import Collection
from datetime import date
from typing import Final, Literal, cast

from sqlalchemy import delete, func, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.commands import record
from app.core.actor import Actor, me
from app.core.db import seeing_all, settings_of
from app.core.keys import derive_key
from app.notifications.commands import draft_letter, send
from app.notifications.rendering import Rendered
from app.organisations.links import new_link
from app.profiles import commands as profiles
from app.profiles import queries as claims
from app.profiles.confirming import queries
from app.profiles.confirming.domain import (
    ANSWERS,
    CONFIRMATION,
    DRAFT_LIVES,
    LINK_LIVES,
    LINKS,
    LIVE,
    MOST_ASKED,
    MOST_WAITING,
    ConfirmationAction,
    ConfirmationStatus,
    Relation,
    asked_already,
    asked_often,
    domain_of,
    no_such_link,
    not_known,
    own_address,
    own_answer,
)
from app.profiles.confirming.models import SkillConfirmation
from app.profiles.confirming.moving import move
from app.profiles.confirming.wording import level_in
from app.profiles.domain import too_many
from app.profiles.erasure.domain import REMOVED
from app.profiles.models import ProfileSkill
from app.roles.domain import Proficiency

ASKS: Final = "skill_confirmation"
TELLS: Final = "skill_confirmation_answered"
Language = Literal["en", "cy"]


def mark_of(db: AsyncSession, email: str) -> bytes:
    """What is kept of an address for good: nobody reads it back, and the same address is known."""
    key = derive_key(settings_of(db).secret_key, "confirmation-addresses")
    return hmac.new(key, email.encode(), hashlib.sha256).digest()


async def prepare(
    db: AsyncSession,
    actor: Actor,
    *,
    slug: str,
    name: str,
    relation: Relation,
    email: str,
    language: str,
    today: date,
) -> uuid.UUID:
    """Keep whom the actor wants to ask about a skill, to be looked at before it is sent.

    What was prepared for this skill before and not sent goes. Raises NotFound, and RuleBroken for
    the actor's own address, for somebody who was asked already, and beyond the limits.
    """
    await profiles.open_profile(db, actor, today)
    skill = await claims.get_skill(db, actor, slug)
    mark = mark_of(db, email)
    await _require_askable(db, me(actor), skill.skill_id, email, mark)
    await db.execute(
        delete(SkillConfirmation).where(
            SkillConfirmation.person_id == me(actor),
            SkillConfirmation.skill_id == skill.skill_id,
            SkillConfirmation.status == ConfirmationStatus.DRAFT,
        )
    )
    made = SkillConfirmation(
        person_id=me(actor),
        skill_id=skill.skill_id,
        level=int(skill.level),
        name=name,
        relation=relation,
        language=language,
        email=email,
        email_domain=domain_of(email),
        email_mark=mark,
    )
    db.add(made)
    await db.flush()
    await record(db, actor, "confirmation.prepared", subject=("person", me(actor)))
    return made.id


async def _require_askable(
    db: AsyncSession, person_id: uuid.UUID, skill_id: uuid.UUID, email: str, mark: bytes
) -> None:
    if email in await queries.own_addresses(db, person_id):
        raise own_address()
    before = await queries.asked_before(db, person_id, mark)
    of_skill = [status for skill, status in before if skill == skill_id]
    if any(status is ConfirmationStatus.UNKNOWN for _, status in before):
        raise not_known()
    if any(status in LIVE for status in of_skill):
        raise asked_already()
    if len(of_skill) >= MOST_ASKED:
        raise asked_often()
    if await queries.count_waiting(db, person_id) >= MOST_WAITING:
        raise too_many("requests that wait for an answer", MOST_WAITING)


async def send_request(
    db: AsyncSession, actor: Actor, *, confirmation_id: uuid.UUID, today: date
) -> None:
    """Mail the link to whoever is asked. Raises NotFound, MoveRefused, RuleBroken as `prepare`."""
    await profiles.open_profile(db, actor, today)
    request = await queries.lock_request(db, me(actor), confirmation_id)
    claim = await queries.lock_claim(db, me(actor), request.skill_id)
    link, email = new_link(), request.email or ""
    if request.status == ConfirmationStatus.DRAFT:
        await _require_askable(db, me(actor), request.skill_id, email, request.email_mark)
    move(db, request, ConfirmationAction.SEND)
    request.level, request.token_sha256 = claim.level, link.sha256
    request.sent_at, request.expires_at = func.now(), func.now() + LINK_LIVES
    asker = await queries.get_asker(db, me(actor))
    skill = await queries.skill_of(db, request.skill_id)
    level, language = Proficiency(claim.level), cast("Language", request.language)
    said = letter_values(asker.name, request.name, skill.name, level, language)
    request.message_id = await send(
        db,
        to=email,
        template=ASKS,
        values={**said, "path": f"{LINKS}{link.token}"},
        language=language,
    )
    await db.flush()
    await record(db, actor, "confirmation.sent", subject=("person", me(actor)))


async def draft_of(db: AsyncSession, actor: Actor, request: queries.Request) -> Rendered:
    """The mail as it would be sent now; the link in it leads nowhere yet."""
    asker = await queries.get_asker(db, me(actor))
    said = letter_values(asker.name, request.name, request.skill, request.level, request.language)
    language = cast("Language", request.language)
    return draft_letter(db, template=ASKS, values={**said, "path": f"{LINKS}…"}, language=language)


def letter_values(
    asker: str, name: str, skill: str, level: Proficiency, language: str
) -> dict[str, object]:
    """What the mail to whoever is asked says, beside the link."""
    return {
        "asker": asker,
        "name": name,
        "skill": skill,
        "level": level_in(level, language),
        "days": LINK_LIVES.days,
    }


async def withdraw(
    db: AsyncSession, actor: Actor, *, confirmation_id: uuid.UUID, today: date
) -> None:
    """Take a request back: its link works no more. One that was not sent goes altogether.

    Raises NotFound, MoveRefused.
    """
    await profiles.open_profile(db, actor, today)
    request = await queries.lock_request(db, me(actor), confirmation_id)
    if request.status == ConfirmationStatus.DRAFT:
        await db.delete(request)
    else:
        move(db, request, ConfirmationAction.WITHDRAW)
    await db.flush()
    await record(db, actor, "confirmation.withdrawn", subject=("person", me(actor)))


async def answer(
    db: AsyncSession,
    actor: Actor,
    *,
    token: str,
    action: ConfirmationAction,
    name: str,
    today: date,
) -> None:
    """What whoever holds the link says of the claim; the link is used up.

    Raises NotFound where the link leads nowhere, MoveRefused where the request was answered, taken
    back, dropped or is over, Refused where the person themselves answers.
    """
    assert action in ANSWERS  # noqa: S101 (the form offers no other)
    found = await queries.find_by_link(db, token)
    if actor.person_id == found.person_id:
        raise own_answer()
    async with seeing_all(db):
        # The profile is locked first, as its owner's own changes lock it.
        if await claims.lock_profile(db, found.person_id) is None:
            raise no_such_link()
        request = await queries.lock_request(db, found.person_id, found.id)
        if await queries.is_over(db, request.id):
            CONFIRMATION.after(ConfirmationStatus.LAPSED, action)
        move(db, request, action)
        request.name = name
        if action is ConfirmationAction.CONFIRM:
            claim = await queries.lock_claim(db, request.person_id, request.skill_id)
            claim.confirmed_level, claim.confirmed_on = request.level, today
            claim.confirmed_by, claim.confirmed_as = name, request.relation
        await db.flush()
        await _tell(db, request)
        await record(
            db,
            actor,
            "confirmation.answered",
            subject=("person", request.person_id),
            facts={"answer": action},
        )
        await profiles.tell(db, request.person_id)


async def _tell(db: AsyncSession, request: SkillConfirmation) -> None:
    """Word to who asked: that there is an answer, and where; not what, nor of whom."""
    person = await queries.get_asker(db, request.person_id)
    skill = await queries.skill_of(db, request.skill_id)
    await send(
        db,
        to=person.email,
        template=TELLS,
        values={"skill": skill.name, "path": f"/profile/skills/{skill.slug}"},
        language=cast("Language", person.language),
        person_id=person.id,
    )


async def look_after(db: AsyncSession) -> None:
    """Each hour: end requests whose time is over, and delete what is kept no longer."""
    for request in await queries.lock_lapsed(db):
        move(db, request, ConfirmationAction.LAPSE)
    await db.flush()
    await db.execute(delete(SkillConfirmation).where(queries.ended_long_ago()))
    await db.execute(
        delete(SkillConfirmation).where(
            SkillConfirmation.status == ConfirmationStatus.DRAFT,
            SkillConfirmation.created_at < func.now() - DRAFT_LIVES,
        )
    )


async def forget_confirmer(db: AsyncSession, addresses: Collection[str]) -> None:
    """Take out of others' skills the name of somebody who is erased; what they confirmed stays."""
    marks = [mark_of(db, one) for one in addresses]
    for request in await queries.lock_by_marks(db, marks):
        await db.execute(
            update(ProfileSkill)
            .where(
                ProfileSkill.person_id == request.person_id,
                ProfileSkill.skill_id == request.skill_id,
                ProfileSkill.confirmed_by == request.name,
            )
            .values(confirmed_by=REMOVED)
        )
        request.name = REMOVED
    await db.flush()
