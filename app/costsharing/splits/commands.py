"""Every change of a saved cost split: freeze a version, open it again, make and ask for papers."""

import asyncio
import secrets
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.commands import record
from app.core.actor import Actor
from app.core.clock import LONDON
from app.core.files import put_file
from app.core.outbox import TryAgain, enqueue
from app.costsharing import engine
from app.costsharing.papers import DOCX, PDF, XLSX, Costed, draw_docx, draw_xlsx
from app.costsharing.splits import queries
from app.costsharing.splits.domain import (
    COST_SPLIT,
    PaperKind,
    SplitAction,
    SplitStatus,
    reference_of,
)
from app.costsharing.splits.frozen import Frozen, costed, paper_name
from app.costsharing.splits.models import (
    CostSplit,
    CostSplitHistory,
    CostSplitPaper,
    CostSplitShare,
    CostSplitVersion,
)
from app.costsharing.splits.permissions import may_freeze, may_list, may_reopen
from app.documents.pdf import DocumentsBusyError, render_pdf_async

DRAW_PAPER: Final = "costsharing.draw_paper"
MEDIA_TYPES: Final = {PaperKind.PDF: PDF, PaperKind.DOCX: DOCX, PaperKind.XLSX: XLSX}
FILE_NAMES: Final = {
    PaperKind.PDF: "funding-agreement.pdf",
    PaperKind.DOCX: "funding-agreement.docx",
    PaperKind.XLSX: "cost.xlsx",
}


@dataclass(frozen=True, slots=True)
class ToFreeze:
    """What a version is made of: sound inputs, agreement details, and who stands behind each id."""

    title: str
    employer_id: uuid.UUID
    bodies: Mapping[str, uuid.UUID]
    inputs: dict[str, Any]
    agreement: dict[str, Any]


async def freeze_split(
    db: AsyncSession,
    actor: Actor,
    *,
    what: ToFreeze,
    opportunity_id: uuid.UUID | None = None,
    split_id: uuid.UUID | None = None,
) -> CostSplit:
    """Freeze figures as the first version of a new split, or as the next one of an opened split.

    Raises Refused, InputFaults, MoveRefused where the split has not been opened again. Its papers
    are asked for in the same transaction.
    """
    may_freeze(actor, what.employer_id).require()
    if split_id is None:
        split = CostSplit(
            reference=reference_of(secrets.randbits(40)),
            title=what.title,
            status=COST_SPLIT.start,
            newest=1,
            employer_id=what.employer_id,
            party_ids=list(what.bodies.values()),
            opportunity_id=opportunity_id,
        )
        db.add(split)
        await db.flush()
        _note(db, actor, split, None, SplitAction.FREEZE)
    else:
        split = await queries.lock_split(db, actor, split_id)
        before = SplitStatus(split.status)
        split.status = COST_SPLIT.after(before, SplitAction.FREEZE)
        split.newest += 1
        split.title = what.title
        split.party_ids = list(dict.fromkeys([*split.party_ids, *what.bodies.values()]))
        _note(db, actor, split, before, SplitAction.FREEZE)
    version = await _add_version(db, actor, split, what)
    await _tell_chains(db, actor, split, "cost_split.frozen", version)
    for kind in PaperKind:
        await _ask_for(db, version.id, kind)
    return split


async def _add_version(
    db: AsyncSession, actor: Actor, split: CostSplit, what: ToFreeze
) -> CostSplitVersion:
    costing = engine.cost(engine.parse_inputs(what.inputs))
    agreement = {
        **what.agreement,
        "version": str(split.newest),
        **({"replaces": paper_name(split.reference, split.newest - 1)} if split.newest > 1 else {}),
    }
    shares, fees = engine.shares_by_year(costing), engine.fees_by_year(costing)
    paid = sum(sum(years.values()) for years in shares.values())
    version = CostSplitVersion(
        cost_split_id=split.id,
        number=split.newest,
        employer_id=split.employer_id,
        party_ids=list(what.bodies.values()),
        bodies={party: str(body) for party, body in what.bodies.items()},
        inputs=what.inputs,
        agreement=agreement,
        result=engine.to_json(costing),
        inputs_sha256=engine.inputs_sha256(what.inputs),
        method_version=engine.METHOD_VERSION,
        total=_pounds(costing.total),
        grants=_pounds(costing.total - paid),
        made_by_id=actor.person_id,
    )
    db.add(version)
    await db.flush()
    host = costing.inputs.host.id
    received = {y: sum(f.get(y, 0) for f in fees.values()) for y in shares[host]}
    db.add_all(
        CostSplitShare(
            version_id=version.id,
            party=party,
            organisation_id=what.bodies[party],
            year=year,
            share=_pounds(share),
            fee=_pounds(-received[year] if party == host else fees.get(party, {}).get(year, 0)),
        )
        for party, years in shares.items()
        for year, share in years.items()
    )
    await db.flush()
    return version


