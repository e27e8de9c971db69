"""The invoice schedule, a partner at a time when it is long, and the true-up at year end. Pure."""

from dataclasses import dataclass

from app.costsharing.engine.calendar import long_date, year_label
from app.costsharing.engine.inputs import Vat
from app.costsharing.engine.money import sterling
from app.costsharing.engine.result import Costing, Invoice
from app.costsharing.presenting.tables import DataTable, Row, count, money_row, period

# Above this many rows in all, the page shows one partner.
MOST_ROWS = 48
TREATMENTS = {
    "standard": "standard-rated",
    "outside_scope": "outside the scope of VAT",
    "exempt": "exempt",
    "zero": "zero-rated",
    "undecided": "not decided yet",
}
DOCUMENTS = {"invoice": "Invoice", "credit_note": "Credit note", "none": "None"}
FREQUENCIES = {"monthly": "Monthly", "quarterly": "Quarterly", "annual": "Yearly"}
TIMINGS = {"advance": "in advance", "arrears": "in arrears"}
PROFILES = {"equal": "equal instalments", "days": "instalments by days"}


@dataclass(frozen=True, slots=True)
class PartnerInvoices:
    """One partner's invoices with how VAT is treated."""

    party: str
    name: str
    treatment: str
    table: DataTable


@dataclass(frozen=True, slots=True)
class InvoicesPage:
    """The invoice page: how invoices are made, whose are shown, and the differences at year end."""

    rule: str
    summary: DataTable
    partners: tuple[tuple[str, str], ...]
    chosen: str
    shown: tuple[PartnerInvoices, ...]
    true_up: DataTable | None


def invoices_page(costing: Costing, party: str | None) -> InvoicesPage:
    """Show all invoices when they are few, else those of the chosen or the first partner."""
    partners = [
        p for p in costing.inputs.partners if any(i.party == p.id for i in costing.invoices)
    ]
    ids = [p.id for p in partners]
    shown = ids
    chosen = ""
    if len(costing.invoices) > MOST_ROWS and ids:
        chosen = party if party in ids else ids[0]
        shown = [chosen]
    return InvoicesPage(
        rule=_rule(costing),
        summary=_summary(costing),
        partners=tuple((p.id, p.name) for p in partners),
        chosen=chosen,
        shown=tuple(_partner(costing, party_id) for party_id in shown),
        true_up=_true_up(costing),
    )


def _rule(costing: Costing) -> str:
    schedule = costing.inputs.schedule
    return (
        f"{FREQUENCIES[schedule.frequency]} {TIMINGS[schedule.timing]}, in "
        f"{PROFILES[schedule.profile]}. Payment is due "
        f"{count(schedule.payment_days, 'day')} after the invoice date."
    )


def _sums(invoices: list[Invoice]) -> list[int]:
    return [
        sum(i.share for i in invoices),
        sum(i.host_fee for i in invoices),
        sum(i.net for i in invoices),
        sum(i.vat for i in invoices),
        sum(i.gross for i in invoices),
    ]


def _summary(costing: Costing) -> DataTable:
    rows = []
    for partner in costing.inputs.partners:
        own = [i for i in costing.invoices if i.party == partner.id]
        sums = money_row("", _sums(own)).cells
        rows.append(Row(partner.name, (f"{len(own):,}", *sums)))
    every = money_row("", _sums(list(costing.invoices))).cells
    rows.append(Row("Total", (f"{len(costing.invoices):,}", *every), "total"))
    return DataTable(
        "invoice-summary",
        "Invoices of each partner over the term",
        ("Partner", "Invoices", "Share", "Host fee", "Net", "VAT", "To pay"),
        tuple(rows),
    )


def _partner(costing: Costing, party_id: str) -> PartnerInvoices:
    partner = next(p for p in costing.inputs.partners if p.id == party_id)
    own = [i for i in costing.invoices if i.party == party_id]
    rows: list[Row] = []
    years = sorted({_year(i) for i in own})
    for year in years:
        inside = [i for i in own if _year(i) == year]
        rows.extend(_row(i) for i in inside)
        if len(years) > 1:
            cells = ("", "", "", *money_row("", _sums(inside)).cells)
            rows.append(Row(f"Year {year_label(year)}", cells, "subtotal"))
    rows.append(Row("Total", ("", "", "", *money_row("", _sums(own)).cells), "total"))
    table = DataTable(
        f"invoices-{party_id}",
        f"Invoices to {partner.name}",
        ("Number", "Covers", "Issued", "Due", "Share", "Host fee", "Net", "VAT", "To pay"),
        tuple(rows),
        words=frozenset({1, 2, 3}),
    )
    return PartnerInvoices(party_id, partner.name, _treatment(partner.vat), table)


def _year(invoice: Invoice) -> int:
    return invoice.start.year if invoice.start.month >= 4 else invoice.start.year - 1


def _row(invoice: Invoice) -> Row:
    sums = money_row("", _sums([invoice])).cells
    covers = period(invoice.start, invoice.end)
    return Row(
        str(invoice.number),
        (covers, long_date(invoice.issue_date), long_date(invoice.due_date), *sums),
    )


def _treatment(vat: Vat) -> str:
    share, fee = TREATMENTS[vat.share], TREATMENTS[vat.fee]
    if share == fee:
        return f"VAT: {share}."
    return f"VAT on the share: {share}. VAT on the host fee: {fee}."


def _true_up(costing: Costing) -> DataTable | None:
    if not costing.true_up:
        return None
    names = {p.id: p.name for p in costing.inputs.parties}
    rows = tuple(
        Row(
            f"{names[t.party]}, {year_label(t.year_from.year)}",
            (
                sterling(t.actual),
                sterling(t.invoiced),
                DOCUMENTS[t.document],
                sterling(t.net),
                sterling(t.vat),
                sterling(t.gross),
            ),
        )
        for t in costing.true_up
    )
    return DataTable(
        "true-up",
        "Difference between actual and invoiced cost",
        ("Partner and year", "Actual", "Invoiced", "Document", "Net", "VAT", "Gross"),
        rows,
        words=frozenset({3}),
    )
