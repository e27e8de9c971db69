"""The working of a costing as data, so that a finance officer can follow it by hand."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from app.costsharing.engine.calendar import long_date, month_name, year_label
from app.costsharing.engine.explain_shares import line_name, segment_lines, segment_tables
from app.costsharing.engine.inputs import Inputs, Post
from app.costsharing.engine.money import sterling
from app.costsharing.engine.pay import percent
from app.costsharing.engine.result import Costing, PayMonth


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the working: every row has as many cells as the head."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A step of the working: sentences first, then tables."""

    title: str
    lines: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()


def explain(costing: Costing) -> tuple[Section, ...]:
    """The working from rates to invoices, in the order in which it is done."""
    return tuple(_sections(costing))


def _sections(costing: Costing) -> Iterator[Section]:
    inputs = costing.inputs
    yield Section("How the cost is built", tuple(_basis(inputs)))
    if inputs.post:
        yield Section("Rates used", (), (_rates(inputs.post),))
    if costing.pay_months:
        yield Section("Pay, month by month", tuple(_pay_rules(inputs)), (_pay_table(costing),))
    if costing.arrears:
        yield Section(
            "Arrears of backdated awards", tuple(_arrears_lines(costing)), (_arrears(costing),)
        )
    if costing.months:
        yield Section("Cost by the month in which it is earned", (), (_months(costing),))
    for number, segment in enumerate(costing.segments, start=1):
        when = f"{long_date(segment.start)} to {long_date(segment.end)}"
        yield Section(
            f"Segment {number}: {when}",
            segment_lines(inputs, segment),
            tuple(Table(*table) for table in segment_tables(segment)),
        )
    yield Section("Invoices", tuple(_invoice_rules(inputs)), (_invoices(costing),))
    for segment in costing.actual_segments:
        when = f"{long_date(segment.start)} to {long_date(segment.end)}"
        yield Section(
            f"Actual cost: {when}",
            segment_lines(inputs, segment),
            tuple(Table(*table) for table in segment_tables(segment)),
        )
    if costing.true_up:
        yield Section("True-up", tuple(_true_up_rules()), (_true_up(costing),))


def _basis(inputs: Inputs) -> Iterator[str]:
    method = "monthly" if inputs.method == "monthly" else "annual (indicative, for quotes)"
    yield f"Term: {long_date(inputs.start)} to {long_date(inputs.end)}. Method: {method}."
    if inputs.method == "monthly":
        days = "weekdays" if inputs.apportionment == "working" else "calendar days"
        paid = f"on day {inputs.pay_day}" if inputs.pay_day else "on its last day"
        yield f"Part months go by {days} of that month. Each month is paid {paid}."
    else:
        yield (
            "Each line is a whole-year figure x days of the term in the year / days in the year. "
            "National Insurance = (yearly pay - annual threshold) x rate."
        )
    if inputs.post:
        post = inputs.post
        yield (
            f"FTE = {_number(post.contracted_hours)} / {_number(post.full_time_hours)} hours "
            f"= {_number(post.fte)}, kept exact."
        )
        if post.weeks_factor != 1:
            yield f"Weeks factor: {_number(post.weeks_factor)} of basic pay."
    yield (
        "Money is rounded to the nearest penny, halves away from zero; employer National "
        "Insurance as payroll rounds it; shares by largest remainder, the earlier party first "
        "on a tie."
    )


def _number(value: Fraction) -> str:
    """An exact number as a decimal where a short one exists, else as a fraction."""
    text = f"{value.numerator / value.denominator:.12f}".rstrip("0").rstrip(".")
    return text if Fraction(text) == value else str(value)


def _rates(post: Post) -> Table:
    rows: list[tuple[str, ...]] = []
    for point in post.salary:
        rows.append(
            ("Full-time salary", long_date(point.start), sterling(point.annual), _said(point))
        )
    for award in post.awards:
        for point in award.salary:
            what = f"Salary by award paid in {month_name(award.paid_month)}"
            rows.append((what, long_date(point.start), sterling(point.annual), _said(point)))
    for year in post.ni_years:
        figures = (
            f"{percent(year.rate)} above {sterling(year.monthly_threshold)} a month "
            f"({sterling(year.annual_threshold)} a year)"
        )
        rows.append(
            (f"National Insurance {year.label}", f"6 April {year.year}", figures, _said(year))
        )
    for rate in post.pension:
        rows.append(("Employer pension", long_date(rate.start), percent(rate.rate), _said(rate)))
    rows.append(("Apprenticeship levy", "", percent(post.levy_rate), ""))
    return Table("Rates by date", ("Rate", "From", "Figure", "Source"), tuple(rows))


def _said(rate: object) -> str:
    """Source of a rate, and whether it is assumed or known only until a day."""
    parts = [str(getattr(rate, "source", None) or "Source not given")]
    if getattr(rate, "assumed", False):
        parts.append("assumed")
    until = getattr(rate, "until", None)
    if until:
        parts.append(f"known until {long_date(until)}")
    return "; ".join(parts)


def _pay_rules(inputs: Inputs) -> Iterator[str]:
    yield (
        "Basic pay = annual salary x FTE x weeks factor / 12 x days in term / days in month, "
        "salary by salary where it changes within a month."
    )
    basis = inputs.post.ni_basis if inputs.post else "own"
    if basis == "own":
        yield "National Insurance = (pay - monthly threshold) x rate; the threshold is never cut."
    elif basis == "marginal":
        yield "National Insurance = pay x rate: the threshold is used up by the person's other pay."
    else:
        yield (
            "National Insurance = National Insurance of the whole job x pay of the post / pay of "
            "the whole job."
        )
    yield "Pension = (basic pay + pensionable allowances) x rate in force on the pay date."


