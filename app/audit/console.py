"""The `crossbench audit` commands."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import InterfaceError, OperationalError, ProgrammingError
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.heads import BadHeads, SignedHeads, read_heads
from app.audit.signing import sign_heads
from app.audit.verify import Verdict
from app.audit.verify import verify as look
from app.core.config import Settings, SettingsError
from app.core.db import make_engine, make_system_sessions

BROKEN = 1
BAD_INPUT = 2


def verify(settings: Settings, options: argparse.Namespace) -> int:
    """`audit verify [--heads FILE ...]`: 0 and the number of entries, or 1 and the first fault.

    2 where it could not be looked at all: a file of heads that is none, a database that is away.
    """
    try:
        signed = [read_heads(_read(name), settings.secret_key) for name in options.heads]
    except BadHeads as error:
        print(error, file=sys.stderr)
        return BAD_INPUT
    try:
        verdict = asyncio.run(_verify(settings, signed))
    except (OSError, InterfaceError, OperationalError) as error:
        print(f"The database does not answer: {type(error).__name__}.", file=sys.stderr)
        return BAD_INPUT
    if verdict.fault is None:
        chains = "1 chain" if verdict.chains == 1 else f"{verdict.chains:,} chains"
        entries = "1 entry" if verdict.entries == 1 else f"{verdict.entries:,} entries"
        print(f"The audit is whole: {entries} in {chains}.")
        return 0
    print(f"The audit is broken at {verdict.fault}.")
    return BROKEN


def heads(settings: Settings, options: argparse.Namespace) -> int:
    """`audit heads [--out FILE]`: the signed heads as they are now."""
    content = asyncio.run(_heads(settings))
    if options.out:
        Path(options.out).write_bytes(content)
    else:
        print(content.decode(), end="")
    return 0


def _read(name: str) -> bytes:
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise BadHeads(f"{name} cannot be read: {error.strerror}.") from error


async def _verify(settings: Settings, signed: Sequence[SignedHeads]) -> Verdict:
    """In one snapshot, so that entries added meanwhile do not look like faults."""
    engine = make_engine(settings.database_url, pool_size=1)
    try:
        async with make_system_sessions(engine, settings)() as db:
            await _take_snapshot(db)
            return await look(db, signed)
    except ProgrammingError as error:
        if getattr(error.orig, "sqlstate", "") != "42P01":
            raise
        raise SettingsError(
            "The database is not migrated: run crossbench db upgrade first."
        ) from error
    finally:
        await engine.dispose()


async def _take_snapshot(db: AsyncSession) -> None:
    await db.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    await db.execute(text("SET TRANSACTION READ ONLY"))


async def _heads(settings: Settings) -> bytes:
    engine = make_engine(settings.database_url, pool_size=1)
    try:
        async with make_system_sessions(engine, settings)() as db, db.begin():
            return (await sign_heads(db)).content
    finally:
        await engine.dispose()
