"""Faults that show only when several inputs are looked at together."""

from datetime import date

from app.costsharing.engine.calendar import (
    financial_year,
    long_date,
    months_of,
    pay_date,
    tax_year,
    year_label,
)
from app.costsharing.engine.inputs import (
    PAY_LINES,
    RESERVED_NAMES,
    Inputs,
    NiYear,
    PensionRate,
    Post,
    WholePay,
)
from app.costsharing.engine.reader import Reader
from app.costsharing.engine.segments import Span, spans

MOST_STEPS = 100_000


def check_together(reader: Reader, inputs: Inputs) -> None:
    """Add every fault of fields against each other to the reader.

    Each check looks only at fields that could be read, so that one fault hides no other.
    """
    _check_combinations(reader, inputs)
    if reader.are_clean("/other_lines", len(inputs.other_lines), "name"):
        _check_names(reader, inputs)
        _check_actual_lines(reader, inputs)
    has_term = reader.is_clean("/term") and date.min not in {inputs.start, inputs.end}
    if has_term:
        _check_lines_in_term(reader, inputs)
        _check_rates_in_force(reader, inputs)
    if has_term and inputs.sharing:
        _check_sharing(reader, inputs)
    if reader.faults:
        _check_weights_anyway(reader, inputs)


def _check_sharing(reader: Reader, inputs: Inputs) -> None:
    count = len(inputs.sharing)
    if not reader.are_clean("/sharing", count, "from"):
        return
    _check_sharing_dates(reader, inputs)
    if all(entry.stated for entry in inputs.sharing):
        _check_charged_parties(reader, inputs)
    if not reader.are_clean("/sharing", count, "from"):
        return
    cut = spans(inputs)
    _check_day_rate(reader, inputs, cut)
    if reader.are_clean("/actuals", len(inputs.actuals), "from"):
        _check_actual_days(reader, inputs, cut)
    if not reader.faults:
        _check_size(reader, inputs, len(cut))


def _check_size(reader: Reader, inputs: Inputs, segments: int) -> None:
    """Refuse what would take longer than a request may: many of everything at once."""
    lines = len(pool_lines(inputs)) + 1
    each = lines * (1 + len(inputs.grants)) + 3 * len(inputs.parties)
    steps = (segments + len(inputs.actuals)) * each
    if steps > MOST_STEPS:
        message = (
            f"{segments} segments with this many lines, grants and parties are too much for one "
            "costing. Put lines together, use fewer grants, or cost the term in parts."
        )
        reader.fault("", "too_many", message)


def _check_combinations(reader: Reader, inputs: Inputs) -> None:
    limits = {
        "fixed_contributions": inputs.fixed,
        "minimums": inputs.minimums,
        "caps": inputs.caps,
    }
    given = [name for name, sums in limits.items() if sums]
    if inputs.in_kind and given:
        reader.fault(
            "",
            "in_kind_combined",
            f"“in_kind” cannot stand together with {_words(given)}. Leave one or the other out.",
        )
    if inputs.in_kind:
        given.append("in_kind")
    if given and any(entry.basis == "day_rate" for entry in inputs.sharing):
        reader.fault(
            "",
            "day_rate_combined",
            f"A day rate cannot stand together with {_words(given)}. "
            "Leave those out, or share by another basis.",
        )
    for party, minimum in inputs.minimums.items():
        if party in inputs.caps and minimum > inputs.caps[party]:
            message = f"The minimum of {party} is above its cap. Lower it or raise the cap."
            reader.fault("", "minimum_above_cap", message)


