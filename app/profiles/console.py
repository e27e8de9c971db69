"""The `crossbench person` commands."""

import argparse
import asyncio
import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from app.audit.commands import record
from app.core.actor import SYSTEM
from app.core.config import ROOT, Settings
from app.core.db import make_engine, make_system_sessions
from app.profiles.data.queries import export_of, find_person

NOBODY = 1


def export(settings: Settings, options: argparse.Namespace) -> int:
    """`person export EMAIL --out F.json`: everything held of a person, for a request of access.

    1 where nobody has this address.
    """
    for path in sorted(ROOT.glob("app/**/models.py")):
        # What is held is read from the tables of every feature, so all of them must be known.
        import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    found = asyncio.run(_export(settings, options.email))
    if found is None:
        print("Nobody has this address.", file=sys.stderr)
        return NOBODY
    Path(options.out).write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")
    rows = sum(len(part) for part in found["held"].values())
    print(f"Wrote {rows} rows and {len(found['mentioned'])} mentions to {options.out}.")
    return 0


async def _export(settings: Settings, email: str) -> dict[str, Any] | None:
    engine = make_engine(settings.database_url, pool_size=1)
    try:
        async with make_system_sessions(engine, settings)() as db, db.begin():
            person_id = await find_person(db, email)
            if person_id is None:
                return None
            await record(db, SYSTEM, "profile.exported", subject=("person", person_id))
            return await export_of(db, person_id)
    finally:
        await engine.dispose()
