"""What is kept for six years is deleted then, and not a day before."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.permissions import Duty
from app.organisations.members import jobs
from app.organisations.members.commands import keeping
from app.organisations.members.models import AddressClaim, EmploymentProof, Invitation
from app.organisations.models import Membership, Organisation
from tests.people import make_member, make_organisation

AGO = "SELECT now() - make_interval(6) + :more * interval '1 minute'"


@pytest.fixture
async def body(db: AsyncSession) -> Organisation:
    return await make_organisation(db)


async def moment(db: AsyncSession, minutes: int) -> datetime:
    """Six years ago by the clock of the database, or some minutes after."""
    found = await db.scalar(text(AGO), {"more": minutes})
    assert isinstance(found, datetime)
    return found


async def make_invitation(db: AsyncSession, body: Organisation, sent_at: datetime) -> None:
    number = await db.scalar(select(func.count()).select_from(Invitation))
    invitation = Invitation(
        organisation_id=body.id,
        email=f"{number}@x.example",
        duties=[],
        token_sha256=f"{number:032}".encode(),
        sent_at=sent_at,
        expires_at=sent_at + timedelta(days=7),
    )
    db.add(invitation)
    await db.commit()


async def test_memberships_go_six_years_after_their_end(
    db: AsyncSession, body: Organisation
) -> None:
    current = await make_member(db, body, Duty.HR)
    old = await make_member(db, body, ended_at=await moment(db, 0), ended_reason="left")
    younger = await make_member(
        db, body, ended_at=await moment(db, 1), ended_reason="left", manager_id=old.id
    )
    db.add(
        EmploymentProof(
            organisation_id=body.id,
            membership_id=old.id,
            token_sha256=b"x" * 32,
            expires_at=datetime(2020, 1, 1, tzinfo=UTC),
        )
    )
    await db.commit()
    assert await keeping.delete_kept_long_enough(db) == (1, 0)
    left = set(await db.scalars(select(Membership.id).where(Membership.organisation_id == body.id)))
    assert left == {current.id, younger.id}
    await db.refresh(younger)
    assert younger.manager_id is None
    assert await db.scalar(select(func.count()).select_from(EmploymentProof)) == 0
    entry = "SELECT facts FROM audit_entry WHERE action = 'membership.old_deleted'"
    assert await db.scalar(text(entry)) == {"memberships": 1, "invitations": 0}


async def test_invitations_go_six_years_after_they_were_sent(
    db: AsyncSession, body: Organisation
) -> None:
    for minutes in (-1, 0, 1):
        await make_invitation(db, body, await moment(db, minutes))
    await jobs.delete_old(db)
    assert await db.scalar(select(func.count()).select_from(Invitation)) == 1


async def test_nothing_is_recorded_where_nothing_is_old(
    db: AsyncSession, body: Organisation
) -> None:
    await make_member(db, body)
    assert await keeping.delete_kept_long_enough(db) == (0, 0)
    entry = "SELECT count(*) FROM audit_entry WHERE action = 'membership.old_deleted'"
    assert await db.scalar(text(entry)) == 0


async def test_a_long_backlog_is_done_in_parts(
    db: AsyncSession, body: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "MOST_AT_ONCE", 2)
    for _ in range(3):
        await make_member(db, body, ended_at=await moment(db, -1), ended_reason="left")
    assert [(await keeping.delete_kept_long_enough(db))[0] for _ in range(3)] == [2, 1, 0]


async def test_an_address_that_was_not_confirmed_goes_a_day_after_its_link(
    db: AsyncSession, body: Organisation
) -> None:
    member = await make_member(db, body)
    now = datetime.now(UTC)
    for number, hours in enumerate((-25, -23)):
        db.add(
            AddressClaim(
                person_id=member.person_id,
                email=f"{number}@home.example",
                token_sha256=bytes([number]) * 32,
                expires_at=now + timedelta(hours=hours),
            )
        )
    await db.commit()
    await jobs.delete_old(db)
    assert list(await db.scalars(select(AddressClaim.email))) == ["1@home.example"]
