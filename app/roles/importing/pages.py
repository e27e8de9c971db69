"""The operator's pages of the framework: its editions, and importing the official download."""

import asyncio
import uuid
from typing import Any

from litestar import Request, Response, Router, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import SIGNED_IN, Actor
from app.core.clock import london_today
from app.core.errors import RuleBroken
from app.core.fields import FieldError, Raw, map_of
from app.core.form_pages import bind_request, errors_of, form_page, see_other
from app.core.forms import Bound, parse, view
from app.core.paging import Paged, Part, part_of
from app.core.text import BadText, clean_line
from app.core.web import flash, render
from app.roles import queries as framework
from app.roles.domain import day_in_words
from app.roles.importing import commands, queries
from app.roles.importing.domain import FRAMEWORK_IMPORT, ImportAction, ImportStatus, no_such_import
from app.roles.importing.forms import (
    DecisionForm,
    UploadForm,
    decisions_of,
    first_answers,
    setting_of,
)
from app.roles.importing.models import FrameworkImport
from app.roles.importing.official_csv import LARGEST_FILE, SheetFaults, read_roles_csv
from app.roles.importing.permissions import may_change_framework
from app.roles.importing.proposal import check_decisions, decide, roles_to_order
from app.roles.importing.queries import Compared
from app.roles.importing.wording import decided_lines, totals

AnyRequest = Request[Any, Any, Any]
Db = NamedDependency[AsyncSession]
Who = NamedDependency[Actor]
Page = Response[Any]

HOME = "/operator/framework"
UPLOAD = f"{HOME}/import"
# What the form around a file may weigh on top of the file.
ROOM = 50_000


def base_of(begun: FrameworkImport) -> str:
    """The address below which an import's pages are."""
    return f"{HOME}/imports/{begun.id}"


def require_operator(actor: Actor) -> None:
    """Raise NotFound for everybody else: these pages are not theirs to know of."""
    if not may_change_framework(actor):
        raise no_such_import()


@get("", opt=SIGNED_IN)
async def show_framework(request: AnyRequest, db: Db, actor: Who) -> Page:
    """The current edition, those before it, and imports that wait."""
    require_operator(actor)
    editions = (await framework.list_editions(db, part_of(request.query_params))).require()
    context = {
        "current": await framework.find_current_edition(db),
        "editions": editions,
        "links": editions.links(HOME, {}),
        "waiting": await queries.waiting_imports(db, actor),
    }
    return render(request, "roles/importing/framework.html", context)


@get("/import", opt=SIGNED_IN)
async def show_upload(request: AnyRequest, db: Db, actor: Who) -> Page:
    """Where to choose the file."""
    require_operator(actor)
    today = london_today()
    day: Raw = {"day": str(today.day), "month": str(today.month), "year": str(today.year)}
    return await upload_page(request, db, {"as_of": day})


@post("/import", opt=SIGNED_IN)
async def upload(request: AnyRequest, db: Db, actor: Who) -> Page:
    """Read and keep a file, or show every fault in it with row and column."""
    require_operator(actor)
    bound = await bind_request(request, UploadForm)
    file = (await request.form()).get("file")
    content = await file.read() if isinstance(file, UploadFile) and file.filename else b""
    if not content or bound.form is None:
        missing = [] if content else [FieldError("file", "Choose the file of roles")]
        return await upload_page(request, db, bound.raw, [*missing, *bound.errors])
    assert isinstance(file, UploadFile)  # noqa: S101 (it had content)
    try:
        sheet = await asyncio.to_thread(read_roles_csv, content)
        begun = await commands.begin_import(
            db,
            actor,
            sheet=sheet,
            file_name=tidy_name(file.filename),
            as_of=bound.form.as_of,
            today=london_today(),
        )
    except SheetFaults as wrong:
        return await upload_page(request, db, bound.raw, wrong=wrong)
    except RuleBroken as broken:
        where = {"in-the-future": "as_of", "not-later": "as_of"}
        return await upload_page(request, db, bound.raw, errors_of(broken, where))
    return see_other(base_of(begun))


def tidy_name(name: str) -> str:
    """The name of a file as we show it."""
    try:
        return clean_line(name).strip()[-120:] or "file"
    except BadText:
        return "file"


async def upload_page(
    request: AnyRequest,
    db: AsyncSession,
    raw: dict[str, Raw],
    errors: list[FieldError] | None = None,
    wrong: SheetFaults | None = None,
) -> Page:
    """The page with the file's field, and with what is wrong."""
    shown = list(errors or [])
    if wrong is not None:
        count = len(wrong.faults)
        things = "1 thing is" if count == 1 else f"{count} things are"
        more = "More than " if wrong.is_cut else ""
        message = f"{more}{things} wrong in the file. Nothing was imported"
        shown = [FieldError("file", message, target="faults")]
    context = {
        "current": await framework.find_current_edition(db),
        "faults": wrong.faults if wrong else (),
        "file_error": next((e.message for e in shown if e.path == "file"), ""),
        "back_href": HOME,
        "most": LARGEST_FILE // 1_000_000,
    }
    return form_page(
        request, "roles/importing/upload.html", UploadForm, raw, errors=shown, context=context
    )


@get("/imports/{import_id:uuid}", opt=SIGNED_IN)
async def show_import(
    request: AnyRequest, db: Db, actor: Who, import_id: FromPath[uuid.UUID]
) -> Page:
    """What the file would change, and the questions that only a person can answer."""
    begun = await queries.get_import(db, actor, import_id)
    if begun.status != ImportStatus.WAITING:
        return await ended_page(request, db, begun)
    compared = await queries.get_comparison(db, begun)
    raw = map_of(begun.answers) or first_answers(*compared.parts)
    return import_page(request, begun, compared, raw)


