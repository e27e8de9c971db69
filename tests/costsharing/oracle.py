"""A slow, literal reckoning of a shared post, kept apart from the engine it is compared with.

``compute`` takes checked inputs and gives every expected key, with ``flags`` as codes without
messages. Flags are best compared as a set: their order means nothing.
"""

from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

from tests.costsharing.oracle_numbers import (
    Flags,
    Refused,
    exact,
    financial_year,
    nearest,
    pence,
    pounds,
    split,
)
from tests.costsharing.oracle_pay import Costs
from tests.costsharing.oracle_share import Sharing

__all__ = ["Refused", "compute"]

Segment = dict[str, Any]


def compute(inputs: dict[str, Any]) -> dict[str, Any]:
    """Work everything out, or raise ``Refused``."""
    flags = Flags()
    costs = Costs(inputs, flags)
    stretches = segments_of(inputs)
    output: dict[str, Any] = {}
    if inputs.get("method", "monthly") == "monthly":
        lines, months, arrears = costs.monthly(stretches)
        output["months"] = [
            {
                "month": month,
                **{name: pounds(found[name]) for name in costs.line_names()},
                "total": pounds(sum(found.values())),
            }
            for month, found in months.items()
        ]
        if arrears:
            output["arrears"] = arrears
    else:
        lines = costs.annual(stretches)
    sharing = Sharing(inputs, flags)
    planned = [
        sharing.run(first, last, found)
        for (first, last), found in zip(stretches, lines, strict=True)
    ]
    output["lines"] = lines_over_term(planned, costs.line_names())
    output["segments"] = [shown(segment, inputs) for segment in planned]
    output["invoices"], output["parties"] = invoices_and_parties(inputs, planned)
    if "actuals" in inputs:
        actual = actual_segments(inputs, stretches, costs.line_names(), flags)
        output["actual_segments"] = [shown(segment, inputs) for segment in actual]
        output["true_up"] = true_up(inputs, planned, actual)
    flag_the_agreement(inputs, stretches, flags)
    output["flags"] = flags.items
    return output


def segments_of(inputs: dict[str, Any]) -> list[tuple[date, date]]:
    """Cut the term at each change of sharing and at each 1 April."""
    start = date.fromisoformat(inputs["term"]["start"])
    end = date.fromisoformat(inputs["term"]["end"])
    cuts = {start, end + timedelta(days=1)}
    cuts |= {date.fromisoformat(entry["from"]) for entry in inputs["sharing"]}
    cuts |= {date(year, 4, 1) for year in range(start.year, end.year + 1)}
    inside = sorted(cut for cut in cuts if start <= cut <= end + timedelta(days=1))
    return [(a, b - timedelta(days=1)) for a, b in pairwise(inside)]


def lines_over_term(planned: list[Segment], names: list[str]) -> dict[str, str]:
    """Add each line up over the segments."""
    shown_names = names + [name for name in ("levy", "overhead") if name in planned[0]["lines"]]
    totals = {name: sum(segment["lines"][name] for segment in planned) for name in shown_names}
    return {name: pounds(total) for name, total in totals.items()} | {
        "total": pounds(sum(totals.values()))
    }


def shown(segment: Segment, inputs: dict[str, Any]) -> dict[str, Any]:
    """Print a segment; what the inputs do not speak of is left out.

    CHOICE: fees are shown for every partner of the segment once the inputs have a fee, nil too.
    """
    result: dict[str, Any] = {
        "from": segment["from"].isoformat(),
        "to": segment["to"].isoformat(),
        "gross": pounds(segment["gross"]),
        "shared_pool": pounds(segment["shared_pool"]),
    }
    for key in ("direct_charges", "grants", "shares", "host_fees"):
        if segment[key] or key == "shares" or (key == "host_fees" and "host_fee" in inputs):
            result[key] = {name: pounds(amount) for name, amount in segment[key].items()}
    return result


def host_of(inputs: dict[str, Any]) -> str:
    """Name the host."""
    return next(party["id"] for party in inputs["parties"] if party.get("host"))


# Invoices


def period_start(day: date, frequency: str) -> date:
    """Find the first day of the invoicing period that a day falls in."""
    if frequency == "monthly":
        return day.replace(day=1)
    if frequency == "quarterly":
        return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    return financial_year(day)


