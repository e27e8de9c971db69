"""What the command line and the API are sent: inputs alone, or with an agreement beside them."""

from dataclasses import dataclass
from typing import Any

from app.costsharing import engine


@dataclass(frozen=True, slots=True)
class Request:
    """A JSON value taken apart: the inputs object and, where given, the agreement object."""

    inputs: object
    agreement: object | None = None


def take_apart(data: object) -> Request:
    """Find the inputs in a bare inputs object, or under the key `inputs`."""
    if isinstance(data, dict) and "inputs" in data:
        repeated = getattr(data, "repeated", ())
        if "inputs" in repeated or "agreement" in repeated:
            message = "“inputs” or “agreement” stands here twice. Keep one of each."
            raise engine.InputFaults([engine.Fault("", "repeated_key", message)])
        return Request(data["inputs"], data.get("agreement"))
    return Request(data)


def compute(data: object) -> dict[str, Any]:
    """Cost inputs and give the JSON of the result. Raises `InputFaults`."""
    request = take_apart(data)
    return engine.to_json(engine.cost(engine.parse_inputs(request.inputs)))
