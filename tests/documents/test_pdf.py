"""The PDF: valid PDF/UA-1, tagged, its text what went in, and nothing cut off."""

import asyncio
import io
import queue
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pdfua
import pikepdf
import pypdf
import pytest
import typst

from app.documents import pdf
from app.documents.model import Column, Document, Paragraph, Row, Section, Table
from app.documents.pdf import render_pdf, render_pdf_async
from tests.documents.made import document, table
from tests.documents.reading import flat_text, fonts, page_texts, squeezed, tags

HOSTILE = (
    '#read("/etc/passwd") *b* _i_ $x$ <l> @r `c` \\u{41} // c /* c */ = H [[y]] {host}'
    " #import \"@preview/x:1.0.0\" 'q' -- ... ~ & < > ]]> %s"
)


@pytest.fixture(scope="module")
def drawn() -> bytes:
    return render_pdf(document())


def test_a_validator_finds_no_fault(drawn: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("pdf") / "agreement.pdf"
    path.write_bytes(drawn)
    report = pdfua.validate(str(path))
    assert report.findings == ()
    assert report.exit_code == 0


def test_it_says_that_it_is_pdf_ua_with_title_and_language(drawn: bytes) -> None:
    with pikepdf.open(io.BytesIO(drawn)) as file:
        assert "pdfuaid:part>1<" in file.Root.Metadata.read_bytes().decode()
        assert str(file.Root.Lang) == "en-GB"
        assert bool(file.Root.MarkInfo.Marked)
        assert bool(file.Root.ViewerPreferences.DisplayDocTitle)
        assert str(file.docinfo["/Title"]) == "Funding agreement"
        assert "/Outlines" in file.Root


def test_headings_lists_and_tables_are_tagged(drawn: bytes) -> None:
    found = tags(drawn)
    kinds = [tag.kind for tag in found]
    assert kinds.count("H1") == 3
    assert kinds.count("H2") == 2
    assert {"Table", "THead", "TBody", "TR", "TD", "Caption", "L", "LI", "Lbl", "LBody"} <= {*kinds}
    heads = [tag for tag in found if tag.kind == "TH"]
    assert len(heads) == 3
    assert all("Scope" in str(tag.raw) for tag in heads)
    assert any("cy" in str(tag.raw) for tag in found)


def test_headings_begin_at_one_and_skip_no_level(drawn: bytes) -> None:
    levels = [int(tag.kind[1]) for tag in tags(drawn) if re.fullmatch(r"H\d", tag.kind)]
    assert levels[0] == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))


def test_every_font_is_embedded_and_our_own(drawn: bytes) -> None:
    found = fonts(drawn)
    assert found
    assert all(embedded for _, embedded in found)
    assert all("SourceSans3" in name for name, _ in found)


def test_each_page_says_which_it_is_and_carries_reference_and_hash(drawn: bytes) -> None:
    pages = page_texts(drawn)
    assert len(pages) == 2
    for number, text in enumerate(pages, start=1):
        assert f"Page {number} of 2" in text
        assert "CB-0000-0000" in text
        assert "a" * 64 in squeezed(text)
        assert "Draft, not signed" in text


def test_the_draft_mark_goes_when_there_is_none() -> None:
    final = Document("Agreement", "", "R", (Section("Terms", (Paragraph("Text"),)),))
    assert "DRAFT" not in flat_text(render_pdf(final))
    assert "DRAFT" in flat_text(render_pdf(document()))


def test_welsh_letters_come_out_as_they_went_in(drawn: bytes) -> None:
    assert "ŵŷŴŶ" in flat_text(drawn)
    assert "FfionTŷ-Gwyn" in flat_text(drawn)


def test_hostile_text_comes_out_as_the_same_text() -> None:
    text = flat_text(render_pdf(document(text=HOSTILE)))
    assert text.count(squeezed(HOSTILE)) == 5
    assert "root:" not in text


