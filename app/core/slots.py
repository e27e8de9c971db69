"""Named places in pages that features above fill: the only way up through the layers.

A page asks for the fragments of a slot; `main.py` says which features fill it.
"""

import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor


@dataclass(frozen=True, slots=True)
class Fragment:
    """A part of a page: a template, and what it is drawn from as `fragment`."""

    template: str
    context: Mapping[str, Any]


# What stands in a slot of a page where something is still written: it gets that as it is typed.
DraftPanel = Callable[[AsyncSession, Actor, Any], Awaitable[Fragment | None]]
Panel = Callable[[AsyncSession, Actor, uuid.UUID | None], Awaitable[Fragment | None]]


@dataclass(slots=True)
class Slots:
    """Which panels stand in which slot, in the order in which they were put there.

    In a template: `{% for f in panels %}{% with fragment = f.context %}{% include f.template %}
    {% endwith %}{% endfor %}`.
    """

    _panels: dict[str, list[Panel]] = field(default_factory=dict)
    _drafts: dict[str, list[DraftPanel]] = field(default_factory=dict)

    def fill(self, slot: str, panel: Panel) -> None:
        """Put a feature's panel into a slot."""
        self._panels.setdefault(slot, []).append(panel)

    async def show(
        self, slot: str, db: AsyncSession, actor: Actor, subject_id: uuid.UUID | None = None
    ) -> list[Fragment]:
        """The fragments of a slot for this actor; a panel with nothing to say leaves no trace."""
        found = [await panel(db, actor, subject_id) for panel in self._panels.get(slot, ())]
        return [fragment for fragment in found if fragment is not None]

    def fill_draft(self, slot: str, panel: DraftPanel) -> None:
        """Put a feature's panel into a slot of a page where something is written."""
        self._drafts.setdefault(slot, []).append(panel)

    async def show_draft(
        self, slot: str, db: AsyncSession, actor: Actor, draft: Any
    ) -> list[Fragment]:
        """The fragments of such a slot for what was typed so far."""
        found = [await panel(db, actor, draft) for panel in self._drafts.get(slot, ())]
        return [fragment for fragment in found if fragment is not None]
