"""A sign-in begins: a session of a new id, and how far it reaches before its second factor."""

import gc
import hashlib
import json
import time
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from litestar import Litestar, Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.models import AuditEntry
from app.core.actor import (
    BEFORE_FACTOR,
    PERSON_SESSION,
    PUBLIC,
    SIGNED_IN,
    Actor,
    StepNeeded,
    require_recent_factor,
)
from app.core.csrf import EXEMPT
from app.core.permissions import Duty
from app.core.sessions import renew
from app.organisations.models import PersonSession
from app.organisations.queries import find_actor
from app.organisations.sign_in.commands import begin_sign_in
from app.organisations.sign_in.domain import How
from tests.conftest import Servers, running
from tests.pages import PageClient
from tests.people import make_member, make_organisation, make_person

SEEN = text(
    "SELECT current_setting('app.person_id', true), current_setting('app.organisation_id', true),"
    " current_setting('app.is_operator', true)"
)


@post("/t/begin/{person:uuid}", opt={**PUBLIC, **EXEMPT}, status_code=200)
async def begin(
    request: Request[Any, Any, Any], db: NamedDependency[AsyncSession], person: FromPath[uuid.UUID]
) -> str:
    how = How(request.query_params.get("how", "link"))
    vouched = request.query_params.get("vouched")
    signed_in = await begin_sign_in(
        request,
        db,
        person_id=person,
        how=how,
        vouched_by_id=uuid.UUID(vouched) if vouched else None,
    )
    return str(signed_in.id)


@post("/t/renew", opt={**PUBLIC, **EXEMPT}, status_code=200)
async def renew_session(request: Request[Any, Any, Any]) -> str:
    return renew(request)


@post("/t/start", opt={**PUBLIC, **EXEMPT}, status_code=200)
async def start(request: Request[Any, Any, Any]) -> str:
    request.session["word"] = "moor"
    return "started"


@get("/t/open", opt=PUBLIC)
async def show_open(actor: NamedDependency[Actor], db: NamedDependency[AsyncSession]) -> Any:
    return {
        "acts": actor.acting_for is not None,
        "operator": actor.is_operator,
        "signed_in": actor.is_signed_in,
        "seen": [value or "" for value in (await db.execute(SEEN)).one()],
    }


@get("/t/closed", opt=SIGNED_IN)
async def show_closed(actor: NamedDependency[Actor]) -> Any:
    return {"acts": actor.acting_for is not None}


@post("/t/closed", opt={**SIGNED_IN, **EXEMPT}, status_code=200)
async def change_closed(actor: NamedDependency[Actor]) -> str:
    return "never"


@get("/t/before", opt=BEFORE_FACTOR)
async def show_before(actor: NamedDependency[Actor]) -> Any:
    return {"acts": actor.acting_for is not None}


@get("/t/grave", opt=SIGNED_IN)
async def show_grave(actor: NamedDependency[Actor]) -> str:
    require_recent_factor(actor)
    return "grave"


@pytest.fixture(scope="module", autouse=True)
def handlers(app: Litestar) -> None:
    """Handlers that sign in, and pages of each access."""
    for handler in (
        begin, renew_session, start, show_open, show_closed, show_before, show_grave,
    ):  # fmt: skip
        app.register(handler)


def key_of(session_id: str) -> str:
    return "crossbench:session:" + hashlib.sha256(session_id.encode()).hexdigest()


async def test_a_planted_id_is_worthless_after_sign_in(
    client: PageClient, app: Litestar, db: AsyncSession
) -> None:
    """Rule 10: even an id that the store knows, such as that of an attacker's own session."""
    person = await make_person(db)
    await client.post("/t/start")
    planted = client.cookies["session"]
    assert await app.state.redis.exists(key_of(planted))
    await client.post(f"/t/begin/{person.id}")
    assert client.cookies["session"] != planted
    assert not await app.state.redis.exists(key_of(planted))
    assert (await client.get("/t/open")).json()["signed_in"]
    client.cookies.clear()
    client.cookies.set("session", planted, domain="testserver.local")
    assert not (await client.get("/t/open")).json()["signed_in"]


async def test_a_renewed_session_keeps_what_it_held_under_a_new_id(
    client: PageClient, app: Litestar, db: AsyncSession
) -> None:
    person = await make_person(db)
    await client.post(f"/t/begin/{person.id}")
    before = client.cookies["session"]
    key = (await client.post("/t/renew")).text
    after = client.cookies["session"]
    assert after != before
    assert key_of(after).endswith(key)
    assert not await app.state.redis.exists(key_of(before))
    assert (await client.get("/t/open")).json()["signed_in"]


async def test_a_sign_in_is_recorded_and_says_where_the_store_has_it(
    client: PageClient, db: AsyncSession
) -> None:
    member = await make_member(db, await make_organisation(db))
    answer = await client.post(
        f"/t/begin/{member.person_id}", headers={"user-agent": "X (Windows) Firefox/140.0"}
    )
    row = await db.get_one(PersonSession, uuid.UUID(answer.text))
    assert (row.browser, row.how, row.membership_id) == ("Firefox on Windows", "link", member.id)
    assert key_of(client.cookies["session"]).endswith(row.store_key or "?")
    entries = await db.scalars(select(AuditEntry).where(AuditEntry.action == "sign_in.began"))
    assert [e.subject_id for e in entries] == [row.id]


