"""What the post earns: basic pay, National Insurance and pension, by month or by year."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from functools import lru_cache
from operator import itemgetter
from typing import TypeVar

from app.costsharing.engine.calendar import (
    days_between,
    financial_year,
    financial_year_days,
    month_end,
    month_start,
    months_of,
    pay_date,
    tax_year,
    weekdays_between,
)
from app.costsharing.engine.inputs import (
    Award,
    Inputs,
    NiYear,
    Pence,
    PensionRate,
    Post,
    SalaryPoint,
    WholePay,
)
from app.costsharing.engine.money import allocate, nearest, nearest_of, payroll_round
from app.costsharing.engine.result import ArrearsPayment, PayMonth

Rate = SalaryPoint | PensionRate | NiYear
Dated = TypeVar("Dated", PensionRate, WholePay, SalaryPoint)
Lines = dict[str, Pence]
SalaryTable = tuple[tuple[date, SalaryPoint], ...]


@dataclass
class RateUse:
    """Which dated rates a costing read, and the last day each was read for."""

    last_used: dict[int, tuple[Rate, date]] = field(default_factory=dict)

    def note(self, rate: Rate, day: date) -> None:
        """Remember that a rate was used for `day`."""
        known = self.last_used.get(id(rate))
        if known is None or known[1] < day:
            self.last_used[id(rate)] = (rate, day)

    def all(self) -> list[tuple[Rate, date]]:
        """Every rate used with the last day it was used for."""
        return list(self.last_used.values())


@dataclass(frozen=True, slots=True)
class PayBuild:
    """Pay of the post as earned: lines by month, how each month came about, arrears."""

    months: Mapping[str, Lines]
    workings: tuple[PayMonth, ...]
    arrears: tuple[ArrearsPayment, ...]


@dataclass(frozen=True, slots=True)
class _Month:
    """One month of the term: its days in term and the days that count above and below the line."""

    key: str
    first: date
    last: date
    paid_on: date
    counted: int
    whole: int


def in_force(entries: Sequence[Dated], day: date) -> Dated:
    """The last entry that starts on or before `day`. The list must rise and cover the day."""
    found = entries[0]
    for entry in entries[1:]:
        if entry.start > day:
            break
        found = entry
    return found


def salary_tables(post: Post) -> tuple[tuple[str, SalaryTable], ...]:
    """The salary history as it stands before and after each award, by the month first paid.

    The first table stands from the beginning (its month is empty); each later one replaces the
    salaries from its award's effective day on. Awards paid in one month make one table.
    """
    table: SalaryTable = tuple((point.start, point) for point in post.salary)
    tables = [("", table)]
    for award in sorted(post.awards, key=lambda award: award.paid_month):
        table = _after_award(table, award)
        if tables[-1][0] == award.paid_month:
            tables.pop()
        tables.append((award.paid_month, table))
    return tuple(tables)


def _after_award(table: SalaryTable, award: Award) -> SalaryTable:
    kept = [(start, point) for start, point in table if start < award.effective]
    at_effect = in_force(award.salary, award.effective)
    later = [(point.start, point) for point in award.salary if point.start > award.effective]
    return (*kept, (award.effective, at_effect), *later)


def monthly_pay(inputs: Inputs, post: Post, use: RateUse) -> PayBuild:
    """Build the post's pay for every month of the term, arrears moved to the months earned."""
    builder = _MonthlyPay(inputs, post, use)
    return builder.build()


