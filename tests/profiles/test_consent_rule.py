"""What a body may see: the pure rule, and the function of the database that says the same."""

import random
import uuid
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.errors import Refused
from app.profiles.consent.domain import (
    Choices,
    Disclosure,
    Grant,
    Group,
    Purpose,
    Recipient,
    Stage,
    Viewer,
    require_group,
    visible_groups,
    whole,
)
from tests.opportunities.posts import make_whole_post
from tests.people import make_member, make_organisation, make_person
from tests.profiles.people import TODAY, Chance, store, viewer_of

BODY, OTHER, POST = (uuid.UUID(int=n) for n in (1, 2, 3))
COUNCIL = Viewer(BODY, "council", "wales", is_verified=True)
SEEN = frozenset({Group.SKILLS, Group.LEVELS})


def grant(**changes: Any) -> Grant:
    values: dict[str, Any] = {
        "groups": SEEN,
        "recipient": Recipient.VERIFIED,
        "purpose": Purpose.FOUND,
        "until_on": TODAY,
        **changes,
    }
    return Grant(**values)


@pytest.mark.parametrize(
    ("why", "choices", "seen"),
    [
        ("nothing was granted", Choices(), set()),
        ("all verified bodies", Choices((grant(),)), SEEN),
        ("over since yesterday", Choices((grant(until_on=TODAY - timedelta(1)),)), set()),
        ("withdrawn", Choices((grant(is_withdrawn=True),)), set()),
        ("paused", Choices((grant(),), paused_until=TODAY), set()),
        ("pause over", Choices((grant(),), paused_until=TODAY - timedelta(1)), SEEN),
        ("hidden", Choices((grant(),), hidden_from=frozenset({BODY})), set()),
        ("own employer", Choices((grant(),), employers=frozenset({BODY})), set()),
        (
            "own employer by name",
            Choices(
                (grant(recipient=Recipient.BODY, organisation_id=BODY),),
                employers=frozenset({BODY}),
            ),
            SEEN,
        ),
        (
            "another body",
            Choices((grant(recipient=Recipient.BODY, organisation_id=OTHER),)),
            set(),
        ),
        ("its kind", Choices((grant(recipient=Recipient.KIND, of="council"),)), SEEN),
        ("another kind", Choices((grant(recipient=Recipient.KIND, of="nhs"),)), set()),
        ("its region", Choices((grant(recipient=Recipient.REGION, of="wales"),)), SEEN),
        ("another region", Choices((grant(recipient=Recipient.REGION, of="london"),)), set()),
        (
            "one application",
            Choices((grant(purpose=Purpose.APPLICATION, opportunity_id=POST),)),
            set(),
        ),
        ("a stage of a post", Choices((), (Disclosure(BODY, POST, Stage.OFFER),)), set()),
    ],
)
def test_who_looks_for_people_sees(why: str, choices: Choices, seen: set[Group]) -> None:
    assert visible_groups(choices, COUNCIL, TODAY) == seen, why


@pytest.mark.parametrize(
    ("stage", "seen"),
    [
        (Stage.INTEREST, {Group.REACH}),
        (Stage.SHORTLIST, {Group.REACH, Group.NAME}),
        (Stage.OFFER, {Group.REACH, Group.NAME, Group.PAY}),
    ],
)
def test_stages_show_more_one_after_the_other(stage: Stage, seen: set[Group]) -> None:
    choices = Choices((), (Disclosure(BODY, POST, stage),), paused_until=TODAY)
    assert visible_groups(choices, COUNCIL, TODAY, opportunity_id=POST) == seen
    ended = Choices((), (Disclosure(BODY, POST, stage, is_withdrawn=True),))
    assert visible_groups(ended, COUNCIL, TODAY, opportunity_id=POST) == set()


def test_a_body_that_is_not_verified_sees_nothing() -> None:
    stranger = Viewer(BODY, "council", "wales", is_verified=False)
    assert visible_groups(Choices((grant(),)), stranger, TODAY) == set()


def test_asking_early_names_the_stage() -> None:
    require_group(frozenset({Group.NAME}), Group.NAME)
    with pytest.raises(Refused, match=r"Name: .*shortlist"):
        require_group(frozenset(), Group.NAME)
    with pytest.raises(Refused, match=r"Pay: .*offer"):
        require_group(frozenset({Group.NAME}), Group.PAY)
    with pytest.raises(Refused, match="Evidence: this person has not let"):
        require_group(frozenset(), Group.EVIDENCE)


def test_levels_bring_the_skills() -> None:
    assert whole({Group.LEVELS}) == {Group.LEVELS, Group.SKILLS}
    assert whole({Group.PAY}) == {Group.PAY}


@pytest.mark.parametrize("seed", range(4))
async def test_the_database_decides_the_same(db: AsyncSession, seed: int) -> None:
    """Over choices drawn by lot: each person as each body sees them, in search and at each post."""
    bodies = [
        await make_organisation(db, kind=kind, region=region, status=status)
        for kind, region, status in (
            ("council", "wales", "verified"),
            ("council", "london", "verified"),
            ("nhs", "wales", "verified"),
            ("nhs", "wales", "suspended"),
        )
    ]
    author = await make_person(db)
    posts = [
        (
            await make_whole_post(
                db, bodies[0].id, today=TODAY, status="open", created_by_id=author.id
            )
        ).id
        for _ in range(2)
    ]
    chance = Chance(bodies, posts, random.Random(seed))
    asked = text("SELECT app_profile_groups(:owner, :viewer, :post, false, :day)")
    for _ in range(12):
        member = await make_member(db, chance.lot.choice(bodies))
        choices = chance.choices(member.organisation_id)
        await store(db, member, choices)
        for body in bodies:
            for post in (None, *posts):
                values = {"owner": member.person_id, "viewer": body.id, "post": post, "day": TODAY}
                found = await db.scalar(asked, values)
                wanted = visible_groups(choices, viewer_of(body), TODAY, opportunity_id=post)
                assert set(found or ()) == {group.value for group in wanted}, choices
