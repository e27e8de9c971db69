"""Draw a document as a tagged PDF/UA-1 with Typst: data goes in as JSON and never as markup."""

import asyncio
import json
import queue
import re
import shutil
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, cast

import typst

from app.documents.model import (
    LONGEST_WORD,
    Bullets,
    Clause,
    Document,
    Paragraph,
    Section,
    SignatureBlock,
    Subheading,
    Table,
    column_shares,
    is_compact,
    numbered_sections,
)

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "documents"
AT_ONCE = 2
WAIT_SECONDS = 20.0
MAX_CHARACTERS = 3_000_000
MAX_CELLS = 40_000
MAX_PAGES = 600
RUNNING_CHARACTERS = 90
FOOTER_CHARACTERS = 110
# A table or row with more text than this may break over pages, so that none is cut off.
WHOLE_TABLE_CHARACTERS = 1200
WHOLE_TABLE_ROWS = 8

_LONG_WORD = re.compile(rf"(\S{{{LONGEST_WORD + 1},}})")
_UNDRAWABLE = re.compile(r'the text `"(.*?)"` could not be displayed')
_pool = ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="documents")


class DocumentTooLongError(ValueError):
    """The document is longer than may be drawn in one go; the message says what to do."""


class DocumentsBusyError(RuntimeError):
    """Too many documents are being drawn; the caller may try again in a moment."""


def render_pdf(document: Document) -> bytes:
    """Give the document as PDF/UA-1; safe in any thread, two at a time in one process.

    Characters that no font of ours can draw are shown as U+FFFD. Raises DocumentTooLongError for a
    document past the limits of size or pages, DocumentsBusyError if no turn comes in 20 seconds.
    """
    # PDF/UA bars the mark that some programs put before text.
    payload = json.dumps(_data(document), ensure_ascii=False).replace("\ufeff", "")
    _refuse_oversize(document, payload)
    desk = _desk()
    try:
        return _compile(desk, payload, document.created_on)
    finally:
        _free.put(desk)


async def render_pdf_async(document: Document) -> bytes:
    """Do the same as `render_pdf` without holding up the event loop, in threads of its own."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_pool, render_pdf, document)


def warm_up() -> None:
    """Load the fonts and the template, so that the first reader does not wait for them."""
    render_pdf(Document(title="Warm up", subtitle="", reference="", sections=()))


@cache
def _fonts() -> typst.Fonts:
    """Give the fonts of the documents: the packaged sans and what Typst carries, no others."""
    folder = Path(str(files("fontpkg_source_sans_3"))) / "files"
    return typst.Fonts(include_system_fonts=False, font_paths=[str(folder)])


class _Desk:
    """A compiler with a folder of its own, which holds the template and one document's data."""

    def __init__(self) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="crossbench-document-")
        template = Path(self.folder.name, "document.typ")
        shutil.copyfile(TEMPLATES / "document.typ", template)
        self.data = Path(self.folder.name, "data.json")
        self.compiler = typst.Compiler(str(template), root=self.folder.name, font_paths=_fonts())

    def compile(self, payload: str, created_on: str) -> bytes:
        """Run Typst over the template with this data, which does not outlive the call."""
        stamp = datetime.fromisoformat(created_on).replace(tzinfo=UTC) if created_on else None
        self.data.write_text(payload, encoding="utf-8")
        try:
            result = self.compiler.compile(format="pdf", pdf_standards=["ua-1"], timestamp=stamp)
        finally:
            self.data.unlink()
        return cast("bytes", result)


_opening = threading.Lock()
_free: queue.LifoQueue[_Desk] = queue.LifoQueue()
_opened: list[_Desk] = []


def _desk() -> _Desk:
    """Give a free desk, the one used last if there is a choice, opening them at first use."""
    with _opening:
        if not _opened:
            _opened.extend(_Desk() for _ in range(AT_ONCE))
            for desk in _opened:
                _free.put(desk)
    try:
        return _free.get(timeout=WAIT_SECONDS)
    except queue.Empty:
        message = "Other documents are being drawn. Try again in a minute."
        raise DocumentsBusyError(message) from None


def _compile(desk: _Desk, payload: str, created_on: str) -> bytes:
    """Compile, once more with stand-ins if the fonts lack some characters of the text."""
    try:
        return desk.compile(payload, created_on)
    except typst.TypstError as error:
        if "too many pages" in error.message:
            message = f"The document has more than {MAX_PAGES} pages. Use the spreadsheet."
            raise DocumentTooLongError(message) from error
        missing = _undrawable(f"{error.diagnostic} {error.message}")
        if not missing:
            raise
    for character in missing:
        payload = payload.replace(json.dumps(character, ensure_ascii=False)[1:-1], "\ufffd")
    data = json.loads(payload)
    data["footer"].append("Characters that the typeface of this document lacks show as \ufffd.")
    return desk.compile(json.dumps(data, ensure_ascii=False), created_on)


