"""The funding closes into a cost split, its papers are made, and it opens again for another."""

import io
import re
from decimal import Decimal
from typing import Any

import docx
import pypdf
import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.cofunding import commands, queries
from app.cofunding.domain import FundingStatus, PledgeStatus
from app.core.errors import MoveRefused, NotFound, Refused, RuleBroken, Stale
from app.core.files import get_file
from app.core.outbox import Outbox
from app.core.paging import Part
from app.costsharing.engine import to_json
from app.costsharing.opened import cost_of
from app.costsharing.request import compute
from app.costsharing.splits import commands as split_commands
from app.costsharing.splits import queries as splits
from app.costsharing.splits.domain import COST_SPLIT, SplitAction, SplitStatus
from app.costsharing.splits.frozen import FiguresDiffer, Frozen, costing_of
from app.costsharing.splits.models import CostSplit, CostSplitShare, CostSplitVersion
from tests.cofunding.region import DAYS, SUM, Region, make_body, make_region
from tests.cofunding.test_pledging import chains, last_move, subjects_to
from tests.costsharing.inputs import changed


@pytest.fixture
async def region(db: AsyncSession) -> Region:
    return await make_region(db)


@pytest.fixture
async def funded(region: Region) -> Region:
    """Eastmoor with two days and Harbour with a sum below a ceiling, both approved."""
    await region.pledge(region.eastmoor, "2", DAYS, conditions="The board must agree.")
    await region.pledge(region.harbour, "9000.00", SUM, ceiling=Decimal("9500.00"))
    await region.approve(region.eastmoor)
    await region.approve(region.harbour)
    return region


async def version_of(db: AsyncSession, split: CostSplit, number: int) -> CostSplitVersion:
    found = await db.scalar(
        select(CostSplitVersion).where(
            CostSplitVersion.cost_split_id == split.id, CostSplitVersion.number == number
        )
    )
    assert found is not None
    return found


async def test_pledges_become_a_split_with_the_figures_of_calculator_and_api(
    db: AsyncSession, funded: Region
) -> None:
    figures = await funded.figures()
    split = await funded.close()
    version = await version_of(db, split, 1)
    assert version.inputs == figures.inputs
    assert version.result == to_json(cost_of(version.inputs)) == compute({"inputs": version.inputs})
    weights = version.inputs["sharing"][0]["weights"]
    ids = {body: party for party, body in version.bodies.items()}
    east, harbour = ids[str(funded.eastmoor.id)], ids[str(funded.harbour.id)]
    host = ids[str(funded.employer.id)]
    assert (weights[east], weights[harbour], weights[host]) == ("2", "0", "3")
    assert version.inputs["fixed_contributions"] == {harbour: "9000.00"}
    assert version.inputs["caps"] == {harbour: "9500.00"}
    paid = await db.scalar(
        select(func.sum(CostSplitShare.share)).where(CostSplitShare.version_id == version.id)
    )
    assert paid == version.total - version.grants
    assert re.fullmatch(r"CS(-[2-9A-HJ-NP-Z]{4}){2}", split.reference)
    assert await chains(db, "cost_split.frozen") == {
        funded.employer.id,
        funded.eastmoor.id,
        funded.harbour.id,
    }
    assert "The figures are agreed" in await subjects_to(db, funded.eastmoor.finance)


async def test_the_draft_names_what_is_known(db: AsyncSession, funded: Region) -> None:
    version = await version_of(db, await funded.close(), 1)
    agreement = version.agreement
    assert agreement["jurisdiction"] == "england_and_wales"
    assert agreement["legal_power"] == {"code": "lga1972_s113"}
    assert agreement["version"] == "1"
    assert "replaces" not in agreement
    assert "The board must agree." in agreement["background"]
    kinds = {version.bodies[p]: d["kind"] for p, d in agreement["parties"].items()}
    assert kinds[str(funded.harbour.id)] == "nhs_body"
    contacts = {version.bodies[p]: d["contact"]["email"] for p, d in agreement["parties"].items()}
    assert contacts[str(funded.eastmoor.id)] == funded.eastmoor.hr.work_email
    assert contacts[str(funded.employer.id)] == "jobs@body.example"


