"""Every read of requests to confirm a skill: for their owner, and behind the link of a mail."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor, me
from app.core.db import follow_link, seeing_all
from app.core.paging import Paged, Part
from app.organisations.links import sha256_of
from app.organisations.models import Person
from app.profiles.confirming.domain import (
    KEEP_ENDED,
    LIVE,
    OPEN,
    ConfirmationStatus,
    Relation,
    no_such_link,
)
from app.profiles.confirming.models import SkillConfirmation
from app.profiles.domain import not_found
from app.profiles.models import ProfileSkill
from app.profiles.queries import EvidenceEntry, list_evidence
from app.roles.domain import Proficiency
from app.roles.models import Skill

MOST_AT_ONCE = 500
"""How many requests a run of the timer ends; the next run goes on."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request as its owner sees it, with the skill that it is about."""

    id: uuid.UUID
    slug: str
    skill: str
    skill_id: uuid.UUID
    level: Proficiency
    name: str
    relation: Relation
    language: str
    email: str | None
    email_domain: str
    status: ConfirmationStatus
    sent_at: datetime | None
    expires_at: datetime | None
    settled_at: datetime | None


def _requests() -> Select[SkillConfirmation, str, str]:
    return select(SkillConfirmation, Skill.slug, Skill.name).join(
        Skill, Skill.id == SkillConfirmation.skill_id
    )


def _request(row: SkillConfirmation, slug: str, skill: str) -> Request:
    return Request(
        row.id,
        slug,
        skill,
        row.skill_id,
        Proficiency(row.level),
        row.name,
        Relation(row.relation),
        row.language,
        row.email,
        row.email_domain,
        ConfirmationStatus(row.status),
        row.sent_at,
        row.expires_at,
        row.settled_at,
    )


async def get_request(db: AsyncSession, actor: Actor, confirmation_id: uuid.UUID) -> Request:
    """One of the actor's own requests. Raises NotFound."""
    wanted = _requests().where(
        SkillConfirmation.id == confirmation_id, SkillConfirmation.person_id == me(actor)
    )
    row = (await db.execute(wanted)).one_or_none()
    if row is None:
        raise not_found()
    return _request(*row)


async def list_requests(db: AsyncSession, person_id: uuid.UUID, part: Part) -> Paged[Request]:
    """What somebody has asked others to confirm, the newest first."""
    of_person = SkillConfirmation.person_id == person_id
    total = await db.scalar(select(func.count()).select_from(SkillConfirmation).where(of_person))
    found = await db.execute(
        _requests()
        .where(of_person)
        .order_by(SkillConfirmation.id.desc())
        .limit(part.size)
        .offset(part.offset)
    )
    return Paged([_request(*row) for row in found], total or 0, part)


async def list_live(
    db: AsyncSession, person_id: uuid.UUID, skill_id: uuid.UUID
) -> Sequence[Request]:
    """What is not sent, waits, or was confirmed of a skill as it is claimed now; never many."""
    found = await db.execute(
        _requests()
        .where(
            SkillConfirmation.person_id == person_id,
            SkillConfirmation.skill_id == skill_id,
            SkillConfirmation.status.in_({*OPEN, *LIVE}),
        )
        .order_by(SkillConfirmation.id.desc())
    )
    return [_request(*row) for row in found]


async def count_waiting(db: AsyncSession, person_id: uuid.UUID) -> int:
    """How many requests of somebody wait for an answer."""
    found = await db.scalar(
        select(func.count())
        .select_from(SkillConfirmation)
        .where(
            SkillConfirmation.person_id == person_id,
            SkillConfirmation.status == ConfirmationStatus.WAITING,
        )
    )
    return found or 0


async def asked_before(
    db: AsyncSession, person_id: uuid.UUID, email_mark: bytes
) -> Sequence[tuple[uuid.UUID, ConfirmationStatus]]:
    """What somebody asked of an address before: skills, and how each request stands."""
    found = await db.execute(
        select(SkillConfirmation.skill_id, SkillConfirmation.status).where(
            SkillConfirmation.person_id == person_id,
            SkillConfirmation.email_mark == email_mark,
            SkillConfirmation.status != ConfirmationStatus.DRAFT,
        )
    )
    return [(row[0], ConfirmationStatus(row[1])) for row in found]


async def own_addresses(db: AsyncSession, person_id: uuid.UUID) -> frozenset[str]:
    """The addresses that sign somebody in."""
    row = (
        await db.execute(select(Person.email, Person.private_email).where(Person.id == person_id))
    ).one()
    return frozenset(one for one in row if one)


async def get_asker(db: AsyncSession, person_id: uuid.UUID) -> Person:
    """Who asks: name, address and language."""
    return await db.get_one(Person, person_id)


async def skill_of(db: AsyncSession, skill_id: uuid.UUID) -> Skill:
    """The skill that a request is about."""
    return await db.get_one(Skill, skill_id)


