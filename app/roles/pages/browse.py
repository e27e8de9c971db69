"""Shows the capability framework to anyone: families, roles, levels and skills."""

from typing import Any, Final

from litestar import Request, Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import PUBLIC, Actor
from app.core.limits import Limit, limited
from app.core.paging import Part, part_of
from app.core.slots import Slots
from app.core.web import render
from app.roles import queries
from app.roles.domain import (
    near_matches,
    no_such_role,
)
from app.roles.local.queries import local_uses
from app.roles.matrix import Need, compare_levels, group_uses, make_matrix, summary
from app.roles.search_words import asked
from app.roles.source import COMMON
from app.roles.wording import BECAME, REPLACED, changes_of

AnyRequest = Request[Any, Any, Any]
Db = NamedDependency[AsyncSession]
Who = NamedDependency[Actor]
Page = Response[str]

PAGE_SLOT: Final = "roles.role"
"""What features above show on the page of a role, such as open posts that want it."""
SEARCHES: Final = Limit("framework", 300)


@get("/roles", opt=PUBLIC, guards=[limited(SEARCHES)])
async def list_roles(request: AnyRequest, db: Db) -> Page:
    """The families with their roles, or what a search found."""
    q = asked(request)
    edition = await queries.find_current_edition(db)
    context: dict[str, Any] = {**COMMON, "q": q, "edition": edition}
    if q:
        found = (await queries.search_framework(db, q, part_of(request.query_params))).require()
        links = found.links("/roles", {"q": q})
        return render(request, "roles/list.html", {**context, "found": found, "links": links})
    families = await queries.list_families(db)
    return render(request, "roles/list.html", {**context, "families": families})


@get("/roles/{slug:str}", opt=PUBLIC)
async def show_role(request: AnyRequest, db: Db, actor: Who, slug: FromPath[str]) -> Page:
    """A role: what each of its levels needs, skill by skill."""
    role = await queries.get_role(db, slug)
    levels = await queries.list_levels(db, role.id, edition_id=role.edition_id)
    if levels:
        cells = await queries.list_cells(db, role.id, role.edition_id)
        needs = [Need(c.level_id, c.slug, c.name, c.proficiency) for c in cells]
        rows = make_matrix([level.id for level in levels], needs)
    else:
        skills = await queries.skills_of_role(db, role.id, edition_id=role.edition_id)
        rows = make_matrix([], [Need(role.id, s.slug, s.name, None) for s in skills])
    slots: Slots = request.app.state.slots
    context = {
        **COMMON,
        "role": role,
        "levels": levels,
        "rows": rows,
        "changes": changes_of(role.history, role.since),
        "panels": await slots.show(PAGE_SLOT, db, actor, role.id),
    }
    return render(request, "roles/role.html", context)


@get("/roles/compare", opt=PUBLIC)
async def compare(request: AnyRequest, db: Db) -> Page:
    """Two levels side by side, of one role or of two."""
    choices = await queries.list_all_levels(db)
    by_address = {f"{one.role_slug}/{one.slug}": one for one in choices}
    names = request.query_params.get("first", ""), request.query_params.get("second", "")
    first, second = (by_address.get(name) for name in names)
    wrong = [name for name, one in zip(names, (first, second), strict=True) if name and not one]
    if wrong:
        raise no_such_role()
    missing = [
        {"text": f"Choose the {name} level", "href": f"#{name}"}
        for name, value in zip(("first", "second"), names, strict=True)
        if any(names) and not value
    ]
    context: dict[str, Any] = {
        **COMMON,
        "edition": await queries.find_current_edition(db),
        "choices": choices,
        "first": first,
        "second": second,
        "errors": missing,
    }
    if first and second:
        held = await queries.skills_of_levels(db, [first.id, second.id])
        sides = [
            {c.slug: (c.name, c.proficiency) for c in held if c.level_id == level.id}
            for level in (first, second)
        ]
        rows = compare_levels(*sides)
        context |= {"rows": rows, "summary": summary(rows)}
    return render(request, "roles/compare.html", context, 422 if missing else 200)


@get("/skills", opt=PUBLIC, guards=[limited(SEARCHES)])
async def list_skills(request: AnyRequest, db: Db) -> Page:
    """All skills by name, or what a search found."""
    q = asked(request)
    found = (await queries.list_skills(db, part_of(request.query_params), q=q)).require()
    context = {
        **COMMON,
        "q": q,
        "edition": await queries.find_current_edition(db),
        "found": found,
        "links": found.links("/skills", {"q": q}),
    }
    return render(request, "roles/skills.html", context)


@get("/skills/{slug:str}", opt=PUBLIC)
async def show_skill(request: AnyRequest, db: Db, slug: FromPath[str]) -> Page:
    """A skill: where it is used, what is near to it, and what became of it."""
    skill = await queries.get_skill(db, slug)
    uses = await queries.list_uses(db, skill.id, skill.edition_id) if skill.edition_id else ()
    near = await queries.variants_of(db, skill.name)
    names = near_matches(skill.name, (one.name for one in near))
    successions = await queries.successions_of(db, skill.id)
    context = {
        **COMMON,
        "edition": await queries.find_current_edition(db),
        "skill": skill,
        "rows": group_uses((u.role_slug, u.role_name, u.level_name, u.proficiency) for u in uses),
        "local": await local_uses(db, skill.id, Part()),
        "became_words": BECAME,
        "replaced_words": REPLACED,
        "near": [one for one in near if one.name in names],
        "became": [one for one in successions if one.old.id == skill.id],
        "replaced": [one for one in successions if one.new and one.new.id == skill.id],
    }
    return render(request, "roles/skill.html", context)


router = Router(
    "/",
    route_handlers=[list_roles, compare, show_role, list_skills, show_skill],
    include_in_schema=False,
)