class _MonthlyPay:
    def __init__(self, inputs: Inputs, post: Post, use: RateUse) -> None:
        self.inputs, self.post, self.use = inputs, post, use
        self.scale = post.fte * post.weeks_factor
        self.tables = salary_tables(post)
        self.ni_years = {entry.year: entry for entry in post.ni_years}
        self.months = [self._month(key) for key in months_of(inputs.start, inputs.end)]

    def _month(self, key: str) -> _Month:
        whole_first = month_start(key)
        whole_last = month_end(whole_first)
        first, last = max(whole_first, self.inputs.start), min(whole_last, self.inputs.end)
        count = weekdays_between if self.inputs.apportionment == "working" else days_between
        return _Month(
            key=key,
            first=first,
            last=last,
            paid_on=pay_date(key, self.inputs.pay_day),
            counted=count(first, last),
            whole=count(whole_first, whole_last),
        )

    def build(self) -> PayBuild:
        lines: dict[str, Lines] = {}
        workings: list[PayMonth] = []
        payments: list[ArrearsPayment] = []
        for month in self.months:
            working, payment = self._pay(month)
            lines[month.key] = {
                "basic": working.basic,
                "allowances": working.allowances,
                "employer_ni": working.employer_ni,
                "pension": working.pension,
            }
            workings.append(working)
            if payment is not None:
                payments.append(payment)
        for payment in payments:
            _move_to_months_earned(lines, payment)
        return PayBuild(lines, tuple(workings), tuple(payments))

    def _pay(self, month: _Month) -> tuple[PayMonth, ArrearsPayment | None]:
        """One month as paid: its own pay, and the arrears that an award brings with it."""
        place = sum(paid <= month.key for paid, _ in self.tables[1:])
        salary_days = self._salary_days(self.tables[place][1], month)
        basic = self._basic(salary_days, month)
        allowances, pensionable = self._allowances(month)
        earned = self._arrears(place, month) if self.tables[place][0] == month.key else {}
        arrears = sum(earned.values())
        ni_year = self.ni_years[tax_year(month.paid_on)]
        pension_rate = in_force(self.post.pension, month.paid_on)
        self.use.note(ni_year, month.paid_on)
        self.use.note(pension_rate, month.paid_on)
        gross = basic + allowances
        ni, whole = self._ni(gross, ni_year, month.paid_on)
        pension = _part(basic + pensionable, pension_rate.rate)
        working = PayMonth(
            month=month.key,
            days_in_term=month.counted,
            days_in_month=month.whole,
            basic=basic,
            allowances=allowances,
            pensionable_allowances=pensionable,
            arrears_paid=arrears,
            tax_year=ni_year.label,
            ni_rate=percent(ni_year.rate),
            ni_threshold=ni_year.monthly_threshold,
            employer_ni=ni,
            pension_rate=percent(pension_rate.rate),
            pension=pension,
            whole_pay=whole,
            salary_days=salary_days,
        )
        if not earned:
            return working, None
        ni_on_arrears = self._ni(gross + arrears, ni_year, month.paid_on)[0] - ni
        pension_on_arrears = _part(arrears, pension_rate.rate)
        total = arrears + ni_on_arrears + pension_on_arrears
        return working, ArrearsPayment(
            month.key, earned, arrears, ni_on_arrears, pension_on_arrears, total
        )

    def _salary_days(self, table: SalaryTable, month: _Month) -> tuple[tuple[Pence, int], ...]:
        """Each annual salary in force during a month, with the days that it counts for."""
        count = weekdays_between if self.inputs.apportionment == "working" else days_between
        found: list[tuple[Pence, int]] = []
        place = max(0, bisect_right(table, month.first, key=itemgetter(0)) - 1)
        first = month.first
        while first <= month.last:
            point, last = table[place][1], month.last
            if place + 1 < len(table):
                last = min(last, table[place + 1][0] - timedelta(days=1))
            found.append((point.annual, count(first, last)))
            self.use.note(point, last)
            first, place = last + timedelta(days=1), place + 1
        return tuple(found)

    def _basic(self, salary_days: tuple[tuple[Pence, int], ...], month: _Month) -> Pence:
        """A month's basic pay: salary by day, over twelve, over the days of the month."""
        top = sum(annual * days for annual, days in salary_days) * self.scale.numerator
        return nearest(top, 12 * month.whole * self.scale.denominator)

    def _allowances(self, month: _Month) -> tuple[Pence, Pence]:
        """A month's allowances in all, and the pensionable part; each rounded on its own."""
        total = pensionable = 0
        for allowance in self.post.allowances:
            scale = self.post.fte if allowance.fte_scaled else Fraction(1)
            amount = nearest(
                allowance.annual * scale.numerator * month.counted,
                12 * month.whole * scale.denominator,
            )
            total += amount
            if allowance.pensionable:
                pensionable += amount
        return total, pensionable

    def _arrears(self, place: int, paid: _Month) -> Lines:
        """What an award adds to each earlier month of the term, months without any left out."""
        earned: Lines = {}
        for month in self.months:
            if month.key >= paid.key:
                break
            old, new = (
                self._basic(self._salary_days(self.tables[which][1], month), month)
                for which in (place - 1, place)
            )
            if new != old:
                earned[month.key] = new - old
        return earned

    def _ni(self, gross: Pence, year: NiYear, paid_on: date) -> tuple[Pence, Pence | None]:
        """Employer National Insurance on a month's pay, and the whole pay it was shared from."""
        rate = year.rate
        if self.post.ni_basis == "marginal":
            return payroll_round(gross * rate.numerator, rate.denominator), None
        if self.post.ni_basis == "own":
            return _ni_above(gross, year.monthly_threshold, rate), None
        whole = nearest(in_force(self.post.whole_pay, paid_on).annual, 12)
        return nearest(_ni_above(whole, year.monthly_threshold, rate) * gross, whole), whole


