"""Needs that are kept: told of who appears, within consent, once, and at most once a day."""

import uuid

import pytest
from litestar import Litestar
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.matching import following
from app.matching.needs import commands
from app.matching.needs.models import MatchNeed, MatchNeedPerson
from app.notifications.letters import open_letter
from app.notifications.models import Message
from app.opportunities.models import Opportunity
from app.opportunities.queries import get_facts
from app.profiles.models import Profile
from tests.conftest import ACT_AS_NOBODY
from tests.matching.made import a_profile, a_skill, an_open_post, grant
from tests.opportunities.bodies import Body, make_body
from tests.pages import PageClient
from tests.people import make_sign_in, sign_in


@pytest.fixture
async def body(db: AsyncSession) -> Body:
    return await make_body(db, "hr", "hiring", slug="northshire", name="Northshire Council")


@pytest.fixture
async def post(db: AsyncSession, body: Body) -> Opportunity:
    made = await an_open_post(db, body.organisation, await a_skill(db))
    await following.keep_facts(db, await get_facts(db, made))
    await db.commit()
    return made


async def appear(db: AsyncSession, *, seen: bool = True) -> uuid.UUID:
    person_id = await a_profile(db, await a_skill(db))
    if seen:
        db.add(grant(person_id))
    await db.flush()
    await following.follow_person(db, person_id)
    await db.commit()
    return person_id


async def told(db: AsyncSession) -> list[Message]:
    """What was written since the last time."""
    found = list(await db.scalars(select(Message).order_by(Message.id)))
    await db.execute(delete(Message))
    await db.commit()
    return found


async def a_day_later(db: AsyncSession) -> None:
    await db.execute(update(MatchNeed).values(told_on=MatchNeed.told_on - 1))
    await db.commit()


async def test_a_post_that_found_nobody_is_kept_and_tells_of_who_appears_once(
    app: Litestar, db: AsyncSession, body: Body, post: Opportunity
) -> None:
    await commands.look_after(db)
    (first,) = await told(db)
    assert first.subject == "Nobody suits yet: Delivery manager"
    assert first.person_id == body.members["hr"].person_id
    await appear(db)
    await commands.look_after(db)
    assert await told(db) == [], "at most once a day"
    await a_day_later(db)
    await commands.look_after(db)
    (second,) = await told(db)
    assert second.subject == "People for your post: Delivery manager"
    letter = open_letter(app.state.settings, second).text
    assert "1 person who suits the post can be seen by your organisation now." in letter
    assert f"/org/northshire/posts/{post.slug}/people" in letter
    assert "Person Example" not in letter
    await a_day_later(db)
    await commands.look_after(db)
    assert await told(db) == []


async def test_a_post_that_found_somebody_is_not_kept_by_itself(
    db: AsyncSession, body: Body, post: Opportunity
) -> None:
    await appear(db)
    await commands.look_after(db)
    assert await told(db) == []
    assert await db.scalar(select(MatchNeed.id)) is None


async def test_who_granted_nothing_is_told_of_only_as_a_count_of_five(
    app: Litestar, db: AsyncSession, body: Body, post: Opportunity
) -> None:
    await commands.look_after(db)
    await told(db)
    for _ in range(4):
        await appear(db, seen=False)
    await a_day_later(db)
    await commands.look_after(db)
    assert await told(db) == []
    await appear(db, seen=False)
    await commands.look_after(db)
    (message,) = await told(db)
    assert "At least 5 people suit the post now." in open_letter(app.state.settings, message).text
    assert await db.scalar(select(func.count()).select_from(MatchNeedPerson)) == 0


async def test_hr_keeps_a_need_and_is_told_of_others_alone(
    client: PageClient, app: Litestar, db: AsyncSession, body: Body, post: Opportunity
) -> None:
    await appear(db)
    path = f"/org/northshire/posts/{post.slug}/people"
    await sign_in(client, app, db, body.members["hiring"])
    page = await client.get(path)
    assert (await client.press(page, f"{path}/keep")).status_code == 303
    assert "The need is kept." in (await client.get(path)).text
    await commands.look_after(db)
    assert await told(db) == []
    await appear(db)
    await commands.look_after(db)
    (message,) = await told(db)
    assert message.person_id == body.members["hiring"].person_id
    page = await client.get(path)
    assert (await client.press(page, f"{path}/stop-keeping")).status_code == 303
    await a_day_later(db)
    await appear(db)
    await commands.look_after(db)
    assert await told(db) == []
    assert "Keep this need" in (await client.get(path)).text


async def test_a_need_ends_with_its_post_and_whom_it_told_of_with_their_profile(
    db: AsyncSession, body: Body, post: Opportunity
) -> None:
    one = await appear(db)
    await commands.keep(db, body.hr, slug=post.slug)
    await commands.look_after(db)
    assert list(await db.scalars(select(MatchNeedPerson.person_id))) == [one]
    await db.execute(delete(Profile).where(Profile.person_id == one))
    assert await db.scalar(select(MatchNeedPerson.id)) is None
    await db.execute(update(Opportunity).values(status="closed"))
    await commands.look_after(db)
    assert await db.scalar(select(MatchNeed.id)) is None
    with pytest.raises(Exception, match="cannot be kept"):
        await commands.keep(db, body.hr, slug=post.slug)


async def test_a_body_reads_its_need_and_never_of_whom_it_was_told(
    db: AsyncSession, connection: AsyncConnection, body: Body, post: Opportunity
) -> None:
    await appear(db)
    await commands.keep(db, body.hr, slug=post.slug)
    await commands.look_after(db)
    await db.commit()
    seat = await make_sign_in(db, body.members["hr"])
    await connection.execute(ACT_AS_NOBODY)
    await connection.execute(text("SELECT app_act_for(:id)"), {"id": seat.id})
    assert await connection.scalar(text("SELECT count(*) FROM match_need")) == 1
    assert await connection.scalar(text("SELECT count(*) FROM match_need_person")) == 0
