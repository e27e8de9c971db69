"""JSON Schema of the optional `agreement` object: what the parties may say beside the figures.

The parser walks this same schema, so what is published is what is enforced. Each definition's
`description` reads on from "Give", because the parser uses it in its messages.
"""

from typing import Any

Schema = dict[str, Any]

JURISDICTIONS = {
    "england_and_wales": "England and Wales",
    "scotland": "Scotland",
    "northern_ireland": "Northern Ireland",
}

BODY_KINDS = {
    "local_authority": "local authority",
    "nhs_body": "NHS body",
    "police": "police body",
    "fire": "fire and rescue authority",
    "government_department": "government department",
    "education": "university or college",
    "charity": "charity",
    "company": "company",
    "other": "other body",
}

EXIT_RULES: dict[str, tuple[str, ...]] = {
    "notice_pay": ("by_shares", "ender_pays", "host_bears", "other"),
    "statutory_redundancy": ("by_shares", "by_service", "by_cause", "host_bears", "other"),
    "enhanced_redundancy": ("by_shares", "capped_by_policy", "host_bears", "other"),
    "earlier_service": ("service_in_post_only", "share_all", "host_bears", "other"),
    "pension_strain": ("by_shares", "by_cause", "host_bears", "other"),
    "settlements": ("by_fault_then_shares", "by_shares", "host_bears", "other"),
    "termination_ni": ("follows_payment", "by_shares", "host_bears", "other"),
    "redeployment": ("redeploying_party_spared", "all_still_pay", "other"),
    "leave_equipment_leases": ("by_shares", "host_bears", "other"),
    "leavers_tail": ("leaver_pays_tail", "no_tail", "other"),
}

# The facts that decide a VAT treatment, asked of each partner and recorded as they were given.
KNOWN = ("yes", "no", "unknown")
VAT_QUESTIONS: dict[str, tuple[str, ...]] = {
    "host_registered": KNOWN,
    "named_employer": KNOWN,
    "directed_by": ("host", "partner", "both", "unknown"),
    "power_used": ("s113", "s75", "s22a", "s97", "goods", "other", "none", "unknown"),
    "private_supply": KNOWN,
    "one_vat_group": KNOWN,
}

UPLIFT_EVENTS = ("national_award", "increment", "employer_ni", "pension", "levy")


def _object(description: str, properties: Schema, required: tuple[str, ...] = ()) -> Schema:
    """Describe an object that refuses keys it does not know."""
    schema: Schema = {
        "type": "object",
        "description": description,
        "additionalProperties": False,
        "properties": properties,
    }
    return {**schema, "required": list(required)} if required else schema


def _list(items: Schema, most: int) -> Schema:
    """Describe a list with a limit."""
    return {"type": "array", "description": "a list", "items": items, "maxItems": most}


def _choice(*values: str) -> Schema:
    """Describe a choice of fixed words."""
    return {"enum": list(values), "description": "one of " + ", ".join(values)}


def _string(description: str, most: int, pattern: str = "", more: Schema | None = None) -> Schema:
    """Describe text of one line, or what `more` says of it."""
    schema: Schema = {"type": "string", "minLength": 1, "maxLength": most}
    if pattern:
        schema["pattern"] = pattern
    return {**schema, "description": description, **(more or {})}


NAME = _string("text of one line, at most 200 characters", 200)
SHORT = _string("text of one line, at most 100 characters", 100)
TEXT = _string("text, at most 2,000 characters", 2000, more={"x-multiline": True})
DATE = _string(
    "a date as YYYY-MM-DD, such as 2026-04-01", 10, r"^\d{4}-\d{2}-\d{2}$", more={"format": "date"}
)
# Blanks of every kind, zero-width characters, and what separates addresses in a list.
_NOT_IN_EMAIL = r'\s\u00a0\u2000-\u200f\u3000\ufeff,;<>"'
EMAIL = _string(
    "an email address, such as finance@council.example",
    254,
    rf"^[^@{_NOT_IN_EMAIL}]{{1,64}}@[^@.{_NOT_IN_EMAIL}]+(\.[^@.{_NOT_IN_EMAIL}]+)+$",
    more={"format": "email"},
)
PHONE = _string("a telephone number, such as 01632 960 001", 40, r"^[+0-9][0-9 ()x/.-]{4,39}$")
MONEY = _string(
    "pounds as text, such as 45000 or 45000.00",
    16,
    r"^\d{1,12}(\.\d{1,2})?$",
    more={"x-money": True},
)
PERCENT = _string(
    "a percentage as text from 0 to 100, such as 3 or 2.5", 8, r"^(100(\.0+)?|\d{1,2}(\.\d{1,4})?)$"
)
MONTHS = _string("a number of months from 1 to 36, as text", 2, r"^([1-9]|[12]\d|3[0-6])$")
DAYS = _string(
    "a number of days from 1 to 365, as text", 3, r"^([1-9]|[1-9]\d|[12]\d\d|3[0-5]\d|36[0-5])$"
)
YEARS = _string("a number of years from 1 to 50, as text", 2, r"^([1-9]|[1-4]\d|50)$")
FLAG: Schema = {"type": "boolean", "description": "true or false"}
RULE_TEXT = "a rule, with text where the rule is `other`"

CONTACT = _object("a contact", {"name": NAME, "role": NAME, "email": EMAIL, "phone": PHONE})

