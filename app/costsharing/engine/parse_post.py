"""Reading the post of an inputs object: hours, pay, awards, National Insurance and pension."""

import re
from datetime import date
from fractions import Fraction
from typing import Any, cast

from app.costsharing.engine.calendar import long_date, month_key, year_label
from app.costsharing.engine.faults import pointer
from app.costsharing.engine.inputs import (
    Allowance,
    Award,
    NiBasis,
    NiYear,
    PensionRate,
    Post,
    SalaryPoint,
    WholePay,
)
from app.costsharing.engine.money import nearest
from app.costsharing.engine.reader import Reader

MOST_DATED = 150
MOST_AWARDS = 20
MOST_ALLOWANCES = 30
NAME_LENGTH = 200
SOURCE_LENGTH = 300
TAX_YEAR = re.compile(r"[0-9]{4}/[0-9]{2}")
MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")

POST_REQUIRED = ("contracted_hours", "full_time_hours", "salary", "ni", "pension", "levy_rate")
POST_KEYS = {*POST_REQUIRED, "weeks_factor", "backdated_awards", "allowances"}
SALARY_KEYS = {"from", "annual_fte", "until", "assumed", "source"}
PENSION_KEYS = {"from", "rate", "until", "assumed", "source"}
AWARD_KEYS = {"effective", "paid_month", "salary"}
ALLOWANCE_KEYS = {"name", "annual", "fte_scaled", "pensionable"}
NI_YEAR_REQUIRED = ("tax_year", "rate", "monthly_threshold", "annual_threshold")
NI_YEAR_KEYS = {*NI_YEAR_REQUIRED, "assumed", "source"}


def read_post(reader: Reader, value: object, path: str) -> Post | None:
    """The post, or None when it is so wrong that no part of it can be used."""
    data = reader.obj(value, path, POST_KEYS, POST_REQUIRED)
    hours = _hours(reader, data, path, "contracted_hours", 168)
    full_time = _hours(reader, data, path, "full_time_hours", None)
    weeks = Fraction(1)
    if "weeks_factor" in data:
        weeks = reader.exact(data["weeks_factor"], pointer(path, "weeks_factor"), most=1)
    basis, whole_pay, ni_years = _read_ni(reader, data, path)
    salary = _dated(reader, data, path, "salary")
    pension = _dated(reader, data, path, "pension")
    return Post(
        contracted_hours=hours,
        full_time_hours=full_time,
        weeks_factor=weeks,
        salary=cast("tuple[SalaryPoint, ...]", salary),
        awards=_read_awards(reader, data, path),
        allowances=_read_allowances(reader, data, path),
        ni_basis=basis,
        ni_years=ni_years,
        whole_pay=whole_pay,
        pension=cast("tuple[PensionRate, ...]", pension),
        levy_rate=(
            reader.exact(data["levy_rate"], pointer(path, "levy_rate"), most=1)
            if "levy_rate" in data
            else Fraction(0)
        ),
    )


def _hours(reader: Reader, data: dict[str, Any], path: str, key: str, most: int | None) -> Fraction:
    if key not in data:
        return Fraction(1)
    return reader.exact(data[key], pointer(path, key), above=0, most=most)


def _dated(
    reader: Reader, data: dict[str, Any], path: str, key: str
) -> tuple[SalaryPoint | PensionRate, ...]:
    if key not in data:
        return ()
    return read_dated(reader, data[key], pointer(path, key), is_salary=key == "salary")


def read_dated(
    reader: Reader, value: object, path: str, *, is_salary: bool
) -> tuple[SalaryPoint | PensionRate, ...]:
    """Salary points or pension rates in rising order of their first days."""
    money_key = "annual_fte" if is_salary else "rate"
    keys = SALARY_KEYS if is_salary else PENSION_KEYS
    entries: list[SalaryPoint | PensionRate] = []
    starts: list[tuple[Any, str]] = []
    for _, entry, where in reader.items(value, path, MOST_DATED, 1):
        data = reader.obj(entry, where, keys, ("from", money_key))
        start = reader.day(data["from"], pointer(where, "from")) if "from" in data else None
        starts.append((start, pointer(where, "from")))
        until, assumed, source = _provenance(reader, data, where)
        amount_path = pointer(where, money_key)
        if is_salary:
            annual = reader.money(data[money_key], amount_path) if money_key in data else 0
            entries.append(SalaryPoint(start or date.min, annual, until, assumed, source))
        else:
            rate = Fraction(0)
            if money_key in data:
                rate = reader.exact(data[money_key], amount_path, most=1)
            entries.append(PensionRate(start or date.min, rate, until, assumed, source))
    reader.rising(starts, long_date)
    return tuple(entries)


