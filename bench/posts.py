"""Data to measure with: 200 bodies and 20,000 open posts, the same at every run."""

import random
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import london_today
from app.core.config import Settings
from app.core.db import make_engine, make_system_sessions
from app.opportunities.domain import ContractType, OpportunityKind, Remote, WhoPays
from app.opportunities.finding.projection import rebuild
from app.opportunities.models import Opportunity, OpportunitySkill
from app.organisations.domain import OrganisationKind, Region
from app.organisations.models import Organisation
from app.roles.commands import load_bundled
from app.roles.models import EditionRole, FrameworkEdition, LevelSkill, RoleLevel, RoleSkill

BODIES = 200
POSTS = 20_000
WORDS = 3_000
BATCH = 1_000

_rng = random.Random(20_000)  # noqa: S311 (chance, not secrecy)
_SYLLABLES = [first + last for first in "bdfghklmnprstv" for last in "aeo"]
# Words that mean something after all, and that no search looks for.
_NOT_SEARCHED = frozenset({"before", "has", "have", "here", "more", "same", "so", "to"})


def vocabulary() -> list[str]:
    """Words that mean nothing, the most used first."""
    made = random.Random(7)  # noqa: S311 (as above)
    words: dict[str, None] = {}
    while len(words) < WORDS:
        word = "".join(made.choices(_SYLLABLES, k=made.randint(2, 4)))
        if word not in _NOT_SEARCHED:
            words[word] = None
    return list(words)


def terms(count: int = 40) -> list[str]:
    """Words to search for, from the rarest to the most common, evenly by the order of use."""
    words = vocabulary()
    steps = [int(WORDS ** (n / (count - 1))) - 1 for n in range(count)]
    for n in range(1, count):
        steps[n] = max(steps[n], steps[n - 1] + 1)  # each word once
    return [words[step] for step in reversed(steps)]


def prose(words: Sequence[str], weights: Sequence[float], length: int) -> str:
    """Sentences of a number of words, common ones often."""
    picked = _rng.choices(words, weights, k=length)
    sentences = [" ".join(picked[n : n + 14]).capitalize() for n in range(0, length, 14)]
    return ". ".join(sentences) + "."


