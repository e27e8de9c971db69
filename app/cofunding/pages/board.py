"""What every page of a post's funding begins with: the post, its pledges, and their cost."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from litestar import Request
from litestar.di import NamedDependency
from sqlalchemy.ext.asyncio import AsyncSession

from app.cofunding import queries
from app.cofunding.domain import COUNTING, Offer, PledgeStatus
from app.cofunding.figures import Funded, Reckoning, funded, why_not
from app.cofunding.presenting import Stand
from app.cofunding.queries import PledgeLine, SharedPost
from app.core.actor import Actor

AnyRequest = Request[Any, Any, Any]
Db = NamedDependency[AsyncSession]
Who = NamedDependency[Actor]


@dataclass(frozen=True, slots=True)
class Board:
    """A post with the pledges that the actor's body may see.

    The employer and the bodies that pledged see all of them with their names (`lines`); others
    only reckon with them (`offers`).
    """

    post: SharedPost
    actor: Actor
    lines: Sequence[PledgeLine]

    @property
    def is_employer(self) -> bool:
        """Whether the body acted for employs the post."""
        return self.post.employer_id == self.actor.organisation_id

    @property
    def is_insider(self) -> bool:
        """Whether the body acted for may see who pledged what."""
        return self.is_employer or self.post.is_party

    @property
    def own(self) -> PledgeLine | None:
        """The standing pledge of the body acted for."""
        mine = self.actor.organisation_id
        return next((x for x in self.lines if x.pledge.organisation_id == mine), None)

    @property
    def counting(self) -> list[PledgeLine]:
        """Pledges that count, by name."""
        return [line for line in self.lines if line.status in COUNTING]

    def offers(self, *, without_own: bool = False) -> list[Offer]:
        """What is pledged: with names for insiders, without for others."""
        if not self.is_insider:
            return list(self.post.offers)
        own = self.own if without_own else None
        return [line.offer for line in self.lines if line is not own]

    def reckon(self) -> Reckoning | str:
        """The costing at today's pledges, or why there is none."""
        return why_not(self.post.costed, self.offers())

    @property
    def funded(self) -> Funded:
        """How far the post is funded."""
        week = queries.week_in(self.post.terms)
        if not self.is_insider:
            offers = [(offer, False) for offer in self.post.offers]
            return funded(week, offers, self.post.own_days)
        firm = {PledgeStatus.APPROVED, PledgeStatus.FROZEN}
        offers = [(line.offer, line.status in firm) for line in self.lines]
        return funded(week, offers, self.post.own_days)

    @property
    def stands(self) -> list[Stand]:
        """Who stands where."""
        mine = self.actor.organisation_id
        return [
            Stand(x.body, x.name, x.status, x.terms, x.pledge.organisation_id == mine)
            for x in self.lines
        ]

    @property
    def names(self) -> list[tuple[str, str]]:
        """Slug and name of every body of the split, the employer first."""
        employer = (self.post.employer_slug, f"{self.post.employer_name} (employer)")
        return [employer, *((line.body, line.name) for line in self.lines)]


async def load_board(db: AsyncSession, actor: Actor, slug: str) -> Board:
    """The board of a post that the actor's body employs, pledged for or may pledge for.

    Raises NotFound.
    """
    return await board_of(db, actor, await queries.get_shared_post(db, actor, slug))


async def board_of(db: AsyncSession, actor: Actor, post: SharedPost) -> Board:
    """The same for a post that was found."""
    is_insider = post.is_party or post.employer_id == actor.organisation_id
    lines: list[PledgeLine] = []
    if is_insider and post.funding_id is not None:
        lines = await queries.list_lines(db, post.funding_id)
    return Board(post, actor, lines)
