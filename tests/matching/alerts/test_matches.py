"""Alerts about posts that suit a profile: made, sent once in a window, said as what they are."""

from datetime import timedelta

import pytest
from litestar import Litestar
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.matching import following
from app.matching.alerts.models import Alert, AlertRun
from app.matching.alerts.sending import send_due
from app.opportunities.models import Opportunity
from app.opportunities.queries import get_facts
from app.organisations.models import Organisation, Person
from app.profiles.models import ProfileAvailability, ProfileSkill
from tests.matching.alerts.making import MONDAY, make_alert, told_of
from tests.matching.made import a_profile, a_skill, an_open_post
from tests.messages import letters_to
from tests.pages import PageClient, assert_form_error, parse, words
from tests.people import make_organisation, make_person, sign_in

TUESDAY = MONDAY + timedelta(days=1, minutes=5)


@pytest.fixture
async def body(db: AsyncSession) -> Organisation:
    return await make_organisation(db, name="Eastmoor Council")


async def somebody(db: AsyncSession, level: int = 2) -> Person:
    person_id = await a_profile(db, await a_skill(db), level)
    await db.commit()
    return await db.get_one(Person, person_id)


async def a_post(
    db: AsyncSession, body: Organisation, title: str, **changes: object
) -> Opportunity:
    values = {"title": title, "audience": "public", "published_at": MONDAY, **changes}
    post = await an_open_post(db, body, await a_skill(db), **values)
    await following.keep_facts(db, await get_facts(db, post))
    await db.commit()
    return post


async def test_posts_that_suit_are_told_once_and_no_others(
    db: AsyncSession, body: Organisation
) -> None:
    person = await somebody(db)
    db.add(ProfileAvailability(person_id=person.id, moves=["secondment:go"], days=3))
    alert = await make_alert(db, person, is_match=True)
    suits = await a_post(db, body, "Suits")
    await a_post(db, body, "Swap", kind="job_swap")
    await a_post(db, body, "Too many days", days_per_week=5)
    await a_post(db, body, "Not for me", audience="verified")
    await a_post(db, body, "Old", published_at=MONDAY - timedelta(days=1))
    assert await send_due(db, TUESDAY) == 1
    (letter,) = await letters_to(db, person.email)
    assert letter.subject == "New post: Suits"
    assert "1 new post fits your alert: Posts that suit your profile" in letter.text
    assert "See all posts that suit you" in letter.html
    assert "/matches" in letter.text
    assert await told_of(db, alert) == {suits.id}
    assert await send_due(db, TUESDAY + timedelta(days=1)) == 1
    assert len(await letters_to(db, person.email)) == 1
    runs = select(AlertRun.posts).where(AlertRun.alert_id == alert.id)
    assert list(await db.scalars(runs.order_by(AlertRun.window_to))) == [1, 0]


async def test_a_must_have_that_is_missed_suits_nobody_until_it_is_met(
    db: AsyncSession, body: Organisation
) -> None:
    person = await somebody(db, level=1)
    await make_alert(db, person, is_match=True)
    await a_post(db, body, "Suits later")
    assert await send_due(db, TUESDAY) == 1
    assert await letters_to(db, person.email) == []
    await db.execute(update(ProfileSkill).values(level=2))
    await db.commit()
    assert await send_due(db, TUESDAY + timedelta(days=1)) == 1
    assert len(await letters_to(db, person.email)) == 1


async def test_without_a_profile_nothing_is_found_and_the_window_passes(
    db: AsyncSession, body: Organisation
) -> None:
    person = await make_person(db)
    await make_alert(db, person, is_match=True)
    await a_post(db, body, "Suits nobody")
    assert await send_due(db, TUESDAY) == 1
    assert await letters_to(db, person.email) == []
    assert await send_due(db, TUESDAY) == 0


async def test_it_is_written_in_welsh_for_whoever_reads_welsh(
    db: AsyncSession, body: Organisation
) -> None:
    person = await somebody(db)
    person.language = "cy"
    await make_alert(db, person, is_match=True)
    await a_post(db, body, "Suits")
    await send_due(db, TUESDAY)
    (letter,) = await letters_to(db, person.email)
    assert "Swyddi sy’n addas i’ch proffil" in letter.text


async def test_a_person_asks_for_it_and_sees_it_among_their_alerts(
    client: PageClient, app: Litestar, db: AsyncSession
) -> None:
    person = await somebody(db)
    await sign_in(client, app, db, person=person)
    assert "/alerts/matches" in (await client.get("/matches")).text
    page = await client.get("/alerts/matches")
    answer = await client.fill_in(page, {"address": "account"})
    assert_form_error(answer, "frequency", "Choose how often you want to hear")
    answer = await client.fill_in(page, {"frequency": "weekly", "address": "account"})
    assert answer.status_code == 303
    alert = (await db.scalars(select(Alert))).one()
    assert (alert.is_match, alert.status, alert.frequency) == (True, "on", "weekly")
    listed = words(parse((await client.get("/alerts")).text))
    assert "Posts that suit your profile Once a week" in listed
    own = await client.get(f"/alerts/{alert.id}")
    assert "Alert: Posts that suit your profile" in own.text
    assert 'href="/matches"' in own.text
    page = await client.get("/alerts/matches")
    again = await client.fill_in(page, {"frequency": "daily", "address": "account"})
    assert again.status_code == 422
    search = await client.get("/alerts/new")
    answer = await client.fill_in(search, {"frequency": "daily", "address": "account"})
    assert answer.status_code == 303, "a search for everything is another alert"


async def test_a_visitor_has_no_profile_that_posts_could_suit(db: AsyncSession) -> None:
    with pytest.raises(IntegrityError, match="match_of_a_person"):
        await make_alert(db, is_match=True)