def _ni_above(pay: Pence, threshold: Pence, rate: Fraction) -> Pence:
    return payroll_round(max(0, pay - threshold) * rate.numerator, rate.denominator)


def _part(amount: Pence, rate: Fraction) -> Pence:
    return nearest(amount * rate.numerator, rate.denominator)


def _move_to_months_earned(lines: dict[str, Lines], payment: ArrearsPayment) -> None:
    """Put arrears, and the on-costs on them, in the months for which they were earned."""
    weights = _by_arrears(payment)
    ni = allocate(payment.employer_ni, weights)
    pension = allocate(payment.pension, weights)
    for (key, basic), ni_part, pension_part in zip(
        payment.earned.items(), ni, pension, strict=True
    ):
        lines[key]["basic"] += basic
        lines[key]["employer_ni"] += ni_part
        lines[key]["pension"] += pension_part


def _by_arrears(payment: ArrearsPayment) -> list[int]:
    """Weights for on-costs: the arrears themselves, also where an award lowers some months."""
    amounts = list(payment.earned.values())
    whole = sum(amounts)
    if whole == 0:
        return [abs(amount) for amount in amounts]
    return amounts if whole > 0 else [-amount for amount in amounts]


def annual_pay(inputs: Inputs, post: Post, use: RateUse) -> dict[int, Lines]:
    """A quote's pay lines by financial year: whole-year figures cut by days of the term."""
    years = {entry.year: entry for entry in post.ni_years}
    found: dict[int, Lines] = {}
    for fy in range(financial_year(inputs.start), financial_year(inputs.end) + 1):
        first = max(inputs.start, date(fy, 4, 1))
        last = min(inputs.end, date(fy + 1, 3, 31))
        days, whole = days_between(first, last), financial_year_days(fy)
        lines = _whole_year(post, years[fy], (first, last), use)
        found[fy] = {name: nearest(amount * days, whole) for name, amount in lines.items()}
    return found


def _whole_year(post: Post, year: NiYear, stretch: tuple[date, date], use: RateUse) -> Lines:
    first, last = stretch
    salary, pension = in_force(post.salary, first), in_force(post.pension, first)
    for rate in (salary, pension, year):
        use.note(rate, last)
    basic = nearest_of(salary.annual * post.fte * post.weeks_factor)
    sums = [
        (nearest_of(a.annual * (post.fte if a.fte_scaled else Fraction(1))), a.pensionable)
        for a in post.allowances
    ]
    allowances = sum(amount for amount, _ in sums)
    pensionable = sum(amount for amount, counts in sums if counts)
    pay = basic + allowances
    return {
        "basic": basic,
        "allowances": allowances,
        "employer_ni": _yearly_ni(post, year, pay, first),
        "pension": _part(basic + pensionable, pension.rate),
    }


def _yearly_ni(post: Post, year: NiYear, pay: Pence, first: date) -> Pence:
    if post.ni_basis == "marginal":
        return _part(pay, year.rate)
    if post.ni_basis == "own":
        return _part(max(0, pay - year.annual_threshold), year.rate)
    whole = in_force(post.whole_pay, first).annual
    return nearest(_part(max(0, whole - year.annual_threshold), year.rate) * pay, whole)


def percent(rate: Fraction) -> str:
    """A rate as a percentage in words, exact where decimals can say it.

    >>> percent(Fraction("0.195")), percent(Fraction(1, 3))
    ('19.5%', '100/3%')
    """
    return _percent(rate.numerator, rate.denominator)


@lru_cache(maxsize=1024)
def _percent(numerator: int, denominator: int) -> str:
    hundred = Fraction(numerator * 100, denominator)
    text = f"{hundred.numerator / hundred.denominator:.10f}".rstrip("0").rstrip(".")
    return f"{text}%" if Fraction(text) == hundred else f"{hundred}%"