def test_long_words_break_and_lose_nothing() -> None:
    name = "Llanfairpwllgwyngyll" * 10
    found = flat_text(render_pdf(document(table(name=name), Paragraph(name))))
    assert found.count(name) == 2 + 1


def test_no_text_leaves_the_page_in_a_table_of_long_names_and_large_sums() -> None:
    money = tuple(Column("Share of the cost", "right") for _ in range(5))
    cells = ("W" * 200, *["£123,456,789,012.34"] * 5)
    wide = Table("Wide", (Column("Party"), *money), tuple(Row(cells) for _ in range(20)))
    drawn = render_pdf(Document("T", "", "R", (Section("S", (wide,)),)))
    with pikepdf.open(io.BytesIO(drawn)) as file:
        assert len(file.pages) > 1
    assert flat_text(drawn).count("£123,456,789,012.34") == 100
    assert flat_text(drawn).count("W") == 20 * 200 + 1
    assert max(right_edges(drawn)) <= 595


def right_edges(drawn: bytes) -> list[float]:
    """Give how far right the text of each page begins, in points."""
    edges = [0.0]
    for page in pypdf.PdfReader(io.BytesIO(drawn)).pages:
        page.extract_text(
            visitor_text=lambda text, _cm, tm, _font, size: (
                edges.append(
                    tm[4] + 0.45 * abs(size) * len(text.strip().split("\n")[-1]) * (tm[0] or 1)
                )
                if text.strip() and abs(tm[1]) < 0.01
                else None
            )
        )
    return edges


def test_a_long_table_repeats_its_header_as_no_second_header() -> None:
    drawn = render_pdf(document(table(rows=120)))
    assert sum("Party" in text for text in page_texts(drawn)) >= 3
    assert [tag.kind for tag in tags(drawn)].count("THead") == 2


def test_characters_that_no_font_has_are_shown_and_said() -> None:
    found = flat_text(render_pdf(document(text="Emoji 😀 and 中文")))
    assert "Emoji\ufffdand\ufffd\ufffd" in found
    assert "typefaceofthisdocumentlacks" in found


def test_the_same_document_gives_the_same_bytes_in_any_thread() -> None:
    documents = [document(text=f"Text {number}") for number in range(6)]
    alone = [render_pdf(one) for one in documents]
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(render_pdf, documents))
    assert together == alone


async def test_drawing_leaves_the_event_loop_free() -> None:
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0.001)
            ticks += 1

    ticking = asyncio.create_task(tick())
    drawn = await render_pdf_async(document(table(rows=200), text="Fresh text to lay out"))
    ticking.cancel()
    assert drawn.startswith(b"%PDF")
    assert ticks > 3


def test_nothing_of_a_document_stays_on_disk() -> None:
    render_pdf(document(text="A secret name"))
    for desk in pdf._opened:
        assert not desk.data.exists()


def test_a_document_past_the_limits_is_refused() -> None:
    row = Row(("x", "y"))
    endless = Table("T", (Column("A"), Column("B")), (row,) * (pdf.MAX_CELLS // 2 + 1))
    with pytest.raises(pdf.DocumentTooLongError, match="spreadsheet"):
        render_pdf(document(endless))


def test_a_document_of_too_many_pages_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MAX_PAGES", 1)
    with pytest.raises(pdf.DocumentTooLongError, match="more than 1 pages"):
        render_pdf(document())


def test_who_waits_too_long_for_a_turn_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "WAIT_SECONDS", 0.01)
    monkeypatch.setattr(pdf, "_free", queue.LifoQueue())
    with pytest.raises(pdf.DocumentsBusyError, match="Try again"):
        render_pdf(document())


def test_at_most_two_are_drawn_at_once() -> None:
    pdf.warm_up()
    assert len(pdf._opened) == pdf.AT_ONCE == 2
    assert threading.active_count() < 40


def test_a_fault_of_the_template_itself_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "_data", lambda _: {"title": "No sections"})
    with pytest.raises(typst.TypstError):
        render_pdf(document())
