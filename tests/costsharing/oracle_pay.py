"""The cost of the post, line by line: monthly or yearly, then divided among segments."""

from datetime import date
from fractions import Fraction
from typing import Any

from tests.costsharing.oracle_numbers import (
    Flags,
    Refused,
    allocate,
    count_by,
    days_from_to,
    days_in_financial_year,
    days_of_month,
    exact,
    financial_year,
    for_part_year,
    month_of,
    nearest,
    ni_rounded,
    pay_date,
    pence,
    pounds,
    split,
    tax_year,
)

Lines = dict[str, int]


def in_force(rows: list[dict[str, Any]], day: date) -> dict[str, Any] | None:
    """Find the last dated row that has begun by the day."""
    begun = [row for row in rows if date.fromisoformat(row["from"]) <= day]
    return begun[-1] if begun else None


class Costs:
    """Works out the lines of the cost; nothing here knows how they are shared."""

    def __init__(self, inputs: dict[str, Any], flags: Flags) -> None:
        """Keep the inputs, the days of the term and the order of the awards."""
        self.inputs = inputs
        self.flags = flags
        self.post = inputs.get("post")
        self.other = inputs.get("other_lines", [])
        self.days = days_from_to(
            date.fromisoformat(inputs["term"]["start"]), date.fromisoformat(inputs["term"]["end"])
        )
        self.days_set = set(self.days)
        self.months = count_by(month_of(day) for day in self.days)
        self.years = count_by(financial_year(day) for day in self.days)
        if self.post:
            self.fte = exact(self.post["contracted_hours"]) / exact(self.post["full_time_hours"])
            self.weeks = exact(self.post.get("weeks_factor", "1"))
            # CHOICE: awards may be listed in any order; those of one month keep their order.
            self.awards = sorted(
                self.post.get("backdated_awards", []), key=lambda award: award["paid_month"]
            )

    def line_names(self) -> list[str]:
        """Name the lines in the order in which they are shown, without levy and overhead."""
        standard = ["basic", "allowances", "employer_ni", "pension"] if self.post else []
        return standard + [line["name"] for line in self.other]

    # Rates and salaries in force

    def note_use(self, row: dict[str, Any], last_day_used: date) -> None:
        """Flag a figure that is assumed, or used after the day up to which it is known.

        CHOICE: one flag for the whole result, however many figures and days it concerns.
        """
        if row.get("assumed"):
            self.flags.add("rate_assumed")
        if "until" in row and last_day_used > date.fromisoformat(row["until"]):
            self.flags.add("rate_past_end")

    def salary_row(self, day: date, awards_paid: int) -> dict[str, Any]:
        """Find the salary of a day as it is known once so many awards have been paid.

        CHOICE: where an award's own list has no salary yet on a day from ``effective`` on, the
        earlier salary stands until it has one.
        """
        for award in reversed(self.awards[:awards_paid]):
            if day >= date.fromisoformat(award["effective"]):
                row = in_force(award["salary"], day)
                if row is not None:
                    return row
        row = in_force(self.post["salary"], day)
        if row is None:
            raise Refused(f"no salary on {day}")
        return row

    def pension_rate(self, day: date, last_day_used: date) -> Fraction:
        """Find the employer contribution in force on a day."""
        row = in_force(self.post["pension"], day)
        if row is None:
            # CHOICE: the pay date of the first month may fall before the first day of the term;
            # without a rate by then the costing is refused, not priced on a later rate.
            raise Refused(f"no pension rate on {day}")
        self.note_use(row, last_day_used)
        return exact(row["rate"])

    def ni_year(self, name: str) -> dict[str, Any]:
        """Find the insurance figures of a tax year."""
        for row in self.post["ni"]["years"]:
            if row["tax_year"] == name:
                self.note_use(row, date.min)
                return row
        raise Refused(f"no NI figures for {name}")

    def whole_pay(self, day: date) -> int:
        """Find the person's whole annual pay with the host on a day."""
        given = self.post["ni"]["whole_employment_annual"]
        if isinstance(given, str):
            found = pence(given)
        else:
            row = in_force(given, day)
            if row is None:
                raise Refused(f"no whole pay on {day}")
            found = pence(row["annual"])
        if found == 0:
            # CHOICE: nil whole pay leaves nothing to take a part of.
            raise Refused("the whole pay is nil")
        return found

    # Monthly method

    def basic(self, month: str, awards_paid: int) -> int:
        """Basic pay of a month, rounded once."""
        counted = self.counted_days(month)
        total = Fraction(0)
        for day in counted:
            if day in self.days_set:
                annual = pence(self.salary_row(day, awards_paid)["annual_fte"])
                total += annual * self.fte * self.weeks / 12 / len(counted)
        return nearest(total)

    def counted_days(self, month: str) -> list[date]:
        """List the days of a month that count for pay: all of them, or Monday to Friday."""
        days = days_of_month(month)
        if self.inputs.get("apportionment", "calendar") == "working":
            days = [day for day in days if day.weekday() < 5]
        return days

    def allowances(self, month: str, *, pensionable_only: bool) -> int:
        """Allowances of a month, each rounded by itself."""
        counted = self.counted_days(month)
        part = Fraction(sum(day in self.days_set for day in counted), len(counted))
        total = 0
        for allowance in self.post.get("allowances", []):
            if pensionable_only and not allowance.get("pensionable", True):
                continue
            scale = self.fte if allowance.get("fte_scaled", False) else Fraction(1)
            total += nearest(pence(allowance["annual"]) * scale / 12 * part)
        return total

    def monthly_ni(self, pay: int, paid_on: date) -> int:
        """Employer insurance on the pay of one month."""
        year = self.ni_year(tax_year(paid_on))
        rate, threshold = exact(year["rate"]), pence(year["monthly_threshold"])
        if self.post["ni"]["basis"] == "own":
            return ni_rounded(max(0, pay - threshold) * rate)
        if self.post["ni"]["basis"] == "marginal":
            return ni_rounded(pay * rate)
        whole = nearest(Fraction(self.whole_pay(paid_on), 12))
        if whole == 0:
            raise Refused("the whole pay of a month is nil")
        return nearest(Fraction(ni_rounded(max(0, whole - threshold) * rate)) * pay / whole)

    def monthly_post(self) -> tuple[dict[str, Lines], list[dict[str, Any]]]:
        """Cost of the post by month as earned, and the arrears as they are paid."""
        months: dict[str, Lines] = {}
        payments = []
        for month in self.months:
            paid_on = pay_date(month, self.inputs.get("pay_day", "last"))
            rate = self.pension_rate(paid_on, paid_on)
            before = sum(award["paid_month"] < month for award in self.awards)
            by_now = sum(award["paid_month"] <= month for award in self.awards)
            basic = self.basic(month, by_now)
            allowances = self.allowances(month, pensionable_only=False)
            pensionable = basic + self.allowances(month, pensionable_only=True)
            gross = basic + allowances
            ni = self.monthly_ni(gross, paid_on)
            pension = nearest(pensionable * rate)
            earned: dict[str, int] = {}
            for earlier in months if by_now > before else ():
                difference = self.basic(earlier, by_now) - self.basic(earlier, before)
                if difference:
                    earned[earlier] = difference
            months[month] = {
                "basic": basic,
                "allowances": allowances,
                "employer_ni": ni,
                "pension": pension,
            }
            # CHOICE: awards paid in one month make one payment of arrears, since each month
            # paid has one threshold and one row. CHOICE: a payment that concerns no earlier
            # month has nothing to say and gets no row.
            if earned:
                total = sum(earned.values())
                extra_ni = self.monthly_ni(gross + total, paid_on) - ni
                extra_pension = nearest(total * rate)
                payments.append(
                    {
                        "paid_month": month,
                        "earned": {name: pounds(amount) for name, amount in earned.items()},
                        "basic": pounds(total),
                        "employer_ni": pounds(extra_ni),
                        "pension": pounds(extra_pension),
                        "total": pounds(total + extra_ni + extra_pension),
                    }
                )
                for line, parts in (
                    ("basic", earned),
                    ("employer_ni", split(extra_ni, earned)),
                    ("pension", split(extra_pension, earned)),
                ):
                    for name, amount in parts.items():
                        months[name][line] += amount
        return months, payments

    def note_salaries_used(self) -> None:
        """Flag salaries that are assumed or outlived, day by day.

        CHOICE: a salary is used on a day of the term if pay of that day was ever reckoned on it:
        at first payment, or on either side of a later award's difference. Weekends count as days
        under either way of apportioning.
        """
        for day in self.days:
            paid_by = sum(award["paid_month"] <= month_of(day) for award in self.awards)
            for awards_paid in range(paid_by, len(self.awards) + 1):
                self.note_use(self.salary_row(day, awards_paid), day)

    def monthly_other(self, months: dict[str, Lines]) -> None:
        """Add the other lines to the months."""
        for line in self.other:
            name, amount = line["name"], pence(line["amount"])
            for lines in months.values():
                lines[name] = 0
            if line["kind"] == "one_off":
                months[month_of(date.fromisoformat(line["date"]))][name] = amount
            elif line["kind"] == "total":
                for month, part in split(amount, self.months).items():
                    months[month][name] = part
            else:
                for year in self.years:
                    days = count_by(month_of(d) for d in self.days if financial_year(d) == year)
                    in_year = for_part_year(amount, self.years[year], year)
                    for month, part in split(in_year, days).items():
                        months[month][name] += part

    def one_offs(self) -> dict[str, date]:
        """Dates of the lines that fall on one day."""
        return {
            line["name"]: date.fromisoformat(line["date"])
            for line in self.other
            if line["kind"] == "one_off"
        }

    def monthly(
        self, segments: list[tuple[date, date]]
    ) -> tuple[list[Lines], dict[str, Lines], list[dict[str, Any]]]:
        """Give lines by segment and by month, and the arrears."""
        months: dict[str, Lines] = {month: {} for month in self.months}
        payments: list[dict[str, Any]] = []
        if self.post:
            months, payments = self.monthly_post()
            self.note_salaries_used()
        self.monthly_other(months)
        by_segment = [dict.fromkeys(self.line_names(), 0) for _ in segments]
        one_offs = self.one_offs()
        for month, lines in months.items():
            days = [
                sum(month_of(day) == month for day in days_from_to(first, last))
                for first, last in segments
            ]
            for name, amount in lines.items():
                if name in one_offs:
                    weights = [int(first <= one_offs[name] <= last) for first, last in segments]
                else:
                    weights = days
                for i, part in enumerate(allocate(amount, weights)):
                    by_segment[i][name] += part
        return by_segment, months, payments

    # Annual method

    def annual_post(self, year: date) -> Lines:
        """Cost of the post for the whole of a financial year."""
        in_year = [day for day in self.days if financial_year(day) == year]
        first, last = in_year[0], in_year[-1]
        salary = self.salary_row(first, 0)
        # CHOICE: under this method the figures of the year's first day serve until the last day
        # of that year within the term, so they are past their end if they end before it.
        self.note_use(salary, last)
        basic = nearest(pence(salary["annual_fte"]) * self.fte * self.weeks)
        allowances = pensionable = 0
        for allowance in self.post.get("allowances", []):
            scale = self.fte if allowance.get("fte_scaled", False) else Fraction(1)
            amount = nearest(pence(allowance["annual"]) * scale)
            allowances += amount
            if allowance.get("pensionable", True):
                pensionable += amount
        pay = basic + allowances
        figures = self.ni_year(f"{year.year:04d}/{(year.year + 1) % 100:02d}")
        rate, threshold = exact(figures["rate"]), pence(figures["annual_threshold"])
        if self.post["ni"]["basis"] == "own":
            ni = nearest(max(0, pay - threshold) * rate)
        elif self.post["ni"]["basis"] == "marginal":
            ni = nearest(pay * rate)
        else:
            whole = self.whole_pay(first)
            ni = nearest(Fraction(nearest(max(0, whole - threshold) * rate)) * pay / whole)
        pension = nearest((basic + pensionable) * self.pension_rate(first, last))
        return {"basic": basic, "allowances": allowances, "employer_ni": ni, "pension": pension}

    def annual(self, segments: list[tuple[date, date]]) -> list[Lines]:
        """Give lines by segment under the yearly method."""
        by_segment = [dict.fromkeys(self.line_names(), 0) for _ in segments]
        for line in self.other:
            if line["kind"] == "one_off":
                day = date.fromisoformat(line["date"])
                for i, (first, last) in enumerate(segments):
                    if first <= day <= last:
                        by_segment[i][line["name"]] += pence(line["amount"])
        for year, days in self.years.items():
            whole = self.annual_post(year) if self.post else {}
            for line in self.other:
                if line["kind"] == "annual":
                    whole[line["name"]] = pence(line["amount"])
            weights = [
                (last - first).days + 1 if financial_year(first) == year else 0
                for first, last in segments
            ]
            for name, amount in whole.items():
                in_term = nearest(Fraction(amount * days, days_in_financial_year(year)))
                for i, part in enumerate(allocate(in_term, weights)):
                    by_segment[i][name] += part
        return by_segment
