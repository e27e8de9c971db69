"""The working: the sections of the engine's explanation, on several pages when long. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.costsharing import engine
from app.costsharing.engine.result import Costing
from app.costsharing.presenting.tables import DataTable, Row

# A page takes further sections while it has no more rows of tables than this.
MOST_ROWS = 160
_FIGURE = re.compile(r"[-+\u2212]?£?\d[\d,]*(\.\d+)?%?|")


@dataclass(frozen=True, slots=True)
class SectionView:
    """A section of the working: what is done in words, then its tables."""

    id: str
    number: int
    title: str
    lines: tuple[str, ...]
    tables: tuple[DataTable, ...]


@dataclass(frozen=True, slots=True)
class WorkingPage:
    """The working: contents as (section, title, page), the sections of this page, all pages.

    `pages` holds for each page what it begins with; a single one needs no turning.
    """

    contents: tuple[tuple[int, str, int], ...]
    shown: tuple[SectionView, ...]
    page: int
    pages: tuple[str, ...]


def working_page(costing: Costing, page: int | None) -> WorkingPage:
    """Show a page of the working, the first if there is no such page; sections are never cut."""
    names = {party.id: party.name for party in costing.inputs.parties}
    sections = engine.explain(costing)
    pages = _pages(sections)
    chosen = page if page is not None and 1 <= page <= len(pages) else 1
    contents = tuple(
        (number, sections[number - 1].title, at)
        for at, numbers in enumerate(pages, 1)
        for number in numbers
    )
    shown = tuple(_section(n, sections[n - 1], names) for n in pages[chosen - 1])
    firsts = tuple(sections[numbers[0] - 1].title for numbers in pages)
    return WorkingPage(contents, shown, chosen, firsts)


def turns_of(shown: WorkingPage, address: str) -> dict[str, Any]:
    """Links to the page before and after, as the pagination component takes them."""
    links: dict[str, Any] = {"landmarkLabel": "Pages of the working"}
    for name, number in (("previous", shown.page - 1), ("next", shown.page + 1)):
        if 1 <= number <= len(shown.pages):
            links[name] = {"href": f"{address}{number}", "labelText": shown.pages[number - 1]}
    return links


def _pages(sections: Sequence[engine.Section]) -> list[list[int]]:
    """Put sections, numbered from 1, on pages of about as many rows as can be read in one go."""
    pages: list[list[int]] = []
    room = 0
    for number, section in enumerate(sections, 1):
        rows = sum(len(table.rows) for table in section.tables)
        if rows > room or not pages:
            pages.append([])
            room = MOST_ROWS
        pages[-1].append(number)
        room -= rows
    return pages


def _section(number: int, section: engine.Section, names: Mapping[str, str]) -> SectionView:
    tables = tuple(
        as_data_table(f"working-{number}-{i}", table.caption, table.head, _named(table.rows, names))
        for i, table in enumerate(section.tables, 1)
    )
    return SectionView(f"section-{number}", number, section.title, section.lines, tables)


def _named(rows: Sequence[Sequence[str]], names: Mapping[str, str]) -> list[list[str]]:
    """Rows headed by the id of a party get its name, with the id that the sentences use."""
    return [[f"{names[r[0]]} ({r[0]})" if r[0] in names else r[0], *r[1:]] for r in rows]


def as_data_table(
    table_id: str, caption: str, head: Sequence[str], rows: Sequence[Sequence[str]]
) -> DataTable:
    """Turn plain rows into a table of a page: the first cell heads its row.

    A column is of figures when all its cells are; a row headed Total is set apart.
    """
    words = frozenset(
        i for i in range(1, len(head)) if not all(_FIGURE.fullmatch(row[i]) for row in rows)
    )
    return DataTable(
        table_id,
        caption,
        tuple(head),
        tuple(
            Row(row[0], tuple(row[1:]), "total" if row[0].startswith("Total") else "body")
            for row in rows
        ),
        words=words,
    )
