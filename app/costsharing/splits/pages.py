"""Pages of saved cost splits: the list, a version with its working and invoices, and its papers."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import SIGNED_IN, ActingFor, Actor, acting_in
from app.core.files import get_file
from app.core.form_pages import PRIVATE, see_other
from app.core.limits import Limit, limited
from app.core.paging import part_of
from app.core.slots import Slots
from app.core.text import whole_number
from app.core.web import flash, render
from app.costsharing.engine.result import Costing
from app.costsharing.presenting.comparing import Sides, compare
from app.costsharing.presenting.invoices import invoices_page
from app.costsharing.presenting.overview import overview
from app.costsharing.presenting.working import turns_of, working_page
from app.costsharing.splits import commands, queries
from app.costsharing.splits.domain import (
    PAPER_NAMES,
    STATUS_NAMES,
    PaperKind,
    SplitStatus,
    no_such_paper,
    no_such_split,
)
from app.costsharing.splits.frozen import Frozen, costing_of
from app.costsharing.splits.models import CostSplit, CostSplitPaper, CostSplitVersion
from app.costsharing.splits.permissions import may_list
from app.costsharing.splits.queries import VersionLine

AnyRequest = Request[Any, Any, Any]
Db = NamedDependency[AsyncSession]
Who = NamedDependency[Actor]
Page = Response[Any]

ASK_AGAIN: Final = Limit("cost-split-papers", 20)
# After this long a paper is not simply on its way.
SLOW: Final = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Opened:
    """A version as its pages show it, with all versions that this body may see, newest first."""

    own: ActingFor
    split: CostSplit
    version: CostSplitVersion
    versions: Sequence[VersionLine]
    costing: Costing

    @property
    def base(self) -> str:
        """The address below which the pages of the split are."""
        return f"/org/{self.own.slug}/cost-splits/{self.split.reference}"

    def marks(self) -> dict[str, Any]:
        """What every page of the version says of where its figures come from."""
        is_newest = self.versions[0].number == self.version.number
        return {
            "base": self.base,
            "query": "" if is_newest else f"?version={self.version.number}",
            "org": self.own,
            "split": self.split,
            "version": self.version,
            "versions": self.versions,
            "is_newest": is_newest,
            "status_name": STATUS_NAMES[SplitStatus(self.split.status)],
            "reference": self.split.reference,
            "method_version": self.version.method_version,
            "inputs_sha256": self.version.inputs_sha256,
        }


async def open_version(
    db: AsyncSession, actor: Actor, org: str, reference: str, number: str
) -> Opened:
    """A version of a split for the body of the address, the newest where none is named.

    Raises NotFound, Refused.
    """
    own = acting_in(actor, org)
    may_list(actor).require()
    split = await queries.get_split(db, actor, reference)
    versions = await queries.list_versions(db, actor, split)
    wanted = whole_number(number, 5) or 0
    if not versions or (number and wanted not in {line.number for line in versions}):
        raise no_such_split()
    version = await queries.get_version(db, actor, split, wanted or versions[0].number)
    costing = await asyncio.to_thread(costing_of, frozen_of(version))
    return Opened(own, split, version, versions, costing)


def frozen_of(version: CostSplitVersion) -> Frozen:
    """What a version holds, without its row."""
    return Frozen(version.inputs, version.agreement, version.result)


@get("/", opt=SIGNED_IN)
async def list_splits(request: AnyRequest, db: Db, actor: Who, org: FromPath[str]) -> Page:
    """The cost splits that the organisation is a party to, newest first."""
    own = acting_in(actor, org)
    may_list(actor).require()
    found = await queries.list_splits(db, actor, part_of(request.query_params))
    context = {
        "org": own,
        "found": found,
        "names": {str(status): name for status, name in STATUS_NAMES.items()},
        "links": found.links(f"/org/{org}/cost-splits", {}),
    }
    return render(request, "costsharing/splits/list.html", context, headers=PRIVATE)


@get("/{reference:str}", opt=SIGNED_IN)
async def show_split(
    request: AnyRequest,
    db: Db,
    actor: Who,
    org: FromPath[str],
    reference: FromPath[str],
    version: FromQuery[str] = "",
) -> Page:
    """A version: its cost, who pays what by year, what to check, and its papers."""
    opened = await open_version(db, actor, org, reference, version)
    papers = await queries.list_papers(db, opened.version)
    slots: Slots = request.app.state.slots
    context = {
        "view": overview(opened.costing),
        "papers": paper_views(papers),
        "panels": await slots.show("cost_split.manage", db, actor, opened.split.id),
    }
    return _draw(request, opened, "show", context)


@dataclass(frozen=True, slots=True)
class PaperView:
    """A paper of a version: ready to be taken, on its way, or later than it should be."""

    kind: str
    name: str
    is_ready: bool
    is_slow: bool


def paper_views(papers: Sequence[CostSplitPaper]) -> list[PaperView]:
    """The papers of a version as its page shows them."""
    now = datetime.now(UTC)
    return [
        PaperView(
            paper.kind,
            PAPER_NAMES[PaperKind(paper.kind)],
            paper.file_id is not None,
            paper.file_id is None and now - paper.asked_at > SLOW,
        )
        for paper in papers
    ]


@get("/{reference:str}/invoices", opt=SIGNED_IN)
async def show_invoices(
    request: AnyRequest,
    db: Db,
    actor: Who,
    org: FromPath[str],
    reference: FromPath[str],
    version: FromQuery[str] = "",
    party: FromQuery[str] = "",
) -> Page:
    """The invoices of a version."""
    opened = await open_version(db, actor, org, reference, version)
    shown = invoices_page(opened.costing, party)
    choices = [{"value": value, "text": text} for value, text in shown.partners]
    return _draw(request, opened, "invoices", {"view": shown, "partner_items": choices})


@get("/{reference:str}/working", opt=SIGNED_IN)
async def show_working(
    request: AnyRequest,
    db: Db,
    actor: Who,
    org: FromPath[str],
    reference: FromPath[str],
    version: FromQuery[str] = "",
    page: FromQuery[str] = "",
) -> Page:
    """Every step of a version from pay to invoice, to be followed by hand."""
    opened = await open_version(db, actor, org, reference, version)
    shown = working_page(opened.costing, whole_number(page, 4))
    address = f"{opened.base}/working?version={opened.version.number}&page="
    context = {"view": shown, "turns": turns_of(shown, address), "page_address": address}
    return _draw(request, opened, "working", context)


@get("/{reference:str}/versions", opt=SIGNED_IN)
async def show_versions(
    request: AnyRequest,
    db: Db,
    actor: Who,
    org: FromPath[str],
    reference: FromPath[str],
    version: FromQuery[str] = "",
) -> Page:
    """All versions, what happened between them, and what a version changed from the one before."""
    opened = await open_version(db, actor, org, reference, version)
    number = opened.version.number
    compared = None
    if any(line.number == number - 1 for line in opened.versions):
        before = await queries.get_version(db, actor, opened.split, number - 1)
        costing = await asyncio.to_thread(costing_of, frozen_of(before))
        sides = Sides(
            f"Version {number - 1}",
            f"Version {number}",
            f"A plus means that the organisation pays more than in version {number - 1}.",
        )
        compared = compare(costing, opened.costing, sides)
    moves = await queries.list_moves(db, opened.split)
    return _draw(request, opened, "versions", {"view": compared, "moves": moves})


@get(
    "/{reference:str}/papers/{number:int}/{kind:str}",
    opt={**SIGNED_IN, "transaction": "write"},
    guards=[limited(Limit("cost-split-download", 120))],
)
async def download_paper(
    db: Db,
    actor: Who,
    org: FromPath[str],
    reference: FromPath[str],
    number: FromPath[int],
    kind: FromPath[str],
) -> Response[bytes]:
    """A paper of a version, for its parties alone; that it was taken is written down.

    Raises NotFound, Refused, RuleBroken while it is being made.
    """
    acting_in(actor, org)
    may_list(actor).require()
    split = await queries.get_split(db, actor, reference)
    version = await queries.get_version(db, actor, split, number)
    papers = {paper.kind: paper for paper in await queries.list_papers(db, version)}
    if kind not in papers:
        raise no_such_split()
    file_id = papers[kind].file_id
    if file_id is None:
        raise no_such_paper()
    file = await get_file(db, file_id)
    await commands.note_taken(db, actor, split=split, number=number, kind=PaperKind(kind))
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"', **PRIVATE}
    return Response(file.content, media_type=file.media_type, headers=headers)


@post("/{reference:str}/papers/{number:int}", opt=SIGNED_IN, guards=[limited(ASK_AGAIN)])
async def ask_for_papers(
    request: AnyRequest,
    db: Db,
    actor: Who,
    org: FromPath[str],
    reference: FromPath[str],
    number: FromPath[int],
) -> Page:
    """Ask again for the papers that have not come."""
    acting_in(actor, org)
    await commands.ask_again(db, actor, reference=reference, number=number)
    flash(request, "We are making the papers again.")
    return see_other(f"/org/{org}/cost-splits/{reference}?version={number}")


def _draw(
    request: AnyRequest, opened: Opened, page: str, context: Mapping[str, Any]
) -> Response[str]:
    values = {**opened.marks(), **context}
    return render(request, f"costsharing/splits/{page}.html", values, headers=PRIVATE)


router = Router(
    path="/org/{org:str}/cost-splits",
    route_handlers=[
        list_splits,
        show_split,
        show_invoices,
        show_working,
        show_versions,
        download_paper,
        ask_for_papers,
    ],
    include_in_schema=False,
)
