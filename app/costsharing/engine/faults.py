"""Faults of an inputs object: what is wrong, where, and what to give instead."""

from collections.abc import Iterable
from dataclasses import dataclass

LONGEST_STEP = 200


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong. `path` is a JSON pointer below the inputs object, `""` for the whole."""

    path: str
    code: str
    message: str

    def as_json(self) -> dict[str, str]:
        """The fault as the command line and the API print it."""
        return {
            "path": printable(self.path),
            "code": self.code,
            "message": printable(self.message),
        }


class InputFaults(ValueError):
    """Raised when inputs cannot be costed; carries every fault found, never just the first."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{f.path or 'inputs'}: {f.message}" for f in self.faults))

    def as_json(self) -> dict[str, list[dict[str, str]]]:
        """`{"errors": [...]}`, the shape outside callers rely on."""
        return {"errors": [fault.as_json() for fault in self.faults]}


def pointer(path: str, key: str | int) -> str:
    """Add one step to a JSON pointer, escaped as RFC 6901 asks; a very long key is cut."""
    step = str(key)[:LONGEST_STEP].replace("~", "~0").replace("/", "~1")
    return f"{path}/{step}"


def printable(text: str) -> str:
    """Text that any encoder takes: halves of surrogate pairs are written as escapes."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
