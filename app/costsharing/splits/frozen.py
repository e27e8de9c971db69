"""A frozen version costed again: the same engine gives the same pence, or nothing is shown."""

from dataclasses import dataclass
from typing import Any

from app.costsharing import engine
from app.costsharing.agreement import parse_agreement
from app.costsharing.engine.result import Costing
from app.costsharing.papers import Costed


class FiguresDiffer(RuntimeError):
    """Costing the stored inputs again gives other figures than were agreed."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """Inputs, agreement details and result of a version, as they are stored."""

    inputs: dict[str, Any]
    agreement: dict[str, Any]
    result: dict[str, Any]


def costing_of(frozen: Frozen) -> Costing:
    """The costing of a version with its working. Raises FiguresDiffer rather than show others."""
    costing = engine.cost(engine.parse_inputs(frozen.inputs))
    if engine.to_json(costing) != frozen.result:
        raise FiguresDiffer("A stored cost split gives other figures now than when it was made.")
    return costing


def costed(frozen: Frozen, named: str) -> Costed:
    """The same with the details of its agreement, under the name that its papers bear."""
    costing = costing_of(frozen)
    details = parse_agreement(frozen.agreement, costing.inputs)
    return Costed(costing, details, frozen.inputs, named)


def paper_name(reference: str, number: int) -> str:
    """How papers name what they are of.

    >>> paper_name("CS-2222-3333", 2)
    'CS-2222-3333, version 2'
    """
    return f"{reference}, version {number}"
