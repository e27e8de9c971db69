"""The `crossbench framework` commands."""

import argparse
import asyncio
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import SYSTEM
from app.core.clock import london_today
from app.core.config import Settings, SettingsError
from app.core.db import make_engine, make_system_sessions
from app.core.errors import DomainError
from app.roles import commands as changes
from app.roles import queries
from app.roles.domain import EditionFacts, day_in_words
from app.roles.edition_file import bundled_edition, read_edition
from app.roles.importing.comparison import compare_editions
from app.roles.importing.official_csv import SheetFaults, read_roles_csv
from app.roles.importing.proposal import facts_of_sheet
from app.roles.importing.wording import difference_lines

BAD_INPUT = 2
T = TypeVar("T")


def load_bundled(settings: Settings) -> None:
    """Load the bundled edition into a migrated database, unless it is there."""
    asyncio.run(add_bundled(settings))


async def add_bundled(settings: Settings) -> None:
    """The same for callers that run in an event loop already."""
    await _in_transaction(settings, changes.load_bundled)


def load(settings: Settings, options: argparse.Namespace) -> int:
    """`framework load [FILE]`: 0 if the edition is there afterwards, 2 with every fault if not."""
    try:
        facts = _edition_of(_read(options.file)) if options.file else bundled_edition()
        loaded = asyncio.run(_add(settings, facts))
    except DomainError as error:
        return _refuse(error)
    if loaded.is_new:
        print(f"Loaded {_edition_in_words(facts)}.")
    else:
        print(f"Nothing changed: {_edition_in_words(facts)} was there already.")
    return 0


def _edition_of(content: bytes) -> EditionFacts:
    """The edition of a JSON file. A CSV says nothing of renames, so it is refused with the way."""
    if content and not content.lstrip().startswith(b"{"):
        raise DomainError(
            "not-json",
            "Only a JSON edition can be loaded here. Import the official CSV as the operator at "
            "/operator/framework, where somebody decides what was renamed; "
            "crossbench framework diff FILE shows what it would change.",
        )
    return read_edition(content)


def diff(settings: Settings, options: argparse.Namespace) -> int:
    """`framework diff FILE`: print what a file would change; 2 with every fault if it is no file
    of roles. Before the first edition is loaded it is compared with the bundled one.
    """
    try:
        content = _read(options.file)
        current = asyncio.run(_current(settings))
        facts = _facts_of(content, current)
    except DomainError as error:
        return _refuse(error)
    except SheetFaults as wrong:
        print("The file cannot be imported.", file=sys.stderr)
        for fault in wrong.faults:
            print(fault, file=sys.stderr)
        return BAD_INPUT
    print(f"Compared with the edition of {day_in_words(current.as_of)}:")
    for line in difference_lines(compare_editions(current, facts)):
        print(line)
    return 0


def _facts_of(content: bytes, current: EditionFacts) -> EditionFacts:
    """What a file says, be it the official CSV or JSON of our own."""
    if content.lstrip().startswith(b"{"):
        return read_edition(content)
    return facts_of_sheet(read_roles_csv(content), current, london_today())


async def _current(settings: Settings) -> EditionFacts:
    async def work(db: AsyncSession) -> EditionFacts | None:
        newest = await queries.find_newest(db)
        return None if newest is None else await queries.edition_facts(db, newest)

    try:
        return await _in_transaction(settings, work) or bundled_edition()
    except SettingsError:
        return bundled_edition()


async def _add(settings: Settings, facts: EditionFacts) -> changes.Loaded:
    async def work(db: AsyncSession) -> changes.Loaded:
        return await changes.load_edition(db, SYSTEM, facts=facts)

    return await _in_transaction(settings, work)


def _edition_in_words(facts: EditionFacts) -> str:
    counts = facts.counts()
    return (
        f"the edition of {day_in_words(facts.as_of)} ({counts.families} families, "
        f"{counts.roles} roles, {counts.levels} levels, {counts.skills} skills, "
        f"{counts.cells:,} cells)"
    )


def _read(file: str) -> bytes:
    try:
        return Path(file).read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise DomainError("cannot-read", f"{file} cannot be read: {reason}.") from error


def _refuse(error: DomainError) -> int:
    print(error.message, file=sys.stderr)
    for fault in error.errors:
        print(f"{fault.path or 'the whole file'}: {fault.message}", file=sys.stderr)
    return BAD_INPUT


async def _in_transaction(
    settings: Settings, work: Callable[[AsyncSession], Coroutine[Any, Any, T]]
) -> T:
    """Do work in one transaction. Raises SettingsError where the database is not migrated."""
    engine = make_engine(settings.database_url, pool_size=1)
    try:
        async with make_system_sessions(engine)() as db, db.begin():
            return await work(db)
    except ProgrammingError as error:
        if getattr(error.orig, "sqlstate", "") != "42P01":
            raise
        raise SettingsError(
            "The database is not migrated: run crossbench db upgrade first."
        ) from error
    finally:
        await engine.dispose()