def _provenance(
    reader: Reader, data: dict[str, Any], where: str
) -> tuple[date | None, bool, str | None]:
    until = reader.day(data["until"], pointer(where, "until")) if "until" in data else None
    assumed = (
        reader.flag(data["assumed"], pointer(where, "assumed")) if "assumed" in data else False
    )
    source = None
    if "source" in data:
        given = data["source"]
        # A source may be pasted with line breaks; it is shown on one line.
        if isinstance(given, str):
            given = given.translate({9: " ", 10: " ", 13: " "})
        source = reader.text(given, pointer(where, "source"), most=SOURCE_LENGTH, least=0)
    return until, assumed, source or None


def _read_awards(reader: Reader, data: dict[str, Any], path: str) -> tuple[Award, ...]:
    if "backdated_awards" not in data:
        return ()
    awards: list[Award] = []
    list_path = pointer(path, "backdated_awards")
    for _, entry, where in reader.items(data["backdated_awards"], list_path, MOST_AWARDS):
        award = reader.obj(entry, where, AWARD_KEYS, ("effective", "paid_month", "salary"))
        effective = None
        if "effective" in award:
            effective = reader.day(award["effective"], pointer(where, "effective"))
        paid = None
        if "paid_month" in award:
            paid = reader.matching(
                award["paid_month"], pointer(where, "paid_month"), MONTH, "“2026-11”"
            )
        salary = cast("tuple[SalaryPoint, ...]", _dated(reader, award, where, "salary"))
        if effective and reader.is_clean(where) and salary[0].start > effective:
            reader.fault(
                pointer(where, "salary"),
                "no_salary_yet",
                f"No salary of this award applies on {long_date(effective)}. "
                "Start the first one on that day or before.",
            )
        awards.append(Award(effective or date.min, paid or "", salary))
    return tuple(awards)


def _read_allowances(reader: Reader, data: dict[str, Any], path: str) -> tuple[Allowance, ...]:
    if "allowances" not in data:
        return ()
    allowances: list[Allowance] = []
    list_path = pointer(path, "allowances")
    for _, entry, where in reader.items(data["allowances"], list_path, MOST_ALLOWANCES):
        item = reader.obj(entry, where, ALLOWANCE_KEYS, ("name", "annual"))
        name = ""
        if "name" in item:
            name = reader.text(item["name"], pointer(where, "name"), most=NAME_LENGTH)
        annual = reader.money(item["annual"], pointer(where, "annual")) if "annual" in item else 0
        scaled, pensionable = False, True
        if "fte_scaled" in item:
            scaled = reader.flag(item["fte_scaled"], pointer(where, "fte_scaled"))
        if "pensionable" in item:
            pensionable = reader.flag(item["pensionable"], pointer(where, "pensionable"))
        allowances.append(Allowance(name, annual, scaled, pensionable))
    return tuple(allowances)


def _read_ni(
    reader: Reader, post: dict[str, Any], path: str
) -> tuple[NiBasis, tuple[WholePay, ...], tuple[NiYear, ...]]:
    if "ni" not in post:
        return "own", (), ()
    where = pointer(path, "ni")
    keys = {"basis", "years", "whole_employment_annual"}
    data = reader.obj(post["ni"], where, keys, ("basis", "years"))
    basis = "own"
    if "basis" in data:
        choices = ("own", "proportional", "marginal")
        basis = reader.choice(data["basis"], pointer(where, "basis"), choices)
    whole = _read_whole_pay(reader, data, where, basis)
    years = (
        _read_ni_years(reader, data["years"], pointer(where, "years")) if "years" in data else ()
    )
    return cast("NiBasis", basis), whole, years


