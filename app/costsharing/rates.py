"""Dated rates with their source: employer National Insurance, pension schemes and VAT.

Offered as starting values and always shown where used; a person may type others. Nothing here is
read by the engine: the rates in force are part of the inputs of every costing.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from app.costsharing.engine.calendar import tax_year, year_label

CHECKED_ON = date(2026, 11, 22)
LAST_NI_YEAR_IN_LAW = 2026
THRESHOLD_FROZEN_TO = 2030


@dataclass(frozen=True, slots=True)
class NiRate:
    """Employer class 1 National Insurance, category A, for tax years from `year` to `last`.

    The rate is a decimal string; thresholds are strings of pounds (secondary threshold).
    """

    year: int
    last: int
    rate: str
    monthly_threshold: str
    annual_threshold: str
    source: str
    assumed: bool = False


NI_RATES: tuple[NiRate, ...] = (
    NiRate(
        2024, 2024, "0.138", "758.00", "9100.00",
        "Class 1 secondary rate and threshold 2024/25; monthly threshold to be confirmed",
        assumed=True,
    ),
    NiRate(
        2025, 2025, "0.15", "417.00", "5000.00",
        "National Insurance Contributions (Secondary Class 1 Contributions) Act 2025",
    ),
    NiRate(
        2026, LAST_NI_YEAR_IN_LAW, "0.15", "417.00", "5000.00",
        "National Insurance Contributions (Secondary Class 1 Contributions) Act 2025",
    ),
    NiRate(
        2027, THRESHOLD_FROZEN_TO, "0.15", "417.00", "5000.00",
        "Threshold held until April 2031 (Budget, November 2025); rate as in 2026/27",
        assumed=True,
    ),
    NiRate(
        2031, 2200, "0.15", "417.00", "5000.00",
        "Not yet announced; the figures of 2026/27 carried forward",
        assumed=True,
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PensionPeriod:
    """An employer rate (decimal string) from a day, and the last day it is known to hold."""

    start: date
    rate: str
    until: date | None
    source: str


@dataclass(frozen=True, slots=True)
class PensionScheme:
    """A public pension scheme; without periods the employer's own rate must be typed in."""

    code: str
    name: str
    periods: tuple[PensionPeriod, ...]
    note: str


APRIL_2024, MARCH_2027 = date(2024, 4, 1), date(2027, 3, 31)
NEW_RATES_2027 = "New employer rates are due on 1 April 2027. Add them when they are known."

