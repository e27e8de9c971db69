"""Pages that take a post from a finished draft to an open post, and to its end."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import SIGNED_IN, Actor
from app.core.clock import london_today
from app.core.errors import DomainError, RuleBroken
from app.core.fields import FieldError
from app.core.form_pages import PRIVATE, bind_request, error_list, form_page, see_other
from app.core.forms import Form, questions
from app.core.text import whole_number
from app.core.web import flash, render
from app.opportunities import queries as own
from app.opportunities.domain import OPPORTUNITY, OpportunityAction, OpportunityStatus
from app.opportunities.models import Opportunity
from app.opportunities.permissions import (
    may_approve,
    may_manage,
    may_publish,
    may_take_down,
)
from app.opportunities.publishing import commands
from app.opportunities.publishing.forms import DecideForm, ExtendForm, PublishForm, WithdrawForm
from app.opportunities.visiting import body_of, path_to
from app.opportunities.writing.domain import SECTION_NAMES, gaps
from app.opportunities.writing.pages.posts import preview_for

AnyRequest = Request[Any, Any, Any]
Db = NamedDependency[AsyncSession]
Who = NamedDependency[Actor]
Page = Response[Any]
May = Callable[[Actor, Opportunity], Any]


async def opened(
    db: AsyncSession, actor: Actor, org: str, slug: str, action: OpportunityAction, may: May
) -> tuple[Opportunity, dict[str, Any]]:
    """A post on which an action is open to this person, and what every page about it needs.

    Raises NotFound, Refused, MoveRefused.
    """
    body = body_of(actor, org)
    row = await own.get_opportunity(db, actor, slug)
    may(actor, row).require()
    OPPORTUNITY.after(OpportunityStatus(row.status), action)
    path = path_to(body.slug, slug)
    return row, {"post": row, "body": body, "path": path, "back_href": path}


def faults_of(form: type[Form], broken: DomainError) -> list[FieldError]:
    """What our rules say beside the fields of this form; what concerns others above the page."""
    known = questions(form)
    found = []
    for fault in broken.errors:
        name = fault.path.strip("/")
        parts = getattr(known.get(name), "parts", ())
        found.append(FieldError(name if name in known else "", fault.message, parts))
    return found or [FieldError("", broken.message)]


def asking(request: AnyRequest, page: str, context: Mapping[str, Any], **more: Any) -> Page:
    """A page without questions, that asks before something is done."""
    errors = more.pop("errors", ())
    return render(
        request,
        f"opportunities/publishing/{page}.html",
        {**context, "errors": error_list(errors)},
        422 if errors else 200,
        PRIVATE,
    )


def form_of(
    request: AnyRequest, page: str, form: type[Form], context: Mapping[str, Any], **more: Any
) -> Page:
    """A page with questions."""
    template = f"opportunities/publishing/{page}.html"
    return form_page(request, template, form, context=context, **more)


@get("/org/{org:str}/posts/{slug:str}/submit", opt=SIGNED_IN)
async def show_submit(
    request: AnyRequest, db: Db, actor: Who, org: FromPath[str], slug: FromPath[str]
) -> Page:
    """Ask before the post goes to a second person."""
    row, context = await opened(db, actor, org, slug, OpportunityAction.SUBMIT, may_manage)
    facts = await own.get_facts(db, row)
    context["gaps"] = gaps(facts, london_today())
    context["section_names"] = SECTION_NAMES
    return asking(request, "submit", context)


@get("/org/{org:str}/posts/{slug:str}/decide", opt=SIGNED_IN)
async def show_decide(
    request: AnyRequest, db: Db, actor: Who, org: FromPath[str], slug: FromPath[str]
) -> Page:
    """The post to read, and the decision below it."""
    row, context = await opened(db, actor, org, slug, OpportunityAction.APPROVE, may_approve)
    context["preview"] = await preview_for(db, row)
    return form_of(request, "decide", DecideForm, context)


@post("/org/{org:str}/posts/{slug:str}/decide", opt=SIGNED_IN)
async def decide(
    request: AnyRequest, db: Db, actor: Who, org: FromPath[str], slug: FromPath[str]
) -> Page:
    """Approve the post, or send it back."""
    row, context = await opened(db, actor, org, slug, OpportunityAction.APPROVE, may_approve)
    bound = await bind_request(request, DecideForm)
    if bound.form is None:
        context["preview"] = await preview_for(db, row)
        return form_of(request, "decide", DecideForm, context, raw=bound.raw, errors=bound.errors)
    if bound.form.decision == "send_back":
        await commands.send_back(db, actor, slug, reason=bound.form.reason or "")
        flash(request, "The post was sent back. Whoever wrote it has been told.")
        return see_other(context["path"])
    seen = whole_number(str((await request.form()).get("version", "")), 9) or 0
    try:
        await commands.approve(db, actor, slug, seen=seen)
    except RuleBroken as broken:
        context["preview"] = await preview_for(db, row)
        errors = [FieldError("", broken.message)]
        return form_of(request, "decide", DecideForm, context, raw=bound.raw, errors=errors)
    flash(request, "The post is approved. Whoever wrote it has been told.")
    return see_other(context["path"])


@get("/org/{org:str}/posts/{slug:str}/publish", opt=SIGNED_IN)
async def show_publish(
    request: AnyRequest, db: Db, actor: Who, org: FromPath[str], slug: FromPath[str]
) -> Page:
    """When should it open?"""
    row, context = await opened(db, actor, org, slug, OpportunityAction.PUBLISH, may_publish)
    context |= await publish_context(db, row)
    day = row.publish_on
    raw = (
        {
            "when": "later",
            "publish_on": {"day": str(day.day), "month": str(day.month), "year": str(day.year)},
        }
        if day
        else {}
    )
    return form_of(request, "publish", PublishForm, context, raw=raw)


async def publish_context(db: AsyncSession, row: Opportunity) -> dict[str, Any]:
    """What is still missing before it can open."""
    return {
        "gaps": gaps(await own.get_facts(db, row), london_today()),
        "section_names": SECTION_NAMES,
    }


@post("/org/{org:str}/posts/{slug:str}/publish", opt=SIGNED_IN)
async def publish(
    request: AnyRequest, db: Db, actor: Who, org: FromPath[str], slug: FromPath[str]
) -> Page:
    """Open the post now, or note the day."""
    row, context = await opened(db, actor, org, slug, OpportunityAction.PUBLISH, may_publish)
    context |= await publish_context(db, row)
    bound = await bind_request(request, PublishForm)
    if bound.form is None:
        return form_of(request, "publish", PublishForm, context, raw=bound.raw, errors=bound.errors)
    try:
        if bound.form.when == "later" and bound.form.publish_on is not None:
            await commands.schedule(db, actor, slug, publish_on=bound.form.publish_on)
            flash(request, "The post is scheduled.")
        else:
            await commands.publish(db, actor, slug)
            flash(request, "The post is open.")
    except RuleBroken as broken:
        errors = faults_of(PublishForm, broken)
        return form_of(request, "publish", PublishForm, context, raw=bound.raw, errors=errors)
    return see_other(context["path"])


@get("/org/{org:str}/posts/{slug:str}/extend", opt=SIGNED_IN)
async def show_extend(
    request: AnyRequest, db: Db, actor: Who, org: FromPath[str], slug: FromPath[str]
) -> Page:
    """Until when, and why?"""
    _, context = await opened(db, actor, org, slug, OpportunityAction.EXTEND, may_publish)
    return form_of(request, "extend", ExtendForm, context)


@post("/org/{org:str}/posts/{slug:str}/extend", opt=SIGNED_IN)
async def extend(
    request: AnyRequest, db: Db, actor: Who, org: FromPath[str], slug: FromPath[str]
) -> Page:
    """Give the post a later closing date."""
    _, context = await opened(db, actor, org, slug, OpportunityAction.EXTEND, may_publish)
    bound = await bind_request(request, ExtendForm)
    if bound.form is None:
        return form_of(request, "extend", ExtendForm, context, raw=bound.raw, errors=bound.errors)
    try:
        await commands.extend(
            db, actor, slug, closes_on=bound.form.closes_on, reason=bound.form.reason
        )
    except RuleBroken as broken:
        errors = faults_of(ExtendForm, broken)
        return form_of(request, "extend", ExtendForm, context, raw=bound.raw, errors=errors)
    flash(request, "The closing date is extended.")
    return see_other(context["path"])


@get("/org/{org:str}/posts/{slug:str}/withdraw", opt=SIGNED_IN)
async def show_withdraw(
    request: AnyRequest, db: Db, actor: Who, org: FromPath[str], slug: FromPath[str]
) -> Page:
    """Ask before the post is taken away for good."""
    _, context = await opened(db, actor, org, slug, OpportunityAction.WITHDRAW, may_take_down)
    return form_of(request, "withdraw", WithdrawForm, context)


@post("/org/{org:str}/posts/{slug:str}/withdraw", opt=SIGNED_IN)
async def withdraw(
    request: AnyRequest, db: Db, actor: Who, org: FromPath[str], slug: FromPath[str]
) -> Page:
    """Take the post away."""
    _, context = await opened(db, actor, org, slug, OpportunityAction.WITHDRAW, may_take_down)
    bound = await bind_request(request, WithdrawForm)
    if bound.form is None:
        return form_of(
            request, "withdraw", WithdrawForm, context, raw=bound.raw, errors=bound.errors
        )
    await commands.withdraw(db, actor, slug, reason=bound.form.reason)
    flash(request, "The post is withdrawn.")
    return see_other(context["path"])


Do = Callable[[AsyncSession, Actor, str], Awaitable[None]]

# What is done by one button on a page of its own: who may, the action, the command, what is said.
_SIMPLE: Final[Mapping[str, tuple[May, OpportunityAction, Do, str]]] = {
    "submit": (
        may_manage,
        OpportunityAction.SUBMIT,
        commands.submit,
        "The post is with a second person now. They have been told.",
    ),
    "recall": (
        may_manage,
        OpportunityAction.RECALL,
        commands.recall,
        "The post is a draft again.",
    ),
    "confirm": (
        may_manage,
        OpportunityAction.CONFIRM,
        commands.confirm,
        "Thank you. The post stands.",
    ),
    "fill": (
        may_manage,
        OpportunityAction.FILL,
        commands.fill,
        "The post is marked as filled and closed.",
    ),
}


async def show_simple(
    request: AnyRequest, db: AsyncSession, actor: Actor, org: str, slug: str, page: str
) -> Page:
    """Ask before one of the simple moves."""
    may, action, _, _ = _SIMPLE[page]
    _, context = await opened(db, actor, org, slug, action, may)
    return asking(request, page, context)


async def do_simple(
    request: AnyRequest, db: AsyncSession, actor: Actor, org: str, slug: str, page: str
) -> Page:
    """Do it, or say on the same page why not."""
    may, action, command, said = _SIMPLE[page]
    row, context = await opened(db, actor, org, slug, action, may)
    try:
        await command(db, actor, slug)
    except RuleBroken as broken:
        if broken.errors:
            context |= await publish_context(db, row)
        return asking(request, page, context, errors=[FieldError("", broken.message)])
    flash(request, said)
    return see_other(context["path"])


@post("/org/{org:str}/posts/{slug:str}/submit", opt=SIGNED_IN)
async def submit(
    request: AnyRequest, db: Db, actor: Who, org: FromPath[str], slug: FromPath[str]
) -> Page:
    """Send the post to a second person."""
    return await do_simple(request, db, actor, org, slug, "submit")


@get("/org/{org:str}/posts/{slug:str}/recall", opt=SIGNED_IN)
async def show_recall(
    request: AnyRequest, db: Db, actor: Who, org: FromPath[str], slug: FromPath[str]
) -> Page:
    """Ask before an approval falls."""
    return await show_simple(request, db, actor, org, slug, "recall")


@post("/org/{org:str}/posts/{slug:str}/recall", opt=SIGNED_IN)
async def recall(
    request: AnyRequest, db: Db, actor: Who, org: FromPath[str], slug: FromPath[str]
) -> Page:
    """Take the post back to a draft."""
    return await do_simple(request, db, actor, org, slug, "recall")


@get("/org/{org:str}/posts/{slug:str}/confirm", opt=SIGNED_IN)
async def show_confirm(
    request: AnyRequest, db: Db, actor: Who, org: FromPath[str], slug: FromPath[str]
) -> Page:
    """Does it still stand?"""
    return await show_simple(request, db, actor, org, slug, "confirm")


@post("/org/{org:str}/posts/{slug:str}/confirm", opt=SIGNED_IN)
async def confirm(
    request: AnyRequest, db: Db, actor: Who, org: FromPath[str], slug: FromPath[str]
) -> Page:
    """Say that it stands; a hidden post is shown again."""
    return await do_simple(request, db, actor, org, slug, "confirm")


@get("/org/{org:str}/posts/{slug:str}/fill", opt=SIGNED_IN)
async def show_fill(
    request: AnyRequest, db: Db, actor: Who, org: FromPath[str], slug: FromPath[str]
) -> Page:
    """Ask before the post is closed as filled."""
    return await show_simple(request, db, actor, org, slug, "fill")


@post("/org/{org:str}/posts/{slug:str}/fill", opt=SIGNED_IN)
async def fill(
    request: AnyRequest, db: Db, actor: Who, org: FromPath[str], slug: FromPath[str]
) -> Page:
    """Close the post as filled."""
    return await do_simple(request, db, actor, org, slug, "fill")


handlers: list[ControllerRouterHandler] = [
    show_submit,
    submit,
    show_decide,
    decide,
    show_publish,
    publish,
    show_extend,
    extend,
    show_withdraw,
    withdraw,
    show_recall,
    recall,
    show_confirm,
    confirm,
    show_fill,
    fill,
]
