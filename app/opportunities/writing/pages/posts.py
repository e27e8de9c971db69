"""A body's posts: the list, a new one, the task list of one, its preview, copying and deleting."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import SIGNED_IN, Actor
from app.core.clock import london_today
from app.core.fields import printable
from app.core.form_pages import PRIVATE, bind_request, error_list, form_page, see_other
from app.core.paging import part_of
from app.core.permissions import Decision
from app.core.web import flash, render
from app.opportunities import queries as own
from app.opportunities.domain import (
    KIND_NAMES,
    STATUS_NAMES,
    OpportunityAction,
    OpportunityKind,
    OpportunityStatus,
    PostFacts,
)
from app.opportunities.finding.post_view import PostView
from app.opportunities.models import Opportunity
from app.opportunities.permissions import (
    may_answer,
    may_approve,
    may_edit,
    may_manage,
    may_publish,
    may_take_down,
    may_write_posts,
)
from app.opportunities.publishing.domain import open_actions
from app.opportunities.visiting import body_of, path_to
from app.opportunities.writing import commands, queries
from app.opportunities.writing.domain import (
    GROUPS,
    NEEDS,
    SECTION_NAMES,
    Section,
    gaps,
    sections_of,
)
from app.opportunities.writing.forms import StartForm
from app.opportunities.writing.preview import preview_of
from app.organisations.queries import organisation_by_id

AnyRequest = Request[Any, Any, Any]
Db = NamedDependency[AsyncSession]
Who = NamedDependency[Actor]
Page = Response[Any]

# Colours of GOV.UK's tag; a status without one here has the usual blue.
TAG_COLOURS: Final = {
    OpportunityStatus.DRAFT: "grey",
    OpportunityStatus.AWAITING_APPROVAL: "yellow",
    OpportunityStatus.APPROVED: "turquoise",
    OpportunityStatus.SCHEDULED: "turquoise",
    OpportunityStatus.OPEN: "green",
    OpportunityStatus.HIDDEN: "orange",
    OpportunityStatus.CLOSED: "grey",
    OpportunityStatus.WITHDRAWN: "grey",
}
# What was done, as the history of a post says it.
ACTION_NAMES: Final = {
    "started": "Started",
    "copied": "Copied from another post",
    OpportunityAction.SUBMIT: "Sent for approval",
    OpportunityAction.APPROVE: "Approved",
    OpportunityAction.SEND_BACK: "Sent back",
    OpportunityAction.RECALL: "Taken back to a draft",
    OpportunityAction.SCHEDULE: "Scheduled",
    OpportunityAction.PUBLISH: "Published",
    OpportunityAction.EXTEND: "Closing date extended",
    OpportunityAction.CONFIRM: "Confirmed that it still stands",
    OpportunityAction.HIDE: "Hidden",
    OpportunityAction.CLOSE: "Closed",
    OpportunityAction.FILL: "Marked as filled",
    OpportunityAction.WITHDRAW: "Withdrawn",
}
LONGEST_SEARCH: Final = 100


@get("/org/{org:str}/posts", opt=SIGNED_IN)
async def list_posts(request: AnyRequest, db: Db, actor: Who, org: FromPath[str]) -> Page:
    """The posts of the body, those changed last first, by status and by words of their titles."""
    body = body_of(actor, org)
    asked = request.query_params.get("status", "")
    status = OpportunityStatus(asked) if asked in set(OpportunityStatus) else None
    typed = str(printable(request.query_params.get("q", "")))
    q = " ".join(typed.split())[:LONGEST_SEARCH]
    today = london_today()
    counts = await queries.count_by_status(db, actor, today)
    found = await queries.list_posts(
        db, actor, part_of(request.query_params), today, status=status, q=q
    )
    path = path_to(body.slug)
    context = {
        "body": body,
        "path": path,
        "posts": found,
        "pages": found.links(path, {"status": status or "", "q": q}),
        "q": q,
        "status": status,
        "statuses": [(one, STATUS_NAMES[one], counts[one]) for one in counts_in_order(counts)],
        "total": sum(counts.values()),
        "status_names": STATUS_NAMES,
        "kind_names": KIND_NAMES,
        "tag_colours": TAG_COLOURS,
        "may_write": may_write_posts(actor),
    }
    return render(request, "opportunities/posts/list.html", context, headers=PRIVATE)


def counts_in_order(counts: dict[OpportunityStatus, int]) -> list[OpportunityStatus]:
    """The statuses that there are, in the order of a post's life."""
    return [status for status in OpportunityStatus if status in counts]


def start_page(request: AnyRequest, org: str, **more: Any) -> Page:
    """The page that asks what to post."""
    context = {"path": path_to(org), "back_href": path_to(org)}
    return form_page(request, "opportunities/posts/start.html", StartForm, context=context, **more)


