"""The rates behind a costing with their dates and sources, and what is doubtful of each. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.costsharing.engine.calendar import long_date
from app.costsharing.engine.inputs import Inputs, NiYear, PensionRate, SalaryPoint
from app.costsharing.engine.money import sterling
from app.costsharing.presenting.tables import percent

ASSUMED = "Assumed"
PAST_END = "Past its last known day"
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class RateView:
    """One rate as shown: what it is, the figure, when it applies, where it comes from."""

    name: str
    figure: str
    applies: str
    source: str
    doubts: tuple[str, ...]


def rates_used(inputs: Inputs) -> tuple[RateView, ...]:
    """List every rate that touches the term, in the order of the working."""
    post = inputs.post
    if post is None:
        return _vat(inputs)
    levy = RateView("Apprenticeship levy", percent(post.levy_rate), "Whole term", "As entered", ())
    return (
        *_dated("Salary (full time)", post.salary, inputs),
        *(_ni(year) for year in post.ni_years if _touches(year, inputs)),
        *_dated("Employer pension", post.pension, inputs),
        levy,
        *_vat(inputs),
    )


def _dated(
    name: str, points: Sequence[SalaryPoint | PensionRate], inputs: Inputs
) -> tuple[RateView, ...]:
    found: list[RateView] = []
    for point, later in zip(points, [*points[1:], None], strict=True):
        last = later.start - _DAY if later else inputs.end
        if last < inputs.start or point.start > inputs.end:
            continue
        used_to = min(last, inputs.end)
        doubts = [ASSUMED] if point.assumed else []
        if point.until is not None and point.until < used_to:
            doubts.append(f"{PAST_END}, {long_date(point.until)}")
        applies = _applies(point.start, used_to, inputs)
        figure = _figure(point)
        found.append(RateView(name, figure, applies, point.source or "As entered", tuple(doubts)))
    return tuple(found)


def _figure(point: SalaryPoint | PensionRate) -> str:
    if isinstance(point, SalaryPoint):
        return f"{sterling(point.annual)} a year"
    return percent(point.rate)


def _applies(start: date, used_to: date, inputs: Inputs) -> str:
    if start <= inputs.start:
        return "Whole term" if used_to >= inputs.end else f"Until {long_date(used_to)}"
    return f"From {long_date(start)}" + (
        "" if used_to >= inputs.end else f" to {long_date(used_to)}"
    )


def _touches(year: NiYear, inputs: Inputs) -> bool:
    first, last = date(year.year, 4, 6), date(year.year + 1, 4, 5)
    # Under the annual method the tax year that starts in April stands for the financial year.
    return first.replace(day=1) <= inputs.end and inputs.start <= last


def _ni(year: NiYear) -> RateView:
    return RateView(
        f"Employer National Insurance {year.label}",
        f"{percent(year.rate)} above {sterling(year.monthly_threshold)} a month",
        f"Pay from 6 April {year.year}",
        year.source or "As entered",
        (ASSUMED,) if year.assumed else (),
    )


def _vat(inputs: Inputs) -> tuple[RateView, ...]:
    charged = {
        party.vat.rate
        for party in inputs.partners
        if "standard" in {party.vat.share, party.vat.fee}
    }
    return tuple(
        RateView("VAT, standard rate", percent(rate), "Whole term", "As entered", ())
        for rate in sorted(charged)
    )
