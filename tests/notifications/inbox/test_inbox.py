"""The inbox: what stands in it, read and new, whose it is, and how messages come."""

import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from litestar import Litestar
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.core.errors import NotFound
from app.notifications.commands import send
from app.notifications.inbox import commands, queries
from app.notifications.inbox.domain import CHOOSABLE, Kind, Way, kind_of
from app.notifications.models import Message
from app.organisations.models import Person
from tests.counting import counted
from tests.notifications.written import make_message
from tests.pages import PageClient, assert_form_error
from tests.people import as_actor, make_person, sign_in

POST: dict[str, Any] = {
    "subject": "Published: A post",
    "paragraphs": ["The post is open now."],
    "path": "/opportunities/a-post",
    "link": "See the post",
}


async def write(db: AsyncSession, person: Person, **options: Any) -> Message:
    options = {"template": "post_message", "values": POST, **options}
    message_id = await send(db, to=person.email, person_id=person.id, **options)
    await db.commit()
    return await db.get_one(Message, message_id)


@pytest.mark.parametrize(
    ("way", "in_inbox", "channel"),
    [(None, True, None), ("both", True, None), ("mail", False, None), ("inbox", True, "inbox")],
)
async def test_messages_come_as_their_reader_chose(
    db: AsyncSession, way: str | None, in_inbox: bool, channel: str | None
) -> None:
    person = await make_person(db)
    if way:
        actor = await as_actor(db, person=person)
        await commands.choose_ways(db, actor, {Kind.POSTS: Way(way)})
    message = await write(db, person)
    assert (message.in_inbox, message.channel) == (in_inbox, channel)


async def test_what_cannot_be_turned_down_comes_by_mail(db: AsyncSession) -> None:
    person = await make_person(db)
    actor = await as_actor(db, person=person)
    await commands.choose_ways(db, actor, dict.fromkeys(Kind, Way.INBOX))
    values = {"path": "/account"}
    message = await write(db, person, template="private_address_added", values=values)
    assert (message.in_inbox, message.channel) == (True, None)
    message = await write(db, person, template="private_address_added", values=values, inbox=False)
    assert (message.in_inbox, message.channel) == (False, None)


async def test_one_person_s_choice_is_nobody_else_s(db: AsyncSession) -> None:
    one, other = await make_person(db), await make_person(db)
    await commands.choose_ways(db, await as_actor(db, person=one), {Kind.POSTS: Way.MAIL})
    assert await queries.way_for(db, other.id, Kind.POSTS) is Way.BOTH
    assert await queries.preferences_of(db, one.id) == {
        Kind.ALERTS: Way.BOTH,
        Kind.INVITATIONS: Way.BOTH,
        Kind.POSTS: Way.MAIL,
    }


def test_every_kind_can_be_chosen_for_and_belongs_to_a_template() -> None:
    assert {one.kind for one in CHOOSABLE} == set(Kind)
    assert {kind_of(name) for name in ("alert_posts", "post_invitation", "post_message")} == set(
        Kind
    )


async def test_somebody_else_s_message_is_not_there(db: AsyncSession) -> None:
    other = await as_actor(db, person=await make_person(db))
    message = await write(db, await make_person(db))
    with pytest.raises(NotFound):
        await queries.get_in_inbox(db, other.person_id or uuid.uuid4(), message.id)
    for is_read in (True, False):
        with pytest.raises(NotFound):
            await commands.mark(db, other, message_id=message.id, is_read=is_read)


async def test_reading_notes_the_first_time(db: AsyncSession) -> None:
    person = await make_person(db)
    actor, message = await as_actor(db, person=person), await write(db, person)
    first = datetime(2026, 1, 1, tzinfo=UTC)
    await db.execute(update(Message).where(Message.id == message.id).values(read_at=first))
    await commands.mark(db, actor, message_id=message.id, is_read=True)
    read_at = select(Message.read_at).where(Message.id == message.id)
    assert await db.scalar(read_at) == first
    await commands.mark(db, actor, message_id=message.id, is_read=False)
    assert await db.scalar(read_at) is None
    await commands.mark_all_read(db, actor)
    assert await db.scalar(read_at) is not None


