"""Turning an inputs object into checked values, with every fault found at once.

The form of the inputs is published as a JSON Schema beside this reading; the two are held
together by tests.
"""

import re
import unicodedata
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, cast

from app.costsharing.engine.checks import check_together
from app.costsharing.engine.faults import Fault, InputFaults, pointer
from app.costsharing.engine.inputs import (
    RESERVED_NAMES,
    Actual,
    Apportionment,
    CapOverflow,
    Frequency,
    Grant,
    HostFee,
    Inputs,
    LineKind,
    Method,
    OtherLine,
    Overhead,
    Pence,
    Profile,
    Schedule,
    Timing,
)
from app.costsharing.engine.parse_post import NAME_LENGTH, check_post_dates, read_post
from app.costsharing.engine.parse_sharing import (
    MOST_SHARINGS,
    Known,
    read_parties,
    read_sharing,
    read_sums,
)
from app.costsharing.engine.reader import Reader

MOST_LINES = 130
MOST_GRANTS = 20
MOST_YEARS = 10
FIRST_YEAR, LAST_YEAR = 1950, 2200
PAY_DAY = re.compile(r"last|[1-9]|[12][0-9]|3[01]")
PAYMENT_DAYS = re.compile(r"[0-9]{1,3}")
INPUT_KEYS = {
    "term", "method", "apportionment", "pay_day", "post", "other_lines", "overhead", "grants",
    "fixed_contributions", "minimums", "caps", "cap_overflow", "in_kind", "host_fee", "parties",
    "sharing", "schedule", "actuals",
}  # fmt: skip
LINE_KEYS = {"name", "kind", "amount", "date", "charge_to"}


def parse_inputs(data: object) -> Inputs:
    """Check an inputs object and give it back as frozen values.

    Raises `InputFaults` with every fault of form and of fields against each other. Faults that
    only the figures can show, such as fixed contributions above the cost, come from `cost`.
    """
    reader = Reader()
    if not isinstance(data, dict):
        raise InputFaults([Fault("", "object_expected", "Give an object with the inputs.")])
    top = reader.obj(data, "", INPUT_KEYS, ("term", "parties", "sharing"))
    if "post" not in top and "other_lines" not in top:
        reader.fault("", "nothing_to_cost", "Give a “post”, “other_lines”, or both.")
    start, end = _read_term(reader, top)
    parties = read_parties(reader, top["parties"], "/parties") if "parties" in top else ()
    known = _known_ids(top)
    method = _choice(reader, top, "method", ("monthly", "annual"))
    post = read_post(reader, top["post"], "/post") if "post" in top else None
    other_lines = _read_other_lines(reader, top, known)
    inputs = Inputs(
        start=start or date.min,
        end=end or date.min,
        method=cast("Method", method),
        apportionment=cast(
            "Apportionment", _choice(reader, top, "apportionment", ("calendar", "working"))
        ),
        pay_day=_read_pay_day(reader, top),
        post=post,
        other_lines=other_lines,
        overhead=_read_overhead(reader, top),
        grants=_read_grants(reader, top),
        fixed=read_sums(reader, top, "fixed_contributions", known),
        minimums=read_sums(reader, top, "minimums", known),
        caps=read_sums(reader, top, "caps", known),
        cap_overflow=cast("CapOverflow", _choice(reader, top, "cap_overflow", ("reshare", "host"))),
        in_kind=read_sums(reader, top, "in_kind", known),
        host_fee=_read_host_fee(reader, top),
        parties=parties,
        sharing=(
            read_sharing(reader, top["sharing"], "/sharing", known) if "sharing" in top else ()
        ),
        schedule=_read_schedule(reader, top),
        actuals=_read_actuals(reader, top),
    )
    if post and start and end and reader.is_clean("/term"):
        check_post_dates(reader, post, start, end, method)
    check_together(reader, inputs)
    if reader.faults:
        raise InputFaults(reader.faults)
    return inputs


def _known_ids(top: dict[str, Any]) -> Known:
    """Ids that other fields may name, those of refused parties too; None if any cannot be read."""
    listed = top.get("parties")
    if not isinstance(listed, list) or not listed:
        return None
    ids = [entry.get("id") if isinstance(entry, dict) else None for entry in listed]
    readable = [one for one in ids if isinstance(one, str)]
    return frozenset(readable) if len(readable) == len(ids) else None


def _choice(reader: Reader, top: dict[str, Any], key: str, among: tuple[str, ...]) -> str:
    return reader.choice(top[key], pointer("", key), among) if key in top else among[0]


