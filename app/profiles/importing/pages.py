"""Pages on which people fill their profile from a file: choose, check, apply."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final

from litestar import Request, Response, Router, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import SIGNED_IN, Actor
from app.core.clock import london_today
from app.core.fields import FieldError, Raw
from app.core.form_pages import PRIVATE, bind_request, form_page, see_other
from app.core.text import BadText, clean_line
from app.core.web import flash, render
from app.profiles.domain import EVIDENCE_NAMES, STANDING_NAMES
from app.profiles.importing import commands, queries
from app.profiles.importing.csv_file import COLUMNS, TEMPLATE
from app.profiles.importing.domain import LARGEST_FILE, MOST_ROWS, FileFaults
from app.profiles.importing.forms import ApplyForm, setting_of
from app.profiles.importing.plan import LEAVE, level_word
from app.profiles.permissions import may_open_own_profile
from app.roles.domain import Proficiency

AnyRequest = Request[Any, Any, Any]
Db = NamedDependency[AsyncSession]
Who = NamedDependency[Actor]
Page = Response[Any]
HOME: Final = "/profile/import"


@get("/import", opt=SIGNED_IN)
async def show_upload(request: AnyRequest, actor: Who) -> Page:
    """Where to choose a file, and what it may hold."""
    may_open_own_profile(actor).require()
    return _upload_page(request)


def _upload_page(request: AnyRequest, error: str = "", wrong: FileFaults | None = None) -> Page:
    faults = wrong.faults if wrong else ()
    if wrong and len(faults) == 1 and not faults[0].line and not faults[0].column:
        error, faults = faults[0].message.removesuffix("."), ()
    elif wrong:
        count = "1 thing is" if len(faults) == 1 else f"{len(faults)} things are"
        error = f"{'More than ' if wrong.is_cut else ''}{count} wrong in the file"
    shown = [{"text": error, "href": "#faults" if faults else "#file"}] if error else []
    context = {
        "errors": shown,
        "file_error": error,
        "faults": faults,
        "columns": COLUMNS,
        "levels": [one.label for one in Proficiency],
        "kinds": EVIDENCE_NAMES.values(),
        "most_kb": LARGEST_FILE // 1000,
        "most_rows": MOST_ROWS,
    }
    status = 422 if error else 200
    return render(request, "profiles/importing/upload.html", context, status, PRIVATE)


@get("/import/template.csv", opt=SIGNED_IN)
async def take_template(actor: Who) -> Response[bytes]:
    """An empty table with the columns that are read."""
    may_open_own_profile(actor).require()
    headers = {"Content-Disposition": 'attachment; filename="crossbench-skills.csv"'}
    return Response(TEMPLATE.encode(), media_type="text/csv; charset=utf-8", headers=headers)


@post("/import", opt=SIGNED_IN)
async def upload(request: AnyRequest, db: Db, actor: Who) -> Page:
    """Read a file and keep it, or show every fault in it with line and column."""
    may_open_own_profile(actor).require()
    file = (await request.form()).get("file")
    content = await file.read() if isinstance(file, UploadFile) and file.filename else b""
    if not isinstance(file, UploadFile) or not content:
        return _upload_page(request, "Choose a file")
    if len(content) > LARGEST_FILE:
        return _upload_page(request, f"The file must be smaller than {LARGEST_FILE // 1000} kB")
    today = london_today()
    try:
        kind, _ = commands.read_file(content, today)
    except FileFaults as wrong:
        return _upload_page(request, wrong=wrong)
    made = await commands.keep_file(
        db, actor, kind=kind, name=_tidy(file.filename), content=content, today=today
    )
    return see_other(f"{HOME}/{made}")


def _tidy(name: str) -> str:
    try:
        return clean_line(name).strip()[-120:] or "file"
    except BadText:
        return "file"


@get("/import/{import_id:uuid}", opt=SIGNED_IN)
async def show_import(
    request: AnyRequest, db: Db, actor: Who, import_id: FromPath[uuid.UUID]
) -> Page:
    """What would be added, changed and left out."""
    may_open_own_profile(actor).require()
    return await _check_page(request, db, actor, import_id)


async def _check_page(
    request: AnyRequest,
    db: AsyncSession,
    actor: Actor,
    import_id: uuid.UUID,
    raw: Mapping[str, Raw] | None = None,
    errors: Sequence[FieldError] = (),
) -> Page:
    found = await queries.get_import(db, actor, import_id)
    plan = await commands.plan_of(db, actor, found, {}, london_today())
    context = {
        "found": found,
        "plan": plan,
        "level_word": level_word,
        "standing_names": STANDING_NAMES,
        "unknown": {str(one.line): one for one in plan.unknown},
        "near": {str(o.line): {LEAVE, *(n.slug for n in o.near)} for o in plan.unknown},
    }
    given = raw if raw is not None else {"seen": plan.fingerprint()}
    return form_page(
        request,
        "profiles/importing/check.html",
        ApplyForm,
        given,
        setting=setting_of(plan.unknown),
        errors=errors,
        context=context,
    )


@post("/import/{import_id:uuid}", opt=SIGNED_IN)
async def apply_import(
    request: AnyRequest, db: Db, actor: Who, import_id: FromPath[uuid.UUID]
) -> Page:
    """Do it."""
    may_open_own_profile(actor).require()
    found = await queries.get_import(db, actor, import_id)
    plan = await commands.plan_of(db, actor, found, {}, london_today())
    bound = await bind_request(request, ApplyForm, setting_of(plan.unknown))
    if bound.form is None:
        return await _check_page(request, db, actor, import_id, bound.raw, bound.errors)
    choices = {int(line): slug for line, slug in bound.form.means.items() if slug != LEAVE}
    done = await commands.apply_import(
        db, actor, import_id=import_id, choices=choices, seen=bound.form.seen
    )
    count = len(done.taken)
    skills = f"{count} skill{'' if count == 1 else 's'}"
    flash(request, f"Imported: {skills} added or changed. Nobody but you sees them until you let.")
    return see_other("/profile/skills" if count else "/profile")


@post("/import/{import_id:uuid}/leave", opt=SIGNED_IN)
async def leave_import(
    request: AnyRequest, db: Db, actor: Who, import_id: FromPath[uuid.UUID]
) -> Page:
    """Leave the profile as it is."""
    await commands.leave_import(db, actor, import_id=import_id)
    flash(request, "Nothing was imported. The file is deleted.")
    return see_other(HOME)


router = Router(
    path="/profile",
    route_handlers=[
        show_upload,
        take_template,
        upload,
        show_import,
        apply_import,
        leave_import,
    ],
    include_in_schema=False,
)
