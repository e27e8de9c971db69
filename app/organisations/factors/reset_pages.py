"""Pages on which an administrator resets the second factor of somebody else."""

import uuid
from typing import Any

from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import SIGNED_IN, Actor, require_recent_factor
from app.core.errors import NotFound, Refused
from app.core.form_pages import PRIVATE, bind_request, errors_of, form_page, see_other
from app.core.web import flash, render
from app.organisations.factors import commands, queries
from app.organisations.factors.forms import ResetForm
from app.organisations.factors.queries import Resettable
from app.organisations.permissions import acting_at, may_change_members, require_operator

AnyRequest = Request[Any, Any, Any]
Page = Response[Any]
Db = NamedDependency[AsyncSession]
Who = NamedDependency[Actor]
OPERATOR_PAGE = "/operator/second-factor"


@get("/org/{org:str}/people/{member:str}/second-factor", opt=SIGNED_IN)
async def show_reset(
    request: AnyRequest, db: Db, actor: Who, org: FromPath[str], member: FromPath[str]
) -> Page:
    """Ask before somebody's second factors are taken away."""
    person = await member_of(db, actor, org, member)
    require_recent_factor(actor)
    context = {
        "person": person,
        "count": await queries.count_factors(db, person.person_id),
        "is_self": person.person_id == actor.person_id,
        "back_href": f"/org/{org}/people/{member}",
        "body": actor.acting_for,
    }
    return render(request, "factors/reset.html", context, headers=PRIVATE)


@post("/org/{org:str}/people/{member:str}/second-factor", opt=SIGNED_IN)
async def reset_member(
    request: AnyRequest, db: Db, actor: Who, org: FromPath[str], member: FromPath[str]
) -> Page:
    """Take them away; the person is told and sets up new ones."""
    person = await member_of(db, actor, org, member)
    require_recent_factor(actor)
    await commands.reset(db, actor, person=person)
    flash(request, f"The second factor of {person.name} is reset. They set up a new one next time.")
    return see_other(f"/org/{org}/people/{member}")


@get(OPERATOR_PAGE, opt=SIGNED_IN)
async def show_operator_reset(request: AnyRequest, actor: Who) -> Page:
    """Ask the operator whose second factors are to be reset."""
    require_operator(actor)
    require_recent_factor(actor)
    return form_page(request, "factors/operator_reset.html", ResetForm)


@post(OPERATOR_PAGE, opt=SIGNED_IN)
async def reset_anybody(request: AnyRequest, db: Db, actor: Who) -> Page:
    """Take somebody's second factors away, wherever they work."""
    require_operator(actor)
    require_recent_factor(actor)
    bound = await bind_request(request, ResetForm)
    errors = list(bound.errors)
    if bound.form is not None:
        person = await queries.find_person_to_reset(db, bound.form.email)
        try:
            if person is None:
                raise NotFound("no-such-person", "Nobody has this address")
            await commands.reset(db, actor, person=person)
        except (NotFound, Refused) as error:
            errors = errors_of(error, {error.code: "email"})
        else:
            flash(request, f"The second factor of {person.name} is reset.")
            return see_other(OPERATOR_PAGE)
    return form_page(request, "factors/operator_reset.html", ResetForm, bound.raw, errors=errors)


async def member_of(db: AsyncSession, actor: Actor, org: str, member: str) -> Resettable:
    """The member of this address, for those who may change members. Raises NotFound, Refused."""
    body = acting_at(actor, org)
    try:
        membership_id = uuid.UUID(member)
    except ValueError:
        membership_id = uuid.UUID(int=0)
    person = await queries.get_member_to_reset(db, body.organisation_id, membership_id)
    may_change_members(actor).require()
    return person


router = Router(
    path="/",
    route_handlers=[show_reset, reset_member, show_operator_reset, reset_anybody],
    include_in_schema=False,
)
