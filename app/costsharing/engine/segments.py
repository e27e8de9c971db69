"""Cutting the term into segments: same parties, same rule, never across 1 April."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from app.costsharing.engine.calendar import day_before, financial_year
from app.costsharing.engine.inputs import Inputs, PartyId, Sharing


@dataclass(frozen=True, slots=True)
class Span:
    """The days of a segment, its financial year, its sharing entry and that entry's place."""

    start: date
    end: date
    fy: int
    sharing: Sharing
    index: int


def spans(inputs: Inputs) -> tuple[Span, ...]:
    """The segments of the term in date order.

    One begins on the first day, at each later sharing entry and at each 1 April.
    """
    return tuple(_spans(inputs))


def _spans(inputs: Inputs) -> Iterator[Span]:
    for index, sharing in enumerate(inputs.sharing):
        start = max(sharing.start, inputs.start)
        end = inputs.end
        if index + 1 < len(inputs.sharing):
            end = min(end, day_before(inputs.sharing[index + 1].start))
        while start <= end:
            fy = financial_year(start)
            last = min(end, date(fy + 1, 3, 31))
            yield Span(start, last, fy, sharing, index)
            start = date(fy + 1, 4, 1)


def parties_of(inputs: Inputs, sharing: Sharing) -> tuple[PartyId, ...]:
    """The parties that share under an entry, in agreement order; the host always among them."""
    return tuple(p.id for p in inputs.parties if p.host or p.id in sharing.stated)
