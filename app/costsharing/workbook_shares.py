"""The sheets that share the cost: periods, shares by weight with live formulas, shares by month."""

from dataclasses import dataclass
from math import gcd

from app.costsharing import engine
from app.costsharing.engine.calendar import year_label
from app.costsharing.engine.explain_shares import line_name
from app.costsharing.engine.inputs import Inputs, Pence
from app.costsharing.engine.money import allocate, whole_weights
from app.costsharing.engine.result import Costing, Segment
from app.costsharing.wording_values import names_of, short_span
from app.documents.xlsx import Sheet, Workbook, block, cell

# Products of pence and weight up to this stay exact in a spreadsheet's floating point, and a
# quotient is not taken for the next whole number by LibreOffice's tolerant INT.
_EXACT_IN_A_SHEET = 10**14

_PARTY, _PERIOD, _YEAR, _WEIGHT, _EXACT, _REST, _PLACE, _DIRECT, _SHARE = 0, 1, 2, 3, 4, 5, 6, 7, 8


@dataclass(frozen=True, slots=True)
class ShareRows:
    """Where the shares stand on their sheet, for the formulas of others."""

    sheet: str
    first: int
    last: int


def has_live_shares(inputs: Inputs, segment: Segment) -> bool:
    """Say whether plain weights alone share this segment, so that a formula can follow them."""
    plain = not (inputs.fixed or inputs.minimums or inputs.caps or inputs.in_kind)
    if not plain or segment.sharing.basis == "day_rate" or segment.shared_pool < 0:
        return False
    weights = _weights(segment)
    return bool(sum(weights)) and segment.shared_pool * max(weights) < _EXACT_IN_A_SHEET


