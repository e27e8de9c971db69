"""Signs the heads as they are now, and keeps the file."""

from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from app.audit import queries
from app.audit.heads import MEDIA_TYPE, SignedHeads, write_heads
from app.core.db import settings_of
from app.core.files import StoredFile, find_newest_file, put_file

WEEK: Final = timedelta(days=7)


async def sign_heads(db: AsyncSession) -> StoredFile:
    """Sign the heads of all chains; `db` sees them all. Gives the file, kept for operators.

    A head that is being added to is locked by whoever adds; what is read here is what was last
    committed.
    """
    now = datetime.now(UTC)
    heads = {head.id: (head.number, head.sha256) for head in await queries.list_heads(db)}
    return await put_file(
        db,
        name=f"crossbench-audit-heads-{now:%Y-%m-%d}.json",
        media_type=MEDIA_TYPE,
        content=write_heads(SignedHeads(now, heads), settings_of(db).secret_key),
    )


async def sign_weekly(db: AsyncSession) -> StoredFile | None:
    """The same unless it was done within a week; None then."""
    if await find_newest_file(db, media_type=MEDIA_TYPE, within=WEEK) is not None:
        return None
    return await sign_heads(db)
