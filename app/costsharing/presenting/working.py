"""The working as pages: the sections of the engine's explanation, one by one when long. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.costsharing import engine
from app.costsharing.engine.result import Costing
from app.costsharing.presenting.tables import DataTable, Row

# Above this many table rows in all, a page shows one section.
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
    """The sections by number and title, those shown now, and whether the rest is elsewhere."""

    contents: tuple[tuple[int, str], ...]
    shown: tuple[SectionView, ...]
    chosen: int


def working_page(costing: Costing, section: int | None) -> WorkingPage:
    """Show the whole working, or when it is long the chosen section, else the first.

    `chosen` is 0 when all sections are on the page.
    """
    names = {party.id: party.name for party in costing.inputs.parties}
    sections = engine.explain(costing)
    contents = tuple((i, s.title) for i, s in enumerate(sections, 1))
    rows = sum(len(table.rows) for s in sections for table in s.tables)
    if rows <= MOST_ROWS:
        shown = tuple(_section(i, s, names) for i, s in enumerate(sections, 1))
        return WorkingPage(contents, shown, 0)
    chosen = section if section is not None and 1 <= section <= len(sections) else 1
    return WorkingPage(contents, (_section(chosen, sections[chosen - 1], names),), chosen)


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
