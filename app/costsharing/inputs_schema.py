"""The inputs of a costing as a JSON Schema (2020-12), for the OpenAPI description and for tests.

The engine's own reading decides; tests hold the two together. No reference is used, so that the
schema can stand inside another document.
"""

from typing import Any, Final

from app.costsharing.engine.inputs import RESERVED_NAMES
from app.costsharing.engine.parse import MOST_GRANTS, MOST_LINES
from app.costsharing.engine.parse_post import (
    MOST_ALLOWANCES,
    MOST_AWARDS,
    MOST_DATED,
    NAME_LENGTH,
    SOURCE_LENGTH,
)
from app.costsharing.engine.parse_sharing import (
    BASES,
    MOST_FACTORS,
    MOST_PARTIES,
    MOST_SHARINGS,
    TREATMENTS,
)

Schema = dict[str, Any]
DAY: Final[Schema] = {"type": "string", "format": "date"}
PARTY: Final[Schema] = {"type": "string", "pattern": "^[A-Z0-9]{1,12}$"}
YES_NO: Final[Schema] = {"type": "boolean", "default": False}
SOURCE: Final[Schema] = {"type": "string", "maxLength": SOURCE_LENGTH}
NAME: Final[Schema] = {"type": "string", "minLength": 1, "maxLength": NAME_LENGTH}


def money(description: str = "", *, negative: bool = False) -> Schema:
    """Pounds as a string with at most two decimals."""
    sign = "-?" if negative else ""
    schema: Schema = {"type": "string", "pattern": rf"^{sign}[0-9]{{1,12}}(\.[0-9]{{1,2}})?$"}
    return {**schema, "description": description} if description else schema


def exact(description: str = "", default: str | None = None) -> Schema:
    """A decimal or a fraction as a string, kept exact."""
    number = r"[0-9]{1,15}(\.[0-9]{1,12})?"
    schema: Schema = {"type": "string", "pattern": f"^{number}(/{number})?$"}
    if description:
        schema["description"] = description
    return schema if default is None else {**schema, "default": default}


def record(properties: Schema, required: tuple[str, ...] = (), description: str = "") -> Schema:
    """An object with these keys and no others."""
    schema: Schema = {
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
    }
    if required:
        schema["required"] = list(required)
    return {**schema, "description": description} if description else schema


def rows(items: Schema, most: int, least: int = 0, description: str = "") -> Schema:
    """A list of `least` to `most` entries."""
    schema: Schema = {"type": "array", "items": items, "maxItems": most}
    if least:
        schema["minItems"] = least
    return {**schema, "description": description} if description else schema


def by_party(value: Schema, description: str = "") -> Schema:
    """An object from party id to a value."""
    schema: Schema = {
        "type": "object",
        "minProperties": 1,
        "maxProperties": MOST_PARTIES,
        "additionalProperties": value,
    }
    return {**schema, "description": description} if description else schema


def all_or_names(description: str) -> Schema:
    """The word “all”, or a list of names of lines."""
    return {
        "oneOf": [{"const": "all"}, rows({"type": "string"}, MOST_LINES + 6)],
        "description": description,
    }


