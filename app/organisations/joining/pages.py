"""Pages of joining: an application under a secret link, task by task, sent once confirmed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import PUBLIC, Actor
from app.core.clock import london_today
from app.core.errors import DomainError, NotFound
from app.core.fields import FieldError, Raw
from app.core.form_pages import PRIVATE, bind_request, errors_of, form_page, see_other
from app.core.forms import Bound, Form, act, parse
from app.core.limits import Limit, limited
from app.core.once import REPEATABLE
from app.core.web import render
from app.organisations.answers import lines_of
from app.organisations.joining import commands, queries
from app.organisations.joining.domain import KEEP_IDLE
from app.organisations.joining.forms import SendForm
from app.organisations.joining.models import JoinRequest
from app.organisations.joining.tasks import (
    BY_SLUG,
    TASKS,
    Task,
    faults_of_task,
    is_done,
    raw_of,
    read_all,
    require_whole,
    setting_of,
)
from app.organisations.joining.terms import TERMS, terms_of, terms_on

AnyRequest = Request[Any, Any, Any]
Db = NamedDependency[AsyncSession]
Who = NamedDependency[Actor]
Page = Response[Any]

BEGIN: Final = Limit("join-begin", 60)
# Each sends a mail to an address that somebody typed.
SEND: Final = Limit("join-send", 10, 3600)


def base_of(token: str) -> str:
    """The address below which an application's pages are."""
    return f"/join/a/{token}"


def link_to(request: AnyRequest, token: str) -> str:
    """The whole link that opens the application again."""
    public = str(request.app.state.settings.public_url or request.base_url)
    return f"{public.rstrip('/')}{base_of(token)}"


@get("/", opt=PUBLIC)
async def show_start(request: AnyRequest) -> Page:
    """Who can join, what is asked, and what happens then."""
    return render(request, "organisations/joining/start.html", {"terms": terms_on(london_today())})


@post("/", opt=PUBLIC, guards=[limited(BEGIN)])
async def begin(db: Db) -> Page:
    """Begin an application."""
    return see_other(base_of(await commands.begin(db)))


@get("/terms", opt=PUBLIC)
async def show_terms(request: AnyRequest) -> Page:
    """The participation terms that count today."""
    return terms_page(request, terms_on(london_today()).version)


@get("/terms/{version:str}", opt=PUBLIC)
async def show_terms_of(request: AnyRequest, version: FromPath[str]) -> Page:
    """An earlier or coming version."""
    return terms_page(request, version)


def terms_page(request: AnyRequest, version: str) -> Page:
    """One version, with links to the others. Raises NotFound."""
    terms = terms_of(version)
    if terms is None:
        raise NotFound("terms-not-found", "There is no such version of the terms.")
    context = {"terms": terms, "others": [one for one in reversed(TERMS) if one is not terms]}
    return render(request, "organisations/joining/terms.html", context)


@get("/a/{token:str}", opt=PUBLIC)
async def show_tasks(request: AnyRequest, db: Db, token: FromPath[str]) -> Page:
    """The tasks of the application and how far they are."""
    join = await queries.get_request(db, token)
    if join.confirmed_at:
        return see_other(f"{base_of(token)}/sent")
    done = {task.slug for task in TASKS if is_done(join.answers, task.slug)}
    context = {
        "base": base_of(token),
        "tasks": TASKS,
        "done": done,
        "is_whole": len(done) == len(TASKS),
        "link": link_to(request, token),
        "kept_until": join.last_used_at + KEEP_IDLE,
    }
    return render(request, "organisations/joining/tasks.html", context, headers=PRIVATE)


@get("/a/{token:str}/check", opt=PUBLIC)
async def show_check(request: AnyRequest, db: Db, token: FromPath[str]) -> Page:
    """Every answer, with a link to change it, and the terms to accept."""
    join = await queries.get_request(db, token)
    if join.confirmed_at:
        return see_other(f"{base_of(token)}/sent")
    return check_page(request, join, token)


@post("/a/{token:str}/check", opt=PUBLIC, guards=[limited(SEND)])
async def send(request: AnyRequest, db: Db, actor: Who, token: FromPath[str]) -> Page:
    """Accept the terms and send the application, or say what is missing."""
    join = await queries.get_request(db, token)
    bound = await bind_request(request, SendForm)
    if bound.form is None:
        return check_page(request, join, token, bound.errors, bound.raw)
    try:
        await commands.send(db, actor, token, read=require_whole)
    except DomainError as refused:
        if not refused.errors and refused.status != 422:
            raise
        errors = [] if refused.errors else errors_of(refused)
        return check_page(request, join, token, errors, bound.raw)
    return see_other(f"{base_of(token)}/sent")


def check_page(
    request: AnyRequest,
    join: JoinRequest,
    token: str,
    errors: Sequence[FieldError] = (),
    raw: dict[str, Raw] | None = None,
) -> Page:
    """The answers to check; what is wrong with them is linked to its task."""
    base = base_of(token)
    _, faults = read_all(join.answers)
    setting = setting_of(join.answers)
    groups = [
        (task, lines_of(task.form, raw_of(join.answers, task.slug), setting, blank=task.blank))
        for task in TASKS
    ]
    wrong = [{"text": f.error.message, "href": f"{base}/{f.slug}"} for f in faults]
    context = {
        "base": base,
        "back_href": base,
        "groups": groups,
        "faults": wrong,
        "terms": terms_on(london_today()),
    }
    return form_page(
        request, "organisations/joining/check.html", SendForm, raw, errors=errors, context=context
    )


