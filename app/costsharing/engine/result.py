"""What a costing gives: months, lines, segments, invoices, totals and true-up, in whole pence."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from app.costsharing.engine.inputs import Inputs, PartyId, Pence, Sharing

METHOD_VERSION = "1.0"


@dataclass(frozen=True, slots=True)
class PayMonth:
    """How one month's pay was worked out, for the working (before arrears are moved)."""

    month: str
    days_in_term: int
    days_in_month: int
    basic: Pence
    allowances: Pence
    pensionable_allowances: Pence
    arrears_paid: Pence
    tax_year: str
    ni_rate: str
    ni_threshold: Pence
    employer_ni: Pence
    pension_rate: str
    pension: Pence
    whole_pay: Pence | None = None
    salary_days: tuple[tuple[Pence, int], ...] = ()


@dataclass(frozen=True, slots=True)
class MonthCost:
    """One calendar month as earned: pence by line, without levy and overhead."""

    month: str
    lines: Mapping[str, Pence]
    total: Pence


@dataclass(frozen=True, slots=True)
class ArrearsPayment:
    """A backdated award paid in `paid_month`: arrears by month earned, and their on-costs."""

    paid_month: str
    earned: Mapping[str, Pence]
    basic: Pence
    employer_ni: Pence
    pension: Pence
    total: Pence


@dataclass(frozen=True, slots=True)
class GrantUse:
    """What a grant met in a segment, and on which lines."""

    name: str
    used: Pence
    by_line: Mapping[str, Pence]
    left_before: Pence
    eligible_cost: Pence


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of days with the same parties and rule, inside one financial year.

    `shares` holds every party of the segment and the host, direct charges included.
    `steps` tells how the shares came about, a sentence a step. `month_costs` is the cost of each
    calendar month of the segment without levy and overhead (empty under the annual method).
    """

    start: date
    end: date
    fy: int
    sharing: Sharing
    parties: tuple[PartyId, ...]
    lines: Mapping[str, Pence]
    gross: Pence
    pool: Pence
    direct_charges: Mapping[PartyId, Pence]
    grants: Mapping[str, Pence]
    grant_uses: tuple[GrantUse, ...]
    shared_pool: Pence
    shares: Mapping[PartyId, Pence]
    host_fees: Mapping[PartyId, Pence]
    steps: tuple[str, ...]
    month_costs: Mapping[str, Pence]

    @property
    def days(self) -> int:
        """Calendar days in the segment."""
        return (self.end - self.start).days + 1


class Invoice(NamedTuple):
    """One invoice of the host to a partner, in pence; `start` to `end` is what it covers."""

    party: PartyId
    number: int
    start: date
    end: date
    issue_date: date
    due_date: date
    share: Pence
    host_fee: Pence
    net: Pence
    vat: Pence
    gross: Pence


@dataclass(frozen=True, slots=True)
class PartyTotal:
    """A party's figures over the term; for the host all but `share` and the fee it gets are nil."""

    party: PartyId
    share: Pence
    host_fee: Pence = 0
    net: Pence = 0
    vat: Pence = 0
    gross: Pence = 0
    vat_not_recovered: Pence = 0
    cost_to_party: Pence = 0
    host_fee_received: Pence = 0


@dataclass(frozen=True, slots=True)
class TrueUp:
    """The difference between actual and invoiced for a partner and a financial year."""

    party: PartyId
    year_from: date
    actual: Pence
    invoiced: Pence
    document: str
    net: Pence
    vat: Pence
    gross: Pence


@dataclass(frozen=True, slots=True)
class Flag:
    """Something the parties must see; `segment` is the first day of the segment concerned."""

    code: str
    message: str
    party: PartyId | None = None
    segment: date | None = None


@dataclass(frozen=True, slots=True)
class Costing:
    """The whole result. `lines` is pence by line over the term, `total` their sum."""

    inputs: Inputs
    pay_months: tuple[PayMonth, ...]
    months: tuple[MonthCost, ...]
    arrears: tuple[ArrearsPayment, ...]
    lines: Mapping[str, Pence]
    total: Pence
    segments: tuple[Segment, ...]
    invoices: tuple[Invoice, ...]
    parties: tuple[PartyTotal, ...]
    actual_segments: tuple[Segment, ...]
    true_up: tuple[TrueUp, ...]
    flags: tuple[Flag, ...]