def days_by_period(first: date, last: date, frequency: str) -> dict[date, list[date]]:
    """Sort the days of a stretch into invoicing periods."""
    found: dict[date, list[date]] = {}
    for i in range((last - first).days + 1):
        day = first + timedelta(days=i)
        found.setdefault(period_start(day, frequency), []).append(day)
    return found


def schedule_of(inputs: dict[str, Any]) -> tuple[str, str, str, int]:
    """Give frequency, timing, profile and days to pay."""
    schedule = inputs.get("schedule", {"frequency": "annual", "timing": "arrears"})
    return (
        schedule["frequency"],
        schedule["timing"],
        schedule.get("profile", "equal"),
        int(schedule.get("payment_days", "30")),
    )


def treatments(party: dict[str, Any]) -> tuple[str, str]:
    """Give the treatment of a partner's share and of its fee.

    CHOICE: a fee treatment given without one for the share stands for the fee alone.
    """
    vat = party.get("vat", {})
    share = vat.get("share", "undecided")
    return share, vat.get("fee", share)


def vat_on(party: dict[str, Any], share: int, fee: int) -> int:
    """Work out the tax of one document."""
    for_share, for_fee = treatments(party)
    taxable = (share if for_share == "standard" else 0) + (fee if for_fee == "standard" else 0)
    return nearest(exact(party.get("vat", {}).get("rate", "0.20")) * taxable)


def invoices_of(
    inputs: dict[str, Any], party: dict[str, Any], planned: list[Segment]
) -> list[dict[str, Any]]:
    """List one partner's invoices, amounts still in pence.

    CHOICE: where a partner is away between two segments of one period, the invoice runs from its
    first to its last day in the period. CHOICE: an invoice is left out if share and fee are both
    nil, and the numbers run on without a gap.
    """
    frequency, timing, profile, payment_days = schedule_of(inputs)
    days: dict[date, list[date]] = {}
    shares: dict[date, int] = {}
    fees: dict[date, int] = {}
    for segment in planned:
        if party["id"] not in segment["shares"]:
            continue
        periods = days_by_period(segment["from"], segment["to"], frequency)
        weights = {p: len(found) if profile == "days" else 1 for p, found in periods.items()}
        for p, part in split(segment["shares"][party["id"]], weights).items():
            shares[p] = shares.get(p, 0) + part
        for p, part in split(segment["host_fees"].get(party["id"], 0), weights).items():
            fees[p] = fees.get(p, 0) + part
        for p, found in periods.items():
            days.setdefault(p, []).extend(found)
    invoices: list[dict[str, Any]] = []
    for p in sorted(days):
        if shares[p] == 0 and fees[p] == 0:
            continue
        issued = days[p][0] if timing == "advance" else days[p][-1]
        net, vat = shares[p] + fees[p], vat_on(party, shares[p], fees[p])
        invoices.append(
            {
                "party": party["id"],
                "number": len(invoices) + 1,
                "from": days[p][0].isoformat(),
                "to": days[p][-1].isoformat(),
                "issue_date": issued.isoformat(),
                "due_date": (issued + timedelta(days=payment_days)).isoformat(),
                "share": shares[p],
                "host_fee": fees[p],
                "net": net,
                "vat": vat,
                "gross": net + vat,
            }
        )
    return invoices


def invoices_and_parties(
    inputs: dict[str, Any], planned: list[Segment]
) -> tuple[list[dict[str, Any]], dict[str, dict[str, str]]]:
    """Invoice every partner and total every party."""
    invoices: list[dict[str, Any]] = []
    parties: dict[str, dict[str, str]] = {}
    for party in inputs["parties"]:
        share = sum(segment["shares"].get(party["id"], 0) for segment in planned)
        if party["id"] == host_of(inputs):
            parties[party["id"]] = {"share": pounds(share)}
            if "host_fee" in inputs:
                received = sum(sum(segment["host_fees"].values()) for segment in planned)
                parties[party["id"]]["host_fee_received"] = pounds(received)
            continue
        own = invoices_of(inputs, party, planned)
        fee = sum(segment["host_fees"].get(party["id"], 0) for segment in planned)
        vat = sum(invoice["vat"] for invoice in own)
        assert share + fee == sum(invoice["net"] for invoice in own)
        recovered = nearest(vat * exact(party.get("vat", {}).get("recoverable", "1")))
        parties[party["id"]] = {
            "share": pounds(share),
            "host_fee": pounds(fee),
            "net": pounds(share + fee),
            "vat": pounds(vat),
            "gross": pounds(share + fee + vat),
            "vat_not_recovered": pounds(vat - recovered),
            "cost_to_party": pounds(share + fee + vat - recovered),
        }
        money = ("share", "host_fee", "net", "vat", "gross")
        invoices += [{k: pounds(v) if k in money else v for k, v in i.items()} for i in own]
    return invoices, parties


