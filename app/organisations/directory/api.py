"""The directory of verified bodies as an API."""

from typing import Annotated, Final

from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import PUBLIC
from app.core.limits import Limit, limited
from app.core.paging import PAGE_SIZE, Listing, PageNumber, PageSize, Part
from app.organisations.directory import queries
from app.organisations.directory.domain import LONGEST_SEARCH, search_text
from app.organisations.domain import OrganisationKind, Region

SearchText = Annotated[
    str,
    QueryParameter(
        max_length=LONGEST_SEARCH, description="Part of a name, or the whole register number."
    ),
]
Kind = Annotated[OrganisationKind | None, QueryParameter(description="Only this kind of body.")]
READS: Final = Limit("organisations-api", 300)
In = Annotated[Region | None, QueryParameter(description="Only bodies of this region.")]


@get(
    "/organisations",
    opt=PUBLIC,
    guards=[limited(READS)],
    summary="List organisations",
    description="Verified organisations by name. Others are not listed.",
    operation_id="listOrganisations",
    tags=["Organisations"],
)
async def list_organisations(
    db: NamedDependency[AsyncSession],
    q: SearchText = "",
    kind: Kind = None,
    region: In = None,
    page: PageNumber = 1,
    page_size: PageSize = PAGE_SIZE,
) -> Listing[queries.Entry]:
    """A page of the directory."""
    wanted = queries.Wanted(text=search_text(q), kind=kind, region=region)
    found = await queries.list_entries(db, wanted, Part(page, page_size))
    return Listing(list(found.items), found.total, page, page_size)


router = Router(path="/api/v1", route_handlers=[list_organisations])
