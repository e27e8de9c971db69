"""Erasing one's own account on its pages: what is said before, two steps, and nothing twice."""

from dataclasses import replace
from typing import Any

import pytest
from litestar import Litestar
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.models import AuditEntry
from app.core.actor import Actor
from app.core.errors import Refused
from app.core.permissions import Duty
from app.organisations.models import Membership, Organisation, Person
from app.profiles.erasure.commands import erase_own
from app.profiles.erasure.domain import ERASED_NAME
from app.profiles.erasure.pages import NOT_YOURS
from app.profiles.erasure.wording import GOES, STAYS
from tests.pages import PageClient, assert_form_error
from tests.people import as_actor, make_member, make_organisation, make_person, sign_in
from tests.profiles.owned import fill_profile

CONFIRM = "/account/erase/confirm"


async def ada_in(client: PageClient, app: Litestar, db: AsyncSession, *duties: Duty) -> Membership:
    """Somebody with a profile, signed in for their body."""
    person = await make_person(db, name="Ada Owner", email="ada@owner.example")
    member = await make_member(db, await make_organisation(db), *duties, person=person)
    await fill_profile(db, await as_actor(db, member))
    await sign_in(client, app, db, member)
    return member


async def test_an_account_is_erased_in_two_steps_and_once(
    client: PageClient, app: Litestar, db: AsyncSession
) -> None:
    member = await ada_in(client, app, db)
    before = await client.get("/account/erase")
    for one in (*GOES, *(one.what for one in STAYS), *(one.how_long for one in STAYS)):
        assert one in before.text.replace("&#39;", "'"), one
    page = await client.get(CONFIRM)
    wrong = await client.fill_in(page, {"email": "somebody@owner.example"})
    assert_form_error(wrong, "email", NOT_YOURS.message)
    assert await db.scalar(select(Person.name).where(Person.id == member.person_id)) == "Ada Owner"
    redis: Any = app.state.redis
    assert await redis.keys("crossbench:session:*")
    done = await client.fill_in(page, {"email": "ADA@owner.example"})
    assert done.headers["location"] == "/erased"
    after = await client.get("/erased")
    assert "we no longer know where to" in after.text
    person = await db.get_one(Person, member.person_id, populate_existing=True)
    assert person.name == ERASED_NAME
    entries = select(AuditEntry).where(AuditEntry.action == "account.erased")
    (entry,) = await db.scalars(entries)
    assert entry.subject_id == entry.person_id == person.id
    again = await client.fill_in(page, {"email": "ada@owner.example"})
    assert again.status_code in {303, 401, 403}
    assert len(list(await db.scalars(entries))) == 1
    assert (await client.get("/account")).status_code == 303
    for key in await redis.keys("*"):
        kept = await redis.get(key) if await redis.type(key) == b"string" else b""
        for text in (key, kept):
            assert b"ada@owner" not in text.lower()


async def test_the_last_administrator_is_told_what_to_do_first(
    client: PageClient, app: Litestar, db: AsyncSession
) -> None:
    member = await ada_in(client, app, db, Duty.ORGANISATION_ADMIN)
    body = await db.get_one(Organisation, member.organisation_id)
    page = await client.get("/account/erase")
    assert f"You are the only administrator of {body.name}" in page.text
    assert CONFIRM not in page.text
    assert (await client.get(CONFIRM)).headers["location"] == "/account/erase"
    actor = await as_actor(db, member)
    second = await make_member(db, body, Duty.ORGANISATION_ADMIN)
    page = await client.get(CONFIRM)
    await db.delete(second)
    await db.commit()
    answer = await client.fill_in(page, {"email": "ada@owner.example"})
    assert answer.status_code == 422
    assert "only administrator" in answer.text
    assert (await db.get_one(Person, actor.person_id)).name == "Ada Owner"


@pytest.mark.parametrize("how", ["vouched", "operator"])
async def test_who_cannot_erase_here(
    how: str, client: PageClient, app: Litestar, db: AsyncSession
) -> None:
    actor: Actor = await as_actor(db, await ada_in(client, app, db))
    if how == "vouched":
        actor = replace(actor, vouched_by_id=actor.organisation_id)
    else:
        actor = replace(actor, is_operator=True)
    with pytest.raises(Refused):
        await erase_own(db, actor)
