"""Faults of an inputs object: what is wrong, where, and what to give instead."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong. `path` is a JSON pointer below the inputs object, `""` for the whole."""

    path: str
    code: str
    message: str

    def as_json(self) -> dict[str, str]:
        """The fault as the command line and the API print it."""
        return {"path": self.path, "code": self.code, "message": self.message}


class InputFaults(ValueError):
    """Raised when inputs cannot be costed; carries every fault found, never just the first."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{f.path or 'inputs'}: {f.message}" for f in self.faults))

    def as_json(self) -> dict[str, list[dict[str, str]]]:
        """`{"errors": [...]}`, the shape outside callers rely on."""
        return {"errors": [fault.as_json() for fault in self.faults]}


def pointer(path: str, key: str | int) -> str:
    """Add one step to a JSON pointer, escaped as RFC 6901 asks."""
    return f"{path}/{str(key).replace('~', '~0').replace('/', '~1')}"