async def test_pledges_are_frozen_or_released(db: AsyncSession, region: Region) -> None:
    taken = await region.pledge(region.eastmoor, "2")
    left = await region.pledge(region.harbour, "1")
    await region.approve(region.eastmoor)
    await region.close()
    assert (taken.status, left.status) == (PledgeStatus.FROZEN, PledgeStatus.RELEASED)
    assert "The funding closed without your pledge" in await subjects_to(db, region.harbour.hr)
    total = await queries.get_total(db, region.post.id)
    assert total is not None
    assert (total.status, total.days, total.bodies) == (FundingStatus.CLOSED, "2", 1)
    for act in (region.pledge(region.harbour, "1"), region.approve(region.eastmoor)):
        with pytest.raises((MoveRefused, RuleBroken)):
            await act
    with pytest.raises(MoveRefused):
        await region.pledge(region.eastmoor, "1", seen=taken.version)
    actor = await region.act(region.eastmoor.hr)
    with pytest.raises(MoveRefused):
        await commands.withdraw_pledge(db, actor, slug=region.slug)


async def test_what_stands_in_the_way_of_closing(db: AsyncSession, region: Region) -> None:
    officer = await region.act(region.employer.finance)
    await region.pledge(region.eastmoor, "1")
    with pytest.raises(RuleBroken) as caught:
        await commands.close_funding(db, officer, slug=region.slug, seen_sha256="")
    assert caught.value.code == "nothing-approved"
    await region.pledge(region.harbour, "9000.00", SUM)
    await region.approve(region.eastmoor)
    with pytest.raises(RuleBroken) as caught:
        await commands.close_funding(db, officer, slug=region.slug, seen_sha256="")
    assert caught.value.code == "others-matter"
    await commands.turn_down_pledge(
        db, officer, slug=region.slug, body=region.harbour.slug, reason="Not now."
    )
    await region.approve(region.eastmoor)
    with pytest.raises(Stale):
        await commands.close_funding(db, officer, slug=region.slug, seen_sha256="0" * 64)
    await region.close()
    with pytest.raises(MoveRefused):
        await region.close()


async def test_only_the_employers_finance_closes(funded: Region) -> None:
    sha256 = (await funded.figures()).sha256
    for member in (funded.employer.hr, funded.eastmoor.finance):
        actor = await funded.act(member)
        with pytest.raises(Refused):
            await commands.close_funding(funded.db, actor, slug=funded.slug, seen_sha256=sha256)


REWRITES = (
    "UPDATE cost_split_version SET total = 1",
    "UPDATE cost_split_share SET share = 1",
    "DELETE FROM cost_split_version",
    "DELETE FROM cost_split_share",
)


@pytest.mark.parametrize("rewrite", REWRITES)
async def test_a_frozen_version_never_changes(
    db: AsyncSession, funded: Region, rewrite: str
) -> None:
    await funded.close()
    with pytest.raises(DBAPIError, match="permission denied"):
        await db.execute(text(rewrite))


@pytest.mark.parametrize("rewrite", REWRITES)
async def test_not_even_by_the_owner_of_the_tables(
    connection: AsyncConnection, funded: Region, rewrite: str
) -> None:
    await funded.close()
    await connection.execute(text("SET LOCAL ROLE NONE"))
    with pytest.raises(DBAPIError, match="never changes"):
        await connection.execute(text(rewrite))


async def test_figures_that_would_be_others_now_are_not_shown(
    db: AsyncSession, funded: Region
) -> None:
    version = await version_of(db, await funded.close(), 1)
    wrong = {**version.result, "flags": ["another"]}
    with pytest.raises(FiguresDiffer):
        costing_of(Frozen(version.inputs, version.agreement, wrong))


async def test_shares_that_do_not_make_the_cost_are_refused(
    db: AsyncSession, funded: Region
) -> None:
    version = await version_of(db, await funded.close(), 1)
    await db.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    db.add(
        CostSplitShare(
            version_id=version.id,
            party="MORE",
            organisation_id=funded.eastmoor.id,
            year=2040,
            share=Decimal("0.01"),
            fee=Decimal(0),
        )
    )
    with pytest.raises(DBAPIError, match="do not make the cost"):
        await db.flush()


