"""What a shared post costs each body at given pledges, and whether that has moved. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Final

from app.cofunding.domain import Offer, PledgeBasis, PostToShare, Sharing, days_of, to_sharing
from app.core.errors import RuleBroken
from app.costsharing import engine
from app.costsharing.engine import Pence

# What pledges decide: the employer's inputs say nothing of these.
DECIDED_BY_PLEDGES: Final = (
    *("parties", "sharing", "fixed_contributions", "minimums", "caps", "cap_overflow"),
    *("in_kind", "actuals"),
)
NOBODY_YET: Final = {"id": "NOBODYYET", "name": "Nobody yet"}

ByYear = Mapping[int, Pence]


@dataclass(frozen=True, slots=True)
class CostedPost:
    """What is known of a post and its cost: `base` is the inputs object of the whole post."""

    employer: str
    employer_name: str
    week: Fraction
    base: Mapping[str, Any]

    @property
    def to_share(self) -> PostToShare:
        """The post as the sharing rule needs it; the split begins on the first day of the term."""
        start = date.fromisoformat(self.base["term"]["start"])
        return PostToShare(self.employer, self.employer_name, self.week, start)


@dataclass(frozen=True, slots=True)
class Reckoning:
    """A costing at certain pledges: `by_body` is what each pays by financial year, fee included.

    The employer is among them, less the fee it receives. `sha256` names the inputs.
    """

    inputs: dict[str, Any]
    costing: engine.Costing
    sha256: str
    sharing: Sharing
    by_body: Mapping[str, ByYear]

    @property
    def years(self) -> list[int]:
        """The financial years of the term, by the year in which they begin."""
        return sorted({segment.fy for segment in self.costing.segments})

    def total_of(self, body: str) -> Pence:
        """What a body pays over the term."""
        return sum(self.by_body.get(body, {}).values())

    def money_of(self, body: str) -> str:
        """The same as people write it."""
        return engine.sterling(self.total_of(body))


def reckon(post: CostedPost, offers: Iterable[Offer]) -> Reckoning:
    """Cost a post at these pledges, with the same engine as the calculator.

    Raises RuleBroken where they cannot be shared, InputFaults where the cost itself is not sound
    or the sums come to more than the cost.
    """
    sharing = to_sharing(offers, post.to_share)
    inputs = inputs_of(post.base, sharing)
    costing = engine.cost(engine.parse_inputs(inputs))
    bodies = {party: body for body, party in sharing.party_ids.items()}
    shares, fees = engine.shares_by_year(costing), engine.fees_by_year(costing)
    by_body: dict[str, dict[int, Pence]] = {}
    for party, years in shares.items():
        if party in bodies:
            own = fees.get(party, {})
            by_body[bodies[party]] = {year: years[year] + own.get(year, 0) for year in years}
    for years in fees.values():
        for year, fee in years.items():
            by_body[post.employer][year] -= fee
    return Reckoning(inputs, costing, engine.inputs_sha256(inputs), sharing, by_body)


def why_not(post: CostedPost | None, offers: Iterable[Offer]) -> Reckoning | str:
    """The costing of a post at these pledges, or the sentence that says why there is none."""
    if post is None:
        return "The employer has not said yet what the post costs."
    try:
        return reckon(post, offers)
    except RuleBroken as refusal:
        return refusal.message
    except engine.InputFaults as faults:
        return faults.faults[0].message


def inputs_of(base: Mapping[str, Any], sharing: Sharing) -> dict[str, Any]:
    """The employer's inputs of the whole post with the sharing put in.

    An agreement has two parties at least: while nobody pledged, a second one that pays nothing
    stands in.
    """
    kept = {key: value for key, value in base.items() if key not in DECIDED_BY_PLEDGES}
    parts = dict(sharing.parts)
    if len(parts["parties"]) == 1:
        parts["parties"] = [*parts["parties"], NOBODY_YET]
    return {**kept, **parts}


def has_moved(before: ByYear, after: ByYear) -> bool:
    """Whether a body's cost by year is another one.

    Where others come or go, the pennies that no exact share has may fall elsewhere. A penny of a
    year is no change; anything more is.

    >>> has_moved({2027: 100}, {2027: 101}), has_moved({2027: 100}, {2027: 102})
    (False, True)
    >>> has_moved({2027: 100}, {2027: 100, 2028: 1})
    True
    """
    if set(before) != set(after):
        return True
    return any(abs(before[year] - after[year]) > 1 for year in before)


@dataclass(frozen=True, slots=True)
class Funded:
    """How far a post is funded: days pledged of its week, pounds a year on top, and by how many.

    `firm` counts only what finance has approved. `own` are the days that the employer says it takes
    itself; None while it has not said, so that it is not known for how many partners are wanted.
    """

    week: Fraction
    days: Fraction
    sums: Pence
    bodies: int
    firm_days: Fraction
    firm_sums: Pence
    own: Fraction | None = None

    @property
    def left(self) -> Fraction:
        """Days of the week that nobody but the employer pays for."""
        return self.week - self.days

    @property
    def wanted(self) -> Fraction:
        """Days of the week that neither partners nor the employer have said they take."""
        return max(self.left - (self.own or 0), Fraction(0))

    @property
    def is_taken(self) -> bool:
        """Whether each day of the week is somebody's."""
        return self.left >= 0 and not self.wanted


def funded(
    week: Fraction, offers: Iterable[tuple[Offer, bool]], own: Fraction | None = None
) -> Funded:
    """Add up pledges, each with whether finance has approved it, beside the employer's own days."""
    days = firm_days = Fraction(0)
    sums = firm_sums = bodies = 0
    for offer, is_firm in offers:
        bodies += 1
        taken = days_of(offer, week)
        money = int(offer.amount * 100) if offer.basis is PledgeBasis.SUM else 0
        days, sums = days + taken, sums + money
        if is_firm:
            firm_days, firm_sums = firm_days + taken, firm_sums + money
    return Funded(week, days, sums, bodies, firm_days, firm_sums, own)
