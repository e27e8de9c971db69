"""People for a post of one's own body: counted in fives, and must-haves that are waived by name."""

import uuid

import pytest
from litestar import Litestar
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.audit.models import AuditEntry
from app.matching import following, waiving
from app.matching.models import MatchWaiver, post_match
from app.matching.pages.people import count_panel
from app.opportunities.models import Opportunity, OpportunitySkill
from app.opportunities.queries import get_facts
from app.organisations.models import Person
from app.roles.models import Skill
from tests.counting import counted
from tests.matching.made import a_profile, a_skill, an_open_post
from tests.opportunities.bodies import Body, make_body
from tests.pages import PageClient, assert_form_error, parse, words
from tests.people import make_member, sign_in


@pytest.fixture
async def body(db: AsyncSession) -> Body:
    return await make_body(
        db, "hr", "hiring", "member", slug="northshire", name="Northshire Council"
    )


@pytest.fixture
async def post(db: AsyncSession, body: Body) -> Opportunity:
    made = await an_open_post(db, body.organisation, await a_skill(db))
    await following.keep_facts(db, await get_facts(db, made))
    await db.commit()
    return made


async def people(db: AsyncSession, number: int, level: int = 2) -> list[uuid.UUID]:
    skill = await a_skill(db)
    made = [await a_profile(db, skill, level) for _ in range(number)]
    for one in made:
        await following.follow_person(db, one)
    await db.commit()
    return made


def path_of(post: Opportunity, page: str = "") -> str:
    return f"/org/northshire/posts/{post.slug}/people{page}"


async def text_of(client: PageClient, path: str) -> str:
    answer = await client.get(path)
    assert answer.status_code == 200, answer.status_code
    return words(parse(answer.text))


@pytest.mark.parametrize(
    ("number", "says"),
    [(0, "Fewer than 5 people"), (4, "Fewer than 5 people"), (5, "At least 5"), (8, "At least 5")],
)
async def test_people_who_granted_nothing_are_counted_in_fives(
    client: PageClient, app: Litestar, db: AsyncSession, body: Body, post: Opportunity,
    number: int, says: str,
) -> None:  # fmt: skip
    await people(db, number)
    await sign_in(client, app, db, body.members["hr"])
    page = await text_of(client, path_of(post))
    assert says in page
    assert "Person Example" not in page.split("Fewer")[-1].split("At least")[-1]


async def test_the_own_people_of_a_body_are_not_counted(
    client: PageClient, app: Litestar, db: AsyncSession, body: Body, post: Opportunity
) -> None:
    for one in await people(db, 6):
        await make_member(db, body.organisation, person=await db.get_one(Person, one))
    await sign_in(client, app, db, body.members["hr"])
    assert "Fewer than 5 people" in await text_of(client, path_of(post))


async def test_a_hiring_manager_waives_a_must_have_by_name_and_reason(
    client: PageClient, app: Litestar, db: AsyncSession, body: Body, post: Opportunity
) -> None:
    await people(db, 6, level=1)
    await sign_in(client, app, db, body.members["hiring"])
    assert "Fewer than 5 people" in await text_of(client, path_of(post))
    waive = path_of(post, "/waive/agile-working")
    page = await client.get(waive)
    assert "Waive Agile working?" in page.text
    answer = await client.fill_in(page, {"reason": ""})
    assert answer.status_code == 422
    assert_form_error(answer, "reason", "Enter why you waive it")
    answer = await client.fill_in(page, {"reason": "We teach it in the first month."})
    assert answer.status_code == 303
    page = await client.get(path_of(post))
    text = words(parse(page.text))
    assert "At least 5 people" in text
    name = body.actors["hiring"].name
    assert f"By {name} on" in text
    assert "We teach it in the first month." in text
    assert await db.scalar(select(post_match.c.must)) == 0
    answer = await client.fill_in(page)
    assert answer.status_code == 303
    assert await db.scalar(select(MatchWaiver.id)) is None
    assert await db.scalar(select(post_match.c.must)) == 1
    assert await recorded(db) == ["match.waived", "match.waiver_taken_back"]


async def test_what_is_done_already_is_neither_done_nor_recorded_again(
    db: AsyncSession, body: Body, post: Opportunity
) -> None:
    hiring, skill = body.actors["hiring"], "agile-working"
    await waiving.take_back(db, hiring, post.slug, skill)
    for reason in ("The first reason.", "Another one."):
        await waiving.waive(db, hiring, post.slug, skill, reason=reason)
    assert list(await db.scalars(select(MatchWaiver.reason))) == ["The first reason."]
    for _ in range(2):
        await waiving.take_back(db, hiring, post.slug, skill)
    assert await recorded(db) == ["match.waived", "match.waiver_taken_back"]


async def recorded(db: AsyncSession) -> list[str]:
    return list(
        await db.scalars(
            select(AuditEntry.action)
            .where(AuditEntry.action.like("match.%"))
            .order_by(AuditEntry.id)
        )
    )


async def test_what_is_no_must_have_cannot_be_waived(
    client: PageClient, app: Litestar, db: AsyncSession, body: Body, post: Opportunity
) -> None:
    other = (await db.scalars(select(Skill.id).where(Skill.name == "User focus"))).one()
    db.add(OpportunitySkill(opportunity_id=post.id, skill_id=other, level=2, is_must=False))
    await db.commit()
    await sign_in(client, app, db, body.members["hr"])
    assert (await client.get(path_of(post, "/waive/user-focus"))).status_code == 404
    assert (await client.get(path_of(post, "/waive/nothing"))).status_code == 404


async def test_plain_members_and_other_bodies_see_no_people(
    client: PageClient, app: Litestar, db: AsyncSession, body: Body, post: Opportunity
) -> None:
    await sign_in(client, app, db, body.members["member"])
    assert (await client.get(path_of(post))).status_code == 403
    assert (await client.get(path_of(post, "/waive/agile-working"))).status_code == 403
    other = await make_body(db, "hr")
    await sign_in(client, app, db, other.members["hr"])
    assert (await client.get(path_of(post))).status_code == 404


async def test_a_draft_tells_how_many_suit_it_while_it_is_written(
    client: PageClient, app: Litestar, db: AsyncSession, body: Body
) -> None:
    await people(db, 7)
    draft = await an_open_post(
        db,
        body.organisation,
        await a_skill(db),
        status="draft",
        published_at=None,
        review_on=None,
    )
    fragment = await count_panel(db, body.hr, draft.id)
    assert fragment is not None
    await sign_in(client, app, db, body.members["hr"])
    assert "At least 5 people" in await text_of(client, fragment.context["path"])
    assert await count_panel(db, body.actors["member"], draft.id) is None
    assert await count_panel(db, body.hr, None) is None


async def test_the_page_asks_the_same_for_few_and_many(
    client: PageClient, app: Litestar, db: AsyncSession, body: Body, post: Opportunity,
    connection: AsyncConnection,
) -> None:  # fmt: skip
    await people(db, 12)
    await sign_in(client, app, db, body.members["hr"])
    with counted(connection) as seen:
        await text_of(client, path_of(post))
    assert len(seen) <= 8, seen
