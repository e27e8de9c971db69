"""Random but valid inputs for comparing two reckonings of the same post.

Everything comes from the generator handed in, so a seed gives the same inputs each time. Sums
are sized by a rough guess of a year's cost, so that most inputs can be shared and a few cannot.
"""

import random
from datetime import date, timedelta
from typing import Any

from tests.costsharing.oracle_numbers import (
    days_from_to,
    financial_year,
    month_of,
    pay_date,
    tax_year,
)

Inputs = dict[str, Any]

NAMES = ("NOR", "EAS", "WES", "HAR", "SAL", "KIN", "CAL", "MIL", "HDT", "Q9")
LINES = ("Travel", "Laptop", "Training", "Licences", "Recruitment", "Mobile phone", "Room hire")
WEIGHT_BASES = (
    "percent",
    "days",
    "fte",
    "population",
    "budget",
    "headcount",
    "devices",
    "usage",
    "ratio",
    "weights",
)
HOURS = ("37", "18.5", "14.8", "22.2", "7.4", "30", "111/5", "37.50", "20.25")
RATES = ("0.195", "0.2378", "0.1", "0.2868", "0.0333", "1/7", "0.145", "0.206", "0")


def random_inputs(rng: random.Random) -> Inputs:
    """Make one set of inputs."""
    return Maker(rng).make()


