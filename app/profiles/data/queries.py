"""Everything that is held of one person, whichever feature holds it.

It is read from the tables themselves: every row that belongs to the person, so that a new table is
in without a line here, and where else an id of theirs stands. Row-level security limits what a
person's own sign-in reaches; the system reaches all.
"""

import uuid
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import (
    Column,
    ColumnElement,
    CompoundSelect,
    LargeBinary,
    Table,
    Text,
    Uuid,
    bindparam,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import london_today
from app.core.db import Base
from app.core.privacy import mark_of
from app.organisations.models import Membership, Organisation, Person
from app.profiles.consent.document import document
from app.profiles.consent.domain import GRANTABLE
from app.profiles.consent.queries.viewing import load_facts
from app.profiles.importing.json_file import FORMAT, VERSION
from app.profiles.models import Profile
from app.roles.models import Role, RoleLevel, Skill
from app.roles.queries import find_current_edition

EXPORT_FORMAT: Final = "crossbench-person"
EXPORT_VERSION: Final = 1
"""Of the file of all that is held; `docs/subject-access.md` describes it."""

# What is only made from other rows to search faster.
MADE_FROM_OTHERS: Final = frozenset({"person_match"})
PEOPLE: Final = frozenset({"person.id", "profile.person_id"})

Held = dict[str, list[dict[str, Any]]]


def own_tables() -> list[Table]:
    """The tables whose rows belong to a person, by their id or by an address of theirs."""
    return [
        table
        for table in sorted(Base.metadata.tables.values(), key=lambda one: one.name)
        if (_owners(table) or _addresses(table))
        and table.name not in MADE_FROM_OTHERS
        and table is not Person.__table__
    ]


def _owners(table: Table) -> list[Column[Any]]:
    marks = [(column, mark_of(column)) for column in table.columns]
    return [
        column
        for column, mark in marks
        if column.name == "person_id" or (mark is not None and mark.is_owner)
    ]


def _addresses(table: Table) -> list[Column[Any]]:
    """Columns by whose address a row belongs to somebody, where it names no owner itself."""
    if table is Person.__table__ or (
        "person_id" in table.columns and not table.c.person_id.nullable
    ):
        return []
    marks = [(column, mark_of(column)) for column in table.columns]
    return [column for column, mark in marks if mark is not None and mark.is_address]


def _is_theirs(table: Table, person_id: uuid.UUID) -> ColumnElement[bool]:
    me = bindparam("person", person_id, Uuid())
    if table is Person.__table__:
        return table.c.id == me
    known: CompoundSelect[Any] = union_all(
        select(Person.email).where(Person.id == me),
        select(Person.private_email).where(Person.id == me),
        select(Membership.work_email).where(Membership.person_id == me),
    )
    return or_(
        *(column == me for column in _owners(table)),
        *(column.in_(known) for column in _addresses(table)),
    )


def mentions() -> list[tuple[Table, str]]:
    """Where else an id of a person stands: who wrote, decided, looked."""
    return [
        (table, column.name)
        for table in sorted(Base.metadata.tables.values(), key=lambda one: one.name)
        for column in table.columns
        if column.name not in {"person_id", "id"}
        and any(key.target_fullname in PEOPLE for key in column.foreign_keys)
    ]


def hidden_columns(table: Table) -> frozenset[str]:
    """What is left out of a row: secrets, hashes, and sealed or signed bytes."""
    return frozenset(
        column.name
        for column in table.columns
        if isinstance(column.type, LargeBinary)
        or ((mark := mark_of(column)) is not None and mark.is_secret)
    )


async def collect(db: AsyncSession, person_id: uuid.UUID) -> Held:
    """The rows that belong to somebody, by table, in one query; the person's own row first."""
    parts = [
        select(
            literal(table.name).label("table_name"),
            func.to_jsonb(table.table_valued()).label("row"),
            cast(table.c.id, Text).label("key"),
        ).where(_is_theirs(table, person_id))
        for table in [Base.metadata.tables[Person.__tablename__], *own_tables()]
    ]
    every = union_all(*parts).subquery()
    found = await db.execute(
        select(every.c.table_name, type_coerce(every.c.row, JSONB)).order_by(
            every.c.table_name != Person.__tablename__, every.c.table_name, every.c.key
        )
    )
    held: Held = {}
    for name, row in found:
        hidden = hidden_columns(Base.metadata.tables[name])
        kept = {
            key: value
            for key, value in row.items()
            if key not in hidden and key != "updated_at" and value is not None
        }
        held.setdefault(name, []).append(kept)
    return held


async def collect_mentions(db: AsyncSession, person_id: uuid.UUID) -> list[dict[str, str]]:
    """Where else an id of somebody stands: table, column, row and when it was made."""
    me = bindparam("person", person_id, Uuid())
    parts = [
        select(
            literal(table.name).label("table_name"),
            literal(column).label("column_name"),
            cast(table.c.id, Text).label("key"),
            cast(table.c.created_at, Text).label("made_at"),
        ).where(table.c[column] == me)
        for table, column in mentions()
    ]
    every = union_all(*parts).subquery()
    found = await db.execute(select(every).order_by(every.c.table_name, every.c.key))
    return [{"table": row[0], "column": row[1], "id": row[2], "made_at": row[3]} for row in found]


async def names_in(db: AsyncSession, held: Held) -> Mapping[str, str]:
    """The names of bodies, roles, levels and skills whose ids stand in the rows."""
    ids = {
        value
        for rows in held.values()
        for row in rows
        for key, value in row.items()
        if key.endswith("_id") and isinstance(value, str) and len(value) == 36
    }
    wanted = [uuid.UUID(one) for one in ids]
    parts = [
        select(cast(table.id, Text).label("key"), table.name.label("name")).where(
            table.id.in_(wanted)
        )
        for table in (Organisation, Role, RoleLevel, Skill)
    ]
    every = union_all(*parts).subquery()
    found = await db.execute(select(every.c.key, every.c.name))
    return {row.key: row.name for row in found}


def purpose_of(table: Table) -> str:
    """What a table is for, as the record of processing names it."""
    marks = (mark_of(column) for column in table.columns)
    return next((str(mark.activity) for mark in marks if mark is not None), "")


async def find_person(db: AsyncSession, email: str) -> uuid.UUID | None:
    """Whose work or private address this is; first by what they sign in with."""
    address = email.strip().lower()
    signs_in = select(Person.id).where(
        (Person.email == address) | (Person.private_email == address)
    )
    works = select(Membership.person_id).where(
        func.lower(Membership.work_email) == address, Membership.ended_at.is_(None)
    )
    found = await db.scalar(signs_in.limit(1))
    return found or await db.scalar(works.order_by(Membership.id).limit(1))


async def portable(db: AsyncSession, person_id: uuid.UUID) -> dict[str, Any] | None:
    """What somebody said of themselves, in the form that an import takes; None without a profile.

    Its `version` rises with each change that an earlier import could not read.
    """
    if not await db.scalar(select(exists().where(Profile.person_id == person_id))):
        return None
    edition = await find_current_edition(db)
    return {
        "format": FORMAT,
        "version": VERSION,
        "edition": edition.as_of.isoformat() if edition else None,
        **document(await load_facts(db, person_id), frozenset(GRANTABLE)),
    }


async def export_of(
    db: AsyncSession, person_id: uuid.UUID, *, with_portable: bool = True
) -> dict[str, Any]:
    """Everything held of somebody, ready for JSON: rows, names of what they name, mentions.

    The profile as another exchange can take it in says again what the rows say; pages leave it out.
    `docs/subject-access.md` says what stands where; what is not there is not held.
    """
    held = await collect(db, person_id)
    return {
        "format": EXPORT_FORMAT,
        "version": EXPORT_VERSION,
        "made_on": london_today().isoformat(),
        "person": str(person_id),
        "profile": await portable(db, person_id) if with_portable else {},
        "held": held,
        "purposes": {name: purpose_of(Base.metadata.tables[name]) for name in held},
        "names": dict(sorted((await names_in(db, held)).items())),
        "mentioned": await collect_mentions(db, person_id),
    }
