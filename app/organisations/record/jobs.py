"""What the worker does for the record: signed heads, kept here and mailed to each body."""

import uuid
from datetime import UTC, datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from app.audit import queries as entries
from app.audit.domain import EXCHANGE
from app.audit.heads import SignedHeads, write_heads
from app.audit.signing import WEEK, sign_weekly
from app.core.db import settings_of
from app.core.outbox import enqueue
from app.notifications.commands import send
from app.organisations.operator.queries import list_administrators
from app.organisations.queries import organisation_by_id

MAIL_HEAD: Final = "organisations.mail_head"


async def sign_heads(db: AsyncSession) -> None:
    """Once a week: sign the heads of all chains, and let each body have its own by mail.

    A chain of a few days can wait for the next week: nobody is written to right after joining.
    """
    if await sign_weekly(db) is None:
        return
    for head in await entries.list_heads(db, began_before=WEEK):
        if head.id != EXCHANGE:
            await enqueue(db, MAIL_HEAD, organisation_id=str(head.id))


async def mail_head(db: AsyncSession, *, organisation_id: str) -> None:
    """Mail the signed head of a body's chain, as it is now, to its administrators.

    Kept in their mail, it shows them and others whether the chain was written anew since.
    """
    key = uuid.UUID(organisation_id)
    head = await entries.find_head(db, key)
    if head is None:
        return
    body = await organisation_by_id(db, key)
    now = datetime.now(UTC)
    signed = SignedHeads(now, {key: (head.number, head.sha256)})
    for one in await list_administrators(db, key):
        await send(
            db,
            to=one.email,
            template="audit_head",
            values={
                "name": one.name,
                "organisation": body.name,
                "slug": body.slug,
                "number": f"{head.number:,}",
                "on": now,
                "file": write_heads(signed, settings_of(db).secret_key).decode(),
            },
            person_id=one.person_id,
        )