async def store(settings: Settings) -> None:
    """Fill a migrated database."""
    engine = make_engine(settings.database_url, pool_size=1)
    sessions = make_system_sessions(engine, settings)
    try:
        async with sessions.begin() as db:
            await load_bundled(db)
        async with sessions.begin() as db:
            bodies = await store_bodies(db)
            roles = await _roles(db)
        for _ in range(POSTS // BATCH):
            async with sessions.begin() as db:
                await _store_posts(db, bodies, roles)
        async with sessions.begin() as db:
            await db.execute(text("SET LOCAL statement_timeout = '900s'"))
            await rebuild(db)
    finally:
        await engine.dispose()
    await _tidy(settings)


async def _tidy(settings: Settings) -> None:
    """What the server does by itself within minutes of so many new rows, and must not do later."""
    engine = make_engine(settings.database_url, pool_size=1, role=None)
    try:
        async with engine.connect() as connection:
            whole = await connection.execution_options(isolation_level="AUTOCOMMIT")
            await whole.execute(text("SET statement_timeout = '900s'"))
            await whole.execute(text("VACUUM (ANALYZE)"))
    finally:
        await engine.dispose()


async def store_bodies(db: AsyncSession) -> list[tuple[uuid.UUID, str]]:
    """Verified bodies of every kind and region, numbered from 1 in their ids."""
    kinds, regions = list(OrganisationKind), list(Region)
    rows = [
        {
            "id": uuid.UUID(int=n + 1, version=4),
            "slug": f"body-{n}",
            "name": f"Body {n} Example",
            "kind": kinds[n % len(kinds)],
            "register": "ons",
            "register_id": f"E{n:08d}",
            "region": regions[n % len(regions)],
            "status": "verified",
        }
        for n in range(BODIES)
    ]
    await db.execute(insert(Organisation), rows)
    return [(row["id"], row["region"]) for row in rows]  # type: ignore[misc]


async def _roles(db: AsyncSession) -> list[dict[str, Any]]:
    """What posts can be for: each level of each role with its skills."""
    edition = (await db.scalars(select(FrameworkEdition.id))).one()
    levels = await db.execute(
        select(RoleLevel.id, RoleLevel.name, RoleLevel.role_id).order_by(RoleLevel.id)
    )
    skills: dict[uuid.UUID, list[tuple[uuid.UUID, int | None]]] = {}
    for level_id, skill_id, proficiency in await db.execute(
        select(LevelSkill.level_id, LevelSkill.skill_id, LevelSkill.proficiency)
    ):
        skills.setdefault(level_id, []).append((skill_id, proficiency))
    found = [
        {"edition_id": edition, "role_id": role, "role_level_id": level, "name": name,
         "skills": skills[level]}
        for level, name, role in levels
    ]  # fmt: skip
    senior: dict[uuid.UUID, list[tuple[uuid.UUID, int | None]]] = {}
    for role_id, skill_id in await db.execute(select(RoleSkill.role_id, RoleSkill.skill_id)):
        senior.setdefault(role_id, []).append((skill_id, None))
    named = await db.execute(select(EditionRole.role_id, EditionRole.name))
    names = {row.role_id: row.name for row in named}
    return found + [
        {"edition_id": edition, "role_id": role, "role_level_id": None, "name": names[role],
         "skills": its}
        for role, its in senior.items()
    ]  # fmt: skip


async def _store_posts(
    db: AsyncSession, bodies: Sequence[tuple[uuid.UUID, str]], roles: Sequence[dict[str, Any]]
) -> None:
    words = vocabulary()
    weights = [1 / rank for rank in range(1, WORDS + 1)]
    posts, skills = [], []
    for _ in range(BATCH):
        role = _rng.choice(roles)
        post = {**_post(_rng.choice(bodies), role), "summary": prose(words, weights, 25),
                "description": prose(words, weights, 160)}  # fmt: skip
        posts.append(post)
        skills += [
            {"opportunity_id": post["id"], "skill_id": skill, "level": level,
             "is_must": number < 3}
            for number, (skill, level) in enumerate(role["skills"][:8])
        ]  # fmt: skip
    await db.execute(insert(Opportunity), posts)
    await db.execute(insert(OpportunitySkill), skills)


def _post(body: tuple[uuid.UUID, str], role: dict[str, Any]) -> dict[str, Any]:
    ident = uuid.UUID(int=_rng.getrandbits(128), version=4)
    today = london_today()
    pay = _rng.randrange(28_000, 90_000, 500)
    return {
        "id": ident,
        "slug": f"{role['name'].lower().replace(' ', '-')}-{ident.hex[:8]}",
        "organisation_id": body[0],
        "kind": _rng.choice(list(OpportunityKind)),
        "status": "open",
        "title": f"{role['name']}, shared between two bodies",
        "role_id": role["role_id"],
        "role_level_id": role["role_level_id"],
        "edition_id": role["edition_id"],
        "place": f"Place {_rng.randint(1, 60)}",
        "region": body[1],
        "remote": _rng.choice(list(Remote)),
        "days_per_week": _rng.choice([1, 2, 2.5, 3, 4, 5]),
        "full_time_hours": 37,
        "starts_on": today + timedelta(days=_rng.randint(60, 200)),
        "pay_from": pay,
        "pay_to": pay + 6_000,
        "who_pays": _rng.choice(list(WhoPays)),
        "contract_type": ContractType.PERMANENT,
        "closes_on": today + timedelta(days=_rng.randint(2, 90)),
        "audience": _rng.choices(["public", "verified", "own"], [92, 6, 2])[0],
        "published_at": datetime.now(UTC) - timedelta(minutes=_rng.randint(1, 50_000)),
        "review_on": today + timedelta(days=100),
        "contact_name": "Recruitment Example",
        "contact_email": "posts@example.test",
    }
