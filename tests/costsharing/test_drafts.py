"""Kept calculations: found by a hash, changed one after the other, deleted when idle."""

import asyncio
import hashlib
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, text, update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from app.core.config import Settings
from app.core.db import make_engine, make_sessions
from app.core.errors import NotFound, RuleBroken, Stale
from app.costsharing import commands, queries
from app.costsharing.domain import IDLE_DAYS, token_hash
from app.costsharing.jobs import delete_idle
from app.costsharing.models import CostDraft
from app.costsharing.steps.build import with_built
from app.worker import TIMERS


async def begin(db: AsyncSession, **steps: Any) -> commands.Begun:
    """A calculation with these answers."""
    return await commands.begin_draft(db, answers=with_built({"steps": steps}))


async def save(db: AsyncSession, token: str, raw: dict[str, Any], seen: int = 1) -> CostDraft:
    """Save the page on the levy."""
    return await commands.save_step(db, token, step="levy", raw=raw, seen=seen, build=with_built)


async def age(db: AsyncSession, draft: CostDraft, **by: float) -> None:
    """Pretend that a calculation was last used so long ago."""
    await db.execute(
        update(CostDraft)
        .where(CostDraft.id == draft.id)
        .values(last_used_at=func.now() - timedelta(**by))
    )


async def test_the_token_has_256_random_bits_and_only_its_hash_is_kept(db: AsyncSession) -> None:
    begun = await begin(db)
    other = await begin(db)
    assert len(begun.token) == 43
    assert begun.token != other.token
    assert begun.draft.token_sha256 == hashlib.sha256(begun.token.encode()).digest()
    row = await db.execute(
        text("SELECT cost_draft::text FROM cost_draft WHERE id = :id"), {"id": begun.draft.id}
    )
    assert begun.token not in row.scalar_one()


@pytest.mark.parametrize("token", ["", "short", "x" * 44, "a" * 42 + "=", "ü" * 43, "a\x00" * 21])
def test_what_cannot_be_a_token_is_not_found(token: str) -> None:
    with pytest.raises(NotFound, match="no calculation at this address"):
        token_hash(token)


async def test_a_saved_step_makes_a_new_version_and_the_inputs_with_it(db: AsyncSession) -> None:
    begun = await begin(db, dates={"start": {"day": "1", "month": "4", "year": "2026"}})
    end = {"day": "31", "month": "3", "year": "2027"}
    start = {"day": "1", "month": "4", "year": "2026"}
    draft = await commands.save_step(
        db, begun.token, step="dates", raw={"start": start, "end": end}, seen=1, build=with_built
    )
    assert draft.version == 2
    assert draft.step_versions == {"dates": 2}
    assert draft.answers["inputs"]["term"] == {"start": "2026-04-01", "end": "2027-03-31"}
    again = await commands.save_step(
        db, begun.token, step="dates", raw={"start": start, "end": end}, seen=1, build=with_built
    )
    assert again.version == 2


async def test_a_page_saved_elsewhere_since_it_was_opened_is_stale(db: AsyncSession) -> None:
    begun = await begin(db)
    await save(db, begun.token, {"levy": "yes"}, seen=1)
    with pytest.raises(Stale, match="changed in another tab"):
        await save(db, begun.token, {"levy": "no"}, seen=1)
    await save(db, begun.token, {"levy": "no"}, seen=2)
    draft = await queries.get_draft(db, begun.token)
    assert draft.answers["steps"]["levy"] == {"levy": "no"}


async def test_other_pages_saved_meanwhile_do_not_matter(db: AsyncSession) -> None:
    begun = await begin(db)
    await save(db, begun.token, {"levy": "yes"}, seen=1)
    draft = await commands.save_step(
        db, begun.token, step="what", raw={"kind": "post"}, seen=1, build=with_built
    )
    assert draft.version == 3
    assert set(draft.answers["steps"]) == {"levy", "what"}


async def test_twenty_saves_at_once_lose_none(servers: Any) -> None:
    settings: Settings = await servers.clone()
    engine = make_engine(settings.database_url, pool_size=5)
    sessions = make_sessions(engine)
    async with sessions.begin() as db:
        begun = await begin(db)

    async def one(number: int, sessions: async_sessionmaker[AsyncSession]) -> None:
        async with sessions.begin() as db:
            await commands.save_step(
                db, begun.token, step=f"page-{number}", raw={"a": "1"}, seen=1, build=with_built
            )

    await asyncio.gather(*(one(n, sessions) for n in range(20)))
    async with sessions() as db:
        draft = await queries.get_draft(db, begun.token)
        assert len(draft.answers["steps"]) == 20
        assert draft.version == 21
    await engine.dispose()


async def test_idle_calculations_are_gone_at_once_and_deleted_by_night(db: AsyncSession) -> None:
    old, young = await begin(db), await begin(db)
    await age(db, old.draft, days=IDLE_DAYS, seconds=1)
    await age(db, young.draft, days=IDLE_DAYS - 1)
    with pytest.raises(NotFound):
        await queries.get_draft(db, old.token)
    with pytest.raises(NotFound):
        await save(db, old.token, {"levy": "yes"})
    await delete_idle(db)
    left = (await db.scalars(text("SELECT id FROM cost_draft"))).all()
    assert young.draft.id in left
    assert old.draft.id not in left
    assert TIMERS["costsharing.delete_idle"] is delete_idle


async def test_saving_a_page_starts_the_90_days_again(db: AsyncSession) -> None:
    begun = await begin(db)
    await age(db, begun.draft, days=80)
    draft = await save(db, begun.token, {"levy": "yes"})
    await db.refresh(draft)
    days = (queries.last_day_of(draft) - draft.created_at.date()).days
    assert 89 <= days <= 91


async def test_a_person_can_delete_at_once(db: AsyncSession) -> None:
    begun = await begin(db)
    await commands.delete_draft(db, begun.token)
    with pytest.raises(NotFound):
        await queries.get_draft(db, begun.token)


async def test_answers_cannot_grow_without_limit(db: AsyncSession) -> None:
    begun = await begin(db)
    with pytest.raises(RuleBroken, match="too large"):
        await save(db, begun.token, {"levy": "x" * 2_100_000})


async def test_a_kept_part_can_be_forgotten(db: AsyncSession) -> None:
    answers = with_built({"steps": {}, "kept": {"actuals": [{"from": "2026-04-01", "lines": {}}]}})
    begun = await commands.begin_draft(db, answers=answers)
    assert "actuals" in begun.draft.answers["inputs"]
    draft = await commands.drop_kept(db, begun.token, part="actuals", build=with_built)
    assert "actuals" not in draft.answers["inputs"]