def _undrawable(diagnostic: str) -> list[str]:
    """Read from Typst's complaint which characters the fonts lack."""
    found: set[str] = set()
    for shown in _UNDRAWABLE.findall(diagnostic):
        text = re.sub(r"\\u\{([0-9a-f]+)\}", lambda m: chr(int(m.group(1), 16)), shown)
        found.update(text)
    return sorted(found - {"\ufffd"})


def _refuse_oversize(document: Document, payload: str) -> None:
    """Stop before the work is begun: Typst cannot be interrupted."""
    cells = sum(
        len(block.rows) * len(block.columns)
        for section in document.sections
        for block in section.blocks
        if isinstance(block, Table)
    )
    if len(payload) > MAX_CHARACTERS or cells > MAX_CELLS:
        message = "The document is too long to draw as a PDF. Use the spreadsheet."
        raise DocumentTooLongError(message)


def _put(text: str) -> str | list[str]:
    """Give text as the template takes it: in pieces where a word is too long for a line.

    Pieces at odd places are the long words, which may break between any two characters.
    """
    return _LONG_WORD.split(text) if _LONG_WORD.search(text) else text


def _short(text: str) -> str:
    """Cut the line that runs along the head of each page; the first page has the whole text."""
    return text if len(text) <= RUNNING_CHARACTERS else f"{text[: RUNNING_CHARACTERS - 1]}…"


def _data(document: Document) -> dict[str, Any]:
    """Turn the document into what the template reads."""
    return {
        "title": document.title,
        "subtitle": _put(document.subtitle),
        "running": _short(document.subtitle or document.title),
        "author": document.author,
        "subject": document.subject,
        "keywords": list(document.keywords),
        "draft": document.draft,
        "max_pages": MAX_PAGES,
        # Left whole: a line of the footer fits, and dividing it costs time on every page.
        "footer": [line[:FOOTER_CHARACTERS] for line in document.footer],
        "sections": [_section(number, section) for number, section in numbered_sections(document)],
    }


def _section(number: int | None, section: Section) -> dict[str, Any]:
    """Give a section's data, neighbouring clauses gathered into one list."""
    blocks: list[dict[str, Any]] = []
    count = 0
    for block in section.blocks:
        if isinstance(block, Clause):
            count += 1
            item = {
                "number": count,
                "text": _put(block.text),
                "items": [_put(text) for text in block.items],
                "language": block.language,
            }
            if blocks and blocks[-1]["kind"] == "clauses":
                blocks[-1]["items"].append(item)
            else:
                blocks.append({"kind": "clauses", "items": [item]})
        else:
            blocks.append(_block(block))
    return {
        "number": number,
        "title": _put(section.title),
        "new_page": section.new_page,
        "blocks": blocks,
    }


def _block(block: Paragraph | Bullets | Subheading | SignatureBlock | Table) -> dict[str, Any]:
    """Give the data of a block that is no clause."""
    match block:
        case Paragraph():
            return {"kind": "paragraph", "text": _put(block.text), "note": block.note}
        case Bullets():
            return {"kind": "bullets", "items": [_put(text) for text in block.items]}
        case Subheading():
            return {"kind": "subheading", "text": _put(block.text)}
        case SignatureBlock():
            lines = [[_put(label), _put(value)] for label, value in block.lines]
            return {"kind": "signature", "heading": _put(block.heading), "lines": lines}
        case Table():
            return _table(block)


def _table(table: Table) -> dict[str, Any]:
    """Give a table's data with its columns' widths, and what of it may break over pages."""
    longest = max((sum(map(len, row.cells)) for row in table.rows), default=0)
    characters = sum(sum(map(len, row.cells)) for row in table.rows)
    is_short = len(table.rows) <= WHOLE_TABLE_ROWS and characters <= WHOLE_TABLE_CHARACTERS
    return {
        "kind": "table",
        "caption": _put(table.caption),
        "widths": [round(share * 100, 2) for share in column_shares(table)],
        "right": [column.align == "right" for column in table.columns],
        "head": [_put(column.title) for column in table.columns],
        "rows": [[_put(cell) for cell in row.cells] for row in table.rows],
        "totals": [i for i, row in enumerate(table.rows) if row.kind == "total"],
        "row_headers": table.row_headers,
        "compact": is_compact(table),
        "tall": table.tall,
        "whole": is_short,
        "whole_rows": longest <= WHOLE_TABLE_CHARACTERS,
    }
