"""The open API of posts: the public ones, for anyone, without sign-in."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Final

from litestar import Request, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import PUBLIC
from app.core.errors import DomainError, FieldFault, NotFound, RuleBroken
from app.core.limits import Limit, limited
from app.core.paging import PAGE_SIZE, Listing, PageNumber, PageSize, Part
from app.core.reading import ALONE
from app.opportunities.domain import OpportunityKind, Remote
from app.opportunities.finding import queries
from app.opportunities.finding.counting import counts_of
from app.opportunities.finding.domain import LONGEST_SLUG, LONGEST_WORDS, Sort, read_search
from app.opportunities.finding.links import base_url, post_path
from app.organisations.domain import Region

OPEN: Final[dict[str, Any]] = {**PUBLIC, **ALONE}
READS: Final = Limit("posts-api", 600)

AnyRequest = Request[Any, Any, Any]
Db = NamedDependency[AsyncSession]
Words = Annotated[
    str,
    QueryParameter(
        max_length=LONGEST_WORDS,
        description='Words to search for, as on the web: `-word`, `"a phrase"`, `or`.',
    ),
]
Kinds = Annotated[
    list[OpportunityKind] | None, QueryParameter(description="Kinds of post; may be repeated.")
]
Slugs = Annotated[
    list[Annotated[str, QueryParameter(max_length=LONGEST_SLUG)]] | None,
    QueryParameter(description="Slugs of the capability framework; may be repeated."),
]
Regions = Annotated[list[Region] | None, QueryParameter(description="Regions; may be repeated.")]
Remotes = Annotated[
    list[Remote] | None, QueryParameter(description="Where the work is done; may be repeated.")
]
Days = Annotated[float | None, QueryParameter(ge=0, le=7, description="Days a week, from 0 to 7.")]
Pay = Annotated[
    int | None,
    QueryParameter(ge=0, le=9_999_999, description="Pounds a year that the pay must reach."),
]
Order = Annotated[
    Sort | None,
    QueryParameter(description="The order; best match where there are words, else newest."),
]


class Gone(DomainError):
    """It was there once; it has ended and does not come back under this address."""

    status = 410


@dataclass(frozen=True, slots=True)
class Body:
    """The organisation that posts, and employs the person of a shared post."""

    slug: str
    name: str
    name_cy: str | None
    kind: str
    url: str


@dataclass(frozen=True, slots=True)
class PostItem:
    """A post in a list. Days are days a week; money is pounds a year, full time, as text."""

    id: uuid.UUID
    slug: str
    url: str
    kind: str
    title: str
    title_cy: str | None
    summary: str | None
    organisation: str
    organisation_slug: str
    family: str | None
    role: str | None
    role_name: str | None
    level: str | None
    place: str | None
    region: str | None
    remote: str | None
    days_per_week: str | None
    weeks: int | None
    starts_on: date | None
    pay_from: str | None
    pay_to: str | None
    who_pays: str | None
    closes_on: date
    redeployees_first_until: date | None
    published_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class PostSkill:
    """A skill that a post asks for; `level` is 1 to 4, or null where none is said."""

    slug: str
    name: str
    level: int | None
    must_have: bool


@dataclass(frozen=True, slots=True)
class PostDetail:
    """A post whole, as its page shows it."""

    post: PostItem
    organisation: Body
    summary_cy: str | None
    description: str | None
    description_cy: str | None
    skills: list[PostSkill]
    framework_edition: str | None
    office_days: str | None
    full_time_hours: str | None
    ends_on: date | None
    pay_note: str | None
    checks: list[str]
    contract_type: str | None
    legal_power: str | None
    legal_power_note: str | None
    politically_restricted: bool | None
    adjustments: str | None
    contact_name: str | None
    contact_email: str | None
    wants: dict[str, Any] | None


@get(
    "/",
    opt=OPEN,
    guards=[limited(READS)],
    summary="List open posts",
    description="Public posts that are open, a page at a time. The total may be a minute old.",
    operation_id="listOpportunities",
    tags=["Posts"],
)
async def list_opportunities(
    request: AnyRequest,
    db: Db,
    q: Words = "",
    kind: Kinds = None,
    family: Slugs = None,
    role: Slugs = None,
    region: Regions = None,
    remote: Remotes = None,
    min_days: Days = None,
    max_days: Days = None,
    pay: Pay = None,
    sort: Order = None,
    page: PageNumber = 1,
    page_size: PageSize = PAGE_SIZE,
) -> Listing[PostItem]:
    """A page of public posts. Raises RuleBroken where days or words cannot be used."""
    lists = {"kind": kind, "family": family, "role": role, "region": region, "remote": remote}
    single = {"q": q, "min_days": min_days, "max_days": max_days, "pay": pay, "sort": sort}
    search, wrong = read_search(
        {
            **{name: [str(value) for value in values or ()] for name, values in lists.items()},
            **{name: [str(value)] for name, value in single.items() if value is not None},
        }
    )
    if wrong:
        faults = [FieldFault(f"/{one.name}", "invalid", one.message) for one in wrong]
        raise RuleBroken("search-not-valid", "The search cannot be used; see errors.", faults)
    viewer = queries.everybody()
    counts = await counts_of(request.app.state.counts, db, viewer, search)
    rows = await queries.list_posts(db, viewer, search, Part(page, page_size), counts)
    base = base_url(request)
    return Listing([_item(row, base) for row in rows], counts.total, page, page_size)


@get(
    "/{opportunity_id:uuid}",
    opt=OPEN,
    guards=[limited(READS)],
    summary="Get an open post",
    description="A public post whole. 410 where it was open once and has ended.",
    operation_id="getOpportunity",
    tags=["Posts"],
)
async def show_opportunity(
    request: AnyRequest, db: Db, opportunity_id: FromPath[uuid.UUID]
) -> PostDetail:
    """A public post. Raises NotFound, and Gone for a former one."""
    viewer = queries.everybody()
    row = await queries.find_open_post_by_id(db, viewer, opportunity_id)
    if row is None:
        if await queries.find_former_post(db, viewer, opportunity_id=opportunity_id):
            raise Gone("post-ended", "This post has ended: it was filled, closed or withdrawn.")
        raise NotFound("post-not-found", "There is no public post with this id.")
    return _detail(row, base_url(request))


def _text(value: Any) -> str | None:
    return None if value is None else f"{value:f}"


def _item(row: Mapping[str, Any], base: str) -> PostItem:
    return PostItem(
        id=row["opportunity_id"],
        slug=row["slug"],
        url=base + post_path(row["slug"]),
        kind=row["kind"],
        title=row["title"],
        title_cy=row["title_cy"],
        summary=row["summary"],
        organisation=row["organisation_name"],
        organisation_slug=row["organisation_slug"],
        family=row["family_slug"],
        role=row["role_slug"],
        role_name=row["role_name"] or row["local_role_name"],
        level=row["level_name"],
        place=row["place"],
        region=row["region"],
        remote=row["remote"],
        days_per_week=_text(row["days_per_week"]),
        weeks=row["weeks"],
        starts_on=row["starts_on"],
        pay_from=_text(row["pay_from"]),
        pay_to=_text(row["pay_to"]),
        who_pays=row["who_pays"],
        closes_on=row["closes_on"],
        redeployees_first_until=row["redeployees_first_until"],
        published_at=row["published_at"],
        updated_at=row["shown_at"],
    )


def _detail(row: Mapping[str, Any], base: str) -> PostDetail:
    slug = row["organisation_slug"]
    return PostDetail(
        post=_item(row, base),
        organisation=Body(
            slug, row["organisation_name"], row["organisation_name_cy"],
            row["organisation_kind"], f"{base}/organisations/{slug}",
        ),
        skills=[
            PostSkill(skill["slug"], skill["name"], skill["level"], skill["is_must"])
            for skill in row["skills"]
        ],
        framework_edition=row["edition_name"],
        office_days=_text(row["office_days"]),
        full_time_hours=_text(row["full_time_hours"]),
        politically_restricted=row["is_politically_restricted"],
        **{name: row[name] for name in _AS_IT_IS},
    )  # fmt: skip


_AS_IT_IS: Final = (
    "summary_cy", "description", "description_cy", "ends_on", "pay_note", "checks",
    "contract_type", "legal_power", "legal_power_note", "adjustments", "contact_name",
    "contact_email", "wants",
)  # fmt: skip

router = Router("/api/v1/opportunities", route_handlers=[list_opportunities, show_opportunity])
