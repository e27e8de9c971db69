"""How names, days, numbers and lists are written in the documents of a costing."""

from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction

from app.costsharing.engine.calendar import long_date
from app.costsharing.engine.inputs import Inputs, Treatment
from app.costsharing.engine.money import nearest_of

TO_BE_AGREED = "To be agreed"
LISTED_IN_A_SENTENCE = 6
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

TREATMENTS: dict[Treatment, str] = {
    "standard": "Standard-rated",
    "outside_scope": "Outside the scope of VAT",
    "exempt": "Exempt",
    "zero": "Zero-rated",
    "undecided": "Not yet decided",
}

BASES = {
    "equal": "equal shares",
    "percent": "agreed percentages",
    "days": "the days that each party takes",
    "fte": "the part of a full-time post that each party takes",
    "population": "population",
    "budget": "the size of each party’s budget",
    "headcount": "headcount",
    "devices": "the number of devices",
    "usage": "recorded use",
    "ratio": "an agreed contribution ratio",
    "weights": "agreed weights",
    "weighted": "a formula of several weighted factors",
    "day_rate": "the days that each party takes, at a day rate",
}


def joined(items: Iterable[str], last: str = "and") -> str:
    """Write a list as people read it.

    >>> joined(["pay"]), joined(["pay", "levy"]), joined(["pay", "levy", "fee"])
    ('pay', 'pay and levy', 'pay, levy and fee')
    """
    listed = list(items)
    if len(listed) < 2:
        return "".join(listed)
    return f"{', '.join(listed[:-1])} {last} {listed[-1]}"


def counted(number: int, one: str) -> str:
    """Write a number with its noun.

    >>> counted(1, "month"), counted(6, "month")
    ('1 month', '6 months')
    """
    return f"{number} {one}{'' if number == 1 else 's'}"


def exact(number: Fraction) -> str:
    """Write an exact number as a decimal where it ends, else as a fraction.

    >>> exact(Fraction(37, 2)), exact(Fraction(1, 3)), exact(Fraction(1200000))
    ('18.5', '1/3', '1,200,000')
    """
    for places in range(13):
        scaled = number * 10**places
        if scaled.denominator == 1:
            whole, rest = divmod(abs(scaled.numerator), 10**places)
            sign = "-" if number < 0 else ""
            return f"{sign}{whole:,}" + (f".{rest:0{places}d}" if places else "")
    return f"{number.numerator}/{number.denominator}"


def percentage(part: Fraction) -> str:
    """Write a part of one as a percentage, exactly where it ends.

    >>> percentage(Fraction(195, 1000)), percentage(Fraction(1, 3))
    ('19.5%', '33 1/3%')
    """
    hundredths = part * 100
    text = exact(hundredths)
    if "/" in text and hundredths > 1:
        whole = hundredths.numerator // hundredths.denominator
        text = f"{whole} {exact(hundredths - whole)}"
    return f"{text}%"


def about_percentage(part: Fraction) -> str:
    """Write a part of one as a percentage with four decimals, for reading beside exact weights.

    >>> about_percentage(Fraction(1, 3)), about_percentage(Fraction(3, 5))
    ('33.3333%', '60%')
    """
    millionths = nearest_of(part * 1_000_000)
    return f"{exact(Fraction(millionths, 10_000))}%"


def day(value: date | None) -> str:
    """Write a day, or nothing where it is not known."""
    return long_date(value) if value else ""


def span(start: date, end: date) -> str:
    """Write a stretch of days, both included."""
    return f"{long_date(start)} to {long_date(end)}"


def short_day(value: date) -> str:
    """Write a day in a table.

    >>> short_day(date(2026, 9, 30))
    '30 Sep 2026'
    """
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def short_span(start: date, end: date) -> str:
    """Write a stretch of days in a table, both included."""
    return f"{short_day(start)} to {short_day(end)}"


def names_of(inputs: Inputs) -> dict[str, str]:
    """Give each party's name by its id."""
    return {party.id: party.name for party in inputs.parties}


def per_party(pairs: Sequence[tuple[str, str]]) -> str:
    """Write what each party has in one sentence, or point to Schedule 2 if there are many."""
    if len(pairs) > LISTED_IN_A_SENTENCE:
        return "as listed in Schedule 2"
    return joined(f"{value} for {name}" for name, value in pairs)
