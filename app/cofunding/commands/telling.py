"""Tells the people of a body what happened to a pledge or a post: what changed, and its cost."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncSession

from app.cofunding.changes import Change
from app.cofunding.figures import ByYear
from app.core.permissions import Duty
from app.costsharing.engine import sterling
from app.costsharing.engine.calendar import year_label
from app.notifications.commands import send
from app.organisations.queries import MemberToTell, members_with

LONGEST_TITLE = 120
MONEY_DUTIES = (Duty.FINANCE_OFFICER, Duty.HR)


@dataclass(frozen=True, slots=True)
class News:
    """What a body is told: a headline, sentences, what changed, and its cost by year."""

    headline: str
    sentences: Sequence[str]
    path: str
    link: str = "Look at it"
    changes: Sequence[Change] = ()
    before: ByYear = field(default_factory=dict)
    after: ByYear = field(default_factory=dict)


def figure_rows(before: Mapping[int, int], after: Mapping[int, int]) -> list[tuple[str, str, str]]:
    """Cost by financial year before and after, in words; a year without a cost has a dash."""
    return [
        (
            year_label(year),
            sterling(before[year]) if year in before else "–",
            sterling(after[year]) if year in after else "–",
        )
        for year in sorted({*before, *after})
    ]


def shortened(title: str) -> str:
    """A title as the subject of a message takes it."""
    return title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1] + "…"


async def tell(
    db: AsyncSession,
    organisation_id: uuid.UUID,
    news: News,
    *,
    from_name: str = "",
    duties: Sequence[Duty] = MONEY_DUTIES,
    but_not: uuid.UUID | None = None,
) -> None:
    """Write to everybody at a body who has one of these duties, once each, except who did it."""
    people: dict[uuid.UUID, MemberToTell] = {}
    for duty in duties:
        for member in await members_with(db, organisation_id, duty):
            people.setdefault(member.person_id, member)
    for member in people.values():
        if member.person_id == but_not:
            continue
        await send(
            db,
            to=member.email,
            template="funding_news",
            person_id=member.person_id,
            organisation_name=from_name,
            values={
                "name": member.name,
                "headline": news.headline,
                "sentences": list(news.sentences),
                "path": news.path,
                "link": news.link,
                "changes": [(c.what, c.before, c.after) for c in news.changes],
                "figures": figure_rows(news.before, news.after),
            },
        )
