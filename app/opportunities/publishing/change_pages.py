"""A change of an open post that waits for a second person: read before and after, and decided."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import SIGNED_IN, Actor
from app.core.errors import RuleBroken
from app.core.fields import FieldError
from app.core.form_pages import bind_request, form_page, see_other
from app.core.web import flash
from app.opportunities import queries as own
from app.opportunities.permissions import may_approve_change
from app.opportunities.publishing.forms import DecideForm
from app.opportunities.visiting import body_of, path_to
from app.opportunities.writing import commands as writing
from app.opportunities.writing import queries as written
from app.opportunities.writing.domain import SECTION_NAMES, Section, unpack
from app.opportunities.writing.said import part_of

AnyRequest = Request[Any, Any, Any]
Db = NamedDependency[AsyncSession]
Who = NamedDependency[Actor]
Page = Response[Any]

PAGE = "opportunities/publishing/change.html"


async def change_context(
    db: AsyncSession, actor: Actor, org: str, slug: str, change_id: UUID
) -> dict[str, Any]:
    """A change that waits: how the section reads now, and how it would read. Raises NotFound."""
    body = body_of(actor, org)
    row = await own.get_opportunity(db, actor, slug)
    change = await written.get_waiting(db, row.id, change_id)
    facts = await own.get_facts(db, row)
    section = Section(change.section)
    after = await writing.facts_with(db, facts, unpack(change.answers))
    path = path_to(body.slug, slug)
    return {
        "post": row,
        "path": path,
        "change": change,
        "title": SECTION_NAMES[section],
        "before": part_of(facts, await written.names_of(db, facts), section),
        "after": part_of(after, await written.names_of(db, after), section),
        "decision": may_approve_change(actor, row, change),
        "back_href": path,
    }


@get("/org/{org:str}/posts/{slug:str}/changes/{change_id:uuid}", opt=SIGNED_IN)
async def show_change(
    request: AnyRequest,
    db: Db,
    actor: Who,
    org: FromPath[str],
    slug: FromPath[str],
    change_id: FromPath[UUID],
) -> Page:
    """A change of an open post, before and after."""
    context = await change_context(db, actor, org, slug, change_id)
    return form_page(request, PAGE, DecideForm, context=context)


@post("/org/{org:str}/posts/{slug:str}/changes/{change_id:uuid}", opt=SIGNED_IN)
async def decide_change(
    request: AnyRequest,
    db: Db,
    actor: Who,
    org: FromPath[str],
    slug: FromPath[str],
    change_id: FromPath[UUID],
) -> Page:
    """Approve the change or refuse it."""
    context = await change_context(db, actor, org, slug, change_id)
    context["decision"].require()
    bound = await bind_request(request, DecideForm)
    if bound.form is None:
        return form_page(request, PAGE, DecideForm, bound.raw, errors=bound.errors, context=context)
    is_approved = bound.form.decision == "approve"
    try:
        await writing.decide_change(
            db, actor, slug, change_id, approve=is_approved, reason=bound.form.reason
        )
    except RuleBroken as broken:
        errors = [FieldError("", broken.message)]
        return form_page(request, PAGE, DecideForm, bound.raw, errors=errors, context=context)
    flash(request, "The change counts now." if is_approved else "The change was not approved.")
    return see_other(context["path"])


handlers: list[ControllerRouterHandler] = [show_change, decide_change]
