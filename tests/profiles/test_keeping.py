"""Idle profiles: asked about twice, kept by a click or a sign-in, else removed; nothing twice."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor
from app.core.config import ROOT
from app.notifications.models import Message
from app.organisations.models import Person, PersonSession
from app.profiles.keeping import commands
from app.profiles.keeping.commands import Done, look_after
from app.profiles.keeping.domain import ASK_AGAIN_AFTER, END_AFTER, IDLE, LINKS
from app.profiles.models import Profile
from tests.messages import letters_to, link_in_last
from tests.pages import PageClient
from tests.people import as_actor, make_member, make_organisation, make_person
from tests.profiles.owned import fill_profile

DAY = timedelta(days=1)
BEGAN = date(2025, 1, 6)
ASKED = BEGAN + IDLE
AGAIN = ASKED + ASK_AGAIN_AFTER
ENDS = AGAIN + END_AFTER
NOTHING = Done(0, 0, 0)
EMAIL = "ada@owner.example"


async def idle_ada(db: AsyncSession, **more: str) -> Actor:
    """Somebody with a profile who was last here on the day BEGAN."""
    person = await make_person(db, name="Ada Owner", email=EMAIL, **more)
    actor = await as_actor(db, await make_member(db, await make_organisation(db), person=person))
    await fill_profile(db, actor)
    await db.execute(update(Profile).values(reviewed_on=BEGAN))
    begun = datetime.combine(BEGAN, time(9), UTC)
    await db.execute(update(PersonSession).values(created_at=begun))
    await db.commit()
    return actor


async def there(db: AsyncSession, actor: Actor) -> bool:
    found = select(func.count()).where(Profile.person_id == actor.person_id)
    return bool(await db.scalar(found))


async def mails(db: AsyncSession) -> int:
    return await db.scalar(select(func.count()).select_from(Message)) or 0


async def test_an_idle_profile_is_asked_about_twice_and_removed(db: AsyncSession) -> None:
    actor = await idle_ada(db)
    assert await look_after(db, ASKED - DAY) == NOTHING
    assert await look_after(db, ASKED) == Done(1, 0, 0)
    assert await look_after(db, ASKED) == NOTHING
    assert await look_after(db, AGAIN - DAY) == NOTHING
    assert await look_after(db, AGAIN) == Done(0, 1, 0)
    assert await look_after(db, AGAIN) == NOTHING
    assert await look_after(db, ENDS - DAY) == NOTHING
    assert await there(db, actor)
    assert await look_after(db, ENDS) == Done(0, 0, 1)
    assert await look_after(db, ENDS) == NOTHING
    assert not await there(db, actor)
    assert await db.get(Person, actor.person_id) is not None
    subjects = [one.subject for one in await letters_to(db, EMAIL)]
    assert subjects == [
        "Do you still want your profile on Crossbench?",
        "Your profile is removed on 7 March 2026 unless you keep it",
        "Your profile is removed",
    ]


async def test_somebody_away_for_long_still_gets_a_month_after_each_mail(db: AsyncSession) -> None:
    """A worker that slept for years asks first, and removes nothing before its time."""
    actor = await idle_ada(db)
    late = BEGAN + timedelta(days=1000)
    assert await look_after(db, late) == Done(1, 0, 0)
    assert await look_after(db, late + timedelta(days=300)) == Done(0, 1, 0)
    assert await there(db, actor)


@pytest.mark.parametrize("when", [ASKED, AGAIN])
async def test_a_click_keeps_it_and_a_second_click_does_no_harm(
    client: PageClient, db: AsyncSession, when: date
) -> None:
    actor = await idle_ada(db)
    await look_after(db, ASKED)
    if when == AGAIN:
        await look_after(db, AGAIN)
    await db.commit()
    path = await link_in_last(db, EMAIL, LINKS)
    page = await client.get(path)
    assert "Ada" not in page.text
    profile = (await db.scalars(select(Profile))).one()
    assert profile.asked_on == ASKED  # opening it changes nothing
    for _ in range(2):
        assert (await client.fill_in(page, {})).headers["location"] == "/kept-profile"
    again = await client.get(path)
    assert (await client.fill_in(again, {})).status_code == 303
    await db.refresh(profile)
    assert (profile.asked_on, profile.asked_again_on) == (None, None)
    assert await look_after(db, ENDS) == NOTHING
    assert await there(db, actor)
    assert (await client.get(LINKS + "A" * 43)).status_code == 404


async def test_signing_in_keeps_it(db: AsyncSession) -> None:
    actor = await idle_ada(db)
    await look_after(db, ASKED)
    await look_after(db, AGAIN)
    moment = datetime.combine(AGAIN + 3 * DAY, time(9), UTC)
    db.add(PersonSession(person_id=actor.person_id, how="link", created_at=moment))
    await db.flush()
    assert await look_after(db, ENDS) == NOTHING
    profile = (await db.scalars(select(Profile))).one()
    await db.refresh(profile)
    assert (profile.reviewed_on, profile.asked_on) == (AGAIN + 3 * DAY, None)


async def test_it_is_asked_in_the_language_of_its_owner(db: AsyncSession) -> None:
    await idle_ada(db, language="cy")
    await look_after(db, ASKED)
    await look_after(db, AGAIN)
    await look_after(db, ENDS)
    first, second, last = await letters_to(db, EMAIL)
    assert first.subject == "A ydych chi eisiau eich proffil ar Crossbench o hyd?"
    assert "7 Mawrth 2026" in second.subject
    assert "ers 6 Ionawr 2025" in second.text
    assert last.subject == "Mae eich proffil wedi ei ddileu"


async def test_a_worker_killed_in_between_loses_nothing_and_repeats_nothing(
    db: AsyncSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    await idle_ada(db)
    other = await make_member(db, await make_organisation(db))
    await fill_profile(db, await as_actor(db, other), name="Bob")
    await db.execute(update(Profile).values(reviewed_on=BEGAN))
    await db.execute(update(PersonSession).values(created_at=datetime.combine(BEGAN, time(9), UTC)))
    before = await mails(db)
    usual, sent = commands.send, 0

    async def die(*given: object, **values: object) -> object:
        nonlocal sent
        sent += 1
        if sent == 2:
            raise KeyboardInterrupt
        return await usual(*given, **values)  # type: ignore[arg-type]

    monkeypatch.setattr(commands, "send", die)
    with pytest.raises(KeyboardInterrupt):
        async with db.begin_nested():
            await look_after(db, ASKED)
    monkeypatch.undo()
    assert await mails(db) == before
    db.expire_all()
    assert await look_after(db, ASKED) == Done(2, 0, 0)
    assert await mails(db) == before + 2
    assert await look_after(db, ASKED) == NOTHING


def test_the_periods_are_those_of_the_schedule() -> None:
    text = (ROOT / "docs" / "retention.md").read_text("utf-8")
    row = next(line for line in text.splitlines() if line.startswith("| Profile,"))
    for days in (IDLE, ASK_AGAIN_AFTER, END_AFTER):
        assert f"{days.days} days" in row
