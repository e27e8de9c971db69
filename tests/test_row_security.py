"""Row-level security: what one organisation owns outright is closed to everybody else."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.organisations.joining.models import DomainRequest, JoinRequest, TermsAcceptance
from app.organisations.members.models import EmploymentProof, Invitation
from app.organisations.models import AuthorisationLimit, PensionRate
from tests.conftest import ACT_AS_NOBODY
from tests.people import make_member, make_organisation, make_sign_in

# Tables that lead to what an organisation or a person owns and carry no policy, with the reason.
OPEN = {
    "funding_total": "how far a shared post is funded, which its public page shows",
    "local_role_history": "how a local role came to be active or not; who did it is an id",
    "local_role_skill": "as local_role",
    "match_waiver": "people who look at a post learn which must-haves are waived",
    "membership_duty": "as membership",
    "opportunity_question": "shown with the post; who asked is in question_asker, under a policy",
    "person_match": "closed to the application: the search functions look for consent in it",
    "post_match": "as open_post",
    "person_session": "read by app_act_for() before it is known who asks",
    "organisation_domain": "read at sign-in, before it is known who asks; public in any case",
    "organisation_history": "read by the operator, and by the body through its own pages",
    "stored_file": "partners read files too; the feature that keeps a file's id says who may",
    "membership": "read by app_act_for() to find out for whom a sign-in acts",
    "open_post": "what is published; under a policy text search uses no index (decision 0160)",
    "local_role": "read by everybody while it is active: posts show it",
    "former_post": "marks at the addresses of posts that were published",
}
LATER = datetime(2100, 1, 1, tzinfo=UTC)
COUNTS = (
    "organisation_pension_rate",
    "authorisation_limit",
    "terms_acceptance",
    "domain_request",
    "join_request",
    "invitation",
    "employment_proof",
)


async def test_every_table_of_one_organisation_is_closed_or_listed(db: AsyncSession) -> None:
    """A new table that refers to what somebody owns needs a policy, or a line in OPEN."""
    found = await db.execute(
        text(
            "SELECT DISTINCT here.relname FROM pg_constraint"
            " JOIN pg_class here ON here.oid = conrelid"
            " JOIN pg_class there ON there.oid = confrelid"
            " WHERE contype = 'f' AND here.relnamespace = 'public'::regnamespace"
            " AND NOT here.relrowsecurity AND (there.relrowsecurity OR there.relname"
            " IN ('organisation', 'membership', 'local_role'))"
            " UNION SELECT relname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid"
            " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            " AND attname = 'organisation_id' AND NOT attisdropped AND NOT relrowsecurity"
        )
    )
    assert set(found.scalars()) == set(OPEN)


async def test_row_security_is_forced_with_a_policy(db: AsyncSession) -> None:
    found = await db.execute(
        text(
            "SELECT relname, relforcerowsecurity, EXISTS (SELECT FROM pg_policy"
            " WHERE polrelid = pg_class.oid) AS has_policy FROM pg_class WHERE relrowsecurity"
        )
    )
    protected = {row.relname: (row.relforcerowsecurity, row.has_policy) for row in found}
    assert set(COUNTS) <= set(protected)
    assert set(protected.values()) == {(True, True)}


async def test_views_read_as_who_asks_and_none_is_kept(db: AsyncSession) -> None:
    """A view with its owner's rights, or a materialised one, would show all rows."""
    found = await db.execute(
        text(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND (relkind = 'm' OR relkind = 'v'"
            " AND NOT coalesce('security_invoker=true' = ANY(reloptions), false))"
        )
    )
    assert list(found.scalars()) == []


async def test_terms_once_accepted_stay_as_they_are(db: AsyncSession) -> None:
    rights = "SELECT has_table_privilege('crossbench_app', 'terms_acceptance', 'UPDATE, DELETE')"
    assert not await db.scalar(text(rights))


@pytest.fixture
async def two_bodies(db: AsyncSession) -> dict[str, Any]:
    """Two bodies with a row in each closed table, and a member of the first."""
    made: dict[str, Any] = {}
    for name in ("own", "other"):
        body = await make_organisation(db)
        member = await make_member(db, body)
        token = name.encode().ljust(32, b"-")
        db.add_all(
            [
                PensionRate(
                    organisation_id=body.id, starts_on=date(2026, 4, 1), rate=Decimal("0.2")
                ),
                AuthorisationLimit(organisation_id=body.id, duty="hr", amount=Decimal(5)),
                TermsAcceptance(
                    organisation_id=body.id, version="1", accepted_by_id=member.person_id
                ),
                DomainRequest(organisation_id=body.id, domain=f"new.{body.slug}.example"),
                JoinRequest(
                    organisation_id=body.id,
                    token_sha256=token,
                    answers={},
                    confirmed_at=LATER,
                ),
                Invitation(
                    organisation_id=body.id,
                    email=f"new@{body.slug}.example",
                    duties=[],
                    token_sha256=token,
                    sent_at=LATER - timedelta(days=7),
                    expires_at=LATER,
                ),
                EmploymentProof(
                    organisation_id=body.id,
                    membership_id=member.id,
                    token_sha256=token,
                    expires_at=LATER,
                ),
            ]
        )
        await db.commit()
        made[name] = member
        made[f"{name}_token"] = token
    return made


async def seen(connection: AsyncConnection) -> dict[str, int]:
    """How many rows of each closed table this connection sees."""
    return {
        table: int(await connection.scalar(text(f"SELECT count(*) FROM {table}")) or 0)  # noqa: S608
        for table in COUNTS
    }


async def test_nobody_sees_anything(connection: AsyncConnection, two_bodies: Any) -> None:
    await connection.execute(ACT_AS_NOBODY)
    assert set((await seen(connection)).values()) == {0}


async def test_a_member_sees_their_own_body_alone(
    db: AsyncSession, connection: AsyncConnection, two_bodies: Any
) -> None:
    signed_in = await make_sign_in(db, two_bodies["own"])
    await connection.execute(ACT_AS_NOBODY)
    await connection.execute(text("SELECT app_act_for(:id)"), {"id": signed_in.id})
    assert set((await seen(connection)).values()) == {1}
    foreign = "SELECT count(*) FROM invitation WHERE organisation_id <> :own"
    own = {"own": two_bodies["own"].organisation_id}
    assert await connection.scalar(text(foreign), own) == 0


async def test_nobody_writes_for_another_body(
    db: AsyncSession, connection: AsyncConnection, two_bodies: Any
) -> None:
    signed_in = await make_sign_in(db, two_bodies["own"])
    await connection.execute(ACT_AS_NOBODY)
    await connection.execute(text("SELECT app_act_for(:id)"), {"id": signed_in.id})
    changed = await connection.execute(text("UPDATE authorisation_limit SET amount = 1"))
    assert changed.rowcount == 1


async def test_a_link_shows_its_own_row_alone(connection: AsyncConnection, two_bodies: Any) -> None:
    await connection.execute(ACT_AS_NOBODY)
    link = text("SELECT set_config('app.link_sha256', :sha256, true)")
    await connection.execute(link, {"sha256": two_bodies["own_token"].hex()})
    by_link = {"join_request", "invitation", "employment_proof"}
    assert await seen(connection) == {table: int(table in by_link) for table in COUNTS}


async def test_the_operator_and_the_system_see_all(
    connection: AsyncConnection, two_bodies: Any
) -> None:
    for setting in ("app.is_operator", "app.is_system"):
        await connection.execute(ACT_AS_NOBODY)
        await connection.execute(text(f"SELECT set_config('{setting}', 'on', true)"))
        assert set((await seen(connection)).values()) == {2}
