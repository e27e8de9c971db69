"""Reads of editions, and of what an edition is compared with."""

import uuid
from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.paging import Paged, Part
from app.roles.domain import no_edition
from app.roles.models import FrameworkEdition, Role, RoleFamily
from app.roles.queries.views import EditionLine

# Changes of the framework happen one after the other; any number, the same everywhere.
_LOCK = 7_260_003


def newest() -> Select[uuid.UUID]:
    """The id of the current edition, to be used inside another query."""
    return select(FrameworkEdition.id).order_by(FrameworkEdition.as_of.desc()).limit(1)


async def current_edition(db: AsyncSession) -> EditionLine:
    """The newest edition. Raises NotFound before the first is loaded."""
    edition = await find_current_edition(db)
    if edition is None:
        raise no_edition()
    return edition


async def find_current_edition(db: AsyncSession) -> EditionLine | None:
    """The newest edition, or None before the first is loaded."""
    found = await find_newest(db)
    return None if found is None else _edition_line(found)


async def find_newest(db: AsyncSession) -> FrameworkEdition | None:
    """The newest edition as its row, for what needs all of it."""
    newest = select(FrameworkEdition).order_by(FrameworkEdition.as_of.desc()).limit(1)
    return await db.scalar(newest)


async def find_edition(db: AsyncSession, as_of: date) -> FrameworkEdition | None:
    """The edition of a day."""
    return await db.scalar(select(FrameworkEdition).where(FrameworkEdition.as_of == as_of))


async def list_editions(db: AsyncSession, part: Part) -> Paged[EditionLine]:
    """All editions, newest first."""
    total = await db.scalar(select(func.count()).select_from(FrameworkEdition)) or 0
    found = await db.scalars(
        select(FrameworkEdition)
        .order_by(FrameworkEdition.as_of.desc(), FrameworkEdition.id)
        .limit(part.size)
        .offset(part.offset)
    )
    return Paged([_edition_line(one) for one in found], total, part)


def _edition_line(found: FrameworkEdition) -> EditionLine:
    return EditionLine(
        found.id,
        found.as_of,
        found.name,
        found.source,
        found.licence,
        found.attribution,
        found.families,
        found.roles,
        found.levels,
        found.skills,
        found.cells,
    )


async def lock_framework(db: AsyncSession) -> None:
    """Let one change of the framework happen at a time; only commands call it."""
    await db.execute(select(func.pg_advisory_xact_lock(_LOCK)))


async def ids_by_slug(
    db: AsyncSession, table: type[RoleFamily] | type[Role]
) -> dict[str, uuid.UUID]:
    """The ids of all families or roles there have ever been, by slug."""
    found = await db.execute(select(table.slug, table.id))
    return {row.slug: row.id for row in found}
