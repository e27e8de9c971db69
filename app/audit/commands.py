"""Adds entries to the record; there is no other change."""

import uuid
from collections.abc import Mapping
from typing import Any, Protocol

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.domain import EXCHANGE, check_action, check_facts, check_kind, check_reference
from app.audit.models import ActorKind, AuditEntry
from app.core.db import new_id


class Who(Protocol):
    """What the record needs of an actor."""

    @property
    def kind(self) -> str:
        """`person`, `system` or `visitor`."""

    @property
    def person_id(self) -> uuid.UUID | None:
        """The person, where one is signed in."""

    @property
    def organisation_id(self) -> uuid.UUID | None:
        """The organisation the person acts for."""

    @property
    def request_reference(self) -> str:
        """The reference of the request, as the log and error pages have it."""


async def record(
    db: AsyncSession,
    actor: Who,
    action: str,
    *,
    subject: tuple[str, uuid.UUID] | None,
    organisation_id: uuid.UUID | None = None,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Write down that `actor` did `action` (such as `organisation.verified`) to `subject`.

    `organisation_id` names the chain: whose administrators may read it, not whom the actor works
    for. None is the exchange's own chain, where everything goes that people do for themselves.
    The entry is part of the caller's transaction: rolled back, it never was. At COMMIT the
    database numbers and chains it, so nobody waits for anybody else's request.

    `facts` hold ids, codes, numbers, dates and keyed hashes: raises NotForTheRecord for text.
    """
    kind, subject_id = subject or (None, None)
    await db.execute(
        insert(AuditEntry).values(
            id=new_id(),
            chain=organisation_id or EXCHANGE,
            action=check_action(action),
            actor_kind=ActorKind(actor.kind).value,
            person_id=actor.person_id,
            acting_organisation_id=actor.organisation_id,
            subject_kind=None if kind is None else check_kind(kind),
            subject_id=subject_id,
            request_reference=check_reference(actor.request_reference),
            facts=check_facts(facts or {}),
        )
    )