@get("/org/{org:str}/posts/new", opt=SIGNED_IN)
async def show_start(request: AnyRequest, actor: Who, org: FromPath[str]) -> Page:
    """What do you want to post?"""
    body_of(actor, org)
    may_write_posts(actor).require()
    return start_page(request, org)


@post("/org/{org:str}/posts/new", opt=SIGNED_IN)
async def start_post(request: AnyRequest, db: Db, actor: Who, org: FromPath[str]) -> Page:
    """Begin a draft."""
    body = body_of(actor, org)
    may_write_posts(actor).require()
    bound = await bind_request(request, StartForm)
    if bound.form is None:
        return start_page(request, org, raw=bound.raw, errors=bound.errors)
    kind = OpportunityKind(bound.form.kind)
    begun = await commands.start_post(db, actor, kind=kind, title=bound.form.title)
    return see_other(path_to(body.slug, begun.slug))


@dataclass(frozen=True, slots=True)
class Task:
    """A line of the task list."""

    title: str
    href: str
    state: str
    colour: str
    note: str = ""


def task_of(
    post: Opportunity, facts: PostFacts, section: Section, path: str, wrong: dict[Section, str]
) -> Task:
    """How far a section is."""
    saved = bool(post.sections_done.get(section))
    title, href = SECTION_NAMES[section], f"{path}/edit/{section}"
    if section in wrong:
        if saved:
            return Task(title, href, "Needs attention", "yellow", wrong[section])
        return Task(title, href, "Not yet started", "blue")
    if saved:
        return Task(title, href, "Completed", "")
    if section is Section.SKILLS and facts.skills:
        return Task(title, href, "Filled in, please check", "light-blue")
    return Task(title, href, "Optional", "grey")


def tasks_of(
    post: Opportunity, facts: PostFacts, path: str, wrong: dict[Section, str]
) -> list[tuple[str, list[Task]]]:
    """The task list of a post, in its groups."""
    return [
        (title, [task_of(post, facts, one, path, wrong) for one in sections if one in needs])
        for needs in (NEEDS[facts.kind],)
        for title, sections in GROUPS.items()
        if any(one in needs for one in sections)
    ]


@dataclass(frozen=True, slots=True)
class Step:
    """A button of a post's page: where it leads, or why it is not open."""

    text: str
    href: str
    look: str = ""


_STEPS: Final[dict[OpportunityAction, tuple[str, str, str]]] = {
    OpportunityAction.SUBMIT: ("Ask for approval", "submit", ""),
    OpportunityAction.APPROVE: ("Read and decide", "decide", ""),
    OpportunityAction.PUBLISH: ("Publish", "publish", ""),
    OpportunityAction.CONFIRM: ("Confirm that it still stands", "confirm", ""),
    OpportunityAction.EXTEND: ("Extend", "extend", "secondary"),
    OpportunityAction.FILL: ("Mark as filled", "fill", "secondary"),
    OpportunityAction.RECALL: ("Take back to change it", "recall", "secondary"),
    OpportunityAction.WITHDRAW: ("Withdraw", "withdraw", "warning"),
}


def is_due(row: Opportunity, status: OpportunityStatus, today: date) -> bool:
    """Whether an open post has come to its review date."""
    is_open = status is OpportunityStatus.OPEN
    return is_open and row.review_on is not None and row.review_on <= today


def steps_of(
    actor: Actor, row: Opportunity, status: OpportunityStatus, path: str, needs_approval: bool
) -> list[Step]:
    """What this person can do with the post next, in the order of its life."""
    decisions: dict[OpportunityAction, Decision] = {
        OpportunityAction.SUBMIT: may_manage(actor, row),
        OpportunityAction.APPROVE: may_approve(actor, row),
        OpportunityAction.PUBLISH: may_publish(actor, row),
        OpportunityAction.CONFIRM: may_manage(actor, row),
        OpportunityAction.EXTEND: may_publish(actor, row),
        OpportunityAction.FILL: may_manage(actor, row),
        OpportunityAction.RECALL: may_manage(actor, row),
        OpportunityAction.WITHDRAW: may_take_down(actor, row),
    }
    able = open_actions(OpportunityStatus(row.status), needs_approval=needs_approval)
    # Nobody is asked to confirm what was confirmed a moment ago, or what is over.
    to_confirm = status is OpportunityStatus.HIDDEN or is_due(row, status, london_today())
    if not to_confirm:
        able = tuple(one for one in able if one is not OpportunityAction.CONFIRM)
    return [
        Step(text, f"{path}/{page}", look)
        for action, (text, page, look) in _STEPS.items()
        if action in able and decisions[action]
    ]