def _weights(segment: Segment) -> list[int]:
    """Give the weights as whole numbers: as they were stated where that is small enough."""
    stated = {p: w for p, w in segment.sharing.stated.items() if p in segment.parties}
    whole = whole_weights(list(stated.values()))
    if max(whole, default=0) * segment.shared_pool >= _EXACT_IN_A_SHEET:
        divisor = gcd(*whole) or 1
        whole = tuple(weight // divisor for weight in whole)
    by_party = dict(zip(stated, whole, strict=True))
    return [by_party.get(party, 0) for party in segment.parties]


def write_periods(book: Workbook, costing: Costing) -> dict[int, str]:
    """Write the cost of each period; give the cell that holds what each one shares."""
    lines = list(costing.lines)
    sheet = book.sheet(
        "Periods",
        (26, *(14 for _ in range(len(lines) + 4))),
        title="Periods and what they share",
        note="A period ends on 31 March and where parties or weights change. Cost, and what is "
        "left to share, are formulas; the rest are values from the costing.",
    )
    heads = [
        "Period",
        *(line_name(name) for name in lines),
        "Cost",
        "To one party",
        "Grants",
        "Shared",
    ]
    sheet.head(heads, 1, freeze=True)
    first, found = sheet.row, {}
    last_line, cost = len(lines), len(lines) + 1
    for index, segment in enumerate(costing.segments):
        row = sheet.row
        sheet.text(0, short_span(segment.start, segment.end))
        for column, name in enumerate(lines, start=1):
            sheet.money(column, segment.lines.get(name, 0))
        span = f"{cell(row, 1)}:{cell(row, last_line)}"
        sheet.formula(cost, f"=SUM({span})", segment.gross / 100)
        sheet.money(cost + 1, sum(segment.direct_charges.values()))
        sheet.money(cost + 2, sum(segment.grants.values()))
        left = f"=ROUND({cell(row, cost)}-{cell(row, cost + 1)}-{cell(row, cost + 2)},2)"
        sheet.formula(cost + 3, left, segment.shared_pool / 100)
        found[index] = f"'{sheet.name}'!{cell(row, cost + 3)}"
        sheet.row += 1
    _sum_row(sheet, first, range(1, cost + 4), costing, lines)
    return found


def _sum_row(sheet: Sheet, first: int, columns: range, costing: Costing, lines: list[str]) -> None:
    """Add up the periods, column by column."""
    segments = costing.segments
    sums: list[Pence] = [sum(s.lines.get(name, 0) for s in segments) for name in lines]
    sums += [
        sum(s.gross for s in segments),
        sum(sum(s.direct_charges.values()) for s in segments),
        sum(sum(s.grants.values()) for s in segments),
        sum(s.shared_pool for s in segments),
    ]
    sheet.text(0, "Total", "total_text")
    for column, total in zip(columns, sums, strict=True):
        sheet.formula(column, f"=SUM({block(first, sheet.row - 1, column)})", total / 100, "total")
    sheet.row += 1


def write_shares(book: Workbook, costing: Costing, pools: dict[int, str]) -> ShareRows:
    """Write each party's share of each period, by live formulas where plain weights share it."""
    sheet = book.sheet(
        "Shares",
        (34, 26, 10, 16, 16, 18, 12, 14, 16),
        title="Shares by period",
        note="Where plain weights share a period, the shaded weights may be changed and the shares "
        "follow to the penny: each exact share is cut to a whole penny, and the pennies left over "
        "go to the largest remainders, the party listed first going first on a tie. Elsewhere the "
        "share is a value from the costing, since fixed sums, caps, contributions in kind or a day "
        "rate shape it.",
    )
    heads = (
        "Party", "Period", "Year", "Weight", "Whole pennies", "Remainder", "Place",
        "To one party", "Share",
    )  # fmt: skip
    sheet.head(heads, 3, freeze=True)
    first = sheet.row
    for index, segment in enumerate(costing.segments):
        if has_live_shares(costing.inputs, segment):
            _live_rows(sheet, costing, segment, pools[index])
        else:
            _value_rows(sheet, costing, segment)
    rows = ShareRows(sheet.name, first, sheet.row - 1)
    total = sum(sum(segment.shares.values()) for segment in costing.segments)
    sheet.text(_PARTY, "Total", "total_text")
    for column in range(1, _SHARE):
        sheet.text(column, "", "total_text")
    sheet.formula(_SHARE, f"=SUM({block(rows.first, rows.last, _SHARE)})", total / 100, "total")
    sheet.row += 1
    return rows


def _start_row(sheet: Sheet, name: str, segment: Segment) -> None:
    sheet.text(_PARTY, name)
    sheet.text(_PERIOD, short_span(segment.start, segment.end))
    sheet.text(_YEAR, year_label(segment.fy))


def _live_rows(sheet: Sheet, costing: Costing, segment: Segment, pool: str) -> None:
    """Write one period whose shares follow the weights."""
    names, weights = names_of(costing.inputs), _weights(segment)
    first, last = sheet.row, sheet.row + len(weights) - 1
    whole, pence = sum(weights), segment.shared_pool
    floors = [pence * weight // whole for weight in weights]
    rests = [pence * weight % whole for weight in weights]
    shared = allocate(pence, weights)
    all_weights, all_floors = block(first, last, _WEIGHT), block(first, last, _EXACT)
    all_rests = block(first, last, _REST)
    for index, party in enumerate(segment.parties):
        row = sheet.row
        weight, exact, rest, place = (cell(row, c) for c in (_WEIGHT, _EXACT, _REST, _PLACE))
        product = f"ROUND({pool}*100,0)*{weight}"
        earlier = block(first, row, _REST)
        _start_row(sheet, names[party], segment)
        sheet.number(_WEIGHT, weights[index], "weight")
        sheet.formula(_EXACT, f"=INT({product}/SUM({all_weights}))", floors[index], "whole")
        sheet.formula(_REST, f"={product}-{exact}*SUM({all_weights})", rests[index], "whole")
        order = sum(r > rests[index] for r in rests) + rests[: index + 1].count(rests[index])
        sheet.formula(
            _PLACE,
            f"=SUMPRODUCT(--({all_rests}>{rest}))+SUMPRODUCT(--({earlier}={rest}))",
            order,
            "whole",
        )
        direct = segment.direct_charges.get(party, 0)
        sheet.money(_DIRECT, direct)
        spare = f"ROUND({pool}*100,0)-SUM({all_floors})"
        sheet.formula(
            _SHARE,
            f"=ROUND(({exact}+IF({place}<={spare},1,0))/100+{cell(row, _DIRECT)},2)",
            (shared[index] + direct) / 100,
        )
        sheet.row += 1


def _value_rows(sheet: Sheet, costing: Costing, segment: Segment) -> None:
    """Write one period whose shares more than weights decide."""
    names = names_of(costing.inputs)
    for party, share in segment.shares.items():
        _start_row(sheet, names[party], segment)
        stated = segment.sharing.stated.get(party)
        sheet.text(_WEIGHT, str(stated) if stated is not None else "")
        sheet.text(_EXACT, "value")
        sheet.money(_DIRECT, segment.direct_charges.get(party, 0))
        sheet.money(_SHARE, share)
        sheet.row += 1


def write_years(book: Workbook, costing: Costing, rows: ShareRows) -> int:
    """Write each party's share by financial year, added up by formula; give its first row."""
    by_year = engine.shares_by_year(costing)
    years = sorted({segment.fy for segment in costing.segments})
    sheet = book.sheet(
        "Shares by year",
        (34, *(16 for _ in range(len(years) + 1))),
        title="Shares by financial year",
        note="April to March. All figures are formulas over the sheet Shares.",
    )
    sheet.head(["Party", *(year_label(year) for year in years), "Total"], 1, freeze=True)
    names = names_of(costing.inputs)
    first = sheet.row
    for party, shares in by_year.items():
        sheet.text(0, names[party])
        for column, year in enumerate(years, start=1):
            pieces = [
                f"'{rows.sheet}'!{cell(r, _SHARE)}" for r in _rows_of(costing, rows, party, year)
            ]
            formula = f"=SUM({','.join(pieces)})" if pieces else "=0"
            sheet.formula(column, formula, shares.get(year, 0) / 100)
        span = f"{cell(sheet.row, 1)}:{cell(sheet.row, len(years))}"
        sheet.formula(len(years) + 1, f"=SUM({span})", sum(shares.values()) / 100)
        sheet.row += 1
    sheet.text(0, "Total", "total_text")
    for column in range(1, len(years) + 2):
        wanted = years if column > len(years) else [years[column - 1]]
        total = sum(shares.get(year, 0) for shares in by_year.values() for year in wanted)
        sheet.formula(column, f"=SUM({block(first, sheet.row - 1, column)})", total / 100, "total")
    sheet.row += 1
    return first


def _rows_of(costing: Costing, rows: ShareRows, party: str, year: int) -> list[int]:
    """Give the rows of a party in a year; two parties may bear one name, so go by place."""
    found, row = [], rows.first
    for segment in costing.segments:
        live = has_live_shares(costing.inputs, segment)
        for name in segment.parties if live else segment.shares:
            if name == party and segment.fy == year:
                found.append(row)
            row += 1
    return found


def write_months(book: Workbook, costing: Costing) -> None:
    """Write each party's share by month, for bodies whose year does not end in March."""
    by_month = engine.shares_by_month(costing)
    parties = list(by_month)
    names = names_of(costing.inputs)
    months = list(by_month[parties[0]])
    sheet = book.sheet(
        "Shares by month",
        (12, *(18 for _ in parties), 18),
        title="Shares by month",
        note="Values from the costing with formulas for the totals, so that a body with another "
        "year end can add up its own year.",
    )
    sheet.head(["Month", *(names[party] for party in parties), "Total"], 1, freeze=True)
    first = sheet.row
    for month in months:
        sheet.text(0, month)
        for column, party in enumerate(parties, start=1):
            sheet.money(column, by_month[party][month])
        span = f"{cell(sheet.row, 1)}:{cell(sheet.row, len(parties))}"
        total = sum(by_month[party][month] for party in parties)
        sheet.formula(len(parties) + 1, f"=SUM({span})", total / 100)
        sheet.row += 1
    sheet.text(0, "Total", "total_text")
    for column in range(1, len(parties) + 2):
        own = parties if column > len(parties) else [parties[column - 1]]
        total = sum(sum(by_month[party].values()) for party in own)
        sheet.formula(column, f"=SUM({block(first, sheet.row - 1, column)})", total / 100, "total")
    sheet.row += 1