@pytest.mark.parametrize("duty", [Duty.HR, Duty.ORGANISATION_ADMIN, Duty.MEMBER, None])
async def test_a_duty_needs_a_second_factor_first(
    client: PageClient, db: AsyncSession, duty: Duty | None
) -> None:
    """Rule 13: nothing of the organisation opens before, in the application or in the database."""
    body = await make_organisation(db)
    member = await make_member(db, body, *([duty] if duty else []))
    answer = await client.post(f"/t/begin/{member.person_id}")
    needed = duty not in {Duty.MEMBER, None}
    seen = (await client.get("/t/open")).json()
    assert seen["acts"] is not needed
    assert seen["seen"] == [str(member.person_id), "" if needed else str(body.id), ""]
    closed = await client.get("/t/closed")
    assert closed.status_code == (303 if needed else 200)
    assert (await client.get("/t/before")).json() == {"acts": True}
    if needed:
        assert closed.headers["location"] == "/sign-in/second-factor?next=/t/closed"
        row = await db.get_one(PersonSession, uuid.UUID(answer.text))
        row.second_factor_at = datetime.now(UTC)
        await db.commit()
        assert (await client.get("/t/closed")).json() == {"acts": True}
        assert (await client.get("/t/open")).json()["seen"][1] == str(body.id)


async def test_the_operator_needs_a_second_factor_first(
    client: PageClient, db: AsyncSession
) -> None:
    person = await make_person(db, is_operator=True)
    await client.post(f"/t/begin/{person.id}")
    seen = (await client.get("/t/open")).json()
    assert (seen["operator"], seen["seen"][2]) == (False, "")
    assert (await client.get("/t/closed")).status_code == 303


async def test_demo_people_skip_it_in_demo_mode_only(
    client: PageClient, app: Litestar, db: AsyncSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = await make_person(db, is_demo=True)
    body = await make_organisation(db)
    await make_member(db, body, Duty.HR, person=person)
    await client.post(f"/t/begin/{person.id}?how=demo")
    assert (await client.get("/t/closed")).json() == {"acts": True}
    assert (await client.get("/t/open")).json()["seen"][1] == str(body.id)
    assert (await client.get("/t/grave")).text == "grave"
    monkeypatch.setattr(type(app.state.settings), "is_production", property(lambda _: True))
    assert (await client.get("/t/closed")).headers["location"].startswith("/sign-in?")


async def test_an_organisation_vouches_for_itself_alone(
    client: PageClient, db: AsyncSession
) -> None:
    """Whoever runs a body's identity provider must not reach what its people do elsewhere."""
    person = await make_person(db, is_operator=True)
    body, other = await make_organisation(db), await make_organisation(db)
    await make_member(db, other, Duty.HR, person=person)
    mine = await make_member(db, body, person=person)
    answer = await client.post(f"/t/begin/{person.id}?how=oidc&vouched={body.id}")
    actor = await find_actor(db, uuid.UUID(answer.text))
    assert actor
    assert [m.organisation_id for m in actor.memberships] == [body.id]
    assert (actor.organisation_id, actor.is_operator) == (body.id, False)
    row = await db.get_one(PersonSession, uuid.UUID(answer.text))
    assert row.membership_id == mine.id
    seen = (await client.get("/t/open")).json()["seen"]
    assert seen == [str(person.id), str(body.id), ""]


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_refusal_gives_its_connection_back_at_once(servers: Servers, method: str) -> None:
    """Nobody can use up the connections by asking with a sign-in that has ended."""
    async with running(await servers.clone()) as app:
        app.register(show_closed)
        app.register(change_closed)
        key = {"made_at": int(time.time()), "values": {PERSON_SESSION: str(uuid.uuid4())}}
        await app.stores.get("sessions").set(key_of("a" * 64)[19:], json.dumps(key), expires_in=60)
        async with PageClient(app) as client:
            client.cookies.set("session", "a" * 64, domain="testserver.local")
            gc.disable()
            try:
                answer = await client.request(method, "/t/closed")
                assert answer.status_code == (303 if method == "GET" else 401)
                assert app.state.engine.pool.checkedout() == 0
            finally:
                gc.enable()


async def test_grave_things_need_a_factor_of_the_last_ten_minutes(
    client: PageClient, db: AsyncSession
) -> None:
    """Rule 13: an old session is asked again."""
    person = await make_person(db)
    answer = await client.post(f"/t/begin/{person.id}")
    row = await db.get_one(PersonSession, uuid.UUID(answer.text))
    ages = {None: False, timedelta(minutes=9): True, timedelta(minutes=11): False}
    for age, passes in ages.items():
        row.second_factor_at = None if age is None else datetime.now(UTC) - age
        await db.commit()
        shown = await client.get("/t/grave")
        assert (shown.status_code == 200) is passes
        if not passes:
            assert shown.headers["location"] == "/sign-in/second-factor?next=/t/grave"
    with pytest.raises(StepNeeded):
        require_recent_factor(Actor())
