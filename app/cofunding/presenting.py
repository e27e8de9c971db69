"""Pledges and their cost as tables and pictures of a page. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from app.cofunding.changes import PledgeTerms, amount_in_words
from app.cofunding.domain import STATUS_NAMES, PledgeStatus, days_in_words
from app.cofunding.figures import ByYear, Funded, Reckoning
from app.costsharing.engine import sterling
from app.costsharing.engine.calendar import long_date, year_label
from app.costsharing.presenting.comparing import signed
from app.costsharing.presenting.tables import DataTable, Row, grid, grid_head

FULLY: Final = "The post is fully funded"
WHOLE_WEEK: Final = "The whole week is pledged"
NOBODY: Final = "Nobody has pledged for the"


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a body stands: its pledge, how firm, and until when it counts."""

    body: str
    name: str
    status: PledgeStatus
    terms: PledgeTerms
    is_own: bool

    @property
    def amount(self) -> str:
        """What it pledged, in words."""
        return amount_in_words(self.terms.basis, self.terms.amount)

    @property
    def commitment(self) -> str:
        """How firm, in words."""
        return STATUS_NAMES[self.status]

    @property
    def colour(self) -> str:
        """The colour of its tag; the words say the same."""
        return {
            PledgeStatus.INTEREST: "grey",
            PledgeStatus.IN_PRINCIPLE: "yellow",
            PledgeStatus.APPROVED: "green",
            PledgeStatus.FROZEN: "blue",
        }.get(self.status, "grey")

    @property
    def until(self) -> str:
        """Its last day, or a dash."""
        return "–" if self.terms.ends_on is None else long_date(self.terms.ends_on)


@dataclass(frozen=True, slots=True)
class Bar:
    """How far a post is funded, as parts of its week: widths and starts in percent as text."""

    firm: str
    pledged_from: str
    pledged: str
    description: str


def bar_of(made: Funded) -> Bar:
    """The picture of a post's week: what finance has approved, what is pledged, what is left."""
    rest = made.days - made.firm_days
    return Bar(
        firm=_percent(made.firm_days / made.week),
        pledged_from=_percent(made.firm_days / made.week),
        pledged=_percent(rest / made.week),
        description=(
            f"{days_in_words(made.firm_days)} approved by finance, {days_in_words(rest)} pledged "
            f"besides, {days_in_words(max(made.left, Fraction(0)))} left to the employer"
        ),
    )


def _percent(part: Fraction) -> str:
    """A part of the whole for an attribute of a picture, never outside of it.

    >>> _percent(Fraction(1, 3)), _percent(Fraction(5, 4))
    ('33.33%', '100.00%')
    """
    hundredths = int(min(max(part, Fraction(0)), Fraction(1)) * 10_000)
    return f"{hundredths // 100}.{hundredths % 100:02d}%"


def facts_of(made: Funded, *, is_closed: bool = False) -> tuple[str, ...]:
    """How far a post is funded, in sentences."""
    said = [
        f"{days_in_words(made.days)} of {days_in_words(made.week)} a week {_are(made.days)} pledged"
    ]
    if made.firm_days != made.days:
        said.append(f"{days_in_words(made.firm_days)} {_are(made.firm_days)} approved by finance")
    if made.sums:
        said.append(f"{sterling(made.sums)} a year is pledged besides")
    rest = _rest_of(made, is_closed)
    return (*said, rest) if rest else tuple(said)


def _rest_of(made: Funded, is_closed: bool) -> str:
    """Who pays for the days that nobody pledged, and whether that is settled."""
    others = f"he employer pays for the other {days_in_words(made.left)}" if made.left > 0 else ""
    if is_closed:
        return f"{FULLY}: t{others}" if others else FULLY
    if made.left < 0:
        return ""
    is_firm = (made.firm_days, made.firm_sums) == (made.days, made.sums)
    if made.is_taken and is_firm and made.bodies:
        approved = "finance has approved every day "
        if not others:
            return f"{FULLY}: {approved}of its week"
        return f"{FULLY}: {approved}pledged, and the employer takes the other {_left(made)} itself"
    if not others:
        return WHOLE_WEEK
    if made.own is None:
        return f"T{others}"
    return _own_and_wanted(made)


