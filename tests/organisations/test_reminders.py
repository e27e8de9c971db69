"""Reminders of the senior sponsor and of the participation terms, and what missing terms stop."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import london_today
from app.core.errors import Refused
from app.core.permissions import Duty
from app.organisations import pages, queries
from app.organisations.joining.terms import GRACE, TERMS, Terms, first_unaccepted, is_overdue
from app.organisations.members.commands.invitations import invite, withdraw
from app.organisations.models import Organisation
from app.organisations.reminders.commands import forget, remind_of_sponsors, remind_of_terms
from app.organisations.reminders.domain import (
    SPONSOR_STAGES,
    TERMS_STAGES,
    sponsor_due,
    stage_on,
)
from app.organisations.reminders.models import Reminder
from tests.messages import letters_to
from tests.pages import PageClient, parse, words
from tests.people import as_actor, make_member, make_organisation, make_person, sign_in

ADMIN = Duty.ORGANISATION_ADMIN
CONFIRMED = date(2027, 3, 1)
DUE = date(2028, 3, 1)
SECOND = Terms("2027-05", date(2027, 5, 1), "Says more.", ())
THIRD = Terms("2027-06", date(2027, 5, 20), "Says even more.", ())
VERSIONS = (*TERMS, SECOND, THIRD)


async def make_body(db: AsyncSession, **changes: Any) -> Organisation:
    values = {"name": "Northshire Council", "slug": "northshire", **changes}
    return await make_organisation(db, sponsor_confirmed_on=CONFIRMED, **values)


def test_a_stage_comes_on_its_day_and_missed_ones_are_not_made_up_for() -> None:
    expected = {-29: None, -28: -28, -1: -28, 0: 0, 27: 0, 28: 28, 900: 28}
    found = {days: stage_on(DUE + timedelta(days=days), DUE, SPONSOR_STAGES) for days in expected}
    assert found == expected


def test_a_sponsor_is_due_a_year_later() -> None:
    assert sponsor_due(date(2028, 2, 29), datetime(2020, 1, 1, tzinfo=UTC)) == date(2029, 2, 28)
    joined = datetime(2027, 6, 30, 23, 30, tzinfo=UTC)  # half past midnight in the United Kingdom
    assert sponsor_due(None, joined) == date(2028, 7, 1)


async def test_the_sponsor_is_asked_for_three_times_and_the_operator_told(
    db: AsyncSession,
) -> None:
    body = await make_body(db)
    admin = await make_member(db, body, ADMIN)
    hr = await make_member(db, body, Duty.HR)
    operator = await make_person(db, is_operator=True)
    day = DUE - timedelta(days=29)
    while day <= DUE + timedelta(days=40):
        await remind_of_sponsors(db, day)
        await remind_of_sponsors(db, day)
        day += timedelta(days=1)
    letters = await letters_to(db, admin.work_email)
    assert [one.subject for one in letters] == [
        "Confirm the senior sponsor by 1 March 2028",
        "Confirm the senior sponsor of Northshire Council",
        "Overdue: confirm the senior sponsor of Northshire Council",
    ]
    assert "/org/northshire/settings/sponsor" in letters[-1].text
    assert await letters_to(db, hr.work_email) == []
    (told,) = await letters_to(db, operator.email)
    assert told.subject == "Senior sponsor overdue: Northshire Council"
    assert f"/operator/organisations/{body.id}" in told.html


async def test_who_has_confirmed_is_left_alone_until_the_next_year(db: AsyncSession) -> None:
    body = await make_body(db)
    admin = await make_member(db, body, ADMIN)
    assert await remind_of_sponsors(db, DUE) == 1
    body.sponsor_confirmed_on = DUE
    await db.commit()
    assert await remind_of_sponsors(db, DUE + timedelta(days=60)) == 0
    assert await remind_of_sponsors(db, date(2029, 3, 1)) == 1
    assert len(await letters_to(db, admin.work_email)) == 2


@pytest.mark.parametrize("status", ["applied", "refused", "suspended", "closed"])
async def test_only_verified_bodies_are_reminded(db: AsyncSession, status: str) -> None:
    body = await make_body(db, status=status)
    await make_member(db, body, ADMIN)
    assert await remind_of_sponsors(db, DUE) == 0
    assert await remind_of_terms(db, date(2027, 6, 1), VERSIONS) == 0


async def test_pages_mark_a_sponsor_as_overdue(
    client: PageClient, app: Any, db: AsyncSession
) -> None:
    body = await make_body(db)
    body.sponsor_confirmed_on = london_today() - timedelta(days=400)
    await db.commit()
    await sign_in(client, app, db, await make_member(db, body, ADMIN))
    shown = words(parse((await client.get("/org/northshire")).text))
    assert "Your senior sponsor was due to be confirmed on" in shown
    assert "Overdue" in words(parse((await client.get("/org/northshire/settings")).text))
    await sign_in(client, app, db, person=await make_person(db, is_operator=True))
    page = await client.get(f"/operator/organisations/{body.id}")
    assert "Sponsor overdue" in words(parse(page.text))
    body.sponsor_confirmed_on = london_today()
    await db.commit()
    page = await client.get(f"/operator/organisations/{body.id}")
    assert "Sponsor overdue" not in words(parse(page.text))


@pytest.mark.parametrize(
    ("accepted", "day", "first", "overdue"),
    [
        ("2026-11", date(2027, 4, 30), None, False),
        ("2026-11", date(2027, 5, 1), SECOND, False),
        ("2026-11", date(2027, 5, 28), SECOND, False),
        ("2026-11", date(2027, 5, 29), SECOND, True),
        (None, date(2027, 5, 29), SECOND, True),
        ("2027-05", date(2027, 5, 29), THIRD, False),
        ("2027-05", THIRD.starts_on + GRACE, THIRD, True),
        ("2027-06", date(2030, 1, 1), None, False),
    ],
)
def test_a_new_version_can_wait_four_weeks(
    accepted: str | None, day: date, first: Terms | None, overdue: bool
) -> None:
    assert first_unaccepted(accepted, day, VERSIONS) == first
    assert is_overdue(accepted, day, VERSIONS) is overdue


async def test_a_new_version_is_announced_and_asked_for(db: AsyncSession) -> None:
    body = await make_body(db)
    admin = await make_member(db, body, ADMIN)
    versions = (*TERMS, SECOND)
    for days in range(-1, 40):
        await remind_of_terms(db, SECOND.starts_on + timedelta(days=days), versions)
    subjects = [one.subject for one in await letters_to(db, admin.work_email)]
    asked = "New participation terms: accept them by 28 May 2027"
    stopped = "Northshire Council has to accept the new participation terms"
    assert subjects == [asked, asked, asked, stopped]
    assert len(subjects) == len(TERMS_STAGES)


async def test_old_reminders_are_forgotten(db: AsyncSession) -> None:
    body = await make_body(db)
    now = await db.scalar(select(func.now()))
    assert now is not None
    for days in (1, 1097, 1099):
        sent = {"created_at": now - timedelta(days=days), "about": str(days), "stage": 0}
        db.add(Reminder(organisation_id=body.id, what="terms", **sent))
    await db.commit()
    await forget(db)
    assert set(await db.scalars(select(Reminder.about))) == {"1", "1097"}


@pytest.fixture
def without_terms(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every body has let the days of grace pass."""
    monkeypatch.setattr(queries, "is_overdue", lambda *_: True)
    monkeypatch.setattr(pages, "first_unaccepted", lambda *_: SECOND)


