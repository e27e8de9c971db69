"""The calculator: one question a page, answers kept under a secret link, for anyone."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import PUBLIC
from app.core.errors import RuleBroken, Stale
from app.core.fields import FieldError, Raw, map_of, printable
from app.core.form_pages import PRIVATE, error_list, see_other
from app.core.forms import Bound, Form, act, bind, parse, posted_of, view
from app.core.limits import Limit, limited
from app.core.once import REPEATABLE
from app.core.text import BadText, check_tree, whole_number
from app.core.web import render
from app.costsharing import commands, queries
from app.costsharing.domain import IDLE_DAYS
from app.costsharing.example import EXAMPLE_TITLE, example_inputs
from app.costsharing.models import CostDraft
from app.costsharing.steps.build import with_built
from app.costsharing.steps.check import Problem, faults_of_step, first_open, problems
from app.costsharing.steps.load import answers_from_inputs
from app.costsharing.steps.preview import preview_of
from app.costsharing.steps.registry import find_step, steps_for
from app.costsharing.steps.step import Facts, Raws, Step
from app.costsharing.steps.summary import groups

AnyRequest = Request[Any, Any, Any]
Db = NamedDependency[AsyncSession]
Page = Response[Any]

# Beginning a calculation makes a row that stays for months, and a whole council may share one
# address.
BEGIN = Limit("calculator-begin", 120)


def base_of(token: str) -> str:
    """The address below which a calculation's pages are."""
    return f"/calculator/d/{token}"


def resume_url(request: AnyRequest, token: str) -> str:
    """The whole link that opens the answers again."""
    public = str(request.app.state.settings.public_url or request.base_url)
    return f"{public.rstrip('/')}{base_of(token)}"


@get("/", opt=PUBLIC)
async def show_start(request: AnyRequest) -> Page:
    """What the calculator does, what it needs and what it keeps."""
    return render(request, "costsharing/start.html")


@post("/", opt=PUBLIC, guards=[limited(BEGIN)])
async def begin(request: AnyRequest, db: Db) -> Page:
    """Begin a calculation, empty or from the example."""
    posted = posted_of((await request.form()).multi_items())
    answers: dict[str, Raw] = {"steps": {}}
    if posted.get("start") == ["example"]:
        answers = answers_from_inputs(example_inputs(), {"post": {"title": EXAMPLE_TITLE}})
    begun = await commands.begin_draft(db, answers=with_built(answers))
    first = "check" if answers["steps"] else "parties"
    return see_other(f"{base_of(begun.token)}/{first}")


@get("/d/{token:str}", opt=PUBLIC)
async def resume(db: Db, token: FromPath[str]) -> Page:
    """Open a calculation at the first page that needs an answer, else at the summary."""
    draft = await queries.get_draft(db, token)
    step = first_open(Facts(draft.answers))
    return see_other(f"{base_of(token)}/{step.slug if step else 'check'}")


@get("/d/{token:str}/saved", opt=PUBLIC)
async def show_saved(request: AnyRequest, db: Db, token: FromPath[str]) -> Page:
    """The link to come back by, and until when."""
    draft = await queries.get_draft(db, token)
    last_day = queries.last_day_of(draft)
    context = {
        "base": base_of(token),
        "resume_url": resume_url(request, token),
        "deleted_on": f"{last_day.day} {last_day:%B %Y}",
    }
    return render(request, "costsharing/saved.html", context, headers=PRIVATE)


@get("/d/{token:str}/delete", opt=PUBLIC)
async def show_delete(request: AnyRequest, db: Db, token: FromPath[str]) -> Page:
    """Ask before deleting."""
    await queries.get_draft(db, token)
    context = {"base": base_of(token), "back_href": f"{base_of(token)}/check"}
    return render(request, "costsharing/delete.html", context, headers=PRIVATE)


@post("/d/{token:str}/delete", opt=PUBLIC)
async def delete_answers(db: Db, token: FromPath[str]) -> Page:
    """Delete the calculation at once."""
    await commands.delete_draft(db, token)
    return see_other("/calculator")


