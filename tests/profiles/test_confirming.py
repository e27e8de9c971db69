"""Asking a colleague or manager to confirm a skill, and their answer by link."""

import re
import uuid
from typing import Any

import httpx
import pytest
from litestar import Litestar
from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.audit.models import AuditEntry
from app.core.actor import VISITOR, Actor
from app.core.clock import london_today
from app.core.errors import DomainError, MoveRefused, Refused
from app.matching.queries.source import held_of
from app.notifications.models import Message
from app.organisations.models import Person
from app.profiles import commands as profiles
from app.profiles.confirming import commands
from app.profiles.confirming.domain import (
    CONFIRMATION,
    LINKS,
    LIVE,
    OPEN,
    ConfirmationAction,
    ConfirmationStatus,
)
from app.profiles.confirming.models import SkillConfirmation, SkillConfirmationHistory
from app.profiles.consent.document import document
from app.profiles.consent.domain import Group
from app.profiles.consent.queries.viewing import load_facts
from app.profiles.domain import SkillClaim, year_of_use
from app.profiles.models import ProfileSkill
from tests.conftest import ACT_AS_NOBODY
from tests.messages import letters_to, link_in_last
from tests.pages import PageClient, assert_form_error
from tests.people import make_member, make_organisation, make_sign_in, sign_in
from tests.profiles.owned import SKILL, ask_about, fill_profile, owner, skill_id

BEN = "ben@elsewhere.example"
ASK = f"/profile/skills/{SKILL}/confirm"
CONFIRM = {"answer": "confirm", "name": "Ben Example"}
TODAY = london_today()


@pytest.fixture
async def session_id(app: Litestar, db: AsyncSession, client: PageClient) -> uuid.UUID:
    """The sign-in of somebody with a profile, in the client."""
    member = await make_member(db, await make_organisation(db, name="Own Council"))
    found = await sign_in(client, app, db, member)
    await fill_profile(db, await owner(db, found))
    return found


@pytest.fixture
async def actor(db: AsyncSession, session_id: uuid.UUID) -> Actor:
    """The same, as commands know them."""
    return await owner(db, session_id)


async def claim(db: AsyncSession) -> ProfileSkill:
    """The skill that is asked about, as it stands."""
    wanted = select(ProfileSkill).where(ProfileSkill.skill_id == await skill_id(db))
    return (await db.scalars(wanted.execution_options(populate_existing=True))).one()


async def requests(db: AsyncSession) -> list[SkillConfirmation]:
    wanted = select(SkillConfirmation).order_by(SkillConfirmation.id)
    return list(await db.scalars(wanted.execution_options(populate_existing=True)))


async def sent_link(db: AsyncSession, actor: Actor, email: str = BEN) -> str:
    """The path of a link that was mailed."""
    made = await ask_about(db, actor, email=email)
    await commands.send_request(db, actor, confirmation_id=made, today=TODAY)
    await db.commit()
    return await link_in_last(db, email, LINKS)


async def answer(client: PageClient, link: str, values: dict[str, Any]) -> httpx.Response:
    return await client.fill_in(await client.get(link), values)


async def confirmed(db: AsyncSession, actor: Actor, client: PageClient) -> str:
    """A skill that Ben confirmed; gives the link that he used."""
    link = await sent_link(db, actor)
    cookies, client.cookies = client.cookies, httpx.Cookies()
    sent = await answer(client, link, CONFIRM)
    client.cookies = cookies
    assert sent.headers["location"] == link
    return link


async def test_the_whole_way(client: PageClient, db: AsyncSession, actor: Actor) -> None:
    page = await client.get(f"/profile/skills/{SKILL}")
    assert "Nobody has confirmed this skill yet" in page.text
    sent = {"relation": "manager", "name": "Ben Example", "email": BEN, "language": "en"}
    answered = await client.fill_in(await client.get(ASK), sent)
    preview = await client.get(answered.headers["location"])
    assert "Nothing has been sent yet" in preview.text
    assert "Made the permits of Ada work for everybody." in preview.text
    assert "asks whether you can confirm this" in preview.text
    assert await letters_to(db, BEN) == []
    answered = await client.fill_in(preview)
    assert answered.headers["location"] == f"/profile/skills/{SKILL}"
    assert "Waiting for an answer" in (await client.get(f"/profile/skills/{SKILL}")).text
    (letter,) = await letters_to(db, BEN)
    assert "Accessibility" in letter.subject
    assert "permits" not in letter.text
    link = await link_in_last(db, BEN, LINKS)
    cookies, client.cookies = client.cookies, httpx.Cookies()
    for _ in range(2):  # opening it changes nothing
        page = await client.get(link)
        assert "Made the permits of Ada work for everybody." in page.text
        assert "SCP 32" not in page.text
        assert "Employer of Ada" not in page.text
    assert (await requests(db))[0].status == "waiting"
    answered = await client.fill_in(page, {**CONFIRM, "name": "Benjamin Example"})
    assert "You confirmed Accessibility" in (await client.get(link)).text
    client.cookies = cookies
    held = await claim(db)
    assert (held.confirmed_level, held.confirmed_on) == (3, TODAY)
    assert (held.confirmed_by, held.confirmed_as) == ("Benjamin Example", "manager")
    assert held_of(held, TODAY.year).is_confirmed
    (request,) = await requests(db)
    assert (request.email, request.email_domain) == (None, "elsewhere.example")
    page = await client.get(f"/profile/skills/{SKILL}")
    assert "Benjamin Example, a manager: Practitioner" in page.text
    assert "Confirmed by Benjamin Example" in (await client.get("/profile/skills")).text
    assert "Accessibility" in (await client.get("/profile/confirmations")).text
    assert "elsewhere.example" in (await client.get(f"/profile/confirmations/{request.id}")).text
    (told,) = await db.scalars(
        select(Message).where(Message.template == "skill_confirmation_answered")
    )
    assert told.in_inbox
    assert "Ben" not in told.subject


