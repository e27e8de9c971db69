"""An organisation's own local roles: list, define, change, retire, restore."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import SIGNED_IN, ActingFor, Actor
from app.core.clock import london_today
from app.core.errors import RuleBroken, Stale
from app.core.fields import FieldError, Raw
from app.core.form_pages import PRIVATE, bind_request, errors_of, form_page, see_other
from app.core.paging import part_of
from app.core.text import whole_number
from app.core.web import flash, render
from app.roles import queries as framework
from app.roles.domain import Proficiency
from app.roles.local import commands, queries
from app.roles.local.domain import (
    LOCAL_ROLE,
    LocalRoleAction,
    LocalRoleStatus,
    is_due,
    later,
    no_such_local_role,
)
from app.roles.local.forms import DetailsForm
from app.roles.local.models import LocalRole
from app.roles.local.permissions import acting_in, may_edit_local_roles
from app.roles.source import COMMON

AnyRequest = Request[Any, Any, Any]
Db = NamedDependency[AsyncSession]
Who = NamedDependency[Actor]
Page = Response[Any]

# Beside which field a refusal stands.
WHERE: Final = {"name-taken": "name", "review-past": "review_on", "review-late": "review_on"}


@get("/org/{org:str}/roles", opt=SIGNED_IN)
async def list_own_roles(request: AnyRequest, db: Db, actor: Who, org: FromPath[str]) -> Page:
    """The local roles of the actor's organisation."""
    own = acting_in(actor, org)
    found = (await queries.list_own(db, actor, part_of(request.query_params))).require()
    today = london_today()
    context = {
        "body": own,
        "found": [(one, is_due(one.review_on, today)) for one in found.items],
        "total": found.total,
        "links": found.links(f"/org/{org}/roles", {}),
        "may_edit": may_edit_local_roles(actor),
    }
    return render(request, "roles/local/own.html", context, headers=PRIVATE)


@get("/org/{org:str}/roles/new", opt=SIGNED_IN)
async def show_new(request: AnyRequest, actor: Who, org: FromPath[str]) -> Page:
    """The questions about a new local role."""
    own = acting_in(actor, org)
    may_edit_local_roles(actor).require()
    review = day_as_typed(later(london_today(), 1))
    return details_page(request, own, {"review_on": review})


@post("/org/{org:str}/roles/new", opt=SIGNED_IN)
async def define(request: AnyRequest, db: Db, actor: Who, org: FromPath[str]) -> Page:
    """Define a local role, then go on to its skills."""
    own = acting_in(actor, org)
    may_edit_local_roles(actor).require()
    bound = await bind_request(request, DetailsForm)
    if bound.form is None:
        return details_page(request, own, bound.raw, bound.errors)
    details = bound.form.details()
    try:
        role = await commands.define_role(
            db, actor, organisation=org, details=details, today=london_today()
        )
    except RuleBroken as broken:
        return details_page(request, own, bound.raw, errors_of(broken, WHERE))
    return see_other(f"/org/{org}/roles/{role.slug}/skills")


def day_as_typed(day: Any) -> dict[str, Raw]:
    """A date as somebody would have typed it."""
    return {"day": str(day.day), "month": str(day.month), "year": str(day.year)}


def details_page(
    request: AnyRequest,
    own: ActingFor,
    raw: Mapping[str, Raw],
    errors: Sequence[FieldError] = (),
    role: LocalRole | None = None,
    seen: int = 0,
) -> Page:
    """The page of questions, for a new role or for one that is there."""
    home = f"/org/{own.slug}/roles"
    address = f"{home}/{role.slug}" if role else home
    context = {
        "role": role,
        "body": own,
        "back_href": address,
        "action": f"{address}/edit" if role else f"{home}/new",
        "version": seen,
    }
    return form_page(
        request, "roles/local/details.html", DetailsForm, raw, errors=errors, context=context
    )


