"""From checked inputs to the whole costing: segments with their pool, grants, shares and fees."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from app.costsharing.engine.faults import InputFaults
from app.costsharing.engine.flags import other_flags
from app.costsharing.engine.inputs import Grant, Inputs, PartyId, Pence
from app.costsharing.engine.invoices import invoice_all, party_totals, true_up
from app.costsharing.engine.lines import build_lines, line_names
from app.costsharing.engine.money import allocate, nearest
from app.costsharing.engine.pay import Lines, RateUse
from app.costsharing.engine.result import Costing, Flag, GrantUse, Segment
from app.costsharing.engine.segments import Span, parties_of, spans
from app.costsharing.engine.shares import CapsLeft, Notes, scaled, share_out


def cost(inputs: Inputs) -> Costing:
    """Cost a post and share it. Every amount in the result is whole pence.

    Raises `InputFaults` for what only the figures show: fixed sums above the cost, minimums above
    what is left to share, weights that are all nil where there is something to share.
    """
    cut = spans(inputs)
    use = RateUse()
    built = build_lines(inputs, cut, use)
    notes = Notes()
    segments = _Sharer(inputs, notes).share(cut, built.by_span, built.month_costs)
    actual_segments = _share_actuals(inputs, cut, notes)
    if notes.faults:
        raise InputFaults(notes.faults)
    lines = {name: sum(s.lines[name] for s in segments) for name in segments[0].lines}
    invoices = invoice_all(inputs, segments)
    return Costing(
        inputs=inputs,
        pay_months=built.workings,
        months=built.months,
        arrears=built.arrears,
        lines=lines,
        total=sum(lines.values()),
        segments=segments,
        invoices=invoices,
        parties=party_totals(inputs, segments, invoices),
        actual_segments=actual_segments,
        true_up=true_up(inputs, segments, actual_segments),
        flags=_without_repeats([*notes.flags, *other_flags(inputs, segments, use)]),
    )


def _without_repeats(flags: Sequence[Flag]) -> tuple[Flag, ...]:
    """Flags once each: actual costs may raise again what the estimate has raised."""
    seen: dict[tuple[str, str | None, object, str], Flag] = {}
    for flag in flags:
        about = flag.message if flag.code.startswith("rate_") else ""
        seen.setdefault((flag.code, flag.party, flag.segment, about), flag)
    return tuple(seen.values())


def _share_actuals(inputs: Inputs, cut: Sequence[Span], notes: Notes) -> tuple[Segment, ...]:
    """Segments worked again on actual lines; levy, overhead, grants and caps from scratch."""
    if not inputs.actuals:
        return ()
    place = {actual.start: index for index, actual in enumerate(inputs.actuals)}
    covered = [span for span in cut if span.start in place]
    names = line_names(inputs)
    lines = [
        {name: inputs.actuals[place[span.start]].lines.get(name, 0) for name in names}
        for span in covered
    ]
    paths = [f"/actuals/{place[span.start]}" for span in covered]
    sharer = _Sharer(inputs, notes)
    return sharer.share(covered, lines, [{} for _ in covered], paths)


class _Sharer:
    """Shares segments in date order, carrying what is left of grants and caps."""

    def __init__(self, inputs: Inputs, notes: Notes) -> None:
        self.inputs, self.notes = inputs, notes
        self.caps = CapsLeft(inputs.caps)
        self.grant_left = {grant.name: grant.amount for grant in inputs.grants}
        self.charged = {
            line.name: line.charge_to for line in inputs.other_lines if line.charge_to is not None
        }

    def share(
        self,
        cut: Sequence[Span],
        lines: Sequence[Lines],
        month_costs: Sequence[Mapping[str, Pence]],
        fault_paths: Sequence[str] | None = None,
    ) -> tuple[Segment, ...]:
        """One segment per span; `fault_paths` names where a refusal is reported."""
        return tuple(
            self._segment(span, lines[i], month_costs[i], fault_paths[i] if fault_paths else None)
            for i, span in enumerate(cut)
        )

    def _segment(
        self,
        span: Span,
        base_lines: Lines,
        month_costs: Mapping[str, Pence],
        fault_path: str | None,
    ) -> Segment:
        inputs = self.inputs
        parties = parties_of(inputs, span.sharing)
        lines = self._with_levy_and_overhead(base_lines)
        direct = {p: 0 for p in parties if p in self.charged.values()}
        for name, party in self.charged.items():
            direct[party] += lines[name]
        gross = sum(lines.values())
        pool = gross - sum(direct.values())
        uses = self._use_grants(lines)
        net = pool - sum(use.used for use in uses)
        before = len(self.notes.steps)
        shares = share_out(inputs, span, parties, net, self.caps, self.notes, fault_path)
        for party, amount in direct.items():
            shares[party] += amount
        return Segment(
            start=span.start,
            end=span.end,
            fy=span.fy,
            sharing=span.sharing,
            parties=parties,
            lines=lines,
            gross=gross,
            pool=pool,
            direct_charges=direct,
            grants={use.name: use.used for use in uses},
            grant_uses=uses,
            shared_pool=net,
            shares=shares,
            host_fees=self._fees(span, shares),
            steps=tuple(self.notes.steps[before:]),
            month_costs=month_costs,
        )

    def _with_levy_and_overhead(self, base: Lines) -> Lines:
        lines = dict(base)
        if self.inputs.post:
            rate = self.inputs.post.levy_rate
            pay = lines["basic"] + lines["allowances"]
            lines["levy"] = nearest(pay * rate.numerator, rate.denominator)
        overhead = self.inputs.overhead
        if overhead:
            names = [n for n in lines if n not in self.charged]
            if overhead.base is not None:
                names = [n for n in names if n in overhead.base]
            whole = sum(lines[name] for name in names)
            lines["overhead"] = nearest(whole * overhead.rate.numerator, overhead.rate.denominator)
        return lines

    def _use_grants(self, lines: Lines) -> tuple[GrantUse, ...]:
        """Use the grants in listed order on the cost that is left of their eligible lines."""
        cost_left = {name: cost for name, cost in lines.items() if name not in self.charged}
        uses: list[GrantUse] = []
        for grant in self.inputs.grants:
            names = [n for n in cost_left if grant.eligible is None or n in grant.eligible]
            eligible = max(0, sum(cost_left[name] for name in names))
            left = self.grant_left[grant.name]
            used = min(left, eligible, _at_rate(grant, eligible))
            weights = [max(0, cost_left[name]) for name in names]
            spread = dict(zip(names, allocate(used, weights), strict=True))
            for name, part in spread.items():
                cost_left[name] -= part
            self.grant_left[grant.name] = left - used
            uses.append(GrantUse(grant.name, used, spread, left, eligible))
        return tuple(uses)

    def _fees(self, span: Span, shares: Mapping[PartyId, Pence]) -> dict[PartyId, Pence]:
        fee = self.inputs.host_fee
        if fee is None:
            return {}
        host = self.inputs.host.id
        rate = fee.rate or Fraction(0)
        return {
            party: (
                scaled(fee.yearly, span)
                if fee.yearly is not None
                else nearest(share * rate.numerator, rate.denominator)
            )
            for party, share in shares.items()
            if party != host
        }


def _at_rate(grant: Grant, eligible: Pence) -> Pence:
    if grant.rate is None:
        return eligible
    return nearest(eligible * grant.rate.numerator, grant.rate.denominator)
