"""The tables of invoices, payment, VAT and true-up: Schedules 3 and 4 of the agreement."""

from collections.abc import Iterator, Sequence

from app.costsharing.agreement import AgreementDetails, Contact, PartyDetails
from app.costsharing.engine.calendar import financial_year, year_label
from app.costsharing.engine.inputs import Inputs, Party, Pence, Treatment
from app.costsharing.engine.money import sterling
from app.costsharing.engine.result import Costing, Invoice
from app.costsharing.wording_values import (
    TO_BE_AGREED,
    TREATMENTS,
    day,
    joined,
    names_of,
    percentage,
    short_day,
    short_span,
)
from app.documents.model import Column, Paragraph, Row, Table

MOST_INVOICES = 500

_DOCUMENTS = {
    "invoice": "Supplementary invoice",
    "credit_note": "Credit note",
    "none": "None",
}

_QUESTIONS = {
    "host_registered": "Host registered for VAT",
    "named_employer": "Anyone else named as employer",
    "directed_by": "Daily work directed by",
    "power_used": "Power used",
    "private_supply": "A private firm could supply this",
    "one_vat_group": "Both in one VAT group",
}
_ANSWERS = {
    "yes": "yes",
    "no": "no",
    "unknown": "not known",
    "host": "the host",
    "partner": "the partner",
    "both": "both",
    "s113": "section 113",
    "s75": "section 75",
    "s22a": "section 22A",
    "s97": "section 97",
    "goods": "the Goods and Services Act 1970",
    "other": "another power",
    "none": "none",
}


def invoice_blocks(costing: Costing) -> Iterator[Table | Paragraph]:
    """Give every invoice by partner, or yearly totals if there are too many to print."""
    if not costing.invoices:
        yield Paragraph("No invoice falls due.")
        return
    if len(costing.invoices) > MOST_INVOICES:
        yield Paragraph(
            f"There are {len(costing.invoices):,} invoices, too many to print. The table gives "
            "their totals by partner and financial year. The spreadsheet of this costing, under "
            "the same reference, lists every invoice and is part of this schedule."
        )
        yield _yearly_totals(costing)
        return
    fee = costing.inputs.host_fee is not None
    for party in costing.inputs.partners:
        own = [invoice for invoice in costing.invoices if invoice.party == party.id]
        if own:
            yield _invoice_table(party, own, fee=fee)


def _invoice_table(party: Party, invoices: Sequence[Invoice], *, fee: bool) -> Table:
    rows = [
        Row(
            (
                str(invoice.number),
                short_span(invoice.start, invoice.end),
                short_day(invoice.issue_date),
                *((sterling(invoice.share), sterling(invoice.host_fee)) if fee else ()),
                sterling(invoice.net),
                sterling(invoice.vat),
                sterling(invoice.gross),
                short_day(invoice.due_date),
            )
        )
        for invoice in invoices
    ]
    totals = (
        "Total",
        "",
        "",
        *((_sum(invoices, "share"), _sum(invoices, "host_fee")) if fee else ()),
        _sum(invoices, "net"),
        _sum(invoices, "vat"),
        _sum(invoices, "gross"),
        "",
    )
    columns = (
        Column("No."),
        Column("Period"),
        Column("Issued"),
        *((Column("Share", "right"), Column("Fee", "right")) if fee else ()),
        Column("Net", "right"),
        Column("VAT", "right"),
        Column("To pay", "right"),
        Column("Due"),
    )
    return Table(f"Invoices to {party.name}", columns, (*rows, Row(totals, "total")))


def _sum(invoices: Sequence[Invoice], field: str) -> str:
    return sterling(sum(getattr(invoice, field) for invoice in invoices))


def _yearly_totals(costing: Costing) -> Table:
    names = names_of(costing.inputs)
    groups: dict[tuple[str, int], list[Invoice]] = {}
    for invoice in costing.invoices:
        groups.setdefault((invoice.party, financial_year(invoice.start)), []).append(invoice)
    rows = [
        Row(
            (
                names[party],
                year_label(year),
                str(len(group)),
                _sum(group, "net"),
                _sum(group, "vat"),
                _sum(group, "gross"),
            )
        )
        for (party, year), group in groups.items()
    ]
    every = costing.invoices
    totals = (
        "Total",
        "",
        str(len(every)),
        _sum(every, "net"),
        _sum(every, "vat"),
        _sum(every, "gross"),
    )
    columns = (
        Column("Partner"),
        Column("Year"),
        Column("Invoices", "right"),
        Column("Net", "right"),
        Column("VAT", "right"),
        Column("To pay", "right"),
    )
    return Table("Invoices by partner and financial year", columns, (*rows, Row(totals, "total")))


