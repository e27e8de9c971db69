"""What a person does with their inbox: read, put back, and say how messages are to come."""

import uuid
from collections.abc import Mapping

from sqlalchemy import func, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.commands import record
from app.core.actor import Actor, me
from app.core.db import new_id
from app.notifications.domain import no_such_message
from app.notifications.inbox import queries
from app.notifications.inbox.domain import Kind, Way
from app.notifications.inbox.models import MessagePreference
from app.notifications.models import Message


async def mark(db: AsyncSession, actor: Actor, *, message_id: uuid.UUID, is_read: bool) -> None:
    """Note that a message was read, or is to look as new. Raises NotFound for somebody else's."""
    found = await db.scalar(
        update(Message)
        .where(Message.id == message_id, Message.person_id == me(actor), Message.in_inbox)
        .values(read_at=func.coalesce(Message.read_at, func.now()) if is_read else None)
        .returning(Message.id)
    )
    if found is None:
        raise no_such_message()


async def mark_all_read(db: AsyncSession, actor: Actor) -> None:
    """Note that everything in the inbox was read."""
    await db.execute(
        update(Message)
        .where(Message.person_id == me(actor), Message.in_inbox, Message.read_at.is_(None))
        .values(read_at=func.now())
    )


async def choose_ways(db: AsyncSession, actor: Actor, ways: Mapping[Kind, Way]) -> None:
    """Keep how a person wants messages of the kinds that may be chosen for."""
    before = await queries.preferences_of(db, me(actor))
    changed = [kind for kind, way in ways.items() if before[kind] is not way]
    for kind in changed:
        put = insert(MessagePreference).values(
            id=new_id(), person_id=me(actor), kind=kind, way=ways[kind]
        )
        await db.execute(
            put.on_conflict_do_update(
                index_elements=["person_id", "kind"],
                set_={"way": put.excluded.way, "updated_at": func.now()},
            )
        )
    if changed:
        facts = {"kinds": [kind.value for kind in changed]}
        subject = ("person", me(actor))
        await record(db, actor, "account.messages_chosen", subject=subject, facts=facts)
