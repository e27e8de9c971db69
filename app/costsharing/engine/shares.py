"""Sharing a segment's pool: fixed sums, minimums, caps, in-kind, day rates, then weights."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from app.costsharing.engine.calendar import financial_year_days, long_date
from app.costsharing.engine.faults import Fault
from app.costsharing.engine.inputs import Inputs, PartyId, Pence, Sharing
from app.costsharing.engine.money import allocate, nearest, nearest_of, sterling, whole_weights
from app.costsharing.engine.result import Flag
from app.costsharing.engine.segments import Span

Shares = dict[PartyId, Pence]


@dataclass
class Notes:
    """What the parties must see, the working in sentences, and refusals met on the way."""

    flags: list[Flag] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    refused: set[tuple[str, date]] = field(default_factory=set)


@dataclass
class CapsLeft:
    """What is left of each party's cap, by financial year, used up in date order."""

    caps: Mapping[PartyId, Pence]
    used: dict[tuple[PartyId, int], Pence] = field(default_factory=dict)

    def left(self, party: PartyId, fy: int) -> Pence:
        """Pence left of a party's cap in a year; never below nil."""
        return max(0, self.caps[party] - self.used.get((party, fy), 0))

    def use(self, shares: Shares, fy: int) -> None:
        """Count shares, direct charges aside, against the caps."""
        for party in self.caps:
            if party in shares:
                self.used[party, fy] = self.used.get((party, fy), 0) + shares[party]


def scaled(yearly: Pence, span: Span) -> Pence:
    """A yearly sum for the days of a segment, rounded once."""
    days = (span.end - span.start).days + 1
    return nearest(yearly * days, financial_year_days(span.fy))


def integer_weights(sharing: Sharing, parties: Sequence[PartyId]) -> dict[PartyId, int]:
    """The weights of a segment's parties as whole numbers in exact proportion."""
    exact = [sharing.stated.get(party, Fraction(0)) for party in parties]
    return dict(zip(parties, whole_weights(exact), strict=True))


def share_out(
    inputs: Inputs,
    span: Span,
    parties: Sequence[PartyId],
    net: Pence,
    caps: CapsLeft,
    notes: Notes,
    fault_path: str | None = None,
) -> Shares:
    """Share a segment's net pool among its parties, in agreement order.

    Refusals that only figures show are added to `notes.faults`, under `fault_path` if given
    (for actual costs) or the input concerned; the shares are then nil.
    """
    split = _Split(inputs, span, parties, net, caps, notes, fault_path)
    return split.by_day_rate() if span.sharing.basis == "day_rate" else split.by_weights()


