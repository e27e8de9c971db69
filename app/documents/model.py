"""A document as plain data: sections, clauses, tables and signature blocks, without any drawing."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Align = Literal["left", "right"]
RowKind = Literal["body", "total"]

# What a document's own limits are is a matter of the drawing, see `pdf.py`; the number of
# characters that a line of a table holds is shared, so that PDF and DOCX agree on the columns.
LINE_CHARACTERS = 108
COMPACT_CHARACTERS = 132
LONGEST_WORD = 24
SHORT_TEXT = 20
ROOM_TO_SIGN = 40.0


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading, and where its text stands."""

    title: str
    align: Align = "left"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table; a total is set apart in bold with a rule above it."""

    cells: tuple[str, ...]
    kind: RowKind = "body"


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its caption; `row_headers` says that the first column names the row.

    `tall` leaves room in each row to write by hand.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    row_headers: bool = True
    tall: bool = False

    def __post_init__(self) -> None:
        """Refuse a ragged table, which no reader and no screen reader could follow."""
        if any(len(row.cells) != len(self.columns) for row in self.rows):
            message = f"Every row of the table {self.caption!r} needs {len(self.columns)} cells"
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Text without a number; a `note` is guidance for the reader and no term of the document."""

    text: str
    note: bool = False


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list without an order."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Clause:
    """A numbered term: its number comes from its section and place; items are lettered.

    `language` is named (as "cy") where the text is not in English.
    """

    text: str
    items: tuple[str, ...] = ()
    language: str = ""


@dataclass(frozen=True, slots=True)
class Subheading:
    """A heading inside a section."""

    text: str


@dataclass(frozen=True, slots=True)
class SignatureBlock:
    """Where one body signs: the lines are labels with what is known, empty where it is not."""

    heading: str
    lines: tuple[tuple[str, str], ...]


Block = Paragraph | Bullets | Clause | Subheading | Table | SignatureBlock


@dataclass(frozen=True, slots=True)
class Section:
    """A part under a main heading: numbered like a clause, or with a label like a schedule."""

    title: str
    blocks: tuple[Block, ...]
    numbered: bool = True
    new_page: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document; `footer` are the facts that every page repeats (reference, hash)."""

    title: str
    subtitle: str
    reference: str
    sections: tuple[Section, ...]
    footer: tuple[str, ...] = ()
    draft: str = ""
    author: str = "Crossbench"
    subject: str = ""
    keywords: tuple[str, ...] = ()
    created_on: str = ""


def numbered_sections(document: Document) -> Iterator[tuple[int | None, Section]]:
    """Give each section with its number; sections without a number have None.

    >>> terms = Section("Terms", ())
    >>> notes = Section("Notes", (), numbered=False)
    >>> [n for n, _ in numbered_sections(Document("T", "", "R", (notes, terms, terms)))]
    [None, 1, 2]
    """
    number = 0
    for section in document.sections:
        if section.numbered:
            number += 1
            yield number, section
        else:
            yield None, section


def is_compact(table: Table, line: int = LINE_CHARACTERS) -> bool:
    """Say whether a table is too wide for type of the ordinary size, `line` characters across."""
    return sum(_natural_widths(table)) > line


def column_shares(
    table: Table, line: int = LINE_CHARACTERS, compact: int = COMPACT_CHARACTERS
) -> tuple[float, ...]:
    """Give each column's part of the width, adding up to 1, so that no figure has to break.

    Columns of figures get what their longest figure needs; text shares what is left by length.
    `line` and `compact` are the characters that fit across in type of ordinary and small size.

    >>> table = Table("T", (Column("Party"), Column("£", "right")), (Row(("A" * 40, "1.00")),))
    >>> [round(share, 2) for share in column_shares(table)]
    [0.94, 0.06]
    """
    widths = _natural_widths(table)
    room = float(compact if sum(widths) > line else line)
    stretch = _stretching(table, widths)
    taken = sum(width for width, grows in zip(widths, stretch, strict=True) if not grows)
    text = sum(width for width, grows in zip(widths, stretch, strict=True) if grows)
    left = max(room - taken, text / 4)
    scaled = [
        left * width / text if grows else width
        for width, grows in zip(widths, stretch, strict=True)
    ]
    return tuple(width / sum(scaled) for width in scaled)


def _stretching(table: Table, widths: list[float]) -> list[bool]:
    """Say which columns take up the room that is left: long text, or else the first column."""
    long = [
        column.align == "left" and width > SHORT_TEXT
        for column, width in zip(table.columns, widths, strict=True)
    ]
    return long if any(long) else [index == 0 for index in range(len(widths))]


def _natural_widths(table: Table) -> list[float]:
    """Give each column the characters that it would like, with room for its padding."""
    widths: list[float] = []
    for index, column in enumerate(table.columns):
        cells = [row.cells[index] for row in table.rows]
        longest = max((len(cell) for cell in cells), default=0)
        if column.align == "right":
            heading = max(len(word) for word in column.title.split() or [""])
            widths.append(max(longest, heading, len(column.title) * 0.6) + 3.0)
        elif table.tall and not longest:
            widths.append(ROOM_TO_SIGN)
        else:
            widths.append(min(max(longest, len(column.title), 6), 46) + 2.0)
    return widths
