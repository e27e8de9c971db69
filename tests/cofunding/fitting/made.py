"""Two bodies of one region that each want a security architect for two days a week."""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.cofunding.fitting import commands, queries
from app.cofunding.fitting.domain import Employs
from app.cofunding.fitting.models import Fit, FitSide
from app.cofunding.fitting.queries import OwnFit
from app.core.actor import Actor
from app.core.clock import london_today
from app.opportunities.domain import OpportunityKind
from app.opportunities.models import Opportunity
from app.organisations.models import Membership
from tests.cofunding.region import Body, make_body
from tests.messages import letters_to
from tests.opportunities.posts import make_role, make_whole_post
from tests.people import as_actor

CANARY = "zzsecretzz"
WANTED = OpportunityKind.SECONDMENT_WANTED


@dataclass
class Two:
    """Two bodies with a post each that would fit together; nobody has noticed yet."""

    db: AsyncSession
    one: Body
    other: Body
    post: Opportunity
    other_post: Opportunity

    async def act(self, member: Membership) -> Actor:
        """The actor of a new sign-in."""
        return await as_actor(self.db, member)

    async def notice(self) -> int:
        """What the worker does each hour."""
        found = await commands.notice_fits(self.db)
        await self.db.commit()
        return found

    async def fit(self) -> Fit:
        """The newest proposal of the first body, as it stands."""
        sides = FitSide.organisation_id == self.one.id
        found = await self.db.scalar(
            select(Fit)
            .join(FitSide, FitSide.fit_id == Fit.id)
            .where(sides)
            .order_by(Fit.created_at.desc(), Fit.id.desc())
            .execution_options(populate_existing=True)
        )
        assert found is not None
        return found

    async def side(self, body: Body) -> OwnFit:
        """A body's side of it."""
        return await queries.get_own(self.db, await self.act(body.hr), (await self.fit()).id)

    async def accept(self, body: Body, employs: Employs = Employs.EITHER) -> FitSide:
        """The yes of a body's HR."""
        fit = await self.fit()
        actor = await self.act(body.hr)
        return await commands.accept_fit(self.db, actor, fit_id=fit.id, employs=employs)

    async def agree(self) -> None:
        """Both accept; the first employs."""
        await self.accept(self.one, Employs.WE)
        await self.accept(self.other, Employs.OTHERS)


async def make_need(
    db: AsyncSession, body: Body, role_id: uuid.UUID, **changes: Any
) -> Opportunity:
    """An open post of a body for two days a week."""
    values: dict[str, Any] = {
        "status": "open",
        "role_id": role_id,
        "days_per_week": Decimal(2),
        "office_days": Decimal(1),
        "title": "Security architect, two days a week",
        "pay_from": Decimal(58000),
        "pay_to": Decimal(64000),
        **changes,
    }
    kind = values.pop("kind", WANTED)
    return await make_whole_post(db, body.id, kind, london_today(), **values)


async def make_two(db: AsyncSession, *, secret: bool = False, **changes: Any) -> Two:
    """The two; with `secret`, only its own body may see the other post, whose words mark it."""
    role, _ = await make_role(db)
    tail = uuid.uuid4().hex[:6]
    one = await make_body(db, f"eastmoor-{tail}", name="Eastmoor District Council")
    hidden: dict[str, Any] = {}
    name = "Greywater Police"
    if secret:
        name = f"{CANARY} Police"
        texts = ("title", "summary", "description", "place", "contact_name", "pay_note")
        hidden = {field: f"{CANARY} {field}" for field in texts}
        hidden |= {"contact_email": f"{CANARY}@police.example", "audience": "own"}
        hidden |= {"pay_from": Decimal(61234), "pay_to": Decimal(67891)}
        hidden |= {"starts_on": london_today() + timedelta(days=97)}
    slug = f"{CANARY if secret else 'greywater'}-{tail}"
    other = await make_body(db, slug, name=name, kind="police")
    post = await make_need(db, one, role.id)
    theirs = {"title": "Security architect for evidence", "region": "north_east", **hidden}
    other_post = await make_need(db, other, role.id, **{**theirs, **changes})
    return Two(db, one, other, post, other_post)


async def inbox(db: AsyncSession, member: Membership) -> list[str]:
    """All that was written to somebody: subject and text of each message, oldest first."""
    letters = await letters_to(db, member.work_email)
    return [f"{letter.subject}\n{letter.text}\n{letter.html}" for letter in letters]
