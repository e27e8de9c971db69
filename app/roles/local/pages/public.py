"""Shows local roles to everybody."""

from typing import Any, Final

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import PUBLIC, Actor
from app.core.clock import london_today
from app.core.limits import Limit, limited
from app.core.paging import part_of
from app.core.slots import Slots
from app.core.web import render
from app.roles import queries as framework
from app.roles.domain import Proficiency
from app.roles.local import queries
from app.roles.local.domain import is_due
from app.roles.search_words import asked
from app.roles.source import COMMON

AnyRequest = Request[Any, Any, Any]
Db = NamedDependency[AsyncSession]
Page = Response[str]

PAGE_SLOT: Final = "roles.local"
"""What features above show on the public page of a local role, such as its open posts."""
SEARCHES: Final = Limit("local-roles", 300)


@get("/roles/local", opt=PUBLIC, guards=[limited(SEARCHES)])
async def list_local_roles(request: AnyRequest, db: Db) -> Page:
    """The local roles of all verified bodies, or what a search found."""
    q = asked(request)
    found = (await queries.list_public(db, part_of(request.query_params), q=q)).require()
    context = {"q": q, "found": found, "links": found.links("/roles/local", {"q": q})}
    return render(request, "roles/local/list.html", context)


@get("/roles/local/{slug:str}/{role_slug:str}", opt=PUBLIC)
async def show_local_role(
    request: AnyRequest,
    db: Db,
    actor: NamedDependency[Actor],
    slug: FromPath[str],
    role_slug: FromPath[str],
) -> Page:
    """A local role: what it is for, on what it rests, and the skills it borrows."""
    role, name = await queries.get_public(db, slug, role_slug)
    skills = await queries.skills_of_local_role(db, role.id)
    slots: Slots = request.app.state.slots
    context = {
        **COMMON,
        "role": role,
        "organisation": {"slug": slug, "name": name},
        "is_ours": actor.organisation_id == role.organisation_id,
        "is_due": is_due(role.review_on, london_today()),
        "skills": [(s, Proficiency(s.proficiency or 1)) for s in skills],
        "edition": await framework.find_current_edition(db),
        "panels": await slots.show(PAGE_SLOT, db, actor, role.id),
    }
    return render(request, "roles/local/show.html", context)


handlers: list[ControllerRouterHandler] = [list_local_roles, show_local_role]
