"""The working of one segment: pool, grants, weights, exact shares and the spare pennies."""

from collections.abc import Iterator

from app.costsharing.engine.calendar import month_end, month_name, month_start, overlap
from app.costsharing.engine.inputs import Inputs, Overhead, PartyId
from app.costsharing.engine.money import sterling
from app.costsharing.engine.pay import percent
from app.costsharing.engine.result import Segment
from app.costsharing.engine.shares import integer_weights

LINE_NAMES = {
    "basic": "Basic pay",
    "allowances": "Allowances",
    "employer_ni": "Employer National Insurance",
    "pension": "Employer pension",
    "levy": "Apprenticeship levy",
    "overhead": "Overhead",
    "total": "Total",
}
RawTable = tuple[str, tuple[str, ...], tuple[tuple[str, ...], ...]]
BASIS_NAMES = {
    "equal": "equally",
    "percent": "by agreed percentages",
    "days": "by days a week",
    "fte": "by FTE",
    "population": "by population",
    "budget": "by budget",
    "headcount": "by headcount",
    "devices": "by devices",
    "usage": "by usage",
    "ratio": "by an agreed ratio",
    "weights": "by agreed weights",
    "weighted": "by several weighted factors",
    "day_rate": "by days bought at a day rate",
}


def line_name(name: str) -> str:
    """A line as people call it; lines of the parties' own keep their names."""
    return LINE_NAMES.get(name, name)


def segment_lines(inputs: Inputs, segment: Segment) -> tuple[str, ...]:
    """The steps from the lines of a segment to what each party bears, in sentences."""
    return tuple(_lines(inputs, segment))


def _lines(inputs: Inputs, segment: Segment) -> Iterator[str]:
    yield f"Cost of {segment.days} days, shared {BASIS_NAMES[segment.sharing.basis]}."
    if inputs.post:
        pay = segment.lines["basic"] + segment.lines["allowances"]
        rate = percent(inputs.post.levy_rate)
        yield f"Levy: {sterling(pay)} x {rate} = {sterling(segment.lines['levy'])}."
    if inputs.overhead:
        yield _overhead_line(inputs, inputs.overhead, segment)
    for party, amount in segment.direct_charges.items():
        yield f"Charged to {party} alone: {sterling(amount)}."
    yield f"Pool: {sterling(segment.gross)} less direct charges = {sterling(segment.pool)}."
    for use in segment.grant_uses:
        yield (
            f"Grant “{use.name}”: {sterling(use.left_before)} left, eligible cost "
            f"{sterling(use.eligible_cost)}, used {sterling(use.used)}."
        )
    if segment.grant_uses:
        yield f"Left to share: {sterling(segment.shared_pool)}."
    yield from segment.steps
    if inputs.host_fee and inputs.host_fee.rate is not None:
        rate = percent(inputs.host_fee.rate)
        yield f"Host fee: {rate} of each partner's share, each rounded on its own."
    elif inputs.host_fee and inputs.host_fee.yearly is not None:
        yield f"Host fee: {sterling(inputs.host_fee.yearly)} a year for each partner, by days."


def _overhead_line(inputs: Inputs, overhead: Overhead, segment: Segment) -> str:
    charged = {line.name for line in inputs.other_lines if line.charge_to is not None}
    names = [
        name
        for name in segment.lines
        if name != "overhead"
        and name not in charged
        and (overhead.base is None or name in overhead.base)
    ]
    base = sum(segment.lines[name] for name in names)
    return (
        f"Overhead: {percent(overhead.rate)} of {sterling(base)}, the sum of "
        f"{', '.join(line_name(name) for name in names) or 'no lines'}, "
        f"= {sterling(segment.lines['overhead'])}."
    )


def segment_tables(segment: Segment) -> Iterator[RawTable]:
    """Months that it cuts, cost lines, then shares, exact ones where weights alone decide."""
    cut = tuple(_cut_months(segment))
    if cut:
        yield ("Months that are divided, by calendar days", ("Month", "Days", "Cost here"), cut)
    rows = tuple((line_name(name), sterling(amount)) for name, amount in segment.lines.items())
    yield ("Cost", ("Line", "Cost"), (*rows, ("Total", sterling(segment.gross))))
    yield _share_table(segment)


def _cut_months(segment: Segment) -> Iterator[tuple[str, ...]]:
    for key, cost in segment.month_costs.items():
        first = month_start(key)
        whole = month_end(first).day
        days = overlap(segment.start, segment.end, first, month_end(first))
        if days < whole:
            yield (month_name(key), f"{days} of {whole}", sterling(cost))


def _share_table(segment: Segment) -> RawTable:
    plain = not segment.steps and segment.sharing.basis != "day_rate"
    weights = integer_weights(segment.sharing, segment.parties)
    head: tuple[str, ...] = ("Party", "Stated", "Exact share", "Share")
    if not plain:
        head = ("Party", "Stated", "Share")
    if segment.direct_charges:
        head = (*head[:-1], "Charged alone", "Share")
    if segment.host_fees:
        head = (*head, "Host fee")
    rows: list[tuple[str, ...]] = []
    for party in segment.parties:
        row: tuple[str, ...] = (party, _stated(segment, party))
        if plain:
            row = (*row, _exact_pounds(segment.shared_pool, weights[party], sum(weights.values())))
        if segment.direct_charges:
            row = (*row, sterling(segment.direct_charges.get(party, 0)))
        row = (*row, sterling(segment.shares[party]))
        if segment.host_fees:
            fee = segment.host_fees.get(party)
            row = (*row, "" if fee is None else sterling(fee))
        rows.append(row)
    return ("Shares", head, tuple(rows))


def _stated(segment: Segment, party: PartyId) -> str:
    value = segment.sharing.stated.get(party)
    if value is None:
        return "not named"
    if value.denominator == 1:
        return f"{value.numerator:,}"
    text = f"{value.numerator / value.denominator:.6f}".rstrip("0")
    return f"{text} (exactly {value})" if value.denominator < 10**12 else text


def _exact_pounds(total: int, weight: int, whole: int) -> str:
    """An exact share in pounds, cut after the hundredth of a penny; dots show that it goes on."""
    if not whole:
        return sterling(0)
    cut, rest = divmod(abs(total) * weight * 100, whole)
    sign = "-" if total < 0 and weight else ""
    pounds, parts = divmod(cut, 10_000)
    return f"{sign}£{pounds:,}.{parts:04d}{'…' if rest else ''}"
