"""How many people suit a post while its skills are written: counted as typed, saved nowhere."""

import pytest
from litestar import Litestar
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.matching import following
from app.opportunities.models import Opportunity, OpportunitySkill
from tests.counting import counted
from tests.matching.made import a_profile, a_skill, an_open_post
from tests.opportunities.bodies import Body, make_body
from tests.pages import PageClient, parse, words
from tests.people import sign_in


@pytest.fixture
async def body(db: AsyncSession) -> Body:
    return await make_body(db, "hr", slug="northshire", name="Northshire Council")


@pytest.fixture
async def draft(db: AsyncSession, body: Body) -> Opportunity:
    made = await an_open_post(
        db, body.organisation, await a_skill(db), status="draft", published_at=None, review_on=None
    )
    await db.commit()
    return made


async def people(db: AsyncSession, number: int, level: int) -> None:
    skill = await a_skill(db)
    for _ in range(number):
        await following.follow_person(db, await a_profile(db, skill, level))
    await db.commit()


def said(text: str) -> str:
    region = next(e for e in parse(text).iter() if e.get("id") == "people-count")
    (status,) = [e for e in region.iter() if e.get("role") == "status"]
    return words(status)


async def test_the_count_follows_what_is_typed_and_nothing_is_saved(
    client: PageClient, app: Litestar, db: AsyncSession, body: Body, draft: Opportunity
) -> None:
    await people(db, 6, level=3)
    await sign_in(client, app, db, body.members["hr"])
    page = await client.get(f"/org/northshire/posts/{draft.slug}/edit/skills")
    assert said(page.text) == "At least 5 people suit this post as it stands."
    skill = str(await a_skill(db))
    typed = {"skills-0-skill": skill, "skills-0-level": "4", "skills-0-need": "must"}
    for level, says in (
        ("4", "Fewer than 5 people suit this post as it stands, or nobody."),
        ("3", "At least 5 people suit this post as it stands."),
        ("9", "The people who suit the post are counted once"),
    ):
        answer = await client.fill_in(page, {**typed, "skills-0-level": level, "action": "count"})
        assert said(answer.text).startswith(says), (level, said(answer.text))
    assert list(await db.scalars(select(OpportunitySkill.level))) == [2]


async def test_the_count_costs_two_queries_however_many_there_are(
    client: PageClient, app: Litestar, db: AsyncSession, body: Body, draft: Opportunity,
    connection: AsyncConnection,
) -> None:  # fmt: skip
    await sign_in(client, app, db, body.members["hr"])
    path = f"/org/northshire/posts/{draft.slug}/edit/skills"
    numbers = []
    for more in (1, 12):
        await people(db, more, level=3)
        with counted(connection) as seen:
            await client.get(path)
        numbers.append([one for one in seen if "match_" in one])
    assert len(numbers[0]) == len(numbers[1]) <= 3, numbers