@post("/d/{token:str}/forget-actuals", opt=PUBLIC)
async def forget_actuals(db: Db, token: FromPath[str]) -> Page:
    """Leave out the actual costs of a loaded file."""
    await commands.drop_kept(db, token, part="actuals", build=with_built)
    return see_other(f"{base_of(token)}/check")


@get("/d/{token:str}/check", opt=PUBLIC)
async def show_check(request: AnyRequest, db: Db, token: FromPath[str]) -> Page:
    """Every answer, each with a link to change it."""
    draft = await queries.get_draft(db, token)
    return check_page(request, draft, token, [])


@post("/d/{token:str}/check", opt=PUBLIC)
async def accept(request: AnyRequest, db: Db, token: FromPath[str]) -> Page:
    """On to the result, or what stands in its way, each with the page that mends it."""
    draft = await queries.get_draft(db, token)
    found = await asyncio.to_thread(problems, draft.answers)
    if found:
        return check_page(request, draft, token, found)
    return see_other(f"{base_of(token)}/result")


def check_page(request: AnyRequest, draft: CostDraft, token: str, found: Sequence[Problem]) -> Page:
    """The summary of answers, with what is wrong above it."""
    base = base_of(token)
    facts = Facts(draft.answers)
    context = {
        "groups": groups(facts),
        "base": base,
        "resume_url": resume_url(request, token),
        "has_actuals": "actuals" in map_of(draft.answers.get("kept")),
        "errors": [
            {
                "text": p.error.message,
                **({"href": f"{base}/{p.slug}?return=check"} if p.slug else {}),
            }
            for p in found
        ],
        "back_href": f"{base}/{steps_for(facts)[-1].slug}",
    }
    return render(request, "costsharing/check.html", context, 422 if found else 200, PRIVATE)


@dataclass(frozen=True, slots=True)
class Visit:
    """A request for one page of a calculation, with what it needs to draw it."""

    request: AnyRequest
    token: str
    draft: CostDraft
    step: Step
    returning: bool

    @property
    def facts(self) -> Facts:
        """The answers so far."""
        return Facts(self.draft.answers)

    @property
    def href(self) -> str:
        """The page's own address."""
        return f"{base_of(self.token)}/{self.step.slug}"

    def after(self) -> str:
        """Where to go once this page is answered."""
        base, facts = base_of(self.token), self.facts
        if self.returning:
            gap = first_open(facts)
            return f"{base}/{gap.slug}?return=check" if gap else f"{base}/check"
        slugs = [s.slug for s in steps_for(facts)]
        place = slugs.index(self.step.slug) + 1
        return f"{base}/{slugs[place] if place < len(slugs) else 'check'}"

    def before(self) -> str:
        """Where Back goes."""
        base = base_of(self.token)
        if self.returning:
            return f"{base}/check"
        slugs = [s.slug for s in steps_for(self.facts)]
        place = slugs.index(self.step.slug)
        return f"{base}/{slugs[place - 1]}" if place else "/calculator"

    async def page(
        self,
        raw: Raws,
        errors: Sequence[FieldError] = (),
        *,
        status: int = 200,
        stale: bool = False,
    ) -> Page:
        """The page with these answers and what is wrong with them."""
        step, facts = self.step, self.facts
        setting = step.setting(facts)
        fields = view(step.form, raw, setting, errors)
        title = setting.say(step.title)
        shown = [f for f in fields if f.kind != "hidden"]
        lone = len(shown) == 1 and shown[0].kind in ("choice", "many") and shown[0].label == title
        preview = await asyncio.to_thread(preview_of, facts, step) if step.preview else None
        context = {
            "title": title,
            "section": step.section,
            "intro": [setting.say(p) for p in step.intro],
            "help": step.include,
            "note": step.note(facts) if step.note else "",
            "fields": fields,
            "shown": shown,
            "lone": lone,
            "preview": preview or None,
            "errors": error_list(errors),
            "stale": stale,
            "version": self.draft.version,
            "returning": self.returning,
            "step_href": self.href,
            "back_href": self.before(),
            "resume_url": resume_url(self.request, self.token),
            "idle_days": IDLE_DAYS,
        }
        return render(self.request, "costsharing/step.html", context, status, PRIVATE)


