"""What the OpenAPI file says of cost splits: request bodies, results and error codes."""

from dataclasses import dataclass
from typing import Any

from litestar.openapi.spec import Operation

from app.costsharing.agreement_schema import AGREEMENT_SCHEMA
from app.costsharing.fault_codes import FAULT_CODES
from app.costsharing.inputs_schema import INPUTS_SCHEMA
from app.costsharing.papers import DOCX, PDF, XLSX

Schema = dict[str, Any]

BODY: Schema = {
    "description": "The inputs alone, or an object with them and, for documents, an agreement.",
    "anyOf": [
        INPUTS_SCHEMA,
        {
            "type": "object",
            "required": ["inputs"],
            "properties": {"inputs": INPUTS_SCHEMA, "agreement": AGREEMENT_SCHEMA},
        },
    ],
}
MONEY: Schema = {"type": "string", "pattern": r"^-?[0-9]+\.[0-9]{2}$"}
SUMS: Schema = {"type": "object", "additionalProperties": MONEY}
ROWS: Schema = {"type": "array", "items": {"type": "object"}}
RESULT: Schema = {
    "type": "object",
    "description": "Money is a string of pounds with two decimals.",
    "required": ["lines", "segments", "invoices", "parties", "flags"],
    "properties": {
        "months": {**ROWS, "description": "Each month as earned, by line (monthly method)."},
        "arrears": {**ROWS, "description": "Payments of backdated awards, where there are any."},
        "lines": {**SUMS, "description": "Each line over the term, levy, overhead and total."},
        "segments": {**ROWS, "description": "Pool, grants, shares and fees of each segment."},
        "invoices": {**ROWS, "description": "Partner by partner, in agreement order."},
        "parties": {
            "type": "object",
            "additionalProperties": SUMS,
            "description": "Totals by party id.",
        },
        "actual_segments": {**ROWS, "description": "As segments, on actual cost."},
        "true_up": {**ROWS, "description": "By year and partner, where actual cost is given."},
        "flags": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["code", "message"],
                "properties": {
                    "code": {
                        "enum": [
                            "cap_applies",
                            "minimum_applies",
                            "host_underwrites",
                            "in_kind_exceeds_share",
                            "vat_undecided",
                            "rate_assumed",
                            "rate_past_end",
                            "equal_part_period",
                            "fee_and_overhead",
                        ]
                    },
                    "message": {"type": "string"},
                    "party": {"type": "string"},
                    "segment": {"type": "string", "format": "date"},
                },
            },
        },
    },
}
PROBLEM: Schema = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["path", "code", "message"],
                "properties": {
                    "path": {
                        "type": "string",
                        "description": "JSON pointer below the inputs; empty for the whole.",
                    },
                    "code": {"type": "string", "enum": sorted(FAULT_CODES)},
                    "message": {"type": "string"},
                },
            },
        },
    },
}


def _content(kind: str, schema: Schema) -> Schema:
    return {"content": {kind: {"schema": schema}}}


def _problem(description: str) -> Schema:
    return {"description": description, **_content("application/problem+json", PROBLEM)}


class _Described(Operation):
    """An operation whose body and answers are described by plain schemas."""

    answers: Schema

    def to_schema(self) -> Schema:
        """The operation with its body and answers."""
        described = super().to_schema()
        described["requestBody"] = {"required": True, **_content("application/json", BODY)}
        described["responses"] = {
            **self.answers,
            "413": _problem("The body is too large."),
            "422": _problem("The inputs have faults: all of them, each with its path."),
            "429": _problem("Too many requests from one address; see Retry-After."),
        }
        return described


@dataclass
class CostSplitOperation(_Described):
    """POST /api/v1/cost-splits."""

    def __post_init__(self) -> None:
        """Say what the answer holds."""
        self.answers = {"200": {"description": "Result", **_content("application/json", RESULT)}}


@dataclass
class AgreementOperation(_Described):
    """POST /api/v1/cost-splits/agreement."""

    def __post_init__(self) -> None:
        """Say which kinds of file can be asked for."""
        file: Schema = {"type": "string", "format": "binary"}
        self.answers = {
            "200": {
                "description": "The funding agreement, as the kind that Accept asks for.",
                "content": {kind: {"schema": file} for kind in (PDF, DOCX, XLSX)},
            },
            "406": _problem("None of the kinds that Accept names can be made."),
        }
