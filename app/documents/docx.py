"""Draw a document as DOCX with real headings, numbering and table styles, for lawyers to edit."""

import re
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from typing import Any

import docx
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm
from docx.text.paragraph import Paragraph as WordParagraph

from app.documents.docx_styles import (
    CLAUSE,
    CLAUSE_ITEM,
    NOTE,
    SIGN_LABEL,
    SMALL_TEXT,
    TABLE_STYLE,
    TABLE_TEXT,
    set_up,
)
from app.documents.model import (
    Block,
    Bullets,
    Clause,
    Document,
    Paragraph,
    Row,
    SignatureBlock,
    Subheading,
    Table,
    column_shares,
    is_compact,
    numbered_sections,
)

# What XML cannot hold; the parsers refuse it already, so this only guards other callers.
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_TEXT_WIDTH_TWIPS = 9638  # 170 mm between the margins
_SIGN_COLUMNS = (1900, 7100)
# Characters of Arial across the page in ordinary and in small table type.
_LINE = 84
_COMPACT = 104


def render_docx(document: Document) -> bytes:
    """Give the document as DOCX: the editable draft, its numbers made by Word's own lists."""
    word = docx.Document()
    set_up(word)
    _properties(word, document)
    _running_lines(word, document)
    _append(word, _paragraph(document.title, "Title"))
    if document.subtitle:
        _append(word, _paragraph(document.subtitle, "Subtitle"))
    for number, section in numbered_sections(document):
        heading = _paragraph(section.title, "Heading1")
        if section.new_page:
            heading.pPr.append(OxmlElement("w:pageBreakBefore"))
        if number is None:
            _without_number(heading)
        _append(word, heading)
        for block in section.blocks:
            for element in _elements(block):
                _append(word, element)
    out = BytesIO()
    word.save(out)
    return out.getvalue()


def _clean(text: str) -> str:
    """Replace what XML cannot hold."""
    return _NOT_XML.sub("\ufffd", text)


def _elements(block: Block) -> Iterator[Any]:
    """Give the paragraphs and tables of one block."""
    match block:
        case Clause():
            yield _paragraph(block.text, CLAUSE, language=block.language)
            for item in block.items:
                yield _paragraph(item, CLAUSE_ITEM)
        case Paragraph():
            yield _paragraph(block.text, NOTE if block.note else "Normal")
        case Bullets():
            for item in block.items:
                yield _paragraph(item, "ListBullet")
        case Subheading():
            yield _paragraph(block.text, "Heading2")
        case Table():
            yield _paragraph(block.caption, "Caption")
            yield _table(block)
            yield _paragraph("", TABLE_TEXT)
        case SignatureBlock():
            yield _paragraph(block.heading, "Heading2")
            yield _signature(block)
            yield _paragraph("", TABLE_TEXT)


def _paragraph(
    text: str, style: str, *, right: bool = False, bold: bool = False, language: str = ""
) -> Any:
    """Make a paragraph of a style, given by its id; a line end in the text stays one."""
    paragraph = OxmlElement("w:p")
    properties = OxmlElement("w:pPr")
    properties.append(_element("w:pStyle", val=style))
    if right:
        properties.append(_element("w:jc", val="right"))
    paragraph.append(properties)
    if not text:
        return paragraph
    run = OxmlElement("w:r")
    if bold or language:
        run.append(OxmlElement("w:rPr"))
    if bold:
        run[0].append(OxmlElement("w:b"))
    if language:
        run[0].append(_element("w:lang", val=f"{language}-GB"))
    for index, line in enumerate(_clean(text).split("\n")):
        if index:
            run.append(OxmlElement("w:br"))
        element = OxmlElement("w:t")
        element.set(qn("xml:space"), "preserve")
        element.text = line
        run.append(element)
    paragraph.append(run)
    return paragraph


def _append(word: Any, element: Any) -> None:
    """Put an element at the end of the body, before its section properties."""
    body = word.element.body
    body.insert(len(body) - 1, element)


def _properties(word: Any, document: Document) -> None:
    """Set title, author, language and dates."""
    core = word.core_properties
    core.title = _clean(document.title)[:255]
    core.author = document.author
    core.subject = _clean(document.subject)[:255]
    core.keywords = _clean(", ".join(document.keywords))[:255]
    core.comments = _clean(" ".join((document.reference, *document.footer)))[:255]
    core.language = "en-GB"
    core.last_modified_by = document.author
    if document.created_on:
        core.created = core.modified = datetime.fromisoformat(document.created_on)


def _running_lines(word: Any, document: Document) -> None:
    """Set the header with the draft mark, and the footer with the page of pages."""
    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(20)
    section.top_margin, section.bottom_margin = Mm(24), Mm(24)
    header = section.header.paragraphs[0]
    header.paragraph_format.tab_stops.add_tab_stop(Mm(170), WD_TAB_ALIGNMENT.RIGHT)
    running = _clean(document.subtitle)
    header.text = (running if len(running) <= 80 else f"{running[:79]}…") + "\t"
    if document.draft:
        header.add_run(_clean(document.draft)).bold = True
    footer = section.footer.paragraphs[0]
    footer.add_run("Page ")
    _field(footer, "PAGE")
    footer.add_run(" of ")
    _field(footer, "NUMPAGES")
    for line in document.footer:
        section.footer.add_paragraph(_clean(line), style="Footer")


