"""A backup that was never restored is no backup: dump, restore, and compare what came back."""

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from app.audit.commands import record
from app.audit.verify import verify
from app.core.actor import SYSTEM
from app.core.config import Settings
from app.core.db import ACT_AS_SYSTEM, make_engine, make_system_sessions
from app.core.files import get_file, put_file
from app.core.health import head
from app.local.folders import postgres_programs
from tests.conftest import Servers
from tests.people import make_member, make_organisation

pytestmark = pytest.mark.slow

TABLES = text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")


def run(program: str, settings: Settings, *arguments: str) -> None:
    """One of PostgreSQL's programs as docs/operations.md says: the owner, seeing every row."""
    url = make_url(settings.database_url).set(drivername="postgresql")
    address = url.render_as_string(hide_password=False)
    environment = {"PATH": os.defpath, "PGOPTIONS": "-c app.is_system=on"}
    command = [str(postgres_programs() / program), "--dbname", address, *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


async def contents(settings: Settings) -> dict[str, Any]:
    """Rows of every table: how many, and a hash over all of them."""
    found = {}
    engine = make_engine(settings.database_url, role=None, pool_size=1)
    async with engine.connect() as connection:
        await connection.execute(ACT_AS_SYSTEM)
        for (table,) in (await connection.execute(TABLES)).all():
            rows = f"SELECT count(*), md5(string_agg(t::text, '' ORDER BY t::text)) FROM {table} t"  # noqa: S608
            found[table] = tuple((await connection.execute(text(rows))).one())
    await engine.dispose()
    return found


async def test_what_was_dumped_comes_back_whole(servers: Servers, tmp_path: Path) -> None:
    before, after = await servers.clone(), await servers.clone(empty=True)
    engine = make_engine(before.database_url, pool_size=1)
    async with make_system_sessions(engine)() as db:
        body = await make_organisation(db)
        member = await make_member(db, body)
        for _ in range(3):
            await record(
                db, SYSTEM, "test.done", subject=("membership", member.id), organisation_id=body.id
            )
        file = await put_file(
            db, name="a.pdf", media_type="application/pdf", content=b"%PDF" * 999,
            organisation_id=body.id,
        )  # fmt: skip
        await db.commit()
    await engine.dispose()

    dump = str(tmp_path / "backup.dump")
    run("pg_dump", before, "--format=custom", "--enable-row-security", "--file", dump)
    run("psql", after, "--command", "GRANT CREATE ON SCHEMA public TO crossbench_search")
    run("pg_restore", after, "--exit-on-error", dump)
    run("psql", after, "--command", "REVOKE CREATE ON SCHEMA public FROM crossbench_search")

    assert await contents(after) == await contents(before)
    engine = make_engine(after.database_url, pool_size=1)
    async with make_system_sessions(engine)() as db:
        verdict = await verify(db)
        assert verdict.fault is None
        assert verdict.entries == 3
        kept = await get_file(db, file.id)
        assert kept.content == b"%PDF" * 999
        revision = await db.scalar(text("SELECT version_num FROM alembic_version"))
        assert revision == head()
    await engine.dispose()
