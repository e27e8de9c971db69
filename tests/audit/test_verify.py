"""`audit verify`: what was changed behind the application's back is found and named."""
# ruff: noqa: S608 (the statements are those of these tests)

import asyncio
import json
import uuid
from argparse import Namespace
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from app.audit import console
from app.audit.commands import record
from app.audit.domain import EXCHANGE
from app.audit.heads import BadHeads, SignedHeads, read_heads, write_heads
from app.audit.signing import sign_heads, sign_weekly
from app.audit.verify import Verdict, verify
from app.core.actor import SYSTEM
from app.core.config import Settings, SettingsError
from app.core.db import make_engine, make_sessions, new_id
from app.core.files import get_file, list_files
from tests.audit.actors import SomeActor
from tests.audit.conftest import Owner, Sessions, tamper
from tests.conftest import Servers

NORTH, EAST = uuid.UUID(int=1), uuid.UUID(int=2)
SECRET = "a secret of these tests"
IN_NORTH = f"chain = '{NORTH}'"
# Everything somebody who knows how it works would do to write a chain anew from an entry on.
REWRITE = f"""
DO $$ DECLARE entry audit_entry; previous bytea := ''; bytes bytea; BEGIN
    FOR entry IN SELECT * FROM audit_entry WHERE {IN_NORTH} ORDER BY number LOOP
        bytes := audit_stored(entry, entry.number);
        previous := sha256(previous || bytes);
        UPDATE audit_entry SET stored = bytes, sha256 = previous WHERE id = entry.id;
        UPDATE audit_head SET sha256 = previous, number = entry.number WHERE id = entry.chain;
    END LOOP;
END $$
"""


@pytest.fixture(autouse=True, scope="module")
async def entries(committed: Sessions) -> None:
    """Five entries of Northshire, two of Eastmoor, one of the exchange."""
    for chain in (NORTH, EAST, NORTH, None, NORTH, NORTH, EAST, NORTH):
        async with committed.begin() as db:
            await record(
                db, SomeActor(), "test.done", subject=("thing", new_id()),
                organisation_id=chain, facts={"days": 3},
            )  # fmt: skip


async def look(system: Sessions, *signed: SignedHeads) -> Verdict:
    async with system() as db:
        return await verify(db, signed)


async def test_a_whole_record_is_counted(system: Sessions) -> None:
    assert await look(system) == Verdict(entries=8, chains=3)


async def test_a_visitor_would_find_nothing_to_look_at(committed: Sessions) -> None:
    assert await look(committed) == Verdict(entries=0, chains=0)


