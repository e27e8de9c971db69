"""The directory of verified bodies, for everybody."""

from typing import Any, Final

from litestar import Request, Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import PUBLIC, Actor
from app.core.limits import Limit, limited
from app.core.paging import part_of
from app.core.slots import Slots
from app.core.web import render
from app.organisations.directory import queries
from app.organisations.directory.domain import one_of, search_text
from app.organisations.domain import (
    KIND_NAMES,
    REGION_NAMES,
    REGISTER_NAMES,
    OrganisationKind,
    Region,
)
from app.organisations.queries import get_organisation
from app.organisations.registers import RULES

AnyRequest = Request[Any, Any, Any]
Db = NamedDependency[AsyncSession]

PAGE_SLOT: Final = "organisations.page"
"""What features above show on a body's public page, such as its open posts."""
SEARCHES: Final = Limit("organisations", 300)


@get("/", opt=PUBLIC, guards=[limited(SEARCHES)])
async def list_organisations(request: AnyRequest, db: Db) -> Response[str]:
    """The directory: search by name, filter by kind and region."""
    query = request.query_params
    wanted = queries.Wanted(
        text=search_text(query.get("q", "")),
        kind=one_of(OrganisationKind, query.get("kind", "")),
        region=one_of(Region, query.get("region", "")),
    )
    found = (await queries.list_entries(db, wanted, part_of(query))).require()
    asked = {"q": wanted.text, "kind": wanted.kind or "", "region": wanted.region or ""}
    context = {
        "found": found,
        "links": found.links("/organisations", asked),
        "wanted": wanted,
        "is_filtered": any(asked.values()),
        "kinds": KIND_NAMES,
        "regions": REGION_NAMES,
    }
    return render(request, "organisations/directory/list.html", context)


@get("/{slug:str}", opt=PUBLIC)
async def show_organisation(
    request: AnyRequest, db: Db, actor: NamedDependency[Actor], slug: FromPath[str]
) -> Response[str]:
    """A verified body, and what other features have to say of it."""
    organisation = await get_organisation(db, slug)
    slots: Slots = request.app.state.slots
    context = {
        "organisation": organisation,
        "kinds": KIND_NAMES,
        "regions": REGION_NAMES,
        "register_name": REGISTER_NAMES[organisation.register],  # type: ignore[index]
        "look_up": RULES[organisation.register].look_up,  # type: ignore[index]
        "is_ours": actor.organisation_id == organisation.id,
        "panels": await slots.show(PAGE_SLOT, db, actor, organisation.id),
    }
    return render(request, "organisations/directory/show.html", context)


router = Router(
    path="/organisations",
    include_in_schema=False,
    route_handlers=[list_organisations, show_organisation],
)