ASSUMED: Final[Schema] = {
    **YES_NO,
    "description": "Not yet agreed or law: flagged `rate_assumed` where used.",
}
UNTIL: Final[Schema] = {
    **DAY,
    "description": "Last day known to hold; used beyond it, it applies and is flagged.",
}
PROVENANCE: Final[Schema] = {"until": UNTIL, "assumed": ASSUMED, "source": SOURCE}
SALARY: Final = rows(
    record(
        {"from": DAY, "annual_fte": money("Full-time pounds a year."), **PROVENANCE},
        ("from", "annual_fte"),
    ),
    MOST_DATED,
    1,
    "By rising date; the last on or before a day applies, one on the first day.",
)
NI_YEAR: Final = record(
    {
        "tax_year": {"type": "string", "pattern": "^[0-9]{4}/[0-9]{2}$"},
        "rate": exact("Between 0 and 1."),
        "monthly_threshold": money(),
        "annual_threshold": money(),
        "assumed": ASSUMED,
        "source": SOURCE,
    },
    ("tax_year", "rate", "monthly_threshold", "annual_threshold"),
)
NI: Final = record(
    {
        "basis": {"enum": ["own", "proportional", "marginal"]},
        "whole_employment_annual": {
            "description": "For proportional only: whole annual pay with the host, by pay date.",
            "oneOf": [
                money(),
                rows(record({"from": DAY, "annual": money()}, ("from", "annual")), MOST_DATED, 1),
            ],
        },
        "years": rows(NI_YEAR, MOST_DATED, 1, "One for each tax year in which pay falls."),
    },
    ("basis", "years"),
)
POST: Final = record(
    {
        "contracted_hours": exact("Hours a week, above 0 and at most 168."),
        "full_time_hours": exact("The employer's full-time week, above 0."),
        "weeks_factor": exact("Weeks paid over weeks in the year, 0 to 1.", "1"),
        "salary": SALARY,
        "backdated_awards": rows(
            record(
                {
                    "effective": DAY,
                    "paid_month": {"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$"},
                    "salary": SALARY,
                },
                ("effective", "paid_month", "salary"),
            ),
            MOST_AWARDS,
            description=(
                "From the pay of `paid_month` on these replace salaries from `effective` on; "
                "earlier months get arrears. Monthly method only."
            ),
        ),
        "allowances": rows(
            record(
                {
                    "name": NAME,
                    "annual": money("Pounds a year."),
                    "fte_scaled": YES_NO,
                    "pensionable": {"type": "boolean", "default": True},
                },
                ("name", "annual"),
            ),
            MOST_ALLOWANCES,
        ),
        "ni": NI,
        "pension": rows(
            record(
                {"from": DAY, "rate": exact("Between 0 and 1."), **PROVENANCE}, ("from", "rate")
            ),
            MOST_DATED,
            1,
            "By rising date; the one in force on the pay date applies.",
        ),
        "levy_rate": exact("0.005 for a levy payer, 0 otherwise; once per segment on pay."),
    },
    ("contracted_hours", "full_time_hours", "salary", "ni", "pension", "levy_rate"),
)
OTHER_LINE: Final = record(
    {
        "name": {**NAME, "not": {"enum": sorted(RESERVED_NAMES)}},
        "kind": {"enum": ["one_off", "annual", "total"]},
        "amount": money(),
        "date": {**DAY, "description": "For one_off only, within the term."},
        "charge_to": {**PARTY, "description": "Borne by this party alone, outside the pool."},
    },
    ("name", "kind", "amount"),
)
TREATMENT: Final[Schema] = {"enum": list(TREATMENTS)}
PARTY_ENTRY: Final = record(
    {
        "id": PARTY,
        "name": NAME,
        "host": YES_NO,
        "vat": record(
            {
                "share": TREATMENT,
                "fee": {**TREATMENT, "description": "As `share` if absent."},
                "rate": exact("Between 0 and 1.", "0.20"),
                "recoverable": exact("Part of the VAT the partner recovers.", "1"),
            },
            description="Absent, or without `share`: undecided, no VAT added, flagged.",
        ),
    },
    ("id", "name"),
)
SHARING_ENTRY: Final = record(
    {
        "from": DAY,
        "basis": {"enum": list(BASES)},
        "weights": by_party(exact(), "For every basis but equal, weighted and day_rate."),
        "parties": rows(PARTY, MOST_PARTIES, 1, "For equal."),
        "factors": rows(
            record(
                {"name": NAME, "weight": exact(), "values": by_party(exact())},
                ("name", "weight", "values"),
            ),
            MOST_FACTORS,
            1,
            "For weighted.",
        ),
        "days": by_party(exact(), "For day_rate: days bought in the segment."),
        "chargeable_days": exact("For day_rate: days that the net cost of the segment buys."),
    },
    ("from", "basis"),
)
INPUTS_SCHEMA: Final[Schema] = {
    **record(
        {
            "term": record({"start": DAY, "end": DAY}, ("start", "end"), "At most 10 years."),
            "method": {"enum": ["monthly", "annual"], "default": "monthly"},
            "apportionment": {"enum": ["calendar", "working"], "default": "calendar"},
            "pay_day": {
                "type": "string",
                "pattern": "^(last|[1-9]|[12][0-9]|3[01])$",
                "default": "last",
            },
            "post": POST,
            "other_lines": rows(OTHER_LINE, MOST_LINES),
            "overhead": record(
                {"rate": exact("0 to 1."), "base": all_or_names("Lines of the pool, or all.")},
                ("rate", "base"),
            ),
            "grants": rows(
                record(
                    {
                        "name": NAME,
                        "amount": money("For the whole term, used in date order."),
                        "eligible": all_or_names("Lines it may meet, or all."),
                        "rate": exact("Part of the eligible cost left that it meets."),
                    },
                    ("name", "amount", "eligible"),
                ),
                MOST_GRANTS,
            ),
            "fixed_contributions": by_party(money(), "Pounds a year."),
            "minimums": by_party(money(), "Pounds a year."),
            "caps": by_party(money(), "Pounds per financial year, not scaled by days."),
            "cap_overflow": {"enum": ["reshare", "host"], "default": "reshare"},
            "in_kind": by_party(money(), "Value in pounds a year."),
            "host_fee": record(
                {
                    "mode": {"enum": ["percent_of_share", "fixed_annual"]},
                    "rate": exact("For percent_of_share."),
                    "amount": money("For fixed_annual: pounds a year for each partner."),
                },
                ("mode",),
            ),
            "parties": rows(PARTY_ENTRY, MOST_PARTIES, 2, "Agreement order; exactly one host."),
            "sharing": rows(SHARING_ENTRY, MOST_SHARINGS, 1, "By rising date."),
            "schedule": record(
                {
                    "frequency": {"enum": ["monthly", "quarterly", "annual"]},
                    "timing": {"enum": ["advance", "arrears"]},
                    "profile": {"enum": ["equal", "days"], "default": "equal"},
                    "payment_days": {
                        "type": "string",
                        "pattern": "^[0-9]{1,3}$",
                        "default": "30",
                    },
                },
                ("frequency", "timing"),
                "Absent: annual, in arrears, equal, 30 days.",
            ),
            "actuals": rows(
                record(
                    {
                        "from": DAY,
                        "lines": {
                            "type": "object",
                            "additionalProperties": money(negative=True),
                        },
                    },
                    ("from", "lines"),
                ),
                MOST_SHARINGS + 10,
                1,
                "One per segment by its first day, for whole years from the first on.",
            ),
        },
        ("term", "parties", "sharing"),
    ),
    "title": "Inputs of a costing",
    "anyOf": [{"required": ["post"]}, {"required": ["other_lines"]}],
    "description": (
        "Money is a string of pounds with at most two decimals; rates, hours and weights are "
        "exact decimals or fractions as strings. JSON numbers are refused. Dates are inclusive."
    ),
}
