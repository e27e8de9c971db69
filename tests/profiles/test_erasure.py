"""Erasing a person: whatever table names them, nothing does afterwards but what must stay.

Every table gets a row of theirs with their name, an address or words of their profile in every
column that is marked personal; a new table is in by its marks.
"""
# ruff: noqa: S608 (the statements are those of these tests)

import argparse
import asyncio
import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import asyncpg
import pytest
from sqlalchemy import Column, select, update
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.verify import verify
from app.core.actor import SYSTEM
from app.core.config import Settings
from app.core.db import make_engine, make_system_sessions
from app.core.permissions import Duty
from app.core.privacy import Erasure, is_text_like, mark_of
from app.core.tables import all_tables, know_all
from app.notifications.commands import send
from app.notifications.letters import open_letter
from app.notifications.models import Message
from app.organisations.models import Person
from app.profiles.confirming.commands import mark_of as email_mark
from app.profiles.confirming.models import SkillConfirmation
from app.profiles.console import erase_person
from app.profiles.erasure.commands import erase
from app.profiles.erasure.domain import ERASED_NAME, Traces
from app.profiles.models import ProfileSkill
from tests.canary import CANARY, NOW, plant
from tests.conftest import Servers
from tests.people import as_actor, make_member, make_organisation, make_person
from tests.profiles.owned import fill_profile, skill_id

know_all()

NAME: Final = "Ada O'Mark-Owner"
ADDRESSES: Final = ("ada@home.example", "ada.owner@own.example", "ada@private.example")
PROFILE: Final = "Parking permits that Ada mended"
SAID: Final = f'Asked by "{NAME}", see {ADDRESSES[1]}.'
OTHERS: Final = f"Another {NAME} elsewhere"
BODY: Final = uuid.UUID(int=99)


TABLES: Final = """
SELECT c.relname AS name,
    array_agg(a.attname) FILTER (WHERE a.atttypid = 'bytea'::regtype) AS bytes
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relkind IN ('r', 'm') AND c.relnamespace = 'public'::regnamespace
GROUP BY c.relname ORDER BY c.relname
"""


@dataclass(frozen=True)
class Ada:
    """Who is erased, and who had a message about her."""

    settings: Settings
    person_id: uuid.UUID
    reader_id: uuid.UUID


def planted_columns() -> Iterable[Column[Any]]:
    """The columns that get her name: all that are personal and hold free text."""
    for table in all_tables():
        for column in table.columns:
            mark = mark_of(column)
            if mark is None or not is_text_like(column) or "BLOB" in str(column.type):
                continue
            if column.name.endswith("_sha256") or _is_listed(column):
                continue
            if mark.erasure is Erasure.KEPT and table.name == "audit_entry":
                continue  # refuses names by itself
            if mark.erasure is Erasure.REBUILT or isinstance(column.type, TSVECTOR):
                continue
            yield column


def _is_listed(column: Column[Any]) -> bool:
    return any(
        str(check.name or "").endswith(f"{column.name}_known") for check in column.table.constraints
    )


def value_for(column: Column[Any]) -> Any:
    mark = mark_of(column)
    assert mark is not None
    if mark.is_address:
        return ADDRESSES[1]
    if isinstance(column.type, ARRAY):
        return None
    words = PROFILE if mark.erasure is Erasure.GOES else SAID
    if isinstance(column.type, JSONB):
        return json.dumps({"text": words, "list": [words]})
    return words


async def make_ada(servers: Servers) -> Ada:
    """Somebody of whom every table has a row, and a message to somebody else that names her."""
    settings = await servers.clone()
    engine = make_engine(settings.database_url, pool_size=1)
    async with make_system_sessions(engine, settings)() as db:
        own = await make_organisation(db, slug="own", name="Own Council")
        ada = await make_person(db, name=NAME, email=ADDRESSES[0], private_email=ADDRESSES[2])
        member = await make_member(db, own, Duty.HR, person=ada, work_email=ADDRESSES[1])
        await make_member(db, own, Duty.ORGANISATION_ADMIN)
        reader = await make_person(db)
        await send(
            db,
            to=reader.email,
            template="reminder",
            values={
                "headline": f"{NAME} asks",
                "paragraphs": [SAID],
                "button_text": "Look",
                "path": "/",
            },
            person_id=reader.id,
            organisation_name="Own Council",
        )
        await db.commit()
        ids = {"person": ada.id, "organisation": own.id, "membership": member.id}
        made = Ada(settings, ada.id, reader.id)
    await engine.dispose()
    root = await asyncpg.connect(servers.postgres.url("postgres", settings_name(settings)))
    try:
        await plant(root, ids)
        for one in all_tables():
            if "person_id" in one.columns:
                # Rows that hang on a profile hang on one that is hers.
                loose = "person_id NOT IN (SELECT id FROM person)"
                hers = f"UPDATE {one.name} SET person_id = $1 WHERE {loose}"
                await root.execute(hers, made.person_id)
        await root.execute(
            "UPDATE message SET person_id = $1 WHERE person_id IS NULL", made.person_id
        )
        await root.execute("UPDATE profile_evidence SET skill_id = s.skill_id FROM profile_skill s")
        for column in planted_columns():
            table = column.table.name
            if table in {"person", "membership"}:
                continue
            where = "person_id = $2" if table == "message" else "id IS NOT NULL"
            if table == "organisation":
                where = "slug = 'own'"
            value = value_for(column)
            if value is None:
                continue
            statement = f'UPDATE {table} SET "{column.name}" = $1 WHERE {where}'
            values = [value, ada_id] if "$2" in where and (ada_id := made.person_id) else [value]
            await root.execute(statement, *values)
        await root.execute(f"INSERT INTO {namesake()}", BODY, OTHERS)
        # One that is not of the chain would be found broken, with or without erasure.
        await root.execute("DELETE FROM audit_entry WHERE facts::text LIKE $1", f"%{CANARY}%")
    finally:
        await root.close()
    return made


