"""Cost and shares month by month, and each party's share in its own accounting year. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.costsharing import engine
from app.costsharing.engine.calendar import month_name
from app.costsharing.engine.calendar import year_label as financial_year
from app.costsharing.engine.explain_shares import line_name
from app.costsharing.engine.result import Costing
from app.costsharing.presenting.tables import DataTable, grid, grid_head, money_row

# First month of the accounting year by the name of the choice.
YEAR_ENDS = {"march": 4, "july": 8, "december": 1}
YEAR_END_NAMES = {
    "march": "April to March (councils, NHS, police, fire, government)",
    "july": "August to July (universities and colleges)",
    "december": "January to December",
}
# More columns than this and the table is turned round, months across.
MOST_COLUMNS = 6


@dataclass(frozen=True, slots=True)
class MonthsPage:
    """The month page: totals by accounting year, then one year's months."""

    year_end: str
    year: int
    years: tuple[tuple[int, str], ...]
    totals: DataTable
    shares: DataTable
    costs: DataTable | None


def months_page(costing: Costing, year_end: str, year: int | None) -> MonthsPage:
    """Show the accounting year that starts in `year`, or the first one, by the chosen year end.

    An unknown year end is taken as March, a year outside the term as the first one.
    """
    choice = year_end if year_end in YEAR_ENDS else "march"
    first_month = YEAR_ENDS[choice]
    by_month = engine.shares_by_month(costing)
    months = sorted({m for shares in by_month.values() for m in shares})
    years = sorted({accounting_year(m, first_month) for m in months})
    shown = year if year in years else years[0]
    inside = [m for m in months if accounting_year(m, first_month) == shown]
    names = [(party.name, by_month.get(party.id, {})) for party in costing.inputs.parties]
    return MonthsPage(
        year_end=choice,
        year=shown,
        years=tuple((y, year_label(y, first_month)) for y in years),
        totals=_totals(names, years, first_month),
        shares=_shares(names, inside, year_label(shown, first_month)),
        costs=_costs(costing, inside, year_label(shown, first_month)),
    )


def accounting_year(text: str, first_month: int) -> int:
    """The calendar year in which the accounting year of a month (YYYY-MM) starts.

    >>> accounting_year("2027-03", 4), accounting_year("2026-08", 8)
    (2026, 2026)
    """
    year, number = (int(part) for part in text.split("-"))
    return year if number >= first_month else year - 1


def year_label(year: int, first_month: int) -> str:
    """An accounting year in short.

    >>> year_label(2026, 8), year_label(2026, 1)
    ('2026/27', '2026')
    """
    return str(year) if first_month == 1 else financial_year(year)


def _totals(
    names: Sequence[tuple[str, Mapping[str, int]]], years: Sequence[int], first_month: int
) -> DataTable:
    rows = []
    for name, by_month in names:
        sums: dict[int, int] = {}
        for text, pence in by_month.items():
            at = accounting_year(text, first_month)
            sums[at] = sums.get(at, 0) + pence
        rows.append((name, sums))
    return DataTable(
        "year-totals",
        "Share of each organisation in its own accounting year",
        grid_head("Organisation", [year_label(year, first_month) for year in years]),
        grid(rows, years),
    )


def _shares(
    names: Sequence[tuple[str, Mapping[str, int]]], months: Sequence[str], label: str
) -> DataTable:
    caption = f"Share of each organisation by month, {label}"
    if len(names) <= MOST_COLUMNS:
        rows = [
            money_row(month_name(m), _with_sum([shares.get(m, 0) for _, shares in names]))
            for m in months
        ]
        sums = [sum(shares.get(m, 0) for m in months) for _, shares in names]
        head = ("Month", *(name for name, _ in names), "All")
        body = (*rows, money_row("Total", _with_sum(sums), "total"))
        return DataTable("month-shares", caption, head, body)
    rows = [
        money_row(name, _with_sum([shares.get(m, 0) for m in months])) for name, shares in names
    ]
    sums = [sum(shares.get(m, 0) for _, shares in names) for m in months]
    head = ("Organisation", *(month_name(m) for m in months), "Total")
    return DataTable(
        "month-shares", caption, head, (*rows, money_row("Total", _with_sum(sums), "total"))
    )


def _with_sum(sums: list[int]) -> list[int]:
    return [*sums, sum(sums)]


def _costs(costing: Costing, months: Sequence[str], label: str) -> DataTable | None:
    inside = [m for m in costing.months if m.month in set(months)]
    if not inside:
        return None
    names = list(inside[0].lines)
    rows = tuple(
        money_row(month_name(m.month), [*(m.lines.get(n, 0) for n in names), m.total])
        for m in inside
    )
    sums = [*(sum(m.lines.get(n, 0) for m in inside) for n in names), sum(m.total for m in inside)]
    return DataTable(
        "month-costs",
        f"Cost by month, {label}",
        ("Month", *(line_name(n) for n in names), "Total"),
        (*rows, money_row("Total", sums, "total")),
        note=(
            "As earned. The levy and any overhead are worked out once for each part of the term, "
            "so they are not in this table; they are in the shares."
        ),
    )