@get("/org/{org:str}/roles/{role_slug:str}", opt=SIGNED_IN)
async def show_own(
    request: AnyRequest, db: Db, actor: Who, org: FromPath[str], role_slug: FromPath[str]
) -> Page:
    """A local role as its own organisation sees it, with what it can do."""
    role = await queries.get_own(db, actor, org, role_slug)
    own = acting_in(actor, org)
    skills = await queries.skills_of_local_role(db, role.id)
    context = {
        **COMMON,
        "body": own,
        "role": role,
        "base": f"/org/{org}/roles/{role_slug}",
        "is_due": is_due(role.review_on, london_today()),
        "is_public": own.is_verified and role.status == LocalRoleStatus.ACTIVE,
        "may_edit": may_edit_local_roles(actor),
        "actions": LOCAL_ROLE.actions_from(LocalRoleStatus(role.status)),
        "skills": [(s, Proficiency(s.proficiency or 1)) for s in skills],
        "edition": await framework.find_current_edition(db),
    }
    return render(request, "roles/local/manage.html", context, headers=PRIVATE)


@get("/org/{org:str}/roles/{role_slug:str}/edit", opt=SIGNED_IN)
async def show_edit(
    request: AnyRequest, db: Db, actor: Who, org: FromPath[str], role_slug: FromPath[str]
) -> Page:
    """What the role says of itself, to be changed."""
    own = acting_in(actor, org)
    role = await queries.get_own(db, actor, org, role_slug)
    may_edit_local_roles(actor).require()
    raw: dict[str, Raw] = {
        "name": role.name,
        "summary": role.summary,
        "basis": role.basis,
        "owner": role.owner,
        "review_on": day_as_typed(role.review_on),
    }
    return details_page(request, own, raw, role=role, seen=role.version)


@post("/org/{org:str}/roles/{role_slug:str}/edit", opt=SIGNED_IN)
async def edit(
    request: AnyRequest, db: Db, actor: Who, org: FromPath[str], role_slug: FromPath[str]
) -> Page:
    """Change what the role says of itself."""
    own = acting_in(actor, org)
    role = await queries.get_own(db, actor, org, role_slug)
    may_edit_local_roles(actor).require()
    bound = await bind_request(request, DetailsForm)
    seen = seen_version(str((await request.form()).get("version", "")))
    if bound.form is None:
        return details_page(request, own, bound.raw, bound.errors, role, seen)
    try:
        await commands.change_details(
            db,
            actor,
            organisation=org,
            slug=role_slug,
            details=bound.form.details(),
            seen=seen,
            today=london_today(),
        )
    except (RuleBroken, Stale) as broken:
        errors = errors_of(broken, WHERE)
        seen = role.version if isinstance(broken, Stale) else seen
        return details_page(request, own, bound.raw, errors, role, seen)
    flash(request, "The role was saved")
    return see_other(f"/org/{org}/roles/{role_slug}")


def seen_version(text: str) -> int:
    """The version that the page was drawn from; 0, which is never current, where it is none."""
    return whole_number(text, 8) or 0


@get("/org/{org:str}/roles/{role_slug:str}/{action:str}", opt=SIGNED_IN)
async def show_move(
    request: AnyRequest,
    db: Db,
    actor: Who,
    org: FromPath[str],
    role_slug: FromPath[str],
    action: FromPath[str],
) -> Page:
    """Ask before a role is retired or restored."""
    role = await queries.get_own(db, actor, org, role_slug)
    wanted = move_of(action)
    may_edit_local_roles(actor).require()
    LOCAL_ROLE.after(LocalRoleStatus(role.status), wanted)
    base = f"/org/{org}/roles/{role_slug}"
    own = acting_in(actor, org)
    context = {"body": own, "role": role, "base": base, "back_href": base, "move": wanted}
    return render(request, "roles/local/move.html", context, headers=PRIVATE)


@post("/org/{org:str}/roles/{role_slug:str}/{action:str}", opt=SIGNED_IN)
async def move(
    request: AnyRequest,
    db: Db,
    actor: Who,
    org: FromPath[str],
    role_slug: FromPath[str],
    action: FromPath[str],
) -> Page:
    """Retire a role, or restore it."""
    wanted = move_of(action)
    role = await commands.move_role(db, actor, organisation=org, slug=role_slug, action=wanted)
    flash(request, f"{role.name} was {wanted}d")
    return see_other(f"/org/{org}/roles/{role_slug}")


def move_of(action: str) -> LocalRoleAction:
    """The action of an address. Raises NotFound for any other word."""
    try:
        return LocalRoleAction(action)
    except ValueError:
        raise no_such_local_role() from None


handlers: list[ControllerRouterHandler] = [
    list_own_roles,
    show_new,
    define,
    show_own,
    show_edit,
    edit,
    show_move,
    move,
]
