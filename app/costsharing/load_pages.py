"""Load a calculation from a file: strict JSON, and every fault with its place in the file."""

from typing import Any

from litestar import Request, Router, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import PUBLIC
from app.core.form_pages import see_other
from app.core.limits import limited
from app.core.web import render
from app.costsharing import commands, engine
from app.costsharing.agreement import agreement_faults
from app.costsharing.domain import LARGEST_FILE
from app.costsharing.engine import Fault, InputFaults
from app.costsharing.request import take_apart
from app.costsharing.steps.build import with_built
from app.costsharing.steps.load import answers_from_inputs
from app.costsharing.wizard_pages import BEGIN, Page, base_of, handlers

AnyRequest = Request[Any, Any, Any]
TOO_LARGE = "The file must be smaller than 500 kB"
NOTHING = "Choose a file, or paste the text of one"


@get("/load", opt=PUBLIC)
async def show_load(request: AnyRequest) -> Page:
    """Where to load a file."""
    return render(request, "costsharing/load.html", {"back_href": "/calculator"})


@post("/load", opt=PUBLIC, guards=[limited(BEGIN)])
async def load(request: AnyRequest, db: NamedDependency[AsyncSession]) -> Page:
    """Begin a calculation from a file, or show what is wrong in it."""
    form = await request.form()
    upload, pasted = form.get("file"), form.get("text")
    text = pasted if isinstance(pasted, str) else ""
    content: bytes | str = text
    if isinstance(upload, UploadFile) and upload.filename:
        content = await upload.read()
    if not content.strip():
        return load_page(request, text, file_error=NOTHING)
    size = len(content if isinstance(content, bytes) else content.encode("utf-8", "replace"))
    if size > LARGEST_FILE:
        return load_page(request, text, file_error=TOO_LARGE)
    try:
        inputs, agreement = read_file(content)
    except InputFaults as wrong:
        return load_page(request, text, faults=wrong.faults)
    answers = with_built(answers_from_inputs(inputs, agreement))
    begun = await commands.begin_draft(db, answers=answers)
    return see_other(f"{base_of(begun.token)}/check")


def read_file(content: bytes | str) -> tuple[object, object]:
    """The inputs and the agreement object in a file's text.

    Raises InputFaults with every fault: of the JSON, of the inputs, of the agreement.
    """
    data = engine.read_json(content)
    given = take_apart(data)
    parsed = engine.parse_inputs(given.inputs)
    if given.agreement is not None:
        faults = agreement_faults(given.agreement, parsed)
        if faults:
            raise InputFaults(faults)
    return given.inputs, given.agreement


def load_page(
    request: AnyRequest, text: str, *, file_error: str = "", faults: tuple[Fault, ...] = ()
) -> Page:
    """The page again, with what is wrong."""
    errors = [{"text": file_error, "href": "#file"}] if file_error else []
    if faults:
        count = "1 thing is" if len(faults) == 1 else f"{len(faults)} things are"
        errors = [
            {"text": f"{count} wrong in the file. Mend it and load it again", "href": "#faults"}
        ]
    context = {
        "back_href": "/calculator",
        "text": text,
        "file_error": file_error,
        "faults": faults,
        "errors": errors,
    }
    return render(request, "costsharing/load.html", context, 422)


router = Router("/calculator", route_handlers=[show_load, load, *handlers], include_in_schema=False)