async def test_what_is_asked_is_checked(client: PageClient, db: AsyncSession, actor: Actor) -> None:
    empty = await client.fill_in(await client.get(ASK), {})
    assert_form_error(empty, "email", "Enter the email address of whoever you ask")
    person = await db.get_one(Person, actor.person_id)
    sent = {"relation": "colleague", "name": "Me", "email": person.email, "language": "en"}
    own = await client.fill_in(await client.get(ASK), sent)
    assert_form_error(own, "email", "Enter the address of somebody else, not your own")
    await sent_link(db, actor)
    twice = await client.fill_in(await client.get(ASK), {**sent, "email": BEN.upper()})
    assert_form_error(twice, "email", "You have asked this person about this skill already")


async def test_who_does_not_know_somebody_is_not_asked_again(
    db: AsyncSession, actor: Actor
) -> None:
    link = await sent_link(db, actor)
    with pytest.raises(Refused):
        await commands.answer(
            db, actor, token=link.removeprefix(LINKS), action=ConfirmationAction.CONFIRM,
            name="Me", today=TODAY,
        )  # fmt: skip
    await commands.answer(
        db, VISITOR, token=link.removeprefix(LINKS), action=ConfirmationAction.DISOWN,
        name="Ben", today=TODAY,
    )  # fmt: skip
    await db.commit()
    assert (await claim(db)).confirmed_level is None
    for slug in (SKILL, "accessibility"):
        with pytest.raises(DomainError, match="do not know you"):
            await ask_about(db, actor, email=BEN, slug=slug)


async def test_a_link_works_once_and_for_a_time(
    client: PageClient, db: AsyncSession, actor: Actor
) -> None:
    link = await confirmed(db, actor, client)
    token = link.removeprefix(LINKS)

    async def again() -> None:
        await commands.answer(
            db, VISITOR, token=token, action=ConfirmationAction.DECLINE, name="B", today=TODAY
        )

    with pytest.raises(MoveRefused):
        await again()
    other = await sent_link(db, actor, "bea@elsewhere.example")
    await db.execute(
        update(SkillConfirmation)
        .where(SkillConfirmation.status == "waiting")
        .values(expires_at=func.now())
    )
    token = other.removeprefix(LINKS)
    with pytest.raises(MoveRefused):
        await again()
    assert "This request is over" in (await client.get(other)).text
    await commands.look_after(db)
    assert [one.status for one in await requests(db)] == ["confirmed", "lapsed"]
    assert (await client.get(f"{LINKS}{'x' * 43}")).status_code == 404


async def test_another_level_ends_it_and_another_year_does_not(
    client: PageClient, db: AsyncSession, actor: Actor
) -> None:
    await confirmed(db, actor, client)
    path = f"/profile/skills/{SKILL}"
    await client.fill_in(await client.get(path), {"level": "practitioner", "used": "2024"})
    assert (await claim(db)).confirmed_level == 3
    await client.fill_in(await client.get(path), {"level": "expert", "used": "2024"})
    assert "counts no more" in (await client.get(path)).text
    held = await claim(db)
    assert (held.confirmed_level, held.confirmed_by) == (None, None)
    assert [one.status for one in await requests(db)] == ["dropped"]


@pytest.mark.parametrize("is_added", [True, False])
async def test_other_evidence_ends_it(
    client: PageClient, db: AsyncSession, actor: Actor, is_added: bool
) -> None:
    await confirmed(db, actor, client)
    page = await client.get(f"/profile/skills/{SKILL}")
    if is_added:
        asked = await client.get(f"/profile/skills/{SKILL}/evidence")
        assert "Ben Example confirmed this skill without this evidence" in asked.text
        sent = {"kind": "award", "title": "A prize", "words": "It shows it."}
        await client.fill_in(asked, sent)
    else:
        found = re.search(rf"/profile/skills/{SKILL}/evidence/[0-9a-f-]+/remove", page.text)
        assert found
        await client.fill_in(await client.get(found[0]))
    assert (await claim(db)).confirmed_level is None
    assert "counts no more" in (await client.get(f"/profile/skills/{SKILL}")).text