def _read_term(reader: Reader, top: dict[str, Any]) -> tuple[date | None, date | None]:
    if "term" not in top:
        return None, None
    data = reader.obj(top["term"], "/term", {"start", "end"}, ("start", "end"))
    found: list[date | None] = []
    for key in ("start", "end"):
        day = reader.day(data[key], f"/term/{key}") if key in data else None
        found.append(day)
    start, end = found
    if start and end and reader.is_clean("/term"):
        if end < start:
            message = "The term ends before it starts. Swap the two dates or mend one."
            reader.fault("/term", "ends_before_start", message)
        elif end.year - start.year > 10 or (
            end.year - start.year == 10 and end > _ten_years_on(start)
        ):
            message = (
                "The term is longer than 10 years. Bring its end forward, or cost it in parts."
            )
            reader.fault("/term", "term_too_long", message)
    for key, day in (("start", start), ("end", end)):
        if day and not FIRST_YEAR <= day.year <= LAST_YEAR and not reader.has_fault_at("/term"):
            message = f"Give a day between {FIRST_YEAR} and {LAST_YEAR}."
            reader.fault(f"/term/{key}", "year_out_of_range", message)
    return start, end


def _ten_years_on(start: date) -> date:
    """The last day of a term of ten years from `start`."""
    leap_start = (start.month, start.day) == (2, 29)
    return start.replace(year=start.year + 10, day=28 if leap_start else start.day) - (
        timedelta(days=0 if leap_start else 1)
    )


def _read_pay_day(reader: Reader, top: dict[str, Any]) -> int | None:
    if "pay_day" not in top:
        return None
    text = reader.matching(top["pay_day"], "/pay_day", PAY_DAY, "“last” or “1” to “31”")
    return None if text is None or text == "last" else int(text)


def _read_other_lines(reader: Reader, top: dict[str, Any], known: Known) -> tuple[OtherLine, ...]:
    if "other_lines" not in top:
        return ()
    lines: list[OtherLine] = []
    names: set[str] = set()
    for _, entry, where in reader.items(top["other_lines"], "/other_lines", MOST_LINES):
        data = reader.obj(entry, where, LINE_KEYS, ("name", "kind", "amount"))
        name = _line_name(reader, data, where, names)
        kind = "one_off"
        if "kind" in data:
            kinds = ("one_off", "annual", "total")
            kind = reader.choice(data["kind"], pointer(where, "kind"), kinds)
        amount = reader.money(data["amount"], pointer(where, "amount")) if "amount" in data else 0
        on = _line_date(reader, data, where, kind)
        charge_to = data.get("charge_to")
        if "charge_to" in data and not (
            isinstance(charge_to, str) and (known is None or charge_to in known)
        ):
            message = "No party has this id. Give the id of one of the parties as text."
            reader.fault(pointer(where, "charge_to"), "unknown_party", message)
            charge_to = None
        lines.append(OtherLine(name, cast("LineKind", kind), amount, on, charge_to))
    return tuple(lines)


def _line_name(reader: Reader, data: dict[str, Any], path: str, names: set[str]) -> str:
    if "name" not in data:
        return ""
    where = pointer(path, "name")
    name = reader.text(data["name"], where, most=NAME_LENGTH)
    if name in RESERVED_NAMES:
        reader.fault(where, "reserved_name", f"“{name}” is a standard line. Use another name.")
    elif name and name in names:
        reader.fault(where, "repeated_name", f"Two lines are called “{name}”. Rename one.")
    names.add(name)
    return name


def _line_date(reader: Reader, data: dict[str, Any], path: str, kind: str) -> date | None:
    where = pointer(path, "date")
    if "date" not in data:
        if kind == "one_off" and "kind" in data and reader.is_clean(pointer(path, "kind")):
            reader.fault(where, "missing", "Give the day on which this one-off cost falls.")
        return None
    day = reader.day(data["date"], where)
    if kind != "one_off":
        message = f"A line of kind “{kind}” has no single date. Leave it out, or use “one_off”."
        reader.fault(where, "not_used", message)
    return day


def _names_or_all(reader: Reader, value: object, path: str) -> tuple[str, ...] | None:
    """A list of line names, or None for the word “all”."""
    if value == "all":
        return None
    if isinstance(value, str):
        reader.fault(path, "not_a_choice", "Give “all”, or a list of names of lines.")
        return ()
    names: list[str] = []
    for _, entry, where in reader.items(value, path, MOST_LINES + 6):
        name = reader.text(entry, where, most=NAME_LENGTH)
        if name and name in names:
            reader.fault(where, "repeated_name", f"“{name}” stands here twice. Keep one.")
        names.append(name)
    return tuple(names)


def _read_overhead(reader: Reader, top: dict[str, Any]) -> Overhead | None:
    if "overhead" not in top:
        return None
    data = reader.obj(top["overhead"], "/overhead", {"rate", "base"}, ("rate", "base"))
    rate = reader.exact(data["rate"], "/overhead/rate", most=1) if "rate" in data else Fraction(0)
    base = _names_or_all(reader, data["base"], "/overhead/base") if "base" in data else None
    return Overhead(rate, base)


