"""State machines as tables: which action leads from which status to which. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from app.core.errors import MoveRefused

Status = TypeVar("Status", bound=StrEnum)
Action = TypeVar("Action", bound=StrEnum)


@dataclass(frozen=True)
class Lifecycle(Generic[Status, Action]):
    """The life of one kind of thing. `moves` maps (status, action) to the status that follows."""

    name: str
    start: Status
    moves: Mapping[tuple[Status, Action], Status]

    def after(self, status: Status, action: Action) -> Status:
        """The status after an action. Raises MoveRefused where the action is not open."""
        found = self.moves.get((status, action))
        if found is None:
            done = status.value.replace("_", " ")
            raise MoveRefused(
                f"{self.name.replace(' ', '-')}-move-refused",
                f"This cannot be done now: the {self.name} is “{done}”. "
                "Somebody may have changed it; load the page again to see how it stands.",
            )
        return found

    def actions_from(self, status: Status) -> tuple[Action, ...]:
        """The actions that are open in a status, in the order of the table."""
        return tuple(action for (start, action) in self.moves if start == status)

    def may(self, status: Status, action: Action) -> bool:
        """Whether an action is open in a status."""
        return (status, action) in self.moves

    def mermaid(self) -> str:
        """The diagram that `make docs` writes to docs/lifecycles/."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.start.value}"]
        lines += [
            f"    {start.value} --> {end.value}: {action.value}"
            for (start, action), end in self.moves.items()
        ]
        left = {start for start, _ in self.moves}
        ends = dict.fromkeys(end for end in self.moves.values() if end not in left)
        lines += [f"    {end.value} --> [*]" for end in ends]
        return "\n".join(lines) + "\n"
