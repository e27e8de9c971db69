"""Every change of an import: begin it with a file, keep answers, apply or discard it."""

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.commands import record
from app.core.actor import Actor
from app.core.errors import RuleBroken
from app.roles.commands import load_edition
from app.roles.importing import queries
from app.roles.importing.domain import (
    FRAMEWORK_IMPORT,
    ImportAction,
    ImportStatus,
    check_day,
    sheet_as_json,
)
from app.roles.importing.models import FrameworkImport, FrameworkImportHistory
from app.roles.importing.official_csv import Sheet
from app.roles.importing.permissions import may_change_framework
from app.roles.importing.proposal import Decisions, check_decisions, decide
from app.roles.models import FrameworkEdition
from app.roles.queries import current_edition, lock_framework


async def begin_import(
    db: AsyncSession, actor: Actor, *, sheet: Sheet, file_name: str, as_of: date, today: date
) -> FrameworkImport:
    """Keep what a file says until it is decided. Changes nothing of the framework.

    Raises Refused, RuleBroken for a day that cannot be.
    """
    may_change_framework(actor).require()
    current = await current_edition(db)
    check_day(as_of, current.as_of, today)
    begun = FrameworkImport(
        as_of=as_of,
        file_name=file_name,
        sheet=sheet_as_json(sheet),
        base_edition_id=current.id,
        by_id=actor.person_id,
    )
    db.add(begun)
    await db.flush()
    await record(
        db,
        actor,
        "framework.import_begun",
        subject=("framework_import", begun.id),
        facts={"as_of": as_of, "rows": sheet.rows, "repeats": sheet.repeats},
    )
    return begun


async def keep_answers(
    db: AsyncSession, actor: Actor, import_id: uuid.UUID, *, answers: Mapping[str, Any]
) -> None:
    """Keep what was typed, to be looked at once more. Raises NotFound, MoveRefused."""
    begun = await queries.lock_import(db, actor, import_id)
    may_change_framework(actor).require()
    FRAMEWORK_IMPORT.after(ImportStatus(begun.status), ImportAction.APPLY)
    begun.answers = dict(answers)
    await db.flush()


async def apply_import(
    db: AsyncSession, actor: Actor, import_id: uuid.UUID, *, decisions: Decisions
) -> FrameworkEdition:
    """Add the edition that the file and the decisions make: all of it or nothing.

    Raises NotFound, MoveRefused, Stale, RuleBroken with what is not decided.
    """
    begun = await queries.lock_import(db, actor, import_id)
    may_change_framework(actor).require()
    status = ImportStatus(begun.status)
    after = FRAMEWORK_IMPORT.after(status, ImportAction.APPLY)
    await lock_framework(db)
    compared = await queries.get_comparison(db, begun)
    faults = check_decisions(compared.current, compared.facts, decisions)
    if faults:
        raise RuleBroken("not-decided", "Some questions are not answered yet.", faults)
    facts = decide(compared.current, compared.facts, decisions)
    loaded = await load_edition(db, actor, facts=facts)
    begun.edition_id = loaded.edition.id
    begun.status = after
    _note(db, actor, begun, status, ImportAction.APPLY)
    await db.flush()
    await record(
        db,
        actor,
        "framework.import_applied",
        subject=("framework_import", begun.id),
        facts={"edition_id": loaded.edition.id, "as_of": begun.as_of},
    )
    return loaded.edition


async def discard_import(db: AsyncSession, actor: Actor, import_id: uuid.UUID) -> None:
    """Leave the framework as it is. Raises NotFound, MoveRefused."""
    begun = await queries.lock_import(db, actor, import_id)
    may_change_framework(actor).require()
    status = ImportStatus(begun.status)
    begun.status = FRAMEWORK_IMPORT.after(status, ImportAction.DISCARD)
    _note(db, actor, begun, status, ImportAction.DISCARD)
    await db.flush()
    await record(db, actor, "framework.import_discarded", subject=("framework_import", begun.id))


def _note(
    db: AsyncSession,
    actor: Actor,
    begun: FrameworkImport,
    before: ImportStatus,
    action: ImportAction,
) -> None:
    db.add(
        FrameworkImportHistory(
            import_id=begun.id,
            from_status=before,
            to_status=begun.status,
            action=action,
            by_id=actor.person_id,
        )
    )