class TestPages:
    async def test_from_new_to_read_and_back(
        self, client: PageClient, app: Litestar, db: AsyncSession
    ) -> None:
        person = await make_person(db)
        message = await write(db, person, organisation_name="Eastmoor Council")
        await sign_in(client, app, db, person=person)
        page = await client.get("/inbox")
        assert "cb-account__count" in page.text
        assert "Eastmoor Council" in page.text
        await client.get(f"/inbox/{message.id}")
        assert "cb-account__count" in (await client.get("/inbox")).text, "a GET notes nothing"
        opened = await client.press(page, action=f"/inbox/{message.id}/open")
        shown = await client.get(opened.headers["location"])
        assert "The post is open now." in shown.text
        assert 'href="/opportunities/a-post"' in shown.text
        page = await client.get("/inbox")
        assert "cb-account__count" not in page.text
        assert f'href="/inbox/{message.id}"' in page.text
        await client.press(shown, action=f"/inbox/{message.id}/unread")
        page = await client.get("/inbox")
        assert "cb-account__count" in page.text
        await client.press(page, action="/inbox/read-all")
        assert "cb-account__count" not in (await client.get("/inbox")).text

    async def test_an_empty_inbox(
        self, client: PageClient, app: Litestar, db: AsyncSession
    ) -> None:
        person = await make_person(db)
        await make_message(db, person_id=person.id, in_inbox=False)
        await sign_in(client, app, db, person=person)
        assert "Nothing here yet" in (await client.get("/inbox")).text

    async def test_a_text_that_was_deleted(
        self, client: PageClient, app: Litestar, db: AsyncSession
    ) -> None:
        person = await make_person(db)
        message = await make_message(db, person_id=person.id, in_inbox=True, sealed=None)
        await sign_in(client, app, db, person=person)
        answer = await client.get(f"/inbox/{message.id}")
        assert "The text of this message has been deleted." in answer.text

    async def test_preferences(self, client: PageClient, app: Litestar, db: AsyncSession) -> None:
        person = await make_person(db)
        await sign_in(client, app, db, person=person)
        page = await client.get("/inbox/preferences")
        assert "What your organisation pledges binds it" in page.text
        answer = await client.press(page, alerts="inbox")
        assert answer.status_code == 303
        assert await queries.way_for(db, person.id, Kind.ALERTS) is Way.INBOX
        answer = await client.press(await client.get("/inbox/preferences"), alerts="none")
        assert_form_error(answer, "alerts", "Choose how alerts are to come")

    @pytest.mark.parametrize("number", [1, 20, 200])
    async def test_it_is_paged_with_the_same_number_of_queries(
        self,
        client: PageClient,
        app: Litestar,
        db: AsyncSession,
        connection: AsyncConnection,
        number: int,
    ) -> None:
        person = await make_person(db)
        db.add_all(
            Message(
                person_id=person.id,
                to_address=person.email,
                organisation_name="",
                template="greeting",
                language="en",
                subject=f"Message {n}",
                in_inbox=True,
            )
            for n in range(number)
        )
        await db.commit()
        await sign_in(client, app, db, person=person)
        with counted(connection) as seen:
            page = await client.get("/inbox")
        assert len(seen) == 3
        assert page.text.count("cb-list__item") == min(number, 20)
        assert ("99+" in page.text) == (number > 99)

    async def test_the_count_costs_no_page_a_query(
        self, client: PageClient, app: Litestar, db: AsyncSession, connection: AsyncConnection
    ) -> None:
        """It comes with the query that says who asks; a visitor's pages ask nothing."""
        with counted(connection) as visitor:
            await client.get("/opportunities")
        person = await make_person(db)
        await make_message(db, person_id=person.id, in_inbox=True)
        await sign_in(client, app, db, person=person)
        app.state.counts.clear()
        with counted(connection) as signed_in:
            page = await client.get("/opportunities")
        assert "cb-account__count" in page.text
        assert len(signed_in) == len(visitor) + 1
