"""The first result page: what the post costs, who pays what by year, and what to check. Pure."""

from dataclasses import dataclass

from app.costsharing import engine
from app.costsharing.charts import Chart, shares_chart
from app.costsharing.engine.calendar import year_label
from app.costsharing.engine.explain_shares import line_name
from app.costsharing.engine.inputs import Party
from app.costsharing.engine.money import sterling
from app.costsharing.engine.result import Costing, PartyTotal
from app.costsharing.presenting.flags import FlagView, flag_views
from app.costsharing.presenting.rates import RateView, rates_used
from app.costsharing.presenting.tables import DataTable, Row, count, days, grid, grid_head, plain


@dataclass(frozen=True, slots=True)
class Overview:
    """All that the first result page shows."""

    total: str
    term: str
    facts: tuple[str, ...]
    proof: str
    parties: DataTable
    shares: DataTable
    chart: Chart
    lines: DataTable
    grants: DataTable | None
    flags: tuple[FlagView, ...]
    rates: tuple[RateView, ...]


def overview(costing: Costing) -> Overview:
    """Put the first result page together."""
    inputs = costing.inputs
    return Overview(
        total=sterling(costing.total),
        term=days(inputs.start, inputs.end),
        facts=_facts(costing),
        proof=_proof(costing),
        parties=_parties(costing),
        shares=_shares(costing),
        chart=_chart(costing),
        lines=_lines(costing),
        grants=_grants(costing),
        flags=flag_views(costing),
        rates=rates_used(inputs),
    )


def _facts(costing: Costing) -> tuple[str, ...]:
    inputs = costing.inputs
    partners = count(len(inputs.partners), "partner")
    facts = [f"{inputs.host.name} employs and invoices {partners}"]
    if inputs.post is not None:
        facts.append(f"{plain(inputs.post.fte)} full-time equivalent (FTE)")
    if inputs.method == "annual":
        facts.append("Indicative only: worked out by the year, so it will not match payroll")
    return tuple(facts)


def _proof(costing: Costing) -> str:
    shares = sum(total.share for total in costing.parties)
    grants = costing.total - shares
    if grants:
        return (
            f"Grants of {sterling(grants)} and shares of {sterling(shares)} add up to the cost "
            f"of {sterling(costing.total)}, to the penny."
        )
    return f"The shares add up to {sterling(costing.total)}, to the penny."


def _parties(costing: Costing) -> DataTable:
    """Each party's share, fee and VAT that it cannot recover; the host receives the fees."""
    rows = [_party_sums(total) for total in costing.parties]
    names = {party.id: _called(party) for party in costing.inputs.parties}
    sums = [sum(column) for column in zip(*rows, strict=True)]
    # A column with nothing in it would only be in the way.
    shown = [i for i in range(4) if i in {0, 3} or any(row[i] for row in rows)]
    if shown == [0, 3]:
        shown = [0]
    heads = ("Share", "Host fee", "VAT not recovered", "Cost in all")
    body = [
        Row(names[total.party], tuple(sterling(row[i]) for i in shown))
        for total, row in zip(costing.parties, rows, strict=True)
    ]
    foot = Row("Total", tuple(sterling(sums[i]) for i in shown), "total")
    note = ""
    if 1 in shown:
        note = f"The fee goes to {costing.inputs.host.name}, so it lowers the host’s own cost."
    return DataTable(
        "parties",
        "What each organisation pays over the term",
        ("Organisation", *(heads[i] for i in shown)),
        (*body, foot),
        note=note,
    )


def _party_sums(total: PartyTotal) -> tuple[int, int, int, int]:
    fee = total.host_fee - total.host_fee_received
    return total.share, fee, total.vat_not_recovered, total.share + fee + total.vat_not_recovered


def _called(party: Party) -> str:
    return f"{party.name} (host)" if party.host else party.name


def _shares(costing: Costing) -> DataTable:
    by_year = engine.shares_by_year(costing)
    years = sorted({segment.fy for segment in costing.segments})
    rows = [(party.name, by_year.get(party.id, {})) for party in costing.inputs.parties]
    return DataTable(
        "shares",
        "What each organisation pays by financial year",
        grid_head("Organisation", [year_label(year) for year in years]),
        grid(rows, years),
        note="Financial years run from 1 April to 31 March.",
    )


def _chart(costing: Costing) -> Chart:
    by_year = engine.shares_by_year(costing)
    years = sorted({segment.fy for segment in costing.segments})
    names = [(party.id, party.name) for party in costing.inputs.parties]
    return shares_chart(
        "Shares by financial year",
        names,
        [
            (year_label(year), {p: by_year.get(p, {}).get(year, 0) for p, _ in names})
            for year in years
        ],
    )


def _lines(costing: Costing) -> DataTable:
    by_year = engine.lines_by_year(costing)
    years = sorted(by_year)
    names = [name for name in costing.lines if name != "total"]
    rows = [(line_name(n), {year: by_year[year].get(n, 0) for year in years}) for n in names]
    return DataTable(
        "lines",
        "What makes up the cost",
        grid_head("Line", [year_label(year) for year in years]),
        grid(rows, years, "Cost of the post"),
    )


def _grants(costing: Costing) -> DataTable | None:
    names = [grant.name for grant in costing.inputs.grants]
    if not names:
        return None
    years = sorted({segment.fy for segment in costing.segments})
    rows = []
    for name in names:
        used: dict[int, int] = {}
        for segment in costing.segments:
            used[segment.fy] = used.get(segment.fy, 0) + segment.grants.get(name, 0)
        rows.append((name, used))
    return DataTable(
        "grants",
        "What grants pay",
        grid_head("Grant", [year_label(year) for year in years]),
        grid(rows, years),
        note="Grants are taken off the cost before it is shared.",
    )
