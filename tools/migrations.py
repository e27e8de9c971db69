"""Check that the migrations build the tables of the models, on a database of our own."""

import asyncio
import shutil
import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection

from app.core.config import ROOT, Settings, as_database_url
from app.core.db import make_engine
from app.core.migrate import alembic_config, upgrade
from app.local.postgres import Postgres
from app.local.servers import make_database


def check_head() -> str | None:
    """One head, and the one that the file HEAD names."""
    heads = ScriptDirectory.from_config(alembic_config()).get_heads()
    named = (ROOT / "migrations" / "HEAD").read_text().strip()
    if heads == [named]:
        return None
    return f"migrations/HEAD says {named}, the newest revisions are {', '.join(heads)}."


def check_models(url: str) -> str | None:
    """Nothing left that `alembic revision --autogenerate` would write."""

    def compare(connection: Connection) -> None:
        command.check(alembic_config(connection))

    async def connect() -> None:
        engine = make_engine(url, role=None)
        async with engine.connect() as connection:
            await connection.run_sync(compare)
        await engine.dispose()

    try:
        asyncio.run(connect())
    except CommandError as error:
        return f"The migrations do not build what the models say: {error}"
    return None


def main() -> int:
    """Migrate an empty database to head and compare it with the models."""
    folder = Path(tempfile.mkdtemp(prefix="crossbench-check-"))
    folder.chmod(0o711)
    postgres = Postgres(folder, ("fsync=off",))
    try:
        fault = check_head()
        if fault is None:
            postgres.start()
            asyncio.run(make_database(postgres))
            url = as_database_url(postgres.url())
            upgrade(Settings(database_url=url, var=folder))
            fault = check_models(url)
    finally:
        postgres.stop()
        shutil.rmtree(folder, ignore_errors=True)
    print(fault or "Migrations: no faults.")
    return 1 if fault else 0


if __name__ == "__main__":
    sys.exit(main())