def namesake() -> str:
    """A body of somebody else who is called the same."""
    return (
        "organisation (id, slug, name, kind, register, register_id, region, about)"
        " VALUES ($1, 'elsewhere', 'Elsewhere Council', 'council', 'ons', 'E9', 'wales', $2)"
    )


def settings_name(settings: Settings) -> str:
    return settings.database_url.rpartition("/")[2]


async def grep(root: asyncpg.Connection, *sought: str) -> dict[str, int]:
    """How many rows of which tables hold one of these, whatever the column; bytes as well."""
    tables = await root.fetch(TABLES)
    found = {}
    for table in tables:
        tests = ["t::text ILIKE ANY ($1)"]
        tests += [f"encode(\"{b}\", 'escape') ILIKE ANY ($1)" for b in table["bytes"] or ()]
        query = f'SELECT count(*) FROM "{table["name"]}" t WHERE {" OR ".join(tests)}'
        count = await root.fetchval(query, [f"%{one}%" for one in sought])
        if count:
            found[table["name"]] = count
    return found


async def test_nothing_names_somebody_who_is_erased_but_agreements(
    servers: Servers, capsys: pytest.CaptureFixture[str]
) -> None:
    ada = await make_ada(servers)
    root = await asyncpg.connect(servers.postgres.url("postgres", settings_name(ada.settings)))
    json_name = json.dumps(NAME)[1:-1]
    sought = (NAME, json_name, *ADDRESSES, PROFILE)
    try:
        before = await grep(root, *sought)
        assert len(before) > 30, before
        wanted = argparse.Namespace(email="Ada.Owner@own.example")
        assert await asyncio.to_thread(erase_person, ada.settings, wanted) == 0
        after = await grep(root, *sought)
        # The namesake of another body; what was agreed between bodies.
        assert after == {"organisation": 1, "cost_split_version": 1, "stored_file": 1}
        assert await root.fetchval("SELECT about FROM organisation WHERE id = $1", BODY) == OTHERS
    finally:
        await root.close()
    assert "6 years after the agreement ends" in capsys.readouterr().out
    await _look_at_what_is_left(ada)
    assert await asyncio.to_thread(erase_person, ada.settings, wanted) == 1


async def _look_at_what_is_left(ada: Ada) -> None:
    engine = make_engine(ada.settings.database_url, pool_size=1)
    async with make_system_sessions(engine, ada.settings)() as db:
        person = await db.get_one(Person, ada.person_id)
        assert person.name == ERASED_NAME
        assert person.suspended_at is not None
        await _look_at_messages(db, ada)
        assert (await verify(db)).fault is None
    await engine.dispose()


async def _look_at_messages(db: AsyncSession, ada: Ada) -> None:
    """Messages to her are gone; those about her do not name her, and can still be read."""
    found = list(await db.scalars(select(Message).where(Message.sealed.is_not(None))))
    assert [one.person_id for one in found] == [ada.reader_id]
    letter = open_letter(ada.settings, found[0])
    assert "[removed] asks" in letter.subject
    for text in (letter.subject, letter.text, letter.html):
        assert "[removed]" in text
        assert "Mark-Owner" not in text
        assert ADDRESSES[1] not in text


def test_a_name_is_found_as_json_and_html_write_it() -> None:
    traces = Traces('Ada "The" O\'Brien', frozenset({"a@b.example"}))
    for text in ('x Ada "The" O\'Brien y', 'x Ada \\"The\\" O\'Brien y', "A@B.example"):
        assert "[removed]" in traces.taken_out(text)
    assert "[removed]" in traces.taken_out("by Ada &quot;The&quot; O&#39;Brien")
    assert traces.taken_out("aa@b.example.org") == "aa@b.example.org"
    assert traces.taken_out("by Ada The Obrien") == "by Ada The Obrien"


async def test_whoever_confirmed_a_skill_of_somebody_else_is_not_named_there(
    db: AsyncSession,
) -> None:
    bob = await as_actor(db, await make_member(db, await make_organisation(db)))
    await fill_profile(db, bob, name="Bob")
    ada = await make_person(db, name=NAME, email=ADDRESSES[0])
    skill = await skill_id(db)
    for name, email in ((NAME, ADDRESSES[0]), ("Eve Other", "eve@other.example")):
        db.add(
            SkillConfirmation(
                person_id=bob.person_id,
                skill_id=skill,
                level=3,
                name=name,
                relation="manager",
                email_domain="home.example",
                email_mark=email_mark(db, email),
                status="confirmed",
                token_sha256=email_mark(db, f"token {email}"),
                sent_at=NOW,
                expires_at=NOW,
                settled_at=NOW,
            )
        )
    await db.execute(
        update(ProfileSkill).values(
            confirmed_level=3, confirmed_on=NOW.date(), confirmed_by=NAME, confirmed_as="manager"
        )
    )
    await db.commit()
    await erase(db, SYSTEM, ada.id)
    names = set(await db.scalars(select(SkillConfirmation.name)))
    assert names == {"[removed]", "Eve Other"}
    assert list(await db.scalars(select(ProfileSkill.confirmed_by))) == ["[removed]"]
