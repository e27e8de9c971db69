"""The downloads of a calculation: named after it, marked with where the figures come from."""

import io
import json
import zipfile

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.costsharing import download_pages, engine
from app.documents.pdf import DocumentsBusyError, DocumentTooLongError
from tests.costsharing.inputs import case
from tests.costsharing.made import begin, large
from tests.pages import PageClient

FILES = {
    "agreement.pdf": ("application/pdf", b"%PDF-", "funding-agreement.pdf"),
    "agreement.docx": (download_pages.DOCX, b"PK", "funding-agreement.docx"),
    "cost.xlsx": (download_pages.XLSX, b"PK", "cost.xlsx"),
    "inputs.json": ("application/json", b"{", "inputs.json"),
}


@pytest.mark.parametrize("path", FILES)
async def test_each_file_is_named_after_the_calculation_and_never_cached(
    client: PageClient, db: AsyncSession, path: str
) -> None:
    kind, begins, name = FILES[path]
    inputs = case("C01")
    base = await begin(db, inputs)
    answer = await client.get(f"{base}/{path}")
    assert answer.status_code == 200
    assert answer.headers["content-type"].split(";")[0] == kind
    assert answer.content.startswith(begins)
    reference = engine.reference(engine.inputs_sha256(inputs))
    expected = f'attachment; filename="{reference}-{name}"'
    assert answer.headers["content-disposition"] == expected
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", FILES)
async def test_unfinished_answers_lead_back_to_the_questions(
    client: PageClient, db: AsyncSession, path: str
) -> None:
    base = await begin(db, {})
    answer = await client.get(f"{base}/{path}")
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{base}/check"


@pytest.mark.parametrize("path", FILES)
async def test_a_wrong_link_is_not_found(client: PageClient, path: str) -> None:
    answer = await client.get(f"/calculator/d/{'a' * 43}/{path}")
    assert answer.status_code == 404


async def test_agreement_details_that_are_not_sound_lead_back_too(
    client: PageClient, db: AsyncSession
) -> None:
    base = await begin(db, case("C01"), agreement={"nonsense": True})
    for path in ("agreement.pdf", "agreement.docx"):
        assert (await client.get(f"{base}/{path}")).status_code == 303


async def test_saved_inputs_carry_their_marks_and_can_be_costed_again(
    client: PageClient, db: AsyncSession
) -> None:
    inputs = case("C07")
    base = await begin(db, inputs)
    kept = json.loads((await client.get(f"{base}/inputs.json")).content)
    assert kept["inputs"] == inputs
    assert kept["inputs_sha256"] == engine.inputs_sha256(inputs)
    assert kept["method_version"] == engine.METHOD_VERSION
    assert engine.cost(engine.parse_inputs(kept["inputs"])).total > 0


async def test_the_workbook_says_where_its_figures_come_from(
    client: PageClient, db: AsyncSession
) -> None:
    inputs = case("C01")
    base = await begin(db, inputs)
    content = (await client.get(f"{base}/cost.xlsx")).content
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        text = b"".join(book.read(name) for name in book.namelist()).decode()
    assert engine.inputs_sha256(inputs) in text


async def test_a_large_calculation_can_be_downloaded(client: PageClient, db: AsyncSession) -> None:
    base = await begin(db, large(12, 5))
    for path in FILES:
        assert (await client.get(f"{base}/{path}")).status_code == 200, path


@pytest.mark.parametrize(
    ("error", "status"), [(DocumentTooLongError("Too long."), 422), (DocumentsBusyError(), 503)]
)
async def test_what_cannot_be_drawn_is_said(
    client: PageClient,
    db: AsyncSession,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    status: int,
) -> None:
    async def fail(_: object) -> bytes:
        raise error

    monkeypatch.setattr(download_pages, "render_pdf_async", fail)
    base = await begin(db, case("C01"))
    assert (await client.get(f"{base}/agreement.pdf")).status_code == status


async def test_drawing_that_takes_too_long_is_given_up(
    client: PageClient, db: AsyncSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download_pages, "LONGEST_SECONDS", 0.0)
    base = await begin(db, case("C01"))
    answer = await client.get(f"{base}/cost.xlsx")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
