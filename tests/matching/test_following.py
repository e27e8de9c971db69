"""The match tables follow profiles, what people grant, and posts, in the same transaction."""

import random
import uuid
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import SYSTEM
from app.core.clock import london_today
from app.core.paging import Part
from app.matching import following, jobs
from app.matching.domain import Wanted
from app.matching.models import post_match
from app.matching.queries import numbering as numbers
from app.matching.queries import search, source
from app.matching.rule import Asked, Terms
from app.opportunities.domain import OpportunityKind, OpportunityStatus, PostFacts, SkillNeed
from app.opportunities.models import Opportunity, OpportunitySkill
from app.organisations.models import Organisation, Person
from app.profiles.consent.domain import (
    Choices,
    Grant,
    Group,
    Purpose,
    Recipient,
    Viewer,
    visible_groups,
    whole,
)
from app.profiles.models import (
    ConsentGrant,
    Profile,
    ProfileAvailability,
    ProfileHiding,
    ProfileSkill,
)
from app.roles.models import FrameworkEdition, Skill
from tests.people import make_member, make_organisation

ALL = Part(1, 100)
TODAY = london_today()
DAY = timedelta(days=1)


async def a_skill(db: AsyncSession) -> uuid.UUID:
    return (await db.scalars(select(Skill.id).where(Skill.name == "Agile working"))).one()


async def a_profile(db: AsyncSession, skill: uuid.UUID, level: int = 3) -> uuid.UUID:
    """Somebody whose profile names one skill, and who has granted nothing."""
    edition = (await db.scalars(select(FrameworkEdition.id).limit(1))).one()
    person = Person(name="Person Example", email=f"{uuid.uuid4()}@people.example")
    db.add(person)
    await db.flush()
    db.add(Profile(person_id=person.id, reviewed_on=TODAY))
    await db.flush()
    db.add(ProfileSkill(person_id=person.id, skill_id=skill, edition_id=edition, level=level))
    await db.flush()
    return person.id


def grant(person_id: uuid.UUID, **changes: Any) -> ConsentGrant:
    return ConsentGrant(
        **{
            "person_id": person_id,
            "groups": ["skills", "levels"],
            "recipient": "verified",
            "purpose": "found",
            "until_on": TODAY + 30 * DAY,
            "words_version": "1",
            **changes,
        }
    )


async def finds(db: AsyncSession, body: Organisation, skill: uuid.UUID) -> set[uuid.UUID]:
    """Whom a body finds for a post that asks for a skill alone."""
    wanted = Wanted((Asked(skill, 1),), Terms("secondment_wanted"))
    known = await numbers.load_numbering(db)
    found = await search.find_people(db, body.id, wanted, known, TODAY, ALL)
    return {one.id for one in found}


async def test_a_grant_is_found_and_withdrawn_at_once(db: AsyncSession) -> None:
    skill, body = await a_skill(db), await make_organisation(db)
    person_id = await a_profile(db, skill)
    await following.follow_person(db, person_id)
    assert await finds(db, body, skill) == set()
    given = grant(person_id)
    db.add(given)
    await following.follow_person(db, person_id)
    assert await finds(db, body, skill) == {person_id}
    given.withdrawn_at = given.created_at
    await following.follow_person(db, person_id)
    assert await finds(db, body, skill) == set()


def random_choice(chance: random.Random, bodies: list[Organisation]) -> dict[str, Any]:
    """A grant of any groups to anybody, some of them over or withdrawn."""
    groups = whole(chance.sample([Group.NAME, Group.SKILLS, Group.LEVELS, Group.AVAILABILITY], 2))
    recipient = chance.choice(list(Recipient))
    body = chance.choice(bodies)
    return {
        "groups": sorted(groups),
        "recipient": recipient,
        "organisation_id": body.id if recipient is Recipient.BODY else None,
        "recipient_kind": body.kind if recipient is Recipient.KIND else None,
        "recipient_region": body.region if recipient is Recipient.REGION else None,
        "until_on": TODAY + chance.choice((-1, 0, 30)) * DAY,
    }


