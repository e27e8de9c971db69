"""What a costing needs, as frozen values: the result of checking an inputs object."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

Pence = int
PartyId = str

Method = Literal["monthly", "annual"]
Apportionment = Literal["calendar", "working"]
NiBasis = Literal["own", "proportional", "marginal"]
LineKind = Literal["one_off", "annual", "total"]
CapOverflow = Literal["reshare", "host"]
Treatment = Literal["standard", "outside_scope", "exempt", "zero", "undecided"]
Frequency = Literal["monthly", "quarterly", "annual"]
Timing = Literal["advance", "arrears"]
Profile = Literal["equal", "days"]

STANDARD_LINES = ("basic", "allowances", "employer_ni", "pension", "levy", "overhead")
RESERVED_NAMES = frozenset({*STANDARD_LINES, "month", "total"})
PAY_LINES = ("basic", "allowances", "employer_ni", "pension")


@dataclass(frozen=True, slots=True)
class SalaryPoint:
    """A full-time annual salary in pence, in force from `start` until a later point replaces it."""

    start: date
    annual: Pence
    until: date | None = None
    assumed: bool = False
    source: str | None = None


@dataclass(frozen=True, slots=True)
class PensionRate:
    """An employer contribution rate (a part of one), in force from `start`."""

    start: date
    rate: Fraction
    until: date | None = None
    assumed: bool = False
    source: str | None = None


@dataclass(frozen=True, slots=True)
class WholePay:
    """A person's whole annual pay with the host in pence, in force from `start`."""

    start: date
    annual: Pence


@dataclass(frozen=True, slots=True)
class Award:
    """Salaries from `effective` on, first paid in the calendar month `paid_month` (YYYY-MM)."""

    effective: date
    paid_month: str
    salary: tuple[SalaryPoint, ...]


@dataclass(frozen=True, slots=True)
class Allowance:
    """A yearly allowance in pence, scaled by FTE or not, pensionable or not."""

    name: str
    annual: Pence
    fte_scaled: bool
    pensionable: bool


@dataclass(frozen=True, slots=True)
class NiYear:
    """Employer National Insurance of the tax year that begins on 6 April of `year`."""

    year: int
    rate: Fraction
    monthly_threshold: Pence
    annual_threshold: Pence
    assumed: bool = False
    source: str | None = None

    @property
    def label(self) -> str:
        """The tax year as people write it, such as 2026/27."""
        return f"{self.year}/{(self.year + 1) % 100:02d}"


@dataclass(frozen=True, slots=True)
class Post:
    """The shared post: hours a week, weeks factor, dated pay and on-cost rates."""

    contracted_hours: Fraction
    full_time_hours: Fraction
    weeks_factor: Fraction
    salary: tuple[SalaryPoint, ...]
    awards: tuple[Award, ...]
    allowances: tuple[Allowance, ...]
    ni_basis: NiBasis
    ni_years: tuple[NiYear, ...]
    whole_pay: tuple[WholePay, ...]
    pension: tuple[PensionRate, ...]
    levy_rate: Fraction

    @property
    def fte(self) -> Fraction:
        """Contracted hours over the employer's full-time hours."""
        return self.contracted_hours / self.full_time_hours


@dataclass(frozen=True, slots=True)
class OtherLine:
    """A cost beside pay, in pence: once on a day, yearly, or a sum for the whole term."""

    name: str
    kind: LineKind
    amount: Pence
    on: date | None = None
    charge_to: PartyId | None = None


@dataclass(frozen=True, slots=True)
class Overhead:
    """A percentage of named lines once per segment; `base` None means every line of the pool."""

    rate: Fraction
    base: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Grant:
    """Outside money in pence for the term; `eligible` None means every line of the pool."""

    name: str
    amount: Pence
    eligible: tuple[str, ...] | None
    rate: Fraction | None = None


@dataclass(frozen=True, slots=True)
class HostFee:
    """The host's charge on partners: a rate of each share, or pence a year for each partner."""

    rate: Fraction | None
    yearly: Pence | None


@dataclass(frozen=True, slots=True)
class Vat:
    """How a partner's share and fee are treated, and what part of the VAT it recovers."""

    share: Treatment = "undecided"
    fee: Treatment = "undecided"
    rate: Fraction = Fraction(1, 5)
    recoverable: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True)
class Party:
    """The host, which employs and invoices, or a partner, which pays the host."""

    id: PartyId
    name: str
    host: bool
    vat: Vat


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor of a weighted share: its weight and each party's count or sum."""

    name: str
    weight: Fraction
    values: Mapping[PartyId, Fraction]


@dataclass(frozen=True, slots=True)
class Sharing:
    """Who shares from `start` on, and by what; `stated` keeps the weights as they were given."""

    start: date
    basis: str
    stated: Mapping[PartyId, Fraction]
    factors: tuple[Factor, ...] = ()
    chargeable_days: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Schedule:
    """How shares become invoices; `payment_days` from issue to due date."""

    frequency: Frequency = "annual"
    timing: Timing = "arrears"
    profile: Profile = "equal"
    payment_days: int = 30


@dataclass(frozen=True, slots=True)
class Actual:
    """What the segment that begins on `start` really cost: pence by line."""

    start: date
    lines: Mapping[str, Pence]


@dataclass(frozen=True, slots=True)
class Inputs:
    """A checked costing request. Yearly sums by party are in pence; dates are inclusive."""

    start: date
    end: date
    method: Method
    apportionment: Apportionment
    pay_day: int | None
    post: Post | None
    other_lines: tuple[OtherLine, ...]
    overhead: Overhead | None
    grants: tuple[Grant, ...]
    fixed: Mapping[PartyId, Pence]
    minimums: Mapping[PartyId, Pence]
    caps: Mapping[PartyId, Pence]
    cap_overflow: CapOverflow
    in_kind: Mapping[PartyId, Pence]
    host_fee: HostFee | None
    parties: tuple[Party, ...]
    sharing: tuple[Sharing, ...]
    schedule: Schedule
    actuals: tuple[Actual, ...]

    @property
    def host(self) -> Party:
        """The one party that employs and invoices."""
        return next(p for p in self.parties if p.host)

    @property
    def partners(self) -> tuple[Party, ...]:
        """Every party but the host, in agreement order."""
        return tuple(p for p in self.parties if not p.host)
