"""The picture of shares: parts that fill the bar, told apart without colour."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.costsharing.charts import LETTERS, PALETTE, Chart, shares_chart

NAMES = [(f"P{number}", f"Organisation {number}") for number in range(20)]


def draw(shares: list[dict[str, int]], names: int = 20) -> Chart:
    years = [(f"20{26 + number}/27", one) for number, one in enumerate(shares)]
    return shares_chart("Shares", NAMES[:names], years)


def percent(text: str) -> Fraction:
    return Fraction(text.removesuffix("%"))


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        (p / 12.92) if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(("fill", "ink"), PALETTE)
def test_letters_stand_out_on_their_colour(fill: str, ink: str) -> None:
    light, dark = sorted((luminance(fill), luminance(ink)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_two_organisations_fill_the_bar_side_by_side() -> None:
    chart = draw([{"P0": 6_758_964, "P1": 4_505_976}], names=2)
    first, second = chart.bars[0].pieces
    assert (first.x, first.width) == ("0.000%", "60.000%")
    assert (second.x, second.width) == ("60.000%", "40.000%")
    assert (first.label, first.share) == ("A", "60.0%")
    assert chart.bars[0].total == "£112,649.40"


def test_bars_are_as_long_as_their_year() -> None:
    chart = draw([{"P0": 100}, {"P0": 50}], names=1)
    assert [bar.pieces[0].width for bar in chart.bars] == ["100.000%", "50.000%"]
    assert chart.bars[1].bar_y > chart.bars[0].bar_y


def test_beyond_six_the_smallest_stand_together() -> None:
    chart = draw([{name: 1000 - number for number, (name, _) in enumerate(NAMES)}])
    assert len(chart.keys) == len(PALETTE)
    assert [key.letter for key in chart.keys] == list(LETTERS)
    assert chart.keys[-1].name == "The other 15 organisations"
    assert [key.name for key in chart.keys[:5]] == [name for _, name in NAMES[:5]]


def test_the_order_of_the_agreement_is_kept_whatever_the_sizes() -> None:
    chart = draw([{"P0": 1, "P1": 1000, "P2": 10}], names=3)
    assert [piece.key.letter for piece in chart.bars[0].pieces] == ["A", "B", "C"]
    assert chart.bars[0].pieces[0].label == ""


def test_a_year_without_cost_has_an_empty_bar() -> None:
    chart = draw([{}, {"P0": 0}], names=2)
    assert [bar.pieces for bar in chart.bars] == [(), ()]
    assert "2 years" in chart.description


@given(
    st.lists(
        st.dictionaries(st.sampled_from([n for n, _ in NAMES]), st.integers(0, 10**10)),
        min_size=1,
        max_size=11,
    )
)
def test_parts_never_overlap_nor_leave_the_picture(shares: list[dict[str, int]]) -> None:
    chart = draw(shares)
    for bar in chart.bars:
        at = Fraction(0)
        for piece in bar.pieces:
            assert abs(percent(piece.x) - at) < Fraction(1, 50)
            at = percent(piece.x) + percent(piece.width)
        assert at <= Fraction(10_001, 100)