async def test_papers_are_drawn_once_by_the_worker(db: AsyncSession, funded: Region) -> None:
    split = await funded.close()
    version = await version_of(db, split, 1)
    jobs = await db.scalars(select(Outbox).where(Outbox.job == split_commands.DRAW_PAPER))
    asked = [row.arguments["paper_id"] for row in jobs]
    papers = {paper.kind: paper for paper in await splits.list_papers(db, version)}
    assert {str(paper.id) for paper in papers.values()} == set(asked)
    for paper in papers.values():
        await split_commands.draw_paper(db, paper.id)
    files = {kind: await get_file(db, paper.file_id) for kind, paper in papers.items()}
    before = {kind: file.id for kind, file in files.items()}
    for paper in papers.values():
        await split_commands.draw_paper(db, paper.id)
    assert {kind: paper.file_id for kind, paper in papers.items()} == before
    pages = pypdf.PdfReader(io.BytesIO(files["pdf"].content)).pages
    pdf = " ".join(page.extract_text() for page in pages)
    named = f"{split.reference}, version 1"
    assert named in " ".join(pdf.split())
    assert version.inputs_sha256 in re.sub(r"\s", "", pdf)
    assert "To be agreed" in pdf
    tables = docx.Document(io.BytesIO(files["docx"].content)).tables
    cells = [cell.text for table in tables for row in table.rows for cell in row.cells]
    assert any("Harbour NHS Trust" in cell for cell in cells)
    sheet = load_workbook(io.BytesIO(files["xlsx"].content))["Summary"]
    cells = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value]
    assert named in cells
    assert version.inputs_sha256 in cells
    assert files["pdf"].name == f"{split.reference}-v1-funding-agreement.pdf"


async def test_who_sees_a_split(db: AsyncSession, funded: Region) -> None:
    split = await funded.close()
    stranger = await make_body(db)
    for member in (funded.employer.hr, funded.eastmoor.finance, funded.harbour.hr):
        actor = await funded.act(member)
        assert (await splits.get_split(db, actor, split.reference)).id == split.id
        listed = await splits.list_splits(db, actor, Part())
        assert [line.reference for line in listed.items] == [split.reference]
        assert listed.items[0].own > 0
    actor = await funded.act(stranger.hr)
    with pytest.raises(NotFound):
        await splits.get_split(db, actor, split.reference)
    assert (await splits.list_splits(db, actor, Part())).total == 0


async def test_an_opened_split_becomes_another_version(db: AsyncSession, funded: Region) -> None:
    split = await funded.close()
    officer = await funded.act(funded.employer.finance)
    await commands.reopen_funding(db, officer, slug=funded.slug, reason="Harbour leaves.")
    assert split.status == SplitStatus.REOPENED
    with pytest.raises(MoveRefused):
        await commands.reopen_funding(db, officer, slug=funded.slug, reason="Again.")
    lines = await queries.list_lines(db, (await funded.funding()).id)
    assert {line.status for line in lines} == {PledgeStatus.APPROVED}
    await commands.withdraw_pledge(db, await funded.act(funded.harbour.hr), slug=funded.slug)
    mine = next(line.pledge for line in lines if line.body == funded.eastmoor.slug)
    assert (await last_move(db, mine)).action == "set_back"
    await funded.approve(funded.eastmoor)
    await funded.close()
    assert (split.status, split.newest) == (SplitStatus.FROZEN, 2)
    first, second = await version_of(db, split, 1), await version_of(db, split, 2)
    assert first.inputs != second.inputs
    assert second.agreement["replaces"] == f"{split.reference}, version 1"
    harbour = await funded.act(funded.harbour.hr)
    assert [v.number for v in await splits.list_versions(db, harbour, split)] == [1]
    with pytest.raises(NotFound):
        await splits.get_version(db, harbour, split, 2)
    listed = await splits.list_splits(db, harbour, Part())
    assert [line.number for line in listed.items] == [1]


async def test_what_changed_while_it_was_closed_sets_approvals_back_when_opened(
    db: AsyncSession, funded: Region
) -> None:
    await funded.close()
    dearer = changed(funded.post.cost_inputs or {}, "/post/salary/0/annual_fte", "90000.00")
    (await funded.funding()).base = dearer
    await db.commit()
    officer = await funded.act(funded.employer.finance)
    await commands.reopen_funding(db, officer, slug=funded.slug, reason="The pay has changed.")
    lines = await queries.list_lines(db, (await funded.funding()).id)
    assert {line.status for line in lines} == {PledgeStatus.IN_PRINCIPLE}
    move = await last_move(db, lines[0].pledge)
    assert move.changes[0]["after"] == "£90,000.00"


@pytest.mark.parametrize("status", [*SplitStatus])
@pytest.mark.parametrize("action", [*SplitAction])
def test_every_status_of_a_split_against_every_action(
    status: SplitStatus, action: SplitAction
) -> None:
    wanted: dict[Any, str] = {("frozen", "reopen"): "reopened", ("reopened", "freeze"): "frozen"}
    after = wanted.get((status, action))
    if after is None:
        with pytest.raises(MoveRefused):
            COST_SPLIT.after(status, action)
    else:
        assert COST_SPLIT.after(status, action) == after
