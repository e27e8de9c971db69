"""Every change of a calculation: begin, save a step, delete what lay idle."""

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func
from sqlalchemy.ext.asyncio import AsyncSession

from app.costsharing.domain import (
    KEEP_IDLE,
    LARGEST_FILE,
    TOKEN_BYTES,
    stale_answers,
    token_hash,
    too_large,
)
from app.costsharing.models import CostDraft
from app.costsharing.queries import lock_draft

Answers = dict[str, Any]
Build = Callable[[Mapping[str, Any]], Answers]


@dataclass(frozen=True, slots=True)
class Begun:
    """A new calculation and the only copy of its secret token."""

    token: str
    draft: CostDraft


async def begin_draft(db: AsyncSession, *, answers: Answers) -> Begun:
    """Keep a new calculation under a secret link of 256 random bits. Raises RuleBroken if huge."""
    refuse_if_large(answers)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    draft = CostDraft(token_sha256=token_hash(token), answers=answers, step_versions={})
    db.add(draft)
    await db.flush()
    return Begun(token, draft)


async def save_step(
    db: AsyncSession, token: str, *, step: str, raw: Mapping[str, Any], seen: int, build: Build
) -> CostDraft:
    """Keep one step's answers as typed, and what all answers now make.

    `seen` is the version of the calculation when the page was opened. Raises NotFound, Stale if
    this step was saved since then with other answers, RuleBroken if the whole grows too large.
    """
    draft = await lock_draft(db, token)
    steps = dict(draft.answers.get("steps", {}))
    changed_since = int(draft.step_versions.get(step, 0)) > seen
    if changed_since and steps.get(step) != raw:
        raise stale_answers()
    if steps.get(step) != raw:
        steps[step] = dict(raw)
        answers = build({**draft.answers, "steps": steps})
        refuse_if_large(answers)
        draft.version += 1
        draft.answers = answers
        draft.step_versions = {**draft.step_versions, step: draft.version}
    draft.last_used_at = func.now()
    await db.flush()
    return draft


async def drop_kept(db: AsyncSession, token: str, *, part: str, build: Build) -> CostDraft:
    """Forget a part of a loaded file that no page shows, such as its actual costs."""
    draft = await lock_draft(db, token)
    kept = {k: v for k, v in draft.answers.get("kept", {}).items() if k != part}
    draft.answers = build({**draft.answers, "kept": kept})
    draft.version += 1
    draft.last_used_at = func.now()
    await db.flush()
    return draft


async def delete_idle_drafts(db: AsyncSession) -> int:
    """Delete calculations nobody used for 90 days, and say how many; a missed night is made up."""
    gone = await db.scalars(
        delete(CostDraft)
        .where(CostDraft.last_used_at <= func.now() - KEEP_IDLE)
        .returning(CostDraft.id)
    )
    return len(gone.all())


async def delete_draft(db: AsyncSession, token: str) -> None:
    """Delete a calculation at once, because the person asked. Raises NotFound."""
    draft = await lock_draft(db, token)
    await db.delete(draft)
    await db.flush()


def refuse_if_large(answers: Answers) -> None:
    """Raise RuleBroken where answers outgrow what a calculation may hold."""
    if len(json.dumps(answers)) > 4 * LARGEST_FILE:
        raise too_large()
