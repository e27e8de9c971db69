"""Other cuts of a costing: by financial year, and by month for bodies with another year end."""

from app.costsharing.engine.calendar import month_end, month_start, months_of, overlap
from app.costsharing.engine.inputs import PartyId, Pence
from app.costsharing.engine.money import allocate
from app.costsharing.engine.result import Costing, Segment


def shares_by_year(costing: Costing) -> dict[PartyId, dict[int, Pence]]:
    """Each party's share, direct charges included, by financial year (the year it begins)."""
    found: dict[PartyId, dict[int, Pence]] = {p.id: {} for p in costing.inputs.parties}
    for segment in costing.segments:
        for years in found.values():
            years.setdefault(segment.fy, 0)
        for party, share in segment.shares.items():
            found[party][segment.fy] += share
    return found


def fees_by_year(costing: Costing) -> dict[PartyId, dict[int, Pence]]:
    """Each partner's host fee by financial year; empty without a fee."""
    found: dict[PartyId, dict[int, Pence]] = {}
    for segment in costing.segments:
        for party, fee in segment.host_fees.items():
            years = found.setdefault(party, {})
            years[segment.fy] = years.get(segment.fy, 0) + fee
    return found


def lines_by_year(costing: Costing) -> dict[int, dict[str, Pence]]:
    """Every line, levy and overhead included, by financial year."""
    found: dict[int, dict[str, Pence]] = {}
    for segment in costing.segments:
        year = found.setdefault(segment.fy, dict.fromkeys(segment.lines, 0))
        for name, amount in segment.lines.items():
            year[name] += amount
    return found


def shares_by_month(costing: Costing) -> dict[PartyId, dict[str, Pence]]:
    """Each party's share by calendar month, adding up to its share of every segment.

    A segment's share is allocated over its months by the cost of each month in the segment, so
    that a university may add up August to July; by days where months carry no cost of their own.
    """
    keys = tuple(months_of(costing.inputs.start, costing.inputs.end))
    found = {p.id: dict.fromkeys(keys, 0) for p in costing.inputs.parties}
    for segment in costing.segments:
        weights = _month_weights(segment)
        for party, share in segment.shares.items():
            for key, part in zip(weights, allocate(share, list(weights.values())), strict=True):
                found[party][key] += part
    return found


def _month_weights(segment: Segment) -> dict[str, int]:
    if any(amount > 0 for amount in segment.month_costs.values()):
        return {key: max(0, amount) for key, amount in segment.month_costs.items()}
    return {
        key: overlap(segment.start, segment.end, month_start(key), month_end(month_start(key)))
        for key in months_of(segment.start, segment.end)
    }
