"""A post of Northshire's and bodies that may pledge for it, with their people, in the database."""

import uuid
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.cofunding import commands, queries
from app.cofunding.changes import PledgeTerms, Wanted
from app.cofunding.domain import PledgeBasis, PledgeStatus
from app.cofunding.figures import Reckoning, reckon
from app.cofunding.models import Funding, Pledge
from app.core.actor import SYSTEM, Actor
from app.core.clock import london_today
from app.core.permissions import Duty
from app.costsharing.splits import queries as splits
from app.costsharing.splits.commands import draw_paper
from app.opportunities.models import Opportunity
from app.organisations.models import Membership, Organisation
from tests.cofunding.made import base_inputs
from tests.opportunities.posts import make_whole_post
from tests.people import as_actor, make_member, make_organisation

DAYS, PERCENT, SUM = PledgeBasis.DAYS, PledgeBasis.PERCENT, PledgeBasis.SUM


@dataclass
class Body:
    """A body with somebody in HR, a finance officer and a plain member."""

    organisation: Organisation
    hr: Membership
    finance: Membership
    staff: Membership

    @property
    def id(self) -> uuid.UUID:
        return self.organisation.id

    @property
    def slug(self) -> str:
        return self.organisation.slug


async def make_body(db: AsyncSession, slug: str = "", **changes: Any) -> Body:
    """A verified body; its slug is made unique where the test does not name it."""
    slug = slug or f"body-{uuid.uuid4().hex[:8]}"
    name = changes.pop("name", f"{slug.replace('-', ' ').title()}")
    body = await make_organisation(db, slug=slug, name=name, **changes)
    hr = await make_member(db, body, Duty.HR)
    finance = await make_member(db, body, Duty.FINANCE_OFFICER)
    return Body(body, hr, finance, await make_member(db, body))


@dataclass
class Region:
    """Northshire with an open shared post of five days, Eastmoor and Harbour."""

    db: AsyncSession
    employer: Body
    eastmoor: Body
    harbour: Body
    post: Opportunity

    @property
    def slug(self) -> str:
        return self.post.slug

    async def act(self, member: Membership) -> Actor:
        """The actor of a new sign-in."""
        return await as_actor(self.db, member)

    async def pledge(
        self,
        body: Body,
        amount: str = "1",
        basis: PledgeBasis = DAYS,
        *,
        in_principle: bool = True,
        seen: int = 0,
        by: Membership | None = None,
        **changes: Any,
    ) -> Pledge:
        """A pledge of a body, by its HR."""
        wanted = Wanted(PledgeTerms(basis, amount, **changes), in_principle)
        return await commands.make_pledge(
            self.db, await self.act(by or body.hr), slug=self.slug, wanted=wanted, seen=seen
        )

    async def figures(self, *, firm: bool = False) -> Reckoning:
        """The costing at the pledges as they stand, or at the approved ones alone."""
        funding = await self.funding()
        lines = await queries.list_lines(self.db, funding.id, _firm() if firm else COUNTED)
        terms = queries.terms_of(funding)
        employer = self.employer.organisation
        made = queries.costed(terms, employer.slug, employer.name)
        assert made is not None
        return reckon(made, [line.offer for line in lines])

    async def approve(self, body: Body, by: Membership | None = None) -> Pledge:
        """The approval of a body's finance officer, at the figures as they stand."""
        return await commands.approve_pledge(
            self.db,
            await self.act(by or body.finance),
            slug=self.slug,
            seen_sha256=(await self.figures()).sha256,
        )

    async def close(self) -> Any:
        """The funding closed by the employer's finance officer."""
        return await commands.close_funding(
            self.db,
            await self.act(self.employer.finance),
            slug=self.slug,
            seen_sha256=(await self.figures(firm=True)).sha256,
        )

    async def funding(self) -> Funding:
        """The funding as it stands."""
        found = await self.db.scalar(
            select(Funding)
            .where(Funding.opportunity_id == self.post.id)
            .execution_options(populate_existing=True)
        )
        assert found is not None
        return found


COUNTED = (PledgeStatus.INTEREST, PledgeStatus.IN_PRINCIPLE, PledgeStatus.APPROVED)


def _firm() -> tuple[PledgeStatus, ...]:
    return (PledgeStatus.APPROVED,)


async def make_region(db: AsyncSession, **changes: Any) -> Region:
    """Three bodies and an open post of five days a week for two years."""
    tail = uuid.uuid4().hex[:6]
    employer = await make_body(db, f"northshire-{tail}", name="Northshire Council")
    eastmoor = await make_body(db, f"eastmoor-{tail}", name="Eastmoor District Council")
    harbour = await make_body(db, f"harbour-{tail}", name="Harbour NHS Trust", kind="nhs")
    base = base_inputs()
    post = await make_whole_post(
        db,
        employer.id,
        today=london_today(),
        **{
            "status": "open",
            "days_per_week": Decimal(5),
            "cost_inputs": base,
            **changes,
        },
    )
    return Region(db, employer, eastmoor, harbour, post)


@dataclass
class Shared:
    """Posts of one body that another one pays for, for tests of every address."""

    open_slug: str
    reference: str
    pledge_id: uuid.UUID


async def make_shared(db: AsyncSession, own: Organisation, partner: Organisation) -> Shared:
    """A post of `own` with a pledge of `partner` in principle, another closed into a split with its
    papers, and a pledge of `own` for a post of `partner`."""
    bodies = [
        Body(
            body,
            await make_member(db, body, Duty.HR),
            await make_member(db, body, Duty.FINANCE_OFFICER),
            await make_member(db, body),
        )
        for body in (own, partner)
    ]
    mine, theirs = bodies
    regions = []
    for employer in (mine, mine, theirs):
        values = {"status": "open", "days_per_week": Decimal(5), "cost_inputs": base_inputs()}
        post = await make_whole_post(db, employer.id, today=london_today(), **values)
        regions.append(Region(db, employer, theirs, mine, post))
    await regions[0].pledge(theirs, "2")
    await regions[1].pledge(theirs, "2")
    await regions[1].approve(theirs)
    split = await regions[1].close()
    version = await splits.get_version(db, SYSTEM, split, 1)
    for paper in await splits.list_papers(db, version):
        await draw_paper(db, paper.id)
    pledge = await regions[2].pledge(mine, "1")
    await db.commit()
    return Shared(regions[0].slug, split.reference, pledge.id)