def totals_table(costing: Costing) -> Table:
    """Give what each party bears over the term."""
    names = names_of(costing.inputs)
    fee = costing.inputs.host_fee is not None
    rows = []
    for total in costing.parties:
        host = total.party == costing.inputs.host.id
        cells = [names[total.party] + (" (host)" if host else ""), sterling(total.share)]
        if fee:
            cells.append("None" if host else sterling(total.host_fee))
        cells += ["None" if host else sterling(total.vat), _to_pay(total.gross, host=host)]
        rows.append(Row(tuple(cells)))
    heads = ["Share of the cost", *(["Host fee"] if fee else []), "VAT", "To pay the host"]
    last = ["Total", sterling(sum(t.share for t in costing.parties))]
    if fee:
        last.append(sterling(sum(t.host_fee for t in costing.parties)))
    last += [
        sterling(sum(t.vat for t in costing.parties)),
        sterling(sum(t.gross for t in costing.parties)),
    ]
    columns = (Column("Party"), *(Column(head, "right") for head in heads))
    return Table("What each party bears over the term", columns, (*rows, Row(tuple(last), "total")))


def _to_pay(gross: Pence, *, host: bool) -> str:
    return "Pays its own" if host else sterling(gross)


def payment_table(costing: Costing, details: AgreementDetails) -> Table:
    """Give each party's order, cost centre, supplier record and invoice contact."""
    gross = {total.party: total.gross for total in costing.parties}
    rows = []
    for party in costing.inputs.parties:
        own = details.party(party.id)
        order = "Not needed: sends the invoices" if party.host else _order(own, gross[party.id])
        rows.append(
            Row(
                (
                    party.name,
                    order,
                    own.cost_centre or TO_BE_AGREED,
                    own.supplier_number or TO_BE_AGREED,
                    contact_words(own.invoice_contact) or TO_BE_AGREED,
                )
            )
        )
    titles = ("Party", "Purchase order", "Cost centre", "Supplier record", "Invoice contact")
    return Table(
        "Purchase orders and invoice contacts",
        tuple(Column(title) for title in titles),
        tuple(rows),
    )


def _order(party: PartyDetails, gross: Pence) -> str:
    """Write a purchase order, and say if its value is too small for what will be invoiced."""
    order = party.purchase_order
    parts = [order.number or f"Number: {TO_BE_AGREED}"]
    parts.append(sterling(order.value) if order.value is not None else f"value: {TO_BE_AGREED}")
    if order.valid_to:
        parts.append(f"valid to {day(order.valid_to)}")
    text = ", ".join(parts)
    if order == type(order)():
        return TO_BE_AGREED
    if order.value is not None and order.value < gross:
        text += f". Less than the {sterling(gross)} of all invoices"
    return text


def contact_words(contact: Contact) -> str:
    """Write a contact on one line."""
    return ", ".join(
        part for part in (contact.name, contact.role, contact.email, contact.phone) if part
    )


def vat_table(inputs: Inputs, details: AgreementDetails) -> Table:
    """Give each partner's VAT treatment by component, with its reason and who decided."""
    fee = inputs.host_fee is not None
    rows = []
    for party in inputs.partners:
        rows.append(
            Row(
                (
                    party.name,
                    _treatment(party.vat.share, party),
                    *((_treatment(party.vat.fee, party),) if fee else ()),
                    percentage(party.vat.recoverable),
                    _vat_reason(details.party(party.id)),
                )
            )
        )
    columns = (
        Column("Partner"),
        Column("Share"),
        *((Column("Host fee"),) if fee else ()),
        Column("VAT recovered", "right"),
        Column("Reason, power and decision"),
    )
    return Table("VAT treatment by partner", columns, tuple(rows))


def _treatment(treatment: Treatment, party: Party) -> str:
    text = TREATMENTS[treatment]
    return f"{text}, {percentage(party.vat.rate)}" if treatment == "standard" else text


def _vat_reason(party: PartyDetails) -> str:
    vat = party.vat
    decided = joined(part for part in (vat.decided_by, day(vat.decided_on)) if part)
    parts = [
        vat.reason.rstrip("."),
        f"Power: {vat.legal_power}" if vat.legal_power else "",
        f"Decided by {vat.decided_by}" if vat.decided_by else f"Decided by: {TO_BE_AGREED}",
        f"on {day(vat.decided_on)}" if vat.decided_on else "",
        f"Evidence: {vat.evidence}" if vat.evidence else "",
        f"Review on {day(vat.review_on)}" if vat.review_on else "",
        *(f"{_QUESTIONS[name]}: {_ANSWERS[answer]}" for name, answer in vat.questions.items()),
    ]
    if not any((vat.reason, vat.legal_power, decided, vat.evidence, vat.review_on, vat.questions)):
        return TO_BE_AGREED
    return ". ".join(part for part in parts if part)


def true_up_table(costing: Costing) -> Table:
    """Give the differences between actual and invoiced, by year and partner."""
    names = names_of(costing.inputs)
    rows = tuple(
        Row(
            (
                names[row.party],
                year_label(financial_year(row.year_from)),
                sterling(row.actual),
                sterling(row.invoiced),
                _DOCUMENTS[row.document],
                sterling(row.net),
                sterling(row.vat),
                sterling(row.gross),
            )
        )
        for row in costing.true_up
    )
    columns = (
        Column("Partner"),
        Column("Year"),
        Column("Actual", "right"),
        Column("Invoiced", "right"),
        Column("Document"),
        Column("Net", "right"),
        Column("VAT", "right"),
        Column("Total", "right"),
    )
    return Table("True-up of years with actual figures", columns, rows)
