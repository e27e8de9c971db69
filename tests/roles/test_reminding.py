"""Whoever may change a local role is reminded of its review, three times and no more."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import london_today
from app.core.permissions import Duty
from app.roles.local.commands import move_role
from app.roles.local.domain import LocalRoleAction, later
from app.roles.local.reminding import remind_of_all_reviews
from tests.messages import letters_to
from tests.people import as_actor, make_member, make_organisation
from tests.roles.locals import make_local_role

DUE = later(london_today(), 1)


async def test_the_review_is_asked_for_by_mail(db: AsyncSession) -> None:
    body = await make_organisation(db, slug="northshire", name="Northshire Council")
    hr = await make_member(db, body, Duty.HR, Duty.ORGANISATION_ADMIN)
    admin = await make_member(db, body, Duty.ORGANISATION_ADMIN)
    finance = await make_member(db, body, Duty.FINANCE_OFFICER)
    await make_local_role(db, await as_actor(db, hr), name="Shared CISO")
    for days in (-15, -14, -14, -1, 0, 0, 27, 28, 28, 400):
        await remind_of_all_reviews(db, DUE + timedelta(days=days))
    for member in (hr, admin):
        letters = await letters_to(db, member.work_email)
        assert [one.subject for one in letters] == [
            "Review of a local role: Shared CISO",
            "Review of a local role: Shared CISO",
            "Overdue review of a local role: Shared CISO",
        ]
        assert "/org/northshire/roles/shared-ciso" in letters[0].text
        assert "is due for review on" in letters[0].text
        assert "was due for review on" in letters[1].text
    assert await letters_to(db, finance.work_email) == []


async def test_a_new_date_is_reminded_of_anew_and_a_retired_role_is_not(db: AsyncSession) -> None:
    body = await make_organisation(db)
    actor = await as_actor(db, await make_member(db, body, Duty.HR))
    role = await make_local_role(db, actor)
    assert await remind_of_all_reviews(db, DUE) == 1
    role.review_on = later(DUE, 1)
    await db.commit()
    assert await remind_of_all_reviews(db, DUE) == 0
    assert await remind_of_all_reviews(db, later(DUE, 1)) == 1
    await move_role(
        db, actor, organisation=body.slug, slug=role.slug, action=LocalRoleAction.RETIRE
    )
    assert await remind_of_all_reviews(db, later(DUE, 2)) == 0