@get("/d/{token:str}/{step:str}", opt=PUBLIC)
async def show_step(request: AnyRequest, db: Db, token: FromPath[str], step: FromPath[str]) -> Page:
    """One page, with its answers as typed before, or with what we can fill in."""
    draft = await queries.get_draft(db, token)
    facts = Facts(draft.answers)
    found = find_step(facts, step)
    if found is None:
        return see_other(base_of(token))
    returning = request.query_params.get("return") == "check"
    visit = Visit(request, token, draft, found, returning)
    raw = found.shown(facts)
    errors: tuple[FieldError, ...] = ()
    # A page left unfinished says so when it is opened again; one just given a row does not.
    if facts.raw(found.slug) and "added" not in request.query_params:
        errors = parse(found.form, raw, found.setting(facts)).errors
        if returning and not errors:
            errors = await said_by_engine(visit)
    return await visit.page(raw, errors)


@post("/d/{token:str}/{step:str}", opt={**PUBLIC, **REPEATABLE})
async def save_step(request: AnyRequest, db: Db, token: FromPath[str], step: FromPath[str]) -> Page:
    """Keep a page's answers as typed; go on if they are sound, else show what is wrong."""
    draft = await queries.get_draft(db, token)
    facts = Facts(draft.answers)
    found = find_step(facts, step)
    if found is None:
        return see_other(base_of(token))
    posted = posted_of((await request.form()).multi_items())
    visit = Visit(request, token, draft, found, posted.get("return") == ["check"])
    bound = bind(posted, found.form, found.setting(facts))
    action = (posted.get("action") or ["continue"])[-1]
    moved = act(found.form, bound.raw, action)
    raw = found.tidy(moved[0] if moved else bound.raw, facts)
    refused = refusal(bound, raw)
    if refused:
        return await visit.page(map_of(printable(bound.raw)), refused, status=422)
    try:
        seen = version_of(posted)
        saved = await commands.save_step(
            db, token, step=found.slug, raw=raw, seen=seen, build=with_built
        )
    except Stale:
        return await visit.page(raw, status=409, stale=True)
    except RuleBroken as broken:
        return await visit.page(raw, [FieldError("", broken.message)], status=422)
    visit = Visit(request, token, saved, found, visit.returning)
    if moved:
        tail = "?return=check&added=yes" if visit.returning else "?added=yes"
        return see_other(f"{visit.href}{tail}#{moved[1]}")
    if action == "later":
        return see_other(f"{base_of(token)}/saved")
    errors = bound.errors or await said_by_engine(visit)
    if errors:
        return await visit.page(raw, errors, status=422)
    return see_other(visit.after())


async def said_by_engine(visit: Visit) -> tuple[FieldError, ...]:
    """The engine's faults on this page; in a thread, since a long term takes its time to cost."""
    return await asyncio.to_thread(faults_of_step, visit.step.slug, visit.draft.answers)


def refusal(bound: Bound[Form], raw: Raws) -> list[FieldError]:
    """Why answers cannot even be kept: fields that are not ours, or characters that are no text."""
    if bound.errors and not bound.errors[0].path:
        return list(bound.errors)
    try:
        check_tree(raw)
    except BadText as bad:
        return list(bound.errors) or [FieldError("", str(bad))]
    return []


def version_of(posted: dict[str, list[str]]) -> int:
    """The version of the calculation that the page was drawn from."""
    text = (posted.get("version") or ["0"])[-1]
    return whole_number(text, 9) or 0


handlers: list[ControllerRouterHandler] = [
    show_start,
    begin,
    resume,
    show_saved,
    show_delete,
    delete_answers,
    forget_actuals,
    show_check,
    accept,
    show_step,
    save_step,
]
