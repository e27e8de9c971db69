"""What we can fill in: rates of National Insurance and pensions, dated and with their source."""

import re
from collections.abc import Mapping
from datetime import date

from app.core.fields import Option, Raw, list_of, map_of, shift, text_of
from app.core.forms import parse
from app.costsharing import rates
from app.costsharing.steps.dates import TermForm
from app.costsharing.steps.step import Facts, Raws

TAX_YEAR = re.compile(r"[0-9]{4}/[0-9]{2}")
EARLY_DAYS = {"1", "2", "3", "4", "5", "01", "02", "03", "04", "05"}


def scheme_options() -> tuple[Option, ...]:
    """The schemes whose rates we hold, and those where the employer types its own."""
    return tuple(Option(s.code, s.name) for s in rates.PENSION_SCHEMES)


def day(iso: str) -> Raw:
    """An ISO date as its typed parts; a month has no day, nothing has no parts."""
    names = ("year", "month", "day")
    parts = iso.split("-") if iso else []
    return {n: p.lstrip("0") for n, p in zip(names, parts, strict=False)}


def tick(value: object) -> str:
    """A flag as a box."""
    return "yes" if value is True else ""


def rate(value: object) -> str:
    """A rate as the percentage a person types."""
    return shift(text_of(value), 2) if text_of(value) else ""


def ni_row(year: Mapping[str, object]) -> Raws:
    """A tax year of the inputs as typed."""
    return {
        "tax_year": text_of(year.get("tax_year")),
        "rate": rate(year.get("rate")),
        "monthly": text_of(year.get("monthly_threshold")),
        "annual": text_of(year.get("annual_threshold")),
        "source": text_of(year.get("source")),
        "assumed": tick(year.get("assumed")),
    }


def pension_row(period: Mapping[str, object]) -> Raws:
    """A pension rate of the inputs as typed."""
    return {
        "start": day(text_of(period.get("from"))),
        "rate": rate(period.get("rate")),
        "until": day(text_of(period.get("until"))),
        "source": text_of(period.get("source")),
        "assumed": tick(period.get("assumed")),
    }


def term_of(facts: Facts) -> tuple[date, date] | None:
    """The first and last day, once both are known."""
    form = parse(TermForm, facts.raw("dates")).form
    return (form.start, form.end) if form else None


def ni_years(facts: Facts) -> Raws:
    """The tax years that the dates touch, each with what we hold."""
    term = term_of(facts)
    if term is None:
        return {}
    first = f"{first_tax_year(facts, term[0])}/"
    years = [ni_row(y) for y in rates.ni_years(*term)]
    return {"years": [y for y in years if text_of(y["tax_year"]) >= first]}


def first_tax_year(facts: Facts, start: date) -> int:
    """The year in which the tax year of the first pay day began.

    April's pay is in the new tax year unless it is paid by the 5th; the annual method takes the
    tax year that begins in the April of the financial year.
    """
    early = facts.said("method", "pay") == "day" and facts.said("method", "day") in EARLY_DAYS
    in_new_year = start.month > 4 or (start.month == 4 and not (early and facts.is_monthly))
    return start.year if in_new_year else start.year - 1


def missing_years(facts: Facts, raw: Raws) -> Raws:
    """Add the tax years that a change of dates brought in since the answers were saved."""
    rows = [map_of(r) for r in list_of(raw.get("years"))]
    if any(not TAX_YEAR.fullmatch(text_of(r.get("tax_year")).strip()) for r in rows):
        return raw  # a year still to be mended may be the one that seems to be missing
    held = {text_of(r.get("tax_year")) for r in rows}
    fresh = [map_of(r) for r in list_of(ni_years(facts).get("years"))]
    added = [r for r in fresh if text_of(r.get("tax_year")) not in held]
    if not added:
        return raw
    return {**raw, "years": sorted([*rows, *added], key=lambda r: text_of(r.get("tax_year")))}


def pension(facts: Facts) -> Raws:
    """The rates of the scheme picked; for an employer's own rate, its first day only."""
    scheme = rates.pension_scheme(facts.said("pension-scheme", "scheme"))
    entries = rates.pension_entries(scheme) if scheme else []
    if entries:
        return {"rates": [pension_row(e) for e in entries]}
    term = term_of(facts)
    return {"rates": [{"start": day(term[0].isoformat())}]} if term else {}


def pension_note(facts: Facts) -> str:
    """What we know of the scheme picked, in a sentence."""
    scheme = rates.pension_scheme(facts.said("pension-scheme", "scheme"))
    return scheme.note if scheme else ""
