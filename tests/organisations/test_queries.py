"""What other features ask of organisations: by address, rates, limits, whom to tell."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.errors import NotFound
from app.core.permissions import Duty
from app.organisations import queries
from app.organisations.models import AuthorisationLimit, PensionRate
from tests.people import make_member, make_organisation, make_person


async def test_only_a_verified_body_has_an_address(db: AsyncSession) -> None:
    body = await make_organisation(db)
    assert (await queries.get_organisation(db, body.slug)).id == body.id
    for status in ("applied", "refused", "suspended", "closed"):
        other = await make_organisation(db, status=status)
        with pytest.raises(NotFound):
            await queries.get_organisation(db, other.slug)
        assert (await queries.organisation_by_id(db, other.id)).slug == other.slug
    with pytest.raises(NotFound):
        await queries.get_organisation(db, "nothing-here")


async def test_the_rate_of_a_day_is_the_last_begun(db: AsyncSession) -> None:
    body = await make_organisation(db, pension_scheme="lgps")
    db.add_all(
        PensionRate(organisation_id=body.id, starts_on=day, rate=Decimal(rate))
        for day, rate in ((date(2025, 4, 1), "0.19"), (date(2026, 4, 1), "0.205"))
    )
    await db.commit()
    assert await queries.pension_rate_on(db, body.id, date(2025, 3, 31)) is None
    for day, rate, since in (
        (date(2026, 3, 31), "0.19", date(2025, 4, 1)),
        (date(2026, 4, 1), "0.205", date(2026, 4, 1)),
    ):
        found = await queries.pension_rate_on(db, body.id, day)
        assert found == queries.RateInForce(Decimal(rate), since, "lgps", None)


async def test_a_limit_is_in_pounds_or_not_set(db: AsyncSession) -> None:
    body = await make_organisation(db)
    db.add(AuthorisationLimit(organisation_id=body.id, duty="finance_officer", amount=Decimal(50)))
    await db.commit()
    assert await queries.limit_of(db, body.id, Duty.FINANCE_OFFICER) == Decimal("50.00")
    assert await queries.limit_of(db, body.id, Duty.AUTHORISED_SIGNATORY) is None


async def test_members_to_tell_are_those_who_still_hold_the_duty(db: AsyncSession) -> None:
    body = await make_organisation(db)
    holder = await make_member(db, body, Duty.FINANCE_OFFICER, Duty.HR)
    await make_member(db, body, Duty.HR)
    await make_member(db, body, Duty.FINANCE_OFFICER, ended_at=datetime.now(UTC))
    suspended = await make_person(db, suspended_at=datetime.now(UTC))
    await make_member(db, body, Duty.FINANCE_OFFICER, person=suspended)
    await make_member(db, await make_organisation(db), Duty.FINANCE_OFFICER)
    found = await queries.members_with(db, body.id, Duty.FINANCE_OFFICER)
    assert [(m.membership_id, m.email) for m in found] == [(holder.id, holder.work_email)]
    assert len(await queries.members_with(db, body.id, Duty.MEMBER)) == 2
