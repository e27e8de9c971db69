"""Two costings of one post side by side, with the difference for each party and year. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.costsharing import engine
from app.costsharing.charts import Chart, shares_chart
from app.costsharing.engine.calendar import year_label
from app.costsharing.engine.explain_shares import line_name
from app.costsharing.engine.money import sterling
from app.costsharing.engine.result import Costing
from app.costsharing.presenting.tables import DataTable, Row, grid_head


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changes between the costing as it stands and another one."""

    now: str
    then: str
    difference: str
    bodies: DataTable
    years: DataTable
    lines: DataTable
    charts: tuple[Chart, Chart]


def compare(now: Costing, then: Costing) -> Comparison:
    """Compare two costings that have the same organisations and term."""
    return Comparison(
        now=sterling(now.total),
        then=sterling(then.total),
        difference=signed(then.total - now.total),
        bodies=_bodies(now, then),
        years=_years(now, then),
        lines=_lines(now, then),
        charts=(_chart("As entered", now), _chart("Changed", then)),
    )


def signed(pence: int) -> str:
    """A difference with its sign.

    >>> signed(123450), signed(-5), signed(0)
    ('+£1,234.50', '-£0.05', '£0.00')
    """
    return f"+{sterling(pence)}" if pence > 0 else sterling(pence)


def _row(head: str, now: int, then: int) -> Row:
    return Row(head, (sterling(now), sterling(then), signed(then - now)))


def _table(
    table_id: str, caption: str, first: str, rows: Sequence[tuple[str, int, int]]
) -> DataTable:
    body = [_row(*row) for row in rows]
    sums = _row("Total", sum(row[1] for row in rows), sum(row[2] for row in rows))
    total = Row(sums.head, sums.cells, "total")
    return DataTable(
        table_id, caption, (first, "As entered", "Changed", "Difference"), (*body, total)
    )


def _bodies(now: Costing, then: Costing) -> DataTable:
    after = {total.party: total.share for total in then.parties}
    names = {party.id: party.name for party in now.inputs.parties}
    rows = [(names[t.party], t.share, after.get(t.party, 0)) for t in now.parties]
    return _table("bodies", "What each organisation pays over the term", "Organisation", rows)


def _lines(now: Costing, then: Costing) -> DataTable:
    names = [name for name in dict.fromkeys([*now.lines, *then.lines]) if name != "total"]
    rows = [(line_name(n), now.lines.get(n, 0), then.lines.get(n, 0)) for n in names]
    return _table("lines", "What makes up the cost", "Line", rows)


def _years(now: Costing, then: Costing) -> DataTable:
    before, after = engine.shares_by_year(now), engine.shares_by_year(then)
    years = sorted({segment.fy for segment in (*now.segments, *then.segments)})
    rows: list[Row] = []
    sums = dict.fromkeys(years, 0)
    for party in now.inputs.parties:
        changes = {year: _at(after, party.id, year) - _at(before, party.id, year) for year in years}
        for year, change in changes.items():
            sums[year] += change
        rows.append(_changes(party.name, changes))
    total = _changes("Total", sums)
    return DataTable(
        "years",
        "Difference by financial year",
        grid_head("Organisation", [year_label(year) for year in years], "Over the term"),
        (*rows, Row(total.head, total.cells, "total")),
        note="A plus means that the organisation pays more than in your calculation.",
    )


def _at(shares: Mapping[str, Mapping[int, int]], party: str, year: int) -> int:
    return shares.get(party, {}).get(year, 0)


def _changes(head: str, changes: Mapping[int, int]) -> Row:
    sums = [sum(changes.values())] if len(changes) > 1 else []
    return Row(head, tuple(signed(change) for change in (*changes.values(), *sums)))


def _chart(title: str, costing: Costing) -> Chart:
    by_year = engine.shares_by_year(costing)
    years = sorted({segment.fy for segment in costing.segments})
    names = [(party.id, party.name) for party in costing.inputs.parties]
    return shares_chart(
        title,
        names,
        [(year_label(y), {p: _at(by_year, p, y) for p, _ in names}) for y in years],
    )
