"""From shares to invoices: periods, instalments, VAT, due dates, totals and true-up."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.costsharing.engine.calendar import day_before
from app.costsharing.engine.inputs import Inputs, Party, PartyId, Pence, Schedule
from app.costsharing.engine.money import allocate, nearest
from app.costsharing.engine.result import Invoice, PartyTotal, Segment, TrueUp

MONTHS_PER_PERIOD = {"monthly": 1, "quarterly": 3, "annual": 12}


@dataclass(frozen=True, slots=True)
class Period:
    """A calendar month, a quarter from April, or a financial year."""

    start: date
    end: date


def period_of(day: date, frequency: str) -> Period:
    """The invoice period that holds a day."""
    length = MONTHS_PER_PERIOD[frequency]
    since_april = (day.month - 4) % 12
    first = since_april - since_april % length
    start = _shift(date(day.year if day.month >= 4 else day.year - 1, 4, 1), first)
    return Period(start, day_before(_shift(start, length)))


def _shift(first_of_month: date, months: int) -> date:
    index = first_of_month.year * 12 + first_of_month.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def periods_between(start: date, end: date, frequency: str) -> Iterator[Period]:
    """The invoice periods that a stretch of days touches."""
    while start <= end:
        period = period_of(start, frequency)
        yield period
        start = period.end + timedelta(days=1)


@dataclass(slots=True)
class _Draft:
    """What a partner owes for one period, and the first and last of its days in it."""

    start: date
    end: date
    share: Pence = 0
    fee: Pence = 0


@dataclass(frozen=True, slots=True)
class _Spread:
    """A segment with the periods it touches: first day of each, its own days in it, weight."""

    segment: Segment
    periods: tuple[tuple[date, date, date], ...]
    weights: tuple[int, ...]


def invoice_all(inputs: Inputs, segments: Sequence[Segment]) -> tuple[Invoice, ...]:
    """Every invoice, partner by partner in agreement order, each partner's numbered from 1."""
    spreads = [_spread(segment, inputs.schedule) for segment in segments]
    found: list[Invoice] = []
    for party in inputs.partners:
        drafts: dict[date, _Draft] = {}
        for spread in spreads:
            if party.id in spread.segment.shares:
                _add_segment(drafts, spread, party.id)
        found += _invoices_of(party, drafts, inputs.schedule)
    return tuple(found)


def _spread(segment: Segment, schedule: Schedule) -> _Spread:
    periods = tuple(
        (period.start, max(segment.start, period.start), min(segment.end, period.end))
        for period in periods_between(segment.start, segment.end, schedule.frequency)
    )
    if schedule.profile == "equal":
        return _Spread(segment, periods, (1,) * len(periods))
    return _Spread(segment, periods, tuple((end - start).days + 1 for _, start, end in periods))


def _add_segment(drafts: dict[date, _Draft], spread: _Spread, party: PartyId) -> None:
    shares = allocate(spread.segment.shares[party], spread.weights)
    fees = allocate(spread.segment.host_fees.get(party, 0), spread.weights)
    for (key, start, end), share, fee in zip(spread.periods, shares, fees, strict=True):
        draft = drafts.get(key)
        if draft is None:
            drafts[key] = _Draft(start, end, share, fee)
        else:
            draft.end = end
            draft.share += share
            draft.fee += fee


def _invoices_of(
    party: Party, drafts: Mapping[date, _Draft], schedule: Schedule
) -> Iterator[Invoice]:
    """The invoices of one partner in date order; none for nothing."""
    in_advance = schedule.timing == "advance"
    grace = timedelta(days=schedule.payment_days)
    bears_vat = "standard" in {party.vat.share, party.vat.fee}
    number = 0
    for key in sorted(drafts):
        draft = drafts[key]
        if not draft.share and not draft.fee:
            continue
        number += 1
        issue = draft.start if in_advance else draft.end
        net = draft.share + draft.fee
        vat = vat_on(party, draft.share, draft.fee) if bears_vat else 0
        yield Invoice(
            party.id,
            number,
            draft.start,
            draft.end,
            issue,
            issue + grace,
            draft.share,
            draft.fee,
            net,
            vat,
            net + vat,
        )


def vat_on(party: Party, share: Pence, fee: Pence) -> Pence:
    """VAT once on the standard-rated part of a share and a fee; negative on a credit."""
    vat = party.vat
    taxable = (share if vat.share == "standard" else 0) + (fee if vat.fee == "standard" else 0)
    return nearest(taxable * vat.rate.numerator, vat.rate.denominator) if taxable else 0


def party_totals(
    inputs: Inputs, segments: Sequence[Segment], invoices: Sequence[Invoice]
) -> tuple[PartyTotal, ...]:
    """Each party's figures over the term, in agreement order."""
    vat: dict[PartyId, Pence] = {}
    for invoice in invoices:
        vat[invoice.party] = vat.get(invoice.party, 0) + invoice.vat
    fees = {p.id: sum(s.host_fees.get(p.id, 0) for s in segments) for p in inputs.partners}
    found: list[PartyTotal] = []
    for party in inputs.parties:
        share = sum(segment.shares.get(party.id, 0) for segment in segments)
        if party.host:
            found.append(PartyTotal(party.id, share, host_fee_received=sum(fees.values())))
            continue
        paid_vat = vat.get(party.id, 0)
        part = party.vat.recoverable
        lost = paid_vat - nearest(paid_vat * part.numerator, part.denominator)
        net = share + fees[party.id]
        found.append(
            PartyTotal(
                party=party.id,
                share=share,
                host_fee=fees[party.id],
                net=net,
                vat=paid_vat,
                gross=net + paid_vat,
                vat_not_recovered=lost,
                cost_to_party=net + lost,
            )
        )
    return tuple(found)


def true_up(
    inputs: Inputs, segments: Sequence[Segment], actual: Sequence[Segment]
) -> tuple[TrueUp, ...]:
    """What each partner still owes or is owed for each year with actual costs."""
    rows: list[TrueUp] = []
    for year in sorted({segment.fy for segment in actual}):
        of_year = [segment for segment in segments if segment.fy == year]
        of_actual = [segment for segment in actual if segment.fy == year]
        for party in inputs.partners:
            rows.append(_true_up_row(party, year, of_year, of_actual))
    return tuple(rows)


def _true_up_row(
    party: Party, year: int, segments: Sequence[Segment], actual: Sequence[Segment]
) -> TrueUp:
    share, fee = _year_sums(party.id, segments)
    actual_share, actual_fee = _year_sums(party.id, actual)
    net = actual_share + actual_fee - share - fee
    vat = vat_on(party, actual_share - share, actual_fee - fee)
    owed = net or vat
    document = "invoice" if owed > 0 else "credit_note" if owed < 0 else "none"
    return TrueUp(
        party=party.id,
        year_from=date(year, 4, 1),
        actual=actual_share + actual_fee,
        invoiced=share + fee,
        document=document,
        net=net,
        vat=vat,
        gross=net + vat,
    )


def _year_sums(party: PartyId, segments: Sequence[Segment]) -> tuple[Pence, Pence]:
    return (
        sum(segment.shares.get(party, 0) for segment in segments),
        sum(segment.host_fees.get(party, 0) for segment in segments),
    )
