"""A stored calculation opened for showing: its inputs, costing and the marks every page carries."""

import asyncio
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.costsharing import engine, queries
from app.costsharing.engine.result import Costing

DRAFT_PATH = "/calculator/d/"
ANSWERS_PAGE = "/check"


@dataclass(frozen=True, slots=True)
class Opened:
    """A calculation whose inputs are sound; `base` is the path of its pages."""

    base: str
    inputs: dict[str, Any]
    agreement: dict[str, Any]
    costing: Costing
    sha256: str

    @property
    def reference(self) -> str:
        """The short name of this calculation on every page and download."""
        return engine.reference(self.sha256)

    def marks(self) -> dict[str, Any]:
        """What every page and file says of where its figures come from."""
        return {
            "reference": self.reference,
            "method_version": engine.METHOD_VERSION,
            "inputs_sha256": self.sha256,
        }


async def open_calculation(db: AsyncSession, token: str) -> Opened | None:
    """Cost the calculation of a secret link; None while its answers do not make sound inputs.

    Raises NotFound for a link that leads nowhere.
    """
    draft = await queries.get_draft(db, token)
    inputs = draft.answers.get("inputs") or {}
    agreement = draft.answers.get("agreement") or {}
    try:
        # In a thread: the largest term takes a tenth of a second, which others need not wait for.
        costing = await asyncio.to_thread(cost_of, inputs)
    except engine.InputFaults:
        return None
    return Opened(DRAFT_PATH + token, inputs, agreement, costing, engine.inputs_sha256(inputs))


def cost_of(inputs: object) -> Costing:
    """Check and cost an inputs object. Raises InputFaults with all that is wrong."""
    return engine.cost(engine.parse_inputs(inputs))
