"""The `crossbench person` commands."""

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError

from app.audit.commands import record
from app.core.actor import SYSTEM
from app.core.config import Settings
from app.core.db import make_engine, make_system_sessions
from app.core.tables import know_all
from app.profiles.data.queries import export_of, find_person
from app.profiles.erasure.commands import Erased, erase
from app.profiles.erasure.wording import STAYS

NOBODY = 1


def export(settings: Settings, options: argparse.Namespace) -> int:
    """`person export EMAIL --out F.json`: everything held of a person, for a request of access.

    1 where nobody has this address.
    """
    know_all()
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


def erase_person(settings: Settings, options: argparse.Namespace) -> int:
    """`person erase EMAIL`: erase somebody who asked for it, and say what stays.

    A person at a terminal is asked first. 1 where nobody has this address, or they say no.
    """
    know_all()
    if sys.stdin.isatty():
        print(f"This erases the account of {options.email} for good. What stays:")
        _print_stays()
        if input("Type the address again to go on: ").strip().lower() != options.email.lower():
            print("Nothing was erased.", file=sys.stderr)
            return NOBODY
    done = asyncio.run(_erase(settings, options.email))
    if done is None:
        print("Nobody has this address.", file=sys.stderr)
        return NOBODY
    print(f"Erased the account of {options.email}. What stays:")
    _print_stays()
    for name in done.left_alone:
        print(f"{name} has no administrator any more: give somebody this duty.")
    return 0


def _print_stays() -> None:
    for one in STAYS:
        print(f"- {one.what}: {one.how_long}. {one.why}")


async def _erase(settings: Settings, email: str) -> Erased | None:
    engine = make_engine(settings.database_url, pool_size=1)
    try:
        async with make_system_sessions(engine, settings)() as db, db.begin():
            person_id = await find_person(db, email)
            if person_id is None:
                return None
            done = await erase(db, SYSTEM, person_id)
    finally:
        await engine.dispose()
    await forget_sessions(settings, done.store_keys)
    return done


async def forget_sessions(settings: Settings, keys: Sequence[str]) -> None:
    """Delete browser sessions from the store. They open nothing any more: it may be away."""
    redis: Redis = Redis.from_url(settings.redis_url, socket_timeout=3, socket_connect_timeout=3)
    try:
        for key in keys:
            await redis.delete(f"crossbench:session:{key}")
    except (RedisError, OSError):
        print("The store is away; sessions in it end by themselves.", file=sys.stderr)
    finally:
        await redis.aclose()
