"""The cost engine: what a shared post costs and who pays what, in whole pence.

Pure: it takes plain data and dates and gives plain data back; it reads no file, clock or database.
"""

from app.costsharing.engine.costing import cost
from app.costsharing.engine.explain import Section, Table, as_text, explain
from app.costsharing.engine.explain_shares import line_name
from app.costsharing.engine.faults import Fault, InputFaults, printable
from app.costsharing.engine.inputs import Inputs, Pence
from app.costsharing.engine.money import pounds, sterling
from app.costsharing.engine.output import inputs_sha256, reference, to_json
from app.costsharing.engine.parse import parse_inputs
from app.costsharing.engine.reader import JsonNumber, read_json
from app.costsharing.engine.result import METHOD_VERSION, Costing
from app.costsharing.engine.views import (
    fees_by_year,
    lines_by_year,
    shares_by_month,
    shares_by_year,
)

__all__ = [
    "METHOD_VERSION",
    "Costing",
    "Fault",
    "InputFaults",
    "Inputs",
    "JsonNumber",
    "Pence",
    "Section",
    "Table",
    "as_text",
    "cost",
    "explain",
    "fees_by_year",
    "inputs_sha256",
    "line_name",
    "lines_by_year",
    "parse_inputs",
    "pounds",
    "printable",
    "read_json",
    "reference",
    "shares_by_month",
    "shares_by_year",
    "sterling",
    "to_json",
]
