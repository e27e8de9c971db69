"""Every read of a calculation."""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import LONDON
from app.costsharing.domain import KEEP_IDLE, no_such_draft, token_hash
from app.costsharing.models import CostDraft


async def get_draft(db: AsyncSession, token: str) -> CostDraft:
    """The calculation of this secret link. Raises NotFound for a wrong, ended or idle one."""
    draft = await db.scalar(
        select(CostDraft).where(
            CostDraft.token_sha256 == token_hash(token),
            CostDraft.last_used_at > func.now() - KEEP_IDLE,
        )
    )
    if draft is None:
        raise no_such_draft()
    return draft


async def lock_draft(db: AsyncSession, token: str) -> CostDraft:
    """The same, locked until the transaction ends; only commands call it."""
    draft = await db.scalar(
        select(CostDraft)
        .where(
            CostDraft.token_sha256 == token_hash(token),
            CostDraft.last_used_at > func.now() - KEEP_IDLE,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if draft is None:
        raise no_such_draft()
    return draft


def last_day_of(draft: CostDraft) -> date:
    """The day on which a calculation is deleted if nobody saves a page before."""
    return (draft.last_used_at + KEEP_IDLE).astimezone(LONDON).date()
