"""The open API of cost splits: figures and the funding agreement, for anyone, without sign-in."""

import asyncio
from typing import Any

from litestar import Request, Response, Router, post
from litestar.enums import MediaType

from app.core.accept import best_kind
from app.core.actor import PUBLIC
from app.core.clock import london_today
from app.core.csrf import EXEMPT
from app.core.errors import Busy, DomainError, FieldFault, RuleBroken
from app.core.limits import Limit, limited
from app.costsharing import engine
from app.costsharing.api_description import AgreementOperation, CostSplitOperation
from app.costsharing.papers import (
    DOCX,
    PDF,
    XLSX,
    cost_with_agreement,
    draw_docx,
    draw_pdf,
    draw_xlsx,
)
from app.costsharing.request import compute
from app.documents.pdf import DocumentsBusyError, DocumentTooLongError

COST_SPLITS = Limit("cost-splits", 120)
AGREEMENTS = Limit("cost-split-agreements", 40)
DRAWN = {
    PDF: draw_pdf,
    DOCX: draw_docx,
    XLSX: draw_xlsx,
}
ENDINGS = dict(zip(DRAWN, ("pdf", "docx", "xlsx"), strict=True))
OPEN: dict[str, Any] = {**PUBLIC, **EXEMPT}

AnyRequest = Request[Any, Any, Any]


class NotOffered(DomainError):
    """None of the kinds of file that the caller accepts can be made."""

    status = 406


@post(
    "",
    opt=OPEN,
    status_code=200,
    guards=[limited(COST_SPLITS)],
    operation_class=CostSplitOperation,
    tags=["Cost splits"],
)
async def compute_cost_split(request: AnyRequest) -> Response[dict[str, Any]]:
    """Cost a shared post and split it. Raises RuleBroken with every fault of the inputs."""
    body = await request.body()
    try:
        result = await asyncio.to_thread(lambda: compute(engine.read_json(body)))
    except engine.InputFaults as faults:
        raise refused(faults) from faults
    return Response(result, media_type=MediaType.JSON)


@post(
    "/agreement",
    opt=OPEN,
    status_code=200,
    guards=[limited(AGREEMENTS)],
    operation_class=AgreementOperation,
    tags=["Cost splits"],
)
async def draw_agreement(request: AnyRequest) -> Response[bytes]:
    """Draw the funding agreement of inputs, as the kind of file asked for by Accept.

    Raises RuleBroken with every fault, NotOffered for another kind of file, Busy when crowded.
    """
    kind = wanted_kind(request.headers.get("accept", ""))
    body = await request.body()
    try:
        costed, content = await asyncio.to_thread(_drawn, body, kind)
    except engine.InputFaults as faults:
        raise refused(faults) from faults
    except DocumentTooLongError as error:
        raise RuleBroken("document-too-long", str(error)) from error
    except DocumentsBusyError as error:
        raise Busy("documents-busy", "Many documents are being drawn. Try again soon.") from error
    name = f"{engine.reference(costed.sha256)}-funding-agreement.{ENDINGS[kind]}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=kind, headers=headers)


def _drawn(body: bytes, kind: str) -> tuple[Any, bytes]:
    costed = cost_with_agreement(engine.read_json(body))
    return costed, DRAWN[kind](costed, london_today())


def wanted_kind(accept: str) -> str:
    """The kind of file that an Accept header wants most; PDF where any will do.

    Raises NotOffered.
    """
    kind = best_kind(accept, DRAWN)
    if kind is None:
        raise NotOffered("not-offered", f"Ask for one of: {', '.join(DRAWN)}.")
    return kind


def refused(faults: engine.InputFaults) -> RuleBroken:
    """Faults of the inputs as the problem that the caller is told."""
    count = len(faults.faults)
    things = "1 thing" if count == 1 else f"{count} things"
    return RuleBroken(
        "inputs-not-valid",
        f"The inputs have {things} to mend; see errors.",
        [FieldFault(**fault.as_json()) for fault in faults.faults],
    )


router = Router("/api/v1/cost-splits", route_handlers=[compute_cost_split, draw_agreement])
