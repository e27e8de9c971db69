"""Hands out the files of a calculation: agreement as PDF and DOCX, figures as XLSX, inputs."""

import asyncio
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from litestar import Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import PUBLIC
from app.core.clock import london_today
from app.core.errors import Busy, RuleBroken
from app.core.form_pages import see_other
from app.core.limits import Limit, limited
from app.costsharing import engine
from app.costsharing.agreement import parse_agreement
from app.costsharing.opened import ANSWERS_PAGE, DRAFT_PATH, Opened, open_calculation
from app.costsharing.papers import DOCX, PDF, XLSX
from app.costsharing.wording import agreement_document
from app.costsharing.workbook import cost_workbook
from app.documents.docx import render_docx
from app.documents.model import Document
from app.documents.pdf import DocumentsBusyError, DocumentTooLongError, render_pdf_async

File = Response[bytes] | Redirect

PAPERS: Final = Limit("calculator-papers", 40)
AT_ONCE: Final = 2
LONGEST_SECONDS: Final = 30.0

_desks = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="papers")


@get("/agreement.pdf", opt=PUBLIC, guards=[limited(PAPERS)])
async def download_pdf(db: NamedDependency[AsyncSession], token: FromPath[str]) -> File:
    """Give the funding agreement as PDF. Raises RuleBroken when too long, Busy when crowded."""
    opened = await open_calculation(db, token)
    document = _agreement(opened) if opened else None
    if opened is None or document is None:
        return _to_answers(token)
    try:
        content = await render_pdf_async(document)
    except DocumentTooLongError as error:
        raise RuleBroken("document-too-long", str(error)) from error
    except DocumentsBusyError as error:
        raise _crowded() from error
    return _attached(opened, "funding-agreement.pdf", PDF, content)


@get("/agreement.docx", opt=PUBLIC, guards=[limited(PAPERS)])
async def download_docx(db: NamedDependency[AsyncSession], token: FromPath[str]) -> File:
    """Give the funding agreement as DOCX, to be edited. Raises Busy when crowded."""
    opened = await open_calculation(db, token)
    document = _agreement(opened) if opened else None
    if opened is None or document is None:
        return _to_answers(token)
    content = await _drawn(lambda: render_docx(document))
    return _attached(opened, "funding-agreement.docx", DOCX, content)


@get("/cost.xlsx", opt=PUBLIC, guards=[limited(PAPERS)])
async def download_xlsx(db: NamedDependency[AsyncSession], token: FromPath[str]) -> File:
    """Give the figures as a workbook with live formulas. Raises Busy when crowded."""
    opened = await open_calculation(db, token)
    if opened is None:
        return _to_answers(token)
    sha256, costing, inputs = opened.sha256, opened.costing, opened.inputs
    content = await _drawn(
        lambda: cost_workbook(costing, inputs_sha256=sha256, today=london_today(), data=inputs)
    )
    return _attached(opened, "cost.xlsx", XLSX, content)


@get("/inputs.json", opt=PUBLIC)
async def download_inputs(db: NamedDependency[AsyncSession], token: FromPath[str]) -> File:
    """Give the inputs and agreement details, to be loaded again or costed by other software."""
    opened = await open_calculation(db, token)
    if opened is None:
        return _to_answers(token)
    kept = {**opened.marks(), "inputs": opened.inputs, "agreement": opened.agreement}
    content = json.dumps(kept, ensure_ascii=False, indent=2).encode()
    return _attached(opened, "inputs.json", "application/json", content)


def _agreement(opened: Opened) -> Document | None:
    """The agreement of a calculation; None while its details are not sound."""
    try:
        details = parse_agreement(opened.agreement, opened.costing.inputs)
    except engine.InputFaults:
        return None
    return agreement_document(
        opened.costing, details, inputs_sha256=opened.sha256, today=london_today()
    )


async def _drawn(draw: Callable[[], bytes]) -> bytes:
    """Draw in a thread, a few at a time, so that pages are answered meanwhile."""
    try:
        async with asyncio.timeout(LONGEST_SECONDS):
            return await asyncio.get_running_loop().run_in_executor(_desks, draw)
    except TimeoutError as error:
        raise _crowded() from error


def _crowded() -> Busy:
    return Busy(
        "documents-busy",
        "Many documents are being drawn right now. Try again in a few seconds.",
        retry_after=5,
    )


def _attached(opened: Opened, name: str, kind: str, content: bytes) -> Response[bytes]:
    """A file to keep, named after the calculation; no cache may hold it."""
    headers: dict[str, Any] = {
        "Content-Disposition": f'attachment; filename="{opened.reference}-{name}"',
        "Cache-Control": "no-store",
    }
    return Response(content, media_type=kind, headers=headers)


def _to_answers(token: str) -> Redirect:
    """While answers are missing or wrong there is nothing to draw."""
    return see_other(DRAFT_PATH + token + ANSWERS_PAGE)


router = Router(
    path="/calculator/d/{token:str}",
    route_handlers=[download_pdf, download_docx, download_xlsx, download_inputs],
    include_in_schema=False,
)