class _Split:
    def __init__(
        self,
        inputs: Inputs,
        span: Span,
        parties: Sequence[PartyId],
        net: Pence,
        caps: CapsLeft,
        notes: Notes,
        fault_path: str | None,
    ) -> None:
        self.inputs, self.span, self.parties, self.net = inputs, span, parties, net
        self.caps, self.notes, self.fault_path = caps, notes, fault_path
        self.host = inputs.host.id
        self.shares: Shares = dict.fromkeys(parties, 0)
        # A host that the entry does not name shares nothing by weight and pays no fixed sum.
        self.named = [party for party in parties if party in span.sharing.stated]

    def refuse(self, path: str, code: str, message: str) -> Shares:
        # Actual costs meet the same wall as the estimate: it is said once.
        if (code, self.span.start) in self.notes.refused:
            return dict.fromkeys(self.parties, 0)
        self.notes.refused.add((code, self.span.start))
        where = f"the segment from {long_date(self.span.start)} to {long_date(self.span.end)}"
        say = f"In {where}: {message}"
        self.notes.faults.append(Fault(self.fault_path or path, code, say))
        return dict.fromkeys(self.parties, 0)

    def flag(self, code: str, party: PartyId, message: str) -> None:
        since = f"From {long_date(self.span.start)}: {message}"
        self.notes.flags.append(Flag(code, since, party, self.span.start))
        self.notes.steps.append(message)

    def by_day_rate(self) -> Shares:
        """Each buyer pays for its days at one rounded rate; the host keeps the difference."""
        chargeable = self.span.sharing.chargeable_days or Fraction(1)
        rate = nearest_of(self.net / chargeable)
        steps = self.notes.steps
        steps.append(f"Day rate: {sterling(self.net)} / {chargeable} days = {sterling(rate)}.")
        for party in self.named:
            if party != self.host:
                days = self.span.sharing.stated[party]
                self.shares[party] = nearest_of(rate * days)
                steps.append(f"{party}: {days} days x {sterling(rate)}.")
        self.shares[self.host] = self.net - sum(self.shares.values())
        steps.append(f"{self.host} bears what is left: {sterling(self.shares[self.host])}.")
        return self.shares

    def by_weights(self) -> Shares:
        """Fixed sums first, then minimums, caps or in-kind, then the weights."""
        weights = integer_weights(self.span.sharing, self.named)
        if self.inputs.in_kind:
            if self.net and not any(weights.values()):
                return self._nobody()
            return self._in_kind(weights)
        fixed = {p: scaled(self.inputs.fixed.get(p, 0), self.span) for p in self.named}
        left = self.net - sum(fixed.values())
        if any(fixed.values()):
            listed = ", ".join(f"{p} {sterling(a)}" for p, a in fixed.items() if a)
            self.notes.steps.append(f"Fixed sums first: {listed}; left {sterling(left)}.")
            if left < 0:
                return self.refuse(
                    "/fixed_contributions",
                    "fixed_above_cost",
                    f"the fixed sums come to {sterling(self.net - left)}, more than the cost to "
                    f"share of {sterling(self.net)}. Lower them.",
                )
        for party, amount in fixed.items():
            self.shares[party] = amount
        if left and not any(weights.values()):
            return self._nobody()
        variable = self._hold_minimums(weights, fixed, left)
        if variable is None:
            return dict.fromkeys(self.parties, 0)
        if self.inputs.cap_overflow == "host":
            self._cut_to_caps(weights, variable)
        else:
            self._reshare_above_caps(weights, variable)
        self._flag_fixed_above_caps(fixed)
        self.caps.use(self.shares, self.span.fy)
        return self.shares

    def _flag_fixed_above_caps(self, fixed: Shares) -> None:
        """Say where a fixed sum alone passes a cap, unless the cap has been flagged already."""
        said = {
            flag.party
            for flag in self.notes.flags
            if flag.code == "cap_applies" and flag.segment == self.span.start
        }
        for party, amount in fixed.items():
            if party not in self.inputs.caps or party in said:
                continue
            if amount > self.caps.left(party, self.span.fy):
                message = f"{party} pays its fixed sum, which is above what is left of its cap."
                self.flag("cap_applies", party, message)

    def _nobody(self) -> Shares:
        key = "factors" if self.span.sharing.basis == "weighted" else "weights"
        path = f"/sharing/{self.span.index}/{key}"
        message = "every weight is nil and there is cost to share. Give at least one above nil."
        return self.refuse(path, "all_zero", message)

    def _hold_minimums(
        self, weights: dict[PartyId, int], fixed: Shares, left: Pence
    ) -> Pence | None:
        """Fix at their minimum all who would fall below it, together, until no one does."""
        minimums = {
            p: scaled(self.inputs.minimums[p], self.span)
            for p in weights
            if p in self.inputs.minimums
        }
        while True:
            whole = sum(weights.values())
            below = [
                p
                for p, least in minimums.items()
                if p in weights and (fixed[p] - least) * max(whole, 1) + left * weights[p] < 0
            ]
            if not below:
                return left
            for party in below:
                left -= minimums[party] - fixed[party]
                self.shares[party] = minimums[party]
                del weights[party]
                message = f"{party} is held at its minimum of {sterling(minimums[party])}."
                self.flag("minimum_applies", party, message)
            if left < 0:
                self.refuse(
                    "/minimums",
                    "minimums_above_cost",
                    f"the minimums ask for {sterling(-left)} more than there is to share. "
                    "Lower them.",
                )
                return None

    def _limit(self, party: PartyId) -> Pence | None:
        """What a party may be given beyond its fixed sum; None without a cap."""
        if party not in self.inputs.caps:
            return None
        return max(0, self.caps.left(party, self.span.fy) - self.shares[party])

    def _reshare_above_caps(self, weights: dict[PartyId, int], left: Pence) -> None:
        limits = {p: limit for p in weights if (limit := self._limit(p)) is not None}
        while True:
            whole = sum(weights.values())
            over = [
                p
                for p, limit in limits.items()
                if p in weights and left * weights[p] > limit * whole
            ]
            if not over:
                break
            for party in over:
                left -= limits[party]
                self.shares[party] += limits[party]
                del weights[party]
                self._say_capped(party)
        self._by_largest_remainder(weights, left)

    def _by_largest_remainder(self, weights: dict[PartyId, int], left: Pence) -> None:
        if left and not any(weights.values()):
            self._underwrite(left)
            return
        parts = allocate(left, list(weights.values()))
        for party, part in zip(weights, parts, strict=True):
            self.shares[party] += part

    def _cut_to_caps(self, weights: dict[PartyId, int], left: Pence) -> None:
        excess = 0
        parts = allocate(left, list(weights.values()))
        for party, part in zip(weights, parts, strict=True):
            limit = self._limit(party)
            kept = part if limit is None else min(part, limit)
            self.shares[party] += kept
            excess += part - kept
            if kept < part:
                self._say_capped(party)
        if excess:
            self._underwrite(excess)

    def _say_capped(self, party: PartyId) -> None:
        message = f"{party} is held at what is left of its cap: {sterling(self.shares[party])}."
        self.flag("cap_applies", party, message)

    def _underwrite(self, amount: Pence, why: str = "caps keep from others") -> None:
        self.shares[self.host] = self.shares.get(self.host, 0) + amount
        message = f"{self.host}, the host, bears {sterling(amount)} that {why}."
        self.flag("host_underwrites", self.host, message)

    def _in_kind(self, weights: dict[PartyId, int]) -> Shares:
        """Share cost and in-kind value together, then take off what each gives in kind."""
        values = {p: scaled(self.inputs.in_kind.get(p, 0), self.span) for p in weights}
        while weights:
            total = self.net + sum(values[p] for p in weights)
            if total and not any(weights.values()):
                break
            parts = dict(zip(weights, allocate(total, list(weights.values())), strict=True))
            below = [p for p in weights if parts[p] < values[p]]
            if not below:
                for party, part in parts.items():
                    self.shares[party] = part - values[party]
                    self.notes.steps.append(
                        f"{party}: {sterling(part)} of cost and in-kind together, less "
                        f"{sterling(values[party])} in kind."
                    )
                return self.shares
            for party in below:
                del weights[party]
                message = f"What {party} gives in kind is more than its share; it pays nothing."
                self.flag("in_kind_exceeds_share", party, message)
        if self.net:
            self._underwrite(self.net, "is left when nobody's share reaches its in-kind value")
        return self.shares
