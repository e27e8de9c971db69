"""The picture of shares by year: bars whose parts differ by letter and pattern, not only colour.

Pure: it works out places and words; `components/share_chart.html` draws them as SVG. Places along
the bar are percentages of the width, so text keeps its size on a narrow screen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.costsharing.engine.money import sterling
from app.costsharing.presenting.tables import count, rounded_percent

# Colours of the Office for National Statistics with the text colour that stands out on each.
PALETTE = (
    ("#12436D", "#ffffff"),
    ("#28A197", "#000000"),
    ("#801650", "#ffffff"),
    ("#F46A25", "#000000"),
    ("#3D3D3D", "#ffffff"),
    ("#A285D1", "#000000"),
)
OTHERS = ("#d5dde0", "#000000")
LETTERS = "ABCDEF"
BAR_STEP = 74
BAR_TOP = 26
BAR_HEIGHT = 34
ROOM_FOR_LETTER = Fraction(6)
ROOM_FOR_PERCENT = Fraction(15)


@dataclass(frozen=True, slots=True)
class Key:
    """What a letter, colour and pattern stand for."""

    letter: str
    name: str
    fill: str
    ink: str
    pattern: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a bar: where it starts and how wide it is, in percent of the picture's width."""

    key: Key
    x: str
    width: str
    middle: str
    label: str
    share: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One year's bar with the words above it."""

    label: str
    total: str
    text_y: int
    bar_y: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture of shares by year; `description` says what it shows to those who cannot see it."""

    title: str
    description: str
    height: int
    bars: tuple[Bar, ...]
    keys: tuple[Key, ...]


def shares_chart(
    title: str,
    names: Sequence[tuple[str, str]],
    years: Sequence[tuple[str, Mapping[str, int]]],
) -> Chart:
    """Draw shares in pence: `names` is (id, name) in order, `years` is (label, pence by id).

    Above six parties the smallest are shown together as others.
    """
    keys = _keys(names, years)
    longest = max((sum(_positive(shares).values()) for _, shares in years), default=0) or 1
    bars = tuple(
        _bar(number, label, _positive(shares), keys, longest)
        for number, (label, shares) in enumerate(years)
    )
    shown = tuple(dict.fromkeys(keys.values()))
    return Chart(title, _describe(years), max(1, len(bars)) * BAR_STEP, bars, shown)


def _positive(shares: Mapping[str, int]) -> dict[str, int]:
    return {party: pence for party, pence in shares.items() if pence > 0}


def _keys(
    names: Sequence[tuple[str, str]], years: Sequence[tuple[str, Mapping[str, int]]]
) -> dict[str, Key]:
    """Give each party its letter; those beyond the palette share the last one."""
    totals = {party: sum(shares.get(party, 0) for _, shares in years) for party, _ in names}
    most = len(PALETTE)
    shown = [party for party, _ in names]
    if len(shown) > most:
        largest = set(sorted(shown, key=lambda party: -totals[party])[: most - 1])
        shown = [party for party in shown if party in largest]
    rest = len(names) - len(shown)
    named = dict(names)
    keys = {party: Key(LETTERS[i], named[party], *PALETTE[i], i) for i, party in enumerate(shown)}
    if rest:
        others = Key(LETTERS[most - 1], f"The other {count(rest, 'organisation')}", *OTHERS, -1)
        keys.update({party: others for party, _ in names if party not in keys})
    return keys


def _bar(
    number: int, label: str, shares: Mapping[str, int], keys: Mapping[str, Key], longest: int
) -> Bar:
    total = sum(shares.values())
    grouped: dict[Key, int] = {}
    for party, key in keys.items():
        if party in shares:
            grouped[key] = grouped.get(key, 0) + shares[party]
    pieces: list[Piece] = []
    at = Fraction(0)
    for key in dict.fromkeys(keys.values()):
        if key not in grouped:
            continue
        width = Fraction(grouped[key] * 100, longest)
        pieces.append(_piece(key, at, width, grouped[key], total))
        at += width
    top = number * BAR_STEP
    return Bar(label, sterling(total), top + 18, top + BAR_TOP, tuple(pieces))


def _piece(key: Key, at: Fraction, width: Fraction, pence: int, total: int) -> Piece:
    share = rounded_percent(Fraction(pence, total))
    label = key.letter if width >= ROOM_FOR_LETTER else ""
    return Piece(
        key,
        _place(at),
        _place(width),
        _place(at + width / 2),
        label,
        share if width >= ROOM_FOR_PERCENT else "",
    )


def _place(percent: Fraction) -> str:
    return f"{float(percent):.3f}%"


def _describe(years: Sequence[tuple[str, Mapping[str, int]]]) -> str:
    if len(years) == 1:
        return "One bar, divided by what each organisation pays. The table has the same figures."
    return (
        f"A bar for each of {len(years)} years, as long as the year’s cost and divided by what "
        "each organisation pays. The table has the same figures."
    )
