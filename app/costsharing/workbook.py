"""The spreadsheet of a costing: live formulas where a sheet can follow, else labelled values."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from app.costsharing import engine
from app.costsharing.engine.explain_shares import line_name
from app.costsharing.engine.faults import pointer
from app.costsharing.engine.result import Costing, Invoice
from app.costsharing.wording_values import day, names_of, span
from app.costsharing.workbook_shares import (
    write_months,
    write_periods,
    write_shares,
    write_years,
)
from app.documents.xlsx import Sheet, Workbook, block, cell

TITLE = "Cost of a shared post"
_DOCUMENTS = {"invoice": "Supplementary invoice", "credit_note": "Credit note", "none": "None"}


def cost_workbook(
    costing: Costing,
    *,
    inputs_sha256: str,
    today: date,
    data: object = None,
    reference: str = "",
) -> bytes:
    """Give the costing as XLSX: summary, months, periods, shares, invoices, working and inputs.

    `data` is the inputs object as it came in, listed on the last sheet. Every formula carries the
    result that the engine gives, so the file reads right before anything is calculated again.
    `reference` is the name of a saved split; without one the hash gives it.
    """
    reference = reference or engine.reference(inputs_sha256)
    book = Workbook(title=TITLE, subject=reference, created_on=today)
    summary = book.sheet("Summary", (38, 20, 18, 18, 18, 20), title=TITLE)
    _months(book, costing)
    pools = write_periods(book, costing)
    rows = write_shares(book, costing, pools)
    years_row = write_years(book, costing, rows)
    write_months(book, costing)
    invoices = _invoices(book, costing)
    _true_up(book, costing)
    _working(book, costing)
    _inputs(book, data)
    _summary(summary, costing, (reference, inputs_sha256, day(today)), invoices, years_row)
    return book.finish()


def _summary(
    sheet: Sheet,
    costing: Costing,
    about: tuple[str, str, str],
    invoices: dict[str, tuple[int, int]],
    years_row: int,
) -> None:
    reference, sha256, today = about
    facts = [
        ("Reference", reference),
        ("Drawn up on", today),
        ("Method version", engine.METHOD_VERSION),
        ("SHA-256 of the inputs", sha256),
        ("Term", span(costing.inputs.start, costing.inputs.end)),
        ("Host", costing.inputs.host.name),
    ]
    for label, value in facts:
        sheet.text(0, label, "label")
        sheet.text(1, value, "line")
        sheet.row += 1
    sheet.row += 1
    sheet.line("Costs and shares are without VAT; the invoices show it.", "note", wide=6)
    sheet.row += 1
    sheet.head(
        ("Party", "Share of the cost", "Host fee", "VAT", "To pay the host", "VAT not recovered"), 1
    )
    names, first = names_of(costing.inputs), sheet.row
    places = {party.id: i for i, party in enumerate(costing.inputs.parties)}
    years = len({segment.fy for segment in costing.segments})
    for total in costing.parties:
        sheet.text(0, names[total.party])
        own = cell(years_row + places[total.party], years + 1)
        sheet.formula(1, f"='Shares by year'!{own}", total.share / 100)
        for column, (letter, pence) in enumerate(
            ((7, total.host_fee), (9, total.vat), (10, total.gross)), start=2
        ):
            _from_invoices(sheet, column, letter, pence, invoices.get(total.party))
        sheet.money(5, total.vat_not_recovered)
        sheet.row += 1
    sheet.text(0, "Total", "total_text")
    sums = [
        sum(getattr(total, field) for total in costing.parties)
        for field in ("share", "host_fee", "vat", "gross", "vat_not_recovered")
    ]
    for column, total_pence in enumerate(sums, start=1):
        sheet.formula(
            column, f"=SUM({block(first, sheet.row - 1, column)})", total_pence / 100, "total"
        )
    sheet.row += 2
    for flag in costing.flags:
        about_party = f"{names[flag.party]}: " if flag.party else ""
        sheet.line(f"Please note: {about_party}{flag.message}", "note", wide=6)


def _from_invoices(
    sheet: Sheet, column: int, source: int, pence: int, rows: tuple[int, int] | None
) -> None:
    """Add up a partner's invoices by formula; who is not invoiced has nothing."""
    if rows is None:
        sheet.money(column, pence)
    else:
        sheet.formula(column, f"=SUM(Invoices!{block(rows[0], rows[1], source)})", pence / 100)


def _months(book: Workbook, costing: Costing) -> None:
    names = [name for name in costing.lines if name not in {"levy", "overhead"}]
    sheet = book.sheet(
        "Months",
        (24, *(16 for _ in range(len(names) + 1))),
        title="Cost by month",
        note="As earned: arrears of a backdated award stand in the months that they were earned "
        "in. The lines of each month are values from the costing, the totals are formulas. Levy "
        "and overhead are worked out by period and added below.",
    )
    if not costing.months:
        sheet.line("The annual method gives no months. The sheet Periods has the cost by period.")
        return
    sheet.head(["Month", *(line_name(name) for name in names), "Total"], 1, freeze=True)
    first, last_column = sheet.row, len(names) + 1
    for month in costing.months:
        sheet.text(0, month.month)
        for column, name in enumerate(names, start=1):
            sheet.money(column, month.lines.get(name, 0))
        across = f"{cell(sheet.row, 1)}:{cell(sheet.row, len(names))}"
        sheet.formula(last_column, f"=SUM({across})", month.total / 100)
        sheet.row += 1
    sheet.text(0, "Total of the months", "total_text")
    for column in range(1, last_column + 1):
        pence = (
            sum(month.total for month in costing.months)
            if column == last_column
            else sum(month.lines.get(names[column - 1], 0) for month in costing.months)
        )
        sheet.formula(column, f"=SUM({block(first, sheet.row - 1, column)})", pence / 100, "total")
    below = sheet.row
    sheet.row += 1
    for name in ("levy", "overhead"):
        if name in costing.lines:
            sheet.text(0, line_name(name))
            sheet.money(last_column, costing.lines[name])
            sheet.row += 1
    sheet.text(0, "Cost over the term", "total_text")
    whole = f"=SUM({block(below, sheet.row - 1, last_column)})"
    sheet.formula(last_column, whole, costing.total / 100, "total")
    sheet.row += 1


