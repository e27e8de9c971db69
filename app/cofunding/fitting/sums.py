"""What a body's part costs alone, and as a part of a joint post: the same engine twice. Pure.

Both are reckoned with the body's own figures and dates, so that the difference comes from joining
and from nothing else.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from app.cofunding.domain import Offer, PledgeBasis, days_in_words
from app.cofunding.figures import CostedPost, Reckoning, why_not
from app.cofunding.fitting.domain import as_kept
from app.core.errors import RuleBroken
from app.core.words import number
from app.costsharing import engine
from app.costsharing.presenting.comparing import signed
from app.costsharing.presenting.tables import DataTable, Row
from app.opportunities.domain import FULL_WEEK, PostFacts
from app.opportunities.writing.cost import CostAnswers, built_inputs

# A post without an end is reckoned for so long.
NO_END: Final = timedelta(days=2 * 365)
OTHERS, OTHERS_NAME = "the-others", "The other organisations"
RECRUITING, FIXED = "Recruiting, once", "Costs that do not grow with the days"


@dataclass(frozen=True, slots=True)
class Figures:
    """A body's own figures: pounds a year for full time, the pension as an exact rate.

    `recruiting` is paid once for a post, `fixed` each year for a post however many its days.
    """

    salary: Decimal
    pension: str
    pays_levy: bool
    recruiting: Decimal = Decimal(0)
    fixed: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class OwnPart:
    """The body's slug and name, its post, and the days of its own and of the joint one."""

    body: str
    name: str
    facts: PostFacts
    days: Fraction
    total_days: Fraction
    bodies: int = 2


@dataclass(frozen=True, slots=True)
class Compared:
    """Both costings; what the body pays is in pence over the term.

    `other_alone` is the post of the only other body alone, at the same figures; with several
    others nobody says how the rest of the days falls on them.
    """

    part: OwnPart
    alone: Reckoning
    joint: Reckoning
    other_alone: Reckoning | None = None

    @property
    def pays_alone(self) -> int:
        """What its own post costs if nobody shares it."""
        return self.alone.total_of(self.part.body)

    @property
    def pays_jointly(self) -> int:
        """What its days of the joint post cost."""
        return self.joint.total_of(self.part.body)

    @property
    def difference(self) -> int:
        """What joining adds, or takes away where it is less than nothing."""
        return self.pays_jointly - self.pays_alone


def compare(part: OwnPart, figures: Figures) -> Compared | str:
    """Cost the body's post alone and the joint one, or say in a sentence why it cannot be done."""
    rest = part.total_days - part.days
    try:
        days = (part.days, part.total_days, *([rest] if part.bodies == 2 else []))
        bases = [_base(part, one, figures) for one in days]
    except RuleBroken as refusal:
        return refusal.message
    offer = Offer(part.body, part.name, PledgeBasis.DAYS, part.days)
    alone = why_not(CostedPost(part.body, part.name, part.days, bases[0]), [])
    joint = why_not(CostedPost(OTHERS, OTHERS_NAME, part.total_days, bases[1]), [offer])
    others = [why_not(CostedPost(OTHERS, OTHERS_NAME, rest, base), []) for base in bases[2:]]
    made: list[Reckoning] = []
    for one in (alone, joint, *others):
        if isinstance(one, str):
            return one
        made.append(one)
    return Compared(part, *made)


def _base(part: OwnPart, days: Fraction, figures: Figures) -> dict[str, Any]:
    """The inputs of a whole post of these days, with the body's own figures and dates."""
    facts = replace(part.facts, days_per_week=as_kept(days))
    answers = CostAnswers(
        salary=figures.salary,
        until=_until(facts),
        pension=figures.pension,
        pays_levy=figures.pays_levy,
    )
    base = built_inputs(facts, answers)
    lines: list[dict[str, str]] = []
    if figures.recruiting:
        day = base["term"]["start"]
        money = f"{figures.recruiting:.2f}"
        lines.append({"name": RECRUITING, "kind": "one_off", "amount": money, "date": day})
    if figures.fixed:
        lines.append({"name": FIXED, "kind": "annual", "amount": f"{figures.fixed:.2f}"})
    return {**base, "other_lines": lines} if lines else base


