"""What the match tables are made from: profiles, what people granted, and posts."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Date, Select, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.matching.domain import PersonFacts, Recipients, Wanted
from app.matching.models import MatchWaiver, person_match, post_match
from app.matching.rule import Asked, Availability, Held, Terms, is_recent
from app.opportunities.domain import OpportunityStatus, PostFacts, Remote
from app.opportunities.models import Opportunity, OpportunitySkill
from app.organisations.models import Membership
from app.profiles.consent.domain import Group, Purpose, Recipient
from app.profiles.domain import Availability as Stated
from app.profiles.domain import RemoteWork, moves_of
from app.profiles.models import (
    ConsentGrant,
    Profile,
    ProfileAvailability,
    ProfileHiding,
    ProfileSkill,
)


async def reads_all_of(db: AsyncSession, person_id: uuid.UUID) -> bool:
    """Whether this transaction is the person's own or the system's, to whom nothing is hidden."""
    system, person = (
        func.current_setting(name, True) for name in ("app.is_system", "app.person_id")
    )
    return await db.scalar(select((system == "on") | (person == str(person_id)))) is True


async def lock_people(
    db: AsyncSession, person_ids: Sequence[uuid.UUID], today: date
) -> list[PersonFacts]:
    """Those of these people who have a profile with skills, locked first, in six queries.

    People lock their profile before they change it, and who joins a body changes the written row:
    we wait for them, and they for us. What the caller may not read is missing: for their owner, or
    for the system.
    """
    profiles = (
        await db.execute(
            select(Profile.person_id, Profile.paused_until)
            .where(Profile.person_id.in_(person_ids))
            .order_by(Profile.person_id)
            .with_for_update()
        )
    ).all()
    row = person_match.c.person_id
    await db.execute(select(row).where(row.in_(person_ids)).order_by(row).with_for_update())
    skills = await _held(db, person_ids, today.year)
    free = await _availability(db, person_ids)
    grants = await _grants(db, person_ids, today)
    employers, hidden = await _bodies(db, person_ids)
    return [
        PersonFacts(
            person_id,
            skills[person_id],
            today.year,
            free.get(person_id, Availability()),
            recipients(grants[person_id], Group.LEVELS),
            recipients(grants[person_id], Group.AVAILABILITY),
            frozenset(employers[person_id]),
            frozenset(hidden[person_id]),
            first_end(grants[person_id]),
            paused_until,
        )
        for person_id, paused_until in profiles
        if skills[person_id]
    ]


async def _held(
    db: AsyncSession, person_ids: Sequence[uuid.UUID], year: int
) -> dict[uuid.UUID, dict[uuid.UUID, Held]]:
    found = await db.execute(
        select(
            ProfileSkill.person_id,
            ProfileSkill.skill_id,
            ProfileSkill.level,
            ProfileSkill.last_used_on,
            ProfileSkill.confirmed_level,
        ).where(ProfileSkill.person_id.in_(person_ids))
    )
    skills: dict[uuid.UUID, dict[uuid.UUID, Held]] = defaultdict(dict)
    for one in found:
        skills[one.person_id][one.skill_id] = held_of(one, year)
    return skills


def held_of(skill: Any, year: int) -> Held:
    """A claim as the rule knows it: confirmed where somebody confirmed that level or more."""
    is_confirmed = skill.confirmed_level is not None and skill.confirmed_level >= skill.level
    return Held(skill.level, is_recent(skill.last_used_on, year), is_confirmed)


async def _availability(
    db: AsyncSession, person_ids: Sequence[uuid.UUID]
) -> dict[uuid.UUID, Availability]:
    stated = ProfileAvailability
    found = await db.execute(
        select(
            stated.person_id, stated.moves, stated.days, stated.from_on, stated.until_on,
            stated.months, stated.regions, stated.remote,
        ).where(stated.person_id.in_(person_ids))
    )  # fmt: skip
    return {one.person_id: availability_of(one) for one in found}


def availability_of(row: Any) -> Availability:
    """What somebody is open to, as the rule knows it. Moves that no post answers suit no post."""
    moves = moves_of(row.moves)
    return Availability(
        Stated(moves).post_kinds() if moves else None,
        row.days,
        row.from_on,
        row.until_on,
        row.months,
        frozenset(row.regions),
        None if row.remote is None else RemoteWork(row.remote).value,
    )


async def _grants(
    db: AsyncSession, person_ids: Sequence[uuid.UUID], today: date
) -> dict[uuid.UUID, list[Any]]:
    """What counts today of what people granted so that they are found for posts."""
    given = ConsentGrant
    found = await db.execute(
        select(
            given.person_id, given.groups, given.recipient, given.recipient_kind,
            given.recipient_region, given.organisation_id, given.until_on,
        ).where(
            given.person_id.in_(person_ids),
            given.purpose == Purpose.FOUND,
            given.withdrawn_at.is_(None),
            given.until_on >= today,
        )
    )  # fmt: skip
    grants: dict[uuid.UUID, list[Any]] = defaultdict(list)
    for one in found:
        grants[one.person_id].append(one)
    return grants


def recipients(grants: Iterable[Any], group: Group) -> Recipients:
    """To whom these grants give a group of fields."""
    found = [one for one in grants if group in one.groups]
    return Recipients(
        any(one.recipient == Recipient.VERIFIED for one in found),
        frozenset(one.recipient_kind for one in found if one.recipient_kind is not None),
        frozenset(one.recipient_region for one in found if one.recipient_region is not None),
        frozenset(one.organisation_id for one in found if one.organisation_id is not None),
    )


def first_end(grants: Iterable[Any]) -> date | None:
    """The last day of the first grant that ends: from then on it must be looked at again."""
    return min((one.until_on for one in grants), default=None)


async def _bodies(
    db: AsyncSession, person_ids: Sequence[uuid.UUID]
) -> tuple[dict[uuid.UUID, set[uuid.UUID]], dict[uuid.UUID, set[uuid.UUID]]]:
    """For whom people work, and from whom they hide."""
    works = select(
        literal(False).label("is_hidden"), Membership.person_id, Membership.organisation_id
    ).where(Membership.ended_at.is_(None), Membership.person_id.in_(person_ids))
    hides = select(literal(True), ProfileHiding.person_id, ProfileHiding.organisation_id).where(
        ProfileHiding.person_id.in_(person_ids)
    )
    found: tuple[dict[uuid.UUID, set[uuid.UUID]], ...] = defaultdict(set), defaultdict(set)
    for is_hidden, person_id, organisation_id in await db.execute(works.union_all(hides)):
        found[is_hidden][person_id].add(organisation_id)
    return found[0], found[1]


async def people_after(db: AsyncSession, after: uuid.UUID | None, count: int) -> list[uuid.UUID]:
    """Everybody with a profile, a batch at a time, in the order of their ids."""
    wanted = select(Profile.person_id).order_by(Profile.person_id).limit(count)
    if after is not None:
        wanted = wanted.where(Profile.person_id > after)
    return list(await db.scalars(wanted))


async def people_due(db: AsyncSession, today: date, count: int) -> list[uuid.UUID]:
    """People whose row is missing or out of date: a grant has ended, or a year has begun."""
    due = select(func.match_due(literal(today, Date())).column_valued("person_id"))
    missing = (
        select(Profile.person_id)
        .outerjoin(person_match, person_match.c.person_id == Profile.person_id)
        .where(
            person_match.c.person_id.is_(None),
            select(ProfileSkill.id).where(ProfileSkill.person_id == Profile.person_id).exists(),
        )
    )
    return list(await db.scalars(due.union(missing).order_by("person_id").limit(count)))


def wanted_of(post: PostFacts, waived: frozenset[uuid.UUID] = frozenset()) -> Wanted:
    """What a post asks for, as the rule knows it."""
    return Wanted(
        tuple(
            Asked(one.skill_id, one.level, one.is_must, one.skill_id in waived)
            for one in post.skills
        ),
        terms_of(post),
    )


def terms_of(post: Any) -> Terms:
    """The conditions of a post, of its facts or of a row of `open_post`."""
    ends_on = post.ends_on
    if ends_on is None and post.weeks is not None and post.starts_on is not None:
        ends_on = post.starts_on + timedelta(weeks=post.weeks, days=-1)
    return Terms(
        post.kind,
        post.days_per_week,
        post.starts_on,
        ends_on,
        post.region,
        post.remote == Remote.REMOTE,
    )


async def waived_skills(db: AsyncSession, opportunity_id: uuid.UUID) -> frozenset[uuid.UUID]:
    """The must-haves of a post that were waived."""
    wanted = select(MatchWaiver.skill_id).where(MatchWaiver.opportunity_id == opportunity_id)
    return frozenset(await db.scalars(wanted))


async def lock_wanted(db: AsyncSession, post_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Wanted]:
    """What those of these posts ask for that are open and ask for skills, in two queries.

    They are locked first, so that none is closed or changed while it is written.
    """
    posts = await db.execute(
        select(
            Opportunity.id, Opportunity.kind, Opportunity.days_per_week, Opportunity.starts_on,
            Opportunity.ends_on, Opportunity.weeks, Opportunity.region, Opportunity.remote,
        )
        .where(Opportunity.id.in_(post_ids), Opportunity.status == OpportunityStatus.OPEN)
        .order_by(Opportunity.id)
        .with_for_update()
    )  # fmt: skip
    terms = {row.id: terms_of(row) for row in posts}
    needs = await db.execute(
        select(
            OpportunitySkill.opportunity_id,
            OpportunitySkill.skill_id,
            OpportunitySkill.level,
            OpportunitySkill.is_must,
            MatchWaiver.id.is_not(None).label("is_waived"),
        )
        .outerjoin(
            MatchWaiver,
            (MatchWaiver.opportunity_id == OpportunitySkill.opportunity_id)
            & (MatchWaiver.skill_id == OpportunitySkill.skill_id),
        )
        .where(OpportunitySkill.opportunity_id.in_(terms))
        .order_by(OpportunitySkill.is_must.desc(), OpportunitySkill.id)
    )
    asked: dict[uuid.UUID, list[Asked]] = defaultdict(list)
    for opportunity_id, skill_id, level, is_must, is_waived in needs:
        asked[opportunity_id].append(Asked(skill_id, level, is_must, is_waived))
    return {key: Wanted(tuple(skills), terms[key]) for key, skills in asked.items()}


async def posts_after(db: AsyncSession, after: uuid.UUID | None, count: int) -> list[uuid.UUID]:
    """Open posts, a batch at a time, in the order of their ids."""
    wanted = _open_posts().limit(count)
    if after is not None:
        wanted = wanted.where(Opportunity.id > after)
    return list(await db.scalars(wanted))


async def posts_due(db: AsyncSession, count: int) -> list[uuid.UUID]:
    """Open posts that ask for skills and have no row."""
    wanted = (
        _open_posts()
        .outerjoin(post_match, post_match.c.opportunity_id == Opportunity.id)
        .where(
            post_match.c.opportunity_id.is_(None),
            select(OpportunitySkill.id)
            .where(OpportunitySkill.opportunity_id == Opportunity.id)
            .exists(),
        )
        .limit(count)
    )
    return list(await db.scalars(wanted))


def _open_posts() -> Select[uuid.UUID]:
    return (
        select(Opportunity.id)
        .where(Opportunity.status == OpportunityStatus.OPEN)
        .order_by(Opportunity.id)
    )