@post("/imports/{import_id:uuid}", opt=SIGNED_IN)
async def answer(request: AnyRequest, db: Db, actor: Who, import_id: FromPath[uuid.UUID]) -> Page:
    """Keep the answers and go on to look at them once more, or show what is missing."""
    begun = await queries.get_import(db, actor, import_id)
    compared = await queries.get_comparison(db, begun)
    setting = setting_of(*compared.parts)
    bound = await bind_request(request, DecisionForm, setting)
    errors = faults_of(bound, compared)
    if errors:
        return import_page(request, begun, compared, bound.raw, errors)
    await commands.keep_answers(db, actor, import_id, answers=bound.raw)
    return see_other(f"{base_of(begun)}/check")


def faults_of(bound: Bound[DecisionForm], compared: Compared) -> list[FieldError]:
    """What is wrong with the answers, each by itself and all together."""
    if bound.form is None:
        return list(bound.errors)
    decisions = decisions_of(bound.form)
    faults = check_decisions(compared.current, compared.facts, decisions)
    return errors_of(RuleBroken("not-decided", "", faults)) if faults else []


def import_page(
    request: AnyRequest,
    begun: FrameworkImport,
    compared: Compared,
    raw: dict[str, Raw],
    errors: list[FieldError] | None = None,
) -> Page:
    """The page of differences with the questions below it."""
    difference, facts = compared.difference, compared.facts
    setting = setting_of(*compared.parts)
    shown = {one.id: one for one in view(DecisionForm, raw, setting, errors or [])}
    order = {one.id: one for one in shown["order"].items}
    context = {
        "begun": begun,
        "base": base_of(begun),
        "back_href": HOME,
        "difference": difference,
        "totals": totals(difference),
        "facts": facts,
        "skills": list(
            zip(difference.skills_gone, shown["skills"].items, shown["into"].items, strict=True)
        ),
        "roles": list(zip(difference.roles_gone, shown["roles"].items, strict=True)),
        "orders": [
            (role, [order[f"order-{role.slug}--{level.slug}"] for level in role.levels])
            for role in roles_to_order(compared.current, facts)
        ],
    }
    return form_page(
        request,
        "roles/importing/import.html",
        DecisionForm,
        raw,
        setting=setting,
        errors=errors or (),
        context=context,
    )


@get("/imports/{import_id:uuid}/changes", opt=SIGNED_IN)
async def show_changes(
    request: AnyRequest, db: Db, actor: Who, import_id: FromPath[uuid.UUID]
) -> Page:
    """Every level that would need another proficiency of a skill."""
    begun = await queries.get_import(db, actor, import_id)
    cells = (await queries.get_comparison(db, begun)).difference.cells
    part: Part = part_of(request.query_params)
    found = Paged(cells[part.offset : part.offset + part.size], len(cells), part).require()
    base = base_of(begun)
    context = {
        "begun": begun,
        "base": base,
        "found": found,
        "links": found.links(f"{base}/changes", {}),
    }
    return render(request, "roles/importing/changes.html", context)


@get("/imports/{import_id:uuid}/check", opt=SIGNED_IN)
async def show_check(
    request: AnyRequest, db: Db, actor: Who, import_id: FromPath[uuid.UUID]
) -> Page:
    """What will be done, once more in words, with the button that does it."""
    begun = await queries.get_import(db, actor, import_id)
    if begun.status != ImportStatus.WAITING:
        return see_other(base_of(begun))
    compared = await queries.get_comparison(db, begun)
    bound = parse(DecisionForm, begun.answers, setting_of(*compared.parts))
    if bound.form is None or faults_of(bound, compared):
        return see_other(base_of(begun))
    decisions = decisions_of(bound.form)
    facts = decide(compared.current, compared.facts, decisions)
    context = {
        "begun": begun,
        "base": base_of(begun),
        "back_href": base_of(begun),
        "current": compared.current,
        "counts": (compared.current.counts(), facts.counts()),
        "lines": decided_lines(compared.difference, decisions, facts),
        "totals": totals(compared.difference),
    }
    return render(request, "roles/importing/check.html", context)


@post("/imports/{import_id:uuid}/apply", opt=SIGNED_IN)
async def apply(request: AnyRequest, db: Db, actor: Who, import_id: FromPath[uuid.UUID]) -> Page:
    """Add the edition."""
    begun = await queries.get_import(db, actor, import_id)
    FRAMEWORK_IMPORT.after(ImportStatus(begun.status), ImportAction.APPLY)
    compared = await queries.get_comparison(db, begun)
    bound = parse(DecisionForm, begun.answers, setting_of(*compared.parts))
    if bound.form is None:
        return see_other(base_of(begun))
    edition = await commands.apply_import(db, actor, import_id, decisions=decisions_of(bound.form))
    flash(request, f"The edition of {day_in_words(edition.as_of)} is now the current one")
    return see_other(HOME)


@post("/imports/{import_id:uuid}/discard", opt=SIGNED_IN)
async def discard(request: AnyRequest, db: Db, actor: Who, import_id: FromPath[uuid.UUID]) -> Page:
    """Leave the framework as it is."""
    await commands.discard_import(db, actor, import_id)
    flash(request, "The import was discarded. The framework is as it was")
    return see_other(HOME)


async def ended_page(request: AnyRequest, db: AsyncSession, begun: FrameworkImport) -> Page:
    """An import that was applied or discarded."""
    return render(
        request,
        "roles/importing/ended.html",
        {"begun": begun, "current": await framework.find_current_edition(db)},
    )


router = Router(
    HOME,
    route_handlers=[
        show_framework,
        show_upload,
        upload,
        show_import,
        answer,
        show_changes,
        show_check,
        apply,
        discard,
    ],
    include_in_schema=False,
)