@pytest.mark.usefixtures("without_terms")
async def test_without_the_terms_nobody_is_invited_but_invitations_can_be_withdrawn(
    db: AsyncSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = await make_body(db)
    admin = await make_member(db, body, ADMIN)
    with monkeypatch.context() as accepted:
        accepted.setattr(queries, "is_overdue", lambda *_: False)
        sent = await invite(
            db, await as_actor(db, admin), email="new@northshire.example", duties=[]
        )
    late = await as_actor(db, admin)
    with pytest.raises(Refused, match="has not accepted the new participation terms"):
        await invite(db, late, email="other@northshire.example", duties=[])
    await withdraw(db, late, sent.id)


@pytest.mark.usefixtures("without_terms")
async def test_everybody_of_the_body_is_told_what_stopped(
    client: PageClient, app: Any, db: AsyncSession
) -> None:
    body = await make_body(db)
    await sign_in(client, app, db, await make_member(db, body, Duty.HR))
    shown = words(parse((await client.get("/org/northshire")).text))
    assert "That was due by 28 May 2027" in shown
    assert "Ask an administrator of your organisation to accept it" in shown
    answer = await client.get("/org/northshire/people/invite")
    assert answer.status_code == 403
    assert "has not accepted the new participation terms" in answer.text
    assert (await client.get("/org/northshire/people/invitations")).status_code == 200
