"""The tables of cost, rates, weights and shares: Schedules 1 and 2 of the agreement."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction

from app.costsharing import engine
from app.costsharing.engine.calendar import year_label
from app.costsharing.engine.explain_shares import line_name
from app.costsharing.engine.inputs import Inputs, Pence, Post, Sharing
from app.costsharing.engine.money import sterling
from app.costsharing.engine.result import Costing, Segment
from app.costsharing.wording_values import (
    BASES,
    about_percentage,
    day,
    exact,
    joined,
    names_of,
    percentage,
    short_span,
    span,
)
from app.documents.model import Bullets, Column, Paragraph, Row, Table

YEARS_ACROSS = 4
PERIODS_ACROSS = 3
MOST_PERIODS = 40
MOST_WEIGHTS = 1500
MOST_STEPS = 120
NO_SOURCE = "Not given"

Figures = Sequence[tuple[str, Mapping[int, Pence]]]
RateRow = tuple[str, str, str, str]
Dated = tuple[date, str, str | None, bool, date | None]


def yearly_tables(
    caption: str, first: str, rows: Figures, total: Mapping[int, Pence]
) -> Iterator[Table]:
    """Give figures by financial year, a few years to a table, the last with the total column."""
    years = sorted({year for _, figures in rows for year in figures})
    chunks = [years[i : i + YEARS_ACROSS] for i in range(0, len(years), YEARS_ACROSS)]
    for chunk in chunks:
        with_sum = chunk is chunks[-1]
        heads = [year_label(year) for year in chunk] + (["Total"] if with_sum else [])
        more = f", {heads[0]} to {year_label(chunk[-1])}" if len(chunks) > 1 else ""
        body = [
            Row((name, *_year_cells(figures, chunk, with_sum=with_sum))) for name, figures in rows
        ]
        body.append(Row(("Total", *_year_cells(total, chunk, with_sum=with_sum)), "total"))
        columns = (Column(first), *(Column(head, "right") for head in heads))
        yield Table(f"{caption}{more}", columns, tuple(body))


def _year_cells(
    figures: Mapping[int, Pence], years: Sequence[int], *, with_sum: bool
) -> tuple[str, ...]:
    cells = [sterling(figures.get(year, 0)) for year in years]
    return (*cells, sterling(sum(figures.values()))) if with_sum else tuple(cells)


def add_up(rows: Figures) -> dict[int, Pence]:
    """Add figures of all rows, by year."""
    total: dict[int, Pence] = {}
    for _, figures in rows:
        for year, amount in figures.items():
            total[year] = total.get(year, 0) + amount
    return total


def cost_tables(costing: Costing) -> Iterator[Table]:
    """Give the cost line by line by financial year."""
    by_year = engine.lines_by_year(costing)
    rows = [
        (line_name(name), {year: lines[name] for year, lines in by_year.items()})
        for name in costing.lines
    ]
    yield from yearly_tables("Cost by line and financial year", "Line", rows, add_up(rows))


def rates_table(inputs: Inputs) -> Table:
    """Give every pay point, rate and sum with its first day and its source."""
    rows = [*(_post_rates(inputs.post, inputs) if inputs.post else []), *_other_rates(inputs)]
    columns = (
        Column("Item"),
        Column("From"),
        Column("Figure", "right"),
        Column("Source"),
    )
    return Table("Pay points, rates and sums used", columns, tuple(Row(row) for row in rows))


def _post_rates(post: Post, inputs: Inputs) -> Iterator[RateRow]:
    yield from _dated(
        "Full-time salary",
        [(p.start, sterling(p.annual), p.source, p.assumed, p.until) for p in post.salary],
        inputs,
    )
    for award in post.awards:
        for point in award.salary:
            name = f"Full-time salary after the award paid in {award.paid_month}"
            yield (
                name,
                day(point.start),
                sterling(point.annual),
                _source(point.source, point.assumed),
            )
    for allowance in post.allowances:
        kind = "a year, by FTE" if allowance.fte_scaled else "a year"
        pension = "pensionable" if allowance.pensionable else "not pensionable"
        yield f"{allowance.name} ({kind}, {pension})", "", sterling(allowance.annual), NO_SOURCE
    for year in post.ni_years:
        name = f"Employer National Insurance {year.label}, above {sterling(year.monthly_threshold)}"
        name += " a month" if inputs.method == "monthly" else ""
        if inputs.method == "annual":
            name = name.replace(
                sterling(year.monthly_threshold), f"{sterling(year.annual_threshold)} a year"
            )
        source = _source(year.source, year.assumed)
        yield name, f"6 April {year.year}", percentage(year.rate), source
    for whole in post.whole_pay:
        yield "Whole pay with the host", day(whole.start), sterling(whole.annual), NO_SOURCE
    yield from _dated(
        "Employer pension",
        [(p.start, percentage(p.rate), p.source, p.assumed, p.until) for p in post.pension],
        inputs,
    )
    yield "Apprenticeship levy", "", percentage(post.levy_rate), NO_SOURCE


def _dated(name: str, points: Sequence[Dated], inputs: Inputs) -> Iterator[RateRow]:
    """Give dated figures, without those replaced before the term begins."""
    for index, (start, figure, source, assumed, until) in enumerate(points):
        following = points[index + 1][0] if index + 1 < len(points) else None
        if following is not None and following <= inputs.start:
            continue
        known = f"; known until {day(until)}" if until else ""
        yield name, day(start), figure, _source(source, assumed) + known


def _source(source: str | None, assumed: bool) -> str:
    text = source or NO_SOURCE
    return f"{text} (assumed)" if assumed else text


def _other_rates(inputs: Inputs) -> Iterator[RateRow]:
    kinds = {"one_off": "once", "annual": "a year", "total": "for the term"}
    for line in inputs.other_lines:
        name = f"{line.name} ({kinds[line.kind]})"
        yield name, day(line.on), sterling(line.amount), NO_SOURCE
    if inputs.overhead:
        base = inputs.overhead.base
        on = "every shared line" if base is None else joined(line_name(name) for name in base)
        yield f"Overhead on {on}", "", percentage(inputs.overhead.rate), NO_SOURCE


def grants_used(costing: Costing) -> Figures:
    """Give what each grant meets, by financial year."""
    used: dict[str, dict[int, Pence]] = {grant.name: {} for grant in costing.inputs.grants}
    for segment in costing.segments:
        for name, amount in segment.grants.items():
            used[name][segment.fy] = used[name].get(segment.fy, 0) + amount
    return list(used.items())


def share_tables(costing: Costing) -> Iterator[Table]:
    """Give grants, each party's share and the host fee by financial year."""
    names = names_of(costing.inputs)
    if costing.inputs.grants:
        used = grants_used(costing)
        yield from yearly_tables("Grants, taken off before the shares", "Grant", used, add_up(used))
    shares = [(names[p], years) for p, years in engine.shares_by_year(costing).items()]
    yield from yearly_tables(
        "Each party’s share by financial year", "Party", shares, add_up(shares)
    )
    fees = [(names[p], years) for p, years in engine.fees_by_year(costing).items()]
    if fees:
        yield from yearly_tables("Host fee by financial year", "Partner", fees, add_up(fees))


