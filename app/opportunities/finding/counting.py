"""Counts of a search, kept for a while by viewer and filters."""

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.cache import Cache
from app.opportunities.finding import queries
from app.opportunities.finding.domain import Search


async def counts_of(
    cache: Cache, db: AsyncSession, viewer: queries.Viewer, search: Search
) -> queries.Counts:
    """The counts of a search as they were at most a minute ago; page and order do not matter."""
    bare = replace(search, page=1, sort=None)
    found: queries.Counts = await cache.get(
        (viewer, bare), lambda: queries.count_posts(db, viewer, bare)
    )
    return found
