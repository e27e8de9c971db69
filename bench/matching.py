"""How quickly people are found for a post, among 20,000 and among 200,000."""

import asyncio
import shutil
import tempfile
import time
import uuid
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import asyncpg

from app.core.config import Settings, as_database_url
from app.core.db import make_engine, make_system_sessions
from app.core.migrate import upgrade
from app.local.postgres import Postgres
from app.local.servers import make_database
from app.matching.commands import number_skills
from app.matching.models import person_match
from app.matching.queries.numbering import load_numbering
from app.matching.tokens import Numbering, of_post
from app.roles.commands import load_bundled
from bench import people, saving
from bench.measure import Measure, p95, printed, processor_ms, under
from bench.posts import store_bodies

FEW = 20_000
MANY = 200_000
POSTS = 100
ROUNDS = 5

# By the clock, and of the server's processor time.
Times = tuple[float, float]

SEARCH = "SELECT * FROM match_people($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, 20)"


def measures() -> list[Measure]:
    """Store people, then search for each post, by turns with must-haves and without."""
    folder = Path(tempfile.mkdtemp(prefix="crossbench-bench-"))
    folder.chmod(0o711)
    postgres = Postgres(folder, ())
    try:
        postgres.start()
        asyncio.run(make_database(postgres))
        settings = Settings(database_url=as_database_url(postgres.url()), var=folder)
        upgrade(settings)
        return asyncio.run(_measure(settings, postgres.url()))
    finally:
        postgres.stop()
        shutil.rmtree(folder, ignore_errors=True)


async def _measure(settings: Settings, url: str) -> list[Measure]:
    numbering, levels = await _framework(settings)
    wanted = people.posts(POSTS, levels)
    connection = await asyncpg.connect(url)
    await connection.execute("SELECT set_config('app.is_system', 'on', false)")
    found: dict[int, tuple[Times, Times]] = {}
    for count in (FEW, MANY):
        await _store(connection, count, levels, numbering)
        gated = await _p95(connection, wanted, numbering)
        without = [
            replace(one, asked=tuple(replace(a, is_must=False) for a in one.asked))
            for one in wanted
        ]
        found[count] = (gated, await _p95(connection, without, numbering))
    await connection.close()
    saved = await saving.measure(settings, levels)
    return [
        under("match_20k_ms", found[FEW][0][0], "ms", 5, _how(FEW, found[FEW][0])),
        under("match_200k_ms", found[MANY][0][0], "ms", 15, _how(MANY, found[MANY][0])),
        printed(
            "match_growth_ratio", found[MANY][0][0] / found[FEW][0][0], "×",
            "ten times as many people",
        ),
        under(
            "match_200k_open_ms", found[MANY][1][0], "ms", 120,
            _how(MANY, found[MANY][1]) + ", without must-haves",
        ),
        saved,
    ]  # fmt: skip


def _how(count: int, found: Times) -> str:
    return (
        f"p95 over {POSTS} posts of ten skills, best of {ROUNDS} each, first 20 of {count:,} people"
        f" ({found[1]:.1f} ms of the server's processor time)"
    )


async def _framework(settings: Settings) -> tuple[Numbering, list[people.Level]]:
    """The bundled edition: its skills numbered, and the skills of each level of each role."""
    engine = make_engine(settings.database_url, pool_size=1)
    try:
        async with make_system_sessions(engine, settings).begin() as db:
            await load_bundled(db)
            await store_bodies(db)
            await number_skills(db)
            numbering = await load_numbering(db)
        async with engine.connect() as connection:
            cells = await connection.exec_driver_sql(
                "SELECT level_id, skill_id, proficiency FROM level_skill ORDER BY 1, 2"
            )
            levels: dict[uuid.UUID, dict[uuid.UUID, int]] = {}
            for level_id, skill_id, proficiency in cells:
                levels.setdefault(level_id, {})[skill_id] = proficiency
    finally:
        await engine.dispose()
    return numbering, list(levels.values())


async def _store(
    connection: Any, count: int, levels: Sequence[people.Level], numbering: Numbering
) -> None:
    """Exactly that many people, in the tables as the application writes them."""
    names = [column.name for column in person_match.columns]
    listed = ", ".join(names)
    await connection.execute(
        "TRUNCATE person_match; DROP INDEX IF EXISTS ix_person_match_tokens;"
        " CREATE TEMP TABLE stored AS SELECT * FROM person_match;"
        " ALTER TABLE stored ALTER bits TYPE smallint[] USING '{}'"
    )
    await connection.copy_records_to_table(
        "stored", records=people.people(count, levels, numbering), columns=names
    )
    await connection.execute(
        "INSERT INTO person (id, name, email) SELECT person_id, 'Somebody',"
        " person_id || '@people.example' FROM stored ON CONFLICT DO NOTHING",
        timeout=300,
    )
    await connection.execute(
        "INSERT INTO profile (id, person_id, reviewed_on)"
        " SELECT person_id, person_id, '2027-01-01' FROM stored ON CONFLICT DO NOTHING",
        timeout=300,
    )
    chosen = listed.replace("bits", "match_bits(bits)")
    await connection.execute(
        f"INSERT INTO person_match ({listed}) SELECT {chosen} FROM stored",  # noqa: S608 (ours)
        timeout=300,
    )
    await connection.execute(
        "CREATE INDEX ix_person_match_tokens ON person_match USING gin (tokens)"
        " WITH (fastupdate = off); DROP TABLE stored; SELECT match_count_tokens()",
        timeout=300,
    )
    await connection.execute("VACUUM (ANALYZE) person_match")
    await connection.execute("ANALYZE match_frequency")


async def _p95(
    connection: Any, wanted: Sequence[people.Wanted], numbering: Numbering
) -> tuple[float, float]:
    """The 95th percentile over the posts, each at its best: others use the machine too.

    Milliseconds by the clock, and of the server's processor time.
    """
    rounds = [await _round(connection, wanted, numbering) for _ in range(ROUNDS)]
    by_post = list(zip(*rounds, strict=True))
    clock = [min(took for took, _ in one) for one in by_post]
    return p95(clock), p95([min(spent for _, spent in one) for one in by_post])


async def _round(
    connection: Any, wanted: Sequence[people.Wanted], numbering: Numbering
) -> list[tuple[float, float]]:
    """Milliseconds of each post, by the clock and of processor time."""
    times, server = [], connection.get_server_pid()
    for number, one in enumerate(wanted):
        places = of_post(one.asked, numbering)
        before, began = processor_ms(server), time.perf_counter()
        await connection.fetch(
            SEARCH, people.body(number), people.TODAY, places.places, places.tops, places.gates,
            one.move, one.days, one.starts_on, one.ends_on, one.months, one.places,
        )  # fmt: skip
        took = (time.perf_counter() - began) * 1000
        times.append((took, processor_ms(server) - before))
    return times
