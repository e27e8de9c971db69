"""The match tables follow profiles, what people grant, and posts, in the same transaction."""

import random
import uuid
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.core.actor import SYSTEM
from app.core.outbox import Outbox
from app.matching import following, jobs
from app.matching.models import match_skill, post_match
from app.matching.queries import source
from app.opportunities.domain import OpportunityKind, OpportunityStatus, PostFacts, SkillNeed
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
    Profile,
    ProfileAvailability,
    ProfileHiding,
)
from app.worker import JOBS
from tests.conftest import RequestSession
from tests.counting import counted
from tests.matching.made import DAY, TODAY, a_profile, a_skill, an_open_post, finds, func_now, grant
from tests.people import make_member, make_organisation


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
    facts = await source.lock_people(db, [person_id], tomorrow)
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


async def waiting(db: AsyncSession) -> list[tuple[str, dict[str, Any]]]:
    """What was written down for later, taken away."""
    rows = list(await db.scalars(select(Outbox).order_by(Outbox.id)))
    await db.execute(delete(Outbox))
    return [(row.job, row.arguments) for row in rows if row.job.startswith("matching.")]


@pytest.mark.parametrize("start", ["write_due", "rebuild_posts"])
async def test_posts_are_written_a_batch_at_a_time_and_the_next_goes_on(
    db: AsyncSession, monkeypatch: pytest.MonkeyPatch, start: str
) -> None:
    monkeypatch.setattr(following, "BATCH", 2)
    skill, body = await a_skill(db), await make_organisation(db)
    posts = sorted([(await an_open_post(db, body, skill)).id for _ in range(5)])
    await db.execute(delete(Outbox))
    arguments = {"after": None} if start == "rebuild_posts" else {}
    written = []
    todo = [(f"matching.{start}", arguments)]
    while todo:
        assert len(todo) == 1
        await JOBS[todo[0][0]](db, **todo[0][1])
        written.append(sum([await matched(db, one) for one in posts]))
        todo = await waiting(db)
    assert [one for one in written if one < 5] == [2, 4]
    assert written[2:] == [5] * (len(written) - 2)


async def test_many_posts_and_people_are_written_with_as_many_statements_as_one(
    db: AsyncSession, connection: AsyncConnection
) -> None:
    skill, body = await a_skill(db), await make_organisation(db)
    await jobs.look_after(db)
    seen = []
    for number in (1, 6):
        for _ in range(number):
            await an_open_post(db, body, skill)
            await a_profile(db, skill)
        with counted(connection) as statements:
            await jobs.write_due(db)
        seen.append(len(statements))
    assert seen[0] == seen[1]
    assert seen[0] <= 16


async def test_a_new_skill_has_everything_written_again(db: AsyncSession) -> None:
    await a_skill(db)
    await jobs.look_after(db)
    await db.execute(delete(Outbox))
    await db.execute(delete(match_skill).where(match_skill.c.number == 1))
    await jobs.look_after(db)
    again = {"after": None}
    assert await waiting(db) == [
        ("matching.rebuild_people", again), ("matching.rebuild_posts", again),
    ]  # fmt: skip


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


async def test_a_change_by_somebody_else_is_written_by_the_worker(
    db: AsyncSession, connection: AsyncConnection
) -> None:
    """What a body may read of a person is not all there is: it must not be taken for that."""
    skill, body = await a_skill(db), await make_organisation(db)
    person_id = await a_profile(db, skill)
    db.add(grant(person_id))
    await following.follow_person(db, person_id)
    await db.commit()
    async with AsyncSession(
        connection,
        sync_session_class=RequestSession,
        join_transaction_mode="create_savepoint",
        expire_on_commit=False,
    ) as somebody_else:
        await following.follow_person(somebody_else, person_id)
        await somebody_else.commit()
    waiting = await db.scalar(select(Outbox).where(Outbox.job == "matching.follow_person"))
    assert waiting is not None
    assert await finds(db, body, skill) == {person_id}
    await jobs.follow_person(db, **waiting.arguments)
    assert await finds(db, body, skill) == {person_id}
