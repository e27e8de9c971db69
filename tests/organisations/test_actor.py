"""Who is asking: read from the database each time, and what row-level security is told of it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from litestar import Litestar, get
from litestar.di import NamedDependency
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import PUBLIC, SIGNED_IN, Actor
from app.core.permissions import Duty, Permission
from app.organisations.models import PersonSession
from app.organisations.queries import find_actor
from tests.pages import PageClient
from tests.people import as_actor, make_member, make_organisation, make_person, sign_in

SEEN = text(
    "SELECT current_setting('app.person_id', true), current_setting('app.organisation_id', true),"
    " current_setting('app.is_operator', true), current_setting('app.is_system', true)"
)


@get("/t/who", opt=PUBLIC)
async def show_who(actor: NamedDependency[Actor], db: NamedDependency[AsyncSession]) -> Any:
    row = (await db.execute(SEEN)).one()
    return {"name": actor.name, "kind": actor.kind, "seen": [value or "" for value in row]}


@get("/t/mine", opt=SIGNED_IN)
async def show_mine(actor: NamedDependency[Actor]) -> Any:
    return {"slug": actor.acting_for.slug if actor.acting_for else None}


@pytest.fixture(scope="module", autouse=True)
def handlers(app: Litestar) -> None:
    """Two handlers that say who asks."""
    app.register(show_who)
    app.register(show_mine)


async def test_a_visitor_is_nobody(client: PageClient) -> None:
    answer = (await client.get("/t/who")).json()
    assert answer == {"name": "", "kind": "visitor", "seen": ["", "", "", ""]}


async def test_a_page_for_members_sends_a_visitor_to_sign_in(client: PageClient) -> None:
    answer = await client.get("/t/mine")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=/t/mine"


async def test_a_member_acts_for_their_organisation(
    client: PageClient, app: Litestar, db: AsyncSession
) -> None:
    body = await make_organisation(db)
    member = await make_member(db, body, Duty.HR)
    await sign_in(client, app, db, member)
    who = (await client.get("/t/who")).json()
    assert who["seen"] == [str(member.person_id), str(body.id), "", ""]
    assert (await client.get("/t/mine")).json() == {"slug": body.slug}


async def test_duties_are_read_each_time(db: AsyncSession) -> None:
    body = await make_organisation(db)
    member = await make_member(db, body, Duty.FINANCE_OFFICER)
    actor = await as_actor(db, member)
    assert actor.can(Permission.PLEDGE_APPROVE)
    await db.execute(text("DELETE FROM membership_duty"))
    assert actor.person_session_id
    again = await find_actor(db, actor.person_session_id)
    assert again
    assert not again.can(Permission.PLEDGE_APPROVE)
    assert again.may(Permission.PLEDGE_APPROVE, "approve this pledge").reason


@pytest.mark.parametrize("what", ["person", "membership", "session"])
async def test_an_end_counts_at_the_next_request(
    client: PageClient, app: Litestar, db: AsyncSession, what: str
) -> None:
    body = await make_organisation(db)
    member = await make_member(db, body, Duty.HR)
    sign_in_id = await sign_in(client, app, db, member)
    statement = {
        "person": "UPDATE person SET suspended_at = now() WHERE id = :person",
        "membership": "UPDATE membership SET ended_at = now() WHERE person_id = :person",
        "session": "UPDATE person_session SET ended_at = now() WHERE person_id = :person",
    }[what]
    await db.execute(text(statement), {"person": member.person_id})
    await db.commit()
    answer = await client.get("/t/mine")
    if what == "membership":
        assert answer.json() == {"slug": None}
        assert (await client.get("/t/who")).json()["seen"] == [str(member.person_id), "", "", ""]
    else:
        assert answer.status_code == 303
    assert sign_in_id


async def test_twelve_hours_are_the_most(db: AsyncSession) -> None:
    member = await make_member(db, await make_organisation(db))
    actor = await as_actor(db, member)
    assert actor.person_session_id
    row = await db.get_one(PersonSession, actor.person_session_id)
    row.created_at = datetime(2026, 1, 1, tzinfo=UTC)
    await db.commit()
    assert await find_actor(db, actor.person_session_id) is None


async def test_the_operator_is_told_to_the_database(
    client: PageClient, app: Litestar, db: AsyncSession
) -> None:
    operator = await make_person(db, is_operator=True)
    await sign_in(client, app, db, person=operator)
    assert (await client.get("/t/who")).json()["seen"] == [str(operator.id), "", "on", ""]