def _field(paragraph: WordParagraph, code: str) -> None:
    """Add a field that Word fills, such as the page number."""
    run = paragraph.add_run()
    for kind, text in (("begin", ""), ("", code), ("separate", ""), ("shown", "1"), ("end", "")):
        if kind == "shown":
            element = OxmlElement("w:t")
            element.text = text
        elif kind:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        else:
            element = OxmlElement("w:instrText")
            element.set(qn("xml:space"), "preserve")
            element.text = f" {text} "
        run._r.append(element)


def _without_number(paragraph: Any) -> None:
    """Take a heading out of the numbering of the clauses."""
    numbering = OxmlElement("w:numPr")
    numbering.append(_element("w:ilvl", val="0"))
    numbering.append(_element("w:numId", val="0"))
    paragraph.pPr.append(numbering)
    paragraph.pPr.append(_element("w:ind", left="0", firstLine="0"))


def _element(tag: str, **values: str) -> Any:
    """Make an element with attributes of Word's own namespace."""
    element = OxmlElement(tag)
    for name, value in values.items():
        element.set(qn(f"w:{name}"), value)
    return element


def _table(table: Table) -> Any:
    """Make a table of our style, its header row repeated on each page."""
    widths = [round(share * _TEXT_WIDTH_TWIPS) for share in column_shares(table, _LINE, _COMPACT)]
    totals = bool(table.rows) and table.rows[-1].kind == "total"
    element = _empty_table(widths, TABLE_STYLE)
    element.tblPr.append(
        _element(
            "w:tblLook",
            firstRow="1",
            lastRow="1" if totals else "0",
            firstColumn="1" if table.row_headers else "0",
            lastColumn="0",
            noHBand="1",
            noVBand="1",
        )
    )
    element.tblPr.append(_element("w:tblCaption", val=_clean(table.caption)[:250]))
    right = [column.align == "right" for column in table.columns]
    style = SMALL_TEXT if is_compact(table, _LINE) else TABLE_TEXT
    head = Row(tuple(column.title for column in table.columns))
    element.append(_row(head, widths, right, style, header=True))
    for row in table.rows:
        element.append(_row(row, widths, right, style, tall=table.tall))
    return element


def _empty_table(widths: list[int], style: str) -> Any:
    """Make a table without rows, of fixed column widths."""
    element = OxmlElement("w:tbl")
    properties = OxmlElement("w:tblPr")
    if style:
        properties.append(_element("w:tblStyle", val=style))
    properties.append(_element("w:tblW", w=str(sum(widths)), type="dxa"))
    properties.append(_element("w:tblLayout", type="fixed"))
    element.append(properties)
    grid = OxmlElement("w:tblGrid")
    for width in widths:
        grid.append(_element("w:gridCol", w=str(width)))
    element.append(grid)
    return element


def _row(
    row: Row,
    widths: list[int],
    right: list[bool],
    style: str,
    *,
    header: bool = False,
    tall: bool = False,
) -> Any:
    """Make a row; a header repeats, and no row breaks over a page unless it is very long."""
    element = OxmlElement("w:tr")
    properties = OxmlElement("w:trPr")
    if sum(len(cell) for cell in row.cells) < 1500:
        properties.append(OxmlElement("w:cantSplit"))
    if tall:
        properties.append(_element("w:trHeight", val="680", hRule="atLeast"))
    if header:
        properties.append(OxmlElement("w:tblHeader"))
    element.append(properties)
    bold = header or row.kind == "total"
    for text, width, is_right in zip(row.cells, widths, right, strict=True):
        paragraph = _paragraph(text, style, right=is_right, bold=bold)
        element.append(_cell(paragraph, width, shaded=row.kind == "total"))
    return element


def _cell(paragraph: Any, width: int, *, shaded: bool = False) -> Any:
    """Make a cell with one paragraph."""
    cell = OxmlElement("w:tc")
    properties = OxmlElement("w:tcPr")
    properties.append(_element("w:tcW", w=str(width), type="dxa"))
    if shaded:
        properties.append(_element("w:shd", val="clear", color="auto", fill="EEF2F6"))
    cell.append(properties)
    cell.append(paragraph)
    return cell


def _signature(block: SignatureBlock) -> Any:
    """Make the lines to sign on: labels, and rules to write above."""
    element = _empty_table(list(_SIGN_COLUMNS), "")
    for label, value in block.lines:
        row = OxmlElement("w:tr")
        properties = OxmlElement("w:trPr")
        properties.append(OxmlElement("w:cantSplit"))
        properties.append(_element("w:trHeight", val="480", hRule="atLeast"))
        row.append(properties)
        row.append(_cell(_paragraph(label, SIGN_LABEL), _SIGN_COLUMNS[0]))
        line = _cell(_paragraph(value, TABLE_TEXT), _SIGN_COLUMNS[1])
        if not value:
            borders = OxmlElement("w:tcBorders")
            borders.append(_element("w:bottom", val="single", sz="4", color="4A5159"))
            line.tcPr.append(borders)
        row.append(line)
        for cell in row.tc_lst:
            cell.tcPr.append(_element("w:vAlign", val="bottom"))
        element.append(row)
    return element