TAMPERINGS = {
    "a changed column": (
        f"UPDATE audit_entry SET action = 'test.undone' WHERE number = 3 AND {IN_NORTH}",
        "entry 3 ", "what it says differs",
    ),
    "a changed fact": (
        f"UPDATE audit_entry SET facts = '{{\"days\": 4}}' WHERE number = 2 AND {IN_NORTH}",
        "entry 2 ", "what it says differs",
    ),
    "a changed time": (
        "UPDATE audit_entry SET created_at = created_at - interval '1 second'"
        f" WHERE number = 2 AND {IN_NORTH}",
        "entry 2 ", "what it says differs",
    ),
    "changed bytes": (
        "UPDATE audit_entry SET stored = convert_to(replace(convert_from(stored, 'UTF8'),"
        f" 'test.done', 'test.gone'), 'UTF8') WHERE number = 4 AND {IN_NORTH}",
        "entry 4 ", "it was changed",
    ),
    "a changed row with a hash to match": (
        "UPDATE audit_entry SET action = 'test.gone', stored = convert_to(replace(convert_from("
        "stored, 'UTF8'), 'test.done', 'test.gone'), 'UTF8'), sha256 = sha256(convert_to(replace("
        "convert_from(stored, 'UTF8'), 'test.done', 'test.gone'), 'UTF8'))"
        f" WHERE number = 1 AND {IN_NORTH}",
        "entry 2 ", "it was changed",
    ),
    "a missing row": (
        f"DELETE FROM audit_entry WHERE number = 2 AND {IN_NORTH}",
        "entry 2 ", "it is missing",
    ),
    "a missing first row": (
        f"DELETE FROM audit_entry WHERE number = 1 AND {IN_NORTH}",
        "entry 1 ", "it is missing",
    ),
    "a truncated chain": (
        f"DELETE FROM audit_entry WHERE number > 3 AND {IN_NORTH}",
        "entry 4 ", "it is missing, the head counts 5",
    ),
    "a chain without entries": (
        f"DELETE FROM audit_entry WHERE {IN_NORTH}",
        "entry 1 ", "it is missing, the head counts 5",
    ),
    "a head set back": (
        f"UPDATE audit_head SET number = 4 WHERE id = '{NORTH}'",
        "entry 5 ", "the head was rewritten",
    ),
    "a head of another hash": (
        f"UPDATE audit_head SET sha256 = sha256('') WHERE id = '{NORTH}'",
        "entry 5 ", "the head was rewritten",
    ),
    "a head taken off": (
        f"DELETE FROM audit_head WHERE id = '{NORTH}'",
        "entry 5 ", "lost its head",
    ),
    "an entry moved to another chain": (
        f"UPDATE audit_entry SET chain = '{NORTH}', number = 6 WHERE chain = '{EAST}'"
        " AND number = 2",
        "entry 6 ", "put here from elsewhere",
    ),
    "an entry put in behind our back": (
        "INSERT INTO audit_entry (id, chain, action, actor_kind, request_reference, facts)"
        f" VALUES (gen_random_uuid(), '{NORTH}', 'test.done', 'system', '', '{{}}')",
        "an entry without a number", "was never chained",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", TAMPERINGS)
async def test_what_was_done_behind_our_back_is_found(owner: Owner, kind: str) -> None:
    statement, where, what = TAMPERINGS[kind]
    fault = (await owner.verdict_after(statement)).fault
    assert fault is not None
    assert fault.chain == NORTH
    assert str(fault).startswith(where)
    assert what in str(fault)


async def test_two_swapped_rows_are_found(owner: Owner) -> None:
    swap = "UPDATE audit_entry SET number = {} WHERE number = {} AND " + IN_NORTH
    verdict = await owner.verdict_after(swap.format(99, 2), swap.format(2, 3), swap.format(3, 99))
    assert str(verdict.fault).startswith("entry 2 ")


@pytest.fixture
async def kept(system: Sessions, own_settings: Settings) -> SignedHeads:
    """The heads as they were, kept elsewhere."""
    async with system() as db:
        return read_heads((await sign_heads(db)).content, own_settings.secret_key)


async def test_heads_that_were_kept_agree_with_a_whole_record(
    system: Sessions, kept: SignedHeads
) -> None:
    assert await look(system, kept) == Verdict(entries=8, chains=3)


async def test_a_chain_written_anew_is_found_by_a_head_that_was_kept_elsewhere(
    owner: Owner, kept: SignedHeads
) -> None:
    change = f"UPDATE audit_entry SET action = 'test.undone' WHERE number = 2 AND {IN_NORTH}"
    assert (await owner.verdict_after(change, REWRITE)).fault is None
    fault = (await owner.verdict_after(change, REWRITE, signed=(kept,))).fault
    assert str(fault).startswith("entry 5 ")
    assert "head signed on" in str(fault)


async def test_a_chain_cut_off_with_its_head_is_found_by_a_kept_head(
    owner: Owner, kept: SignedHeads
) -> None:
    cut = (
        f"UPDATE audit_head SET number = 4, sha256 = (SELECT sha256 FROM audit_entry WHERE"
        f" number = 4 AND {IN_NORTH}) WHERE id = '{NORTH}'",
        f"DELETE FROM audit_entry WHERE number = 5 AND {IN_NORTH}",
    )
    assert (await owner.verdict_after(*cut)).fault is None
    fault = (await owner.verdict_after(*cut, signed=(kept,))).fault
    assert "entry 5 in the chain of organisation" in str(fault)


class TestHeads:
    """The file of signed heads."""

    def test_it_is_read_back(self) -> None:
        signed = SignedHeads(datetime(2027, 4, 1, 9, tzinfo=UTC), {NORTH: (5, b"\1" * 32)})
        assert read_heads(write_heads(signed, SECRET), SECRET) == signed

    @pytest.mark.parametrize(
        "change", [('"number": 5', '"number": 4'), ("01" * 32, "02" * 32), ("2027", "2028")]
    )
    def test_a_changed_file_is_refused(self, change: tuple[str, str]) -> None:
        signed = SignedHeads(datetime(2027, 4, 1, 9, tzinfo=UTC), {NORTH: (5, b"\1" * 32)})
        text_of = json.dumps(json.loads(write_heads(signed, SECRET)))
        head, _, signature = text_of.partition('"hmac')
        changed = head.replace(*change) + _ + signature
        with pytest.raises(BadHeads, match="changed"):
            read_heads(changed.encode(), SECRET)

    def test_another_key_and_other_files_are_refused(self) -> None:
        signed = SignedHeads(datetime(2027, 4, 1, 9, tzinfo=UTC), {})
        with pytest.raises(BadHeads, match="SECRET_KEY"):
            read_heads(write_heads(signed, "another secret"), SECRET)
        for nonsense in (b"", b"[]", b"{}", b"\xff", b'{"hmac_sha256": 1, "heads": [1]}'):
            with pytest.raises(BadHeads, match="no file"):
                read_heads(nonsense, SECRET)


async def test_heads_are_signed_once_a_week_and_kept_as_a_file(
    system: Sessions, own_settings: Settings
) -> None:
    async with system() as db:
        for _ in range(2):
            await sign_weekly(db)
        (file,) = await list_files(db, media_type="application/vnd.crossbench.audit-heads+json")
        content = (await get_file(db, file.id)).content
        signed = read_heads(content, own_settings.secret_key)
        assert {chain: number for chain, (number, _) in signed.heads.items()} == {
            EXCHANGE: 1, NORTH: 5, EAST: 2,
        }  # fmt: skip
        await db.execute(text("UPDATE stored_file SET created_at = created_at - interval '7 days'"))
        await sign_weekly(db)
        assert len(await list_files(db, media_type=file.media_type)) == 2


class TestCommands:
    """The `crossbench audit` commands, as they print and exit; they bring a loop of their own."""

    @staticmethod
    async def verify(settings: Settings, *heads: Path) -> int:
        options = Namespace(heads=[str(path) for path in heads])
        return await asyncio.to_thread(console.verify, settings, options)

    async def test_whole(self, own_settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
        assert await self.verify(own_settings) == 0
        assert capsys.readouterr().out == "The audit is whole: 8 entries in 3 chains.\n"

    async def test_broken(self, servers: Servers, capsys: pytest.CaptureFixture[str]) -> None:
        settings = await servers.clone()
        engine = make_engine(settings.database_url, role=None, pool_size=1)
        async with make_sessions(engine)() as db:
            for _ in range(3):
                await record(db, SYSTEM, "test.done", subject=None, organisation_id=NORTH)
            await db.commit()
        async with engine.begin() as connection:
            await tamper(connection, f"DELETE FROM audit_entry WHERE number = 2 AND {IN_NORTH}")
        await engine.dispose()
        assert await self.verify(settings) == 1
        assert capsys.readouterr().out == (
            f"The audit is broken at entry 2 in the chain of organisation {NORTH}: it is missing.\n"
        )

    async def test_with_heads_taken_away_before(
        self, own_settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = tmp_path / "heads.json"
        options = Namespace(out=str(path))
        assert await asyncio.to_thread(console.heads, own_settings, options) == 0
        assert await self.verify(own_settings, path) == 0
        assert await asyncio.to_thread(console.heads, own_settings, Namespace(out=None)) == 0
        assert '"hmac_sha256"' in capsys.readouterr().out

    async def test_files_that_are_no_heads(
        self, own_settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = tmp_path / "heads.json"
        assert await self.verify(own_settings, path) == 2
        path.write_text("{}")
        assert await self.verify(own_settings, path) == 2
        said = capsys.readouterr()
        assert "cannot be read" in said.err
        assert "no file of audit heads" in said.err

    async def test_a_database_that_is_not_migrated_or_away(
        self, servers: Servers, own_settings: Settings, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with pytest.raises(SettingsError, match="db upgrade"):
            await self.verify(await servers.clone(empty=True))
        away = replace(own_settings, database_url="postgresql+asyncpg://x@127.0.0.1:1/x")
        assert await self.verify(away) == 2
        assert "does not answer" in capsys.readouterr().err
