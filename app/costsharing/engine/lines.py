"""Every line of cost by month, and by segment: a straddling month is divided by calendar days."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.costsharing.engine.calendar import (
    days_between,
    financial_year,
    financial_year_days,
    month_end,
    month_key,
    month_start,
    months_of,
    overlap,
)
from app.costsharing.engine.inputs import PAY_LINES, Inputs, OtherLine, Pence
from app.costsharing.engine.money import allocate, nearest
from app.costsharing.engine.pay import Lines, RateUse, annual_pay, monthly_pay
from app.costsharing.engine.result import ArrearsPayment, MonthCost, PayMonth
from app.costsharing.engine.segments import Span


@dataclass(frozen=True, slots=True)
class LineBuild:
    """The lines of a costing before levy and overhead.

    `by_span` has one mapping of line to pence per segment, `month_costs` the cost of each
    calendar month within each segment.
    """

    names: tuple[str, ...]
    months: tuple[MonthCost, ...]
    workings: tuple[PayMonth, ...]
    arrears: tuple[ArrearsPayment, ...]
    by_span: tuple[Lines, ...]
    month_costs: tuple[Mapping[str, Pence], ...]


def line_names(inputs: Inputs) -> tuple[str, ...]:
    """The lines that months and actual costs know, in their usual order."""
    pay = PAY_LINES if inputs.post else ()
    return (*pay, *(line.name for line in inputs.other_lines))


def build_lines(inputs: Inputs, cut: Sequence[Span], use: RateUse) -> LineBuild:
    """Work out every line of the estimate, by month and by segment."""
    if inputs.method == "annual":
        return _annual_lines(inputs, cut, use)
    return _monthly_lines(inputs, cut, use)


def _monthly_lines(inputs: Inputs, cut: Sequence[Span], use: RateUse) -> LineBuild:
    names = line_names(inputs)
    keys = tuple(months_of(inputs.start, inputs.end))
    months: dict[str, Lines] = {key: dict.fromkeys(names, 0) for key in keys}
    workings: tuple[PayMonth, ...] = ()
    arrears: tuple[ArrearsPayment, ...] = ()
    if inputs.post:
        built = monthly_pay(inputs, inputs.post, use)
        workings, arrears = built.workings, built.arrears
        for key, lines in built.months.items():
            months[key].update(lines)
    for line in inputs.other_lines:
        for key, amount in _line_by_month(inputs, line, keys).items():
            months[key][line.name] = amount
    by_span, month_costs = _divide_months(inputs, cut, months, names)
    costs = tuple(MonthCost(key, lines, sum(lines.values())) for key, lines in months.items())
    return LineBuild(names, costs, workings, arrears, by_span, month_costs)


def days_in_month(inputs: Inputs, key: str) -> int:
    """Calendar days of the term in a month."""
    first = month_start(key)
    return overlap(inputs.start, inputs.end, first, month_end(first))


def _line_by_month(inputs: Inputs, line: OtherLine, keys: Sequence[str]) -> dict[str, Pence]:
    if line.kind == "one_off":
        return {month_key(line.on): line.amount} if line.on else {}
    days = {key: days_in_month(inputs, key) for key in keys}
    if line.kind == "total":
        return dict(zip(keys, allocate(line.amount, list(days.values())), strict=True))
    found: dict[str, Pence] = {}
    for fy in range(financial_year(inputs.start), financial_year(inputs.end) + 1):
        of_year = [key for key in keys if financial_year(month_start(key)) == fy]
        weights = [days[key] for key in of_year]
        amount = nearest(line.amount * sum(weights), financial_year_days(fy))
        found.update(zip(of_year, allocate(amount, weights), strict=True))
    return found


def _divide_months(
    inputs: Inputs, cut: Sequence[Span], months: Mapping[str, Lines], names: Sequence[str]
) -> tuple[tuple[Lines, ...], tuple[dict[str, Pence], ...]]:
    """Give each month's lines to the segments that it touches, by calendar days."""
    by_span: tuple[Lines, ...] = tuple(dict.fromkeys(names, 0) for _ in cut)
    costs: tuple[dict[str, Pence], ...] = tuple({} for _ in cut)
    one_offs = {line.name: line.on for line in inputs.other_lines if line.kind == "one_off"}
    touched: dict[str, list[int]] = {key: [] for key in months}
    for place, span in enumerate(cut):
        for key in months_of(span.start, span.end):
            touched[key].append(place)
    for key, lines in months.items():
        places = touched[key]
        first = month_start(key)
        last = month_end(first)
        weights = [overlap(cut[p].start, cut[p].end, first, last) for p in places]
        for name, amount in lines.items():
            if len(places) == 1:
                parts = [amount]
            elif name in one_offs:
                parts = [amount if _holds(cut[p], one_offs[name]) else 0 for p in places]
            else:
                parts = allocate(amount, weights)
            for place, part in zip(places, parts, strict=True):
                by_span[place][name] += part
                costs[place][key] = costs[place].get(key, 0) + part
    return by_span, costs


def _holds(span: Span, day: date | None) -> bool:
    return day is not None and span.start <= day <= span.end


def _annual_lines(inputs: Inputs, cut: Sequence[Span], use: RateUse) -> LineBuild:
    names = line_names(inputs)
    pay = annual_pay(inputs, inputs.post, use) if inputs.post else {}
    by_span: tuple[Lines, ...] = tuple(dict.fromkeys(names, 0) for _ in cut)
    for fy in range(financial_year(inputs.start), financial_year(inputs.end) + 1):
        places = [place for place, span in enumerate(cut) if span.fy == fy]
        weights = [days_between(cut[p].start, cut[p].end) for p in places]
        yearly = dict(pay.get(fy, {}))
        for line in inputs.other_lines:
            if line.kind == "annual":
                yearly[line.name] = nearest(line.amount * sum(weights), financial_year_days(fy))
        for name, amount in yearly.items():
            for place, part in zip(places, allocate(amount, weights), strict=True):
                by_span[place][name] = part
    for line in inputs.other_lines:
        if line.kind == "one_off":
            for place, span in enumerate(cut):
                if _holds(span, line.on):
                    by_span[place][line.name] = line.amount
    return LineBuild(names, (), (), (), by_span, tuple({} for _ in cut))