async def test_a_body_finds_exactly_those_whose_levels_it_may_see(db: AsyncSession) -> None:
    """Search and the one place that decides what a viewer sees, over random choices."""
    chance = random.Random(2)
    skill = await a_skill(db)
    bodies = [
        await make_organisation(db, kind=kind, region=region)
        for kind, region in (("council", "wales"), ("nhs", "wales"), ("nhs", "london"))
    ]
    expected: dict[uuid.UUID, set[uuid.UUID]] = {body.id: set() for body in bodies}
    for _ in range(24):
        person_id = await a_profile(db, skill)
        given = [random_choice(chance, bodies) for _ in range(chance.randint(0, 3))]
        withdrawn = [chance.random() < 0.2 for _ in given]
        hidden = chance.sample(bodies, chance.choice((0, 0, 1)))
        employers = chance.sample(bodies, chance.choice((0, 1)))
        paused = chance.choice((None, None, TODAY, TODAY - DAY))
        for one, gone in zip(given, withdrawn, strict=True):
            db.add(grant(person_id, **one, withdrawn_at=func_now() if gone else None))
        for body in hidden:
            db.add(ProfileHiding(person_id=person_id, organisation_id=body.id))
        (
            await db.scalars(select(Profile).where(Profile.person_id == person_id))
        ).one().paused_until = paused
        for body in employers:
            await make_member(db, body, person=await db.get_one(Person, person_id))
        await following.follow_person(db, person_id)
        choices = Choices(
            tuple(
                Grant(
                    frozenset(Group(group) for group in one["groups"]),
                    one["recipient"],
                    Purpose.FOUND,
                    one["until_on"],
                    one["organisation_id"],
                    one["recipient_kind"] or one["recipient_region"],
                    is_withdrawn=gone,
                )
                for one, gone in zip(given, withdrawn, strict=True)
            ),
            (),
            frozenset(body.id for body in employers),
            frozenset(body.id for body in hidden),
            paused,
        )
        for body in bodies:
            viewer = Viewer(body.id, body.kind, body.region, True)
            if Group.LEVELS in visible_groups(choices, viewer, TODAY):
                expected[body.id].add(person_id)
    assert {body.id: await finds(db, body, skill) for body in bodies} == expected
    assert all(expected.values())


def func_now() -> Any:
    return text("now()")


async def test_a_grant_that_ends_is_looked_at_again_for_those_that_go_on(
    db: AsyncSession,
) -> None:
    skill = await a_skill(db)
    person_id = await a_profile(db, skill)
    db.add_all([grant(person_id, until_on=TODAY), grant(person_id)])
    await following.follow_person(db, person_id)
    tomorrow = TODAY + DAY
    assert await source.people_due(db, TODAY, 10) == []
    assert await source.people_due(db, tomorrow, 10) == [person_id]
    facts = await source.load_people(db, [person_id], tomorrow)
    assert facts[0].consent_until == TODAY + 30 * DAY


async def test_the_timer_writes_people_and_posts_that_are_missing(db: AsyncSession) -> None:
    skill, body = await a_skill(db), await make_organisation(db)
    person_id = await a_profile(db, skill)
    db.add(grant(person_id))
    post = await an_open_post(db, body, skill)
    await jobs.look_after(db)
    assert await finds(db, body, skill) == {person_id}
    assert await matched(db, post.id)
    await jobs.rebuild_people(db, after=None)
    assert await finds(db, body, skill) == {person_id}


async def an_open_post(db: AsyncSession, body: Organisation, skill: uuid.UUID) -> Opportunity:
    post = Opportunity(
        slug=f"post-{uuid.uuid4()}",
        organisation_id=body.id,
        kind="secondment_wanted",
        title="Delivery manager",
        status="open",
        published_at=func_now(),
        review_on=TODAY + 20 * DAY,
        closes_on=TODAY + 20 * DAY,
        audience="verified",
        days_per_week=Decimal("2.5"),
    )
    db.add(post)
    await db.flush()
    db.add(OpportunitySkill(opportunity_id=post.id, skill_id=skill, level=2, is_must=True))
    await db.flush()
    return post


async def matched(db: AsyncSession, post_id: uuid.UUID) -> bool:
    wanted = select(post_match.c.total).where(post_match.c.opportunity_id == post_id)
    return await db.scalar(wanted) is not None


async def test_a_post_is_matched_while_it_is_open(db: AsyncSession) -> None:
    skill = await a_skill(db)
    post_id = (await an_open_post(db, await make_organisation(db), skill)).id
    draft = PostFacts(post_id, uuid.uuid4(), OpportunityKind.JOB_SWAP, OpportunityStatus.DRAFT, "")
    is_open = PostFacts(
        post_id, draft.organisation_id, OpportunityKind.JOB_SWAP, OpportunityStatus.OPEN, "",
        skills=(SkillNeed(skill, 2, True),),
    )  # fmt: skip
    await following.follow_post(db, SYSTEM, draft, is_open)
    assert await matched(db, post_id)
    await following.follow_post(db, SYSTEM, is_open, draft)
    assert not await matched(db, post_id)


async def test_what_somebody_is_open_to_reads_as_their_profile_says(db: AsyncSession) -> None:
    stated = ProfileAvailability(
        moves=["secondment:go", "short_assignment:host"], regions=["wales"], days=Decimal(2),
        remote="either", months=6, from_on=date(2027, 1, 1), until_on=None,
    )  # fmt: skip
    found = source.availability_of(stated)
    assert found.moves == frozenset({"secondment_wanted"})
    assert (found.days, found.months, found.remote) == (Decimal(2), 6, "either")
    host = ProfileAvailability(moves=["short_assignment:host"], regions=[])
    assert source.availability_of(host).moves == frozenset()
    assert source.availability_of(ProfileAvailability(moves=[], regions=[])).moves is None
