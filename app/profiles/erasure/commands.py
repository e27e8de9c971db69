"""Erases a person: their rows go, what names them elsewhere is taken out, an id remains."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Column, Table, Text, bindparam, cast, delete, func, text, update
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.commands import record
from app.core.actor import Actor, me
from app.core.db import seeing_all
from app.core.errors import Refused, RuleBroken
from app.core.privacy import Erasure
from app.core.tables import all_tables
from app.notifications.commands import take_out_of_messages
from app.opportunities.finding.projection import project
from app.organisations.account.commands import require_own_sign_in
from app.organisations.members.commands.leaving import end
from app.organisations.members.domain import EndReason
from app.organisations.members.queries import people as members
from app.organisations.models import Person, PersonSession
from app.profiles.commands import tell
from app.profiles.confirming.commands import forget_confirmer
from app.profiles.confirming.moving import delete_letters_of
from app.profiles.erasure import queries
from app.profiles.erasure.domain import ERASED_DOMAIN, ERASED_NAME, REMOVED
from app.profiles.erasure.queries import Known
from app.profiles.models import Profile

# What the application may only add to: the database takes words out of it, and nothing else.
APPEND_ONLY: Final = frozenset({"opportunity_history", "cost_split_history", "pledge_history"})
TAKE_OUT: Final = text("SELECT app_take_out(:named, :keys, :pattern, :instead)").bindparams(
    bindparam("keys", type_=ARRAY(UUID()))
)


@dataclass(frozen=True, slots=True)
class Erased:
    """What was done: the bodies that nobody administers now, and the sessions in the store."""

    left_alone: Sequence[str]
    store_keys: Sequence[str]


async def erase_own(db: AsyncSession, actor: Actor) -> Erased:
    """Erase the actor's own account. Raises Refused, and RuleBroken for a last administrator."""
    await require_erasable(db, actor)
    return await erase(db, actor, me(actor))


async def require_erasable(db: AsyncSession, actor: Actor) -> None:
    """Raise Refused or RuleBroken where somebody cannot erase their account by themselves yet."""
    require_own_sign_in(actor)
    if actor.is_operator:
        raise Refused("operator-stays", "An operator’s account is erased by another operator.")
    async with seeing_all(db):
        left_alone = await queries.list_left_alone(db, me(actor))
    if left_alone:
        raise RuleBroken("last-administrator", last_administrator(left_alone))


def last_administrator(names: Sequence[str]) -> str:
    """Why somebody cannot erase themselves yet."""
    return (
        f"You are the only administrator of {' and '.join(names)}. Make somebody else "
        "administrator first, or write to the operator of the exchange, who can erase you at once."
    )


async def erase(db: AsyncSession, actor: Actor, person_id: uuid.UUID) -> Erased:
    """Erase somebody: `actor` is who does it. Somebody who is erased already stays as they are.

    Memberships end as if they had left. The row of the person stays with an id and no name: what
    they did for their bodies hangs on it, and the record holds that id.
    """
    async with seeing_all(db):
        person = await queries.lock_person(db, person_id)
        if person is None or person.email.endswith(f"@{ERASED_DOMAIN}"):
            return Erased((), ())
        known = await queries.get_known(db, person)
        left_alone = await queries.list_left_alone(db, person_id)
        await _leave(db, actor, person_id)
        store_keys = await _sign_out(db, person_id)
        await forget_confirmer(db, known.traces.addresses)
        await _delete_rows(db, known)
        await _empty(db, known)
        await _take_out(db, known)
        await take_out_of_messages(db, known.traces.taken_out, organisation_names=known.body_names)
        await tell(db, person_id)
        await record(db, actor, "account.erased", subject=("person", person_id))
    return Erased(left_alone, store_keys)


async def _leave(db: AsyncSession, actor: Actor, person_id: uuid.UUID) -> None:
    for membership in await queries.list_current(db, person_id):
        body = await members.lock_organisation(db, membership.organisation_id)
        member = await members.lock_member(db, body.id, membership.id)
        await end(db, actor, body, member, reason=EndReason.LEFT)


async def _sign_out(db: AsyncSession, person_id: uuid.UUID) -> list[str]:
    ended = await db.scalars(
        delete(PersonSession)
        .where(PersonSession.person_id == person_id)
        .returning(PersonSession.store_key)
    )
    return [key for key in ended if key]


async def _delete_rows(db: AsyncSession, known: Known) -> None:
    """Delete what is theirs: the profile with all below it, then table by table."""
    await delete_letters_of(db, known.person_id)
    await db.execute(delete(Profile).where(Profile.person_id == known.person_id))
    for table in all_tables():
        for column in queries.owner_columns(table):
            await db.execute(delete(table).where(column == known.person_id))
    for table, column in queries.address_columns(Erasure.GOES):
        await db.execute(delete(table).where(func.lower(column).in_(known.traces.addresses)))


async def _empty(db: AsyncSession, known: Known) -> None:
    """Empty what stays without its words."""
    wanted: dict[str, dict[str, Any]] = {}
    for table, column, mark in queries.marked(Erasure.EMPTIED):
        values = wanted.setdefault(table.name, {})
        if column.nullable:
            values[column.name] = None
        elif mark.is_address:
            values[column.name] = func.concat(
                func.replace(cast(table.c.id, Text), "-", ""), f"@{ERASED_DOMAIN}"
            )
        else:
            values[column.name] = ERASED_NAME
    for table in all_tables():
        if table.name in wanted:
            whose = table.c.id if table is Person.__table__ else table.c.person_id
            await db.execute(
                update(table).where(whose == known.person_id).values(wanted[table.name])
            )
    await db.execute(
        update(Person)
        .where(Person.id == known.person_id)
        .values(is_operator=False, language="en", suspended_at=func.now())
    )


async def _take_out(db: AsyncSession, known: Known) -> None:
    """Take name and addresses out of what others wrote, and publish the posts again."""
    columns: dict[str, list[Column[Any]]] = {}
    for table, column, _ in queries.marked(Erasure.WORDS):
        columns.setdefault(table.name, []).append(column)
    for table in all_tables():
        if table.name not in columns:
            continue
        keys = await queries.list_naming(db, table, columns[table.name], known)
        if not keys:
            continue
        if table.name in APPEND_ONLY:
            values = {"keys": keys, "pattern": known.traces.pattern, "instead": REMOVED}
            await db.execute(TAKE_OUT, {"named": table.name, **values})
        else:
            await db.execute(
                _without(table, columns[table.name], known).where(table.c.id.in_(keys))
            )
        if table.name == "opportunity":
            for key in keys:
                await project(db, key)


def _without(table: Table, columns: Sequence[Column[Any]], known: Known) -> Any:
    values: dict[str, Any] = {}
    for column in columns:
        plain = cast(column, Text)
        cleaned: Any = func.regexp_replace(plain, known.traces.pattern, REMOVED, "gi")
        if isinstance(column.type, JSONB):
            cleaned = cast(cleaned, JSONB)
        elif column.nullable:
            # A field that held nothing else, such as who to ask, is empty then.
            cleaned = func.nullif(func.btrim(cleaned), REMOVED)
        values[column.name] = cleaned
    return update(table).values(values)
