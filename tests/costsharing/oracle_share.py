"""How the cost of one segment is divided among its parties."""

from datetime import date
from fractions import Fraction
from typing import Any

from tests.costsharing.oracle_numbers import (
    Flags,
    Refused,
    exact,
    financial_year,
    for_part_year,
    nearest,
    pence,
    split,
)

Amounts = dict[str, int]


class Sharing:
    """Runs the segments of one set of lines in date order.

    What is left of grants and caps is remembered here, so planned and actual lines each get a
    fresh object.
    """

    def __init__(self, inputs: dict[str, Any], flags: Flags) -> None:
        """Start with whole grants and untouched caps."""
        self.inputs = inputs
        self.flags = flags
        self.order = [party["id"] for party in inputs["parties"]]
        self.host = next(party["id"] for party in inputs["parties"] if party.get("host"))
        self.grants = inputs.get("grants", [])
        self.grant_left = {grant["name"]: pence(grant["amount"]) for grant in self.grants}
        self.charged = {
            line["name"]: line["charge_to"]
            for line in inputs.get("other_lines", [])
            if "charge_to" in line
        }
        self.borne: dict[tuple[date, str], int] = {}

    # The segment as a whole

    def run(self, first: date, last: date, lines: Amounts) -> dict[str, Any]:
        """Share one segment; ``lines`` come without levy and overhead."""
        self.first, self.days = first, (last - first).days + 1
        self.year = financial_year(first)
        lines = dict(lines)
        if "post" in self.inputs:
            rate = exact(self.inputs["post"]["levy_rate"])
            lines["levy"] = nearest(rate * (lines["basic"] + lines["allowances"]))
        if "overhead" in self.inputs:
            rate, base = exact(self.inputs["overhead"]["rate"]), self.inputs["overhead"]["base"]
            lines["overhead"] = nearest(
                rate
                * sum(
                    amount
                    for name, amount in lines.items()
                    if name not in self.charged and (base == "all" or name in base)
                )
            )
        direct = {p: 0 for p in self.order if p in self.charged.values()}
        for name, party in self.charged.items():
            direct[party] += lines[name]
        pool = {name: amount for name, amount in lines.items() if name not in self.charged}
        granted = self.use_grants(pool)
        net = sum(pool.values()) - sum(granted.values())
        shares = self.share(net)
        for party, amount in direct.items():
            shares[party] += amount
        assert sum(lines.values()) == sum(shares.values()) + sum(granted.values())
        return {
            "from": first,
            "to": last,
            "lines": lines,
            "gross": sum(lines.values()),
            "direct_charges": direct,
            "grants": granted,
            "shared_pool": net,
            "shares": shares,
            "host_fees": self.fees(shares),
        }

    def use_grants(self, pool: Amounts) -> Amounts:
        """Let each grant in turn meet what it may of the cost still left.

        CHOICE: a grant pays nothing towards an eligible cost that is nil or less in total, and
        never pays a negative sum. CHOICE: a negative line counts against the eligible cost, and
        its weight in the spreading is negative, so that the line is used up like the others.
        """
        left = dict(pool)
        granted: Amounts = {}
        for grant in self.grants:
            eligible = {
                name: amount
                for name, amount in left.items()
                if grant["eligible"] == "all" or name in grant["eligible"]
            }
            cost = sum(eligible.values())
            limits = [self.grant_left[grant["name"]], cost]
            if "rate" in grant:
                limits.append(nearest(exact(grant["rate"]) * cost))
            used = max(0, min(limits))
            for name, part in split(used, eligible).items():
                left[name] -= part
            self.grant_left[grant["name"]] -= used
            granted[grant["name"]] = used
        return granted

    def fees(self, shares: Amounts) -> Amounts:
        """Work out the host's fee for each partner of the segment."""
        fee = self.inputs.get("host_fee")
        if fee is None:
            return {}
        partners = {p: share for p, share in shares.items() if p != self.host}
        if fee["mode"] == "percent_of_share":
            return {p: nearest(exact(fee["rate"]) * share) for p, share in partners.items()}
        return {p: for_part_year(pence(fee["amount"]), self.days, self.year) for p in partners}

    # Weights

    def entry(self) -> dict[str, Any]:
        """Find the sharing rule of the segment."""
        entries = self.inputs["sharing"]
        return [e for e in entries if date.fromisoformat(e["from"]) <= self.first][-1]

    def weights(self, entry: dict[str, Any]) -> dict[str, Fraction]:
        """Give the parties of the segment in agreement order with their exact weights."""
        found: dict[str, Fraction] = {}
        if entry["basis"] == "equal":
            found = {p: Fraction(1) for p in entry["parties"]}
        elif entry["basis"] == "day_rate":
            found = {p: exact(days) for p, days in entry["days"].items()}
        elif entry["basis"] == "weighted":
            for factor in entry["factors"]:
                values = {p: exact(value) for p, value in factor["values"].items()}
                whole = sum(values.values())
                for p, value in values.items():
                    # CHOICE: a factor whose values are all nil says nothing and adds nothing.
                    part = value / whole if whole else Fraction(0)
                    found[p] = found.get(p, Fraction(0)) + exact(factor["weight"]) * part
        else:
            found = {p: exact(weight) for p, weight in entry["weights"].items()}
        return {p: found[p] for p in self.order if p in found}

    def share(self, net: int) -> Amounts:
        """Share the net cost by the rule of the segment.

        CHOICE: the host is listed in every segment, with nil where it bears nothing.
        """
        entry = self.entry()
        weights = self.weights(entry)
        if entry["basis"] == "day_rate":
            shares = self.by_day_rate(net, entry, weights)
        elif "in_kind" in self.inputs:
            shares = self.less_in_kind(net, weights)
        else:
            shares = self.by_weights(net, weights)
        assert sum(shares.values()) == net
        return {p: shares.get(p, 0) for p in self.order if p in weights or p == self.host}

    def refuse(self, reason: str) -> Refused:
        """Name the segment in the refusal."""
        return Refused(f"{reason} in the segment from {self.first}")

    def flag(self, code: str, party: str) -> None:
        """Record a warning about a party in this segment."""
        self.flags.add(code, party=party, segment=self.first.isoformat())

    def yearly(self, key: str, parties: list[str]) -> Amounts:
        """Scale the yearly sums of the parties of the segment to its days."""
        sums = {p: pence(text) for p, text in self.inputs.get(key, {}).items()}
        return {p: for_part_year(sums[p], self.days, self.year) for p in parties if p in sums}

    def by_day_rate(self, net: int, entry: dict[str, Any], bought: dict[str, Fraction]) -> Amounts:
        """Sell days at a rounded rate; the host keeps what the buyers leave."""
        rate = nearest(net / exact(entry["chargeable_days"]))
        shares = {p: nearest(rate * days) for p, days in bought.items() if p != self.host}
        shares[self.host] = net - sum(shares.values())
        return shares

    def less_in_kind(self, net: int, weights: dict[str, Fraction]) -> Amounts:
        """Credit help given in kind; nobody is paid for giving more than its share.

        CHOICE: if a negative net cost makes everyone drop out, nobody is left to take it and the
        segment is refused.
        """
        kind = self.yearly("in_kind", list(weights))
        active = list(weights)
        while True:
            total = net + sum(kind.get(p, 0) for p in active)
            if total != 0 and sum(weights[p] for p in active) == 0:
                raise self.refuse("no weight bears the cost")
            allocated = split(total, {p: weights[p] for p in active})
            cash = {p: allocated[p] - kind.get(p, 0) for p in active}
            below = [p for p in active if cash[p] < 0]
            if not below:
                if net != 0 and not active:
                    raise self.refuse("nobody is left to bear the cost")
                return cash
            for p in below:
                self.flag("in_kind_exceeds_share", p)
            active = [p for p in active if p not in below]

    # Fixed sums, minimums and caps

    def by_weights(self, net: int, weights: dict[str, Fraction]) -> Amounts:
        """Fixed sums first, then minimums, then caps on what the weights give."""
        fixed = self.yearly("fixed_contributions", list(weights))
        # CHOICE: fixed sums that come to nil do not refuse a negative net cost.
        if sum(fixed.values()) > max(net, 0):
            raise self.refuse("fixed contributions exceed the cost")
        rest = net - sum(fixed.values())
        # CHOICE: tested before minimums: without weights nobody's exact share can be worked out.
        if rest != 0 and sum(weights.values()) == 0:
            raise self.refuse("no weight bears the cost")
        held = self.hold_minimums(rest, weights, fixed)
        rest -= sum(held[p] - fixed.get(p, 0) for p in held)
        free = {p: weight for p, weight in weights.items() if p not in held}
        limits = self.limits(list(free), fixed)
        if self.inputs.get("cap_overflow", "reshare") == "host":
            shares, excess = self.cut_to_caps(rest, free, fixed, limits)
        else:
            shares, excess = self.reshare_over_caps(rest, free, fixed, limits)
        shares.update(held)
        if excess:
            self.flag("host_underwrites", self.host)
            shares[self.host] = shares.get(self.host, 0) + excess
        for p, amount in shares.items():
            self.borne[self.year, p] = self.borne.get((self.year, p), 0) + amount
        return shares

    def exact_shares(self, rest: int, weights: dict[str, Fraction]) -> dict[str, Fraction]:
        """Each party's unrounded part of the rest; of nothing it is nothing."""
        whole = sum(weights.values())
        return {p: rest * weight / whole if rest else Fraction(0) for p, weight in weights.items()}

    def hold_minimums(self, rest: int, weights: dict[str, Fraction], fixed: Amounts) -> Amounts:
        """Find who is held at its minimum, fixed sum included."""
        minimums = self.yearly("minimums", list(weights))
        held: Amounts = {}
        while True:
            free = {p: weight for p, weight in weights.items() if p not in held}
            part = self.exact_shares(rest, free)
            below = [p for p in free if p in minimums and fixed.get(p, 0) + part[p] < minimums[p]]
            if not below:
                return held
            needed = sum(minimums[p] - fixed.get(p, 0) for p in below)
            if needed > rest:
                raise self.refuse("minimums exceed what is left to share")
            rest -= needed
            for p in below:
                held[p] = minimums[p]
                self.flag("minimum_applies", p)

    def limits(self, parties: list[str], fixed: Amounts) -> Amounts:
        """What each capped party may still bear this year, but no less than its fixed sum."""
        caps = self.inputs.get("caps", {})
        return {
            p: max(pence(caps[p]) - self.borne.get((self.year, p), 0), fixed.get(p, 0))
            for p in parties
            if p in caps
        }

    def reshare_over_caps(
        self, rest: int, weights: dict[str, Fraction], fixed: Amounts, limits: Amounts
    ) -> tuple[Amounts, int]:
        """Fix at their caps all who are over, and share what is left again.

        CHOICE: once nobody uncapped with a weight above nil is left, everyone who shares is
        capped and the host underwrites, just as if the unweighted were absent.
        """
        shares: Amounts = {}
        free = dict(weights)
        while True:
            if rest and sum(free.values()) == 0:
                shares.update({p: fixed.get(p, 0) for p in free})
                return shares, rest
            part = self.exact_shares(rest, free)
            over = [p for p in free if p in limits and fixed.get(p, 0) + part[p] > limits[p]]
            if not over:
                for p, amount in split(rest, free).items():
                    shares[p] = fixed.get(p, 0) + amount
                return shares, 0
            for p in over:
                shares[p] = limits[p]
                rest -= limits[p] - fixed.get(p, 0)
                del free[p]
                self.flag("cap_applies", p)

    def cut_to_caps(
        self, rest: int, weights: dict[str, Fraction], fixed: Amounts, limits: Amounts
    ) -> tuple[Amounts, int]:
        """Split once, cut each at its cap and leave the excess to the host.

        CHOICE: a capped host is cut as well and then given all the excess, its own included.
        """
        shares: Amounts = {}
        excess = 0
        for p, amount in split(rest, weights).items():
            shares[p] = fixed.get(p, 0) + amount
            if p in limits and shares[p] > limits[p]:
                excess += shares[p] - limits[p]
                shares[p] = limits[p]
                self.flag("cap_applies", p)
        return shares, excess