def _words(names: list[str]) -> str:
    quoted = [f"“{name}”" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"


def pool_lines(inputs: Inputs) -> tuple[str, ...]:
    """Names of the lines that the parties share, levy included, overhead not."""
    names = [*PAY_LINES] if inputs.post else []
    names += [line.name for line in inputs.other_lines if line.charge_to is None]
    return (*names, "levy") if inputs.post else tuple(names)


def _check_names(reader: Reader, inputs: Inputs) -> None:
    charged = {line.name for line in inputs.other_lines if line.charge_to is not None}
    pool = pool_lines(inputs)
    if inputs.overhead and inputs.overhead.base is not None:
        _check_known(reader, inputs.overhead.base, "/overhead/base", pool, charged)
    eligible = (*pool, "overhead") if inputs.overhead else pool
    for index, grant in enumerate(inputs.grants):
        if grant.eligible is not None:
            _check_known(reader, grant.eligible, f"/grants/{index}/eligible", eligible, charged)


def _check_known(
    reader: Reader,
    names: tuple[str, ...],
    path: str,
    pool: tuple[str, ...],
    charged: set[str],
) -> None:
    for index, name in enumerate(names):
        if not name or name in pool:
            continue
        if name in charged:
            message = f"“{name}” is charged to one party and not shared. Take it out."
        else:
            message = f"There is no shared line “{name}”. The lines are: {', '.join(pool)}."
        reader.fault(f"{path}/{index}", "unknown_line", message)


def _check_lines_in_term(reader: Reader, inputs: Inputs) -> None:
    for index, line in enumerate(inputs.other_lines):
        where = f"/other_lines/{index}"
        if line.kind == "one_off" and line.on and not inputs.start <= line.on <= inputs.end:
            message = (
                f"{long_date(line.on)} is outside the term. Give a day from "
                f"{long_date(inputs.start)} to {long_date(inputs.end)}."
            )
            reader.fault(f"{where}/date", "outside_term", message)
        if line.kind == "total" and inputs.method == "annual":
            message = "The annual method takes no whole-term sums. Give a yearly sum (“annual”)."
            reader.fault(f"{where}/kind", "not_with_annual", message)


def rate_dates(inputs: Inputs) -> tuple[date, ...]:
    """The days on which on-cost rates are read: pay dates, or for quotes each year's first day."""
    if inputs.method == "annual":
        years = range(financial_year(inputs.start), financial_year(inputs.end) + 1)
        return tuple(max(inputs.start, date(year, 4, 1)) for year in years)
    return tuple(pay_date(key, inputs.pay_day) for key in months_of(inputs.start, inputs.end))


def ni_year_of(inputs: Inputs, day: date) -> int:
    """The tax year whose figures hold for a rate date; quotes use the one begun in April."""
    return financial_year(day) if inputs.method == "annual" else tax_year(day)


def _check_rates_in_force(reader: Reader, inputs: Inputs) -> None:
    post = inputs.post
    if post is None:
        return
    days = rate_dates(inputs)
    if reader.are_clean("/post/ni/years", len(post.ni_years), "tax_year") and post.ni_years:
        _check_ni_years(reader, post.ni_years, sorted({ni_year_of(inputs, d) for d in days}))
    if reader.are_clean("/post/pension", len(post.pension), "from") and post.pension:
        _check_from_first(reader, post.pension, "/post/pension", "pension rate", days[0])
    path = "/post/ni/whole_employment_annual"
    if reader.are_clean(path, len(post.whole_pay), "from") and _is_dated(post):
        _check_from_first(reader, post.whole_pay, path, "whole pay", days[0])


def _is_dated(post: Post) -> bool:
    return bool(post.whole_pay) and post.whole_pay[0].start > date.min


def _check_ni_years(reader: Reader, given: tuple[NiYear, ...], wanted: list[int]) -> None:
    have = {entry.year for entry in given}
    missing = [year_label(year) for year in wanted if year not in have]
    if missing:
        message = (
            f"Pay falls in {', '.join(missing)} and there are no figures for it. "
            "Add them, marked as assumed if they are not yet law."
        )
        reader.fault("/post/ni/years", "ni_year_missing", message)


def _check_from_first(
    reader: Reader,
    entries: tuple[PensionRate, ...] | tuple[WholePay, ...],
    path: str,
    what: str,
    first: date,
) -> None:
    if entries[0].start > first:
        message = (
            f"No {what} is in force on the first pay date, {long_date(first)}. "
            "Start the first one on that day or before."
        )
        reader.fault(path, "no_rate_yet", message)


def _check_sharing_dates(reader: Reader, inputs: Inputs) -> None:
    if inputs.sharing[0].start > inputs.start:
        message = (
            f"Nobody shares on the first day, {long_date(inputs.start)}. "
            "Start the first entry on that day or before."
        )
        reader.fault("/sharing/0/from", "no_sharing_yet", message)
    for index, entry in enumerate(inputs.sharing[1:], start=1):
        if not inputs.start < entry.start <= inputs.end:
            message = (
                "A later entry changes the sharing during the term. Give a day after "
                f"{long_date(inputs.start)} and not after {long_date(inputs.end)}."
            )
            reader.fault(f"/sharing/{index}/from", "outside_term", message)


def _check_day_rate(reader: Reader, inputs: Inputs, cut: tuple[Span, ...]) -> None:
    for index, entry in enumerate(inputs.sharing):
        if entry.basis == "day_rate" and sum(span.index == index for span in cut) > 1:
            message = (
                "An entry by day rate may not cross 1 April: each year buys its own days. "
                "Add another entry from 1 April."
            )
            reader.fault(f"/sharing/{index}", "crosses_year", message)


def _check_charged_parties(reader: Reader, inputs: Inputs) -> None:
    hosts = {party.id for party in inputs.parties if party.host}
    for index, line in enumerate(inputs.other_lines):
        if line.charge_to is None or line.charge_to in hosts:
            continue
        for entry in inputs.sharing:
            if line.charge_to not in entry.stated:
                message = (
                    f"{line.charge_to} is not a party from {long_date(entry.start)} on, so it "
                    "cannot bear this line alone. Name a party of the whole term."
                )
                path = f"/other_lines/{index}/charge_to"
                reader.fault(path, "not_a_party_throughout", message)
                break


def _check_actual_days(reader: Reader, inputs: Inputs, cut: tuple[Span, ...]) -> None:
    starts = [span.start for span in cut]
    entries = [(actual.start, f"/actuals/{i}/from") for i, actual in enumerate(inputs.actuals)]
    reader.rising(entries, long_date)
    for actual, (_, where) in zip(inputs.actuals, entries, strict=True):
        if actual.start not in starts:
            days = ", ".join(long_date(day) for day in starts[:12])
            message = f"No segment begins on this day. Segments begin on: {days}."
            reader.fault(where, "no_such_segment", message)
    given = {actual.start for actual in inputs.actuals}
    last = max((span.fy for span in cut if span.start in given), default=None)
    missing = [span.start for span in cut if last is not None and span.fy <= last]
    missing = [day for day in missing if day not in given]
    if missing and reader.are_clean("/actuals", len(inputs.actuals), "from"):
        days = ", ".join(long_date(day) for day in missing[:12])
        message = (
            "Actual costs are given for whole years from the first on. "
            f"Add the segments that begin on: {days}."
        )
        reader.fault("/actuals", "segment_missing", message)


def _check_actual_lines(reader: Reader, inputs: Inputs) -> None:
    known = {line.name for line in inputs.other_lines}
    if inputs.post:
        known.update(PAY_LINES)
    for index, actual in enumerate(inputs.actuals):
        for name in actual.lines:
            if name in known:
                continue
            path = f"/actuals/{index}/lines/{name.replace('~', '~0').replace('/', '~1')}"
            if name in RESERVED_NAMES - set(PAY_LINES):
                message = f"“{name}” is worked out again from the actual lines. Leave it out."
            else:
                message = f"There is no line “{name}”. The lines are: {', '.join(sorted(known))}."
            reader.fault(path, "unknown_line", message)


def _check_weights_anyway(reader: Reader, inputs: Inputs) -> None:
    """With other faults about, say also that nobody has a weight: no figures will show it."""
    for index, entry in enumerate(inputs.sharing):
        if entry.basis == "day_rate" or not entry.stated or any(entry.stated.values()):
            continue
        key = "factors" if entry.basis == "weighted" else "weights"
        path = f"/sharing/{index}/{key}"
        if not [fault for fault in reader.below(path) if fault.code != "unknown_party"]:
            reader.fault(path, "all_zero", "Every weight is nil. Give one above nil.")