def _read_grants(reader: Reader, top: dict[str, Any]) -> tuple[Grant, ...]:
    if "grants" not in top:
        return ()
    grants: list[Grant] = []
    names: set[str] = set()
    keys = ("name", "amount", "eligible")
    for _, entry, where in reader.items(top["grants"], "/grants", MOST_GRANTS):
        data = reader.obj(entry, where, {*keys, "rate"}, keys)
        name = ""
        if "name" in data:
            name = reader.text(data["name"], pointer(where, "name"), most=NAME_LENGTH)
            if name and name in names:
                message = f"Two grants are called “{name}”. Rename one."
                reader.fault(pointer(where, "name"), "repeated_name", message)
            names.add(name)
        amount = reader.money(data["amount"], pointer(where, "amount")) if "amount" in data else 0
        eligible = None
        if "eligible" in data:
            eligible = _names_or_all(reader, data["eligible"], pointer(where, "eligible"))
        rate = None
        if "rate" in data:
            rate = reader.exact(data["rate"], pointer(where, "rate"), most=1)
        grants.append(Grant(name, amount, eligible, rate))
    return tuple(grants)


def _read_host_fee(reader: Reader, top: dict[str, Any]) -> HostFee | None:
    if "host_fee" not in top:
        return None
    data = reader.obj(top["host_fee"], "/host_fee", {"mode", "rate", "amount"}, ("mode",))
    if "mode" not in data:
        return HostFee(Fraction(0), None)
    mode = reader.choice(data["mode"], "/host_fee/mode", ("percent_of_share", "fixed_annual"))
    if not reader.is_clean("/host_fee/mode"):
        return HostFee(Fraction(0), None)
    wanted, unused = ("rate", "amount") if mode == "percent_of_share" else ("amount", "rate")
    if wanted not in data:
        message = f"Give “{wanted}”: a fee of mode “{mode}” needs it."
        reader.fault(f"/host_fee/{wanted}", "missing", message)
    if unused in data:
        message = f"A fee of mode “{mode}” does not use this. Leave it out."
        reader.fault(f"/host_fee/{unused}", "not_used", message)
    if mode == "percent_of_share":
        rate = Fraction(0)
        if "rate" in data:
            rate = reader.exact(data["rate"], "/host_fee/rate", most=1)
        return HostFee(rate, None)
    yearly = reader.money(data["amount"], "/host_fee/amount") if "amount" in data else 0
    return HostFee(None, yearly)


def _read_schedule(reader: Reader, top: dict[str, Any]) -> Schedule:
    if "schedule" not in top:
        return Schedule()
    keys = {"frequency", "timing", "profile", "payment_days"}
    data = reader.obj(top["schedule"], "/schedule", keys, ("frequency", "timing"))
    frequency, timing, profile, days = "annual", "arrears", "equal", 30
    if "frequency" in data:
        choices = ("annual", "quarterly", "monthly")
        frequency = reader.choice(data["frequency"], "/schedule/frequency", choices)
    if "timing" in data:
        timing = reader.choice(data["timing"], "/schedule/timing", ("arrears", "advance"))
    if "profile" in data:
        profile = reader.choice(data["profile"], "/schedule/profile", ("equal", "days"))
    if "payment_days" in data:
        where = "/schedule/payment_days"
        text = reader.matching(data["payment_days"], where, PAYMENT_DAYS, "“30”")
        days = int(text) if text else 30
    return Schedule(
        cast("Frequency", frequency), cast("Timing", timing), cast("Profile", profile), days
    )


def _read_actuals(reader: Reader, top: dict[str, Any]) -> tuple[Actual, ...]:
    if "actuals" not in top:
        return ()
    found: list[Actual] = []
    for _, entry, where in reader.items(top["actuals"], "/actuals", MOST_SHARINGS + MOST_YEARS, 1):
        data = reader.obj(entry, where, {"from", "lines"}, ("from", "lines"))
        start = reader.day(data["from"], pointer(where, "from")) if "from" in data else None
        lines = _actual_lines(reader, data["lines"], where) if "lines" in data else {}
        found.append(Actual(start or date.min, lines))
    return tuple(found)


def _actual_lines(reader: Reader, value: object, path: str) -> dict[str, Pence]:
    where = pointer(path, "lines")
    if isinstance(value, dict) and not value:
        return {}
    lines: dict[str, Pence] = {}
    for raw, entry, at in reader.pairs(value, where, MOST_LINES + 6):
        name = raw if len(raw) > NAME_LENGTH else unicodedata.normalize("NFC", raw)
        if name in lines:
            message = "This line stands here twice, written in two ways. Keep one of them."
            reader.fault(at, "repeated_key", message)
        lines[name] = reader.money(entry, at, negative=True)
    return lines
