"""Days, times, money and rates in words."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from app.core.words import day_in_words, moment_in_words, number, percent, pounds


def test_days_and_times_are_those_of_the_united_kingdom() -> None:
    assert day_in_words(date(2026, 11, 5)) == "5 November 2026"
    late = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    assert day_in_words(late) == "1 July 2026"
    assert moment_in_words(late) == "1 July 2026 at 12:30am"
    assert moment_in_words(datetime(2026, 12, 1, 12, 0, tzinfo=UTC)) == (
        "1 December 2026 at 12:00pm"
    )


@pytest.mark.parametrize(
    ("value", "text"), [("0", "£0.00"), ("1234567.8", "£1,234,567.80"), ("-5", "−£5.00")]
)
def test_money(value: str, text: str) -> None:
    assert pounds(Decimal(value)) == text


@pytest.mark.parametrize(
    ("value", "text"), [("0.195", "19.5%"), ("0", "0%"), ("0.20", "20%"), ("1", "100%"),
                        ("0.123456", "12.3456%")]
)  # fmt: skip
def test_rates(value: str, text: str) -> None:
    assert percent(Decimal(value)) == text


def test_numbers_lose_empty_zeros_only() -> None:
    assert [number(Decimal(v)) for v in ("40", "37.00", "37.25")] == ["40", "37", "37.25"]
