"""A person's own data: all of it is there, nobody else's is; a profile goes without a trace."""

import argparse
import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.audit.commands import record
from app.audit.models import AuditEntry
from app.core.actor import Actor
from app.core.clock import london_today
from app.core.config import ROOT, Settings
from app.core.db import make_engine, make_system_sessions
from app.core.tables import know_all
from app.organisations.models import Person
from app.profiles.consent import commands as consent
from app.profiles.consent.domain import Grant, Group, Purpose, Recipient
from app.profiles.console import export
from app.profiles.data.queries import (
    EXPORT_FORMAT,
    EXPORT_VERSION,
    hidden_columns,
    own_tables,
    purpose_of,
)
from app.profiles.data.wording import ABOUT, ELSE, TITLES
from tests.conftest import Servers
from tests.counting import counted
from tests.pages import PageClient, parse, words
from tests.people import as_actor, make_member, make_organisation, make_person, sign_in
from tests.profiles.owned import fill_profile

TEXTS = ("Parking permits of Ada", "Employer of Ada", "SCP 32 Ada")


async def ada_in(client: PageClient, app: Litestar, db: AsyncSession) -> Any:
    """Somebody with a full profile, a consent, and somebody who looked; signed in."""
    person = await make_person(db, name="Ada Owner", email="ada@owner.example")
    member = await make_member(db, await make_organisation(db), person=person)
    actor = await as_actor(db, member)
    await fill_profile(db, actor)
    body = await make_organisation(db, name="Looking Council")
    grant = Grant(
        groups=frozenset({Group.SKILLS}),
        recipient=Recipient.BODY,
        purpose=Purpose.FOUND,
        until_on=london_today(),
        organisation_id=body.id,
    )
    await consent.give(db, actor, grant=grant, today=london_today())
    other = await as_actor(db, await make_member(db, body))
    await fill_profile(db, other, name="Bob")
    await sign_in(client, app, db, person=await db.get_one(Person, person.id))
    return actor


async def test_everything_of_mine_and_nothing_of_others(
    client: PageClient, app: Litestar, db: AsyncSession
) -> None:
    actor = await ada_in(client, app, db)
    page = await client.get("/profile/data")
    export = (await client.get("/profile/data.json")).json()
    shown = str(export)
    for one in (*TEXTS, "Ada Owner", "ada@owner.example"):
        assert one in page.text, one
        assert one in shown, one
    assert "Accessibility" in export["names"].values()
    assert "Bob" not in page.text + shown
    for wanted in ("profile_skill", "consent_grant", "membership", "person_session"):
        assert export["held"][wanted], wanted
    for table in own_tables():
        for row in export["held"].get(table.name, ()):
            assert not set(row) & hidden_columns(table)
    entry = select(AuditEntry.id).where(
        AuditEntry.action == "profile.exported", AuditEntry.person_id == actor.person_id
    )
    assert await db.scalar(entry)


def leaves(value: Any) -> list[str]:
    """Everything that a JSON value holds, as it writes it."""
    if isinstance(value, dict):
        return [leaf for one in value.values() for leaf in leaves(one)]
    if isinstance(value, list):
        return [leaf for one in value for leaf in leaves(one)]
    return [value if isinstance(value, str) else json.dumps(value)]


async def test_the_page_and_the_file_to_read_hold_all_that_the_file_for_programs_holds(
    client: PageClient, app: Litestar, db: AsyncSession
) -> None:
    await ada_in(client, app, db)
    export = (await client.get("/profile/data.json")).json()
    page = await client.get("/profile/data")
    taken = await client.get("/profile/data.html")
    assert taken.headers["content-disposition"].endswith('.html"')
    for answer in (page, taken):
        found = parse(answer.text)
        said = {e.get("value", "") for e in found.iter("data")}
        text = words(found)
        for leaf in (*leaves(export["held"]), *leaves([o["id"] for o in export["mentioned"]])):
            assert leaf in said, leaf
        for name in export["names"].values():
            assert name in text, name
    for leaf in (export["person"], export["format"], str(export["version"]), "1 awareness"):
        assert leaf in taken.text, leaf
    about = (ROOT / "docs" / "subject-access.md").read_text("utf-8")
    assert (export["format"], export["version"]) == (EXPORT_FORMAT, EXPORT_VERSION)
    for key in export:
        assert f"`{key}`" in about, key
    assert f"version {EXPORT_VERSION}" in about.lower()


