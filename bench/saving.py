"""How quickly the skills of a profile are saved, with matching kept up to date, to its commit."""

import random
import time
import uuid
from collections.abc import Sequence
from datetime import date

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from app.core.actor import Actor
from app.core.clock import london_today
from app.core.config import Settings
from app.core.db import make_engine, make_sessions
from app.matching.wiring import follow_changes
from app.profiles.commands import save_skills
from app.profiles.domain import SkillClaim, year_of_use
from bench import people
from bench.measure import Measure, p95, under

PEOPLE = 100
ROUNDS = 5
# A transaction of somebody's own, as a request begins it; row-level security is in force.
MINE = text("SELECT set_config('app.person_id', :id, true)")
GRANTS = text(
    "INSERT INTO consent_grant (id, person_id, groups, recipient, purpose, until_on, words_version)"
    " SELECT gen_random_uuid(), id, '{levels,skills}', 'verified', 'found', :until, '1'"
    " FROM unnest(CAST(:ids AS uuid[])) id"
)


async def measure(settings: Settings, levels: Sequence[people.Level]) -> Measure:
    """Save ten skills of a hundred people by turns: new ones in the first round, then changed."""
    follow_changes()
    engine = make_engine(settings.database_url, pool_size=1)
    sessions = make_sessions(engine, settings)
    ids = [uuid.UUID(int=n + 1, version=4) for n in range(PEOPLE)]
    chance = random.Random(30)  # noqa: S311 (chance, not secrecy)
    whole = [level for level in levels if len(level) >= 10]
    skills = [chance.sample(sorted(chance.choice(whole)), 10) for _ in ids]
    try:
        async with sessions.begin() as db:
            await db.execute(text("SELECT set_config('app.is_system', 'on', true)"))
            until = london_today().replace(month=12, day=31)
            await db.execute(GRANTS, {"ids": ids, "until": until})
        first, *rest = [await _round(sessions, ids, skills, chance) for _ in range(ROUNDS)]
    finally:
        await engine.dispose()
    how = (
        f"p95 of {PEOPLE} people who change ten skills, each at their best of {len(rest)} "
        f"(claiming them at first, once: {p95(first):.1f}); the command with its record and "
        "matching, and its commit"
    )
    best = [min(times) for times in zip(*rest, strict=True)]
    return under("profile_save_ms", p95(best), "ms", 30, how)


async def _round(
    sessions: async_sessionmaker[AsyncSession],
    ids: Sequence[uuid.UUID],
    skills: Sequence[Sequence[uuid.UUID]],
    chance: random.Random,
) -> list[float]:
    """Milliseconds of each person."""
    today, times = london_today(), list[float]()
    for person_id, chosen in zip(ids, skills, strict=True):
        claims = {skill: _claim(chance, today) for skill in chosen}
        began = time.perf_counter()
        async with sessions.begin() as db:
            await db.execute(MINE, {"id": str(person_id)})
            await save_skills(db, Actor("person", person_id), claims=claims, today=today)
        times.append((time.perf_counter() - began) * 1000)
    return times


def _claim(chance: random.Random, today: date) -> SkillClaim:
    return SkillClaim(chance.randint(1, 4), year_of_use(today.year - chance.randrange(5)))
