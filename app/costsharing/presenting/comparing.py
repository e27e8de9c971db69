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


@dataclass(frozen=True, slots=True)
class Sides:
    """What the two costings are called, and what a plus means."""

    now: str = "As entered"
    then: str = "Changed"
    note: str = "A plus means that the organisation pays more than in your calculation."


def compare(now: Costing, then: Costing, sides: Sides | None = None) -> Comparison:
    """Compare two costings of one post; bodies that are in one only pay nothing in the other."""
    called = sides or Sides()
    names = {p.id: p.name for p in (*now.inputs.parties, *then.inputs.parties)}
    return Comparison(
        now=sterling(now.total),
        then=sterling(then.total),
        difference=signed(then.total - now.total),
        bodies=_bodies(now, then, names, called),
        years=_years(now, then, names, called),
        lines=_lines(now, then, called),
        charts=(_chart(called.now, now), _chart(called.then, then)),
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
    table_id: str,
    caption: str,
    first: str,
    rows: Sequence[tuple[str, int, int]],
    sides: Sides,
) -> DataTable:
    body = [_row(*row) for row in rows]
    sums = _row("Total", sum(row[1] for row in rows), sum(row[2] for row in rows))
    total = Row(sums.head, sums.cells, "total")
    return DataTable(
        table_id, caption, (first, sides.now, sides.then, "Difference"), (*body, total)
    )


def _bodies(now: Costing, then: Costing, names: Mapping[str, str], sides: Sides) -> DataTable:
    before = {total.party: total.share for total in now.parties}
    after = {total.party: total.share for total in then.parties}
    rows = [(name, before.get(party, 0), after.get(party, 0)) for party, name in names.items()]
    caption = "What each organisation pays over the term"
    return _table("bodies", caption, "Organisation", rows, sides)


def _lines(now: Costing, then: Costing, sides: Sides) -> DataTable:
    names = [name for name in dict.fromkeys([*now.lines, *then.lines]) if name != "total"]
    rows = [(line_name(n), now.lines.get(n, 0), then.lines.get(n, 0)) for n in names]
    return _table("lines", "What makes up the cost", "Line", rows, sides)


def _years(now: Costing, then: Costing, names: Mapping[str, str], sides: Sides) -> DataTable:
    before, after = engine.shares_by_year(now), engine.shares_by_year(then)
    years = sorted({segment.fy for segment in (*now.segments, *then.segments)})
    rows: list[Row] = []
    sums = dict.fromkeys(years, 0)
    for party, name in names.items():
        changes = {year: _at(after, party, year) - _at(before, party, year) for year in years}
        for year, change in changes.items():
            sums[year] += change
        rows.append(_changes(name, changes))
    total = _changes("Total", sums)
    return DataTable(
        "years",
        "Difference by financial year",
        grid_head("Organisation", [year_label(year) for year in years], "Over the term"),
        (*rows, Row(total.head, total.cells, "total")),
        note=sides.note,
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
