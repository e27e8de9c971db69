"""Whole pence and the only ways a figure is rounded or shared out.

Money is an `int` of pence. Exact quantities are integers or `Fraction`; a rounding is always
called by name. Binary floating point never enters.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

from app.costsharing.engine.inputs import Pence


def nearest(numerator: int, denominator: int) -> Pence:
    """Round `numerator / denominator` pence to whole pence, halves away from zero.

    The denominator must be above zero.

    >>> nearest(5, 10), nearest(-5, 10), nearest(14, 10)
    (1, -1, 1)
    """
    if numerator < 0:
        return -((2 * -numerator + denominator) // (2 * denominator))
    return (2 * numerator + denominator) // (2 * denominator)


def nearest_of(exact: Fraction) -> Pence:
    """Round an exact number of pence to whole pence, halves away from zero.

    >>> nearest_of(Fraction(1, 2)), nearest_of(Fraction(-1, 3))
    (1, 0)
    """
    return nearest(exact.numerator, exact.denominator)


def payroll_round(numerator: int, denominator: int) -> Pence:
    """Round pence as payroll rounds employer National Insurance.

    The figure is cut to tenths of a penny; up to five tenths are dropped, six or more go up
    (SI 2001/1004 regulation 12 as described in HMRC NIM11002).

    >>> payroll_round(437835, 10), payroll_round(437836, 10)
    (43783, 43784)
    """
    if numerator < 0:
        return -payroll_round(-numerator, denominator)
    tenths = 10 * numerator // denominator
    pence, tenth = divmod(tenths, 10)
    return pence + 1 if tenth >= 6 else pence


def whole_weights(weights: Sequence[Fraction]) -> tuple[int, ...]:
    """Scale exact weights to integers in the same proportion.

    >>> whole_weights([Fraction(1, 2), Fraction(1, 3), Fraction(0)])
    (3, 2, 0)
    """
    scale = lcm(*(w.denominator for w in weights)) if weights else 1
    return tuple(w.numerator * (scale // w.denominator) for w in weights)


def allocate(total: Pence, weights: Sequence[int]) -> list[Pence]:
    """Share pence out by integer weights with the largest-remainder rule.

    Each part is the exact share cut to a penny; pence left over go one each to the largest
    cut-off remainders, the earlier listed first on a tie. A negative total mirrors its positive.
    The parts add up to the total and each is within a penny of exact. Raises `ZeroDivisionError`
    when there is something to share and every weight is zero.

    >>> allocate(100, [1, 1, 1]), allocate(-100, [1, 1, 1])
    ([34, 33, 33], [-34, -33, -33])
    >>> allocate(0, [0, 0])
    [0, 0]
    """
    if total < 0:
        return [-part for part in allocate(-total, weights)]
    if total == 0:
        return [0] * len(weights)
    whole = sum(weights)
    parts: list[Pence] = []
    remainders: list[int] = []
    for weight in weights:
        part, remainder = divmod(total * weight, whole)
        parts.append(part)
        remainders.append(remainder)
    spare = total - sum(parts)
    if spare:
        order = sorted(range(len(weights)), key=lambda i: -remainders[i])
        for index in order[:spare]:
            parts[index] += 1
    return parts


def pounds(pence: Pence) -> str:
    """Pence as a decimal string of pounds, as JSON carries money.

    >>> pounds(4505976), pounds(-5)
    ('45059.76', '-0.05')
    """
    if pence < 0:
        return "-" + pounds(-pence)
    digits = str(pence) if pence >= 100 else f"{pence:03d}"
    return f"{digits[:-2]}.{digits[-2:]}"


def sterling(pence: Pence) -> str:
    """Pence as people in the British public sector write money.

    >>> sterling(4505976), sterling(-5)
    ('£45,059.76', '-£0.05')
    """
    sign = "-" if pence < 0 else ""
    whole, rest = divmod(abs(pence), 100)
    return f"{sign}£{whole:,}.{rest:02d}"
