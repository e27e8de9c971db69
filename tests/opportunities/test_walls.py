"""What the database itself refuses: posts, their parts and who asked, seen by others."""

import uuid
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.core.permissions import Duty
from app.opportunities import domain
from app.opportunities.models import (
    Opportunity,
    OpportunityHistory,
    OpportunityQuestion,
    QuestionAsker,
)
from tests.people import make_member, make_organisation, make_sign_in

OPEN = {
    "status": "open",
    "published_at": datetime(2026, 11, 1, tzinfo=UTC),
    "review_on": date(2027, 1, 1),
    "closes_on": date(2027, 2, 1),
}
ENUMS: dict[str, type[StrEnum]] = {
    "kind": domain.OpportunityKind,
    "status": domain.OpportunityStatus,
    "remote": domain.Remote,
    "who_pays": domain.WhoPays,
    "contract_type": domain.ContractType,
    "legal_power": domain.LegalPower,
    "audience": domain.Audience,
}


async def make_post(db: AsyncSession, organisation_id: uuid.UUID, **changes: Any) -> Opportunity:
    values = {"slug": uuid.uuid4().hex, "kind": "shared_post", "title": "Post", **changes}
    post = Opportunity(organisation_id=organisation_id, **values)
    db.add(post)
    await db.commit()
    return post


async def seen_by(
    db: AsyncSession, connection: AsyncConnection, member: Any, table: str
) -> set[uuid.UUID]:
    """The ids in a table that a request of this member could read."""
    signed_in = await make_sign_in(db, member)
    await connection.execute(text("SELECT set_config('app.is_system', '', true)"))
    await connection.execute(text("SELECT app_act_for(:id)"), {"id": signed_in.id})
    return set(await connection.scalars(text(f"SELECT id FROM {table}")))  # noqa: S608


async def test_a_draft_is_nobody_elses_business(
    db: AsyncSession, connection: AsyncConnection
) -> None:
    ours, theirs = await make_organisation(db), await make_organisation(db)
    us, them = await make_member(db, ours, Duty.HR), await make_member(db, theirs, Duty.HR)
    draft = await make_post(db, ours.id, audience="public")
    moved = OpportunityHistory(opportunity_id=draft.id, to_status="draft", action="start")
    db.add(moved)
    await db.commit()
    for table, row in (("opportunity", draft), ("opportunity_history", moved)):
        assert await seen_by(db, connection, us, table) == {row.id}
        assert await seen_by(db, connection, them, table) == set()


@pytest.mark.parametrize(
    ("audience", "seen"), [("own", False), ("named", True), ("verified", True), ("public", True)]
)
async def test_an_open_post_is_read_by_those_it_addresses(
    db: AsyncSession, connection: AsyncConnection, audience: str, seen: bool
) -> None:
    ours, theirs = await make_organisation(db), await make_organisation(db)
    them = await make_member(db, theirs, Duty.HR)
    named = [theirs.id] if audience == "named" else []
    post = await make_post(db, ours.id, audience=audience, named_organisation_ids=named, **OPEN)
    assert (post.id in await seen_by(db, connection, them, "opportunity")) == seen
    changed = await connection.execute(text("UPDATE opportunity SET title = 'Theirs'"))
    assert changed.rowcount == 0


async def test_who_asked_is_known_to_the_asker_alone(
    db: AsyncSession, connection: AsyncConnection
) -> None:
    ours, theirs = await make_organisation(db), await make_organisation(db)
    us, them = await make_member(db, ours, Duty.HR), await make_member(db, theirs)
    post = await make_post(db, ours.id, audience="public", **OPEN)
    question = OpportunityQuestion(opportunity_id=post.id, question="Is the place of work fixed?")
    db.add(question)
    await db.flush()
    asker = QuestionAsker(
        question_id=question.id,
        person_id=them.person_id,
        organisation_id=theirs.id,
    )
    db.add(asker)
    await db.commit()
    assert await seen_by(db, connection, us, "question_asker") == set()
    assert await seen_by(db, connection, them, "question_asker") == {asker.id}


async def test_history_is_only_added_to(db: AsyncSession) -> None:
    post = await make_post(db, (await make_organisation(db)).id)
    db.add(OpportunityHistory(opportunity_id=post.id, to_status="draft", action="start"))
    await db.commit()
    for statement in (
        "UPDATE opportunity_history SET action = 'x'",
        "DELETE FROM opportunity_history",
    ):
        with pytest.raises(DBAPIError, match="permission denied"):
            async with db.begin_nested():
                await db.execute(text(statement))
    await db.execute(text("DELETE FROM opportunity"))
    assert await db.scalar(text("SELECT count(*) FROM opportunity_history")) == 0


@pytest.mark.parametrize("column", ENUMS)
async def test_the_database_knows_the_same_words(db: AsyncSession, column: str) -> None:
    rule = await db.scalar(
        text("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name"),
        {"name": f"ck_opportunity_{column}_known"},
    )
    assert rule
    listed = {part.partition("'")[0] for part in rule.split("'")[1::2]}
    assert listed == {value.value for value in ENUMS[column]}
