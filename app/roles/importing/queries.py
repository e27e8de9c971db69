"""Reads of imports, for the operator alone: to everybody else there are none."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor
from app.core.paging import Paged, Part
from app.roles.domain import EditionFacts
from app.roles.importing.comparison import Difference, compare_editions
from app.roles.importing.domain import (
    ImportStatus,
    no_such_import,
    other_edition_since,
    sheet_from_json,
)
from app.roles.importing.models import FrameworkImport
from app.roles.importing.permissions import may_change_framework
from app.roles.importing.proposal import facts_of_sheet
from app.roles.queries import edition_facts, find_newest


@dataclass(frozen=True, slots=True)
class Compared:
    """The current edition, what the file makes of it, and the difference."""

    current: EditionFacts
    facts: EditionFacts
    difference: Difference

    @property
    def parts(self) -> tuple[EditionFacts, EditionFacts, Difference]:
        """All three, in this order."""
        return self.current, self.facts, self.difference


async def get_import(db: AsyncSession, actor: Actor, import_id: uuid.UUID) -> FrameworkImport:
    """An import. Raises NotFound, also for whoever may not change the framework."""
    found = await db.get(FrameworkImport, import_id) if may_change_framework(actor) else None
    if found is None:
        raise no_such_import()
    return found


async def lock_import(db: AsyncSession, actor: Actor, import_id: uuid.UUID) -> FrameworkImport:
    """The same, locked until the transaction ends; only commands call it."""
    wanted = (
        select(FrameworkImport)
        .where(FrameworkImport.id == import_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    found = await db.scalar(wanted) if may_change_framework(actor) else None
    if found is None:
        raise no_such_import()
    return found


async def waiting_imports(db: AsyncSession, actor: Actor) -> Sequence[FrameworkImport]:
    """The latest imports that wait for a decision, at most twenty."""
    if not may_change_framework(actor):
        return ()
    found = await db.scalars(
        select(FrameworkImport)
        .where(FrameworkImport.status == ImportStatus.WAITING)
        .order_by(FrameworkImport.created_at.desc(), FrameworkImport.id)
        .limit(20)
    )
    return found.all()


async def list_imports(db: AsyncSession, actor: Actor, part: Part) -> Paged[FrameworkImport]:
    """All imports, the latest first."""
    if not may_change_framework(actor):
        raise no_such_import()
    total = await db.scalar(select(func.count()).select_from(FrameworkImport)) or 0
    found = await db.scalars(
        select(FrameworkImport)
        .order_by(FrameworkImport.created_at.desc(), FrameworkImport.id)
        .limit(part.size)
        .offset(part.offset)
    )
    return Paged(found.all(), total, part)


async def get_comparison(db: AsyncSession, begun: FrameworkImport) -> Compared:
    """What an import would change. Raises Stale where another edition was applied since."""
    newest = await find_newest(db)
    if newest is None or newest.id != begun.base_edition_id:
        raise other_edition_since()
    current = await edition_facts(db, newest)
    facts = facts_of_sheet(sheet_from_json(begun.sheet), current, begun.as_of)
    return Compared(current, facts, compare_editions(current, facts))