def _invoices(book: Workbook, costing: Costing) -> dict[str, tuple[int, int]]:
    """Write every invoice; give the rows of each partner's."""
    sheet = book.sheet(
        "Invoices",
        (34, 9, 14, 14, 14, 14, 14, 14, 14, 14, 14),
        title="Invoices",
        note="Share, fee and VAT are values from the costing; net and the amount to pay are "
        "formulas.",
    )
    heads = (
        "Partner", "Number", "From", "To", "Issued", "Due", "Share", "Host fee", "Net", "VAT",
        "To pay",
    )  # fmt: skip
    sheet.head(heads, 6, freeze=True)
    names = names_of(costing.inputs)
    first = sheet.row
    found: dict[str, tuple[int, int]] = {}
    for invoice in costing.invoices:
        start = found.get(invoice.party, (sheet.row, 0))[0]
        found[invoice.party] = (start, sheet.row)
        _invoice_row(sheet, names[invoice.party], invoice)
    if costing.invoices:
        _invoice_totals(sheet, costing.invoices, first)
    else:
        sheet.line("No invoice falls due.")
    return found


def _invoice_row(sheet: Sheet, name: str, invoice: Invoice) -> None:
    sheet.text(0, name)
    sheet.number(1, invoice.number)
    days = (invoice.start, invoice.end, invoice.issue_date, invoice.due_date)
    for column, value in enumerate(days, start=2):
        sheet.day(column, value)
    share, fee, net, vat = (cell(sheet.row, column) for column in (6, 7, 8, 9))
    sheet.money(6, invoice.share)
    sheet.money(7, invoice.host_fee)
    sheet.formula(8, f"=ROUND({share}+{fee},2)", invoice.net / 100)
    sheet.money(9, invoice.vat)
    sheet.formula(10, f"=ROUND({net}+{vat},2)", invoice.gross / 100)
    sheet.row += 1


def _invoice_totals(sheet: Sheet, invoices: Sequence[Invoice], first: int) -> None:
    sheet.text(0, "Total", "total_text")
    for column in range(1, 6):
        sheet.text(column, "", "total_text")
    for column, field in enumerate(("share", "host_fee", "net", "vat", "gross"), start=6):
        pence = sum(getattr(invoice, field) for invoice in invoices)
        sheet.formula(column, f"=SUM({block(first, sheet.row - 1, column)})", pence / 100, "total")
    sheet.row += 1


def _true_up(book: Workbook, costing: Costing) -> None:
    if not costing.true_up:
        return
    sheet = book.sheet(
        "True-up",
        (34, 14, 16, 16, 24, 14, 14, 14),
        title="True-up of years with actual figures",
        note="Actual, invoiced and VAT are values from the costing; net and total are formulas.",
    )
    heads = ("Partner", "Year from", "Actual", "Invoiced", "Document", "Net", "VAT", "Total")
    sheet.head(heads, 2, freeze=True)
    names = names_of(costing.inputs)
    for row in costing.true_up:
        sheet.text(0, names[row.party])
        sheet.day(1, row.year_from)
        sheet.money(2, row.actual)
        sheet.money(3, row.invoiced)
        sheet.text(4, _DOCUMENTS[row.document])
        difference = f"=ROUND({cell(sheet.row, 2)}-{cell(sheet.row, 3)},2)"
        sheet.formula(5, difference, row.net / 100)
        sheet.money(6, row.vat)
        total = f"=ROUND({cell(sheet.row, 5)}+{cell(sheet.row, 6)},2)"
        sheet.formula(7, total, row.gross / 100)
        sheet.row += 1


def _working(book: Workbook, costing: Costing) -> None:
    sheet = book.sheet(
        "Working",
        (60, *(18 for _ in range(12))),
        title="The working",
        note="Text as the costing explains itself, from the month table to the invoices.",
    )
    for section in engine.explain(costing):
        sheet.line(section.title, "heading")
        for line in section.lines:
            sheet.line(line)
        for table in section.tables:
            sheet.line(table.caption, "note")
            sheet.head(table.head, 1)
            for row in table.rows:
                for column, text in enumerate(row):
                    sheet.text(column, text)
                sheet.row += 1
        sheet.row += 1


def _inputs(book: Workbook, data: object) -> None:
    sheet = book.sheet(
        "Inputs",
        (60, 50),
        title="The inputs, as they came in",
        note="Each value with its place in the inputs object. The hash on the sheet Summary is of "
        "that object.",
    )
    sheet.head(("Place", "Value"), 2, freeze=True)
    for path, value in _flat(data, ""):
        sheet.text(0, path)
        sheet.text(1, value)
        sheet.row += 1


def _flat(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Give every value of a JSON object with its pointer."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flat(inner, pointer(path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _flat(inner, pointer(path, index))
    elif value is not None:
        yield path, str(value).lower() if isinstance(value, bool) else str(value)