def _read_whole_pay(
    reader: Reader, data: dict[str, Any], path: str, basis: str
) -> tuple[WholePay, ...]:
    where = pointer(path, "whole_employment_annual")
    if "whole_employment_annual" not in data:
        if basis == "proportional":
            message = "Give the person's whole annual pay with the host: this basis needs it."
            reader.fault(where, "missing", message)
        return ()
    if basis != "proportional" and reader.is_clean(pointer(path, "basis")):
        message = f"The basis “{basis}” does not use this. Leave it out."
        reader.fault(where, "not_used", message)
    value = data["whole_employment_annual"]
    if not isinstance(value, list):
        annual = reader.money(value, where)
        if nearest(annual, 12) == 0 and reader.is_clean(where):
            reader.fault(where, "too_small", "Give the person's whole annual pay, above nil.")
        return (WholePay(date.min, annual),)
    found: list[WholePay] = []
    starts: list[tuple[Any, str]] = []
    for _, entry, at in reader.items(value, where, MOST_DATED, 1):
        item = reader.obj(entry, at, {"from", "annual"}, ("from", "annual"))
        start = reader.day(item["from"], pointer(at, "from")) if "from" in item else None
        annual = reader.money(item["annual"], pointer(at, "annual")) if "annual" in item else 0
        if nearest(annual, 12) == 0 and reader.is_clean(at):
            reader.fault(pointer(at, "annual"), "too_small", "Give a whole annual pay above nil.")
        starts.append((start, pointer(at, "from")))
        found.append(WholePay(start or date.min, annual))
    reader.rising(starts, long_date)
    return tuple(found)


def _read_ni_years(reader: Reader, value: object, path: str) -> tuple[NiYear, ...]:
    years: list[NiYear] = []
    labels: list[tuple[Any, str]] = []
    for _, entry, where in reader.items(value, path, MOST_DATED, 1):
        data = reader.obj(entry, where, NI_YEAR_KEYS, NI_YEAR_REQUIRED)
        year = _tax_year(reader, data, where)
        labels.append((year, pointer(where, "tax_year")))
        _, assumed, source = _provenance(
            reader, {k: data[k] for k in ("assumed", "source") if k in data}, where
        )
        rate = Fraction(0)
        if "rate" in data:
            rate = reader.exact(data["rate"], pointer(where, "rate"), most=1)
        sums = [
            reader.money(data[key], pointer(where, key)) if key in data else 0
            for key in ("monthly_threshold", "annual_threshold")
        ]
        years.append(NiYear(year or 0, rate, sums[0], sums[1], assumed, source))
    reader.rising(labels, year_label)
    return tuple(years)


def _tax_year(reader: Reader, data: dict[str, Any], path: str) -> int | None:
    if "tax_year" not in data:
        return None
    where = pointer(path, "tax_year")
    text = reader.matching(data["tax_year"], where, TAX_YEAR, "“2026/27”")
    if text is None:
        return None
    year = int(text[:4])
    if year_label(year) != text:
        message = f"A tax year that begins in {year} is written {year_label(year)}."
        reader.fault(where, "wrong_form", message)
        return None
    return year


def check_post_dates(reader: Reader, post: Post, start: date, end: date, method: str) -> None:
    """Faults of a post against the term: pay on the first day, months paid, method."""
    where = "/post"
    dated = reader.are_clean(f"{where}/salary", len(post.salary), "from")
    if dated and post.salary and post.salary[0].start > start:
        reader.fault(
            f"{where}/salary",
            "no_salary_yet",
            f"No salary applies on the first day, {long_date(start)}. "
            "Start the first one on that day or before.",
        )
    if post.awards and method == "annual":
        message = "The annual method takes no backdated awards. Use the monthly method."
        reader.fault(f"{where}/backdated_awards", "not_with_annual", message)
        return
    first, last = month_key(start), month_key(end)
    for index, award in enumerate(post.awards):
        if award.paid_month and not first <= award.paid_month <= last:
            reader.fault(
                f"{where}/backdated_awards/{index}/paid_month",
                "outside_term",
                f"{award.paid_month} is outside the term. "
                f"Give a month from {first} to {last}, or price the new salary from the start.",
            )