@dataclass(frozen=True, slots=True)
class Asked:
    """What whoever holds the link is shown: the claim with its evidence, and nothing else."""

    person_id: uuid.UUID
    asker: str
    skill: str
    level: Proficiency
    name: str
    relation: Relation
    status: ConfirmationStatus
    expires_at: datetime | None
    is_open: bool
    evidence: Sequence[EvidenceEntry]


async def get_asked(db: AsyncSession, token: str) -> Asked:
    """What is behind a link, opened by whoever holds it. Raises NotFound.

    Evidence is read only while the request waits.
    """
    row = await find_by_link(db, token)
    async with seeing_all(db):
        skill = await skill_of(db, row.skill_id)
        asker = await get_asker(db, row.person_id)
        has_ended = await is_over(db, row.id)
        is_open = row.status == ConfirmationStatus.WAITING and not has_ended
        evidence = await list_evidence(db, row.person_id, row.skill_id) if is_open else ()
    return Asked(
        row.person_id,
        asker.name,
        skill.name,
        Proficiency(row.level),
        row.name,
        Relation(row.relation),
        ConfirmationStatus(row.status),
        row.expires_at,
        is_open,
        evidence,
    )


async def find_by_link(db: AsyncSession, token: str) -> SkillConfirmation:
    """The request that a link leads to, visible for the rest of the transaction.

    Raises NotFound.
    """
    token_sha256 = sha256_of(token, no_such_link())
    await follow_link(db, token_sha256)
    found = await db.scalar(
        select(SkillConfirmation).where(SkillConfirmation.token_sha256 == token_sha256)
    )
    if found is None:
        raise no_such_link()
    return found


async def lock_request(
    db: AsyncSession, person_id: uuid.UUID, confirmation_id: uuid.UUID
) -> SkillConfirmation:
    """A request, to be changed by nobody else meanwhile. Raises NotFound."""
    found = await db.scalar(
        select(SkillConfirmation)
        .where(SkillConfirmation.id == confirmation_id, SkillConfirmation.person_id == person_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise not_found()
    return found


async def lock_live(
    db: AsyncSession, person_id: uuid.UUID, levels: Mapping[uuid.UUID, int | None]
) -> Sequence[SkillConfirmation]:
    """Requests that wait or count for these skills at another level; None is no level at all."""
    found = await db.scalars(
        select(SkillConfirmation)
        .where(
            SkillConfirmation.person_id == person_id,
            SkillConfirmation.skill_id.in_(list(levels)),
            SkillConfirmation.status.in_(LIVE),
        )
        .order_by(SkillConfirmation.id)
        .with_for_update()
    )
    return [one for one in found if levels[one.skill_id] != one.level]


async def lock_claim(db: AsyncSession, person_id: uuid.UUID, skill_id: uuid.UUID) -> ProfileSkill:
    """The claim that a request is about."""
    return (
        await db.scalars(
            select(ProfileSkill)
            .where(ProfileSkill.person_id == person_id, ProfileSkill.skill_id == skill_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    ).one()


async def is_over(db: AsyncSession, confirmation_id: uuid.UUID) -> bool:
    """Whether a link has ended, by the clock of the database."""
    ended = select(SkillConfirmation.expires_at <= func.now())
    return bool(await db.scalar(ended.where(SkillConfirmation.id == confirmation_id)))


async def lock_lapsed(db: AsyncSession) -> Sequence[SkillConfirmation]:
    """Requests whose time is over, some at a time; those that somebody works on wait."""
    found = await db.scalars(
        select(SkillConfirmation)
        .where(
            SkillConfirmation.status == ConfirmationStatus.WAITING,
            SkillConfirmation.expires_at <= func.now(),
        )
        .order_by(SkillConfirmation.id)
        .limit(MOST_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    return found.all()


async def letters_of(db: AsyncSession, person_id: uuid.UUID) -> Sequence[uuid.UUID]:
    """The messages by which somebody asked others."""
    found = await db.scalars(
        select(SkillConfirmation.message_id).where(
            SkillConfirmation.person_id == person_id, SkillConfirmation.message_id.is_not(None)
        )
    )
    return [one for one in found if one is not None]


def ended_long_ago() -> ColumnElement[bool]:
    """Requests that nobody needs any more: those that count, or wait, stay."""
    return (SkillConfirmation.status.not_in({*OPEN, *LIVE})) & (
        SkillConfirmation.settled_at < func.now() - KEEP_ENDED
    )


async def lock_by_marks(
    db: AsyncSession, email_marks: Collection[bytes]
) -> Sequence[SkillConfirmation]:
    """The requests to whoever has one of these addresses; only commands call it."""
    found = await db.scalars(
        select(SkillConfirmation)
        .where(SkillConfirmation.email_mark.in_(email_marks))
        .order_by(SkillConfirmation.id)
        .with_for_update()
    )
    return found.all()
