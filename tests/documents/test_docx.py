"""The DOCX: real styles, numbering and repeated headers, and text as it went in."""

import io
import zipfile

import docx
from docx.oxml.ns import qn

from app.documents.docx import render_docx
from app.documents.model import Document, Paragraph, Section, SignatureBlock
from tests.documents.made import document
from tests.documents.test_pdf import HOSTILE


def opened(one: Document) -> "docx.document.Document":
    return docx.Document(io.BytesIO(render_docx(one)))


def test_headings_and_terms_have_word_s_own_styles() -> None:
    word = opened(document())
    styles = [paragraph.style.name for paragraph in word.paragraphs]
    assert styles.count("Title") == 1
    assert styles.count("Heading 1") == 3
    assert styles.count("Heading 2") == 2
    assert styles.count("Clause") == 3
    assert styles.count("Clause item") == 2
    assert styles.count("List Bullet") == 2
    assert styles.count("Caption") == 1


def test_word_numbers_the_clauses_and_not_the_other_headings() -> None:
    word = opened(document())
    for style, level in (("Heading 1", "0"), ("Clause", "1"), ("Clause item", "2")):
        numbering = word.styles[style].element.pPr.numPr
        assert numbering.find(qn("w:ilvl")).get(qn("w:val")) == level
    headings = [p for p in word.paragraphs if p.style.name == "Heading 1"]
    outside = [p.text for p in headings if p._p.pPr.numPr is not None]
    assert outside == ["Before signing"]


def test_tables_have_a_style_and_a_header_row_that_repeats() -> None:
    word = opened(document())
    table = word.tables[0]
    assert table.style.name == "Crossbench Table"
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    look = table._tbl.tblPr.find(qn("w:tblLook"))
    assert look.get(qn("w:firstRow")) == look.get(qn("w:lastRow")) == "1"
    assert [cell.text for cell in table.rows[-1].cells] == ["Total", "£2,469.12", ""]


def test_the_footer_counts_the_pages_and_the_header_says_draft() -> None:
    section = opened(document()).sections[0]
    footer = section.footer._element.xml
    assert " PAGE " in footer
    assert " NUMPAGES " in footer
    assert "Draft, not signed" in section.header.paragraphs[0].text
    assert "CB-0000-0000 · method 1.0" in [p.text for p in section.footer.paragraphs]


def test_language_and_properties_are_set() -> None:
    word = opened(document())
    assert word.core_properties.title == "Funding agreement"
    assert word.core_properties.language == "en-GB"
    assert str(word.core_properties.created.date()) == "2026-11-22"
    assert 'w:lang w:val="en-GB"' in word.styles.element.xml
    assert 'w:lang w:val="cy-GB"' in word.element.xml


def test_hostile_text_and_line_ends_come_out_as_the_same_text() -> None:
    text = f"{HOSTILE}\nsecond line"
    word = opened(document(text=text))
    assert [p.text for p in word.paragraphs].count(text) == 4


def test_what_xml_cannot_hold_is_replaced() -> None:
    word = opened(Document("T", "", "R", (Section("S", (Paragraph("a\x00b\ud800c"),)),)))
    assert word.paragraphs[-1].text == "a\ufffdb\ufffdc"


def test_a_long_subtitle_is_cut_in_the_running_line_only() -> None:
    subtitle = "Council " * 25
    word = opened(Document("T", subtitle, "R", (Section("S", ()),)))
    assert word.sections[0].header.paragraphs[0].text.endswith("…\t")
    assert word.paragraphs[1].text == subtitle


def test_the_file_is_a_sound_archive() -> None:
    with zipfile.ZipFile(io.BytesIO(render_docx(document()))) as archive:
        assert archive.testzip() is None


def test_an_unstyled_document_without_draft_or_date_is_drawn_too() -> None:
    signing = SignatureBlock("Signed", (("Name", ""),))
    word = opened(Document("T", "", "R", (Section("S", (signing, Paragraph(""))),)))
    assert [p.text for p in word.paragraphs][:2] == ["T", "S"]
    assert word.tables[0].rows[0].cells[0].text == "Name"


# The order in which Word's own schema wants these; Word mends some other orders and refuses others.
ORDERS = {
    "tblPr": ["tblStyle", "tblW", "tblLayout", "tblLook", "tblCaption"],
    "pPr": [
        "pStyle", "keepNext", "keepLines", "pageBreakBefore", "widowControl", "numPr", "pBdr",
        "tabs", "spacing", "ind", "contextualSpacing", "jc", "outlineLvl",
    ],
    "tcPr": ["tcW", "tcBorders", "shd", "vAlign"],
    "rPr": [
        "rFonts", "b", "bCs", "i", "iCs", "caps", "smallCaps", "color", "spacing", "kern", "sz",
        "szCs", "u", "lang",
    ],
}  # fmt: skip


def test_properties_stand_in_the_order_that_word_wants() -> None:
    word = opened(document())
    ours = {"Heading1", "Heading2", "Title", "Subtitle", "Caption", "Clause", "Clauseitem"}
    roots = [word.element.body, *(s.element for s in word.styles if s.style_id in ours)]
    for root in roots:
        for name, order in ORDERS.items():
            for properties in root.iter(qn(f"w:{name}")):
                kinds = [child.tag.rsplit("}")[-1] for child in properties]
                places = [order.index(kind) for kind in kinds]
                assert places == sorted(places), (name, kinds)