@get("/org/{org:str}/posts/{slug:str}", opt=SIGNED_IN)
async def show_post(
    request: AnyRequest, db: Db, actor: Who, org: FromPath[str], slug: FromPath[str]
) -> Page:
    """One post: how it stands, its task list, and what can be done next."""
    body = body_of(actor, org)
    row, needs_approval = await queries.get_with_rule(db, actor, slug)
    facts, today = await own.get_facts(db, row), london_today()
    status = queries.stands_as(facts.status, facts.closes_on, today)
    path = path_to(body.slug, slug)
    found = gaps(facts, today)
    wrong = {gap.section: gap.message for gap in reversed(found)}
    needed = [one for one in sections_of(facts.kind) if not NEEDS[facts.kind][one].is_optional]
    context = {
        "body": body,
        "post": row,
        "path": path,
        "kind_name": KIND_NAMES[facts.kind],
        "status": status,
        "status_name": STATUS_NAMES[status],
        "tag_colour": TAG_COLOURS[status],
        "groups": tasks_of(row, facts, path, wrong),
        "needed": len(needed),
        "done": len([one for one in needed if one not in wrong]),
        "is_complete": not found,
        "may_edit": may_edit(actor, row),
        "may_manage": may_manage(actor, row),
        "may_answer": may_answer(actor, row),
        "may_publish": may_publish(actor, row),
        "needs_approval": needs_approval,
        "steps": steps_of(actor, row, status, path, needs_approval),
        "is_due": is_due(row, status, today),
        "waiting": await queries.list_waiting(db, row.id),
        "section_names": SECTION_NAMES,
        "action_names": ACTION_NAMES,
        "history": await queries.list_history(db, row.id),
        "panels": await request.app.state.slots.show("opportunity.manage", db, actor, row.id),
        "back_href": path_to(body.slug),
    }
    return render(request, "opportunities/posts/show.html", context, headers=PRIVATE)


@get("/org/{org:str}/posts/{slug:str}/preview", opt=SIGNED_IN)
async def show_preview(
    request: AnyRequest, db: Db, actor: Who, org: FromPath[str], slug: FromPath[str]
) -> Page:
    """The post as others will see it."""
    body = body_of(actor, org)
    row = await own.get_opportunity(db, actor, slug)
    context = {"post": await preview_for(db, row), "back_href": path_to(body.slug, slug)}
    return render(request, "opportunities/posts/preview.html", context, headers=PRIVATE)


async def preview_for(db: AsyncSession, row: Opportunity) -> PostView:
    """What `opportunities/article.html` draws of a post that need not be open."""
    facts = await own.get_facts(db, row)
    names = await queries.names_of(db, facts)
    body = await organisation_by_id(db, row.organisation_id)
    return preview_of(facts, names, row.slug, body, london_today())


def asking(request: AnyRequest, template: str, row: Opportunity, path: str, **more: Any) -> Page:
    """A page that asks before something is done."""
    errors = more.pop("errors", ())
    context = {"post": row, "path": path, "back_href": path, "errors": error_list(errors), **more}
    return render(request, template, context, 422 if errors else 200, PRIVATE)


@get("/org/{org:str}/posts/{slug:str}/copy", opt=SIGNED_IN)
async def show_copy(
    request: AnyRequest, db: Db, actor: Who, org: FromPath[str], slug: FromPath[str]
) -> Page:
    """Ask before copying."""
    body = body_of(actor, org)
    row = await own.get_opportunity(db, actor, slug)
    may_manage(actor, row).require()
    return asking(request, "opportunities/posts/copy.html", row, path_to(body.slug, slug))


@post("/org/{org:str}/posts/{slug:str}/copy", opt=SIGNED_IN)
async def copy_post(
    request: AnyRequest, db: Db, actor: Who, org: FromPath[str], slug: FromPath[str]
) -> Page:
    """Make a draft of what the post says."""
    body = body_of(actor, org)
    copied = await commands.copy_post(db, actor, slug)
    flash(request, "This is a copy. Check the dates before you publish it.")
    return see_other(path_to(body.slug, copied.slug))


@get("/org/{org:str}/posts/{slug:str}/delete", opt=SIGNED_IN)
async def show_delete(
    request: AnyRequest, db: Db, actor: Who, org: FromPath[str], slug: FromPath[str]
) -> Page:
    """Ask before deleting a draft."""
    body = body_of(actor, org)
    row = await own.get_opportunity(db, actor, slug)
    may_edit(actor, row).require()
    commands.require_draft(row)
    return asking(request, "opportunities/posts/delete.html", row, path_to(body.slug, slug))


@post("/org/{org:str}/posts/{slug:str}/delete", opt=SIGNED_IN)
async def delete_post(
    request: AnyRequest, db: Db, actor: Who, org: FromPath[str], slug: FromPath[str]
) -> Page:
    """Delete a draft."""
    body = body_of(actor, org)
    await commands.delete_draft(db, actor, slug)
    flash(request, "The draft was deleted.")
    return see_other(path_to(body.slug))
