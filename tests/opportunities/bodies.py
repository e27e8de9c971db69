"""A body with its people, for tests of posts."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.models import AuditEntry
from app.core.actor import Actor
from app.core.permissions import Duty
from app.opportunities.models import OpportunityHistory
from app.organisations.models import Membership, Organisation
from tests.people import as_actor, make_member, make_organisation


@dataclass(frozen=True)
class Body:
    """A body and some of its people, each as a member and as an actor."""

    organisation: Organisation
    members: dict[str, Membership]
    actors: dict[str, Actor]

    @property
    def hr(self) -> Actor:
        """Who writes and publishes."""
        return self.actors["hr"]

    @property
    def second(self) -> Actor:
        """Who may approve."""
        return self.actors["signatory"]


DUTIES = {
    "hr": Duty.HR,
    "hiring": Duty.HIRING_MANAGER,
    "signatory": Duty.AUTHORISED_SIGNATORY,
    "member": Duty.MEMBER,
}


async def make_body(db: AsyncSession, *people: str, **changes: Any) -> Body:
    """A verified body with these people, or with one of each sort."""
    organisation = await make_organisation(db, **changes)
    members = {
        name: await make_member(db, organisation, *([] if name == "member" else [DUTIES[name]]))
        for name in people or DUTIES
    }
    actors = {name: await as_actor(db, member) for name, member in members.items()}
    return Body(organisation, members, actors)


async def recorded(db: AsyncSession) -> list[str]:
    """What was done to posts, by the record, in its order."""
    found = await db.scalars(
        select(AuditEntry.action)
        .where(AuditEntry.subject_kind == "opportunity")
        .order_by(AuditEntry.created_at)
    )
    return list(found)


async def moves(db: AsyncSession) -> list[tuple[str | None, str, str]]:
    """The history of all posts: from, to, action."""
    found = await db.execute(
        select(
            OpportunityHistory.from_status,
            OpportunityHistory.to_status,
            OpportunityHistory.action,
        ).order_by(OpportunityHistory.id)
    )
    return [(row[0], row[1], row[2]) for row in found]