def _are(days: Fraction) -> str:
    return "is" if days == 1 else "are"


def _left(made: Funded) -> str:
    return days_in_words(made.left)


def _own_and_wanted(made: Funded) -> str:
    """What the employer takes of the days that nobody pledged, and what it looks for."""
    takes = f"The employer takes {days_in_words(min(made.own or made.left, made.left))} itself"
    if not made.wanted:
        return f"{takes}, so each day of the week is somebody’s"
    return f"{takes} and looks for partners to take {days_in_words(made.wanted)}"


def public_facts(funded: Funded, *, is_closed: bool = False) -> tuple[str, ...]:
    """The same for everybody: days and the number of bodies."""
    bodies = "1 organisation" if funded.bodies == 1 else f"{funded.bodies} organisations"
    days = f"{days_in_words(funded.days)} of {days_in_words(funded.week)} a week"
    said = (f"{days} {_are(funded.days)} pledged by {bodies}",)
    if not funded.bodies:
        said = (f"{NOBODY} {days_in_words(funded.week)} a week yet",)
    if is_closed and funded.bodies:
        return (*said, FULLY)
    if funded.left <= 0:
        return (*said, WHOLE_WEEK)
    return said if funded.own is None else (*said, _own_and_wanted(funded))


def years_table(
    made: Reckoning, names: Sequence[tuple[str, str]], caption: str, table_id: str = "years"
) -> DataTable:
    """What each body pays by financial year, fee included, with a total."""
    rows = [(name, made.by_body.get(body, {})) for body, name in names]
    return DataTable(
        table_id,
        caption,
        grid_head("Organisation", [year_label(year) for year in made.years]),
        grid(rows, made.years),
        note="Financial years run from 1 April to 31 March.",
    )


def cost_table(
    columns: Sequence[tuple[str, ByYear]], caption: str, table_id: str = "cost", note: str = ""
) -> DataTable:
    """What one body pays by financial year in one case or several; two have their difference."""
    years = sorted({year for _, by_year in columns for year in by_year})
    has_difference = len(columns) == 2
    heads = ["Financial year", *(name for name, _ in columns)]
    if has_difference:
        heads.append("Difference")
    rows = [
        Row(year_label(year), _cells([by.get(year, 0) for _, by in columns], has_difference))
        for year in years
    ]
    sums = [sum(by.values()) for _, by in columns]
    total = Row("Total", _cells(sums, has_difference), "total")
    return DataTable(table_id, caption, tuple(heads), (*rows, total), note=note)


def _cells(sums: Sequence[int], has_difference: bool) -> tuple[str, ...]:
    cells = [sterling(pence) for pence in sums]
    return (*cells, signed(sums[1] - sums[0])) if has_difference else tuple(cells)


def changes_table(changes: Sequence[Mapping[str, str]], table_id: str) -> DataTable | None:
    """What changed, field by field; None where nothing did."""
    if not changes:
        return None
    return DataTable(
        table_id,
        "What changed",
        ("What", "Before", "Now"),
        tuple(Row(one["what"], (one["before"], one["after"])) for one in changes),
        words=frozenset({1, 2}),
    )


def moved_table(before: ByYear, after: ByYear, table_id: str) -> DataTable | None:
    """What a body pays by year before and after; None where there are no figures."""
    years = sorted({*before, *after})
    if not years:
        return None
    return DataTable(
        table_id,
        "What it costs you",
        ("Financial year", "Before", "Now"),
        tuple(
            Row(
                year_label(year),
                tuple(sterling(by[year]) if year in by else "–" for by in (before, after)),
            )
            for year in years
        ),
    )
