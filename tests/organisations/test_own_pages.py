"""Yearly proof of employment: asked for in time, renewed by a link, lapsing without it."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.models import AuditEntry
from app.core.clock import london_today
from app.core.permissions import Duty
from app.organisations.members.commands import proofs
from app.organisations.members.domain import proof_ends_on
from app.organisations.members.models import EmploymentProof
from app.organisations.models import Organisation, Person
from tests.messages import letters_to, link_in_last
from tests.pages import PageClient, parse, words
from tests.people import make_member, make_organisation, make_person, sign_in

ADMIN = Duty.ORGANISATION_ADMIN


@pytest.fixture
async def body(db: AsyncSession) -> Organisation:
    """A verified council."""
    return await make_organisation(db, slug="northshire", name="Northshire Council")


def renewed(days_left: int) -> date:
    """The day of a renewal whose year ends in so many days from today."""
    end = london_today() + timedelta(days=days_left)
    found = end - timedelta(days=365)
    return found if proof_ends_on(found) == end else found - timedelta(days=1)


async def asked(db: AsyncSession) -> int:
    """How many mails have asked for proof."""
    return await db.scalar(select(func.count()).select_from(EmploymentProof)) or 0


async def pass_days(db: AsyncSession, days: int) -> None:
    """Let everything be so many days older."""
    await db.execute(
        text("UPDATE membership SET proof_renewed_on = proof_renewed_on - CAST(:d AS int)"),
        {"d": days},
    )
    await db.execute(
        text("UPDATE employment_proof SET created_at = created_at - make_interval(days => :d)"),
        {"d": days},
    )
    await db.commit()


async def test_proof_is_asked_for_three_times_and_then_access_ends(
    db: AsyncSession, body: Organisation
) -> None:
    boss = await make_member(db, body, ADMIN)
    ben = await make_member(db, body, manager_id=boss.id, proof_renewed_on=renewed(29))
    cat = await make_member(db, body, manager_id=ben.id)
    assert await proofs.ask_all_due(db) == 0
    for days, wanted in ((1, 1), (0, 1), (13, 1), (1, 2), (0, 2), (10, 2), (1, 3), (2, 3)):
        await pass_days(db, days)
        await proofs.ask_all_due(db)
        assert await asked(db) == wanted, days
        assert await proofs.end_all_lapsed(db) == 0
    await pass_days(db, 1)
    assert await proofs.ask_all_due(db) == 0
    assert await proofs.end_all_lapsed(db) == 1
    assert await proofs.end_all_lapsed(db) == 0
    await db.refresh(ben)
    await db.refresh(cat)
    assert ben.ended_at is not None
    assert ben.ended_reason == "lapsed"
    assert cat.manager_id == boss.id
    entry = (
        await db.scalars(select(AuditEntry).where(AuditEntry.action == "membership.ended"))
    ).one()
    assert (entry.actor_kind, entry.chain) == ("system", body.id)
    told = [one.subject for one in await letters_to(db, boss.work_email)]
    name = await db.scalar(select(Person.name).where(Person.id == ben.person_id))
    assert f"{name} can no longer act for Northshire Council" in told


async def test_a_missed_night_is_made_up_by_one_mail(db: AsyncSession, body: Organisation) -> None:
    await make_member(db, body, proof_renewed_on=renewed(10))
    await proofs.ask_all_due(db)
    await proofs.ask_all_due(db)
    assert await asked(db) == 1


async def test_nobody_is_asked_for_a_body_that_is_not_verified(db: AsyncSession) -> None:
    for status in ("applied", "suspended", "closed"):
        other = await make_organisation(db, status=status)
        await make_member(db, other, proof_renewed_on=renewed(10))
    assert await proofs.ask_all_due(db) == 0


async def test_where_the_last_administrator_lapses_the_operator_is_told(
    db: AsyncSession, body: Organisation
) -> None:
    operator = await make_person(db, is_operator=True)
    await make_member(db, body, ADMIN, proof_renewed_on=renewed(0))
    assert await proofs.end_all_lapsed(db) == 1
    assert [one.subject for one in await letters_to(db, operator.email)] == [
        "Northshire Council has no administrator any more"
    ]


async def test_the_link_renews_for_a_year_and_works_once(
    client: PageClient, db: AsyncSession, body: Organisation
) -> None:
    ben = await make_member(db, body, proof_renewed_on=renewed(5))
    await proofs.ask_all_due(db)
    await db.commit()
    link = await link_in_last(db, ben.work_email, "/employment/")
    page = await client.get(link)
    assert "Northshire Council" in page.text
    await db.refresh(ben)
    assert ben.proof_renewed_on == renewed(5)
    answer = await client.fill_in(page)
    assert answer.headers["location"] == "/employment-confirmed"
    assert "renewed for a year" in (await client.get("/employment-confirmed")).text
    await db.refresh(ben)
    assert ben.proof_renewed_on == london_today()
    gone = await client.get(link)
    wrong = await client.get("/employment/" + "A" * 43)
    assert gone.status_code == wrong.status_code == 404
    assert words(parse(gone.text)) == words(parse(wrong.text))


async def test_a_link_of_somebody_who_left_renews_nothing(
    client: PageClient, db: AsyncSession, body: Organisation
) -> None:
    ben = await make_member(db, body, proof_renewed_on=renewed(5))
    await proofs.ask_all_due(db)
    await db.commit()
    link = await link_in_last(db, ben.work_email, "/employment/")
    await db.execute(text("UPDATE membership SET ended_at = now()"))
    await db.commit()
    assert (await client.get(link)).status_code == 404


async def test_a_member_can_ask_for_the_link_themselves(
    client: PageClient, app: Any, db: AsyncSession, body: Organisation
) -> None:
    ben = await make_member(db, body, proof_renewed_on=renewed(20))
    await sign_in(client, app, db, ben)
    page = await client.get("/org/northshire")
    assert "unless you confirm that you still work here" in page.text
    await client.fill_in(page)
    assert await link_in_last(db, ben.work_email, "/employment/")
    page = await client.get("/org/northshire")
    await db.execute(text("UPDATE membership SET proof_renewed_on = current_date"))
    await db.commit()
    assert "unless you confirm" not in (await client.get("/org/northshire")).text
    answer = await client.fill_in(page)
    assert answer.status_code == 422