def party_sums_table(inputs: Inputs) -> Iterator[Table]:
    """Give the yearly sums agreed by party: fixed, minimum, cap, in kind."""
    kinds = [
        ("Fixed contribution", inputs.fixed),
        ("Minimum", inputs.minimums),
        ("Cap", inputs.caps),
        ("In kind", inputs.in_kind),
    ]
    used = [(title, sums) for title, sums in kinds if sums]
    if not used:
        return
    rows = [
        Row((p.name, *(sterling(sums[p.id]) if p.id in sums else "None" for _, sums in used)))
        for p in inputs.parties
        if any(p.id in sums for _, sums in used)
    ]
    columns = (Column("Party"), *(Column(title, "right") for title, _ in used))
    yield Table("Sums agreed by party, a year", columns, tuple(rows))


def weight_tables(inputs: Inputs) -> Iterator[Table | Paragraph]:
    """Give the weights of each sharing entry with each party's part of the whole."""
    if sum(len(sharing.stated) for sharing in inputs.sharing) > MOST_WEIGHTS:
        yield Paragraph(
            f"The weights change {len(inputs.sharing) - 1} times, too often to print; the "
            "spreadsheet of this costing lists them all and is part of this schedule."
        )
        return
    for sharing in inputs.sharing:
        start = max(sharing.start, inputs.start)
        caption = f"Weights from {day(start)}: {BASES[sharing.basis]}"
        if sharing.factors:
            yield _factor_table(inputs, sharing, caption)
        else:
            yield _weight_table(inputs, sharing, caption)


