"""Writes the published projection: what search and pages read of open posts, and of former ones."""

import uuid

from sqlalchemy import delete, func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.opportunities.domain import OpportunityStatus
from app.opportunities.finding.models import FormerPost, OpenPost, post_word
from app.opportunities.finding.queries import source

_KEPT = frozenset({"id", "opportunity_id", "created_at", "updated_at"})


async def project(db: AsyncSession, opportunity_id: uuid.UUID) -> None:
    """Bring what is published of a post in step with the post; part of its transaction.

    Every command that changes a post, its skills or its state calls this last. An open post gets
    or changes its row, any other loses it; one that was open once leaves a mark at its address.
    """
    await db.flush()
    await _write(db, opportunity_id)
    await _keep_words(db, opportunity_id)


async def rebuild(db: AsyncSession) -> None:
    """The same for all posts: mends what is missing, left over or out of date.

    Rows that are right stay as they are. Roles and skills that a new edition of the framework
    renames are taken up here. To be called by the system, which sees every body's posts.
    """
    await _write(db, None)
    used = source.words_of_posts().subquery("used")
    await db.execute(
        delete(post_word).where(~used.select().where(used.c.word == post_word.c.word).exists())
    )
    await _keep_words(db, None)


async def _write(db: AsyncSession, opportunity_id: uuid.UUID | None) -> None:
    for table, wanted, states in (
        (OpenPost, source.open_posts(opportunity_id), (OpportunityStatus.OPEN,)),
        (FormerPost, source.former_posts(opportunity_id), source.ENDED),
    ):
        gone = delete(table).where(~source.is_now(states, table.opportunity_id))
        if opportunity_id is not None:
            gone = gone.where(table.opportunity_id == opportunity_id)
        await db.execute(gone.execution_options(synchronize_session=False))
        names = [str(column.key) for column in wanted.selected_columns]
        put = insert(table).from_select(names, wanted)
        changed = {name: put.excluded[name] for name in names if name not in _KEPT}
        await db.execute(
            put.on_conflict_do_update(
                index_elements=["opportunity_id"], set_={**changed, "updated_at": func.now()}
            )
        )


async def _keep_words(db: AsyncSession, opportunity_id: uuid.UUID | None) -> None:
    words = insert(post_word).from_select(["word"], source.words_of_posts(opportunity_id))
    await db.execute(words.on_conflict_do_nothing())
