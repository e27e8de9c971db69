"""Signed heads leave the database once a week: a file for the operator, a mail to each body."""

import json
import re
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.commands import record
from app.audit.heads import MEDIA_TYPE, read_heads
from app.core.actor import SYSTEM
from app.core.config import Settings
from app.core.db import new_id
from app.core.files import list_files
from app.core.permissions import Duty
from app.organisations.record import jobs
from app.organisations.record.jobs import MAIL_HEAD, mail_head, sign_heads
from tests.messages import letters_to
from tests.people import make_member, make_organisation

WAITING = text("SELECT arguments->>'organisation_id' FROM outbox WHERE job = :job")


async def chained(db: AsyncSession, **body: object) -> None:
    await record(db, SYSTEM, "test.done", subject=None, **body)  # type: ignore[arg-type]
    await db.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))


async def test_once_a_week_each_body_with_a_chain_is_due_a_mail(
    db: AsyncSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    north, east = await make_organisation(db), await make_organisation(db)
    for body in (north.id, north.id, east.id, None):
        await chained(db, organisation_id=body)
    monkeypatch.setattr(jobs, "WEEK", timedelta(0))  # nobody can make the head of a chain older
    for _ in range(2):
        await sign_heads(db)
    due = list(await db.scalars(WAITING, {"job": MAIL_HEAD}))
    assert sorted(due) == sorted([str(north.id), str(east.id)])
    assert len(await list_files(db, media_type=MEDIA_TYPE)) == 1


async def test_nobody_is_written_to_right_after_joining(db: AsyncSession) -> None:
    await chained(db, organisation_id=(await make_organisation(db)).id)
    await sign_heads(db)
    assert list(await db.scalars(WAITING, {"job": MAIL_HEAD})) == []


async def test_administrators_get_lines_by_which_the_chain_can_be_checked(
    db: AsyncSession, settings: Settings
) -> None:
    body = await make_organisation(db, name="Northshire Council", slug="northshire")
    first = await make_member(db, body, Duty.ORGANISATION_ADMIN)
    await make_member(db, body, Duty.HR)
    for _ in range(3):
        await chained(db, organisation_id=body.id)
    await mail_head(db, organisation_id=str(body.id))
    (letter,) = await letters_to(db, first.work_email)
    assert letter.subject == "Keep this: the record of Northshire Council up to entry 3"
    assert "/org/northshire/audit" in letter.text
    lines = re.search(r"^\{.*^\}", letter.text, re.DOTALL | re.MULTILINE)
    assert lines is not None
    signed = read_heads(lines[0].encode(), settings.secret_key)
    assert {chain: number for chain, (number, _) in signed.heads.items()} == {body.id: 3}
    assert json.loads(lines[0])["heads"][0]["sha256"] in letter.html
    count = text("SELECT count(*) FROM message WHERE template = 'audit_head'")
    assert await db.scalar(count) == 1


async def test_a_body_without_a_chain_gets_nothing(db: AsyncSession) -> None:
    await mail_head(db, organisation_id=str(new_id()))
