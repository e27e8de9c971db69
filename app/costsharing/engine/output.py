"""A costing as plain JSON values: the shape that the command line and the API print."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from app.costsharing.engine.inputs import Pence
from app.costsharing.engine.money import pounds
from app.costsharing.engine.result import (
    ArrearsPayment,
    Costing,
    Flag,
    Invoice,
    PartyTotal,
    Segment,
    TrueUp,
)


def to_json(costing: Costing) -> dict[str, Any]:
    """Every figure of a costing as strings of pounds with two decimals, dates as ISO text."""
    out: dict[str, Any] = {}
    if costing.inputs.method == "monthly":
        out["months"] = [
            {"month": month.month, **_money(month.lines), "total": pounds(month.total)}
            for month in costing.months
        ]
    if costing.arrears:
        out["arrears"] = [_arrears(payment) for payment in costing.arrears]
    out["lines"] = {**_money(costing.lines), "total": pounds(costing.total)}
    out["segments"] = [_segment(costing, segment) for segment in costing.segments]
    out["invoices"] = [_invoice(invoice) for invoice in costing.invoices]
    out["parties"] = {total.party: _party(costing, total) for total in costing.parties}
    if costing.inputs.actuals:
        out["actual_segments"] = [_segment(costing, s) for s in costing.actual_segments]
        out["true_up"] = [_true_up(row) for row in costing.true_up]
    out["flags"] = [_flag(flag) for flag in costing.flags]
    return out


def _money(amounts: Mapping[str, Pence]) -> dict[str, str]:
    return {name: pounds(pence) for name, pence in amounts.items()}


def _arrears(payment: ArrearsPayment) -> dict[str, Any]:
    return {
        "paid_month": payment.paid_month,
        "earned": _money(payment.earned),
        "basic": pounds(payment.basic),
        "employer_ni": pounds(payment.employer_ni),
        "pension": pounds(payment.pension),
        "total": pounds(payment.total),
    }


def _segment(costing: Costing, segment: Segment) -> dict[str, Any]:
    out: dict[str, Any] = {
        "from": segment.start.isoformat(),
        "to": segment.end.isoformat(),
        "gross": pounds(segment.gross),
    }
    if any(line.charge_to for line in costing.inputs.other_lines):
        out["direct_charges"] = _money(segment.direct_charges)
    if costing.inputs.grants:
        out["grants"] = _money(segment.grants)
    out["shared_pool"] = pounds(segment.shared_pool)
    out["shares"] = _money(segment.shares)
    if costing.inputs.host_fee:
        out["host_fees"] = _money(segment.host_fees)
    if segment.steps:
        out["notes"] = list(segment.steps)
    return out


@lru_cache(maxsize=2048)
def _iso(day: date) -> str:
    return day.isoformat()


def _invoice(invoice: Invoice) -> dict[str, Any]:
    return {
        "party": invoice.party,
        "number": invoice.number,
        "from": _iso(invoice.start),
        "to": _iso(invoice.end),
        "issue_date": _iso(invoice.issue_date),
        "due_date": _iso(invoice.due_date),
        "share": pounds(invoice.share),
        "host_fee": pounds(invoice.host_fee),
        "net": pounds(invoice.net),
        "vat": pounds(invoice.vat),
        "gross": pounds(invoice.gross),
    }


def _party(costing: Costing, total: PartyTotal) -> dict[str, str]:
    out = {"share": pounds(total.share)}
    if total.party == costing.inputs.host.id:
        if costing.inputs.host_fee:
            out["host_fee_received"] = pounds(total.host_fee_received)
        return out
    return {
        **out,
        "host_fee": pounds(total.host_fee),
        "net": pounds(total.net),
        "vat": pounds(total.vat),
        "gross": pounds(total.gross),
        "vat_not_recovered": pounds(total.vat_not_recovered),
        "cost_to_party": pounds(total.cost_to_party),
    }


def _true_up(row: TrueUp) -> dict[str, str]:
    return {
        "party": row.party,
        "year_from": row.year_from.isoformat(),
        "actual": pounds(row.actual),
        "invoiced": pounds(row.invoiced),
        "document": row.document,
        "net": pounds(row.net),
        "vat": pounds(row.vat),
        "gross": pounds(row.gross),
    }


def _flag(flag: Flag) -> dict[str, str]:
    out = {"code": flag.code, "message": flag.message}
    if flag.party is not None:
        out["party"] = flag.party
    if flag.segment is not None:
        out["segment"] = flag.segment.isoformat()
    return out


def inputs_sha256(data: object) -> str:
    """SHA-256 of an inputs object written canonically: keys sorted, no spaces, UTF-8.

    The order of keys changes nothing; any figure, date or name does.
    """
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def reference(sha256: str) -> str:
    """A short reference for people, from the hash of the inputs.

    >>> reference("1a2b3c4d" + "0" * 56)
    'CB-1A2B-3C4D'
    """
    return f"CB-{sha256[:4]}-{sha256[4:8]}".upper()