def _weight_table(inputs: Inputs, sharing: Sharing, caption: str) -> Table:
    whole = sum(sharing.stated.values())
    day_rate = sharing.basis == "day_rate"
    rows = []
    for party in inputs.parties:
        if party.id in sharing.stated:
            weight = sharing.stated[party.id]
            part = about_percentage(weight / whole) if whole else "0%"
            rows.append(Row((party.name, exact(weight), *(() if day_rate else (part,)))))
    weight_title = {"percent": "Percent", "days": "Days", "fte": "FTE", "day_rate": "Days"}
    columns = [Column("Party"), Column(weight_title.get(sharing.basis, "Weight"), "right")]
    if day_rate:
        days = exact(sharing.chargeable_days or Fraction(0))
        caption = f"{caption}, of {days} chargeable days"
    else:
        columns.append(Column("Part of the whole", "right"))
    return Table(caption, tuple(columns), tuple(rows))


def _factor_table(inputs: Inputs, sharing: Sharing, caption: str) -> Table:
    whole = sum(sharing.stated.values())
    factors = sharing.factors[:3]
    rows = [
        Row(
            (
                party.name,
                *(exact(f.values.get(party.id, Fraction(0))) for f in factors),
                about_percentage(sharing.stated[party.id] / whole) if whole else "0%",
            )
        )
        for party in inputs.parties
        if party.id in sharing.stated
    ]
    heads = [f"{f.name} (weight {exact(f.weight)})" for f in factors]
    if len(sharing.factors) > len(factors):
        listed = joined(f"{f.name} (weight {exact(f.weight)})" for f in sharing.factors)
        caption = f"{caption}: {listed}; the first three factors are shown"
    columns = (
        Column("Party"),
        *(Column(head, "right") for head in heads),
        Column("Part of the whole", "right"),
    )
    return Table(caption, columns, tuple(rows))


def period_blocks(costing: Costing) -> Iterator[Table | Paragraph | Bullets]:
    """Give the way from the cost to the shares, period by period."""
    segments = costing.segments
    if len(segments) > MOST_PERIODS:
        yield Paragraph(
            f"The term has {len(segments)} periods, too many to print; the spreadsheet of this "
            "costing shows the steps from the cost to the shares of each."
        )
        return
    grants, direct = bool(costing.inputs.grants), any(s.direct_charges for s in segments)
    heads = [
        "Cost",
        *(["To one party"] if direct else []),
        *(["Grants"] if grants else []),
        "Shared",
    ]
    rows = [
        Row((short_span(s.start, s.end), *_period_cells(s, grants=grants, direct=direct)))
        for s in segments
    ]
    columns = (Column("Period"), *(Column(head, "right") for head in heads))
    yield Table("From the cost to what is shared, by period", columns, tuple(rows))
    if len(segments) > 1:
        yield from _period_shares(costing)
    steps = [f"{span(s.start, s.end)}: {step}" for s in segments for step in s.steps]
    if steps:
        yield Paragraph("Steps of the sharing, besides the weights:")
        yield Bullets(tuple(steps[:MOST_STEPS]))


def _period_cells(segment: Segment, *, grants: bool, direct: bool) -> list[str]:
    cells = [sterling(segment.gross)]
    if direct:
        cells.append(sterling(sum(segment.direct_charges.values())))
    if grants:
        cells.append(sterling(sum(segment.grants.values())))
    return [*cells, sterling(segment.shared_pool)]


def _period_shares(costing: Costing) -> Iterator[Table]:
    names = names_of(costing.inputs)
    for first in range(0, len(costing.segments), PERIODS_ACROSS):
        shown = costing.segments[first : first + PERIODS_ACROSS]
        rows = [
            Row(
                (
                    name,
                    *(
                        sterling(s.shares[party]) if party in s.shares else "Not a party"
                        for s in shown
                    ),
                )
            )
            for party, name in names.items()
        ]
        totals = (sterling(sum(s.shares.values())) for s in shown)
        heads = (Column(short_span(s.start, s.end), "right") for s in shown)
        yield Table(
            "Each party’s share by period",
            (Column("Party"), *heads),
            (*(row for row in rows), Row(("Total", *totals), "total")),
        )