def _until(facts: PostFacts) -> date:
    start = facts.starts_on or date.min
    return facts.ends_on or start + NO_END


def lines_table(made: Compared) -> DataTable:
    """The cost over the term line by line: the own post alone, and the joint one as a whole."""
    alone, joint = made.alone.costing.lines, made.joint.costing.lines
    rows = [
        Row(
            engine.line_name(name),
            (engine.sterling(alone.get(name, 0)), engine.sterling(joint.get(name, 0))),
        )
        for name in dict.fromkeys([*alone, *joint])
        if alone.get(name) or joint.get(name)
    ]
    part = made.part
    sums = (made.alone.costing.total, made.joint.costing.total)
    rows.append(Row("The whole post", tuple(engine.sterling(one) for one in sums), "total"))
    return DataTable(
        "lines",
        "What it costs over the term",
        (
            "Line",
            f"Your post alone, {days_in_words(part.days)}",
            f"The joint post, {days_in_words(part.total_days)}",
        ),
        tuple(rows),
        note=f"Of the joint post you pay {days_in_words(part.days)} of "
        f"{days_in_words(part.total_days)}.",
    )


def each_table(made: Compared) -> DataTable:
    """What each pays over the term, every body at the figures of the one that looks."""
    other = made.other_alone
    rows = [("You", made.pays_alone, made.pays_jointly)]
    others_joint = made.joint.total_of(OTHERS)
    if other is not None:
        alone = other.total_of(OTHERS)
        rows.append(("The other organisation", alone, others_joint))
        rows.append(("Together", made.pays_alone + alone, made.pays_jointly + others_joint))
    shown = [
        Row(name, (engine.sterling(one), engine.sterling(two), signed(two - one)))
        for name, one, two in rows
    ]
    if other is None:
        shown.append(Row("The others together", ("–", engine.sterling(others_joint), "–")))
    else:
        shown[-1] = replace(shown[-1], kind="total")
    head = ("Organisation", "Each alone", "Jointly", "Difference")
    return DataTable("each", "Who pays what over the term", head, tuple(shown))


def verdict(made: Compared) -> str:
    """What joining changes for the body, in a sentence without a promise."""
    if not made.difference:
        return "On these figures your part costs the same either way."
    more = "more" if made.difference > 0 else "less"
    money = engine.sterling(abs(made.difference))
    return f"On these figures your part of the joint post costs you {money} {more} over the term."


def explained(made: Compared, figures: Figures) -> tuple[str, ...]:
    """What comes from where: pay saves nothing, National Insurance costs more, fixed costs less."""
    said = ["Pay and pension cost the same for each day, so sharing saves nothing on them."]
    alone, joint = made.alone.costing.lines, made.joint.costing.lines
    days = made.part.total_days / made.part.days
    name = "employer_ni"
    if joint.get(name, 0) > alone.get(name, 0) * days:
        said.append(
            "Employer National Insurance is paid above one threshold for each post. Posts of their "
            "own have a threshold each; one joint post has one, so it costs a little more."
        )
    if figures.recruiting or figures.fixed:
        said.append(
            "Recruiting, and costs that do not grow with the days, are paid once for the joint "
            "post and shared by days. That is what is saved."
        )
    else:
        said.append(
            "What you pay for recruiting, equipment or licences is not in these figures. Enter it "
            "below to see what sharing it would save."
        )
    whole = (
        "a full week"
        if made.part.total_days == FULL_WEEK
        else (f"{days_in_words(made.part.total_days)} a week")
    )
    said.append(
        f"What no figure shows: a post of {whole} may be easier to fill than one of "
        f"{days_in_words(made.part.days)}."
    )
    return tuple(said)


def figures_in_words(figures: Figures) -> str:
    """The assumption, for a sentence."""
    levy = "with" if figures.pays_levy else "without"
    return (
        f"{engine.sterling(int(figures.salary * 100))} a year for full time, pension "
        f"{number(Decimal(figures.pension) * 100)}%, {levy} apprenticeship levy"
    )
