"""What erasure reads: who somebody is, and where something of theirs stands.

It goes by the marks on the tables (`core/privacy.py`), so that a new table is covered by its marks.
"""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Table, Text, cast, false, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.permissions import Duty
from app.core.privacy import Erasure, Mark, mark_of
from app.core.tables import all_tables
from app.organisations.models import Membership, MembershipDuty, Organisation, Person
from app.profiles.erasure.domain import Traces

OF_PERSON: Final = "person.id"
OF_PROFILE: Final = "profile.person_id"
OF_BODY: Final = "organisation.id"


@dataclass(frozen=True, slots=True)
class Known:
    """A person who is to be erased, and the bodies that they were ever a member of."""

    person_id: uuid.UUID
    traces: Traces
    bodies: tuple[uuid.UUID, ...]
    body_names: tuple[str, ...]


def marked(*kinds: Erasure) -> Iterator[tuple[Table, Column[Any], Mark]]:
    """Columns with such a mark, table by table."""
    for table in all_tables():
        for column in table.columns:
            mark = mark_of(column)
            if mark is not None and mark.erasure in kinds:
                yield table, column, mark


def owner_columns(table: Table) -> list[Column[Any]]:
    """The columns that say whose a row is, where it belongs to somebody.

    Rows below a profile are left out: they go with it.
    """
    found = []
    for column in table.columns:
        mark = mark_of(column)
        refers = any(key.target_fullname == OF_PERSON for key in column.foreign_keys)
        is_named = column.name == "person_id" or (mark is not None and mark.is_owner)
        if mark is not None and mark.erasure is Erasure.GOES and refers and is_named:
            found.append(column)
    return found


def address_columns(*kinds: Erasure) -> list[tuple[Table, Column[Any]]]:
    """The columns by whose address somebody is known."""
    return [(table, column) for table, column, mark in marked(*kinds) if mark.is_address]


async def lock_person(db: AsyncSession, person_id: uuid.UUID) -> Person | None:
    """The person, whom nobody else changes meanwhile."""
    found: Person | None = await db.scalar(
        select(Person)
        .where(Person.id == person_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return found


async def get_known(db: AsyncSession, person: Person) -> Known:
    """Who somebody is: the addresses they are or were known by, and their bodies."""
    addresses = {person.email, person.private_email}
    for table, column in address_columns(Erasure.GOES, Erasure.EMPTIED):
        if "person_id" in table.columns and column is not Person.__table__.c.email:
            addresses |= set(await db.scalars(select(column).where(table.c.person_id == person.id)))
    rows = await db.execute(
        select(Organisation.id, Organisation.name)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(Membership.person_id == person.id)
        .distinct()
        .order_by(Organisation.id)
    )
    bodies = list(rows)
    return Known(
        person.id,
        Traces(person.name, frozenset(one.lower() for one in addresses if one)),
        tuple(row.id for row in bodies),
        tuple(row.name for row in bodies),
    )


async def list_current(db: AsyncSession, person_id: uuid.UUID) -> Sequence[Membership]:
    """The memberships that have not ended, by body."""
    found = await db.scalars(
        select(Membership)
        .where(Membership.person_id == person_id, Membership.ended_at.is_(None))
        .order_by(Membership.organisation_id)
    )
    return found.all()


async def list_left_alone(db: AsyncSession, person_id: uuid.UUID) -> Sequence[str]:
    """The names of the bodies that nobody would administer any more without this person."""
    others = (
        select(MembershipDuty.id)
        .join(Membership, Membership.id == MembershipDuty.membership_id)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.organisation_id == Organisation.id,
            Membership.ended_at.is_(None),
            Membership.person_id != person_id,
            Person.suspended_at.is_(None),
            MembershipDuty.duty == Duty.ORGANISATION_ADMIN,
        )
    )
    own = (
        select(Membership.organisation_id)
        .join(MembershipDuty, MembershipDuty.membership_id == Membership.id)
        .where(
            Membership.person_id == person_id,
            Membership.ended_at.is_(None),
            MembershipDuty.duty == Duty.ORGANISATION_ADMIN,
        )
    )
    found = await db.scalars(
        select(Organisation.name)
        .where(Organisation.id.in_(own), ~others.exists())
        .order_by(Organisation.name)
    )
    return found.all()


def says(column: Column[Any], pattern: str) -> ColumnElement[bool]:
    """Whether a text or JSON column holds what a pattern finds."""
    return cast(column, Text).regexp_match(pattern, flags="i")


def tied_to(table: Table, known: Known) -> ColumnElement[bool]:
    """Whether a row has to do with somebody: it names them by id, or belongs to a body of theirs.

    Only there a name is taken for theirs: elsewhere somebody else may be called the same.
    """
    ties: list[ColumnElement[bool]] = [false()]
    if table.name == Organisation.__tablename__:
        ties.append(table.c.id.in_(known.bodies))
    for column in table.columns:
        for key in column.foreign_keys:
            above = key.column.table
            if key.target_fullname == OF_PERSON:
                ties.append(column == known.person_id)
            elif key.target_fullname == OF_BODY:
                ties.append(column.in_(known.bodies))
            else:
                ties += [
                    column.in_(select(key.column).where(one.in_(known.bodies)))
                    for one in above.columns
                    if any(each.target_fullname == OF_BODY for each in one.foreign_keys)
                ]
    return or_(*ties)


async def list_naming(
    db: AsyncSession, table: Table, columns: Sequence[Column[Any]], known: Known
) -> list[uuid.UUID]:
    """The rows whose text in these columns names somebody."""
    by_address = or_(*(says(one, known.traces.address_pattern) for one in columns))
    by_name = or_(*(says(one, known.traces.name_pattern) for one in columns))
    found = await db.scalars(
        select(table.c.id).where(by_address | (tied_to(table, known) & by_name))
    )
    return list(found)