PARTY = _object(
    "what is known of a party",
    {
        "kind": _choice(*BODY_KINDS),
        "address": _list(NAME, 8),
        "register": _object(
            "an identifier in a public register",
            {"name": SHORT, "identifier": SHORT},
            ("name", "identifier"),
        ),
        "contact": CONTACT,
        "invoice_contact": CONTACT,
        "cost_centre": SHORT,
        "purchase_order": _object(
            "a purchase order", {"number": SHORT, "value": MONEY, "valid_to": DATE}
        ),
        "supplier_number": SHORT,
        "vat": _object(
            "how the VAT treatment was decided",
            {
                "reason": TEXT,
                "legal_power": NAME,
                "decided_by": NAME,
                "decided_on": DATE,
                "evidence": NAME,
                "review_on": DATE,
                "questions": _object(
                    "the answers to the questions on VAT",
                    {name: _choice(*answers) for name, answers in VAT_QUESTIONS.items()},
                ),
            },
        ),
        "in_kind": TEXT,
        "signatories": _list(_object("a signatory", {"name": NAME, "role": NAME}), 12),
    },
)

POST = _object(
    "the post",
    {
        "title": NAME,
        "grade": SHORT,
        "duties": TEXT,
        "base": NAME,
        "working_pattern": TEXT,
        "swapping": TEXT,
        "priority": TEXT,
        "out_of_hours": TEXT,
    },
)

LEGAL_POWERS = (
    "lga1972_s113",
    "nhs2006_s75",
    "nhs_wales_2006_s33",
    "police1996_s22a",
    "goods_services_1970",
    "lgs1973_s56",
    "own_powers",
    "other",
)

AGREEMENT_SCHEMA: Schema = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Agreement details",
    **_object(
        "an object with what the parties have settled beside the figures; every key is optional "
        "and what is absent prints as 'To be agreed'",
        {
            "title": NAME,
            "version": SHORT,
            "version_date": DATE,
            "replaces": NAME,
            "draft": FLAG,
            "language": _choice("english", "english_and_welsh"),
            "jurisdiction": _choice(*JURISDICTIONS),
            "legal_power": _object(
                "the legal power", {"code": _choice(*LEGAL_POWERS), "text": TEXT}, ("code",)
            ),
            "background": TEXT,
            "decisions": _list(
                _object(
                    "a decision to enter into the agreement",
                    {"party": SHORT, "body": NAME, "on": DATE, "minute": SHORT},
                    ("party",),
                ),
                120,
            ),
            "consultation": _list(
                _object("a consultation", {"who": NAME, "on": DATE, "by": NAME, "response": TEXT}),
                20,
            ),
            "employer": _object(
                "who employs", {"kind": _choice("host", "joint"), "text": TEXT}, ("kind",)
            ),
            "post": POST,
            "parties": {
                "type": "object",
                "description": "an object with the parties' ids as keys",
                "additionalProperties": PARTY,
                "maxProperties": 60,
            },
            "shares": _object(
                "where the weights come from",
                {"source": NAME, "on": DATE, "review_on": DATE, "reason": TEXT},
            ),
            "cost_base": _object(
                "what is in and out of the cost", {"included": TEXT, "excluded": TEXT}
            ),
            "overhead_reason": TEXT,
            "fee_reason": TEXT,
            "uplifts": _object(
                "how the price may rise",
                {
                    "automatic": _list(_choice(*UPLIFT_EVENTS), 5),
                    "notice_days": DAYS,
                    "ceiling_percent": PERCENT,
                    "text": TEXT,
                },
            ),
            "budget": _object(
                "how the yearly budget is set",
                {
                    "set_by": SHORT,
                    "approved_by": NAME,
                    "overspend": TEXT,
                    "underspend": TEXT,
                },
            ),
            "true_up": _object(
                "the year-end comparison with actual cost",
                {"by": SHORT, "tolerance_percent": PERCENT, "evidence": TEXT},
            ),
            "payment": _object("paying invoices", {"remittance": TEXT, "text": TEXT}),
            "vat_bearer": _choice("partner", "host", "by_shares"),
            "late_payment": _object(
                "interest on late payment",
                {"interest": _choice("statutory", "none", "other"), "text": TEXT},
                ("interest",),
            ),
            "disputes": _object("who settles disputes", {"first": NAME, "second": NAME}),
            "grants": _list(
                _object(
                    "terms of a grant that pass down",
                    {
                        "name": NAME,
                        "funder": NAME,
                        "purpose": TEXT,
                        "evidence": TEXT,
                        "clawback": TEXT,
                        "publicity": TEXT,
                        "subsidy_control": TEXT,
                    },
                    ("name",),
                ),
                20,
            ),
            "not_included": _list(TEXT, 20),
            "vacancy": TEXT,
            "records_years": YEARS,
            "records_access": TEXT,
            "joining": _object("new parties", {"agreed_by": NAME, "buy_in": TEXT}),
            "leaving": _object(
                "how a party leaves",
                {
                    "notice_months": MONTHS,
                    "notice_ends": _choice("any_day", "end_of_march", "end_of_quarter"),
                    "shares_after": _choice("rebase", "host_takes", "leaver_until_notice_ends"),
                    "tail_months": MONTHS,
                    "text": TEXT,
                },
            ),
            "ending": _object(
                "how the agreement ends",
                {"events": TEXT, "wind_down": TEXT, "equipment": TEXT, "early_charges": TEXT},
            ),
            "exit_rules": _object(
                "who pays which cost of an exit",
                {
                    row: _object(RULE_TEXT, {"rule": _choice(*rules), "text": TEXT}, ("rule",))
                    for row, rules in EXIT_RULES.items()
                },
            ),
            "successors": _object(
                "bodies that follow a party",
                {"rule": _choice("bound", "bound_with_review", "other"), "text": TEXT},
                ("rule",),
            ),
        },
    ),
}