# Actual cost


def actual_segments(
    inputs: dict[str, Any], stretches: list[tuple[date, date]], names: list[str], flags: Flags
) -> list[Segment]:
    """Share actual lines by the same rules, with grants and caps whole again.

    CHOICE: warnings met here join those of the plan; a like one is not repeated.
    """
    sharing = Sharing(inputs, flags)
    given = {date.fromisoformat(item["from"]): item["lines"] for item in inputs["actuals"]}
    return [
        sharing.run(first, last, {name: pence(given[first].get(name, "0")) for name in names})
        for first, last in stretches
        if first in given
    ]


def true_up(
    inputs: dict[str, Any], planned: list[Segment], actual: list[Segment]
) -> list[dict[str, str]]:
    """Compare each year's actual share and fee with what was invoiced.

    CHOICE: every partner has a row for every year with actuals, also one that was away all
    year. CHOICE: ``year_from`` is the 1 April that begins the financial year, also where the
    term begins later. CHOICE: without a difference in share and fee together there is no
    document and so no tax, even if the two differ in opposite directions.
    """
    rows = []
    for year in sorted({financial_year(segment["from"]) for segment in actual}):
        for party in inputs["parties"]:
            if party["id"] == host_of(inputs):
                continue
            due = [0, 0]
            invoiced = [0, 0]
            for segments, totals in ((actual, due), (planned, invoiced)):
                for segment in segments:
                    if financial_year(segment["from"]) == year:
                        totals[0] += segment["shares"].get(party["id"], 0)
                        totals[1] += segment["host_fees"].get(party["id"], 0)
            net = sum(due) - sum(invoiced)
            vat = vat_on(party, due[0] - invoiced[0], due[1] - invoiced[1]) if net else 0
            document = "invoice" if net > 0 else "credit_note" if net < 0 else "none"
            rows.append(
                {
                    "party": party["id"],
                    "year_from": year.isoformat(),
                    "actual": pounds(sum(due)),
                    "invoiced": pounds(sum(invoiced)),
                    "document": document,
                    "net": pounds(net),
                    "vat": pounds(vat),
                    "gross": pounds(net + vat),
                }
            )
    return rows


# Warnings about the agreement as a whole


def flag_the_agreement(
    inputs: dict[str, Any], stretches: list[tuple[date, date]], flags: Flags
) -> None:
    """Add the warnings that no single sum gives rise to."""
    flag_vat(inputs, flags)
    flag_part_periods(inputs, stretches, flags)
    # CHOICE: an overhead or fee of nil is not charged, so it is no double charge.
    overhead, fee = inputs.get("overhead", {"rate": "0"}), inputs.get("host_fee", {})
    fee_size = exact(fee["rate"]) if "rate" in fee else Fraction(fee.get("amount", "0"))
    if exact(overhead["rate"]) > 0 and fee_size > 0:
        flags.add("fee_and_overhead")


def flag_vat(inputs: dict[str, Any], flags: Flags) -> None:
    """Flag partners whose treatment is open.

    CHOICE: whether or not anything is invoiced to them; an open treatment of the fee counts
    only where the inputs have a fee.
    """
    for party in inputs["parties"]:
        share, fee = treatments(party)
        open_fee = fee == "undecided" and "host_fee" in inputs
        if party["id"] != host_of(inputs) and (share == "undecided" or open_fee):
            flags.add("vat_undecided", party=party["id"])


def flag_part_periods(
    inputs: dict[str, Any], stretches: list[tuple[date, date]], flags: Flags
) -> None:
    """Flag segments whose equal instalments include one for a part period.

    CHOICE: a segment within one period has a single instalment, the same under either profile,
    and is not flagged.
    """
    frequency, _, profile, _ = schedule_of(inputs)
    for first, last in stretches:
        periods = days_by_period(first, last, frequency)
        after = last + timedelta(days=1)
        whole = first in periods and period_start(after, frequency) == after
        if profile == "equal" and len(periods) > 1 and not whole:
            flags.add("equal_part_period", segment=first.isoformat())