async def test_a_waiting_request_ends_with_the_claim_and_can_be_taken_back(
    client: PageClient, db: AsyncSession, actor: Actor
) -> None:
    link = await sent_link(db, actor)
    claims = {await skill_id(db): SkillClaim(4, year_of_use(2026))}
    await profiles.save_skills(db, actor, claims=claims, today=TODAY)
    await db.commit()
    assert "has changed what they say" in (await client.get(link)).text
    link = await sent_link(db, actor)
    (_, request) = await requests(db)
    page = await client.get(f"/profile/confirmations/{request.id}/withdraw")
    await client.fill_in(page)
    assert "took the request back" in (await client.get(link)).text
    again = await client.get(f"/profile/confirmations/{request.id}/withdraw")
    assert again.status_code == 404
    draft = await ask_about(db, actor, email="bea@elsewhere.example")
    await client.fill_in(await client.get(f"/profile/confirmations/{draft}/withdraw"))
    assert [one.status for one in await requests(db)] == ["dropped", "withdrawn"]


async def test_it_goes_with_the_skill_and_with_the_profile(
    client: PageClient, db: AsyncSession, actor: Actor
) -> None:
    link = await sent_link(db, actor)
    await profiles.save_skills(db, actor, claims={await skill_id(db): None}, today=TODAY)
    await db.commit()
    assert (await client.get(link)).status_code == 404
    await fill_profile(db, actor)
    await sent_link(db, actor)
    await profiles.delete_profile(db, actor)
    await db.commit()
    assert await requests(db) == []
    assert await db.scalar(select(func.count()).select_from(SkillConfirmationHistory)) == 0
    left = await letters_to(db, BEN)
    assert len(left) == 1  # that of the skill which was removed before; its text goes in time


async def test_bodies_read_who_confirmed_by_what_they_may_see(
    client: PageClient, db: AsyncSession, actor: Actor
) -> None:
    await confirmed(db, actor, client)
    assert actor.person_id is not None
    facts = await load_facts(db, actor.person_id)
    unnamed = frozenset({Group.SKILLS, Group.LEVELS})
    (skill,) = document(facts, unnamed)["skills"]
    day = TODAY.isoformat()
    assert skill["confirmed"] == {"level": "practitioner", "on": day, "as": "manager"}
    (skill,) = document(facts, unnamed | {Group.NAME})["skills"]
    assert skill["confirmed"]["by"] == "Ben Example"
    (skill,) = document(facts, frozenset({Group.SKILLS}))["skills"]
    assert "confirmed" not in skill


async def test_others_reach_no_request(
    db: AsyncSession, connection: AsyncConnection, actor: Actor
) -> None:
    await sent_link(db, actor)
    stranger = await make_member(db, await make_organisation(db, name="Else"))
    made = await make_sign_in(db, stranger)
    counts = "SELECT count(*) FROM skill_confirmation"
    for asks, seen in ((made.id, 0), (None, 0)):
        await connection.execute(ACT_AS_NOBODY)
        await connection.execute(text("SELECT app_act_for(:one)"), {"one": asks})
        assert await connection.scalar(text(counts)) == seen
        assert await connection.scalar(text(f"{counts}_history")) == seen


async def test_the_record_names_nobody(client: PageClient, db: AsyncSession, actor: Actor) -> None:
    await confirmed(db, actor, client)
    found = await db.scalars(select(AuditEntry).where(AuditEntry.action.startswith("confirmation")))
    entries = {one.action: one for one in found}
    assert set(entries) == {
        "confirmation.prepared", "confirmation.sent", "confirmation.answered",
    }  # fmt: skip
    assert entries["confirmation.answered"].facts == {"answer": "confirm"}


@pytest.mark.parametrize("status", ConfirmationStatus)
@pytest.mark.parametrize("action", ConfirmationAction)
def test_every_move(status: ConfirmationStatus, action: ConfirmationAction) -> None:
    opens = {
        ConfirmationStatus.DRAFT: {ConfirmationAction.SEND},
        ConfirmationStatus.WAITING: set(ConfirmationAction) - {ConfirmationAction.SEND},
        ConfirmationStatus.CONFIRMED: {ConfirmationAction.DROP},
    }
    assert CONFIRMATION.may(status, action) == (action in opens.get(status, set()))
    assert set(LIVE) | set(OPEN) == set(opens)


async def test_limits(db: AsyncSession, actor: Actor) -> None:
    for number in range(10):
        await sent_link(db, actor, f"c{number}@elsewhere.example")
    with pytest.raises(DomainError, match="at most 10 requests"):
        await ask_about(db, actor, email="c10@elsewhere.example")
    (first, *_) = await requests(db)
    for _ in range(2):
        await commands.withdraw(db, actor, confirmation_id=first.id, today=TODAY)
        await sent_link(db, actor, "c0@elsewhere.example")
        first = (await requests(db))[-1]
    await commands.withdraw(db, actor, confirmation_id=first.id, today=TODAY)
    with pytest.raises(DomainError, match="3 times"):
        await ask_about(db, actor, email="c0@elsewhere.example")