@get("/a/{token:str}/sent", opt=PUBLIC)
async def show_sent(request: AnyRequest, db: Db, token: FromPath[str]) -> Page:
    """What happens next: confirm the address, or wait for the operator."""
    join = await queries.get_request(db, token)
    if not join.confirmed_at and not join.confirm_sha256:
        return see_other(base_of(token))
    context = {
        "base": base_of(token),
        "is_confirmed": join.confirmed_at is not None,
        "email": raw_of(join.answers, "you").get("email", ""),
        "until": join.confirm_until,
    }
    return render(request, "organisations/joining/sent.html", context, headers=PRIVATE)


@post("/a/{token:str}/sent", opt=PUBLIC, guards=[limited(SEND)])
async def send_again(db: Db, actor: Who, token: FromPath[str]) -> Page:
    """Mail the link to confirm once more; the one before no longer works."""
    await commands.send(db, actor, token, read=require_whole)
    return see_other(f"{base_of(token)}/sent")


@get("/a/{token:str}/delete", opt=PUBLIC)
async def show_delete(request: AnyRequest, db: Db, token: FromPath[str]) -> Page:
    """Ask before deleting."""
    await queries.get_request(db, token)
    context = {"base": base_of(token), "back_href": base_of(token)}
    return render(request, "organisations/joining/delete.html", context, headers=PRIVATE)


@post("/a/{token:str}/delete", opt=PUBLIC)
async def delete(db: Db, token: FromPath[str]) -> Page:
    """Delete the application at once."""
    await commands.delete_request(db, token)
    return see_other("/join")


@dataclass(frozen=True, slots=True)
class Visit:
    """A request for the page of one task."""

    request: AnyRequest
    token: str
    join: JoinRequest
    task: Task

    def page(self, raw: dict[str, Raw], errors: Sequence[FieldError] = ()) -> Page:
        """The page with these answers and what is wrong with them."""
        return form_page(
            self.request,
            "organisations/joining/task.html",
            self.task.form,
            raw,
            setting=setting_of(self.join.answers),
            errors=errors,
            context={
                "title": self.task.title,
                "intro": self.task.intro,
                "href": f"{base_of(self.token)}/{self.task.slug}",
                "back_href": base_of(self.token),
            },
        )

    def after(self) -> str:
        """The next task that is not done, else the list of tasks."""
        place = TASKS.index(self.task) + 1
        rest = [t for t in TASKS[place:] if not is_done(self.join.answers, t.slug)]
        return f"{base_of(self.token)}/{rest[0].slug}" if rest else base_of(self.token)


@get("/a/{token:str}/{task:str}", opt=PUBLIC)
async def show_task(request: AnyRequest, db: Db, token: FromPath[str], task: FromPath[str]) -> Page:
    """One task, with its answers as typed before."""
    join = await queries.get_request(db, token)
    found = BY_SLUG.get(task)
    if found is None or join.confirmed_at:
        return see_other(base_of(token))
    raw = raw_of(join.answers, task)
    errors = what_is_wrong(join, found, raw) if raw else []
    return Visit(request, token, join, found).page(raw, errors)


@post("/a/{token:str}/{task:str}", opt={**PUBLIC, **REPEATABLE})
async def save_task(request: AnyRequest, db: Db, token: FromPath[str], task: FromPath[str]) -> Page:
    """Keep a task's answers if they are sound; row buttons add or remove a row first."""
    join = await queries.get_request(db, token)
    found = BY_SLUG.get(task)
    if found is None:
        return see_other(base_of(token))
    visit = Visit(request, token, join, found)
    bound = await bind_request(request, found.form, setting_of(join.answers))
    action = str((await request.form()).get("action", "continue"))
    moved = act(found.form, bound.raw, action)
    if moved:
        return visit.page(moved[0])
    errors = list(bound.errors) or faults_of(join, found, bound)
    if errors:
        return visit.page(bound.raw, errors)
    saved = await commands.save_task(db, token, slug=task, raw=bound.raw)
    return see_other(Visit(request, token, saved, found).after())


def faults_of(join: JoinRequest, task: Task, bound: Bound[Form]) -> list[FieldError]:
    """What is wrong with a task beside the others."""
    return [] if bound.form is None else faults_of_task(join.answers, task.slug, bound.form)


def what_is_wrong(join: JoinRequest, task: Task, raw: dict[str, Raw]) -> list[FieldError]:
    """The faults that answers kept before have now, because other answers changed."""
    bound = parse(task.form, raw, setting_of(join.answers))
    return list(bound.errors) or faults_of(join, task, bound)


@get("/confirm/{token:str}", opt=PUBLIC)
async def show_confirm(request: AnyRequest, db: Db, token: FromPath[str]) -> Page:
    """The page of the mailed link: a button, so that a mail scanner sends nothing."""
    join = await queries.get_to_confirm(db, token)
    application, _ = read_all(join.answers)
    context = {"application": application, "token": token}
    return render(request, "organisations/joining/confirm.html", context, headers=PRIVATE)


@post("/confirm/{token:str}", opt=PUBLIC)
async def confirm(db: Db, actor: Who, token: FromPath[str]) -> Page:
    """The address is confirmed: the application goes to the operator."""
    await commands.confirm(db, actor, token, read=require_whole)
    return see_other("/join/confirmed")


@get("/confirmed", opt=PUBLIC)
async def show_confirmed(request: AnyRequest) -> Page:
    """The application has arrived, and what happens next."""
    context = {"is_confirmed": True}
    return render(request, "organisations/joining/sent.html", context, headers=PRIVATE)


router = Router(
    path="/join",
    include_in_schema=False,
    route_handlers=[
        show_start,
        begin,
        show_terms,
        show_terms_of,
        show_tasks,
        show_check,
        send,
        show_sent,
        send_again,
        show_delete,
        delete,
        show_task,
        save_task,
        show_confirm,
        confirm,
        show_confirmed,
    ],
)