def _pay_table(costing: Costing) -> Table:
    post = costing.inputs.post
    scale = post.fte * post.weeks_factor if post else Fraction(1)
    rows = tuple(_pay_row(month, scale) for month in costing.pay_months)
    head = ("Month", "Days", "Basic pay", "Allowances", "National Insurance", "Pension")
    return Table("Pay of each month, before arrears", head, rows)


def _pay_row(month: PayMonth, scale: Fraction) -> tuple[str, ...]:
    pay = month.basic + month.allowances
    threshold = sterling(month.ni_threshold)
    if month.whole_pay is not None:
        ni = (
            f"NI on {sterling(month.whole_pay)} x {sterling(pay)} / {sterling(month.whole_pay)} "
            f"at {month.ni_rate}"
        )
    else:
        ni = f"({sterling(pay)} - {threshold}) x {month.ni_rate}"
    pensionable = sterling(month.basic + month.pensionable_allowances)
    return (
        month_name(month.month),
        f"{month.days_in_term} of {month.days_in_month}",
        _basic_working(month, scale),
        sterling(month.allowances),
        f"{ni} = {sterling(month.employer_ni)}",
        f"{pensionable} x {month.pension_rate} = {sterling(month.pension)}",
    )


def _basic_working(month: PayMonth, scale: Fraction) -> str:
    """Salaries with the days each counts for, and what they come to over twelve months."""
    parts = " + ".join(f"{sterling(annual)} x {days}" for annual, days in month.salary_days)
    times = "" if scale == 1 else f" x {_number(scale)}"
    return f"({parts}) / {month.days_in_month} / 12{times} = {sterling(month.basic)}"


def _arrears_lines(costing: Costing) -> Iterator[str]:
    yield (
        "Arrears of a month = basic pay at the new salary - basic pay at the old, each already "
        "rounded. They belong to the months earned, and so do the on-costs on them."
    )
    for payment in costing.arrears:
        yield (
            f"Paid in {month_name(payment.paid_month)}: {sterling(payment.basic)}; National "
            f"Insurance with less without them {sterling(payment.employer_ni)}; pension "
            f"{sterling(payment.pension)}; together {sterling(payment.total)}."
        )


def _arrears(costing: Costing) -> Table:
    rows = tuple(
        (month_name(payment.paid_month), month_name(month), sterling(amount))
        for payment in costing.arrears
        for month, amount in payment.earned.items()
    )
    return Table("Arrears by month earned", ("Paid in", "Earned in", "Arrears"), rows)


def _months(costing: Costing) -> Table:
    names = tuple(costing.months[0].lines)
    rows = tuple(
        (
            month_name(month.month),
            *(sterling(month.lines[name]) for name in names),
            sterling(month.total),
        )
        for month in costing.months
    )
    head = ("Month", *(line_name(name) for name in names), "Total")
    return Table("Cost by month, without levy and overhead", head, rows)


def _invoice_rules(inputs: Inputs) -> Iterator[str]:
    schedule = inputs.schedule
    timing = "in advance" if schedule.timing == "advance" else "in arrears"
    spread = "equal instalments" if schedule.profile == "equal" else "instalments by days"
    yield (
        f"Each segment's share, and its fee, is spread over the {_frequency(schedule.frequency)} "
        f"it touches in {spread}, invoiced {timing}, due {schedule.payment_days} days from issue."
    )
    yield "VAT is worked once per invoice on the part that bears it."


def _frequency(frequency: str) -> str:
    return {"monthly": "months", "quarterly": "quarters from April", "annual": "years"}[frequency]


def _invoices(costing: Costing) -> Table:
    rows = tuple(
        (
            i.party,
            str(i.number),
            f"{long_date(i.start)} to {long_date(i.end)}",
            sterling(i.share),
            sterling(i.host_fee),
            sterling(i.vat),
            sterling(i.gross),
        )
        for i in costing.invoices
    )
    head = ("Partner", "Number", "Period", "Share", "Host fee", "VAT", "To pay")
    return Table("Invoices by partner", head, rows)


def _true_up_rules() -> Iterator[str]:
    yield "Difference = actual share and fee - invoiced share and fee, by partner and year."
    yield "Above nil a further invoice; below nil a credit note. One is never set against another."


def _true_up(costing: Costing) -> Table:
    documents = {"invoice": "Invoice", "credit_note": "Credit note", "none": "None"}
    rows = tuple(
        (
            year_label(row.year_from.year),
            row.party,
            sterling(row.actual),
            sterling(row.invoiced),
            documents[row.document],
            sterling(row.net),
            sterling(row.vat),
            sterling(row.gross),
        )
        for row in costing.true_up
    )
    head = ("Year", "Partner", "Actual", "Invoiced", "Document", "Net", "VAT", "To pay")
    return Table("True-up by year and partner", head, rows)


def as_text(sections: tuple[Section, ...]) -> str:
    """The working as plain text, tables in columns."""
    out: list[str] = []
    for section in sections:
        out += [section.title, "=" * len(section.title), *section.lines, ""]
        for table in section.tables:
            out += [table.caption, *_columns(table), ""]
    return "\n".join(out)


def _columns(table: Table) -> Iterator[str]:
    rows = (table.head, *table.rows)
    widths = [max(len(row[i]) for row in rows) for i in range(len(table.head))]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
