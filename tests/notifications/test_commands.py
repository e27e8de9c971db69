"""Writing to people: kept sealed, handed to the outbox, forgotten in time."""

from datetime import date
from typing import Any

import jinja2
import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor
from app.core.addresses import BadAddress
from app.core.config import Settings
from app.core.errors import NotFound
from app.core.outbox import Outbox
from app.notifications import queries
from app.notifications.commands import (
    deliver_message,
    forget_texts,
    keep_trying,
    send,
    try_again,
)
from app.notifications.letters import open_letter
from app.notifications.models import Message
from tests.notifications.letters import greeting
from tests.people import make_person

__all__ = ["greeting"]
pytestmark = pytest.mark.usefixtures("greeting")
VALUES = {"name": "Ada", "due_on": date(2027, 3, 1), "token": "a-token-nobody-may-find"}


async def write(db: AsyncSession, **changes: Any) -> Message:
    given = {"to": "ada@x.example", "template": "greeting", "values": VALUES, **changes}
    message_id = await send(db, **given)
    return await db.get_one(Message, message_id)


async def age(db: AsyncSession, interval: str) -> None:
    await db.execute(
        text(f"UPDATE message SET created_at = now() - interval '{interval}'")  # noqa: S608
    )
    await db.execute(
        text(f"UPDATE outbox SET created_at = now() - interval '{interval}'")  # noqa: S608
    )
    db.expire_all()


async def test_a_message_and_its_delivery_are_one_transaction(
    db: AsyncSession, settings: Settings
) -> None:
    message = await write(db, organisation_name="Northshire Council")
    row = (await db.scalars(select(Outbox))).one()
    assert (row.job, row.arguments) == ("notifications.deliver", {"message_id": str(message.id)})
    letter = open_letter(settings, message)
    assert letter.to_address == "ada@x.example"
    assert letter.subject == "Hello Ada"
    assert "/come/a-token-nobody-may-find" in letter.text
    await db.rollback()
    assert (await db.scalars(select(Message))).all() == []
    assert (await db.scalars(select(Outbox))).all() == []


async def test_no_live_link_is_found_in_the_database(db: AsyncSession) -> None:
    await write(db)
    for table in ("message", "outbox"):
        rows = await db.execute(text(f"SELECT t::text FROM {table} t"))  # noqa: S608
        for (row,) in rows:
            assert "a-token-nobody-may-find" not in row
            assert b"a-token-nobody-may-find".hex() not in row


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"to": "ada@x.example\r\nBcc: eve@y.example"}, BadAddress),
        ({"values": {"name": "Ada"}}, jinja2.UndefinedError),
        ({"template": "nothing"}, jinja2.TemplateNotFound),
    ],
)
async def test_what_cannot_be_sent_is_said_at_once(
    db: AsyncSession, changes: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        await write(db, **changes)
    assert (await db.scalars(select(Outbox))).all() == []


async def test_only_a_persons_own_messages_stand_in_an_inbox(db: AsyncSession) -> None:
    person = await make_person(db)
    assert (await write(db, person_id=person.id)).in_inbox
    assert not (await write(db, person_id=person.id, inbox=False)).in_inbox
    assert not (await write(db)).in_inbox


async def test_without_a_way_out_the_mailbox_of_the_demo_is_one(db: AsyncSession) -> None:
    message = await write(db)
    await deliver_message(db, message.id)
    await db.refresh(message)
    assert message.channel == "mailbox"
    assert message.sent_at is not None


async def test_texts_and_addresses_go_after_30_days(db: AsyncSession) -> None:
    message = await write(db)
    await age(db, "29 days")
    await forget_texts(db)
    await db.refresh(message)
    assert message.sealed is not None
    await age(db, "30 days 1 second")
    await forget_texts(db)
    await db.refresh(message)
    assert (message.sealed, message.to_address, message.subject) == (None, None, "Hello Ada")
    with pytest.raises(NotFound):
        await queries.get_message(db, message.id)


async def test_a_long_outage_is_outlived(db: AsyncSession) -> None:
    message = await write(db)
    await db.execute(text("UPDATE outbox SET failed_at = now(), attempt = 5"))
    await age(db, "47 hours")
    await keep_trying(db)
    row = (await db.scalars(select(Outbox))).one()
    assert (row.failed_at, row.attempt) == (None, 0)
    await db.refresh(message)
    assert message.failed_at is None


async def test_after_two_days_we_give_up_and_say_so(db: AsyncSession) -> None:
    message = await write(db)
    await db.execute(text("UPDATE outbox SET failed_at = now(), attempt = 5"))
    await age(db, "48 hours 1 second")
    await keep_trying(db)
    await db.refresh(message)
    assert (message.failure, message.sent_at) == ("gave-up", None)
    row = (await db.scalars(select(Outbox))).one()
    assert row.failed_at is not None


async def test_an_operator_can_let_a_failed_message_go_out_once_more(db: AsyncSession) -> None:
    message = await write(db)
    operator = Actor(kind="person", is_operator=True)
    with pytest.raises(NotFound):
        await try_again(db, operator, message_id=message.id)
    await db.execute(text("UPDATE message SET failed_at = now(), failure = 'smtp-550'"))
    await db.refresh(message)
    with pytest.raises(NotFound):
        await try_again(db, Actor(kind="person"), message_id=message.id)
    await try_again(db, operator, message_id=message.id)
    assert (message.failed_at, message.failure) == (None, None)
    assert len((await db.scalars(select(Outbox))).all()) == 2
    await deliver_message(db, message.id)
    await db.refresh(message)
    await db.refresh(message)
    assert message.sent_at is not None


async def test_a_message_sealed_with_another_key_is_shown_as_failed(db: AsyncSession) -> None:
    message = await write(db)
    await db.execute(text("UPDATE message SET sealed = 'nonsense'"))
    await db.refresh(message)
    await deliver_message(db, message.id)
    await db.refresh(message)
    assert message.failure == "key-changed"


async def test_a_message_that_is_gone_is_no_fault(db: AsyncSession) -> None:
    message = await write(db)
    await db.delete(message)
    await db.flush()
    await deliver_message(db, message.id)