PENSION_SCHEMES: tuple[PensionScheme, ...] = (
    PensionScheme(
        "lgps", "Local Government Pension Scheme (England and Wales)", (),
        "Each employer has its own rate, set by its fund's actuary from 1 April 2026 to "
        "31 March 2029. Take it from your rates and adjustments certificate.",
    ),
    PensionScheme(
        "lgps-scotland", "Local Government Pension Scheme (Scotland)", (),
        "Each employer has its own rate. Take it from your fund's certificate.",
    ),
    PensionScheme(
        "lgps-ni", "Local Government Pension Scheme (Northern Ireland)",
        (
            PensionPeriod(
                date(2023, 4, 1), "0.19", date(2026, 3, 31),
                "NILGOSC employer contribution rates 2023 to 2026",
            ),
        ),
        "Most employers paid 19% until 31 March 2026. Confirm the rate since then.",
    ),
    PensionScheme(
        "nhs", "NHS Pension Scheme (England and Wales), full rate",
        (
            PensionPeriod(
                APRIL_2024, "0.2378", MARCH_2027,
                "NHS Business Services Authority: 23.7% and a 0.08% levy",
            ),
        ),
        "NHS England pays 9.4% of this for most NHS employers in England. Agree which rate is "
        f"recharged. {NEW_RATES_2027}",
    ),
    PensionScheme(
        "nhs-charged", "NHS Pension Scheme (England), rate charged to the employer",
        (
            PensionPeriod(
                APRIL_2024, "0.1438", date(2026, 3, 31),
                "NHS Business Services Authority, 2024/25 and 2025/26; "
                "2026/27 to be confirmed",
            ),
        ),
        "14.38% was confirmed for 2024/25 and 2025/26 only.",
    ),
    PensionScheme(
        "nhs-scotland", "NHS Pension Scheme (Scotland)",
        (PensionPeriod(APRIL_2024, "0.225", MARCH_2027, "Scottish Public Pensions Agency"),),
        NEW_RATES_2027,
    ),
    PensionScheme(
        "nhs-ni", "HSC Pension Scheme (Northern Ireland)",
        (PensionPeriod(APRIL_2024, "0.232", MARCH_2027, "HSC Pension Service"),),
        NEW_RATES_2027,
    ),
    PensionScheme(
        "teachers", "Teachers' Pension Scheme (England and Wales)",
        (
            PensionPeriod(
                APRIL_2024, "0.2868", MARCH_2027,
                "Teachers' Pensions: 28.6% and a 0.08% levy",
            ),
        ),
        NEW_RATES_2027,
    ),
    PensionScheme(
        "civil-service", "Civil Service pension (alpha)",
        (
            PensionPeriod(
                APRIL_2024, "0.2897", MARCH_2027,
                "Civil Service Pension Scheme employer notice, April 2024",
            ),
        ),
        NEW_RATES_2027,
    ),
    PensionScheme(
        "police", "Police Pension Scheme (officers)",
        (
            PensionPeriod(
                APRIL_2024, "0.353", MARCH_2027,
                "Police Pension Scheme employer rate from April 2024; levy included",
            ),
        ),
        f"Police staff are in the Local Government Pension Scheme. {NEW_RATES_2027}",
    ),
    PensionScheme(
        "fire", "Firefighters' Pension Scheme (England)",
        (
            PensionPeriod(
                APRIL_2024, "0.376", MARCH_2027,
                "Firefighters' Pension Scheme, valuation of 2020",
            ),
        ),
        "Fire staff on council terms are in the Local Government Pension Scheme. "
        f"{NEW_RATES_2027}",
    ),
    PensionScheme(
        "uss", "Universities Superannuation Scheme",
        (PensionPeriod(date(2024, 1, 1), "0.145", None, "USS employer rate from January 2024"),),
        "The next valuation may change it.",
    ),
    PensionScheme("other", "Another scheme, or none", (), "Type the rate. For none, type 0."),
)  # fmt: skip

APPRENTICESHIP_LEVY = "0.005"
APPRENTICESHIP_LEVY_SOURCE = "Apprenticeship levy: 0.5% of the pay bill, Finance Act 2016"
VAT_STANDARD = "0.20"
VAT_STANDARD_SOURCE = "Standard rate since 4 January 2011, Value Added Tax Act 1994 section 2"


def ni_rate(year: int) -> NiRate | None:
    """The National Insurance figures of the tax year begun in April of `year`, if held."""
    return next((rate for rate in NI_RATES if rate.year <= year <= rate.last), None)


def ni_years(start: date, end: date) -> list[dict[str, Any]]:
    """Entries of `post.ni.years` for every tax year and financial year a term touches.

    Years before those held are left out, so that a person is asked for them.
    """
    first = min(tax_year(start), start.year if start.month >= 4 else start.year - 1)
    entries: list[dict[str, Any]] = []
    for year in range(first, end.year + 1):
        rate = ni_rate(year)
        if rate is None or (year == end.year and end < date(end.year, 4, 1)):
            continue
        entry: dict[str, Any] = {
            "tax_year": year_label(year),
            "rate": rate.rate,
            "monthly_threshold": rate.monthly_threshold,
            "annual_threshold": rate.annual_threshold,
            "source": rate.source,
        }
        if rate.assumed:
            entry["assumed"] = True
        entries.append(entry)
    return entries


def pension_scheme(code: str) -> PensionScheme | None:
    """A scheme by its code, or None."""
    return next((scheme for scheme in PENSION_SCHEMES if scheme.code == code), None)


def pension_entries(scheme: PensionScheme) -> list[dict[str, Any]]:
    """Entries of `post.pension` for a scheme; empty where the employer's own rate is needed."""
    entries: list[dict[str, Any]] = []
    for period in scheme.periods:
        entry = {
            "from": period.start.isoformat(),
            "rate": period.rate,
            "source": period.source,
        }
        if period.until:
            entry["until"] = period.until.isoformat()
        entries.append(entry)
    return entries
