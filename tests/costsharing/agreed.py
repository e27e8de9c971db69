"""Agreement details for tests: a full set for case C01, and hostile text for every field."""

import copy
from typing import Any

from app.costsharing.agreement import AGREEMENT_SCHEMA

FULL: dict[str, Any] = {
    "title": "Shared Chief Information Security Officer",
    "version": "1.0",
    "version_date": "2026-11-20",
    "replaces": "the letter of intent of 3 September 2026",
    "draft": False,
    "language": "english_and_welsh",
    "jurisdiction": "england_and_wales",
    "legal_power": {"code": "lga1972_s113"},
    "background": "Northshire Council and Eastmoor District Council each need a senior officer for "
    "the security of information, and neither needs one for the whole week.",
    "decisions": [
        {"party": "NOR", "body": "Cabinet", "on": "2026-10-06", "minute": "Minute 41"},
        {"party": "EAS", "body": "Chief executive", "on": "2026-10-12", "minute": "Decision 7"},
    ],
    "consultation": [
        {
            "who": "The officer in the post",
            "on": "2026-09-15",
            "by": "Head of people",
            "response": "Content with the split of days",
        },
        {
            "who": "Recognised unions",
            "on": "2026-09-16",
            "by": "Head of people",
            "response": "None",
        },
    ],
    "employer": {"kind": "host"},
    "post": {
        "title": "Chief Information Security Officer",
        "grade": "Grade 15",
        "duties": "To lead on the security of information for both councils.",
        "base": "County Hall, Northshire",
        "working_pattern": "Monday to Wednesday with Northshire, then with Eastmoor.",
        "swapping": "By agreement of both line managers, within the same month.",
        "priority": "A live incident comes first; the two sponsors decide.",
        "out_of_hours": "Charged to the council that calls.",
    },
    "parties": {
        "NOR": {
            "kind": "local_authority",
            "address": ["County Hall", "1 Invented Square", "Northshire NS1 1AA"],
            "register": {"name": "ICO", "identifier": "Z0000001"},
            "contact": {"name": "Wyn Siôn Ŵyn", "role": "Director", "email": "wyn@nor.example"},
            "invoice_contact": {"email": "income@nor.example", "phone": "01632 960001"},
            "cost_centre": "N-4100",
            "supplier_number": "SUP-1",
            "signatories": [{"name": "Ffion Tŷ-Gwyn", "role": "Director of Resources"}],
        },
        "EAS": {
            "kind": "local_authority",
            "address": ["Moor House", "Eastmoor EM2 2BB"],
            "register": {"name": "ICO", "identifier": "Z0000002"},
            "contact": {"name": "Sam Example", "email": "sam@eas.example"},
            "invoice_contact": {"name": "Payments", "email": "payments@eas.example"},
            "cost_centre": "E-220",
            "purchase_order": {
                "number": "PO-778812",
                "value": "46000.00",
                "valid_to": "2027-03-31",
            },
            "supplier_number": "88213",
            "vat": {
                "reason": "Both act as public authorities under a special legal regime",
                "legal_power": "Section 113",
                "decided_by": "VAT officer of Northshire",
                "decided_on": "2026-10-20",
                "evidence": "File note 12",
                "review_on": "2027-10-20",
            },
            "signatories": [{"name": "Robin Sample", "role": "Chief Executive"}],
        },
    },
    "shares": {
        "source": "the agreed rota",
        "on": "2026-09-01",
        "review_on": "2027-01-31",
        "reason": "The days follow the size of each council's systems.",
    },
    "cost_base": {"included": "Pay and on-costs of the post.", "excluded": "Travel to own sites."},
    "overhead_reason": "None is charged.",
    "fee_reason": "None is charged.",
    "uplifts": {
        "automatic": ["national_award", "increment", "employer_ni", "pension"],
        "notice_days": "60",
        "ceiling_percent": "5",
    },
    "budget": {
        "set_by": "30 November",
        "approved_by": "both section 151 officers",
        "overspend": "The sponsors meet within a month.",
        "underspend": "It is credited in the true-up.",
    },
    "true_up": {
        "by": "31 May",
        "tolerance_percent": "0.5",
        "evidence": "payroll records of the post.",
    },
    "payment": {"remittance": "income@nor.example"},
    "vat_bearer": "partner",
    "late_payment": {"interest": "none"},
    "disputes": {"first": "the two sponsors", "second": "the two chief executives"},
    "not_included": ["Legal fees of either council."],
    "vacancy": "Nothing is charged for whole months in which the post is vacant.",
    "records_years": "7",
    "records_access": "Either council's auditors may see them on five working days' notice.",
    "joining": {"agreed_by": "both councils", "buy_in": "Nothing."},
    "leaving": {
        "notice_months": "6",
        "notice_ends": "end_of_march",
        "shares_after": "rebase",
        "tail_months": "12",
    },
    "ending": {
        "events": "either council loses the systems that the post protects.",
        "wind_down": "Three months of handover.",
        "equipment": "Each council keeps what it bought.",
    },
    "exit_rules": {
        "notice_pay": {"rule": "by_shares"},
        "statutory_redundancy": {"rule": "by_service"},
        "enhanced_redundancy": {"rule": "capped_by_policy", "text": "Northshire's policy of 2025."},
        "earlier_service": {"rule": "service_in_post_only"},
        "pension_strain": {"rule": "by_shares"},
        "settlements": {"rule": "by_fault_then_shares"},
        "termination_ni": {"rule": "follows_payment"},
        "redeployment": {"rule": "redeploying_party_spared"},
        "leave_equipment_leases": {"rule": "by_shares"},
        "leavers_tail": {"rule": "leaver_pays_tail"},
    },
    "successors": {"rule": "bound_with_review"},
}

HOSTILE = '#read("/etc/passwd") *b* $x$ <l> @r `c` \\u{41} {host} =1+1 "q" [[y]] //c ŵŷ 1%'


def full() -> dict[str, Any]:
    """Give a copy of the full details, to change at will."""
    return copy.deepcopy(FULL)


def hostile(schema: dict[str, Any] = AGREEMENT_SCHEMA) -> Any:
    """Put hostile text into every free field that the schema knows; shaped ones are left out."""
    kind = schema.get("type")
    if "enum" in schema:
        return schema["enum"][-1]
    if kind == "object":
        others = schema.get("additionalProperties")
        parties = {"NOR": others, "EAS": others} if isinstance(others, dict) else {}
        inner = {k: hostile(v) for k, v in {**schema.get("properties", {}), **parties}.items()}
        return {k: v for k, v in inner.items() if v not in (None, {}, [])}
    if kind == "array":
        item = hostile(schema["items"])
        return [item] if item not in (None, {}) else None
    if kind == "string" and "pattern" not in schema:
        return HOSTILE
    return None