def test_each_table_of_a_person_has_words_and_says_how_it_is_corrected() -> None:
    know_all()
    for table in (*own_tables(), Person.__table__):
        assert table.name in TITLES, f"say in app/profiles/data/wording.py what {table.name} is"
        assert purpose_of(table) in ABOUT, table.name
    for about in (*ABOUT.values(), ELSE):
        assert about.why
        assert about.correct
        assert about.kept


def test_the_command_writes_all_that_is_held(
    servers: Servers, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = servers.clone_now()
    asyncio.run(_add_ada(settings))
    out = tmp_path / "ada.json"
    wanted = argparse.Namespace(email="Ada@owner.example", out=str(out))
    assert export(settings, wanted) == 0
    found = json.loads(out.read_text("utf-8"))
    assert found["held"]["person"][0]["name"] == "Ada Owner"
    assert [one["work_email"] for one in found["held"]["membership"]] == ["ada@work.example"]
    assert found["held"]["audit_entry"][0]["action"] == "test.done"
    assert capsys.readouterr().out.startswith("Wrote 3 rows")
    nobody = argparse.Namespace(email="nobody@owner.example", out=str(out))
    assert export(settings, nobody) == 1


async def _add_ada(settings: Settings) -> None:
    engine = make_engine(settings.database_url, pool_size=1)
    async with make_system_sessions(engine, settings)() as db:
        person = await make_person(db, name="Ada Owner", email="ada@owner.example")
        body = await make_organisation(db)
        await make_member(db, body, person=person, work_email="ada@work.example")
        actor = Actor(kind="person", person_id=person.id)
        await record(db, actor, "test.done", subject=("person", person.id))
        await db.commit()
    await engine.dispose()


async def test_a_deleted_profile_leaves_no_trace(
    client: PageClient, app: Litestar, db: AsyncSession
) -> None:
    actor = await ada_in(client, app, db)
    page = await client.get("/profile/delete")
    assert "cannot be undone" in page.text
    answer = await client.fill_in(page, {}, form=-1)
    assert answer.headers["location"] == "/profile"
    tables = await db.scalars(
        text(
            "SELECT relname FROM pg_class WHERE relkind = 'r'"
            " AND relnamespace = 'public'::regnamespace"
            " AND has_table_privilege(oid, 'SELECT') ORDER BY relname"
        )
    )
    for table in list(tables):
        for one in TEXTS:
            query = f"SELECT count(*) FROM {table} t WHERE t::text LIKE :sought"  # noqa: S608
            assert not await db.scalar(text(query), {"sought": f"%{one}%"}), (table, one)
    for name in [one.name for one in own_tables() if one.name.startswith(("profile", "consent"))]:
        query = f"SELECT count(*) FROM {name} WHERE person_id = :id"  # noqa: S608
        assert not await db.scalar(text(query), {"id": actor.person_id}), name
    assert (await client.get("/profile/delete")).headers["location"] == "/profile"
    assert "Nobody but you sees any of it" in (await client.get("/profile")).text
    assert (await client.get("/account")).status_code == 200


async def test_the_number_of_queries_stays(
    client: PageClient, app: Litestar, db: AsyncSession, connection: AsyncConnection
) -> None:
    await ada_in(client, app, db)
    with counted(connection) as seen:
        assert (await client.get("/profile/data")).status_code == 200
    assert len(seen) <= 8