def money(rng: random.Random, low: float, high: float) -> str:
    """Give pounds between two bounds, written in one of the ways allowed."""
    amount = rng.randint(round(low * 100), round(high * 100))
    style = rng.random()
    if style < 0.25:
        return str(amount // 100)
    if style < 0.3:
        return f"{amount // 100}.{amount // 10 % 10}"
    return f"{amount // 100}.{amount % 100:02d}"


class Maker:
    """Builds one set of inputs, each part knowing those made before it."""

    def __init__(self, rng: random.Random) -> None:
        """Start empty."""
        self.rng = rng
        self.inputs: Inputs = {}
        self.cost = 0.0  # a year's cost, roughly

    def chance(self, part: float) -> bool:
        """Answer yes this often."""
        return self.rng.random() < part

    def make(self) -> Inputs:
        """Build every part in turn."""
        self.annual = self.chance(0.2)
        if self.annual or self.chance(0.3):
            self.inputs["method"] = "annual" if self.annual else "monthly"
        self.make_term()
        self.make_parties()
        self.make_sharing()
        if self.chance(0.85):
            self.make_post()
        if "post" not in self.inputs or self.chance(0.65):
            self.make_other_lines()
        self.make_pool_rules()
        self.make_modifiers()
        self.make_fee()
        self.make_schedule()
        if self.chance(0.4):
            self.make_actuals()
        return self.inputs

    # Days

    def make_term(self) -> None:
        """Choose the term and how its days count."""
        rng = self.rng
        start = date(2024, 5, 1) + timedelta(days=rng.randint(0, 1500))
        if self.chance(0.35):
            start = date(rng.randint(2025, 2028), 4, 1)
        elif self.chance(0.4):
            start = start.replace(day=1)
        length = rng.choice((rng.randint(1, 60), rng.randint(60, 400), rng.randint(300, 1000)))
        end = start + timedelta(days=length - 1)
        if self.chance(0.45):
            whole_years = date(end.year + 1, 3, 31)
            end = whole_years if self.chance(0.7) else pay_date(month_of(end), "last")
        self.start, self.end = start, end
        self.days = days_from_to(start, end)
        self.inputs["term"] = {"start": start.isoformat(), "end": end.isoformat()}
        if not self.annual and self.chance(0.5):
            self.inputs["apportionment"] = rng.choice(("calendar", "working"))
        if not self.annual and self.chance(0.5):
            day = rng.choice(("last", "31", "5", "5", "6", "15", "28", "30", "1"))
            self.inputs["pay_day"] = day

    def day(self) -> date:
        """Choose a day of the term, the first of a month more often than not."""
        found = self.rng.choice(self.days)
        first = found.replace(day=1)
        return first if self.chance(0.4) and first >= self.start else found

    def rising(self, count: int) -> list[date]:
        """Choose different days of the term after the first, in order."""
        return sorted({self.day() for _ in range(count)} - {self.start})

    # Parties and sharing

    def make_parties(self) -> None:
        """Choose the parties, the host among them at any place."""
        names = self.rng.sample(NAMES, self.rng.choice((2, 2, 3, 3, 4, 5, 6)))
        self.host = self.rng.choice(names)
        self.partners = [name for name in names if name != self.host]
        self.names = names
        parties = []
        for name in names:
            party: Inputs = {"id": name, "name": f"Example body {name}"}
            if name == self.host:
                party["host"] = True
            elif self.chance(0.92):
                party["vat"] = self.vat()
            parties.append(party)
        self.inputs["parties"] = parties

    def vat(self) -> Inputs:
        """Choose a treatment, complete or not."""
        treatments = (
            "standard",
            "standard",
            "standard",
            "outside_scope",
            "exempt",
            "zero",
            "undecided",
        )
        vat: Inputs = {}
        if self.chance(0.96):
            vat["share"] = self.rng.choice(treatments)
        if "share" in vat and self.chance(0.5):
            vat["fee"] = self.rng.choice(treatments)
        if self.chance(0.4):
            vat["rate"] = self.rng.choice(("0.20", "0.2", "0.175", "0.05"))
        if self.chance(0.6):
            vat["recoverable"] = self.rng.choice(("0", "1", "0.1", "1/3", "0.875"))
        return vat

    def make_sharing(self) -> None:
        """Choose one or more sharing rules, with parties that come and go."""
        self.day_rate = self.chance(0.12)
        changes = self.rising(self.rng.choice((0, 0, 0, 1, 1, 2, 3)))
        if self.day_rate:
            years = {date(d.year, 4, 1) for d in self.days}
            changes = sorted(
                set(changes) | {year for year in years if self.start < year <= self.end}
            )
        first = self.start
        if self.chance(0.15) and not self.day_rate:
            first -= timedelta(days=self.rng.randint(1, 400))
        starts = [first, *changes]
        members = [self.some_members() for _ in starts]
        for partner in self.partners:
            if not any(partner in there for there in members):
                self.rng.choice(members).add(partner)
        self.members = members
        entries = []
        for begins, there in zip(starts, members, strict=True):
            listed = [name for name in self.names if name in there]
            self.rng.shuffle(listed)
            entries.append({"from": begins.isoformat(), **self.rule(listed)})
        self.inputs["sharing"] = entries
        self.segment_starts = sorted({self.start, *changes, *self.year_starts()})

    def year_starts(self) -> set[date]:
        """Find each 1 April after the first day of the term."""
        return {financial_year(day) for day in self.days if financial_year(day) > self.start}

    def some_members(self) -> set[str]:
        """Choose the parties of one rule: at least a partner, the host mostly."""
        there = {name for name in self.partners if self.chance(0.85)}
        there.add(self.rng.choice(self.partners))
        if self.chance(0.85):
            there.add(self.host)
        return there

    def rule(self, listed: list[str]) -> Inputs:
        """Choose a basis and what it needs."""
        rng = self.rng
        if self.day_rate and self.chance(0.8):
            days = {name: rng.choice(("0", "12", "33.5", "40", "55", "100/3")) for name in listed}
            chargeable = rng.choice(("220", "217.5", "110", "226"))
            return {"basis": "day_rate", "days": days, "chargeable_days": chargeable}
        kind = rng.random()
        if kind < 0.15:
            return {"basis": "equal", "parties": listed}
        if kind < 0.35:
            return {"basis": "weighted", "factors": self.factors(listed)}
        basis = rng.choice(WEIGHT_BASES)
        if basis == "percent":
            return {"basis": basis, "weights": self.percents(listed)}
        weights = {name: self.weight() for name in listed}
        if self.chance(0.02):
            weights = dict.fromkeys(listed, "0")
        elif all(weight == "0" for weight in weights.values()):
            weights[rng.choice(listed)] = "2"
        return {"basis": basis, "weights": weights}

    def weight(self) -> str:
        """Choose an exact weight."""
        rng = self.rng
        whole = str(rng.randint(1, rng.choice((3, 9, 400000))))
        return rng.choice(("0", "1", "1", "2", "2.5", "22.2/37", "1/3", whole, whole, whole))

    def percents(self, listed: list[str]) -> dict[str, str]:
        """Cut a hundred into hundredths that add up exactly."""
        cuts = sorted(self.rng.randint(0, 10000) for _ in listed[1:])
        parts = [b - a for a, b in zip([0, *cuts], [*cuts, 10000], strict=True)]
        return {
            name: f"{part // 100}.{part % 100:02d}"
            for name, part in zip(listed, parts, strict=True)
        }

    def factors(self, listed: list[str]) -> list[Inputs]:
        """Choose factors, some of which leave a party out."""
        factors = []
        for number in range(self.rng.randint(1, 3)):
            there = [name for name in listed if self.chance(0.8)] or listed
            if number == 0:
                there = listed
            values = {name: self.weight() for name in there}
            values[self.rng.choice(there)] = str(self.rng.randint(1, 90000))
            weight = self.rng.choice(("40", "35", "25", "0.5", "1/3", "1"))
            factors.append({"name": f"factor {number + 1}", "weight": weight, "values": values})
        return factors

    # The post

    def make_post(self) -> None:
        """Choose hours, pay, insurance and pension."""
        rng = self.rng
        self.salary = rng.randint(24000, 98000)
        contracted, full = rng.choice(HOURS), rng.choice(("37", "37.5", "36", "35"))
        top, _, bottom = contracted.partition("/")
        self.fte = float(top) / float(bottom or "1") / float(full)
        self.cost += self.salary * self.fte * 1.3
        post: Inputs = {
            "contracted_hours": contracted,
            "full_time_hours": full,
            "salary": self.salaries(),
            "ni": self.ni(),
            "pension": self.pensions(),
            "levy_rate": rng.choice(("0.005", "0.005", "0", "0.00375")),
        }
        if self.chance(0.5):
            post["weeks_factor"] = rng.choice(("1", "44.5/52.143", "0.8659", "39/52"))
        if self.chance(0.55):
            post["allowances"] = [self.allowance(i) for i in range(rng.randint(0, 3))]
        if not self.annual and self.chance(0.5):
            post["backdated_awards"] = self.awards()
        self.inputs["post"] = post

    def knowledge(self, begins: date) -> Inputs:
        """Choose how far a figure is to be trusted."""
        extra: Inputs = {}
        if self.chance(0.15):
            extra["until"] = (begins + timedelta(days=self.rng.randint(0, 900))).isoformat()
        if self.chance(0.15):
            extra["assumed"] = self.chance(0.7)
        if self.chance(0.1):
            extra["source"] = "published table"
        return extra

    def raised(self) -> str:
        """Choose a later salary, now and then a lower one."""
        step = self.rng.uniform(0.95, 1.0) if self.chance(0.06) else self.rng.uniform(1.0, 1.06)
        self.salary = max(1, round(self.salary * step))
        return f"{self.salary}.00" if self.chance(0.7) else str(self.salary)

    def salaries(self) -> list[Inputs]:
        """Choose a salary that changes a few times in the term, also inside a month."""
        early = self.start - timedelta(days=self.rng.choice((0, 0, 100, 1500)))
        begins = [early, *self.rising(self.rng.choice((0, 0, 1, 1, 2, 3)))]
        return [
            {"from": d.isoformat(), "annual_fte": self.raised(), **self.knowledge(d)}
            for d in begins
        ]

    def awards(self) -> list[Inputs]:
        """Choose awards paid late in months of the term."""
        months = sorted({month_of(day) for day in self.days})
        awards = []
        for _ in range(self.rng.choice((1, 1, 2, 3))):
            paid = self.rng.choice(months[-len(months) * 3 // 4 :])
            effective = self.effective(paid)
            dates = [effective]
            if self.chance(0.15):
                dates.append(effective + timedelta(days=self.rng.randint(1, 200)))
            rows = [
                {"from": d.isoformat(), "annual_fte": self.raised(), **self.knowledge(d)}
                for d in dates
            ]
            awards.append({"effective": effective.isoformat(), "paid_month": paid, "salary": rows})
        awards.sort(key=lambda award: award["paid_month"])
        if self.chance(0.9):
            awards = list({award["paid_month"]: award for award in awards}.values())
        return awards

    def effective(self, paid: str) -> date:
        """Choose from when an award counts."""
        paid_from = date.fromisoformat(f"{paid}-01")
        choice = self.rng.random()
        if choice < 0.5:
            return financial_year(paid_from)
        if choice < 0.95:
            return paid_from - timedelta(days=self.rng.randint(0, 330))
        return paid_from + timedelta(days=self.rng.randint(0, 40))

    def allowance(self, number: int) -> Inputs:
        """Choose an allowance."""
        allowance: Inputs = {"name": f"allowance {number + 1}"}
        allowance["annual"] = money(self.rng, 0, 4500)
        for key in ("fte_scaled", "pensionable"):
            if self.chance(0.6):
                allowance[key] = self.chance(0.5)
        self.cost += float(allowance["annual"])
        return allowance

    def ni(self) -> Inputs:
        """Choose the insurance basis, with figures for every tax year needed."""
        rng = self.rng
        basis = rng.choice(("own", "own", "proportional", "proportional", "marginal"))
        if self.annual:
            needed = {f"{d.year}/{(d.year + 1) % 100:02d}" for d in map(financial_year, self.days)}
        else:
            needed = {tax_year(self.paid_on(month_of(day))) for day in self.days}
        years = []
        for name in sorted(needed):
            year = {
                "tax_year": name,
                "rate": rng.choice(("0.15", "0.138", "0.15", "0.1505", "2/13")),
                "monthly_threshold": rng.choice(("417.00", "758.00", "417", "416.67", "0")),
                "annual_threshold": rng.choice(("5000.00", "9100", "5000.04", "0")),
            }
            if self.chance(0.15):
                year["assumed"] = self.chance(0.7)
            years.append(year)
        ni: Inputs = {"basis": basis, "years": years}
        if basis == "proportional":
            ni["whole_employment_annual"] = self.whole_pay()
        return ni

    def paid_on(self, month: str) -> date:
        """Find when a month's pay is paid."""
        return pay_date(month, self.inputs.get("pay_day", "last"))

    def whole_pay(self) -> str | list[Inputs]:
        """Choose the person's whole pay, one sum or dated."""
        low = self.salary * max(self.fte, 0.5)
        if self.chance(0.5):
            return money(self.rng, low, low * 1.6)
        dates = [self.start - timedelta(days=60), *self.rising(self.rng.randint(0, 3))]
        return [{"from": d.isoformat(), "annual": money(self.rng, low, low * 1.6)} for d in dates]

    def pensions(self) -> list[Inputs]:
        """Choose employer rates by date; the first holds before any pay date."""
        dates = [
            self.start - timedelta(days=self.rng.choice((31, 400, 2000))),
            *self.rising(self.rng.choice((0, 0, 1, 2))),
        ]
        return [
            {"from": d.isoformat(), "rate": self.rng.choice(RATES), **self.knowledge(d)}
            for d in dates
        ]

    # Other lines, overhead, grants

    def make_other_lines(self) -> None:
        """Choose lines of every kind, some charged to one party."""
        always = [
            name
            for name in self.names
            if name == self.host or all(name in there for there in self.members)
        ]
        years = len(self.days) / 365
        lines = []
        for name in self.rng.sample(LINES, self.rng.randint(1, 4)):
            kinds = ("one_off", "annual") if self.annual else ("one_off", "annual", "total")
            kind = self.rng.choice(kinds)
            big = 30000 if "post" not in self.inputs else 2500
            amount = money(self.rng, 0 if self.chance(0.1) else big / 10, big)
            line: Inputs = {"name": name, "kind": kind, "amount": amount}
            if kind == "one_off":
                line["date"] = self.rng.choice(self.days).isoformat()
            if self.chance(0.2):
                line["charge_to"] = self.rng.choice(always)
            elif kind == "annual":
                self.cost += float(amount)
            elif kind == "total":
                self.cost += float(amount) / max(years, 1)
            lines.append(line)
        self.inputs["other_lines"] = lines

    def pool_names(self) -> list[str]:
        """Name the lines that are shared, with the levy."""
        names = []
        if "post" in self.inputs:
            names = ["basic", "allowances", "employer_ni", "pension", "levy"]
        others = self.inputs.get("other_lines", [])
        return names + [line["name"] for line in others if "charge_to" not in line]

    def some_lines(self, names: list[str]) -> str | list[str]:
        """Choose all lines or some of them."""
        if not names or self.chance(0.35):
            return "all"
        return self.rng.sample(names, self.rng.randint(1, len(names)))

    def make_pool_rules(self) -> None:
        """Choose an overhead and grants."""
        rng, names = self.rng, self.pool_names()
        if self.chance(0.4):
            rate = rng.choice(("0.05", "0.1", "0.125", "1/30", "0"))
            self.inputs["overhead"] = {"rate": rate, "base": self.some_lines(names)}
            names = [*names, "overhead"]
        if self.chance(0.4):
            years = max(len(self.days) / 365, 0.1)
            grants = []
            for number in range(rng.choice((1, 1, 2, 3))):
                amount = money(rng, 0, self.cost * years * rng.choice((0.1, 0.4, 0.9)))
                grant = {
                    "name": f"Example grant {number + 1}",
                    "amount": amount,
                    "eligible": self.some_lines(names),
                }
                if self.chance(0.45):
                    grant["rate"] = rng.choice(("0.5", "1/3", "0.75", "1", "0"))
                grants.append(grant)
            self.inputs["grants"] = grants

    # Modifiers

    def sums(self, parties: list[str], low: float, high: float) -> dict[str, str]:
        """Choose a yearly sum for each of some parties, sized by the guess of the cost."""
        return {p: money(self.rng, self.cost * low, self.cost * high) for p in parties}

    def some_parties(self) -> list[str]:
        """Choose at least one party that is in some segment."""
        there = [p for p in self.names if any(p in members for members in self.members)]
        return self.rng.sample(there, self.rng.randint(1, len(there)))

    def make_modifiers(self) -> None:
        """Choose in-kind help, or any of fixed sums, minimums and caps."""
        if any(entry["basis"] == "day_rate" for entry in self.inputs["sharing"]):
            return
        size = 1 / len(self.names)
        choice = self.rng.random()
        if choice < 0.15:
            high = self.rng.choice((0.1, 0.3, 0.9)) * size
            self.inputs["in_kind"] = self.sums(self.some_parties(), 0, high)
        elif choice < 0.65:
            if self.chance(0.4):
                self.inputs["fixed_contributions"] = self.sums(self.some_parties(), 0, 0.4 * size)
            if self.chance(0.45):
                self.inputs["minimums"] = self.sums(self.some_parties(), 0, 0.7 * size)
            if self.chance(0.65):
                self.make_caps(size)

    def make_caps(self, size: float) -> None:
        """Choose caps, none below a minimum, sometimes for everyone."""
        parties = self.some_parties()
        if self.chance(0.25):
            parties = [p for p in self.names if any(p in members for members in self.members)]
        caps = self.sums(parties, 0.1 * size, self.rng.choice((0.9, 1.3, 2)) * size)
        for party, minimum in self.inputs.get("minimums", {}).items():
            if party in caps and float(caps[party]) < float(minimum):
                caps[party] = minimum
        self.inputs["caps"] = caps
        if self.chance(0.6):
            self.inputs["cap_overflow"] = self.rng.choice(("reshare", "host"))

    def make_fee(self) -> None:
        """Choose a host fee of either kind."""
        if self.chance(0.25):
            rate = self.rng.choice(("0.075", "0.05", "1/40", "0"))
            self.inputs["host_fee"] = {"mode": "percent_of_share", "rate": rate}
        elif self.chance(0.25):
            amount = money(self.rng, 0, 1500)
            self.inputs["host_fee"] = {"mode": "fixed_annual", "amount": amount}

    def make_schedule(self) -> None:
        """Choose a schedule, mostly."""
        if self.chance(0.1):
            return
        schedule = {
            "frequency": self.rng.choice(("monthly", "quarterly", "annual")),
            "timing": self.rng.choice(("advance", "arrears")),
        }
        if self.chance(0.75):
            schedule["profile"] = self.rng.choice(("equal", "days"))
        if self.chance(0.5):
            schedule["payment_days"] = self.rng.choice(("0", "14", "30", "45"))
        self.inputs["schedule"] = schedule

    # Actual cost

    def make_actuals(self) -> None:
        """Choose actual lines for every segment of the first year or years."""
        years = sorted({financial_year(begins) for begins in self.segment_starts})
        done = years[: self.rng.randint(1, len(years))]
        actuals = []
        ends = [*self.segment_starts[1:], self.end + timedelta(days=1)]
        for begins, after in zip(self.segment_starts, ends, strict=True):
            if financial_year(begins) in done:
                lines = self.actual_lines((after - begins).days / 365)
                actuals.append({"from": begins.isoformat(), "lines": lines})
        self.inputs["actuals"] = actuals

    def actual_lines(self, part: float) -> dict[str, str]:
        """Choose lines that come near a plan, some left out, a few below nil."""
        lines: dict[str, str] = {}
        if "post" in self.inputs:
            pay = self.salary * self.fte * part
            sizes = {
                "basic": pay,
                "allowances": 900 * part,
                "employer_ni": pay * 0.12,
                "pension": pay * 0.2,
            }
            for name, size in sizes.items():
                if name == "basic" or self.chance(0.85):
                    lines[name] = money(self.rng, size * 0.85, size * 1.1)
        for line in self.inputs.get("other_lines", []):
            if self.chance(0.85):
                size = float(line["amount"]) * min(part, 1)
                lines[line["name"]] = money(self.rng, size * 0.6, size * 1.2)
        return {
            name: f"-{size}" if name != "basic" and float(size) > 0 and self.chance(0.06) else size
            for name, size in lines.items()
        }