async def reopen_split(
    db: AsyncSession, actor: Actor, *, split_id: uuid.UUID, reason: str
) -> CostSplit:
    """Open a split again, so that other figures can become its next version; this one stays.

    Raises NotFound, Refused, MoveRefused where it is open already.
    """
    split = await queries.lock_split(db, actor, split_id)
    may_reopen(actor, split).require()
    before = SplitStatus(split.status)
    split.status = COST_SPLIT.after(before, SplitAction.REOPEN)
    _note(db, actor, split, before, SplitAction.REOPEN, reason)
    await db.flush()
    await _tell_chains(db, actor, split, "cost_split.reopened", None)
    return split


async def ask_again(db: AsyncSession, actor: Actor, *, reference: str, number: int) -> None:
    """Ask once more for the papers of a version that have not come. Raises NotFound, Refused."""
    may_list(actor).require()
    split = await queries.get_split(db, actor, reference)
    version = await queries.get_version(db, actor, split, number)
    for paper in await queries.list_papers(db, version):
        if paper.file_id is None:
            paper.asked_at = func.now()
            await enqueue(db, DRAW_PAPER, paper_id=str(paper.id))
    await record(
        db,
        actor,
        "cost_split.papers_asked",
        subject=("cost_split", split.id),
        organisation_id=actor.organisation_id,
        facts={"version": number},
    )


async def note_taken(
    db: AsyncSession, actor: Actor, *, split: CostSplit, number: int, kind: PaperKind
) -> None:
    """Write down that somebody took a paper away, in the record of their own organisation."""
    await record(
        db,
        actor,
        "cost_split.paper_taken",
        subject=("cost_split", split.id),
        organisation_id=actor.organisation_id,
        facts={"version": number, "kind": kind},
    )


async def draw_paper(db: AsyncSession, paper_id: uuid.UUID) -> None:
    """Make a paper that was asked for, once; asked twice it is left alone.

    Raises TryAgain while too many documents are being drawn.
    """
    found = await queries.lock_paper(db, paper_id)
    if found is None or found.paper.file_id is not None:
        return
    paper, version = found.paper, found.version
    kind = PaperKind(paper.kind)
    frozen = Frozen(version.inputs, version.agreement, version.result)
    made = costed(frozen, paper_name(found.reference, version.number))
    content = await _draw(kind, made, version.created_at.astimezone(LONDON).date())
    file = await put_file(
        db,
        name=f"{found.reference}-v{version.number}-{FILE_NAMES[kind]}",
        media_type=MEDIA_TYPES[kind],
        content=content,
        organisation_id=version.employer_id,
    )
    paper.file_id, paper.made_at = file.id, func.now()
    await db.flush()


async def _draw(kind: PaperKind, made: Costed, on: date) -> bytes:
    if kind is PaperKind.PDF:
        try:
            return await render_pdf_async(made.agreement(on))
        except DocumentsBusyError as error:
            raise TryAgain from error
    draw: Callable[[Costed, date], bytes] = draw_docx if kind is PaperKind.DOCX else draw_xlsx
    return await asyncio.to_thread(draw, made, on)


async def _ask_for(db: AsyncSession, version_id: uuid.UUID, kind: PaperKind) -> None:
    paper = CostSplitPaper(version_id=version_id, kind=kind, asked_at=func.now())
    db.add(paper)
    await db.flush()
    await enqueue(db, DRAW_PAPER, paper_id=str(paper.id))


def _note(
    db: AsyncSession,
    actor: Actor,
    split: CostSplit,
    before: SplitStatus | None,
    action: SplitAction,
    reason: str | None = None,
) -> None:
    db.add(
        CostSplitHistory(
            cost_split_id=split.id,
            from_status=before,
            to_status=split.status,
            action=action,
            version=split.newest,
            by_id=actor.person_id,
            reason=reason,
        )
    )


async def _tell_chains(
    db: AsyncSession, actor: Actor, split: CostSplit, action: str, version: CostSplitVersion | None
) -> None:
    """One entry in the record of each body that is a party."""
    facts: dict[str, Any] = {"reference": split.reference, "version": split.newest}
    if version is not None:
        facts |= {"inputs_sha256": version.inputs_sha256, "total": version.total}
    for body in split.party_ids:
        await record(
            db,
            actor,
            action,
            subject=("cost_split", split.id),
            organisation_id=body,
            facts=facts,
        )


def _pounds(pence: int) -> Decimal:
    return Decimal(pence) / 100
